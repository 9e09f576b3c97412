"""The tables that stand behind the text of a report of clusters."""

from __future__ import annotations

from collections.abc import Sequence

from tici.briefings.circular.content import Column, Table
from tici.briefings.clusters.chapters import ClustersDraft
from tici.briefings.clusters.standing import ClusterStanding, CountyCluster
from tici.briefings.industry.tables import NOTHING, rate, yi


def tables(draft: ClustersDraft) -> tuple[Table, ...]:
    """Return the tables of the city's clusters and of the counties', as far as there are any."""
    standing, found = draft.standing, []
    if standing.clusters:
        rows = [_cluster(one) for one in standing.clusters]
        found.append(_table(draft, "cluster_table", rows, [3.2, *[1.2] * 11]))
    if standing.county:
        found.append(
            _table(draft, "county_table", [_county(one) for one in standing.county], [3, 2, 1, 1.3, 1.1, 1, 5])
        )
    return tuple(found)


def _cluster(one: ClusterStanding) -> tuple[str, ...]:
    return (
        one.place,
        str(one.revenue.units),
        yi(one.revenue.total),
        rate(one.revenue.rate),
        yi(one.output.total),
        rate(one.output.rate),
        yi(one.own),
        yi(one.goal),
        yi(one.distance),
        yi(one.month),
        yi(one.before),
        rate(one.on_month),
    )


def _county(one: CountyCluster) -> tuple[str, ...]:
    return (
        one.place,
        one.county,
        NOTHING if one.firms is None else str(int(one.firms)),
        yi(one.revenue),
        rate(one.rate),
        str(one.platforms),
        "、".join(one.missing) or NOTHING,
    )


def _table(draft: ClustersDraft, name: str, rows: Sequence[tuple[str, ...]], widths: Sequence[float]) -> Table:
    words = draft.rule[name]
    return Table(
        title=words["title"],
        columns=tuple(Column(head, width) for head, width in zip(words["heads"], widths, strict=True)),
        rows=tuple(rows),
        unit=words["unit"],
        notes=(words["note"],),
    )
