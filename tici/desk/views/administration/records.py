"""The record, for the audit administrator: searched, opened, taken away, and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.actions import start_job
from tici.core.models import Record
from tici.core.registers import Column, Filter, Register
from tici.core.verification import VERIFY
from tici.desk.queries import deeds

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Moment(Column):
    """A column of moments, written by the city's clock to the second."""

    def shown(self, value: Any) -> Any:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else value


def _typed(request: HttpRequest) -> list[tuple[str, Any]]:
    """These filters are typed, not chosen."""
    return []


def _on_a_day(narrow: Callable[[Rows, date], Rows]) -> Callable[[Rows, str], Rows]:
    def narrowed(rows: Rows, written: str) -> Rows:
        try:
            day = parse_date(written)
        except ValueError:
            day = None
        return narrow(rows, day) if day else rows

    return narrowed


REGISTER = Register(
    name="records",
    title=gettext_lazy("操作记录"),
    columns=(
        Column("pk", gettext_lazy("编号"), link="pk", link_url="desk:record"),
        Moment("at", gettext_lazy("时间"), is_sortable=False),
        Column("by", gettext_lazy("经办人"), is_sortable=False),
        Column("what", gettext_lazy("事项"), choices=tuple(deeds.DEEDS.items()), is_sortable=False),
        Column("subject", gettext_lazy("对象"), is_sortable=False),
        Column("digest", gettext_lazy("摘要"), is_sortable=False, is_shown=False),
    ),
    filters=(
        Filter("what", gettext_lazy("事项"), lambda request: list(deeds.DEEDS.items()), lambda r, v: r.filter(what=v)),
        Filter("by", gettext_lazy("经办人"), _typed, deeds.records_by),
        Filter("subject", gettext_lazy("对象"), _typed, deeds.records_of),
        Filter("from", gettext_lazy("自"), _typed, _on_a_day(deeds.records_from)),
        Filter("until", gettext_lazy("至"), _typed, _on_a_day(deeds.records_until)),
    ),
    is_searchable=False,
    template="desk/administration/records.html",
    empty=gettext_lazy("每次办理都会记在这里。"),
)


@login_required
@require_safe
def records(request: Request) -> HttpResponseBase:
    require(request.user, Permission.RECORD_VIEW)
    return REGISTER.page(request, Record.objects.all(), check=deeds.latest_check())


@login_required
@require_safe
def record(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.RECORD_VIEW)
    shown = get_object_or_404(Record, pk=pk)
    fields = sorted(shown.old.keys() | shown.new.keys())
    context = {
        "shown": shown,
        "deed": deeds.DEEDS.get(shown.what, shown.what),
        "changes": [(name, shown.old.get(name), shown.new.get(name)) for name in fields],
        "crumbs": [(_("操作记录"), reverse("desk:records")), (str(pk), "")],
    }
    return render(request, "desk/administration/record.html", context)


@login_required
@require_POST
def verify(request: Request) -> HttpResponse:
    """Check the whole record and every upload in the background."""
    require(request.user, Permission.RECORD_VIEW)
    job = start_job(VERIFY, title=_("校验操作记录和原始文件"), by=request.user, at=timezone.now())
    return redirect("desk:job", job.pk)
