"""The month of a form: how it stands county by county, opening it, the units' reports, reviewing many, and the seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, holds, may, require
from tici.accounts.requests import Request
from tici.core.dates import month_words
from tici.core.measures import Scope
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Kind, Register
from tici.core.uploads import path_of
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.forms import AcceptForm, MonthForm, SealForm
from tici.returns.models import CellQuery, FilingState, FormVersion, SealedMonth, UnitReport

from .boards import own_place
from .indicators import is_of_city, require_of_city

NOTES = (
    ("stops", gettext_lazy("有须更正")),
    ("asks", gettext_lazy("有待说明")),
    ("queries", gettext_lazy("有未了结的疑问")),
    ("clean", gettext_lazy("无待办")),
)
SAID = 5  # reasons that are said of many reports at once
SHOWN_LEFT = 100  # units that a seal would take as they are, written out
OPEN_QUERY = CellQuery.objects.filter(report=OuterRef("pk"), closed_at__isnull=True)


def asked_form(code: str) -> FormVersion:
    """The newest published version of a form; a form that was never published is not there."""
    version = FormVersion.objects.filter(code=code, is_published=True).order_by("-from_month").first()
    if version is None:
        raise Http404("No such form.")
    return version


def asked_form_month(request: Request, code: str, *, is_posted: bool = False) -> Month:
    """The month asked for (or sent with a form), else the form's newest that was opened, else the newest of all."""
    posted = request.POST.get("month", "") if is_posted else ""
    try:
        return Month.parse(posted or request.GET.get("month", ""))
    except ValueError:
        return next(iter(queries.months_of_form(code)), queries.latest_month())


def at_month(name: str, code: str, month: Month, place: str = "") -> str:
    """The address of a page about a month of a form, or of a place's part of it."""
    return reverse(f"returns:{name}", args=[code, place] if place else [code], query={"month": str(month)})


def called(person: str) -> Coalesce:
    """What a person is called in a list, as elsewhere: the name they go by, else the name they sign in with."""
    return Coalesce(NullIf(f"{person}__display_name", Value("")), f"{person}__username")


@login_required
@require_safe
def form_month(request: Request, code: str) -> HttpResponse:
    """The board of a form's month: county by county how many are expected, filed, late, sent back, accepted."""
    require(request.user, Permission.RETURN_VIEW)
    return _board(request, code)


def _board(request: Request, code: str, status: int = 200, **more: Any) -> HttpResponse:
    version, month, place = asked_form(code), asked_form_month(request, code), own_place(request)
    months = queries.months_of_form(code)
    board = queries.completeness(Scope(request.user, place, month), code, timezone.localdate())
    context = {
        "version": version, "month": month, "months": months, "board": board, "place": place,
        "reminder": queries.form_reminder(board) if board.rows else "",
        "forms": _published(), "seal": SealedMonth.objects.filter(code=code, month_on=month.first).first(),
        "next_month": months[0] + 1 if months else month,
        "may_review": may(request.user, Permission.RETURN_REVIEW, place),
        "may_open": holds(request.user, Permission.RETURN_REVIEW) and is_of_city(request),
        "may_file": may(request.user, Permission.RETURN_FILE, place),
        "may_seal": holds(request.user, Permission.RETURN_SEAL) and is_of_city(request),
        "is_untouched": bool(board.rows) and not board.total.filed,
    }  # fmt: skip
    return render(request, "returns/forms/month.html", context | more, status=status)


def _published() -> list[tuple[str, str]]:
    """The forms in use by code and name, each once, as its newest version calls it."""
    rows = FormVersion.objects.filter(is_published=True, is_retired=False).order_by("from_month")
    return list(dict(rows.values_list("code", "name")).items())


@login_required
@require_safe
def form_months(request: Request) -> HttpResponse:
    """The board of the first form; where there is none, what to do about it."""
    require(request.user, Permission.RETURN_VIEW)
    forms = _published()
    if forms:
        return redirect("returns:form_month", forms[0][0])
    return render(request, "returns/forms/none.html", {"may_edit": holds(request.user, Permission.FORM_EDIT)})


@login_required
@require_POST
def open_form_month(request: Request, code: str) -> HttpResponse:
    """Await a report of every unit of the form for a month."""
    require_of_city(request, Permission.RETURN_REVIEW)
    asked_form(code)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return _board(request, code, 422, opening=form)
    month: Month = form.cleaned_data["month"]
    try:
        version = queries.form_on(code, month)
    except FormVersion.DoesNotExist:
        form.add_error("month", _("该月还没有起用的版本。请换一个月份，或在“报表”中另存从该月起用的版本。"))
        return _board(request, code, 422, opening=form)
    try:
        opened = actions.open_form_month(version, month, by=request.user, at=timezone.now())
    except Refused as refused:
        refused.show_on(form)
        return _board(request, code, 422, opening=form)
    words = (
        _("%(form)s%(month)s已开始填报，%(count)s个单位待报。") if opened else _("%(form)s%(month)s此前已开始填报。")
    )
    messages.success(request, words % {"form": version, "month": month_words(month), "count": opened})
    return redirect(at_month("form_month", code, month))


@login_required
@require_POST
def withdraw_form_month(request: Request, code: str) -> HttpResponse:
    """Take back a month of the form that was opened by mistake."""
    require_of_city(request, Permission.RETURN_REVIEW)
    version, month = asked_form(code), asked_form_month(request, code, is_posted=True)
    try:
        actions.withdraw_form_month(version, month, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(at_month("form_month", code, month))
    words = _("%(form)s%(month)s的填报已撤销，各单位不再待报。")
    messages.success(request, words % {"form": version, "month": month_words(month)})
    return redirect("returns:form_month", code)


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "late":
        return rows.late(timezone.localdate())  # type: ignore[attr-defined]
    return rows.filter(state=state) if state in FilingState.values else rows


def _by_note(rows: QuerySet[Any], note: str) -> QuerySet[Any]:
    match note:
        case "stops":
            return rows.filter(stops__gt=0)
        case "asks":
            return rows.filter(asks__gt=0)
        case "queries":
            return rows.filter(Exists(OPEN_QUERY))
        case "clean":
            return rows.filter(~Exists(OPEN_QUERY), stops=0, asks=0)
    return rows


def _by_place(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(place__path__contains=f"{code}/")


def _counties(request: HttpRequest) -> Sequence[tuple[str, str]]:
    own = request.user.place  # type: ignore[union-attr]
    return [(one.code, one.short_name) for one in Place.objects.within(own).county_level()] if own else []


def _states(request: HttpRequest) -> Sequence[tuple[str, Any]]:
    return [*FilingState.choices, ("late", _("逾期"))]


def _months(request: HttpRequest) -> Sequence[tuple[str, str]]:
    code = request.resolver_match.kwargs["code"] if request.resolver_match else ""
    return [(str(month), str(month)) for month in queries.months_of_form(code)]


def _as_they_are(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows  # the month chooses the rows before the register narrows them


REPORTS = Register(
    name="reports",
    title=gettext_lazy("单位月报"),
    columns=(
        Column("unit_name", gettext_lazy("填报单位"), link="pk", link_url="returns:report"),
        Column("place__short_name", gettext_lazy("地区"), sort="place__position"),
        Column("state", gettext_lazy("状态"), choices=tuple(FilingState.choices)),
        Column("due_on", gettext_lazy("报送期限"), Kind.DATE, is_shown=False),
        Column("first_filed_at", gettext_lazy("首次报送"), Kind.TIME),
        Column("last_filed_at", gettext_lazy("最近报送"), Kind.TIME, is_shown=False),
        Column("vintage_number", gettext_lazy("版次"), Kind.COUNT),
        Column("stops", gettext_lazy("须更正"), Kind.COUNT),
        Column("asks", gettext_lazy("待说明"), Kind.COUNT),
    ),
    filters=(
        Filter("month", gettext_lazy("月份"), _months, _as_they_are),
        Filter("place", gettext_lazy("地区"), _counties, _by_place),
        Filter("state", gettext_lazy("状态"), _states, _by_state),
        Filter("note", gettext_lazy("审核"), lambda request: NOTES, _by_note),
    ),
    is_searchable=False,
    order="pk",
    page_size=100,
    template="returns/reports/reports.html",
    empty=gettext_lazy("本月还没有开始填报。请由市级调度员在“报表填报”中开始。"),
)


@login_required
@require_safe
def reports(request: Request, code: str) -> HttpResponseBase:
    """The reports of a form's month; whoever reviews chooses many and accepts them together."""
    require(request.user, Permission.RETURN_VIEW)
    return _reports(request, code)


def _reports(request: Request, code: str, **more: Any) -> HttpResponseBase:
    version, month = asked_form(code), asked_form_month(request, code)
    rows = UnitReport.objects.visible_to(request.user).of(code, month)
    rows = rows.annotate(unit_name=Coalesce("enterprise__name", "cluster__name", "place__name"))
    context = {
        "version": version, "month": month, "accept": AcceptForm(auto_id="accept-%s"),
        "choosing": "returns/reports/_choosing.html" if holds(request.user, Permission.RETURN_REVIEW) else "",
        "crumbs": [(str(version), at_month("form_month", code, month)), (_("单位月报"), "")],
    }  # fmt: skip
    return REPORTS.page(request, rows, **context | more)


@login_required
@require_POST
def review_many(request: Request, code: str) -> HttpResponse:
    """Accept or lock the chosen reports, or all that the list shows; what stands against one stops them all."""
    require(request.user, Permission.RETURN_REVIEW)
    month = asked_form_month(request, code, is_posted=True)
    rows: QuerySet[UnitReport] = UnitReport.objects.visible_to(request.user).of(code, month)
    if request.POST.get("all"):
        rows = REPORTS.narrowed(request, rows)
    else:
        rows = rows.filter(pk__in=[pk for pk in request.POST.getlist("pk") if pk.isdigit()])
    found = list(rows)
    if not found:
        messages.warning(request, _("没有选择月报。请勾选要办理的月报。"))
    elif request.POST.get("do") == "lock":
        _done(request, lambda **given: actions.lock_reports(reports=found, **given), _("%(count)s份月报已锁定。"))
    else:
        reason = request.POST.get("reason", "")
        _done(
            request,
            lambda **given: actions.accept_reports(reports=found, reason=reason, **given),
            _("%(count)s份月报已审核通过。"),
        )
    asked = request.GET.urlencode()
    return redirect(f"{reverse('returns:reports', args=[code])}?{asked or f'month={month}'}")


def _done(request: Request, do: Callable[..., int], said: str) -> None:
    """Do it and say for how many, or say the first reasons against it and how many more there are."""
    try:
        count = do(by=request.user, at=timezone.now())
    except Refused as refused:
        sentences = [str(one.message) for one in refused.refusals]
        more = _("另有%(count)s处。") % {"count": len(sentences) - SAID} if len(sentences) > SAID else ""
        messages.warning(request, _("没有办理。") + "".join(sentences[:SAID]) + more)
    else:
        messages.success(request, said % {"count": count})


@login_required
@require_http_methods(["GET", "POST"])
def seal(request: Request, code: str) -> HttpResponse:
    """Close a month of a form for good; the month is typed again first."""
    require_of_city(request, Permission.RETURN_SEAL)
    version, month = asked_form(code), asked_form_month(request, code, is_posted=True)
    form = SealForm(request.POST or None, wanted=str(month))
    left = UnitReport.objects.of(code, month).filter(~Q(state=FilingState.LOCKED) | Q(stops__gt=0)).order_by("pk")
    if form.is_bound and form.is_valid():
        despite = list(left.values_list("pk", flat=True)) if form.cleaned_data["as_they_are"] else []
        try:
            actions.seal_month(code, month, by=request.user, at=timezone.now(), despite=despite)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("%(form)s%(month)s已封账。") % {"form": version, "month": month_words(month)})
            return redirect("returns:sealed")
    board = queries.completeness(Scope(request.user, own_place(request), month), code, timezone.localdate())
    context = {
        "form": form, "version": version, "month": month, "board": board, "left_count": left.count(),
        "left": left.select_related("enterprise", "cluster", "place")[:SHOWN_LEFT],
        "seal": SealedMonth.objects.filter(code=code, month_on=month.first).first(),
        "crumbs": [(str(version), at_month("form_month", code, month)), (_("封账"), "")],
    }  # fmt: skip
    return render(request, "returns/forms/seal.html", context, status=422 if form.errors else 200)


SEALED = Register(
    name="sealed",
    title=gettext_lazy("封账月份"),
    columns=(
        Column("form", gettext_lazy("报表"), link="pk", link_url="returns:sealed_month"),
        Column("code", gettext_lazy("表号"), is_shown=False),
        Column("month_on", gettext_lazy("月份"), Kind.MONTH),
        Column("units", gettext_lazy("单位数"), Kind.COUNT),
        Column("sealed_at", gettext_lazy("封账时间"), Kind.TIME),
        Column("sealer", gettext_lazy("封账人")),
        Column("snapshot__digest", gettext_lazy("摘要(SHA-256)"), Kind.CODE),
    ),
    filters=(
        Filter("code", gettext_lazy("报表"), lambda request: _published(), lambda rows, code: rows.filter(code=code)),
    ),
    is_searchable=False,
    order="-month_on",
    empty=gettext_lazy("还没有封账的月份。月报都审核后，由市级调度员在“报表填报”中封账。"),
)


@login_required
@require_safe
def sealed(request: Request) -> HttpResponseBase:
    """The closed months with the digests of their snapshots."""
    require(request.user, Permission.RETURN_VIEW)
    versions = FormVersion.objects.filter(
        code=OuterRef("code"), is_published=True, from_month__lte=OuterRef("month_on")
    )
    name = Coalesce(versions.order_by("-from_month").values("name")[:1], "code")
    return SEALED.page(request, SealedMonth.objects.annotate(form=name, sealer=called("sealed_by")))


@login_required
@require_safe
def sealed_month(request: Request, pk: int) -> HttpResponse:
    """One closed month: its digest, what was corrected since, and the snapshot to take away."""
    require(request.user, Permission.RETURN_VIEW)
    found = get_object_or_404(SealedMonth.objects.select_related("snapshot", "sealed_by"), pk=pk)
    month = Month.of(found.month_on)
    corrected = UnitReport.objects.visible_to(request.user).of(found.code, month)
    corrected = corrected.filter(vintages__is_after_seal=True, vintages__undone_at__isnull=True).distinct()
    version = asked_form(found.code)
    context = {
        "seal": found, "month": month, "version": version,
        "corrected": corrected.select_related("enterprise", "cluster", "place").order_by("pk"),
        "may_take": is_of_city(request),
        "crumbs": [(_("封账月份"), reverse("returns:sealed")), (f"{version} {month}", "")],
    }  # fmt: skip
    return render(request, "returns/forms/sealed_month.html", context)


@login_required
@require_safe
def snapshot(request: Request, pk: int) -> FileResponse:
    """The Parquet file of a closed month, every county in it: for whoever holds the city."""
    require_of_city(request, Permission.RETURN_VIEW)
    found = get_object_or_404(SealedMonth.objects.select_related("snapshot"), pk=pk)
    path = path_of(found.snapshot.digest)
    if not path.is_file():
        raise Http404
    name = f"{found.code}-{found.month_on:%Y-%m}.parquet"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
