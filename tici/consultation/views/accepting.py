"""Automatic acceptance at the desk: how it stands, the switch, and taking back each or all."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tici.accounts.permissions import Permission
from tici.accounts.requests import Request
from tici.consultation import actions
from tici.consultation.models import Confirmation, Submission
from tici.consultation.queries import acceptance as queries
from tici.consultation.queries import reading

from .notices import seen

SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def acceptance(request: Request, pk: int) -> HttpResponse:
    """What the machine's word was taken for, and whether it may be."""
    notice = seen(request, pk, Permission.OPINION_TAKE)
    if request.method == "POST":
        what, now = request.POST.get("what", ""), timezone.now()
        if what in {"on", "off"}:
            actions.switch_acceptance(notice=notice, is_on=what == "on", by=request.user, at=now)
            messages.success(request, _("已开启自动采信。") if what == "on" else _("已关闭自动采信，已采信的不变。"))
        elif what == "undo":
            count = actions.undo_acceptance(notice=notice, by=request.user, at=now)
            messages.success(request, _("已撤销%(count)d件自动采信，回到待确认。") % {"count": count})
        elif (found := queries.accepted(notice).filter(pk=_number(what)).first()) is not None:
            actions.undo_confirmation(submission=found, by=request.user, at=now)
            messages.success(request, _("已撤销%(number)s的自动采信。") % {"number": found})
        return redirect("consultation:acceptance", pk)
    rows, labels = queries.accepted(notice), dict(notice.aspects.values_list("code", "label"))
    lines = [(one, [(labels.get(held.aspects[0], ""), held) for held in _held(one)]) for one in rows[:SHOWN]]
    context = {
        "notice": notice, "standing": queries.standing(notice), "agreement": reading.agreement(notice),
        "lines": lines, "count": rows.count(),
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (str(notice), "")],
    }  # fmt: skip
    return render(request, "consultation/acceptance.html", context)


def _held(submission: Submission) -> list[Confirmation]:
    return [held for point in submission.points.all() for held in point.held]  # type: ignore[attr-defined]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else 0
