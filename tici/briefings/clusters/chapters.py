"""The chapters of the report of clusters: how many grow, each on its way to its goal, the counties' own, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tici.briefings.circular.content import Paragraph
from tici.briefings.clusters.standing import ClustersMonth, ClusterStanding
from tici.briefings.figures import Figure, Text
from tici.briefings.panels import Mover
from tici.briefings.sentences.wording import Part as Words
from tici.briefings.sentences.wording import Wording, direction, joined


@dataclass(frozen=True, kw_only=True)
class ClustersDraft(Wording):
    """A report in the making: how clusters stand, and the sentences they are told in."""

    standing: ClustersMonth

    def of(
        self, name: str, value: Decimal, one: ClusterStanding, *, units: int | None = None, part: str = ""
    ) -> Figure:
        """Return a figure of one cluster; ``part`` says which of its firms its link lists."""
        narrow = {"indicator": "revenue", "part": part, "cluster": one.code} if part else None
        return self.figure(name, value, of_what=one.place, units=units, narrow=narrow)


def overall(draft: ClustersDraft) -> tuple[Paragraph, ...]:
    """Return 总体情况: how many clusters grow, and which stands nearest to its goal."""
    found = draft.standing.clusters
    if not found:
        return (Paragraph(draft.say("overall", "none")),)
    ways = [direction(one.revenue.rate) for one in found if one.revenue.rate is not None]
    up, down = ways.count("up"), ways.count("down")
    key = "count_up" if len(ways) == up else "count_down" if len(ways) == down else "count"
    text = draft.say(
        "overall",
        key,
        count=draft.figure("clusters", len(found)),
        up=draft.figure("clusters_up", up),
        down=draft.figure("clusters_down", down),
    )
    passed = [one for one in found if one.distance is not None and one.distance <= 0]
    if passed:
        text += draft.say("overall", "reached", names=draft.listing(passed, lambda one: (one.place,)))
    ahead = [(one.distance, one) for one in found if one.distance is not None and one.distance > 0]
    if ahead:
        distance, nearest = min(ahead, key=lambda pair: pair[0])
        figure = draft.of("distance", distance, nearest, units=nearest.revenue.units)
        text += draft.say("overall", "nearest", name=nearest.place, distance=figure)
    return (Paragraph(joined(text + draft.say("overall", "scope"))),)


def clusters(draft: ClustersDraft) -> tuple[Paragraph, ...]:
    """Return one paragraph for each 千亿级 cluster."""
    return tuple(Paragraph(_cluster(draft, one), f"{one.place}。") for one in draft.standing.clusters)


def _cluster(draft: ClustersDraft, one: ClusterStanding) -> Text:
    if one.revenue.total is None:
        return joined((*draft.say("cluster", "no_firms"), *_own(draft, one), *_goal(draft, one), "。"))
    text = _grown(draft, one) + _goal(draft, one) + _watched(draft, one)
    count = draft.choice("first")
    for key, way, rows in (("pullers", "up", one.moved.up), ("draggers", "down", one.moved.down)):
        if rows:
            text += draft.say("cluster", key, names=draft.listing(rows[:count], _worded(draft, way)))
    return joined((*text, "。"))


def _grown(draft: ClustersDraft, one: ClusterStanding) -> Text:
    revenue = one.revenue
    total = draft.of("revenue", revenue.total or Decimal(0), one, units=revenue.units, part="counted")
    if revenue.rate is None:
        text = draft.say("cluster", "unknown", total=total)
    else:
        rate = draft.of("revenue_growth", revenue.rate, one, units=revenue.pairs, part="compared")
        text = draft.say("cluster", direction(revenue.rate), total=total, rate=rate)
    return text + _own(draft, one)


def _own(draft: ClustersDraft, one: ClusterStanding) -> Text:
    """What the cluster itself reports, whether its firms did or not."""
    return () if one.own is None else draft.say("cluster", "own", own=draft.of("own", one.own, one))


def _goal(draft: ClustersDraft, one: ClusterStanding) -> Text:
    if one.goal is None or one.distance is None or one.reached is None:
        return ()
    units = one.revenue.units if one.own is None else None
    goal, reached = draft.of("goal", one.goal, one), draft.of("reached", one.reached, one, units=units)
    if one.distance <= 0:
        return draft.say("cluster", "passed", goal=goal, reached=reached)
    distance = draft.of("distance", one.distance, one, units=units)
    return draft.say("cluster", "distance", goal=goal, distance=distance, reached=reached)


def _watched(draft: ClustersDraft, one: ClusterStanding) -> Text:
    """Say how the single month went against the one before."""
    if one.month is None:
        return ()
    month = draft.of("month", one.month, one)
    if one.on_month is None or one.before is None:
        return draft.say("cluster", "watch_alone", month=month)
    way = direction(one.on_month)
    if way == "level":
        return draft.say("cluster", "watch_level", month=month)
    return draft.say(
        "cluster",
        "watch",
        month=month,
        before=draft.of("before", one.before, one),
        way=draft.say("cluster", f"way_{way}"),
        change=draft.of("month_change", one.on_month, one),
    )


def _worded(draft: ClustersDraft, way: str) -> Callable[[Mover], Text]:
    def worded(row: Mover) -> Text:
        said = row.reason.rstrip("。；; ")
        reason = draft.say("cluster", "reason", words=said) if said else draft.say("cluster", "no_reason")
        narrow = {"indicator": "revenue", "part": "compared", "unit": row.unit}
        facts: dict[str, Words] = {"name": row.name, "county": row.county, "reason": reason}
        if direction(row.pull or Decimal(0)) == "level":
            return draft.say("cluster", "small", **facts)
        pull = draft.figure("part_pull", row.pull or Decimal(0), of_what=row.name, units=1, narrow=narrow)
        return draft.say("cluster", f"one_{way}", pull=pull, **facts)

    return worded


def county(draft: ClustersDraft) -> tuple[Paragraph, ...]:
    """Return 县域特色产业集群: how many there are, how many reported, how many lack platforms."""
    found = draft.standing.county
    filed = sum(one.is_filed for one in found)
    text = draft.say(
        "county",
        "count",
        count=draft.figure("county_clusters", len(found)),
        filed=draft.figure("county_filed", filed),
    )
    if not filed:
        text += draft.say("county", "none")
    return (Paragraph(joined(text + _platforms(draft))),)


def _platforms(draft: ClustersDraft) -> Text:
    lacking = draft.standing.lacking
    if not lacking:
        return draft.say("county", "covered")
    return draft.say("county", "lacking", lacking=draft.figure("lacking", len(lacking)))


def problems(draft: ClustersDraft) -> tuple[Paragraph, ...]:
    """Return 存在问题; one sentence where there is none."""
    found = tuple(_problem(draft, key, parts) for key, parts in _found(draft))
    return found or (Paragraph(draft.say("problems", "none")),)


def _problem(draft: ClustersDraft, key: str, parts: dict[str, Words]) -> Paragraph:
    words = draft.rule["problems"][key]
    return Paragraph(draft.say_text(words["text"], **parts), words["lead"])


def _found(draft: ClustersDraft) -> Iterator[tuple[str, dict[str, Words]]]:
    def named(rows: Sequence[ClusterStanding]) -> dict[str, Words]:
        return {"names": draft.listing(rows, lambda one: (one.place,))}

    def is_down(rate: Decimal | None) -> bool:
        return rate is not None and direction(rate) == "down"

    found = draft.standing.clusters
    if falling := [one for one in found if is_down(one.revenue.rate)]:
        yield "falling", named(falling)
    if back := [one for one in found if is_down(one.on_month)]:
        yield "month", named(back)
    if silent := [one for one in found if one.is_awaited and one.own is None]:
        yield "unreported", named(silent)
    if lacking := draft.standing.lacking:
        yield "platforms", {"lacking": draft.figure("lacking", len(lacking))}
