"""Every write to enterprises."""

from .identifying import Identity, identify_enterprises

__all__ = ["Identity", "identify_enterprises"]
