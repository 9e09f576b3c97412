"""Proposals of how to share a target out: by last year's value, by how many there are, or evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.places.models import Place
from tici.targets.models import Target
from tici.targets.rules import shared_out

from .known import MEASURES

EVEN, LAST_YEAR, HOLDERS = "even", "last_year", "holders"
# Of whom there are so many in a county that may fill a target of a room.
_HOLDERS = dict.fromkeys(("enterprises", "industry"), "enterprises.above_size")
_ELSE = "projects.over_duty_line"


@dataclass(frozen=True)
class Basis:
    """One way to propose shares, in words."""

    code: str
    label: str


def bases(target: Target) -> list[Basis]:
    """The ways in which a target may be proposed to be shared out."""
    words = {"holders": MEASURES[_holders(target)].label, "year": target.year - 1}
    return [
        Basis(LAST_YEAR, _("按%(year)s年实际") % words),
        Basis(HOLDERS, _("按%(holders)s") % words),
        Basis(EVEN, _("平均")),
    ]


def proposed(target: Target, inside: Sequence[Place], scope: Scope, basis: str) -> dict[int, Decimal] | None:
    """The shares of the places inside, by place id, adding up to the target; None where the basis says nothing."""
    weights = _weights(target, inside, scope, basis)
    shares = shared_out(target.value, weights)
    return None if shares is None else {place.pk: share for place, share in zip(inside, shares, strict=True)}


def _weights(target: Target, inside: Sequence[Place], scope: Scope, basis: str) -> list[Any]:
    if basis == EVEN:
        return [1] * len(inside)
    if basis == LAST_YEAR:
        values = MEASURES[target.measure].by_county(Scope(scope.person, scope.place, Month(target.year - 1, 12)))
    else:
        values = MEASURES[_holders(target)].by_county(scope)
    return [values.get(place.pk) or 0 for place in inside]


def _holders(target: Target) -> str:
    code = _HOLDERS.get(target.measure.partition(".")[0], _ELSE)
    return code if code in MEASURES else _ELSE
