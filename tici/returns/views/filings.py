"""One filing: its entries with findings and last month beside the cells, its vintages, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.dates import month_words
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Kind, Listing, Register
from tici.returns import actions, queries, rules
from tici.returns.forms import AcceptForm, AnswerForm, SendBackForm, UnlockForm
from tici.returns.models import Entry, Filing, Finding, Severity, Vintage

from .registers import ENTRY_COLUMNS, by_finding

SHOWN = (
    "plan_year_wan", "done_month_wan", "done_ytd_wan", "done_total_wan", "completion_rate_given", "progress_text",
    "problem_text",
)  # fmt: skip
LINES = Register(
    name="filing",
    title=gettext_lazy("项目月度调度表"),
    columns=(
        *(replace(one, is_shown=True) for one in ENTRY_COLUMNS if one.field in {"project__name", *SHOWN}),
        Column("rate", gettext_lazy("完成率"), Kind.RATE),
    ),
    filters=(Filter("finding", gettext_lazy("审核提示"), lambda request: Severity.choices, by_finding),),
    is_searchable=False,
    order="pk",
    page_size=50,
)


def seen(request: Request, pk: int) -> Filing:
    """A filing of the person's place; any other is not there."""
    filings = Filing.objects.visible_to(request.user).select_related("place")
    return get_object_or_404(filings, pk=pk)


@login_required
@require_safe
def filing(request: Request, pk: int) -> HttpResponseBase:
    found = seen(request, pk)
    require(request.user, Permission.RETURN_VIEW, found.place)
    return _page(request, found)


def _page(request: Request, found: Filing, status: int = 200, **forms_: forms.Form) -> HttpResponseBase:
    vintages = list(found.vintages.select_related("made_by").annotate(count=Count("entries")).order_by("-number"))
    wanted = request.GET.get("vintage", "")
    vintage = next((one for one in vintages if str(one.number) == wanted), None) or _current(vintages)
    rows = queries.with_rate(Entry.objects.filter(vintage=vintage), found.month.year)
    if request.GET.get("as") in {"xlsx", "csv"} and vintage:
        return LINES.page(request, rows)
    context: dict[str, Any] = {
        "filing": found, "vintages": vintages, "vintage": vintage, "current": _current(vintages),
        "may_review": may(request.user, Permission.RETURN_REVIEW, found.place),
        "may_file": may(request.user, Permission.RETURN_FILE, found.place) and found.is_open,
        "send_back": SendBackForm(auto_id="send-back-%s"), "accept": AcceptForm(auto_id="accept-%s"),
        "unlock": UnlockForm(auto_id="unlock-%s"),
        "findings": Severity.choices, "register": LINES,
    }  # fmt: skip
    if vintage:
        context |= _lines(request, found, rows) | {"counts": _counts(vintage)}
    return render(request, "returns/filing.html", context | forms_, status=status)


def _current(vintages: Sequence[Vintage]) -> Vintage | None:
    return next((one for one in vintages if one.undone_at is None), None)


def _counts(vintage: Vintage) -> dict[str, int]:
    findings = Finding.objects.filter(entry__vintage=vintage)
    return findings.aggregate(
        stop=Count("pk", filter=Q(severity=Severity.STOP)),
        ask=Count("pk", filter=Q(severity=Severity.ASK, answer="")),
        answered=Count("pk", filter=Q(severity=Severity.ASK) & ~Q(answer="")),
        note=Count("pk", filter=Q(severity=Severity.NOTE)),
    )


def _lines(request: Request, found: Filing, rows: QuerySet[Entry]) -> dict[str, Any]:
    """One page of entries with everything that stands beside their cells."""
    listing = Listing(LINES, LINES.columns, request.GET.dict(), LINES.narrowed(request, rows))
    wanted = [row["pk"] for row in listing.rows]
    entries = {one.pk: one for one in rows.filter(pk__in=wanted).select_related("project", "source__upload")}
    lines = queries.filing_lines([entries[pk] for pk in wanted], SHOWN, found.month)
    return {"listing": listing, "lines": lines}


@login_required
@require_safe
def compare(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    require(request.user, Permission.RETURN_VIEW, found.place)
    vintages = list(found.vintages.select_related("made_by").order_by("number"))
    asked = (request.GET.get("old", ""), request.GET.get("new", ""))
    by_number = {str(one.number): one for one in vintages}
    old, new = (by_number.get(number) for number in asked)
    if old is None or new is None:
        old, new = (vintages[-2], vintages[-1]) if len(vintages) > 1 else (None, None)
    rows = queries.differences(old, new) if old and new else []
    labels = {column.field: column.label for column in ENTRY_COLUMNS}
    shown = [(row, labels.get(row.column, ""), row.column.endswith("_wan")) for row in rows]
    context = {"filing": found, "vintages": vintages, "old": old, "new": new, "rows": shown}
    return render(request, "returns/compare.html", context)


def _review(
    request: Request, pk: int, name: str, form: forms.Form | None, act: Callable[..., Filing], said: str
) -> HttpResponseBase:
    """One step of the review: asked for by a form, done by an action, or refused beside the form."""
    found = seen(request, pk)
    require(request.user, Permission.RETURN_REVIEW, found.place)
    if form is not None and not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        act(filing=found, by=request.user, at=timezone.now(), **(form.cleaned_data if form is not None else {}))
    except Refused as refused:
        if form is None:
            messages.warning(request, refused.sentence)
            return redirect(found)
        refused.show_on(form)
        found.refresh_from_db()
        return _page(request, found, 422, **{name: form})
    messages.success(request, said % {"place": found.place, "month": month_words(found.month)})
    return redirect(found)


@login_required
@require_POST
def send_back(request: Request, pk: int) -> HttpResponseBase:
    form = SendBackForm(request.POST, auto_id="send-back-%s")
    return _review(request, pk, "send_back", form, actions.send_back, _("%(place)s%(month)s月报已退回。"))


@login_required
@require_POST
def accept(request: Request, pk: int) -> HttpResponseBase:
    form = AcceptForm(request.POST, auto_id="accept-%s")
    return _review(request, pk, "accept", form, actions.accept_filing, _("%(place)s%(month)s月报已审核通过。"))


@login_required
@require_POST
def lock(request: Request, pk: int) -> HttpResponseBase:
    return _review(request, pk, "lock", None, actions.lock_filing, _("%(place)s%(month)s月报已锁定。"))


@login_required
@require_POST
def unlock(request: Request, pk: int) -> HttpResponseBase:
    form = UnlockForm(request.POST, auto_id="unlock-%s")
    return _review(request, pk, "unlock", form, actions.unlock_filing, _("%(place)s%(month)s月报已解锁。"))


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    visible = Finding.objects.filter(entry__in=Entry.objects.visible_to(request.user))
    finding = get_object_or_404(visible.select_related("entry__project", "entry__vintage__filing__place"), pk=pk)
    found = finding.entry.vintage.filing
    require(request.user, Permission.RETURN_FILE, found.place)
    form = AnswerForm(request.POST or None, initial={"answer": finding.answer})
    if form.is_valid():
        try:
            actions.answer_finding(finding=finding, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("说明已记下。"))
            return redirect(found)
    context = {"form": form, "finding": finding, "filing": found, "sentence": rules.finding_sentence(finding)}
    return render(request, "returns/answer.html", context, status=422 if form.is_bound else 200)
