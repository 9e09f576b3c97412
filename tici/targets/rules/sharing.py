"""Sharing a target out in proportion, so that the shares add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

WHOLE, FINEST = Decimal(1), Decimal("0.0001")


def shared_out(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal] | None:
    """A total in proportion to weights, by largest remainders; of equal remainders the first goes first.

    In whole units where the total is whole, else to four places. None where no weight is above 0.
    """
    given = [max(Decimal(weight), Decimal(0)) for weight in weights]
    if not (whole := sum(given, Decimal(0))):
        return None
    step = WHOLE if total == total.to_integral_value() else FINEST
    exact = [total * weight / whole / step for weight in given]
    shares = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(total / step - sum(shares, Decimal(0)))
    order = sorted(range(len(given)), key=lambda at: shares[at] - exact[at])
    for at in order[:left]:
        shares[at] += 1
    return [share * step for share in shares]
