"""One measure: its value, what it means, the counties side by side, and the rows it was computed from."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tici.accounts.requests import Request
from tici.core.registers import Register
from tici.desk.queries import figures

from .scopes import asked_scope


@login_required
@require_safe
def measure(request: Request, code: str) -> HttpResponseBase:
    if code not in figures.MEASURES:
        raise Http404
    scope = asked_scope(request)
    found = figures.MEASURES[code]
    register = Register(
        name=f"measure:{code}",
        title=found.label,
        columns=found.columns,
        is_searchable=False,
        order="pk",
        template="desk/measure.html",
    )
    context = {
        "figure": figures.figure(code, scope),
        "counties": figures.by_county(code, scope) if not scope.place.is_county_level else [],
        "scope": scope,
    }
    return register.page(request, found.rows(scope), **context)
