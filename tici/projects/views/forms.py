"""The forms that enter one project and change it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import settled
from tici.places.models import Place
from tici.projects import actions, queries, rules
from tici.projects.forms import ApprovalsForm, CancelForm, MoveForm, PlaceForm, ProjectForm, ReviveForm
from tici.projects.models import Project, Stage


def _project(request: Request, pk: int, permission: Permission) -> Project:
    visible = Project.objects.visible_to(request.user).select_related("place", "owner")
    project = get_object_or_404(visible, pk=pk)
    require(request.user, permission, project.place)
    return project


def _gone_to(request: Request, project: Project, said: str) -> HttpResponse:
    messages.success(request, said)
    address = project.get_absolute_url()
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _asked(request: Request, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """The page with the form, 422 when what was sent cannot stand."""
    context |= {"form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Enter one project in a place of one's own."""
    require(request.user, Permission.PROJECT_EDIT)
    places = Place.objects.within(request.user.place).county_level() if request.user.place else Place.objects.none()
    where = PlaceForm(request.POST or None, places=places)
    form = ProjectForm(request.POST or None, initial={"year": timezone.localdate().year})
    entered: list[Project] = []

    def enter() -> None:
        place = where.cleaned_data["place"]
        require(request.user, Permission.PROJECT_EDIT, place)
        entered.append(actions.enter_project(place=place, by=request.user, at=timezone.now(), **form.facts()))

    namesakes: list[Project] = []
    if where.is_valid() and form.is_valid() and not {"as_another", "as_asked"} & request.POST.keys():
        namesakes = queries.namesakes(where.cleaned_data["place"], form.cleaned_data["name"], form.cleaned_data["code"])
    over_total = _plan_over_total(request, form)
    is_asked = bool(namesakes or over_total)
    if not is_asked and (not where.is_bound or where.is_valid()) and settled(form, enter):
        return _gone_to(request, entered[0], _("%(project)s已登记。") % {"project": entered[0]})
    same = [(_described(one), one.get_absolute_url()) for one in namesakes]
    return _asked(request, "projects/new.html", form, where=where, namesakes=same, over_total=over_total)


def _plan_over_total(request: Request, form: ProjectForm) -> bool:
    """Whether to ask about a plan of the year above the total investment: once, and only where one of them is new."""
    if {"as_planned", "as_asked"} & request.POST.keys() or not form.is_valid():
        return False
    plan, total = (form.cleaned_data[name] for name in ("plan_wan", "investment_wan"))
    before = [form.fields[name].to_python(form.initial.get(name)) for name in ("plan_wan", "investment_wan")]
    return before != [plan, total] and rules.is_over_total(plan, total)


def _described(project: Project) -> str:
    """A project with what tells it from its namesakes."""
    state = _("已取消") if project.is_cancelled else Stage(project.stage).label
    return _("%(name)s（%(state)s）") % {"name": project.name, "state": state}


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Correct the facts of one project."""
    project = _project(request, pk, Permission.PROJECT_EDIT)
    plan = project.years.order_by("-year").first()
    initial: dict[str, Any] = (
        {"owner_name": project.owner.name, "owner_uscc": project.owner.uscc} if project.owner else {}
    )
    initial |= {"year": plan.year, "category": plan.category, "plan_wan": plan.plan_wan} if plan else {}
    standing = Project.objects.get(pk=project.pk)  # the form writes into its instance
    form = ProjectForm(request.POST or None, instance=standing, initial=initial)

    def correct() -> None:
        actions.correct_facts(project=project, by=request.user, at=timezone.now(), **form.facts())

    over_total = _plan_over_total(request, form)
    if not over_total and settled(form, correct):
        return _gone_to(request, project, _("%(project)s的资料已修改。") % {"project": form.cleaned_data["name"]})
    return _asked(request, "projects/edit.html", form, project=project, over_total=over_total)


@login_required
@require_http_methods(["GET", "POST"])
def approvals(request: Request, pk: int) -> HttpResponse:
    """Write down the approvals of one project, all of them or none."""
    project = _project(request, pk, Permission.PROJECT_EDIT)
    initial: dict[str, Any] = {}
    for paper in project.approvals.all():
        initial |= {f"{paper.kind}_number": paper.number, f"{paper.kind}_on": paper.granted_on}
    form = ApprovalsForm(request.POST or None, initial=initial)

    def grant() -> None:
        with transaction.atomic():
            for kind, number, granted_on in form.given():
                actions.grant_approval(
                    project=project, kind=kind, number=number, granted_on=granted_on, by=request.user, at=timezone.now()
                )

    if settled(form, grant):
        return _gone_to(request, project, _("%(project)s的审批手续已保存。") % {"project": project})
    return _asked(request, "projects/approvals.html", form, project=project)


@login_required
@require_http_methods(["GET", "POST"])
def move(request: Request, pk: int) -> HttpResponse:
    """Step one project up or down its ladder."""
    project = _project(request, pk, Permission.PROJECT_MOVE)
    stages = Stage.values
    ahead = stages[min(stages.index(project.stage) + 1, len(stages) - 1)]
    form = MoveForm(request.POST or None, initial={"to": ahead, "on": timezone.localdate()})

    def step() -> None:
        actions.move_project(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, step):
        stage = Stage(form.cleaned_data["to"]).label
        return _gone_to(request, project, _("%(project)s已到“%(stage)s”。") % {"project": project, "stage": stage})
    template = "projects/_move.html" if request.htmx else "projects/move.html"
    facts = rules.facts_of(project, project.approvals.all())
    gates = rules.gates(facts, timezone.localdate())
    return _asked(request, template, form, project=project, gates=gates)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: Request, pk: int) -> HttpResponse:
    """Take one project off its ladder, with the reason."""
    project = _project(request, pk, Permission.PROJECT_CANCEL)
    form = CancelForm(request.POST or None, initial={"on": timezone.localdate()})

    def give_up() -> None:
        actions.cancel_project(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, give_up):
        return _gone_to(request, project, _("%(project)s已取消，仍保留在台账中。") % {"project": project})
    return _asked(request, "projects/cancel.html", form, project=project)


@login_required
@require_http_methods(["GET", "POST"])
def revive(request: Request, pk: int) -> HttpResponse:
    """Put a cancelled project back where it stood."""
    project = _project(request, pk, Permission.PROJECT_CANCEL)
    form = ReviveForm(request.POST or None)

    def take_up() -> None:
        actions.revive_project(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, take_up):
        return _gone_to(request, project, _("%(project)s已恢复。") % {"project": project})
    return _asked(request, "projects/revive.html", form, project=project)
