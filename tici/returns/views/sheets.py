"""Typing the month in the grid: the sheet with its locked cells, saving cells, and filing what was typed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.returns import actions, queries, rules
from tici.returns.actions import Cell
from tici.returns.models import TEXTS, Entry, Filing

from .filings import seen

LOCKED = ("name", "investment_wan", "plan_wan", "last_ytd_wan")
SHOWN_AS = {"plan_year_wan": "plan_wan"}  # a field of the entry and the column that shows it
MOST_CELLS = 2000


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    require(request.user, Permission.RETURN_FILE, found.place)
    if request.method == "POST":
        return _save(request, found)
    if not found.is_open:
        messages.warning(request, rules.against_typing(found)[0].message)
        return redirect(found)
    return _page(request, found)


def _page(request: Request, found: Filing, status: int = 200, **more: Any) -> HttpResponse:
    lines = queries.draft_lines(found)
    context = {
        "filing": found, "data": _data(found, lines), "save_url": reverse("returns:sheet", args=[found.pk]),
        "key": f"filing-{found.pk}", "label": _("%(filing)s 项目月度调度表") % {"filing": found},
        "typed": sum(line.is_typed for line in lines), "expected": len(lines), "reason": "",
    }  # fmt: skip
    return render(request, "returns/sheet.html", context | more, status=status)


def _data(found: Filing, lines: list[queries.DraftLine]) -> dict[str, Any]:
    columns = [
        {"code": "name", "label": _("项目名称"), "kind": "text", "locked": True, "frozen": True, "width": 220},
        {"code": "investment_wan", "label": _("总投资"), "kind": "number", "unit": _("万元"), "locked": True},
        {"code": "plan_wan", "label": _("年度计划"), "kind": "number", "unit": _("万元"), "locked": True},
        {"code": "last_ytd_wan", "label": _("上月累计"), "kind": "number", "unit": _("万元"), "locked": True},
    ] + [_column(name) for name in (*rules.TYPED_FIGURES, *TEXTS)]
    codes = [str(column["code"]) for column in columns[len(LOCKED) :]]
    return {
        "version": found.draft_version,
        "append": False,
        "columns": columns,
        "rows": [
            {
                "id": line.project_id,
                "cells": [
                    line.name,
                    *(_plain(value) for value in (line.investment_wan, line.plan_wan, line.last_ytd_wan)),
                    *(line.cells[code] for code in codes),
                ],
            }
            for line in lines
        ],
        "problems": [
            {"row": line.project_id, "column": column, "message": problem, "severity": "error"}
            for line in lines
            for column, problem in line.problems.items()
        ],
    }


def _column(name: str) -> dict[str, Any]:
    label = str(Entry._meta.get_field(name).verbose_name).split("(")[0]  # type: ignore[union-attr]
    if name in TEXTS:
        return {"code": name, "label": label, "kind": "text", "width": 200}
    return {"code": name, "label": label, "kind": "number", "unit": _("万元")}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _save(request: Request, found: Filing) -> JsonResponse:
    try:
        version, cells = _asked(request.body)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("收到的内容读不懂，没有保存。请重新打开本页。")}, status=400)
    try:
        saved = actions.save_draft_cells(filing=found, cells=cells, version=version, by=request.user, at=timezone.now())
    except Refused as refused:
        is_stale = refused.refusals[0].code == "draft.version"
        return JsonResponse({"message": refused.sentence}, status=409 if is_stale else 403)
    wrong = {cell for cell, _sentence, severity in saved.problems if severity == "error"}
    kept = [{"row": cell.project_id, "column": cell.column} for cell in saved.cells if cell not in wrong]
    problems = [
        {
            "row": cell.project_id,
            "column": SHOWN_AS.get(cell.column, cell.column),
            "message": sentence,
            "severity": severity,
        }
        for cell, sentence, severity in saved.problems
    ]
    return JsonResponse({"version": saved.version, "saved": kept, "problems": problems})


def _asked(body: bytes) -> tuple[int, list[Cell]]:
    asked = json.loads(body)
    cells = [Cell(int(one["row"]), str(one["column"]), str(one["text"])) for one in asked["cells"]]
    if len(cells) > MOST_CELLS:
        raise ValueError(f"at most {MOST_CELLS} cells at a time")
    return int(asked["version"]), cells


@login_required
@require_POST
def file_sheet(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    require(request.user, Permission.RETURN_FILE, found.place)
    found.refresh_from_db(fields=["draft_version"])
    answers, reason = _answers(request), request.POST.get("reason", "").strip()
    try:
        actions.file_draft(
            filing=found, version=found.draft_version, answers=answers, reason=reason, by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        shown = [
            {"refusal": one, "answer": answers.get(_key(one.field or ""), ""), "asks": one.code == "finding.ask"}
            for one in refused.refusals
        ]
        return _page(request, found, 422, refusals=shown, reason=reason)
    messages.success(request, _("%(filing)s已报送。") % {"filing": found})
    return redirect(found)


def _key(field: str) -> tuple[int, str]:
    project, _colon, code = field.partition(":")
    return (int(project) if project.isdigit() else 0), code


def _answers(request: Request) -> dict[tuple[int, str], str]:
    names = [name for name in request.POST if name.startswith("answer:")]
    return {_key(name.removeprefix("answer:")): request.POST.get(name, "") for name in names}
