"""Profiles: how a year's target is expected to fill month by month (``targets/profiles``)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tici.engines import rulebook
from tici.engines.periods import Month

RULE = "targets/profiles"
EVEN, LAST_YEAR = "even", "last_year"
ONE = Decimal(1)


@dataclass(frozen=True)
class Filled:
    """The part of a year's target that is due at the end of a month, and by which profile that was said."""

    rate: Decimal
    profile: Profile

    @property
    def words(self) -> str:
        return self.profile.label


@dataclass(frozen=True)
class Profile:
    """One way in which a year fills."""

    code: str
    label: str
    kind: str  # even, last_year, weights
    weights: tuple[int, ...] = ()

    def filled(self, month: Month, last_year: tuple[Decimal, Decimal] | None = None) -> Filled:
        """The part due at a month's end; never falls from month to month, and is the whole in December.

        ``last_year`` is what was reached by the same month of last year, and by its end. Where last year says
        nothing the year fills evenly, and the words say so.
        """
        if self.kind == "weights":
            return Filled(Decimal(sum(self.weights[: month.number])) / sum(self.weights), self)
        if self.kind == LAST_YEAR and (share := last_years_share(month, last_year)) is not None:
            return Filled(share, self)
        label = self.label if self.kind == EVEN else _("逐月均衡（上年没有数据）")
        return Filled(Decimal(month.number) / 12, Profile(EVEN, label, EVEN))


def last_years_share(month: Month, last_year: tuple[Decimal, Decimal] | None) -> Decimal | None:
    """The part of last year's whole that was there by the same month, within 0 and 1; None where it had no whole."""
    if month.number == 12:
        return ONE
    if last_year is None or last_year[1] <= 0:
        return None
    return min(max(last_year[0] / last_year[1], Decimal(0)), ONE)


def profiles() -> dict[str, Profile]:
    """The profiles a target may name, in the rulebook's order; their labels in the reader's language."""
    return {
        row["code"]: Profile(row["code"], _(row["label"]), row["kind"], tuple(row.get("weights", ())))
        for row in rulebook.load(RULE)["profile"]
    }


def profile_named(code: str) -> Profile:
    """The profile a target names; the default one where it names none, or one that is no longer there."""
    known = profiles()
    return known.get(code) or known[rulebook.load(RULE)["default"]]
