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
from tici.desk.navigation import opens
from tici.desk.queries import rule_uses, rulebook
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
    newest_first = shown.versions[::-1]
    ends = [None, *(one.since for one in newest_first)]
    context = {
        "shown": shown,
        "versions": [
            (one, end, list(rulebook.entries(one.content))) for one, end in zip(newest_first, ends, strict=False)
        ],
        "uses": [(use.label, _address(request, use.page)) for use in rule_uses.USES.get(name, ())],
        "measures": rule_uses.measures_by(name),
        "may_measure": opens(request.user, "desk:measure"),
        "crumbs": [(_("规则"), reverse("desk:rules")), (str(shown.title), "")],
    }
    return render(request, "desk/administration/rule.html", context)


def _address(request: Request, page: str) -> str:
    """Where a page that reads a rule opens; nothing for one that the person's role does not open."""
    return reverse(page) if page and opens(request.user, page) else ""
