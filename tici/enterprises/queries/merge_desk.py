"""Entries that may be one enterprise, found by names, former names and addresses; a person decides, nothing is merged.

A cheap look by set queries. Entries that only a comparison of all with all would find are not looked for here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tici.core.copying import AnyOf
from tici.enterprises import facts
from tici.enterprises.models import Enterprise, FormerName, KnownApart, Merging, NameKey
from tici.places.models import Place

MOST = 200  # pairs shown at once; the next come up when these are settled
LOOKED_AT = 2000  # pairs of one address whose names are compared
CROWDED = 10  # an address of more firms than this is an office building or a park, and says nothing
ALIKE = 0.75  # likeness of two names, 0 to 1

SIDES = ("name", "uscc", "place", "park", "address", "industry", "products", "founded_on", "production_on", "closed_on")


class Why(StrEnum):
    """Why two entries may be one enterprise."""

    NAME = "name"
    FORMER = "former"
    ADDRESS = "address"


WORDS = {
    Why.NAME: _("同一地区名称相同，一条没有代码"),
    Why.FORMER: _("一条的曾用名是另一条的名称"),
    Why.ADDRESS: _("地址相同，名称相近"),
}


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one enterprise."""

    left: Enterprise
    right: Enterprise
    why: Why

    @property
    def words(self) -> Any:
        return WORDS[self.why]


@dataclass(frozen=True)
class Beside:
    """One fact of both entries."""

    label: Any
    left: str
    right: str

    @property
    def is_different(self) -> bool:
        """Whether both know the fact and say different things."""
        return bool(self.left and self.right and self.left != self.right)


# Both entries stand on their own and lie in the place; ``pair`` is (lower id, higher id).
_SIDES = """
    join {enterprise} b on {on}
    join {place} pa on pa.id = a.place_id and starts_with(pa.path, %(path)s)
    join {place} pb on pb.id = b.place_id and starts_with(pb.path, %(path)s)
    where a.merged_into_id is null and b.merged_into_id is null and a.id <> b.id and {such}
      and not exists (select from {apart} k where k.left_id = least(a.id, b.id) and k.right_id = greatest(a.id, b.id))
    limit %(most)s
"""
_PAIR = "select least(a.id, b.id), greatest(a.id, b.id) from {enterprise} a"
_FORMER = "select least(a.id, b.id), greatest(a.id, b.id) from {former} f join {enterprise} a on a.id = f.enterprise_id"
_QUIET = """(
    select place_id, address from {enterprise} where address <> '' and merged_into_id is null
    group by place_id, address having count(*) between 2 and %(crowded)s
)"""
_ADDRESS = f"""
    select least(a.id, b.id), greatest(a.id, b.id) from {_QUIET} q
    join {{enterprise}} a on a.place_id = q.place_id and a.address = q.address
"""


def likely_doubles(place: Place) -> list[Pair]:
    """Pairs of entries of a place that may be one enterprise, each once, the surest reason first."""
    key_a, key_b = (NameKey.template % {"expressions": f"{side}.name"} for side in "ab")
    named = f"{key_b} = {key_a} and b.place_id = a.place_id"
    near = "b.place_id = a.place_id and b.address = a.address"
    found: dict[tuple[int, int], Why] = {}
    one_without_code = "(a.uscc = '' or b.uscc = '')"
    for why, pairs in (
        (Why.NAME, _pairs(_PAIR, named, "a.uscc = '' and (b.uscc <> '' or a.id < b.id)", place, MOST)),
        (Why.FORMER, _pairs(_FORMER, "b.name = f.name", one_without_code, place, MOST)),
        (Why.ADDRESS, _pairs(_ADDRESS, near, f"a.id < b.id and {one_without_code}", place, LOOKED_AT)),
    ):
        for pair in pairs:
            found.setdefault(pair, why)
    rows = _rows({pk for pair in found for pk in pair})
    offered = (Pair(rows[left], rows[right], why) for (left, right), why in found.items())
    return [pair for pair in offered if pair.why != Why.ADDRESS or _are_alike(pair)][:MOST]


def _pairs(select: str, on: str, such: str, place: Place, most: int) -> list[tuple[int, int]]:
    tables = {
        "enterprise": Enterprise._meta.db_table, "former": FormerName._meta.db_table,
        "apart": KnownApart._meta.db_table, "place": Place._meta.db_table,
    }  # fmt: skip
    words = select.format(**tables) + _SIDES.format(on=on, such=such, **tables)
    with connection.cursor() as cursor:
        cursor.execute(words, {"path": place.path, "most": most, "crowded": CROWDED})
        return sorted(set(cursor.fetchall()))


def _rows(ids: Iterable[int]) -> dict[int, Enterprise]:
    rows = Enterprise.objects.filter(AnyOf("pk", ids)).select_related("place").defer("search_pairs")
    return {row.pk: row for row in rows}


def _are_alike(pair: Pair) -> bool:
    matcher = SequenceMatcher(None, pair.left.name, pair.right.name, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def evidence(left: Enterprise, right: Enterprise) -> list[Beside]:
    """What two entries say, fact by fact."""
    rows = [Beside(facts.column(name).verbose_name, _said(left, name), _said(right, name)) for name in SIDES]
    return rows + [Beside(label, of(left), of(right)) for label, of in _HELD]


def _said(enterprise: Enterprise, name: str) -> str:
    value = getattr(enterprise, name)
    return "" if value is None else str(value)


def _former_names(enterprise: Enterprise) -> str:
    return _("、").join(enterprise.former_names.order_by("pk").values_list("name", flat=True))


def _spells(enterprise: Enterprise) -> str:
    return _("、").join(
        f"{spell.get_sector_display()} {spell.from_date:%Y-%m}—{f'{spell.to_date:%Y-%m}' if spell.to_date else ''}"
        for spell in enterprise.spells.all()
    )


def _tiers(enterprise: Enterprise) -> str:
    return _("、").join(f"{tier.get_tier_display()} {tier.from_date:%Y-%m-%d}" for tier in enterprise.tiers.all())


def _listings(enterprise: Enterprise) -> str:
    return _("、").join(f"{one.get_board_display()} {one.from_date:%Y-%m-%d}" for one in enterprise.listings.all())


def _years(enterprise: Enterprise) -> str:
    return _("、").join(str(year) for year in enterprise.years.order_by("-year").values_list("year", flat=True))


_HELD = (
    (_("曾用名"), _former_names),
    (_("在库期间"), _spells),
    (_("梯度认定"), _tiers),
    (_("上市挂牌"), _listings),
    (_("有数据的年度"), _years),
)


def mergings_in(place: Place) -> QuerySet[Merging]:
    """The mergings of a place, newest first, with both entries."""
    rows = Merging.objects.filter(kept__place__path__startswith=place.path)
    return rows.select_related("kept__place", "gone__place", "merged_by").order_by("-pk")


def mergings_of(enterprise: Enterprise) -> QuerySet[Merging]:
    """What was merged into an enterprise, or it into what; undone ones too."""
    rows = Merging.objects.filter(Q(kept=enterprise) | Q(gone=enterprise))
    return rows.select_related("kept", "gone", "merged_by").order_by("-pk")
