"""What a plan keeps to, which line a route is, and what may be done to a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tici.buslines.models import Plan, PlanState, School
from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.lines import Limits

RULE = "buslines/planning"
PAIRS = ("arrive_before_seconds", "leave_after_seconds")


def default_limits(on: date | None = None) -> dict[str, Any]:
    """The limits of the rulebook."""
    return dict(rulebook.load(RULE, on)["limits"])


def limits_of(said: Mapping[str, Any]) -> Limits:
    """Limits as the engine takes them, from how they are kept."""
    kept: dict[str, Any] = {name: tuple(value) if name in PAIRS else value for name, value in said.items()}
    return Limits(**kept)


def numbered(routes: Sequence[Sequence[str]], known: Mapping[int, Iterable[str]]) -> list[int]:
    """The number of the line each route is: the known line it shares most stops with, else the next free number.

    Routes that call at the same stops in the same order are trips of one line.
    """
    kinds = list(dict.fromkeys(tuple(stops) for stops in routes))
    shared = sorted(
        ((len(set(stops) & set(known[number])), -number, -at) for at, stops in enumerate(kinds) for number in known),
        reverse=True,
    )
    found: dict[int, int] = {}
    for common, number, at in shared:
        if common and -at not in found and -number not in found.values():
            found[-at] = -number
    taken = set(known) | set(found.values())
    free = (number for number in range(1, len(kinds) + len(known) + 1) if number not in taken)
    line_of = {kind: found[at] if at in found else next(free) for at, kind in enumerate(kinds)}
    return [line_of[tuple(stops)] for stops in routes]


def against_planning(school: School) -> list[Refusal]:
    """Why a school cannot be planned: it does not say when lessons begin or end."""
    missing = [
        label for value, label in ((school.arrive_by, _("上课")), (school.dismiss_at, _("放学"))) if value is None
    ]
    if not missing:
        return []
    words = _("学校“%(school)s”没有%(bell)s时间。请在学校资料中填写后再编线。")
    return [Refusal("plan.no_bell", words % {"school": school, "bell": _("、").join(missing)})]


def against_putting_in_force(plan: Plan, on: date | None) -> list[Refusal]:
    """Why a version cannot be put in force."""
    if plan.state not in {PlanState.DRAFT, PlanState.PROPOSED}:
        return [Refusal("plan.not_open", _("这一版已启用或已停用，不能再次启用。请另编一版。"))]
    if on is None:
        return [Refusal("plan.no_day", _("没有写启用日期。请填写。"), "on")]
    return []


def against_removing(plan: Plan) -> list[Refusal]:
    """Why a version is kept: only drafts go."""
    if plan.state != PlanState.DRAFT:
        return [Refusal("plan.kept", _("只有草案可以删除；拟定、现行和停用的版本都留存。"))]
    return []
