"""One unit's report: its figures with what the checks and the city say of them, its vintages, and its review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.models import Role
from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.dates import month_words
from tici.core.refusals import Refused
from tici.returns import actions, queries, rules
from tici.returns.forms import AcceptForm, AnswerForm, AskForm, CellAnswerForm, ReportSendBackForm, UnlockForm
from tici.returns.models import (
    Basis,
    CellQuery,
    FilingState,
    FormVersion,
    Indicator,
    SealedMonth,
    Severity,
    UnitFinding,
    UnitReport,
)

from .allowed import allowed, require_allowed


def seen_report(request: Request, pk: int) -> UnitReport:
    """A report of the person's place; any other is not there."""
    reports = UnitReport.objects.visible_to(request.user).select_related("form", "place", "enterprise", "cluster")
    return get_object_or_404(reports, pk=pk)


@login_required
@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    found = seen_report(request, pk)
    require_allowed(request.user, Permission.RETURN_VIEW, found.place)
    return _page(request, found)


def _page(request: Request, found: UnitReport, status: int = 200, **more: Any) -> HttpResponse:
    vintages = list(found.vintages.select_related("made_by", "source__upload").order_by("-number"))
    current = next((one for one in vintages if one.undone_at is None), None)
    wanted = request.GET.get("vintage", "")
    vintage = next((one for one in vintages if str(one.number) == wanted), None) or current
    seal = SealedMonth.objects.filter(code=found.code, month_on=found.month_on).first()
    lines = queries.report_lines(found, vintage)
    rows = [line.list_row for line in lines if line.list_row is not None]
    opened = {row.pk for row in rows if may(request.user, Permission.ENTERPRISE_EDIT, row.office_list.place)}
    may_review = may(request.user, Permission.RETURN_REVIEW, found.place)
    may_file = allowed(request.user, Permission.RETURN_FILE, found.place)
    context: dict[str, Any] = {
        "report": found, "vintages": vintages, "vintage": vintage, "current": current, "seal": seal, "lines": lines,
        "opened": opened, "may_review": may_review, "may_file": may_file, "is_newest": vintage == current,
        "send_back": ReportSendBackForm(auto_id="send-back-%s"), "accept": AcceptForm(auto_id="accept-%s"),
        "unlock": UnlockForm(auto_id="unlock-%s"), "ask": AskForm(columns=columns_of(found.form), auto_id="ask-%s"),
        "todo": _waiting(found, lines) if may_file and found.is_open and vintage == current else [],
        "is_firm": request.user.role == Role.FIRM_REPORTER, "crumbs": crumbs_of(request, found, str(found.unit)),
    }  # fmt: skip
    return render(request, "returns/reports/report.html", context | more, status=status)


def _waiting(found: UnitReport, lines: Sequence[queries.ReportLine]) -> list[dict[str, Any]]:
    """What a report waits for from who files it: corrections, explanations, answers, in the order of its lines."""
    sheet = reverse("returns:own_sheet", args=[found.pk]) if found.enterprise_id else ""
    waiting = []
    for line in lines:
        label = f"{line.indicator or line.column.indicator} {line.basis}"
        for one, sentence in line.findings:
            words = {"kind": one.get_severity_display(), "label": label, "sentence": sentence}
            if one.severity == Severity.STOP and sheet:
                waiting.append(words | {"tone": "bad", "url": sheet, "do": pgettext("deed", "更正")})
            elif one.severity == Severity.ASK and not one.answer:
                answer = reverse("returns:report_finding", args=[one.pk])
                waiting.append(words | {"tone": "warn", "url": answer, "do": _("说明")})
        waiting += [
            {
                "kind": _("疑问"), "tone": "warn", "label": label, "sentence": one.question, "do": _("答复"),
                "url": reverse("returns:answer_question", args=[one.pk]),
            }
            for one in line.questions
            if one.closed_at is None and not one.answer
        ]  # fmt: skip
    return waiting


def crumbs_of(request: Request, found: UnitReport, here: str, *between: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about a report: by its form's month, or from a firm's own reports."""
    if request.user.role == Role.FIRM_REPORTER:
        return [(_("我的月报"), reverse("returns:own_reports")), *between, (here, "")]
    asked = f"?month={found.month}"
    return [
        (str(found.form), reverse("returns:form_month", args=[found.code]) + asked),
        (_("单位月报"), reverse("returns:reports", args=[found.code]) + asked),
        *between,
        (here, ""),
    ]


def columns_of(form: FormVersion) -> list[tuple[str, str]]:
    """The columns of a form by their code, as a person calls them."""
    names = {one.code: one.name for one in Indicator.objects.all()}
    return [
        (column.code, f"{names.get(column.indicator, column.indicator)} {Basis(column.basis).label}")
        for column in form.columns
    ]


@login_required
@require_safe
def report_compare(request: Request, pk: int) -> HttpResponse:
    """Two vintages of a report, figure by figure; the seal stands between those before it and after it."""
    found = seen_report(request, pk)
    require_allowed(request.user, Permission.RETURN_VIEW, found.place)
    vintages = list(found.vintages.select_related("made_by").order_by("number"))
    by_number = {str(one.number): one for one in vintages}
    old, new = (by_number.get(request.GET.get(key, "")) for key in ("old", "new"))
    if old is None or new is None:
        old, new = (vintages[-2], vintages[-1]) if len(vintages) > 1 else (None, None)
    labels = dict(columns_of(found.form))
    rows = queries.report_differences(found, old, new) if old and new else []
    context = {
        "report": found, "vintages": vintages, "old": old, "new": new,
        "rows": [(labels[column.code], one, other) for column, one, other in rows],
        "crumbs": crumbs_of(request, found, _("对比两版"), (str(found.unit), found.get_absolute_url())),
    }  # fmt: skip
    return render(request, "returns/reports/compare.html", context)


def _step(
    request: Request, found: UnitReport, name: str, form: forms.Form | None, do: Callable[..., object], said: str
) -> HttpResponse:
    """One step: asked for by a form, done by an action, or refused beside the form."""
    if form is not None and not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        do(by=request.user, at=timezone.now(), **(form.cleaned_data if form is not None else {}))
    except Refused as refused:
        if form is None:
            messages.warning(request, refused.sentence)
            return redirect(found)
        refused.show_on(form)
        found.refresh_from_db()
        return _page(request, found, 422, **{name: form})
    messages.success(request, said % {"unit": found.unit, "month": month_words(found.month)})
    return redirect(found)


def _reviewed(request: Request, pk: int) -> UnitReport:
    found = seen_report(request, pk)
    require(request.user, Permission.RETURN_REVIEW, found.place)
    return found


@login_required
@require_POST
def report_send_back(request: Request, pk: int) -> HttpResponse:
    found, form = _reviewed(request, pk), ReportSendBackForm(request.POST, auto_id="send-back-%s")

    def do(**given: Any) -> object:
        return actions.send_back_report(report=found, **given)

    return _step(request, found, "send_back", form, do, _("%(unit)s%(month)s月报已退回。"))


@login_required
@require_POST
def report_accept(request: Request, pk: int) -> HttpResponse:
    found, form = _reviewed(request, pk), AcceptForm(request.POST, auto_id="accept-%s")

    def do(**given: Any) -> object:
        return actions.accept_reports(reports=[found], **given)

    return _step(request, found, "accept", form, do, _("%(unit)s%(month)s月报已审核通过。"))


@login_required
@require_POST
def report_lock(request: Request, pk: int) -> HttpResponse:
    found = _reviewed(request, pk)

    def do(**given: Any) -> object:
        return actions.lock_reports(reports=[found], **given)

    return _step(request, found, "lock", None, do, _("%(unit)s%(month)s月报已锁定。"))


@login_required
@require_POST
def report_unlock(request: Request, pk: int) -> HttpResponse:
    found, form = _reviewed(request, pk), UnlockForm(request.POST, auto_id="unlock-%s")

    def do(**given: Any) -> object:
        return actions.unlock_reports(reports=[found], **given)

    return _step(request, found, "unlock", form, do, _("%(unit)s%(month)s月报已解锁。"))


@login_required
@require_POST
def report_ask(request: Request, pk: int) -> HttpResponse:
    found = _reviewed(request, pk)
    form = AskForm(request.POST, columns=columns_of(found.form), auto_id="ask-%s")

    def do(**given: Any) -> object:
        return actions.ask_cell(report=found, **given)

    return _step(request, found, "ask", form, do, _("疑问已发给%(unit)s的填报员。"))


def _question(request: Request, pk: int, permission: Permission) -> CellQuery:
    """A question about a report the person may see."""
    visible = CellQuery.objects.filter(report__in=UnitReport.objects.visible_to(request.user))
    question = get_object_or_404(visible, pk=pk)
    question.report = seen_report(request, question.report_id)
    require_allowed(request.user, permission, question.report.place)
    return question


@login_required
@require_http_methods(["GET", "POST"])
def answer_question(request: Request, pk: int) -> HttpResponse:
    """What the reporter says to a question about a cell."""
    question = _question(request, pk, Permission.RETURN_FILE)
    form = CellAnswerForm(request.POST or None, initial={"answer": question.answer})

    def do(**given: Any) -> object:
        return actions.answer_query(query=question, **given)

    label = dict(columns_of(question.report.form)).get(question.column, question.column)
    return _answered(
        request, question.report, form, do, _("%(label)s：%(words)s") % {"label": label, "words": question.question}
    )


@login_required
@require_POST
def close_question(request: Request, pk: int) -> HttpResponse:
    question = _question(request, pk, Permission.RETURN_REVIEW)

    def do(**given: Any) -> object:
        return actions.close_query(query=question, **given)

    return _step(request, question.report, "", None, do, _("疑问已了结。"))


@login_required
@require_http_methods(["GET", "POST"])
def answer_report_finding(request: Request, pk: int) -> HttpResponse:
    """What the reporter says to what a check found."""
    visible = UnitFinding.objects.filter(vintage__report__in=UnitReport.objects.visible_to(request.user))
    finding = get_object_or_404(visible.select_related("vintage"), pk=pk)
    found = seen_report(request, finding.vintage.report_id)
    require_allowed(request.user, Permission.RETURN_FILE, found.place)
    form = AnswerForm(request.POST or None, initial={"answer": finding.answer})

    def do(**given: Any) -> object:
        return actions.answer_unit_finding(finding=finding, **given)

    known = {one.code: one for one in Indicator.objects.all()}
    sentence = rules.report_sentence(found.form, finding.check_code, finding.facts, finding.rule_since, known)
    return _answered(request, found, form, do, sentence)


def _answered(
    request: Request, found: UnitReport, form: forms.Form, do: Callable[..., object], sentence: str
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            do(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("已记下。"))
            return redirect(found)
    context = {
        "report": found, "form": form, "sentence": sentence,
        "crumbs": crumbs_of(request, found, _("说明"), (str(found.unit), found.get_absolute_url())),
    }  # fmt: skip
    return render(request, "returns/reports/answer.html", context, status=422 if form.is_bound else 200)


def tone_of(state: str) -> str:
    """The look of a report's state."""
    good = {FilingState.ACCEPTED: "good", FilingState.LOCKED: "good", FilingState.FILED: "info"}
    return good.get(FilingState(state), "bad" if state == FilingState.SENT_BACK else "warn")
