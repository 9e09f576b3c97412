"""The tables and the chart that stand behind the text of a report of industry."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tici.briefings.circular.content import Bar, Chart, Column, Table
from tici.briefings.figures import WAN_IN_YI, percent, rounded
from tici.briefings.industry.draft import IndustryDraft
from tici.briefings.industry.standing import County
from tici.briefings.panels import Part

NOTHING = "—"


def tables(draft: IndustryDraft) -> tuple[Table, ...]:
    """Return the tables by county, industry and class of firms, as far as there is anything to show."""
    standing = draft.standing
    found = []
    if len(standing.counties) > 1:
        found.append(county_table(draft))
    if standing.divisions:
        rows = [(part.place, str(part.units), *_division(part)) for part in (_total(draft), *standing.divisions)]
        found.append(_table(draft, "division_table", rows, first="left"))
    if standing.entries:
        rows = [(part.place, *_entry(part)) for part in (_total(draft), *standing.entries)]
        found.append(_table(draft, "entry_table", rows))
    return tuple(found)


def county_table(draft: IndustryDraft) -> Table:
    """Return every county in administrative order with its growth and its place, the whole first."""
    standing = draft.standing
    ranks = standing.ranks()
    whole = County(
        code=standing.code, place=standing.place, due=standing.due, filed=standing.filed, parts=standing.whole
    )
    rows = [_county(one, ranks.get(one.code)) for one in (whole, *standing.counties)]
    return _table(draft, "county_table", rows)


def _county(one: County, rank: int | None) -> tuple[str, ...]:
    output, revenue, profit = (one.parts.get(name) for name in ("output", "revenue", "profit"))
    return (
        one.place,
        str(one.due),
        str(one.filed),
        yi(output.total if output else None),
        rate(output.rate if output else None),
        str(rank or NOTHING),
        points(output.pull if output and output.pairs else None),
        yi(revenue.total if revenue else None),
        rate(revenue.rate if revenue else None),
        yi(profit.total if profit else None),
        rate(profit.rate if profit else None),
        str(output.pairs if output else 0),
    )


def _division(part: Part) -> tuple[str, ...]:
    return (yi(part.total), rate(part.rate), rate(part.nominal), points(part.pull), str(part.pairs))


def _entry(part: Part) -> tuple[str, ...]:
    return (str(part.pairs), yi(part.now), yi(part.base), yi(part.delta), points(part.pull), rate(part.share))


def _total(draft: IndustryDraft) -> Part:
    part = draft.standing.whole.get("output")
    return part or Part(code=draft.code, place=draft.place)


def _table(draft: IndustryDraft, name: str, rows: Sequence[tuple[str, ...]], *, first: str = "center") -> Table:
    words = draft.rule[name]
    return Table(
        title=words["title"],
        columns=tuple(
            Column(head, width, "center" if at else first)
            for at, (head, width) in enumerate(zip(words["heads"], words["widths"], strict=True))
        ),
        rows=tuple(rows),
        unit=words["unit"],
        notes=(words["note"],),
        totals=1,
    )


def growth_chart(draft: IndustryDraft) -> Chart | None:
    """Return the counties' growth, best first, against the whole's; none where the whole itself fell.

    Bars begin at 0: a county that fell has none, only its number.
    """
    whole = draft.standing.whole.get("output")
    known = [one for one in draft.standing.counties if one.rate is not None]
    if whole is None or whole.rate is None or whole.rate < 0 or len(known) < 2:
        return None
    words, line = draft.rule["chart"], whole.rate
    known.sort(key=lambda one: one.rate or Decimal(0), reverse=True)
    bars = [Bar(one.place, one.rate, rate(one.rate), percent(one.rate or Decimal(0)) < percent(line)) for one in known]
    bars += [Bar(one.place, None, words["unknown"]) for one in draft.standing.counties if one.rate is None]
    return Chart(
        title=words["title"],
        bars=tuple(bars),
        line=line,
        line_words=words["line"].format(whole=draft.place, rate=percent(line)),
        behind_words=words["behind"],
        reached_words=words["reached"],
    )


def yi(wan: Decimal | None) -> str:
    """Return an amount in 亿元 as a table states it."""
    return NOTHING if wan is None else str(rounded(wan / WAN_IN_YI, 2))


def rate(value: Decimal | None) -> str:
    """Return a rate with its sign only where it is below 0."""
    return NOTHING if value is None else str(percent(value))


def points(value: Decimal | None) -> str:
    """Return a difference of rates with its sign, to two places: pulls are small."""
    if value is None:
        return NOTHING
    printed = percent(value, 2)
    return f"+{printed}" if printed > 0 else str(printed)
