"""Papers everybody may take away: the notice, the reply form, and what became of the opinions."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tici.consultation.models import Notice, Publication, PublicationState
from tici.consultation.printing import accounts
from tici.consultation.printing.forms import form_pdf
from tici.consultation.printing.notices import notice_pdf
from tici.consultation.printing.wishes import wishes_csv, wishes_svg
from tici.consultation.queries import notices as queries

from .public import issued

PDF = "application/pdf"
FORMS = {
    "pdf": (accounts.as_pdf, PDF),
    "docx": (accounts.as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (accounts.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (accounts.as_csv, "text/csv; charset=utf-8"),
    "map.csv": (wishes_csv, "text/csv; charset=utf-8"),
}
LABELS = [
    ("pdf", _("下载PDF")),
    ("docx", _("下载Word")),
    ("xlsx", _("下载Excel")),
    ("csv", _("开放数据CSV")),
    ("map.csv", _("意见分布CSV")),
]


def _file(content: bytes, name: str, media_type: str = PDF) -> FileResponse:
    return FileResponse(BytesIO(content), filename=name, content_type=media_type)


@require_safe
def printed_notice(request: HttpRequest, code: str) -> FileResponse:
    told = queries.told(issued(code), timezone.localdate())
    url = request.build_absolute_uri(told.notice.get_absolute_url())
    return _file(notice_pdf(told, url), f"{told.notice.title}.pdf")


@require_safe
def printed_form(request: HttpRequest, code: str) -> FileResponse:
    notice = issued(code)
    return _file(form_pdf(notice), f"{notice.title}意见反馈表.pdf")


def _published(notice: Notice) -> Publication:
    found = notice.publications.filter(state=PublicationState.PUBLISHED).first()
    if found is None:
        raise Http404("Nothing is published.")
    return found


def drawn(account: dict[str, Any]) -> str:
    """The map of an account, its words escaped where they are drawn; nothing for accounts from before there was one."""
    told = account.get("map")
    return mark_safe(wishes_svg(told)) if told else ""


@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    notice = issued(code)
    published = _published(notice)
    context = {
        "notice": notice, "publication": published, "account": published.content, "forms": LABELS,
        "drawing": drawn(published.content),
    }  # fmt: skip
    return render(request, "consultation/public/results.html", context)


@require_safe
def taken_away(request: HttpRequest, code: str, form: str) -> FileResponse:
    notice = issued(code)
    published = _published(notice)
    if form not in FORMS:
        raise Http404("No such form.")
    write, media_type = FORMS[form]
    return _file(write(published.content), f"{notice.title}采纳情况.{form}", media_type)
