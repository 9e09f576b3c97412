"""Lists of other offices: handed in, watched while they are matched, looked through, removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused, settled
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.enterprises import actions
from tici.enterprises.forms import OfficeListForm, RemoveListForm
from tici.enterprises.models import LeftAside, ListedFirm, ListedState, ListKind, ListState, OfficeList
from tici.enterprises.queries import listed_pool
from tici.enterprises.queries import office_lists as queries
from tici.enterprises.rules.office_lists import note_sentence
from tici.places.models import Place

from .changes import asked

LONGEST_NUMBER, SHOWN_LEFT = 19, 5  # digits of a row's number; rows that stayed out and are told one by one
TITLE = gettext_lazy("外部名单")
LISTS = Register(
    name="office_lists",
    title=TITLE,
    columns=(
        Column("name", gettext_lazy("文件"), link="pk", link_url="enterprises:office_list"),
        Column("kind", gettext_lazy("来源"), choices=tuple(ListKind.choices)),
        Column("place__short_name", gettext_lazy("地区"), sort="place__position"),
        Column("year", gettext_lazy("数据年度"), Kind.CODE),
        Column("through", gettext_lazy("截至月份"), Kind.CODE, is_sortable=False),
        Column("rows", gettext_lazy("行数"), Kind.COUNT),
        Column("waiting", gettext_lazy("待核对"), Kind.COUNT, is_sortable=False),
        Column("state", gettext_lazy("状态"), choices=tuple(ListState.choices)),
        Column("received_at", gettext_lazy("收到时间"), Kind.TIME),
    ),
    filters=(by_choices("kind", gettext_lazy("来源"), ListKind), by_choices("state", gettext_lazy("状态"), ListState)),
    is_searchable=False,
    template="enterprises/office_lists.html",
    empty=gettext_lazy("税务、供电、市场监管等部门给的企业名单，从“上传名单”放进来，与企业台账匹配。"),
)
FIRM = Column("enterprise__name", gettext_lazy("台账企业"), link="enterprise_id", link_url="desk:enterprise")
WHO = (
    Column("name", gettext_lazy("名单上的名称"), link="pk", link_url="enterprises:listed_firm"),
    Column("uscc", gettext_lazy("名单上的代码"), Kind.CODE, is_sortable=False),
)
FIGURES = (
    Column("industry", gettext_lazy("行业代码"), Kind.CODE, is_sortable=False),
    Column("revenue_wan", gettext_lazy("营业收入(万元)"), Kind.WAN),
    Column("vat_sales_wan", gettext_lazy("开票销售额(万元)"), Kind.WAN),
    Column("electricity_wan_kwh", gettext_lazy("用电量(万千瓦时)"), Kind.WAN),
)
WHERE = (
    Column("address", gettext_lazy("地址"), is_sortable=False, is_shown=False),
    Column("district", gettext_lazy("名单上的地区"), is_sortable=False),
    Column("sheet", gettext_lazy("工作表"), is_sortable=False, is_shown=False),
    Column("row", gettext_lazy("行"), Kind.CODE, is_sortable=False),
)
LIKELY = Column("probability", gettext_lazy("把握"), Kind.RATE)
STATE = Column("state", gettext_lazy("匹配结果"), choices=tuple(ListedState.choices), is_sortable=False)
LINE = Column("line_wan", gettext_lazy("入库标准(万元)"), Kind.WAN, is_sortable=False)
FLAG = Filter(
    "flag",
    gettext_lazy("提示"),
    lambda request: [(flag.value, words) for flag, words in queries.FLAGS.items()],
    lambda rows, value: rows.filter(flags__contains=[value]),
)
OVER = Filter(
    "over",
    gettext_lazy("入库标准"),
    lambda request: [("yes", _("达到")), ("no", _("未达到或不能判断"))],
    lambda rows, value: rows.filter(is_over_line=value == "yes") if value in {"yes", "no"} else rows,
)
HANDLED = Column("handled", gettext_lazy("培育库"), choices=listed_pool.HANDLED, is_sortable=False)
WHY_NOT = Column("left_aside", gettext_lazy("不列入原因"), choices=tuple(LeftAside.choices), is_sortable=False)
BY_HANDLED = Filter(
    "handled",
    gettext_lazy("培育库"),
    lambda request: listed_pool.HANDLED,
    lambda rows, value: rows.filter(handled=value) if value in dict(listed_pool.HANDLED) else rows,
)
TABS: dict[str, tuple[Any, tuple[Column, ...], str, str]] = {
    "matched": (gettext_lazy("已匹配"), (*WHO, FIRM, LIKELY, STATE, *FIGURES, *WHERE), "pk", "matched"),
    "desk": (gettext_lazy("待核对"), (*WHO, LIKELY, *FIGURES, *WHERE), "-probability", "desk"),
    "leads": (gettext_lazy("台账以外"), (*WHO, *FIGURES, *WHERE), "pk", "leads"),
    "missing": (
        gettext_lazy("应统未统"),
        (WHO[0], FIRM, HANDLED, *FIGURES[1:3], LINE, *FIGURES[:1], WHO[1], *WHERE, WHY_NOT),
        "pk",
        "missing",
    ),
}


def list_for(request: Request, pk: int) -> OfficeList:
    """The list a request is about, if the person may see it; lists of other offices are for those who keep firms."""
    visible = OfficeList.objects.visible_to(request.user).select_related("place", "job", "received_by", "upload")
    found = get_object_or_404(visible, pk=pk)
    require(request.user, Permission.ENTERPRISE_EDIT, found.place)
    return found


def places_for(person: Person) -> QuerySet[Place]:
    """The places whose lists a person may hand in: the person's own, and the counties inside it."""
    if person.place is None:
        return Place.objects.none()
    inside = Place.objects.within(person.place).county_level()
    return Place.objects.filter(pk__in=[person.place.pk, *inside.values_list("pk", flat=True)]).order_by("position")


@login_required
@require_safe
def office_lists(request: Request) -> HttpResponseBase:
    """The lists of one's place, the newest first."""
    require(request.user, Permission.ENTERPRISE_EDIT)
    return LISTS.page(request, queries.with_waiting(OfficeList.objects.visible_to(request.user)))


@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Hand in a list; it is matched in the background."""
    require(request.user, Permission.ENTERPRISE_EDIT)
    initial = {"year": timezone.localdate().year - 1, "place": request.user.place}
    form = OfficeListForm(request.POST or None, request.FILES or None, places=places_for(request.user), initial=initial)
    received: list[OfficeList] = []

    def receive() -> None:
        said = dict(form.cleaned_data)
        require(request.user, Permission.ENTERPRISE_EDIT, said["place"])
        file = said.pop("file")
        by, at = request.user, timezone.now()
        made = actions.receive_list(file=file, name=file.name, size=file.size, by=by, at=at, **said)
        received.append(made)

    if settled(form, receive):
        messages.success(request, _("名单已收到，正在后台匹配，可以离开本页。"))
        return redirect(received[0])
    crumbs = [(TITLE, reverse("enterprises:office_lists")), (_("上传名单"), "")]
    return asked(request, "enterprises/office_list_new.html", form, crumbs=crumbs)


@login_required
@require_safe
def office_list(request: Request, pk: int) -> HttpResponseBase:
    """One list: how far it is while it is matched, then its rows by what they are held to be."""
    found = list_for(request, pk)
    crumbs = [(TITLE, reverse("enterprises:office_lists")), (found.name, "")]
    context: dict[str, Any] = {"list": found, "crumbs": crumbs}
    if request.htmx and "progress" in request.GET:  # asked each second by the page of a waiting list
        return render(request, "enterprises/_list_progress.html", context)
    if found.state != ListState.MATCHED:
        return render(request, "enterprises/office_list_waiting.html", context)
    day = timezone.localdate()
    counts = queries.counts_of(found, day)
    code = request.GET.get("tab", "")
    code = code if code in TABS else "missing" if counts.missing else "matched"
    register = _register(code)
    tabs = [
        {"code": one, "label": words, "count": getattr(counts, field), "is_here": one == code}
        for one, (words, _columns, _order, field) in TABS.items()
    ]
    notes = [note_sentence(note) for note in found.notes]
    context |= {"tab": code, "tabs": tabs, "counts": counts, "notes": notes, "day": day, "reasons": LeftAside.choices}
    if code == "missing":
        context |= {"unsettled": listed_pool.waiting_count(found, day), "choosing": "enterprises/_choosing_listed.html"}
    return register.page(request, _rows(found, code), **context)


def _register(tab: str) -> Register:
    label, columns, order, _count = TABS[tab]
    filters = (BY_HANDLED,) if tab == "missing" else (FLAG, OVER)
    return Register(
        name=f"listed:{tab}", title=label, columns=columns, filters=filters, order=order,
        template="enterprises/office_list.html", empty=_("这一类没有企业。"),
    )  # fmt: skip


def _rows(office_list: OfficeList, tab: str) -> QuerySet[ListedFirm]:
    """The rows of a tab."""
    if tab == "missing":
        return listed_pool.with_handled(queries.missing(office_list, timezone.localdate()))
    states = {
        "matched": [ListedState.AUTOMATIC, ListedState.DECIDED],
        "desk": [ListedState.DESK],
        "leads": [ListedState.LEAD],
    }
    return ListedFirm.objects.filter(office_list=office_list, state__in=states[tab])


@login_required
@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Match a list anew that was stopped."""
    found = list_for(request, pk)
    actions.match_again(office_list=found, by=request.user, at=timezone.now())
    return redirect(found)


@login_required
@require_POST
def into_pool(request: Request, pk: int) -> HttpResponse:
    """Put the chosen rows into the cultivation pool, or say why they are left aside; all that match where asked."""
    found = list_for(request, pk)
    rows = _chosen(request, found)
    now = timezone.now()
    try:
        if request.POST.get("do") == "aside":
            words, reason = request.POST.get("words", ""), request.POST.get("reason", "")
            count = actions.leave_aside(
                office_list=found, rows=rows, reason=reason if reason in LeftAside.values else "", words=words[:200],
                by=request.user, at=now,
            )  # fmt: skip
            messages.success(request, _("%(count)s行不列入培育库，原因已记录，可在该行撤销。") % {"count": count})
        else:
            done = actions.propose_listed(
                office_list=found, rows=rows, on=timezone.localdate(), by=request.user, at=now
            )
            tell_proposed(request, done)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(f"{found.get_absolute_url()}?{request.GET.urlencode() or 'tab=missing'}")


def _chosen(request: Request, office_list: OfficeList) -> list[int]:
    """The rows that are ticked, or all that match what the list is narrowed to."""
    if "all" in request.POST:
        rows = _register("missing").narrowed(request, _rows(office_list, "missing"))
        return list(rows.order_by("pk").values_list("pk", flat=True)[: actions.MOST_PROPOSED + 1])
    return [int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal() and len(pk) < LONGEST_NUMBER]


def tell_proposed(request: Request, done: actions.Proposed) -> None:
    """Say what came of proposing rows: how many candidates, how many firms entered, and which rows stayed out."""
    if done.candidacies:
        words = {"count": len(done.candidacies), "made": done.made, "entered": done.entered}
        said = _("%(count)s户已列入培育库（新列入%(made)s户，其中新登记企业%(entered)s户）。测算今夜更新。")
        messages.success(request, said % words)
    for row, refusal in done.left[:SHOWN_LEFT]:
        messages.warning(request, _("%(label)s：%(words)s") % {"label": row.name, "words": refusal.message})
    if (more := len(done.left) - SHOWN_LEFT) > 0:
        messages.warning(request, _("另有%(count)s行没有列入，筛选“待确认”可见。") % {"count": more})


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a list away, its name typed again."""
    found = list_for(request, pk)
    form = RemoveListForm(request.POST or None)

    def take_away() -> None:
        actions.remove_list(office_list=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, take_away):
        messages.success(request, _("名单及其匹配结果已移除，操作记录留有这次移除。"))
        return redirect("enterprises:office_lists")
    crumbs = [
        (TITLE, reverse("enterprises:office_lists")),
        (found.name, found.get_absolute_url()),
        (_("移除名单"), ""),
    ]
    return asked(request, "enterprises/office_list_remove.html", form, list=found, crumbs=crumbs)
