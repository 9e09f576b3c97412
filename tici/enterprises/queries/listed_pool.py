"""Rows of a list over the line beside the cultivation pool: which wait for a person, which are in it, which are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from tici.core.copying import AnyOf
from tici.enterprises.models import OPEN_STATES, Candidacy, LibrarySpell, ListedFirm, OfficeList, Sector
from tici.places.models import Place

from .office_lists import gazetteer_in, missing

WAITING, IN_POOL, ASIDE = "waiting", "in_pool", "aside"
HANDLED = (
    (WAITING, gettext_lazy("待确认")),
    (IN_POOL, gettext_lazy("已在培育库")),
    (ASIDE, gettext_lazy("不列入")),
)
SHARED_FROM, MOST_SHOWN = 0.5, 20  # how likely a candidate is for its rows to be shown beside, and how many are
STANDS_FOR = Coalesce("enterprise__merged_into", "enterprise")


def with_handled(rows: QuerySet[ListedFirm]) -> QuerySet[ListedFirm]:
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
    others = ListedFirm.objects.filter(office_list=firm.office_list_id).exclude(pk=firm.pk).defer("search_pairs")
    named = [one["firm"] for one in firm.candidates if one["probability"] >= SHARED_FROM]
    is_same = Q(enterprise__in=[firm.enterprise_id]) if firm.enterprise_id else Q(enterprise__in=named)
    if firm.uscc:
        is_same |= Q(uscc=firm.uscc)
    found = others.filter(is_same).select_related("enterprise").defer("search_pairs", "enterprise__search_pairs")
    return list(found.order_by("pk")[:MOST_SHOWN])


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
