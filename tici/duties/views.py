"""Pages of duty: the register, full coverage, the table of one leader, and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Kind, Register
from tici.places.models import Place, Post
from tici.projects.models import Project, Stage

from . import actions, queries
from .forms import AssignForm, EndForm, VisitForm
from .models import Duty


def _places(request: HttpRequest) -> Sequence[tuple[str, Any]]:
    own = request.user.place  # type: ignore[union-attr]
    return list(Place.objects.within(own).county_level().values_list("code", "name")) if own else []


def _in_force(rows: QuerySet[Duty], value: str) -> QuerySet[Duty]:
    held = Q(to_date__isnull=True)
    return rows.filter(held) if value == "held" else rows.exclude(held)


REGISTER = Register(
    name="duties",
    title=gettext_lazy("责任包联"),
    columns=(
        Column("project__place__short_name", gettext_lazy("地区"), is_sortable=False),
        Column("project__name", gettext_lazy("项目名称"), link="project_id", link_url="desk:project"),
        Column("project__investment_wan", gettext_lazy("总投资(万元)"), Kind.WAN),
        Column("project__stage", gettext_lazy("阶段"), Kind.STAGE, choices=Stage.choices),
        Column("post__title", gettext_lazy("包联领导"), link="post_id", link_url="duties:post"),
        Column("department__name", gettext_lazy("责任单位")),
        Column("officer__display_name", gettext_lazy("包联干部"), is_shown=False),
        Column("officer_title", gettext_lazy("责任人")),
        Column("from_date", gettext_lazy("自"), Kind.DATE),
        Column("to_date", gettext_lazy("至(不含当日)"), Kind.DATE),
    ),
    filters=(
        Filter("place", gettext_lazy("地区"), _places, lambda rows, code: rows.filter(project__place__code=code)),
        Filter(
            "held",
            gettext_lazy("状态"),
            lambda request: [("held", _("包联中")), ("ended", _("已结束"))],
            _in_force,
        ),
    ),
    is_searchable=False,
    empty=gettext_lazy("还没有包联记录。请从项目页指定包联领导，或投递带“包联领导”一列的台账。"),
)


@login_required
@require_safe
def register(request: Request) -> HttpResponseBase:
    require(request.user, Permission.DUTY_VIEW)
    return REGISTER.page(request, Duty.objects.visible_to(request.user))


@login_required
@require_safe
def coverage(request: Request) -> HttpResponse:
    require(request.user, Permission.DUTY_VIEW)
    place, today = _own_place(request), timezone.localdate()
    rows = queries.coverage_by_county(today, person=request.user, place=place)
    listed = {
        "uncovered": queries.uncovered_projects,
        "vacated": queries.vacated_projects,
        "doubled": queries.doubly_covered_projects,
    }
    show = request.GET.get("show", "uncovered")
    if show not in listed:
        raise Http404
    projects = listed[show](today).visible_to(request.user).select_related("place", "owner")
    if code := request.GET.get("place"):
        projects = projects.filter(place__code=code)
    context = {
        "rows": rows,
        "total": queries.coverage_of_all(place, rows),
        "show": show,
        "projects": projects.order_by("-investment_wan", "pk")[:200],
        "may_assign": may(request.user, Permission.DUTY_ASSIGN, place),
        "today": today,
    }
    return render(request, "duties/coverage.html", context)


@login_required
@require_safe
def posts(request: Request) -> HttpResponse:
    require(request.user, Permission.DUTY_VIEW)
    found = queries.posts_with_duties(timezone.localdate(), person=request.user, place=_own_place(request))
    return render(request, "duties/posts.html", {"posts": found})


@login_required
@require_safe
def post(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.DUTY_VIEW)
    found = get_object_or_404(Post.objects.select_related("place"), pk=pk)
    today = timezone.localdate()
    duties = queries.duties_of_post(found, today, person=request.user)
    if not may(request.user, Permission.DUTY_VIEW, found.place) and not duties:
        raise Http404
    return render(request, "duties/post.html", {"post": found, "duties": duties, "today": today})


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: Request, project_pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("place"), pk=project_pk)
    require(request.user, Permission.DUTY_ASSIGN, project.place)
    form = AssignForm(request.POST or None, place=project.place, initial={"from_date": timezone.localdate()})
    if form.is_valid():
        try:
            duty = actions.assign_duty(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            return _done(request, project, _("%(post)s已包联本项目。") % {"post": duty.post})
    return _form(request, "assign", form, {"project": project})


@login_required
@require_http_methods(["GET", "POST"])
def end(request: Request, pk: int) -> HttpResponse:
    duty = _duty(request, pk)
    require(request.user, Permission.DUTY_ASSIGN, duty.project.place)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            actions.end_duty(duty=duty, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            return _done(request, duty.project, _("%(post)s的包联已结束。") % {"post": duty.post})
    return _form(request, "end", form, {"project": duty.project, "duty": duty})


@login_required
@require_http_methods(["GET", "POST"])
def visit(request: Request, pk: int) -> HttpResponse:
    duty = _duty(request, pk)
    require(request.user, Permission.VISIT_NOTE, duty.project.place)
    today = timezone.localdate()
    form = VisitForm(request.POST or None, initial={"visited_on": today})
    if form.is_valid():
        try:
            actions.note_visit(duty=duty, by=request.user, at=timezone.now(), today=today, **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            return _done(request, duty.project, _("走访已记录。"))
    return _form(request, "visit", form, {"project": duty.project, "duty": duty})


def _own_place(request: Request) -> Place:
    if request.user.place is None:
        raise Http404
    return request.user.place


def _duty(request: Request, pk: int) -> Duty:
    visible = Duty.objects.visible_to(request.user).select_related("project__place", "post")
    return get_object_or_404(visible, pk=pk)


def _form(request: Request, name: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    """The form, alone for htmx and on its page otherwise; 422 where it was refused."""
    template = "duties/_form.html" if request.htmx else "duties/form.html"
    status = 422 if form.is_bound else 200
    return render(request, template, context | {"form": form, "name": name}, status=status)


def _done(request: Request, project: Project, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseClientRedirect(project.get_absolute_url()) if request.htmx else redirect(project)
