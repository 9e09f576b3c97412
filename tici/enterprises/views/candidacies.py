"""One candidacy: its page, its steps, its papers, who sees to it, and the months of its firm."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused, settled
from tici.engines.periods import Month
from tici.enterprises import actions
from tici.enterprises.forms import ChargeForm, MonthsForm, StepForm
from tici.enterprises.models import Candidacy, PoolState
from tici.enterprises.queries import pool as queries
from tici.enterprises.queries import pool_words as words
from tici.enterprises.rules import pool as rules
from tici.enterprises.rules.library import library_line

from .changes import asked

CHANGE = "enterprises/pool_change.html"
HISTORY = 24  # months shown, so that each stands beside its 上年同期


def _candidacy(request: Request, pk: int) -> Candidacy:
    visible = Candidacy.objects.visible_to(request.user).defer("search_pairs")
    return get_object_or_404(visible.select_related("enterprise", "place", "post", "department"), pk=pk)


def _to_change(request: Request, pk: int) -> Candidacy:
    candidacy = _candidacy(request, pk)
    require(request.user, Permission.ENTERPRISE_EDIT, candidacy.place)
    return candidacy


@login_required
@require_safe
def candidacy(request: Request, pk: int) -> HttpResponse:
    """One firm on its way: how near, how likely by which window, what is ready, what was done."""
    found = _candidacy(request, pk)
    require(request.user, Permission.ENTERPRISE_VIEW)
    today = timezone.localdate()
    newest = Month.of(found.as_of) if found.as_of else Month.of(today) - 1
    known = queries.history(found.enterprise, newest, HISTORY)
    of_month = dict(known)
    context = {
        "candidacy": found,
        "distance": words.distance(found),
        "share": queries.share_of_line(found.year_wan, found.line_wan),
        "why": words.why(found),
        "chances": words.chances(found, today),
        "has_line": library_line(found.enterprise.industry, today) is not None,
        "papers": queries.papers(found),
        "moves": found.moves.select_related("moved_by"),
        "months": [(month, facts, of_month.get(month - 12)) for month, facts in known[-12:]],
        "steps": [PoolState(step).label for step in rules.steps_from(found.state)],
        "may_edit": may(request.user, Permission.ENTERPRISE_EDIT, found.place),
    }
    return render(request, "enterprises/pool_candidacy.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def step(request: Request, pk: int) -> HttpResponse:
    """Step a candidacy on, back, or out."""
    found = _to_change(request, pk)
    steps = rules.steps_from(found.state)
    initial = {"on": timezone.localdate(), "to": steps[0] if steps else "", "window": found.window}
    form = StepForm(request.POST or None, candidacy=found, initial=initial)

    def take() -> None:
        actions.step_candidacy(candidacy=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, take):
        said = _("%(enterprise)s已办理为“%(state)s”。")
        state = PoolState(form.cleaned_data["to"]).label
        messages.success(request, said % {"enterprise": found.enterprise, "state": state})
        return redirect(found)
    lede = _("申报须先备齐材料；未通过和退出须选明原因；办理为“已入统”即登记入库。")
    return asked(request, CHANGE, form, candidacy=found, title=_("办理进展"), lede=lede, button=_("办理"))


@login_required
@require_POST
def paper(request: Request, pk: int) -> HttpResponse:
    """Tick a paper of the checklist, or take the tick back."""
    found = _to_change(request, pk)
    code, now = request.POST.get("code", ""), timezone.now()
    try:
        if request.POST.get("shown") == "1":
            actions.tick_papers(candidacy=found, codes=[code], on=timezone.localdate(), by=request.user, at=now)
        else:
            actions.untick_paper(candidacy=found, code=code, by=request.user, at=now)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(f"{found.get_absolute_url()}#papers")


@login_required
@require_http_methods(["GET", "POST"])
def charge(request: Request, pk: int) -> HttpResponse:
    """Say what blocks a candidacy, and who sees to it."""
    found = _to_change(request, pk)
    initial = {name: getattr(found, name) for name in ("blocker", "post", "department", "officer")}
    form = ChargeForm(request.POST or None, place=found.place, initial=initial)

    def put() -> None:
        actions.charge_candidacy(candidacy=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, put):
        messages.success(request, _("卡点和责任已更新。"))
        return redirect(found)
    title, lede = _("卡点和责任"), _("责任落到岗位和单位，不填人名。")
    return asked(request, CHANGE, form, candidacy=found, title=title, lede=lede, button=_("保存"))


@login_required
@require_http_methods(["GET", "POST"])
def months(request: Request, pk: int) -> HttpResponse:
    """Enter or correct the months of the firm (同期台账)."""
    found = _to_change(request, pk)
    known = queries.history(found.enterprise, Month.of(timezone.localdate()) - 1, HISTORY)
    form = MonthsForm(request.POST or None, known=known)

    def give() -> None:
        actions.give_months(enterprise=found.enterprise, given=form.given(), by=request.user, at=timezone.now())

    if settled(form, give):
        messages.success(request, _("%(enterprise)s的分月台账已保存。") % {"enterprise": found.enterprise})
        return redirect(f"{found.get_absolute_url()}#months")
    return asked(request, "enterprises/pool_months.html", form, candidacy=found)
