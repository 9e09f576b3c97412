"""The drop box: files come in, each on its own, and the list tells how far each has come."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.models import JobState
from tici.core.refusals import Refusal, Refused
from tici.desk.actions import drops as actions
from tici.desk.models import DroppedFile, FileState
from tici.desk.queries import drops as queries
from tici.desk.queries import many
from tici.desk.rules import bundles
from tici.desk.rules.drops import LARGEST_FILE
from tici.engines.periods import Month
from tici.engines.sheets import WORKBOOKS
from tici.returns import queries as returns

from .scopes import asked_month, posted_month

PAGE = 30


@login_required
@require_http_methods(["GET", "POST"])
def drops(request: Request) -> HttpResponse:
    require(request.user, Permission.RETURN_FILE)
    if request.method == "POST":
        return _received(request)
    month = asked_month(request)
    context = _listed(request, month) | {
        "months": _months(month),
        "limit": LARGEST_FILE // 2**20,
        "taken": ",".join([*WORKBOOKS, ".zip"]),
    }
    return render(request, "desk/drops/_files.html" if request.htmx else "desk/drops/drops.html", context)


def _listed(request: Request, month: Month) -> dict[str, Any]:
    """The files of a month, and what can be done with many of them at once."""
    files = Paginator(queries.files_of(request.user).filter(month_on=month.first), PAGE).get_page(
        request.GET.get("page")
    )
    accepting = many.latest_accepting(request.user, month)
    acceptable = set(many.acceptable_files(request.user).filter(month_on=month.first).values_list("pk", flat=True))
    is_reading = any(file.state == FileState.READING for file in files)
    return {
        "files": files,
        "month": month,
        "summary": many.summary_of(request.user, month),
        "other_months": many.other_months(request.user, month),
        "accepting": accepting,
        "accepted": many.said_of(accepting) if accepting is not None and accepting.state == JobState.FINISHED else "",
        "is_busy": is_reading or (accepting is not None and not accepting.is_over),
        "acceptable": acceptable,
        "closed": many.closed_files(request.user).filter(month_on=month.first),
        "likely": len(many.sure_suggestions(request.user, month)),
        "handed_back": many.files_handed_back(request.user, month).count(),
    }


def _months(asked: Month) -> list[Month]:
    """The months a file may be dropped for: those around the newest one, and the one asked for."""
    latest = returns.latest_month()
    return sorted({latest + step for step in (1, 0, -1, -2)} | {asked}, reverse=True)


def _received(request: Request) -> HttpResponse:
    """Take in what was dropped, each file in a transaction of its own; say of each what became of it."""
    month = posted_month(request)
    sent = request.FILES.getlist("files")
    if not sent:
        messages.warning(request, _("没有选择文件。请选择一个或多个工作簿后再投递。"))
    said = [line for upload in sent for line in _receive(request, upload, month)]
    if request.headers.get("Accept") == "application/json":  # the page sends files one by one and lists the answers
        return JsonResponse({"files": said})
    for line in said:
        (messages.info if line["file"] else messages.warning)(request, _linked(line))
    return redirect(f"{request.path}?month={month}")


def _linked(line: dict[str, object]) -> str:
    """What became of a file; where nothing new came of it, it leads to the one that is there already."""
    if line["file"] or not line["url"]:
        return str(line["sentence"])
    return format_html('<a href="{}">{}</a>', line["url"], line["sentence"])


def _receive(request: Request, upload: UploadedFile, month: Month) -> Iterator[dict[str, object]]:
    """Keep one sent file, or each workbook of a bundle; what is refused is said and nothing of it is kept."""
    try:
        members = list(_unpacked(upload))
    except Refused as refused:
        yield {"name": upload.name, "file": None, "url": "", "sentence": refused.sentence}
        return
    if refusal := _left_out(upload):
        yield {"name": upload.name, "file": None, "url": "", "sentence": str(refusal.message)}
    for name, stream, size in members:
        try:
            file = actions.receive_file(
                file=stream, name=name, size=size, month=month, by=request.user, at=timezone.now()
            )
        except actions.AlreadyReceived as again:
            sentence = _("“%(name)s”：%(sentence)s") % {"name": name, "sentence": again.sentence}
            yield {"name": name, "file": None, "url": again.file.get_absolute_url(), "sentence": sentence}
        except Refused as refused:
            yield {"name": name, "file": None, "url": "", "sentence": refused.sentence}
        else:
            yield _line(file)


def _line(file: DroppedFile) -> dict[str, object]:
    sentence = _("“%(name)s”已收到，正在读取。") % {"name": file.name}
    return {"name": file.name, "file": file.pk, "url": file.get_absolute_url(), "sentence": sentence}


def _bundle(upload: UploadedFile) -> bytes:
    """The bytes of a zip of files; nothing of any other file."""
    head = upload.read(4)
    upload.seek(0)
    if head[:2] != b"PK" or (upload.size or 0) > LARGEST_FILE:
        return b""
    data: bytes = upload.read()
    upload.seek(0)
    return data if bundles.is_bundle(data) else b""


def _unpacked(upload: UploadedFile) -> Iterator[tuple[str, BinaryIO, int]]:
    name, size = upload.name or _("未命名"), upload.size or 0
    if data := _bundle(upload):
        for member, content in bundles.members_of(name, data):
            yield member, io.BytesIO(content), len(content)
    else:
        yield name, upload, size  # type: ignore[misc]


def _left_out(upload: UploadedFile) -> Refusal | None:
    data = _bundle(upload)
    return bundles.left_out(upload.name or _("未命名"), data) if data else None
