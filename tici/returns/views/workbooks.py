"""A form by workbook: the template or the sender's own, what was read of it, settled, filed, handed back, undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.models import Role
from tici.accounts.permissions import Permission
from tici.accounts.requests import Request
from tici.core.refusals import Refusal, Refused
from tici.core.registers import Column, Kind, Register, by_choices
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.forms import OwnWorkbookForm, TemplateForm, UploadReasonForm
from tici.returns.models import FormUpload, UnitReport, UploadState

from .allowed import require_allowed
from .form_months import at_month, called
from .report_sheets import Sheet, asked_sheet, own_sheet_of
from .reports import columns_of, crumbs_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200  # refused rows written out; all of them are in the workbook that is handed back

WORKBOOKS = Register(
    name="workbooks",
    title=gettext_lazy("上传的表格"),
    columns=(
        Column("name", gettext_lazy("文件"), link="pk", link_url="returns:workbook"),
        Column("state", gettext_lazy("状态"), choices=tuple(UploadState.choices)),
        Column("sent_at", gettext_lazy("上传时间"), Kind.TIME),
        Column("sender", gettext_lazy("上传人")),
        Column(
            "is_own",
            gettext_lazy("种类"),
            choices=((False, gettext_lazy("模板")), (True, gettext_lazy("自有表格"))),
            is_shown=False,
        ),
        Column("read", gettext_lazy("读出行数"), Kind.COUNT),
        Column("refused", gettext_lazy("退回行数"), Kind.COUNT),
        Column("reason", gettext_lazy("更正说明"), is_shown=False),
    ),
    filters=(by_choices("state", gettext_lazy("状态"), UploadState),),
    is_searchable=False,
    order="-pk",
    template="returns/reports/workbooks.html",
    empty=gettext_lazy("还没有上传。请下载模板，填好后在上面上传。"),
)


@login_required
@require_safe
def template(request: Request, code: str, place: str) -> FileResponse:
    """The template of a form's month for all units of a place, with what is known filled in."""
    return _template(asked_sheet(request, code, place))


@login_required
@require_safe
def own_template(request: Request, pk: int) -> FileResponse:
    """The template of a firm's own report."""
    return _template(own_sheet_of(request, pk))


def _template(sheet: Sheet) -> FileResponse:
    reports = list(queries.sheet_reports(sheet.version, sheet.month, sheet.whose))
    name = sheet.whose.short_name if isinstance(sheet.whose, Place) else sheet.whose.name
    data = queries.template_of(sheet.version, sheet.month, reports)
    return _workbook(data, f"{sheet.version.name}-{name}-{sheet.month}.xlsx")


def _workbook(data: bytes, name: str) -> FileResponse:
    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=XLSX)


@login_required
@require_http_methods(["GET", "POST"])
def workbooks(request: Request, code: str, place: str) -> HttpResponseBase:
    """Taking the template away, sending it back, and the ones that were sent."""
    return _workbooks(request, asked_sheet(request, code, place))


@login_required
@require_http_methods(["GET", "POST"])
def own_workbooks(request: Request, pk: int) -> HttpResponseBase:
    """The template of a firm's own report, and those that were sent back."""
    return _workbooks(request, own_sheet_of(request, pk))


def _workbooks(request: Request, sheet: Sheet) -> HttpResponseBase:
    form, own = TemplateForm(), OwnWorkbookForm()
    is_own = request.POST.get("kind") == "own" and sheet.report is None
    if request.method == "POST" and is_own:
        own = OwnWorkbookForm(request.POST, request.FILES)
    elif request.method == "POST":
        form = TemplateForm(request.POST, request.FILES)
    bound: Form = own if is_own else form
    if bound.is_bound and bound.is_valid():
        sent = bound.cleaned_data["own" if is_own else "file"]
        try:
            upload = actions.receive_upload(
                file=sent, name=sent.name, size=sent.size, form=sheet.version, month=sheet.month,
                place=_place_of(sheet), by=request.user, at=timezone.now(), is_own=is_own,
            )  # fmt: skip
        except Refused as refused:
            for one in refused.refusals:
                bound.add_error("own" if is_own else one.field, str(one.message))
        else:
            return redirect(upload)
    response = WORKBOOKS.page(request, _sent(request, sheet), **_about(request, sheet), form=form, own=own)
    response.status_code = 422 if bound.errors else 200
    return response


def _place_of(sheet: Sheet) -> Place:
    return sheet.whose if isinstance(sheet.whose, Place) else sheet.whose.place


def _sent(request: Request, sheet: Sheet) -> Any:
    """The workbooks that were sent for a sheet; of one firm's, those one sent oneself."""
    rows = FormUpload.objects.visible_to(request.user).filter(form__code=sheet.version.code, month_on=sheet.month.first)
    rows = rows.filter(place=_place_of(sheet)) if sheet.report is None else rows.filter(sent_by=request.user)
    return rows.exclude(state=UploadState.WITHDRAWN).annotate(sender=called("sent_by"))


def _about(request: Request, sheet: Sheet) -> dict[str, Any]:
    return {
        "version": sheet.version, "month": sheet.month, "whose": sheet.whose, "is_own": sheet.report is not None,
        "units": queries.sheet_reports(sheet.version, sheet.month, sheet.whose).count(),
        "sheet_url": sheet.address("sheet"), "template_url": sheet.address("template"),
        "is_sealed": queries.is_sealed(sheet.version.code, sheet.month),
        "crumbs": sheet.crumbs(request, _("用模板填报")),
    }  # fmt: skip


def _seen(request: Request, pk: int) -> FormUpload:
    """A template sent back for the person's place; any other is not there."""
    uploads = FormUpload.objects.visible_to(request.user)
    found = get_object_or_404(uploads.select_related("form", "place", "upload", "job", "sent_by"), pk=pk)
    require_allowed(request.user, Permission.RETURN_FILE, found.place)
    return found


def _ways(request: Request, found: FormUpload) -> dict[str, Any]:
    """Where to send another, and where the reports are: a firm's own, or the place's."""
    own = UnitReport.objects.visible_to(request.user).of(found.form.code, found.month).first()
    if request.user.role == Role.FIRM_REPORTER and own is not None:
        again = reverse("returns:own_workbooks", args=[own.pk])
        crumbs = crumbs_of(request, own, found.name, (str(own.month), own.get_absolute_url()), (_("用模板填报"), again))
        return {"back_url": again, "reports_url": own.get_absolute_url(), "crumbs": crumbs}
    again = at_month("workbooks", found.form.code, found.month, place=found.place.code)
    month = at_month("form_month", found.form.code, found.month)
    return {
        "back_url": again,
        "reports_url": at_month("reports", found.form.code, found.month) + f"&place={found.place.code}",
        "crumbs": [(str(found.form), month), (_("用模板填报"), again), (found.name, "")],
    }


@login_required
@require_safe
def workbook(request: Request, pk: int) -> HttpResponse:
    """What was read of one template; asked again by htmx each second for its progress alone, until that is over."""
    found = _seen(request, pk)
    if request.htmx:
        response = render(request, "returns/reports/_reading.html", {"upload": found})
        if not found.is_busy:
            response["HX-Refresh"] = "true"
        return response
    return _page(request, found, UploadReasonForm())


def _page(request: Request, found: FormUpload, form: UploadReasonForm, status: int = 200) -> HttpResponse:
    context = {
        "upload": found, "form": form, "questions": _asked(found), "unsure": _unsure(found),
        "refusals": found.refusals[:MOST_SHOWN],
        "more": max(len(found.refusals) - MOST_SHOWN, 0),
        "is_sealed": queries.is_sealed(found.form.code, found.month),
    }  # fmt: skip
    return render(request, "returns/reports/workbook.html", context | _ways(request, found), status=status)


def _asked(found: FormUpload) -> list[dict[str, Any]]:
    """The columns that may mean more than one thing, with what each may mean, the likeliest first."""
    labels = dict(columns_of(found.form))
    settled = found.settled.get("columns", {})
    asked = []
    for number, one in enumerate(found.questions):
        likely = [(code, labels.get(code, code)) for code in one["candidates"]]
        rest = [(code, label) for code, label in labels.items() if code not in one["candidates"]]
        chosen = settled.get(one["fingerprint"], one["chosen"])
        asked.append(one | {"number": number, "choices": [*likely, ("", _("不读取此列")), *rest], "value": chosen})
    return asked


def _unsure(found: FormUpload) -> list[dict[str, Any]]:
    """The rows whose unit is not sure, with the units each may be."""
    return [one | {"number": number} for number, one in enumerate(found.unsure)]


@login_required
@require_POST
def settle_workbook(request: Request, pk: int) -> HttpResponse:
    """Say what columns mean and which units rows are for; the workbook is read again by that."""
    found = _seen(request, pk)
    columns = {one["fingerprint"]: request.POST.get(f"column-{n}") for n, one in enumerate(found.questions)}
    rows = {one["key"]: request.POST.get(f"row-{n}", "") for n, one in enumerate(found.unsure)}

    def settle(**given: Any) -> object:
        return actions.settle_upload(
            columns={key: value for key, value in columns.items() if value is not None},
            rows={key: int(value) for key, value in rows.items() if value.isdigit()},
            **given,
        )

    return _told(request, found, settle, _("已确定，正在重新读取。"))


@login_required
@require_POST
def file_workbook(request: Request, pk: int) -> HttpResponse:
    """File every row that was read; the rows that were refused stay out and are handed back."""
    found, form = _seen(request, pk), UploadReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)

    def start(**given: Any) -> object:
        return actions.start_filing_upload(reason=form.cleaned_data["reason"], **given)

    return _told(request, found, start, _("正在报送，办完后本页会显示结果。"))


def _told(request: Request, found: FormUpload, do: Callable[..., object], said: str) -> HttpResponse:
    try:
        do(upload=found, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, said)
    return redirect(found)


@login_required
@require_POST
def withdraw_workbook(request: Request, pk: int) -> HttpResponse:
    return _told(request, _seen(request, pk), actions.withdraw_upload, _("已撤回，没有报送。"))


@login_required
@require_POST
def undo_workbook(request: Request, pk: int) -> HttpResponse:
    return _told(request, _seen(request, pk), actions.undo_upload, _("已撤销这次报送，各单位恢复到报送之前的版次。"))


@login_required
@require_safe
def handed_back_workbook(request: Request, pk: int) -> HttpResponseBase:
    """The rows that were refused, in the same template, each with its reasons beside it."""
    found = _seen(request, pk)
    try:
        data = _handed_back(found)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect(found)
    return _workbook(data, _("退回-%(name)s") % {"name": found.name})


def _handed_back(found: FormUpload) -> bytes:
    """What reading refused, and what was refused when the rest was filed."""
    reading = queries.reading_of(found)
    if reading.template is None:
        raise Refused(Refusal("upload.own", _("自己的表格没有退回表。请按本页所列的原因改好后再传。")))
    sentences = {one["row"]: one["sentence"] for one in found.refusals}
    back = [*reading.template.refused]
    for number, row in zip(reading.numbers, reading.rows, strict=True):
        if number in sentences:
            refusal = Refusal("report.refused", sentences[number])
            back.append(queries.TemplateRefused(int(number), row.report_id, "", (refusal,), row.figures, {}))
    return queries.handed_back(found.form, found.month, sorted(back, key=lambda one: one.number))
