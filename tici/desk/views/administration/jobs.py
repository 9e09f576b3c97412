"""Background work: one's own, or everybody's for the system administrator; to be watched and stopped."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.accounts.requests import Request
from tici.core.actions import stop_job
from tici.core.audit import name_of
from tici.core.models import Job, JobState
from tici.core.registers import Column, Kind, Register, by_choices

from .records import Moment

REGISTER = Register(
    name="jobs",
    title=gettext_lazy("后台任务"),
    columns=(
        Column("title", gettext_lazy("事项"), link="pk", link_url="desk:job", is_sortable=False),
        Column("state", gettext_lazy("状态"), choices=tuple(JobState.choices), is_sortable=False),
        Column("done", gettext_lazy("已完成"), Kind.COUNT, is_sortable=False),
        Column("total", gettext_lazy("共"), Kind.COUNT, is_sortable=False),
        Column("by", gettext_lazy("发起人"), is_sortable=False),
        Moment("started_at", gettext_lazy("发起时间"), is_sortable=False),
        Moment("finished_at", gettext_lazy("结束时间"), is_sortable=False),
    ),
    filters=(by_choices("state", gettext_lazy("状态"), JobState),),
    is_searchable=False,
    empty=gettext_lazy("投递文件、生成通报等较慢的工作在这里显示进度。"),
)


def jobs_of(person: Person) -> QuerySet[Job]:
    """The jobs a person may watch."""
    return Job.objects.all() if holds(person, Permission.JOB_VIEW) else Job.objects.filter(by=name_of(person))


@login_required
@require_safe
def jobs(request: Request) -> HttpResponseBase:
    return REGISTER.page(request, jobs_of(request.user))


@login_required
@require_safe
def job(request: Request, pk: int) -> HttpResponse:
    """One job; asked again by htmx each second for its progress alone, until it is over."""
    shown = get_object_or_404(jobs_of(request.user), pk=pk)
    context: dict[str, Any] = {"shown": shown, "url": reverse("desk:job", args=[pk])}
    if request.htmx:
        return render(request, "desk/administration/_job.html", context)
    context["crumbs"] = [(_("后台任务"), reverse("desk:jobs")), (shown.title, "")]
    return render(request, "desk/administration/job.html", context)


@login_required
@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    shown = get_object_or_404(jobs_of(request.user), pk=pk)
    if shown.is_over:
        messages.info(request, _("任务已经结束。"))
    else:
        stop_job(job=shown, at=timezone.now())
        messages.success(request, _("任务已停止，已收的数据没有变动。"))
    return redirect("desk:job", pk)
