"""Rows of a list over the line beside the cultivation pool: which wait for a person, which are in it, which are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from tici.core.copying import AnyOf
from tici.engines.linkage import Flag
from tici.engines.linkage.names import taken_apart
from tici.enterprises.models import (
    OPEN_STATES,
    Candidacy,
    LibrarySpell,
    ListedFirm,
    ListedState,
    OfficeList,
    Sector,
)
from tici.places.models import Place

from .office_lists import gazetteer_in, missing

WAITING, IN_POOL, ASIDE = "waiting", "in_pool", "aside"
HANDLED = (
    (WAITING, gettext_lazy("待确认")),
    (IN_POOL, gettext_lazy("已在培育库")),
    (ASIDE, gettext_lazy("不列入")),
)
MOST_SHOWN = 20  # rows of one firm beside each other
STANDS_FOR = Coalesce("enterprise__merged_into", "enterprise")


def with_handled(rows: QuerySet[ListedFirm]) -> QuerySet[Any]:
    """Rows with what came of them: ``handled`` is one of `HANDLED`. A firm may be in the pool for other reasons."""
    own = Candidacy.objects.filter(enterprise=OuterRef("firm"), state__in=OPEN_STATES)
    handled = Case(
        When(Exists(own), then=Value(IN_POOL)),
        When(Q(candidacy__isnull=False), then=Value(IN_POOL)),
        When(~Q(left_aside=""), then=Value(ASIDE)),
        default=Value(WAITING),
        output_field=CharField(),
    )
    return rows.annotate(firm=STANDS_FOR).annotate(handled=handled)


def waiting_count(office_list: OfficeList, on: date) -> int:
    """How many rows over the line and in no library nobody has put into the pool or left aside."""
    rows = with_handled(missing(office_list, on)).filter(handled=WAITING)
    return rows.order_by().aggregate(n=Count("pk"))["n"]


def same_firm(firm: ListedFirm) -> list[ListedFirm]:
    """The other rows of the list that stand for the same firm, or bear the same code under another name."""
    others = ListedFirm.objects.filter(office_list=firm.office_list_id).exclude(pk=firm.pk)
    likeliest = firm.candidates[0]["firm"] if firm.candidates else None
    is_same = Q(enterprise=firm.enterprise_id or likeliest)
    if Flag.FIRM_SHARED in firm.flags:
        is_same |= Q(state=ListedState.DESK, candidates__contains=[{"firm": likeliest}])
    if Flag.CODE_SHARED in firm.flags:
        is_same |= Q(uscc=firm.uscc)
    found = others.filter(is_same).select_related("enterprise").defer("search_pairs", "enterprise__search_pairs")
    return [one for one in found.order_by("pk")[:MOST_SHOWN] if _is_same(one, firm, likeliest)]


def _is_same(one: ListedFirm, firm: ListedFirm, likeliest: int | None) -> bool:
    """Whether a row is this firm as well; a firm that is only among its less likely candidates does not count."""
    return (
        (one.enterprise_id is not None and one.enterprise_id in {firm.enterprise_id, likeliest})
        or (bool(firm.uscc) and one.uscc == firm.uscc)
        or (bool(one.candidates) and one.candidates[0]["firm"] == likeliest)
    )


def are_written_alike(firm: ListedFirm, others: Iterable[ListedFirm]) -> bool:
    """Whether rows differ in place, legal form, blanks or width alone, as those of several meters do."""
    cores = taken_apart(pl.Series([firm.name, *(one.name for one in others)]), ())["core"]
    return cores.n_unique() == 1


def counties_named(office_list: OfficeList, rows: Iterable[ListedFirm]) -> dict[int, Place]:
    """The county each row names by its district or its address; rows that name none are left out."""
    gazetteer = gazetteer_in(office_list.place)
    by_code = {place.code: place for place in Place.objects.within(office_list.place).county_level()}
    found = {}
    for row in rows:
        code = gazetteer.code(row.district) or gazetteer.first_in(row.address)
        if code in by_code:
            found[row.pk] = by_code[code]
        elif len(by_code) == 1:
            found[row.pk] = next(iter(by_code.values()))
    return found


def those_who_left(firms: Iterable[int], on: date) -> set[int]:
    """Of some firms those that were in the industrial library once."""
    spells = LibrarySpell.objects.filter(AnyOf("enterprise_id", firms), sector=Sector.INDUSTRY, to_date__lte=on)
    return set(spells.values_list("enterprise_id", flat=True))


def listed_rows(ids: Iterable[int]) -> set[int]:
    """Of some rows of lists those that are still there."""
    return set(ListedFirm.objects.filter(AnyOf("pk", ids)).values_list("pk", flat=True))


def figures_added(firm: ListedFirm, others: Iterable[ListedFirm]) -> dict[str, Any]:
    """What a firm's rows of one list come to together: a help to the eye, kept nowhere."""
    rows = [firm, *others]
    return {
        name: sum(value for row in rows if (value := getattr(row, name)) is not None)
        for name in ("revenue_wan", "vat_sales_wan", "electricity_wan_kwh")
        if any(getattr(row, name) is not None for row in rows)
    }
