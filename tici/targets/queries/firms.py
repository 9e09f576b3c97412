"""Firms that may come to count for a target: those nearest to the line of the library, and those fit to be listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.measures import Scope
from tici.enterprises.models import Enterprise, LibrarySpell, Listing, Tier, TierSpell
from tici.enterprises.queries import industries
from tici.enterprises.rules import Line, library_line, next_rung, next_window
from tici.places.models import Place
from tici.targets.rules import near_line_rate

ENTERED, LISTED = "enterprises.entered_four_above_year", "enterprises.listed_year"
ENTRY_BASIS = gettext_lazy(
    "未入库、上年或本年营业收入达到本行业入库标准八成以上的企业，已达标准的在前，其次按差额从小到大。"
)
LISTING_BASIS = gettext_lazy(
    "尚未上市挂牌、资质在有效期内的专精特新“小巨人”和专精特新企业，“小巨人”和上年净利润高的在前。"
)
_MONEY = DecimalField(max_digits=16, decimal_places=4)


@dataclass(frozen=True)
class Waiting:
    """Firms outside the library that are over their line, and those near it, by the path of their place."""

    ready: Mapping[str, int]
    near: Mapping[str, int]

    def of(self, place: Place) -> tuple[int, int]:
        """How many are over the line and how many near it in a place."""
        return _inside(self.ready, place), _inside(self.near, place)


def entries_waiting(scope: Scope) -> Waiting:
    """The firms that may still enter the library in a scope, counted once for all its places."""

    def compute() -> Waiting:
        over = Q(revenue_wan__gte=F("line_wan")) | Q(people__gte=F("or_people"))
        is_ready = Count("pk", filter=over)
        rows = near_the_line(scope).order_by().values("place__path").annotate(count=Count("pk"), ready=is_ready)
        found = list(rows.values_list("place__path", "ready", "count"))
        return Waiting(
            {path: ready for path, ready, _count in found}, {path: count - ready for path, ready, count in found}
        )

    return scope.kept("targets.entries_waiting", compute)


def near_the_line(scope: Scope) -> QuerySet[Any]:
    """Firms outside the library whose revenue, of last year or of this so far, reaches most of their line."""
    on, year = scope.month.last, scope.month.year
    inside = LibrarySpell.objects.filter(_open_on(on), enterprise=OuterRef("pk"), from_date__lte=on)
    rows = _standing(scope).alias(
        industry_group=Left("industry", 3),
        last=FilteredRelation("years", condition=Q(years__year=year - 1)),
        now=FilteredRelation("years", condition=Q(years__year=year)),
    )
    rows = rows.annotate(
        line_wan=_by_industry(scope, lambda line: line.wan),
        or_people=_by_industry(scope, lambda line: line.or_people),
        revenue_wan=Greatest("last__revenue_wan", "now__revenue_wan"),
        people=F("last__people"),
    )
    near = Q(revenue_wan__gte=F("line_wan") * Value(near_line_rate(), _MONEY))
    rows = rows.filter(~Exists(inside), near | Q(people__gte=F("or_people")))
    return rows.order_by((F("line_wan") - F("revenue_wan")).asc(nulls_last=True), "pk")


def to_list(scope: Scope) -> QuerySet[Any]:
    """Firms with a tier in force and not listed anywhere."""
    on = scope.month.last
    listed = Listing.objects.filter(_open_on(on), enterprise=OuterRef("pk"), from_date__lte=on)
    held = TierSpell.objects.filter(_open_on(on), enterprise=OuterRef("pk"), from_date__lte=on)
    rows = _standing(scope).alias(last=FilteredRelation("years", condition=Q(years__year=scope.month.year - 1)))
    rows = rows.annotate(
        profit_wan=F("last__profit_wan"),
        tier=Case(
            When(Exists(held.filter(tier=Tier.GIANT)), then=Value(Tier.GIANT.value)),
            When(Exists(held.filter(tier=Tier.SRDI)), then=Value(Tier.SRDI.value)),
        ),
    )
    rows = rows.filter(~Exists(listed), tier__isnull=False)
    return rows.order_by("tier", F("profit_wan").desc(nulls_last=True), "pk")  # giant stands before srdi


def lacks_to_enter(firm: Any, scope: Scope) -> str:
    """What a firm lacks to its line; one over it lacks the declaration alone."""
    figures = {"people": firm.people, "revenue_wan": firm.revenue_wan}
    gap = next_rung(firm.industry, in_library=False, on=scope.month.last, **figures)
    if gap is None:
        return _("行业没有入库标准")
    return _("已达入库标准，缺申报入库") if gap.is_reached else gap.sentence


def window_closes_on(scope: Scope) -> date | None:
    """The last day of the next entry window of a place or of those around it; None where the calendar is not known."""
    codes = [code for code in scope.place.path.split("/") if code]
    found = [window for code in codes if (window := next_window(code, scope.month.last))]
    return min((window.closes_on for window in found), default=None)


def lacks_to_list(firm: Any) -> str:
    """What a firm lacks to be listed, as far as the register knows."""
    words = {"tier": Tier(firm.tier).label}
    if firm.profit_wan is None:
        return _("%(tier)s，未上市挂牌；上年净利润未填") % words
    return _("%(tier)s，未上市挂牌；上年亏损") % words if firm.profit_wan < 0 else _("%(tier)s，未上市挂牌") % words


def _standing(scope: Scope) -> QuerySet[Enterprise]:
    seen = Enterprise.objects.visible_to(scope.person).within(scope.place).standing()
    return seen.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=scope.month.last)).select_related("place")


def _open_on(on: date) -> Q:
    return Q(to_date__isnull=True) | Q(to_date__gt=on)


def _by_industry(scope: Scope, of: Callable[[Line], int | None]) -> Case:
    """A number that the library's line of a firm's industry names; nothing where it names none."""
    groups: dict[int, list[str]] = defaultdict(list)
    for code, line in scope.once("targets.lines", lambda: _lines(scope.month.last)).items():
        if (number := of(line)) is not None:
            groups[number].append(code)
    whens = [When(industry_group__in=codes, then=Value(Decimal(number), _MONEY)) for number, codes in groups.items()]
    return Case(*whens, output_field=_MONEY)


def _lines(on: date) -> dict[str, Line]:
    """The line of every division and group, by code of two and three digits; no line is written for finer ones."""
    codes = [code for code, one in industries().by_code.items() if one.level in {"division", "group"}]
    return {code: line for code in codes if (line := library_line(code, on)) is not None}


def _inside(counts: Mapping[str, int], place: Place) -> int:
    return sum(count for path, count in counts.items() if path.startswith(place.path))
