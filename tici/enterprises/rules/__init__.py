"""Judgement over enterprises and what is known of them: sizes, lines, tiers, clusters, and every reason to refuse."""

from .identity import against_credit_code, is_credit_code

__all__ = ["against_credit_code", "is_credit_code"]
