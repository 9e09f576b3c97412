"""Typing a form for all units of a place in the grid: saving cells, and filing every line that is settled."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.copying import many_objects
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.actions import ReportCell
from tici.returns.models import FormVersion

from .boards import own_place
from .form_months import asked_form_month, at_month

MOST_CELLS = 100_000  # 3,000 units of 28 columns in one go
MOST_SHOWN = 50  # refusals written out; the others stand beside their cells


def asked_sheet(request: Request, code: str, place: str) -> tuple[FormVersion, Month, Place]:
    """The form as its month has it, and the place whose units are reported; whoever asks must file for it."""
    found = get_object_or_404(Place.objects.within(own_place(request)), code=place)
    require(request.user, Permission.RETURN_FILE, found)
    month = asked_form_month(request, code)
    try:
        return queries.form_on(code, month), month, found
    except FormVersion.DoesNotExist:
        raise Http404("No such form.") from None


@login_required
@require_http_methods(["GET", "POST"])
def report_sheet(request: Request, code: str, place: str) -> HttpResponse:
    version, month, found = asked_sheet(request, code, place)
    if request.method == "POST":
        with many_objects():
            return _save(request, version, month, found)
    return _page(request, version, month, found)


def _page(
    request: Request, version: FormVersion, month: Month, place: Place, status: int = 200, **more: Any
) -> HttpResponse:
    data = queries.report_sheet(version, month, place) | {"at_once": MOST_CELLS}
    context = {
        "version": version, "month": month, "place": place, "data": data,
        "save_url": _address("report_sheet", version, month, place),
        "file_url": _address("file_report_sheet", version, month, place),
        "key": f"{version.code}-{month}-{place.code}",
        "label": _("%(place)s%(month)s %(form)s") % {"place": place, "month": month, "form": version},
        "is_sealed": queries.is_sealed(version.code, month), "reason": "",
        "crumbs": [(version.name, at_month("form_month", version.code, month)), (_("在线填报"), "")],
    }  # fmt: skip
    return render(request, "returns/reports/sheet.html", context | more, status=status)


def _address(name: str, version: FormVersion, month: Month, place: Place) -> str:
    return at_month(name, version.code, month, place=place.code)


def _save(request: Request, version: FormVersion, month: Month, place: Place) -> JsonResponse:
    try:
        seen, cells = _asked(request.body)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("收到的内容读不懂，没有保存。请重新打开本页。")}, status=400)
    try:
        saved = actions.save_report_cells(
            form=version, month=month, place=place, cells=cells, version=seen, by=request.user, at=timezone.now()
        )
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
    version, month, found = asked_sheet(request, code, place)
    answers, reason = _answers(request), request.POST.get("reason", "").strip()
    try:
        done = actions.file_report_drafts(
            form=version, month=month, place=found, version=queries.sheet_version(version, month, found),
            answers=answers, reason=reason, by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, version, month, found, 422, **_shown(refused.refusals, answers), reason=reason)
    if done.filed.filed:
        words = _("已报送%(count)s个单位，其中须更正%(stops)s处、须说明%(asks)s处。")
        facts = {"count": done.filed.filed, "stops": done.filed.stops, "asks": done.filed.asks}
        messages.success(request, words % facts)
    if done.left:
        refusals = tuple(one.refusal for one in done.left)
        return _page(request, version, month, found, 422, **_shown(refusals, answers), reason=reason)
    return redirect(at_month("reports", code, month) + f"&place={found.code}")


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
