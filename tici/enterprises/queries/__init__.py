"""Enterprises as lists and pages ask for them."""

from .identity import by_credit_code, by_name

__all__ = ["by_credit_code", "by_name"]
