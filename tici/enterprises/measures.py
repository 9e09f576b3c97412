"""The numbers this room has a name for: who is above the line, who came in and went, sizes, tiers, listings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind

from .models import (
    Enterprise,
    EnterpriseQuerySet,
    EntryClass,
    EntryReview,
    ExitReason,
    LibrarySpell,
    Listing,
    ListingBoard,
    PoolReason,
    Sector,
    Size,
    Tier,
    TierSpell,
    Timing,
    Window,
    YearFacts,
)
from .queries import Transitions

Rows = Callable[[Scope], QuerySet[Any]]
ByPlace = Callable[[Scope], dict[int, int]]

COLUMNS = (
    Column("name", _("企业名称"), link="pk", link_url="desk:enterprise"),
    Column("place__short_name", _("地区")),
    Column("uscc", _("统一社会信用代码"), Kind.CODE),
    Column("industry", _("行业代码"), Kind.CODE),
    Column("size", _("规模"), choices=tuple(Size.choices)),
    Column("production_on", _("投产日期"), Kind.DATE),
)
_FIRM = (
    Column("enterprise__name", _("企业名称"), link="enterprise_id", link_url="desk:enterprise"),
    Column("enterprise__place__short_name", _("地区")),
    Column("enterprise__industry", _("行业代码"), Kind.CODE),
)
STAY_COLUMNS = (
    *_FIRM,
    Column("sector", _("专业"), choices=tuple(Sector.choices)),
    Column("from_date", _("入库月份"), Kind.MONTH),
    Column("window", _("入库批次"), choices=tuple(Window.choices)),
)
ENTRY_COLUMNS = (*STAY_COLUMNS, Column("entry", _("入库类型"), choices=tuple(EntryClass.choices), is_sortable=False))
EXIT_COLUMNS = (
    *STAY_COLUMNS,
    Column("to_date", _("退库月份"), Kind.MONTH),
    Column("exit_reason", _("退库原因"), choices=tuple(ExitReason.choices)),
)
NET_COLUMNS = (*EXIT_COLUMNS, Column("change", _("增减"), Kind.COUNT, is_sortable=False))
LISTING_COLUMNS = (
    *_FIRM,
    Column("board", _("板块"), choices=tuple(ListingBoard.choices)),
    Column("from_date", _("上市挂牌日期"), Kind.DATE),
    Column("stock_code", _("证券代码"), Kind.CODE),
)
REVIEW_COLUMNS = (
    *_FIRM,
    Column("passed_on", _("首次达线月份"), Kind.MONTH),
    Column("due_on", _("应入库月份"), Kind.MONTH),
    Column("entered_on", _("实际入库月份"), Kind.MONTH),
    Column("months_late", _("迟几个月"), Kind.COUNT),
    Column("reason_code", _("原因"), choices=(*PoolReason.choices, ("", _("未知")))),
)


def _scoped(scope: Scope) -> EnterpriseQuerySet:
    return Enterprise.objects.visible_to(scope.person).within(scope.place).standing()


def _of_firms(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Rows beside enterprises, of those in a scope."""
    seen = Q(enterprise__place__path__startswith=scope.place.path, enterprise__merged_into__isnull=True)
    if scope.person.place is None:
        return rows.none()
    return rows.filter(seen, enterprise__place__path__startswith=scope.person.place.path)


def _year(scope: Scope) -> tuple[date, date]:
    """The year so far: its first day, and the day after the month's last."""
    return scope.month.year_start.first, scope.month.last + timedelta(days=1)


# The rows behind each number


def _above_size(scope: Scope) -> EnterpriseQuerySet:
    return _scoped(scope).in_library(scope.month.last)


def _moved(sector: str | None, scope: Scope) -> Transitions:
    stays = LibrarySpell.objects.all() if sector is None else LibrarySpell.objects.filter(sector=sector)
    return Transitions(_of_firms(stays, scope), *_year(scope))


def _entries(sector: str | None, scope: Scope) -> QuerySet[Any]:
    return _moved(sector, scope).entries


def _entries_of(entry: EntryClass, scope: Scope) -> QuerySet[Any]:
    return _moved(Sector.INDUSTRY, scope).of(entry)


def _exits(scope: Scope) -> QuerySet[Any]:
    return _moved(Sector.INDUSTRY, scope).exits


def _either_way(scope: Scope) -> QuerySet[Any]:
    """The stays begun or ended in the year, not both, each with its +1 or −1: what the net increase is made of."""
    first, end = _year(scope)
    began = Q(from_date__gte=first, from_date__lt=end)
    ended = Q(to_date__gte=first, to_date__lt=end)
    rows = _moved(Sector.INDUSTRY, scope).stays.filter((began | ended) & ~(began & ended))
    return rows.annotate(change=Case(When(began, then=Value(1)), default=Value(-1), output_field=IntegerField()))


def _of_size(size: str, scope: Scope) -> EnterpriseQuerySet:
    judged = YearFacts.objects.filter(enterprise=OuterRef("pk"), year=scope.month.year - 1, size=size)
    return _above_size(scope).filter(Exists(judged))


def _certified(tier: str, scope: Scope) -> EnterpriseQuerySet:
    on = scope.month.last
    holds = Q(to_date__isnull=True) | Q(to_date__gt=on)
    return _scoped(scope).filter(
        Exists(TierSpell.objects.filter(holds, tier=tier, from_date__lte=on, enterprise=OuterRef("pk")))
    )


def _listed(scope: Scope) -> EnterpriseQuerySet:
    on = scope.month.last
    holds = Q(to_date__isnull=True) | Q(to_date__gt=on)
    return _scoped(scope).filter(Exists(Listing.objects.filter(holds, from_date__lte=on, enterprise=OuterRef("pk"))))


def _listed_year(scope: Scope) -> QuerySet[Any]:
    first, end = _year(scope)
    return _of_firms(Listing.objects.filter(from_date__gte=first, from_date__lt=end), scope)


def _entered_late(scope: Scope) -> QuerySet[Any]:
    rows = EntryReview.objects.filter(year=scope.month.year, timing=Timing.LATE, entered_on__lte=scope.month.last)
    return _of_firms(rows, scope)


def _not_in(scope: Scope) -> QuerySet[Any]:
    rows = EntryReview.objects.filter(year=scope.month.year, timing=Timing.NOT_IN, due_on__lte=scope.month.last)
    return _of_firms(rows, scope)


# Counted by place


def _count(rows: QuerySet[Any], place: str) -> dict[int, int]:
    return dict(rows.order_by().values(at=F(place)).annotate(n=Count("pk")).values_list("at", "n"))


def _counted(rows: Rows, place: str) -> ByPlace:
    return lambda scope: _count(rows(scope), place)


def _of_class(entry: EntryClass) -> ByPlace:
    """The entries of one class; one query serves all classes."""

    def grouped(scope: Scope) -> dict[str, dict[int, int]]:
        rows = _entries(Sector.INDUSTRY, scope).order_by().values("entry", at=F("enterprise__place_id"))
        found: dict[str, dict[int, int]] = {}
        for kind, place, n in rows.annotate(n=Count("pk")).values_list("entry", "at", "n"):
            found.setdefault(kind, {})[place] = n
        return found

    return lambda scope: scope.kept("enterprises.entries", lambda: grouped(scope)).get(entry.value, {})


def _entered(scope: Scope) -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in EntryClass:
        for place, n in _of_class(entry)(scope).items():
            found[place] = found.get(place, 0) + n
    return found


def _net(scope: Scope) -> dict[int, int]:
    entered, exited = _entered(scope), scope.kept("enterprises.exits", lambda: _count(_exits(scope), OF_STAY))
    return {place: entered.get(place, 0) - exited.get(place, 0) for place in entered.keys() | exited.keys()}


def _sizes(size: Size) -> ByPlace:
    """The firms of one size; one query serves all sizes."""

    def grouped(scope: Scope) -> dict[str, dict[int, int]]:
        rows = YearFacts.objects.filter(year=scope.month.year - 1, enterprise__in=_above_size(scope))
        counts = rows.exclude(size="").order_by().values("size", at=F("enterprise__place_id")).annotate(n=Count("pk"))
        found: dict[str, dict[int, int]] = {}
        for kind, place, n in counts.values_list("size", "at", "n"):
            found.setdefault(kind, {})[place] = n
        return found

    return lambda scope: scope.kept("enterprises.sizes", lambda: grouped(scope)).get(size.value, {})


def _measure(
    code: str,
    label: Any,
    basis: Any,
    rows: Rows,
    columns: tuple[Column, ...] = COLUMNS,
    *,
    by_place: ByPlace | None = None,
    rule: str = "",
) -> Measure:
    count = by_place or _counted(rows, "place_id" if columns is COLUMNS else OF_STAY)

    def counted(scope: Scope) -> dict[int, int]:
        return scope.kept(f"enterprises.{code}", lambda: count(scope))

    def by_county(scope: Scope) -> dict[int, Any]:
        found = dict.fromkeys(scope.county_of.values(), 0)
        for place, n in counted(scope).items():
            if place in scope.county_of:
                found[scope.county_of[place]] += n
        return found

    def value(scope: Scope) -> int:
        return sum(counted(scope).values())

    return Measure(f"enterprises.{code}", label, Unit.COUNT, basis, value, by_county, rows, columns, rule)


OF_STAY = "enterprise__place_id"
_ENTRY_RULE = "enterprises/windows"
_ENTRY_LABELS = (
    (
        EntryClass.NEW_BUILD,
        _("本年新进规"),
        _("本年入库、当年或上年第四季度投产的规上工业企业；未填投产日期的以月度入库计。"),
    ),
    (EntryClass.GROWN, _("本年小升规"), _("本年入库的规上工业企业中，既非新投产、也未曾退库的。")),
    (EntryClass.RETURNED, _("本年退复规"), _("本年入库的规上工业企业中，此前曾在库又退库的。")),
)
_SIZE_LABELS = (
    (Size.LARGE, _("规上大型工业企业")),
    (Size.MEDIUM, _("规上中型工业企业")),
    (Size.SMALL, _("规上小型工业企业")),
    (Size.MICRO, _("规上微型工业企业")),
)
_TIER_LABELS = (
    (Tier.INNOVATIVE, _("创新型中小企业")),
    (Tier.SRDI, _("专精特新中小企业")),
    (Tier.GIANT, _("专精特新“小巨人”企业")),
)

MEASURES: tuple[Measure, ...] = (
    _measure(
        "above_size",
        _("规上工业企业"),
        _("月末在规上工业库的企业；为部门调度数，以统计部门名录为准。"),
        _above_size,
        rule="enterprises/thresholds",
    ),
    *(
        _measure(
            f"{entry.value}_year",
            label,
            basis,
            partial(_entries_of, entry),
            ENTRY_COLUMNS,
            by_place=_of_class(entry),
            rule=_ENTRY_RULE,
        )
        for entry, label, basis in _ENTRY_LABELS
    ),
    _measure(
        "entered_year",
        _("本年新增规上工业企业"),
        _("本年入库的规上工业企业，即新进规、小升规、退复规之和；退库的不抵减，另列。"),
        partial(_entries, Sector.INDUSTRY),
        ENTRY_COLUMNS,
        by_place=_entered,
    ),
    _measure("exited_year", _("本年退规"), _("本年退库的规上工业企业，不论何时入库。"), _exits, EXIT_COLUMNS),
    _measure(
        "net_increase_year",
        _("本年净增规上工业企业"),
        _("本年新增减本年退规，等于月末在库数减上年末在库数；明细列本年只入或只退的企业。"),
        _either_way,
        NET_COLUMNS,
        by_place=_net,
    ),
    _measure(
        "entered_four_above_year",
        _("本年新增四上企业"),
        _("本年入库的四上企业，含工业、建筑业、批零住餐、房地产和服务业各专业；退库的不抵减。"),
        partial(_entries, None),
        ENTRY_COLUMNS,
    ),
    *(
        _measure(
            size.value,
            label,
            _("月末在规上工业库、按上年年度数据划型的企业；上年数据不全、不能划型的不计。"),
            partial(_of_size, size.value),
            by_place=_sizes(size),
            rule="enterprises/sizes",
        )
        for size, label in _SIZE_LABELS
    ),
    *(
        _measure(
            tier.value,
            label,
            _("月末证书在有效期内的企业；高一层级的企业只在其证书仍有效的层级计数。"),
            partial(_certified, tier.value),
            rule=f"enterprises/scorecards/{tier.value}",
        )
        for tier, label in _TIER_LABELS
    ),
    _measure(
        "entered_late_year",
        _("本年迟入库"),
        _("最近一次入库复盘中，本年入库而晚于应入库月份的规上工业企业。"),
        _entered_late,
        REVIEW_COLUMNS,
        rule="enterprises/reviews",
    ),
    _measure(
        "passed_not_in",
        _("达线未入"),
        _("最近一次入库复盘中，月末应已入库而不在库的工业企业。"),
        _not_in,
        REVIEW_COLUMNS,
        rule="enterprises/reviews",
    ),
    _measure("listed", _("上市挂牌企业"), _("月末在任一板块上市或挂牌的企业，一家只计一次。"), _listed),
    _measure(
        "listed_year",
        _("本年新增上市挂牌"),
        _("上市挂牌日期在本年的，按次计：一家在两个板块计两次。"),
        _listed_year,
        LISTING_COLUMNS,
    ),
)
