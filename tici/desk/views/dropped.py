"""One dropped file: what it says beside the registers, and what a person does about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.core.registers import Listing
from tici.core.templatetags.tici import number
from tici.desk import handback
from tici.desk.actions import acceptances, drops, proposing
from tici.desk.forms import AcceptForm, ColumnsForm, NamesForm, SettleForm
from tici.desk.models import Acceptance, DroppedFile, FileState, FileSubject
from tici.desk.queries import columns, many
from tici.desk.queries import drops as queries
from tici.desk.queries import proposals as shown
from tici.returns.models import Filing

from . import lines


def _file(request: Request, pk: int) -> DroppedFile:
    """The file a request is about, if the person may see it and file for its place."""
    visible = DroppedFile.objects.visible_to(request.user).select_related("place", "upload", "job", "dropped_by__place")
    file = get_object_or_404(visible, pk=pk)
    require(request.user, Permission.RETURN_FILE, file.place)
    return file


@login_required
@require_safe
def dropped_file(request: Request, pk: int) -> HttpResponseBase:
    file = _file(request, pk)
    if request.htmx and request.GET.get("part") == "progress":
        return _progress(request, file)
    register, rows = lines.register_of(file), lines.rows_of(file)
    if request.GET.get("as") in {"xlsx", "csv"}:
        return register.page(request, rows)
    listing = Listing(register, register.columns, request.GET.dict(), register.narrowed(request, rows))
    context = {
        "file": file,
        "tabs": shown.tabs_of(file, listing),
        "listing": listing,
        "heads": [head for head in listing.heads() if head["column"].field not in lines.WITHIN],
        "lines": shown.listed(file, listing),
        "suggestions": list(queries.suggestions_of(file)[:100]) if file.is_open else [],
        "sheets": columns.sheets_of(file),
        "problems": shown.file_problems(file),
        "last_month": shown.against_last_month(file) if file.is_open else {},
        "acceptances": list(queries.acceptances_of(file)),
        "closed": _closed(file) if file.is_open and file.subject == FileSubject.PROJECTS else None,
        "accept_form": AcceptForm(),
        "settle_form": SettleForm(file=file, person=request.user),
    }
    return render(request, "desk/drops/file.html", context)


def _closed(file: DroppedFile) -> Filing | None:
    """The return that takes no more figures of a file: it was accepted or locked."""
    return Filing.objects.closed().filter(place=file.place, month_on=file.month_on).first()


def _progress(request: Request, file: DroppedFile) -> HttpResponse:
    """How far the reading has come; once it is over, the page is shown anew."""
    response = render(request, "desk/drops/_progress.html", {"file": file})
    if file.state != FileState.READING:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有接收：请至少选择一类内容。"))
        return redirect(file)
    try:
        done = acceptances.accept_file(file=file, choice=form.choice(), by=request.user, at=timezone.now())
    except acceptances.ChangedMeanwhile as changed:
        proposing.compare_again(file=file, at=timezone.now())
        messages.warning(request, changed.sentence)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _said_of(file, done))
    return redirect(file)


def _said_of(file: DroppedFile, done: Acceptance) -> str:
    counts = {name: number(done.counts.get(name, 0)) for name in many.COUNTED}
    if file.subject == FileSubject.ENTERPRISES:
        return _("已接收%(lines)s行：新增企业%(firms_created)s家，变动%(firms_changed)s家。") % counts
    words = _("已接收%(lines)s行：新增项目%(created)s个，变动%(changed)s个，月度数据%(entries)s条，包联%(duties)s条。")
    return words % counts


@login_required
@require_POST
def undo(request: Request, batch: UUID) -> HttpResponse:
    acceptance = get_object_or_404(Acceptance.objects.select_related("file"), batch=batch)
    file = _file(request, acceptance.file_id)
    try:
        acceptances.undo_acceptance(acceptance=acceptance, by=request.user, at=timezone.now())
        proposing.compare_again(file=file, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已撤销这次接收，登记册恢复到接收之前。"))
    return redirect(file)


@login_required
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    form = SettleForm(request.POST, file=file, person=request.user)
    if not form.is_valid():
        messages.error(request, _("没有确定：请选择报送单位和月份。"))
        return redirect(file)
    require(request.user, Permission.RETURN_FILE, form.cleaned_data["place"])
    try:
        drops.settle_file(file=file, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(file)


@login_required
@require_POST
def read_again(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    try:
        subject = request.POST.get("subject", "")
        known = subject if subject in FileSubject.values else ""
        drops.read_again(file=file, subject=known, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(file)


@login_required
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    try:
        drops.withdraw_file(file=file, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(file)
    messages.success(request, _("“%(file)s”已撤下，原始文件仍保留。") % {"file": file.name})
    return redirect("desk:drops")


@login_required
@require_POST
def names(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    form = NamesForm(request.POST, suggestions=queries.suggestions_of(file))
    answers = form.answers()
    if not answers:
        messages.warning(request, _("没有选择答复，仍待确认。"))
        return redirect(file)
    drops.answer_names(file=file, answers=answers, by=request.user, at=timezone.now())
    proposing.compare_again(file=file, at=timezone.now())
    messages.success(request, _("已记下%(count)s条答复，并重新比对。") % {"count": len(answers)})
    return redirect(file)


@login_required
@require_http_methods(["GET", "POST"])
def mapping(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    form = ColumnsForm(request.POST or None, columns=columns.columns_of(file))
    if request.method == "POST" and form.is_valid():
        try:
            drops.settle_columns(file=file, meanings=form.meanings(), by=request.user, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("列对应已记住，今后该单位的同样表头照此读取。正在重新读取。"))
        return redirect(file)
    return render(request, "desk/drops/columns.html", {"file": file, "form": form})


@login_required
@require_safe
def handed_back(request: Request, pk: int) -> HttpResponseBase:
    file = _file(request, pk)
    try:
        book = handback.workbook_of(file)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(file)
    return FileResponse(book, as_attachment=True, filename=handback.name_of(file), content_type=handback.XLSX)
