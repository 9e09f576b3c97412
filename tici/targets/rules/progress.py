"""How far a target is met against what was due."""

from __future__ import annotations

from decimal import Decimal


def met_rate(value: Decimal | int | None, target: Decimal) -> Decimal | None:
    """The fraction of a target that is met, never capped; None where nothing is known or the target is 0."""
    return None if value is None or not target else Decimal(value) / target


def lag(rate: Decimal | None, due: Decimal) -> Decimal | None:
    """The difference to schedule (序时差): the fraction met less the fraction due by the target's profile."""
    return None if rate is None else rate - due
