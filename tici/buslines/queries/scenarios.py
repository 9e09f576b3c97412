"""Scenarios as pages show them: ranked together, and one with its three cards side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tici.buslines.models import Line, PatternStop, Plan, Scenario, Stop
from tici.buslines.rules import scenarios as rules

from .maps import by_distance


def labels_of_hows() -> dict[str, str]:
    """What the three ways are called."""
    return {"asked": _("照办"), "repair": _("最好补救"), "replan": _("重新编线")}


def asked_ins(scenarios: QuerySet[Scenario]) -> list[str]:
    """The consultations in which scenarios were asked for."""
    return list(scenarios.exclude(asked_in="").order_by("asked_in").values_list("asked_in", flat=True).distinct())


def ranked(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Scenarios of a consultation, or all: what can be done as asked and is asked for most stands first.

    Each says in ``said`` what doing it as asked would mean.
    """
    for one in scenarios:
        one.said = rules.words_of(one.cards["asked"]) if "asked" in one.cards else ""  # type: ignore[attr-defined]
    return sorted(scenarios, key=lambda one: (*rules.rank(one.cards.get("asked", {}), one.opinions), one.pk))


@dataclass(frozen=True)
class CardRow:
    """One figure of the cards: what it is, what it was, and what it becomes in each way."""

    label: Any
    before: str
    after: Sequence[str]


def rows_of(cards: Mapping[str, Mapping[str, Any]]) -> list[CardRow]:
    """The cards as a table, a column for each way."""
    shown = [cards[how] for how in rules.HOWS if how in cards]
    if not shown:
        return []
    first = shown[0]

    def minutes(seconds: Any) -> str:
        return "—" if seconds is None else f"{seconds / 60:.0f}"

    def km(value: Any) -> str:
        return "—" if value is None else f"{value:.1f}"

    def costs(label: str, name: str, per: float = 1.0) -> CardRow:
        return CardRow(
            label, f"{first['before'][name] / per:.0f}", [f"{one['after'][name] / per:.0f}" for one in shown]
        )

    def counts(label: str, name: str) -> CardRow:
        return CardRow(label, "", [str(one[name]) for one in shown])

    return [
        counts(_("新增有座学生"), "gained"), counts(_("失去座位学生"), "lost"),
        counts(_("新进入步行范围学生"), "newly_near"),
        counts(_("路上变长学生"), "longer"), counts(_("路上变短学生"), "shorter"),
        counts(_("步行变远学生"), "walk_longer"), counts(_("步行变近学生"), "walk_shorter"),
        counts(_("时刻改变学生"), "moved"),
        costs(_("最长乘车(分钟)"), "worst_ride", 60), costs(_("最远步行(米)"), "worst_walk"),
        costs(_("车辆(辆)"), "vehicles"),
        CardRow(_("空座"), "", [str(sum(one["seats_left"])) for one in shown]),
        CardRow(_("每日里程(公里)"), km(first["km_before"]), [km(one["km"]) for one in shown]),
        CardRow(_("最少富余(分钟)"), minutes(first["slack_before"]), [minutes(one["slack"]) for one in shown]),
        costs(_("与现行方案不同(处)"), "changes"),
        CardRow(_("证明"), "", [proof_words(one) for one in shown]),
    ]  # fmt: skip


def proof_words(card: Mapping[str, Any]) -> str:
    """What is proven of a card's plan."""
    return _("车辆数已证明最少") if card["vehicles_proven"] else _("没有证明")


def change_words(scenario: Scenario) -> str:
    """A declared change in a sentence, with the names of its stops."""
    change = scenario.change
    codes = [change.get("stop", ""), change.get("to", ""), *change.get("stops", ())]
    names = dict(Stop.objects.filter(code__in=codes).values_list("code", "name"))
    said = [str(scenario.get_kind_display())]
    if "line" in change:
        said.append(_("专%(number)s") % {"number": change["line"]})
    if "direction" in change:
        ways = {"both": _("上学和放学"), "morning": _("上学"), "afternoon": _("放学")}
        said.append(ways[change["direction"]])
    said += [names.get(change[key], change[key]) for key in ("stop", "to") if key in change]
    if "stops" in change:
        said.append(" → ".join(names.get(code, code) for code in change["stops"]))
    if "minutes" in change:
        said.append(_("%(minutes)+d分钟") % {"minutes": change["minutes"]})
    return " · ".join(said)


@dataclass(frozen=True)
class Choices:
    """What a change may name: lines of the plan, stops it calls at, stops it does not, the nearest first."""

    lines: list[tuple[int, str]]
    called: list[tuple[str, str]]
    free: list[tuple[str, str]]


def choices_of(plan: Plan | None, stops: Sequence[Stop]) -> Choices:
    """What a change of a plan, its school read with it, may name; two queries."""
    if plan is None:
        return Choices([], [], [])
    numbers = Line.objects.filter(patterns__plan=plan).distinct().order_by("number").values_list("number", flat=True)
    lines = [(number, _("专%(number)s") % {"number": number}) for number in numbers]
    rows = PatternStop.objects.filter(pattern__plan=plan).values_list("stop__code", "stop__name")
    called = dict(rows.order_by("-pattern__direction", "pattern", "position"))
    away = by_distance(plan.school, [one for one in stops if one.code not in called])
    free = [
        (one.code, _("%(name)s（距学校%(metres)d米）") % {"name": one.name, "metres": round(far, -1)})
        for far, one in away
    ]
    return Choices(lines, list(called.items()), free)
