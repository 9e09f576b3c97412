"""Scenarios: all of them ranked, one with its cards, declaring one, accepting and declining."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.buslines import actions
from tici.buslines.forms import ChangeForm, DeclineForm
from tici.buslines.models import ChangeKind, Plan, Scenario, ScenarioState, School, Stop
from tici.buslines.queries import maps, opinions
from tici.buslines.queries import plans as plan_queries
from tici.buslines.queries import scenarios as queries
from tici.buslines.rules import scenarios as rules
from tici.consultation.models import Group
from tici.core.refusals import Refused

from .plans import crumbs_of, school_for

#: What people declare; a drawn line is kept from the editor.
DECLARED = [kind for kind in ChangeKind if kind != ChangeKind.REDRAW]


def scenario_for(request: Request, pk: int, permission: Permission = Permission.LINE_VIEW) -> Scenario:
    """The scenario a request is about, if the person may see it."""
    rows = Scenario.objects.visible_to(request.user).select_related("school__place", "plan", "became", "declared_by")
    found = get_object_or_404(rows, pk=pk)
    require(request.user, permission, found.school.place)
    return found


@login_required
@require_safe
def scenarios(request: Request) -> HttpResponse:
    """Every scenario of a state and a consultation, ranked."""
    require(request.user, Permission.LINE_VIEW)
    state, asked_in = request.GET.get("state", ScenarioState.WAITING), request.GET.get("asked_in", "")
    everything = Scenario.objects.visible_to(request.user)
    rows = everything.filter(state=state) if state in ScenarioState.values else everything
    rows = rows.filter(asked_in=asked_in) if asked_in else rows
    context = {
        "scenarios": queries.ranked(list(rows.select_related("school"))), "state": state, "asked_in": asked_in,
        "states": ScenarioState.choices,
        "consultations": queries.asked_ins(everything),
        "crumbs": [(_("公交专线"), reverse("buslines:overview")), (_("调整方案"), "")],
    }  # fmt: skip
    return render(request, "buslines/scenarios.html", context)


@login_required
@require_safe
def scenario(request: Request, pk: int) -> HttpResponse:
    """One scenario: what it changes, and what it would do in each of three ways."""
    return _page(request, scenario_for(request, pk), DeclineForm())


def _page(request: Request, shown: Scenario, form: DeclineForm) -> HttpResponse:
    labels = queries.labels_of_hows()
    hows = [
        {"how": how, "label": labels[how], "said": rules.words_of(card), "broken": rules.breach_sentences(card),
         "spread": rules.spread(card["minutes"])}
        for how in rules.HOWS
        if (card := shown.cards.get(how))
    ]  # fmt: skip
    strips = plan_queries.plan_strips(shown.plan) if shown.plan else []
    limits = shown.plan.limits if shown.plan else {}
    context = {
        "scenario": shown, "school": shown.school, "hows": hows, "rows": queries.rows_of(shown.cards),
        "change": queries.change_words(shown), "form": form, "strips": strips,
        "map": maps.map_of(
            shown.school, strips, walk_metres=limits.get("walk_metres", 500), with_demand=True,
            asked=[shown.change[key] for key in ("stop", "to") if key in shown.change],
        ),
        "is_waiting": shown.state == ScenarioState.WAITING,
        "may_decide": may(request.user, Permission.LINE_PLAN, shown.school.place),
        "crumbs": crumbs_of(shown.school, (_("调整方案"), reverse("buslines:scenarios")), (str(shown), "")),
    }  # fmt: skip
    return render(request, "buslines/scenario.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def school_opinions(request: Request, pk: int) -> HttpResponse:
    """What residents ask of a school's lines, each a click away from being a scenario."""
    school = school_for(request, pk, Permission.LINE_PLAN)
    plan = Plan.objects.in_force().filter(school=school).first()
    tied = {one.group_id: one for one in Scenario.objects.filter(school=school, group__isnull=False)}
    asked = [(one, tied.get(one.group_id)) for one in opinions.asked_for(school, plan)]
    context = {
        "school": school, "asked": asked, "labels": dict(ChangeKind.choices),
        "crumbs": crumbs_of(school, (_("市民意见"), "")),
    }  # fmt: skip
    return render(request, "buslines/opinions.html", context)


def _group_of(request: Request, school: School) -> opinions.Asked | None:
    """The opinions a change is declared for, where the address names them."""
    wanted = request.GET.get("group", "")
    if not wanted.isdecimal():
        return None
    plan = Plan.objects.in_force().filter(school=school).first()
    return next((one for one in opinions.asked_for(school, plan) if str(one.group_id) == wanted), None)


@login_required
@require_http_methods(["GET", "POST"])
def new_scenario(request: Request, pk: int) -> HttpResponse:
    """Declare a change: first its kind, then what that kind asks for."""
    school = school_for(request, pk, Permission.LINE_PLAN)
    plan = Plan.objects.in_force().filter(school=school).select_related("school").first()
    kind = request.GET.get("kind", ChangeKind.OPEN_LINE if plan is None else ChangeKind.ADD_STOP)
    kind = kind if kind in DECLARED else ChangeKind.ADD_STOP
    city = school.place.path.split("/")[0]
    stops = Stop.objects.filter(place__path__startswith=f"{city}/", is_closed=False).order_by("name")
    choices = queries.choices_of(plan, list(stops))
    title = f"{school.short_name or school} {ChangeKind(kind).label}"
    asked = _group_of(request, school)
    initial: dict[str, object] = {"title": title, "stops": "，".join(code for code, _name in choices.called)}
    initial |= {name: request.GET[name] for name in ("line", "direction", "minutes", "stop") if name in request.GET}
    if asked is not None:
        initial |= {"opinions": asked.points, "asked_in": asked.notice.title}
    form = ChangeForm(
        request.POST or None, kind=kind, lines=choices.lines, called=choices.called, free=choices.free, initial=initial
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.declare_scenario(
                school=school, kind=kind, change=form.change, title=said["title"], opinions=said["opinions"],
                asked_in=said["asked_in"], by=request.user, at=timezone.now(),
                group=Group.objects.get(pk=asked.group_id) if asked and asked.group_id else None,
            )  # fmt: skip
        except Refused as refused:
            refused.show_on(form)
        else:
            return redirect(made)
    kinds = [one for one in DECLARED if (one == ChangeKind.OPEN_LINE) == (plan is None)]
    context = {
        "form": form, "school": school, "kind": kind, "kinds": [(one.value, one.label) for one in kinds],
        "called": choices.called, "asked": asked, "group": request.GET.get("group", ""),
        "crumbs": crumbs_of(school, (_("提出调整"), "")),
    }  # fmt: skip
    return render(request, "buslines/new_scenario.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def decide_scenario(request: Request, pk: int) -> HttpResponse:
    """Accept a scenario in one of its ways, decline it, or hold it against the plan now in force."""
    shown = scenario_for(request, pk, Permission.LINE_PLAN)
    form = DeclineForm(request.POST)
    told: dict[str, Any] = {"scenario": shown, "by": request.user, "at": timezone.now()}
    try:
        if "again" in request.POST:
            actions.evaluate_anew(**told)
            messages.success(request, _("已按现行方案重新评估。"))
        elif (how := request.POST.get("accept", "")) in rules.HOWS:
            plan = actions.accept_scenario(how=how, **told)
            messages.success(request, _("已采纳，成为%(plan)s（草案）。启用后生效。") % {"plan": plan})
            return redirect(plan)
        elif form.is_valid():
            actions.decline_scenario(reason=form.cleaned_data["reason"], **told)
            messages.success(request, _("未采纳，理由已记录。"))
        else:
            return _page(request, shown, form)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(shown)
