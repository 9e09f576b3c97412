"""The monthly circular of the cultivation pool (培育库月度通报), drafted by the rulebook's sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tici.briefings.circular.content import Circular, Column, Paragraph, Section, Table
from tici.briefings.figures import Link, no_link
from tici.briefings.queries.places import called, whole_of
from tici.briefings.sentences.wording import fill
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.enterprises.queries.pool import Progress

RULE = "briefings/pool"


def draft_pool(
    lines: Sequence[Progress], month: Month, *, office: str, to: str, on: date, number: str = "", link: Link = no_link
) -> Circular:
    """Draft the circular from the progress of a place, first all of it, then county by county.

    It is sent down to the counties. Its figures stand in the table county by county; ``link`` is not asked for, since
    none is a measure.
    """
    rule = rulebook.load(RULE, on=month.last)
    whole, counties = lines[0], lines[1:]
    words = {"year": str(month.year), "month": str(month.number), "whole": whole.place.name}
    chapters = {
        "overall": _overall(rule, whole, counties, words),
        "month": _month(rule, whole, counties, words),
        "push": _push(rule, whole, counties),
        "forecast": _forecast(rule, whole, counties),
    }
    return Circular(
        title=rule["title"].format(**words),
        to=to,
        opening=fill(rule["opening"], **words),
        sections=tuple(
            Section(rule["heading"][name], (Paragraph(fill("".join(said))),)) for name, said in chapters.items()
        ),
        tables=(_table(rule, lines),),
        chart=None,
        office=office,
        on=on,
        number=number,
    )


def _named(rule: rulebook.Rule, counties: Sequence[Progress], count: Callable[[Progress], float], form: str) -> str:
    """The counties with the most of something, each with how many; empty where none has any."""
    some = sorted((one for one in counties if count(one) > 0), key=lambda one: -count(one))[: rule["named"]]
    return "、".join(form.format(place=called(one.place), count=count(one)) for one in some)


def _overall(rule: rulebook.Rule, whole: Progress, counties: Sequence[Progress], words: dict[str, str]) -> list[str]:
    said: dict[str, Any] = rule["overall"]
    states = {state: str(count) for state, count in whole.states.items()}
    count = sum(whole.states.values())
    if not count:
        return [said["none"].format(**words)]
    names = _named(rule, counties, lambda one: sum(one.states.values()), "{place}{count}户")
    most = [said["most"].format(names=names)] if names else []
    return [said["open"].format(open=count, **states, **words), *most]


def _month(rule: rulebook.Rule, whole: Progress, counties: Sequence[Progress], words: dict[str, str]) -> list[str]:
    said: dict[str, Any] = rule["month"]
    moved = said["moved"].format(
        proposed=whole.proposed, entered=whole.entered, refused=whole.refused, left=whole.left, **words
    )
    names = _named(rule, counties, lambda one: one.entered, "{place}{count}户")
    return [moved, said["entered"].format(names=names) if names else ""]


def _push(rule: rulebook.Rule, whole: Progress, counties: Sequence[Progress]) -> list[str]:
    said: dict[str, Any] = rule["push"]
    ready = _named(rule, counties, lambda one: one.ready, "{place}{count}户")
    blocked = _named(rule, counties, lambda one: one.blocked, "{place}{count}户")
    found = [
        said["ready"].format(ready=whole.ready, names=ready) if ready else "",
        said["blocked"].format(blocked=whole.blocked, names=blocked) if blocked else "",
    ]
    return found if any(found) else [said["clear"]]


def _forecast(rule: rulebook.Rule, whole: Progress, counties: Sequence[Progress]) -> list[str]:
    said, told = rule["forecast"], whole.forecast
    net = said["net"].format(
        entries=round(told.entries), exits=round(told.exits), net=round(told.entries) - round(told.exits),
        low=round(told.net_low), high=round(told.net_high),
    )  # fmt: skip
    names = _named(rule, counties, lambda one: round(-one.forecast.net, 1), "{place}（净减{count}户）")
    return [net, said["losing"].format(names=names) if names else "", said["rule"]]


def _table(rule: rulebook.Rule, lines: Sequence[Progress]) -> Table:
    words = rule["table"]
    return Table(
        title=words["title"],
        columns=tuple(Column(head, 1.8 if at == 0 else 1) for at, head in enumerate(words["heads"])),
        rows=tuple(_row(one, whole_of(one.place) if at == 0 else called(one.place)) for at, one in enumerate(lines)),
        unit=words["unit"],
        notes=(words["note"],),
        totals=1,
    )


def _row(one: Progress, name: str) -> tuple[str, ...]:
    counts = [*one.states.values(), one.proposed, one.entered, one.refused, one.left, one.ready, one.blocked]
    expected = (one.forecast.entries, one.forecast.exits, one.forecast.net)
    return (name, *(str(count) for count in counts), *(_tenth(figure) for figure in expected))


def _tenth(figure: float) -> str:
    """A number of firms expected, to one place; no minus before nothing."""
    return f"{round(figure, 1) + 0.0:.1f}"
