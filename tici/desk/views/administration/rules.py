"""The rulebook: every rule with its versions, dates, sources and content."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.desk.queries import rulebook
from tici.engines.rulebook import BadRule, NoRule


@login_required
@require_safe
def rules(request: Request) -> HttpResponse:
    require(request.user, Permission.RULE_VIEW)
    return render(request, "desk/administration/rules.html", {"found": rulebook.every_rule()})


@login_required
@require_safe
def rule(request: Request, name: str) -> HttpResponse:
    require(request.user, Permission.RULE_VIEW)
    try:
        shown = rulebook.listed(name)
    except (NoRule, BadRule) as reason:
        raise Http404(str(reason)) from None
    context = {
        "shown": shown,
        "versions": [(one, list(rulebook.entries(one.content))) for one in reversed(shown.versions)],
        "crumbs": [(_("规则"), reverse("desk:rules")), (str(shown.title), "")],
    }
    return render(request, "desk/administration/rule.html", context)
