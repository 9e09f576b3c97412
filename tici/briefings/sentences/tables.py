"""The county table and the chart that stand behind the text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tici.briefings.circular.content import Bar, Chart, Column, Table
from tici.briefings.figures import WAN_IN_YI, percent, rounded
from tici.briefings.sentences.chapters import is_behind, rated
from tici.briefings.sentences.wording import Draft
from tici.briefings.standing import Standing, schedule

NOTHING = "—"

COLUMNS = (
    Column("县（市、区）", 2.55),
    Column("项目\n数", 1.0),
    Column("总投资", 1.65),
    Column("年度\n计划", 1.45),
    Column("累计\n完成", 1.45),
    Column("完成\n率", 1.25),
    Column("位次", 0.9),
    Column("序时\n差", 1.3),
    Column("应\n开工", 0.95),
    Column("已\n开工", 0.95),
    Column("开工\n率", 1.25),
    Column("位次", 0.9),
    Column("入统\n数", 0.95),
    Column("入统\n率", 1.25),
    Column("竣工\n数", 0.95),
    Column("红灯\n数", 0.95),
)


def ranking_table(draft: Draft) -> Table:
    """Return every county in administrative order with its rates and places, the city first."""
    words, city = draft.rule["ranking_table"], draft.city
    places, starts = city.completion_ranks(), city.start_ranks()
    rows = [
        _cells(draft, row, places, starts) if row.is_reported else (row.place, words["not_reported"])
        for row in city.counties
    ]
    total = [_cells(draft, city.total, {}, {})] if city.reported else []
    return Table(
        title=words["title"],
        columns=COLUMNS,
        rows=(*total, *rows),
        unit=words["unit"],
        notes=(words["note"], words["rounding"]),
        totals=len(total),
    )


def _cells(
    draft: Draft, row: Standing, places: Mapping[str, int | None], starts: Mapping[str, int | None]
) -> tuple[str, ...]:
    return (
        row.place,
        str(row.projects),
        *(str(rounded(wan / WAN_IN_YI, 2)) for wan in (row.total_wan, row.plan_wan, row.done_wan)),
        _rate(row.completion_rate),
        str(places.get(row.code) or NOTHING),
        _points(row.ahead_rate(draft.city.month)),
        str(row.due_starts),
        str(row.started),
        _rate(row.start_rate),
        str(starts.get(row.code) or NOTHING),
        str(row.entered),
        _rate(row.entry_rate),
        str(row.completed),
        str(row.red),
    )


def _rate(rate: Decimal | None) -> str:
    return NOTHING if rate is None else str(percent(rate))


def _points(rate: Decimal | None) -> str:
    if rate is None:
        return NOTHING
    printed = percent(rate)
    return f"+{printed}" if printed > 0 else str(printed)


def completion_chart(draft: Draft) -> Chart | None:
    """Return the counties' completion rates, best first, against the schedule; none if no rate is known."""
    words, rows = draft.rule["chart"], rated(draft)
    if not rows:
        return None
    rows.sort(key=lambda row: row.completion_rate or 0, reverse=True)
    bars = [Bar(row.place, row.completion_rate, _rate(row.completion_rate), is_behind(row, draft)) for row in rows]
    others = [row for row in draft.city.counties if row not in rows]
    bars += [Bar(row.place, None, words["no_plan" if row.is_reported else "not_reported"]) for row in others]
    line = schedule(draft.city.month)
    return Chart(
        title=words["title"],
        bars=tuple(bars),
        line=line,
        line_words=words["line"].format(schedule=percent(line)),
        behind_words=words["behind"],
        reached_words=words["reached"],
    )
