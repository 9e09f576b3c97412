"""The register of enterprises, the board of the four ladders, and who came into the library and left it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds, may, require
from tici.accounts.requests import Request
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.enterprises.industries import industries
from tici.enterprises.models import (
    Cluster,
    Enterprise,
    EntryClass,
    ListingBoard,
    Size,
    Tier,
    Window,
)
from tici.enterprises.queries import lists as queries
from tici.places.models import Place

CARDS = 8  # so many firms are shown on each rung of the board
TITLE, EMPTY = _("企业台账"), _("将企业名单放入“投递箱”，或点“新增企业”逐家登记。")
IDENTITY = (
    Column("name", _("企业名称"), link="pk", link_url="desk:enterprise"),
    Column("place__short_name", _("县（市、区）"), sort="place__position"),
    Column("uscc", _("统一社会信用代码"), Kind.CODE),
    Column("industry", _("行业代码"), Kind.CODE),
)
COLUMNS = (
    *IDENTITY,
    Column("size", _("规模"), choices=tuple(Size.choices), is_sortable=False),
    Column("known__revenue_wan", _("上年营业收入(万元)"), Kind.WAN, is_sortable=False),
    Column("known__people", _("从业人员(人)"), Kind.COUNT, is_sortable=False),
    Column("stay__from_date", _("入库月份"), Kind.MONTH, is_sortable=False),
    Column("tier", _("梯度层级"), choices=tuple(Tier.choices), is_sortable=False),
    Column("board", _("上市板块"), choices=tuple(ListingBoard.choices), is_sortable=False),
    Column("cluster_names", _("产业集群"), is_sortable=False),
    Column("products", _("主要产品"), is_sortable=False, is_shown=False),
    Column("park", _("园区"), is_sortable=False, is_shown=False),
    Column("address", _("地址"), is_sortable=False, is_shown=False),
    Column("founded_on", _("成立日期"), Kind.DATE, is_shown=False),
    Column("production_on", _("投产日期"), Kind.DATE, is_shown=False),
    Column("closed_on", _("注销或停业日期"), Kind.DATE, is_sortable=False, is_shown=False),
    Column("stay__window", _("入库批次"), choices=tuple(Window.choices), is_sortable=False, is_shown=False),
    Column("known__main_revenue_wan", _("主营业务收入(万元)"), Kind.WAN, is_sortable=False, is_shown=False),
    Column("known__assets_wan", _("资产总额(万元)"), Kind.WAN, is_sortable=False, is_shown=False),
    Column("known__liabilities_wan", _("负债总额(万元)"), Kind.WAN, is_sortable=False, is_shown=False),
    Column("known__profit_wan", _("净利润(万元)"), Kind.WAN, is_sortable=False, is_shown=False),
    Column("known__rnd_wan", _("研发费用(万元)"), Kind.WAN, is_sortable=False, is_shown=False),
    Column("known__rnd_people", _("研发人员(人)"), Kind.COUNT, is_sortable=False, is_shown=False),
    Column("tier_batch", _("认定批次"), is_sortable=False, is_shown=False),
    Column("tier_until", _("认定有效期止"), Kind.DATE, is_sortable=False, is_shown=False),
    Column("stock_code", _("证券代码"), Kind.CODE, is_sortable=False, is_shown=False),
)
LACKS = {
    "people": Column("lack_people", _("从业人员还差(人)"), Kind.COUNT, is_sortable=False),
    "revenue_wan": Column("lack_revenue_wan", _("营业收入还差(万元)"), Kind.WAN, is_sortable=False),
    "assets_wan": Column("lack_assets_wan", _("资产总额还差(万元)"), Kind.WAN, is_sortable=False),
}


def counties_of(request: HttpRequest) -> list[tuple[str, Any]]:
    """The counties a person may narrow a list to."""
    person: Person = request.user  # type: ignore[assignment]
    rows = Place.objects.within(person.place).county_level() if person.place else Place.objects.none()
    return [(place.code, place.short_name) for place in rows]


def in_place_of(field: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Narrows rows to a place and the places inside it, by the field that holds theirs."""

    def narrow(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        path = Place.objects.filter(code=code).values_list("path", flat=True).first()
        inside = Place.objects.filter(path__startswith=path or "").order_by().values_list("pk", flat=True)
        return rows if path is None else rows.filter(**{f"{field}__in": list(inside)})  # the places are few

    return narrow


def _divisions(request: HttpRequest) -> list[tuple[str, Any]]:
    tree = industries()
    return [(one.code, f"{one.code} {one.name}") for section in tree.inside("") for one in tree.inside(section.code)]


def _of_division(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Firms of a division; written as a range of codes, so that the index by industry is used."""
    if len(code) != 2 or not (code.isascii() and code.isdecimal()):
        return rows
    return rows.filter(industry__gte=code, industry__lt=f"{int(code) + 1:02}" if code != "99" else "A")


def _clusters(request: HttpRequest) -> list[tuple[str, Any]]:
    person: Person = request.user  # type: ignore[assignment]
    return list(Cluster.objects.visible_to(person).values_list("code", "name"))


def _by(name: str, label: Any, known: Mapping[str, tuple[Any, Callable[[], Q]]]) -> Filter:
    """A filter over conditions of its own, each with its label."""
    return Filter(
        name,
        label,
        lambda request: [(value, text) for value, (text, _such) in known.items()],
        lambda rows, value: rows.filter(known[value][1]()) if value in known else rows,
    )


def _filters(on: date) -> tuple[Filter, ...]:
    library = {
        "in": (_("在库规上工业"), partial(queries.in_library, on)),
        "out": (_("不在库"), partial(queries.not_in_library, on)),
        "left": (_("曾在库，已退出"), partial(queries.has_left, on)),
    }
    entered = {
        value: (_("本年%(entry)s") % {"entry": label}, partial(queries.entered_as, value, on))
        for value, label in EntryClass.choices
    }
    tiers = {value: (label, partial(queries.of_tier, value, on)) for value, label in Tier.choices}
    boards: dict[str, tuple[Any, Callable[[], Q]]] = {"any": (_("任一板块"), partial(queries.is_listed, on))}
    boards |= {value: (label, partial(queries.is_listed, on, value)) for value, label in ListingBoard.choices}
    return (
        Filter("place", _("县（市、区）"), counties_of, in_place_of("place")),
        Filter("division", _("行业大类"), _divisions, _of_division),
        _by("library", _("四上库"), library),
        _by("entry", _("本年入库"), entered),
        by_choices("size", _("规模"), Size),
        _by("tier", _("梯度层级"), tiers),
        Filter("cluster", _("产业集群"), _clusters, lambda rows, code: rows.filter(queries.of_cluster(code))),
        _by("board", _("上市"), boards),
        _by("key", _("重点企业"), {"yes": (_("是"), partial(Q, is_key=True))}),
    )


def register_on(
    on: date,
    *,
    name: str = "enterprises",
    title: Any = TITLE,
    template: str = "enterprises/register.html",
    empty: Any = EMPTY,
    columns: tuple[Column, ...] = COLUMNS,
    order: str = "-pk",
) -> Register:
    """The register of enterprises as it is asked for on a day."""
    return Register(
        name=name, title=title, columns=columns, filters=_filters(on), order=order, template=template, empty=empty
    )


def _seen(person: Person) -> QuerySet[Enterprise]:
    return Enterprise.objects.standing().filter(place__in=queries.places_of(person))


@login_required
@require_safe
def register(request: Request) -> HttpResponseBase:
    require(request.user, Permission.ENTERPRISE_VIEW)
    person, day = request.user, timezone.localdate()
    year = queries.year_of(day)
    rows = queries.with_standing(_seen(person), year, day)
    context = {
        "year": year,
        "may_enter": person.place is not None and may(person, Permission.ENTERPRISE_EDIT, person.place),
        "may_merge": holds(person, Permission.ENTERPRISE_MERGE),
    }
    return register_on(day).page(request, rows, **context)


def _asked_place(request: Request) -> Place | None:
    """The place in ``?place=``, else the person's own."""
    own = request.user.place
    code = request.GET.get("place", "")
    visible = Place.objects.within(own) if own else Place.objects.none()
    return get_object_or_404(visible, code=code) if code else own


@login_required
@require_safe
def board(request: Request) -> HttpResponse:
    """The four ladders with counts, and on each the firms nearest to the next rung with what they lack."""
    person, day = request.user, timezone.localdate()
    require(person, Permission.ENTERPRISE_VIEW)
    place, year = _asked_place(request), queries.year_of(day)
    columns = (
        queries.nearest_on_rungs(_seen(person).filter(place__path__startswith=place.path), year, day, CARDS)
        if place
        else []
    )
    context = {"place": place, "counties": counties_of(request), "rungs": columns, "year": year}
    return render(request, "enterprises/board.html", context)


@login_required
@require_safe
def rung(request: Request, code: str) -> HttpResponseBase:
    """All firms of one ladder, the nearest to the next rung first, with what each lacks in its own units."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    day = timezone.localdate()
    found = next((one for one in queries.rungs() if one.code == code), None)
    if found is None:
        raise Http404(code)
    year = queries.year_of(day)
    rows = queries.with_distance(queries.on_rung(_seen(request.user), found, day), found, year, day)
    bounds = queries.bounds_of(found, day)
    columns = (
        *IDENTITY,
        Column("known__people", _("从业人员(人)"), Kind.COUNT, is_sortable=False),
        Column("known__revenue_wan", _("营业收入(万元)"), Kind.WAN, is_sortable=False),
        *(LACKS[name] for name in bounds),
    )
    order = "distance" if bounds else "-pk"
    listing = register_on(
        day, name=f"rung:{code}", title=found.label, template="enterprises/rung.html", columns=columns, order=order
    )
    return listing.page(request, rows, rung=found, year=year)
