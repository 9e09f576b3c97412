"""Typing a form in the grid, for all units of a place or for one firm: cells are saved, settled lines filed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.copying import many_objects
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.actions import ReportCell
from tici.returns.models import FormVersion, UnitReport

from .allowed import require_allowed
from .boards import own_place
from .form_months import asked_form_month, at_month
from .reports import crumbs_of, seen_report

MOST_CELLS = 100_000  # 3,000 units of 28 columns in one go
MOST_SHOWN = 50  # refusals written out; the others stand beside their cells


@dataclass(frozen=True)
class Sheet:
    """A sheet that is typed in: of a place for all its units, or of a firm for itself, which then has its report."""

    version: FormVersion
    month: Month
    whose: Place | Enterprise
    report: UnitReport | None = None

    def address(self, page: str) -> str:
        """Where a page of the sheet is: ``sheet``, ``file``, ``workbooks``, ``template``."""
        if self.report is not None:
            return reverse(f"returns:own_{page}", args=[self.report.pk])
        assert isinstance(self.whose, Place)
        name = {"sheet": "report_sheet", "file": "file_report_sheet"}.get(page, page)
        return at_month(name, self.version.code, self.month, place=self.whose.code)

    @property
    def back_url(self) -> str:
        """The reports that are typed: the firm's one, or the list of the place's."""
        if self.report is not None:
            return self.report.get_absolute_url()
        assert isinstance(self.whose, Place)
        return at_month("reports", self.version.code, self.month) + f"&place={self.whose.code}"

    def crumbs(self, request: Request, here: str) -> list[tuple[str, str]]:
        if self.report is not None:
            return crumbs_of(request, self.report, here, (str(self.month), self.report.get_absolute_url()))
        return [(str(self.version), at_month("form_month", self.version.code, self.month)), (here, "")]


def asked_sheet(request: Request, code: str, place: str) -> Sheet:
    """The sheet of a place as its form's month has it; whoever asks must file for the place."""
    found = get_object_or_404(Place.objects.within(own_place(request)), code=place)
    require(request.user, Permission.RETURN_FILE, found)
    month = asked_form_month(request, code)
    try:
        return Sheet(queries.form_on(code, month), month, found)
    except FormVersion.DoesNotExist:
        raise Http404("No such form.") from None


def own_sheet_of(request: Request, pk: int) -> Sheet:
    """The sheet of one firm's own report; a report of anything but a firm has none."""
    report = seen_report(request, pk)
    require_allowed(request.user, Permission.RETURN_FILE, report.place)
    if report.enterprise is None:
        raise Http404("No firm's report.")
    return Sheet(report.form, report.month, report.enterprise, report)


@login_required
@require_http_methods(["GET", "POST"])
def report_sheet(request: Request, code: str, place: str) -> HttpResponse:
    return _asked_for(request, asked_sheet(request, code, place))


@login_required
@require_http_methods(["GET", "POST"])
def own_sheet(request: Request, pk: int) -> HttpResponse:
    """A firm's own report, typed."""
    return _asked_for(request, own_sheet_of(request, pk))


def _asked_for(request: Request, sheet: Sheet) -> HttpResponse:
    if request.method == "POST":
        with many_objects():
            return _save(request, sheet)
    return _page(request, sheet)


def _page(request: Request, sheet: Sheet, status: int = 200, **more: Any) -> HttpResponse:
    data = queries.report_sheet(sheet.version, sheet.month, sheet.whose) | {"at_once": MOST_CELLS}
    words = {"place": sheet.whose, "month": sheet.month, "form": sheet.version}
    own = f"-{sheet.report.pk}" if sheet.report else ""
    place = sheet.whose if isinstance(sheet.whose, Place) else sheet.whose.place
    context = {
        "version": sheet.version, "month": sheet.month, "whose": sheet.whose, "data": data, "back_url": sheet.back_url,
        "save_url": sheet.address("sheet"), "file_url": sheet.address("file"),
        "workbooks_url": sheet.address("workbooks"), "is_own": sheet.report is not None,
        "key": f"{sheet.version.code}-{sheet.month}-{place.code}{own}",
        "label": _("%(place)s%(month)s %(form)s") % words,
        "is_sealed": queries.is_sealed(sheet.version.code, sheet.month), "reason": "",
        "crumbs": sheet.crumbs(request, _("在线填报")),
    }  # fmt: skip
    return render(request, "returns/reports/sheet.html", context | more, status=status)


def _save(request: Request, sheet: Sheet) -> JsonResponse:
    try:
        seen, cells = _asked(request.body)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("收到的内容读不懂，没有保存。请重新打开本页。")}, status=400)
    try:
        saved = actions.save_report_cells(
            form=sheet.version, month=sheet.month, whose=sheet.whose, cells=cells, version=seen,
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        is_stale = refused.refusals[0].code == "draft.version"
        return JsonResponse({"message": refused.sentence}, status=409 if is_stale else 403)
    problems = [
        {"row": cell.report_id, "column": cell.column, "message": sentence, "severity": severity}
        for cell, sentence, severity in saved.problems
    ]
    answer = {"version": saved.version, "problems": problems}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})  # a third of the bytes


def _asked(body: bytes) -> tuple[int, list[ReportCell]]:
    asked = json.loads(body)
    cells = [ReportCell(int(one["row"]), str(one["column"]), str(one["text"])) for one in asked["cells"]]
    if len(cells) > MOST_CELLS:
        raise ValueError(f"at most {MOST_CELLS} cells at a time")
    return int(asked["version"]), cells


@login_required
@require_POST
def file_report_sheet(request: Request, code: str, place: str) -> HttpResponse:
    """File what was typed; a line that is not settled stays, and the page says what it asks."""
    return _file(request, asked_sheet(request, code, place))


@login_required
@require_POST
def file_own_sheet(request: Request, pk: int) -> HttpResponse:
    """File a firm's own report as it was typed."""
    return _file(request, own_sheet_of(request, pk))


def _file(request: Request, sheet: Sheet) -> HttpResponse:
    answers, reason = _answers(request), request.POST.get("reason", "").strip()
    version = queries.sheet_version(sheet.version, sheet.month, sheet.whose)
    try:
        done = actions.file_report_drafts(
            form=sheet.version, month=sheet.month, whose=sheet.whose, version=version, answers=answers,
            reason=reason, by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, sheet, 422, **_shown(refused.refusals, answers), reason=reason)
    if done.filed.filed:
        words = _("已报送%(count)s个单位，其中须更正%(stops)s处、须说明%(asks)s处。")
        facts = {"count": done.filed.filed, "stops": done.filed.stops, "asks": done.filed.asks}
        messages.success(request, words % facts)
    if done.left:
        refusals = tuple(one.refusal for one in done.left)
        return _page(request, sheet, 422, **_shown(refusals, answers), reason=reason)
    return redirect(sheet.back_url)


def _shown(refusals: tuple[Refusal, ...], answers: dict[tuple[int, str], str]) -> dict[str, Any]:
    """Refusals for the page, each with a field for the answer where one is asked for."""
    shown = [
        {"refusal": one, "answer": answers.get(_key(one.field or ""), ""), "asks": one.code == "finding.ask"}
        for one in refusals[:MOST_SHOWN]
    ]
    return {"refusals": shown, "more": max(len(refusals) - MOST_SHOWN, 0)}


def _key(field: str) -> tuple[int, str]:
    report, _colon, code = field.partition(":")
    return (int(report) if report.isdigit() else 0), code


def _answers(request: Request) -> dict[tuple[int, str], str]:
    names = [name for name in request.POST if name.startswith("answer:")]
    return {_key(name.removeprefix("answer:")): request.POST.get(name, "") for name in names}
