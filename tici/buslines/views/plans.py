"""The lines of a school: overview, planning, a version with its lines, two versions side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.buslines import actions
from tici.buslines.forms import BellForm, InForceForm, LimitsForm
from tici.buslines.models import Demand, Plan, Planning, PlanState, Scenario, School
from tici.buslines.queries import maps
from tici.buslines.queries import plans as queries
from tici.buslines.queries.scenarios import ranked
from tici.buslines.rules.planning import default_limits
from tici.core.refusals import Refused


def school_for(request: Request, pk: int, permission: Permission = Permission.LINE_VIEW) -> School:
    """The school a request is about, if the person may see it."""
    found = get_object_or_404(School.objects.visible_to(request.user).select_related("place"), pk=pk)
    require(request.user, permission, found.place)
    return found


def plan_for(request: Request, pk: int, permission: Permission = Permission.LINE_VIEW) -> Plan:
    """The plan a request is about, if the person may see it."""
    rows = Plan.objects.visible_to(request.user).select_related("school__place", "made_by", "based_on", "proof_job")
    found = get_object_or_404(rows, pk=pk)
    require(request.user, permission, found.school.place)
    return found


def crumbs_of(school: School, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("公交专线"), reverse("buslines:overview")), (str(school), school.get_absolute_url()), *more]


@login_required
@require_safe
def overview(request: Request) -> HttpResponse:
    """Every school with its lines in force, what they carry, and the changes that wait."""
    require(request.user, Permission.LINE_VIEW)
    rows = queries.overview(School.objects.visible_to(request.user))
    waiting = ranked(list(Scenario.objects.visible_to(request.user).filter(state="waiting").select_related("school")))
    total = {key: sum(row[key] for row in rows) for key in ("wished", "carried", "vehicles")}
    context = {
        "rows": rows,
        "total": total,
        "waiting": waiting,
        "in_force": sum(row["plan"] is not None for row in rows),
    }
    return render(request, "buslines/overview.html", context)


@login_required
@require_safe
def school(request: Request, pk: int) -> HttpResponse:
    """A school: its demand on the map, its lines in force, its versions and its scenarios."""
    shown = school_for(request, pk)
    plans = list(Plan.objects.filter(school=shown).select_related("made_by"))
    now = next((plan for plan in plans if plan.state == PlanState.IN_FORCE), None)
    strips = queries.plan_strips(now) if now else []
    limits = now.limits if now else default_limits()
    context = {
        "school": shown,
        "plans": plans,
        "plan": now,
        "strips": strips,
        "demand": list(Demand.objects.of(shown)),
        "scenarios": ranked(list(Scenario.objects.filter(school=shown))),
        "map": maps.map_of(shown, strips, walk_metres=limits["walk_metres"], with_demand=True),
        "working": next(
            (one for one in Planning.objects.filter(school=shown).select_related("job")[:1] if not one.job.is_over),
            None,
        ),
        "may_plan": may(request.user, Permission.LINE_PLAN, shown.place),
        "crumbs": [*crumbs_of(shown)[:1], (str(shown), "")],
    }
    return render(request, "buslines/school.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def bell(request: Request, pk: int) -> HttpResponse:
    """Say when lessons begin and end."""
    shown = school_for(request, pk, Permission.LINE_EDIT)
    form = BellForm(request.POST or None, initial={"arrive_by": shown.arrive_by, "dismiss_at": shown.dismiss_at})
    if form.is_valid():
        try:
            actions.set_bell(school=shown, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("作息时间已保存。现行线路的时刻不变，重新编线后生效。"))
            return redirect(shown)
    context = {
        "form": form,
        "title": _("作息时间"),
        "button": _("保存"),
        "back": shown.get_absolute_url(),
        "crumbs": crumbs_of(shown, (_("作息时间"), "")),
    }
    return render(request, "buslines/change.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new_plan(request: Request, pk: int) -> HttpResponse:
    """Have the lines of a school planned, with the limits shown."""
    shown = school_for(request, pk, Permission.LINE_PLAN)
    now = Plan.objects.in_force().filter(school=shown).first()
    limits = now.limits if now else default_limits(timezone.localdate())
    form = LimitsForm(request.POST or None, initial=LimitsForm.shown(limits))
    if form.is_valid():
        try:
            planning = actions.ask_plan(school=shown, limits=form.limits(limits), by=request.user, at=timezone.now())
        except Refused as refused:
            refused.show_on(form)
        else:
            return redirect("buslines:planning", planning.pk)
    context = {
        "form": form, "title": _("编制线路"), "button": _("开始编线"), "back": shown.get_absolute_url(),
        "lede": _("先求车辆最少，再求行车最短、步行最短、改动最少。步行和乘车上限是通行取值，不是法定标准，可以修改。"),
        "crumbs": crumbs_of(shown, (_("编制线路"), "")),
    }  # fmt: skip
    return render(request, "buslines/change.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def planning(request: Request, pk: int) -> HttpResponse:
    """How far planning has come; the result shows itself when it is there."""
    require(request.user, Permission.LINE_VIEW)
    rows = Planning.objects.filter(school__in=School.objects.visible_to(request.user))
    shown = get_object_or_404(rows.select_related("school", "job", "plan"), pk=pk)
    template = "buslines/_planning.html" if request.htmx and "progress" in request.GET else "buslines/planning.html"
    return render(request, template, {"planning": shown, "crumbs": crumbs_of(shown.school, (_("编制线路"), ""))})


@login_required
@require_safe
def plan(request: Request, pk: int) -> HttpResponse:
    """One version: its lines with times, its costs, its proof, who is left out."""
    shown = plan_for(request, pk)
    strips = queries.plan_strips(shown)
    context = {
        "plan": shown,
        "school": shown.school,
        "strips": strips,
        "figures": queries.figures(shown.costs.get("morning", {})),
        "proofs": queries.proofs(shown.proof.get("morning", [])),
        "home_proofs": queries.proofs(shown.proof.get("afternoon", [])),
        "unserved": queries.unserved_sentences(shown),
        "remarks": queries.remark_sentences(shown),
        "sources": queries.sources_of(strips),
        "walks": queries.walks_of(shown),
        "map": maps.map_of(shown.school, strips, walk_metres=shown.limits.get("walk_metres", 500), with_demand=True),
        "others": Plan.objects.filter(school=shown.school).exclude(pk=shown.pk),
        "may_plan": may(request.user, Permission.LINE_PLAN, shown.school.place),
        "form": InForceForm(initial={"on": timezone.localdate()}),
        "crumbs": crumbs_of(shown.school, (_("第%(number)s版") % {"number": shown.number}, "")),
    }
    return render(request, "buslines/plan.html", context)


@login_required
@require_POST
def put_in_force(request: Request, pk: int) -> HttpResponse:
    """Put a version in force from a day."""
    shown = plan_for(request, pk, Permission.LINE_PLAN)
    form = InForceForm(request.POST)
    try:
        on = form.cleaned_data["on"] if form.is_valid() else None
        actions.put_in_force(plan=shown, on=on, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("%(plan)s已启用，公众页面同时更新。") % {"plan": shown})
    return redirect(shown)


@login_required
@require_POST
def propose(request: Request, pk: int) -> HttpResponse:
    """Lay a draft before those who decide."""
    shown = plan_for(request, pk, Permission.LINE_PLAN)
    actions.propose_plan(plan=shown, by=request.user, at=timezone.now())
    messages.success(request, _("已转为拟定方案。"))
    return redirect(shown)


@login_required
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a draft away."""
    shown = plan_for(request, pk, Permission.LINE_PLAN)
    try:
        actions.remove_plan(plan=shown, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(shown)
    messages.success(request, _("草案已删除，操作记录留有其代价和版本号。"))
    return redirect(shown.school)


@login_required
@require_POST
def prove(request: Request, pk: int) -> HttpResponse:
    """Have a version proven in the background."""
    shown = plan_for(request, pk, Permission.LINE_PLAN)
    actions.ask_proof(plan=shown, by=request.user, at=timezone.now())
    return redirect(shown)


@login_required
@require_safe
def proving(request: Request, pk: int) -> HttpResponse:
    """What is proven of a version; asked again while the proof runs."""
    shown = plan_for(request, pk)
    context = {
        "plan": shown,
        "figures": queries.figures(shown.costs.get("morning", {})),
        "proofs": queries.proofs(shown.proof.get("morning", [])),
        "may_plan": may(request.user, Permission.LINE_PLAN, shown.school.place),
    }
    return render(request, "buslines/_proof.html", context)


@login_required
@require_safe
def compare(request: Request, pk: int, other: int) -> HttpResponse:
    """Two versions of a school side by side: figures, then lines."""
    one, two = plan_for(request, pk), plan_for(request, other)
    if one.school_id != two.school_id:
        raise Http404("Versions of two schools.")
    sides = [(plan, queries.plan_strips(plan)) for plan in (one, two)]
    labels = queries.figures(one.costs.get("morning", {}))
    values = dict(queries.figures(two.costs.get("morning", {})))
    context = {
        "sides": [
            {"plan": plan, "strips": strips, "walks": queries.walks_of(plan), "map": maps.map_of(
                plan.school, strips, walk_metres=plan.limits.get("walk_metres", 500), with_demand=False
            )}
            for plan, strips in sides
        ],
        "figures": [(label, value, values.get(label)) for label, value in labels],
        "crumbs": crumbs_of(one.school, (_("对比两个版本"), "")),
    }  # fmt: skip
    return render(request, "buslines/compare.html", context)
