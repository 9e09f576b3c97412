"""The whole register judged by the scorecards at once: its facts read column by column, exact where it is close."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from tici.enterprises import rules
from tici.enterprises.facts import YEAR_FIELDS
from tici.enterprises.models import Verdict, YearFacts
from tici.enterprises.rules import Card, Fact, FactKind, ManyScores, Shortfall
from tici.enterprises.rules.many_scores import MET, NOT_KNOWN, NOT_MET
from tici.enterprises.rules.shortfalls import POINTS

from .scoring import cards_on, facts_of_years

CLOSE = 1e-9  # a rate nearer than this to a bound is computed again in decimals
AS_READ = frozenset({"revenue_wan", "rnd_wan"})  # not computed, so on the right side of every bound
ROUNDED_TWICE = frozenset({"main_growth_2y"})  # the others, of whole figures, are rounded once and err on no side
VERDICTS = {MET: Verdict.PASSES.value, NOT_KNOWN: Verdict.OPEN.value, NOT_MET: Verdict.FAILS.value}
EVIDENCE = "evidence"

_READ = sql.SQL(
    "copy (select e.id, {columns} from enterprises_enterprise e {joins} "
    "where e.merged_into_id is null and e.closed_on is null and {where} order by e.id) "
    "to stdout (format csv, header)"
)
_YEAR = sql.SQL("left join enterprises_yearfacts {0} on {0}.enterprise_id = e.id and {0}.year = {1}")
_NOTED = sql.SQL("left join enterprises_scoringfacts f on f.enterprise_id = e.id and f.year = {0}")

Rates = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class RegisterFacts:
    """The facts of many enterprises on a day, a row each, as the scorecards name them."""

    on: date
    enterprise_ids: NDArray[np.int64]
    frame: pl.DataFrame

    @cached_property
    def _evidence(self) -> list[str | None]:
        return self.frame[EVIDENCE].to_list()

    def of(self, row: int, codes: Sequence[str]) -> dict[str, Fact]:
        """Some facts of one enterprise with their evidence, for a sentence about them."""
        noted = json.loads(self._evidence[row] or "{}")
        found = {}
        for code in codes:
            value = self.frame[code][row] if code in self.frame.columns else None
            if value is not None:
                number = isinstance(value, float)
                found[code] = Fact(
                    Decimal(repr(value)) if number else value, f"{self.on.year - 1} {noted.get(code, '')}".strip()
                )
        return found


@dataclass(frozen=True, eq=False)
class TierResult:
    """How the register fared against one card."""

    facts: RegisterFacts
    scores: ManyScores

    @cached_property
    def only_lacks(self) -> dict[int, Shortfall]:
        """By row, the one requirement that lacks, of those that lack exactly one."""
        found: dict[int, Shortfall] = {}
        one = self.scores.lacking == 1
        for code, states in self.scores.requirements.items():
            rows = np.flatnonzero(one & (states != MET)).tolist()
            found |= self._gate_lacks(code, rows) if code.startswith("gate.") else self._point_lacks(code, rows)
        return found

    def _gate_lacks(self, code: str, rows: Sequence[int]) -> dict[int, Shortfall]:
        card = self.scores.card
        gate = next(gate for gate in card.gates if rules.gate_code(gate) == code)
        asked = [condition.fact for way in gate.ways for condition in way]
        return {row: rules.gate_shortfall_of(card, gate, self.facts.of(row, asked)) for row in rows}

    def _point_lacks(self, code: str, rows: Sequence[int]) -> dict[int, Shortfall]:
        """Many lack the same points, so each lack is worded once."""
        card, scores = self.scores.card, self.scores
        if code == POINTS:
            label, least, sure, best = rules.total_label(), card.pass_points or 0, scores.points, scores.best
        else:
            group = next(group for group in card.groups if rules.group_code(group.code) == code)
            label, least = group.label, group.least
            sure, best = scores.sure[group.code], scores.at_best[group.code]
        worded: dict[tuple[int, int], Shortfall] = {}
        found = {}
        for row, pair in zip(rows, zip(sure[rows].tolist(), best[rows].tolist(), strict=True), strict=True):
            if pair not in worded:
                worded[pair] = rules.points_shortfall(code, label, *pair, least)
            found[row] = worded[pair]
        return found

    def lines(self) -> Iterator[tuple[int, str, int | None, int | None, int, Shortfall | None]]:
        """Each enterprise with its verdict, points for certain and at best, how many lack, and the only one."""
        has_points = self.scores.card.pass_points is not None
        columns = zip(
            self.facts.enterprise_ids.tolist(),
            self.scores.passes.tolist(),
            self.scores.points.tolist(),
            self.scores.best.tolist(),
            self.scores.lacking.tolist(),
            strict=True,
        )
        for row, (pk, passes, points, best, lacking) in enumerate(columns):
            known = (points, best) if has_points else (None, None)
            yield pk, VERDICTS[passes], *known, lacking, self.only_lacks.get(row)

    def items(self) -> pl.DataFrame:
        """Every item and requirement of every enterprise: points, what it rests on, its evidence, and the rule."""
        card, frame = self.scores.card, self.facts.frame
        parts = [
            self._part(frame, item.code, item.label, self.scores.items[item.code], [way.fact for way in item.ways])
            for item in card.items
        ]
        for requirement, states in (
            *((gate, self.scores.gates[f"gate.{gate.code}"]) for gate in card.gates),
            *((direct, self.scores.directs[direct.code]) for direct in card.directs),
        ):
            used = list(dict.fromkeys(condition.fact for way in requirement.ways for condition in way))
            parts.append(self._part(frame, requirement.code, requirement.label, states, used))
        rule = (pl.lit(card.rule).alias("rule"), pl.lit(card.since).alias("since"), pl.lit(card.source).alias("source"))
        return pl.concat(parts).with_columns(*rule)

    def _part(
        self, frame: pl.DataFrame, code: str, label: str, result: NDArray[Any], facts: Sequence[str]
    ) -> pl.DataFrame:
        names = self.scores.card.names
        shown = [
            pl.format("{} {}", pl.lit(names[fact].label), pl.col(fact).cast(pl.String))
            for fact in facts
            if fact in frame.columns
        ]
        said = pl.concat_str(shown, separator="；", ignore_nulls=True) if shown else pl.lit("")
        part = frame.select(
            pl.lit(code).alias("code"), pl.lit(label).alias("label"), said.alias("rests_on"), pl.col(EVIDENCE)
        )
        result = result.astype(np.int16)
        return part.with_columns(pl.Series("enterprise", self.facts.enterprise_ids), pl.Series("result", result))


def judged(on: date, *, places: Sequence[int] | None = None, ids: Sequence[int] | None = None) -> list[TierResult]:
    """The register, or a part of it, judged by every card whose text is known on a day."""
    cards = [card for card in cards_on(on) if not card.is_unknown]
    if not cards:
        return []
    facts = register_facts(cards, on, places=places, ids=ids)
    return [TierResult(facts, rules.score_many(card, facts.frame)) for card in cards]


def register_facts(
    cards: Sequence[Card], on: date, *, places: Sequence[int] | None = None, ids: Sequence[int] | None = None
) -> RegisterFacts:
    """The facts of the enterprises that stand on their own and have not closed, read in one pass."""
    asked = {code: one.kind for code, one in rules.asked_facts(cards).items()}
    table = _read(list(asked), on.year - 1, places, ids)
    bounds: dict[str, set[float]] = {}
    for card in cards:
        for fact, found in rules.bounds_of(card).items():
            bounds.setdefault(fact, set()).update(found)
    rates = _rates(table)
    is_whole = _is_whole(table)
    for name, values in rates.items():
        if name not in AS_READ:
            doubted = np.ones_like(is_whole) if name in ROUNDED_TWICE else ~is_whole
            _settle(name, values, sorted(bounds.get(name, ())), table, doubted)
    columns = [pl.Series(name, values).fill_nan(None) for name, values in rates.items()]
    noted = [_noted(table[f"noted_{number}"], code, asked[code]) for number, code in enumerate(asked)]
    frame = pl.DataFrame([*columns, *noted, table[EVIDENCE]])
    return RegisterFacts(on, table["id"].to_numpy(), frame)


def _read(asked: Sequence[str], year: int, places: Sequence[int] | None, ids: Sequence[int] | None) -> pl.DataFrame:
    columns = [
        sql.SQL("{}.{} as {}").format(sql.Identifier(alias), sql.Identifier(name), sql.Identifier(f"{alias}_{name}"))
        for alias in ("a", "b", "c")
        for name in YEAR_FIELDS
    ]
    columns += [sql.SQL("{}.id as {}").format(sql.Identifier(one), sql.Identifier(f"{one}_known")) for one in "abc"]
    columns += [
        sql.SQL("f.values ->> {} as {}").format(sql.Literal(code), sql.Identifier(f"noted_{number}"))
        for number, code in enumerate(asked)
    ]
    columns.append(sql.SQL("f.evidence as {}").format(sql.Identifier(EVIDENCE)))
    joins = [_YEAR.format(sql.Identifier(one), sql.Literal(year - back)) for back, one in enumerate("abc")]
    joins.append(_NOTED.format(sql.Literal(year)))
    where: list[sql.Composable] = [sql.SQL("true")]
    if places is not None:
        where.append(sql.SQL("e.place_id = any({})").format(sql.Literal(list(places))))
    if ids is not None:
        where.append(sql.SQL("e.id = any({})").format(sql.Literal(list(ids))))
    query = _READ.format(
        columns=sql.SQL(", ").join(columns), joins=sql.SQL(" ").join(joins), where=sql.SQL(" and ").join(where)
    )
    numbers: dict[str, pl.DataType] = {f"{alias}_{name}": pl.Float64() for alias in "abc" for name in YEAR_FIELDS}
    keys: dict[str, pl.DataType] = {"id": pl.Int64(), **{f"{one}_known": pl.Int64() for one in "abc"}}
    texts: dict[str, pl.DataType] = {f"noted_{number}": pl.String() for number in range(len(asked))}
    texts[EVIDENCE] = pl.String()
    taken = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(query) as stream:
        for chunk in stream:
            taken.write(chunk)
    taken.seek(0)
    return pl.read_csv(taken, schema_overrides={**numbers, **keys, **texts})


def _noted(kept: pl.Series, code: str, kind: FactKind) -> pl.Series:
    if kind is FactKind.YES_NO:
        return kept.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean()).alias(code)
    return (kept.cast(pl.Float64(), strict=False) if kind is FactKind.NUMBER else kept).alias(code)


def _rates(table: pl.DataFrame) -> Rates:
    """The facts that follow from the figures; the same as of one enterprise, in floating point."""

    def column(name: str) -> NDArray[np.float64]:
        return table[name].fill_null(float("nan")).to_numpy()

    def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(whole == 0, np.nan, part / whole)

    def growth(now: str, then: str) -> NDArray[np.float64]:
        earlier = column(f"{then}_main_revenue_wan")
        return ratio(column(f"{now}_main_revenue_wan") - earlier, earlier)  # rounded once, unlike a ratio less one

    revenue, before = column("a_revenue_wan"), column("b_revenue_wan")
    spent, earlier = column("a_rnd_wan"), column("b_rnd_wan")
    main_growth = growth("a", "b")
    return {
        "revenue_wan": revenue.copy(),
        "rnd_wan": spent.copy(),
        "rnd_rate": ratio(spent, revenue),
        "main_share": ratio(column("a_main_revenue_wan"), revenue),
        "debt_rate": ratio(column("a_liabilities_wan"), column("a_assets_wan")),
        "net_profit_rate": ratio(column("a_profit_wan"), revenue),
        "rnd_people_rate": ratio(column("a_rnd_people"), column("a_people")),
        "main_growth": main_growth,
        "main_growth_2y": (main_growth + growth("b", "c")) / 2,
        "rnd_average_2y_wan": (spent + earlier) / 2,
        "rnd_rate_2y": ratio(spent + earlier, revenue + before),
    }


def _is_whole(table: pl.DataFrame) -> NDArray[np.bool_]:
    """The rows whose figures are all whole numbers, or not known."""
    names = [f"{alias}_{name}" for alias in "abc" for name in YEAR_FIELDS]
    whole = ((pl.col(name).is_null()) | (pl.col(name) == pl.col(name).round(0)) for name in names)
    return table.select(pl.all_horizontal(*whole)).to_series().to_numpy()


def _settle(
    name: str,
    values: NDArray[np.float64],
    bounds: Sequence[float],
    table: pl.DataFrame,
    doubted: NDArray[np.bool_],
) -> None:
    """Put doubted values that lie so near a bound that floating point may err on the side where decimals put them."""
    for bound in bounds:
        is_close = np.abs(values - bound) <= CLOSE * max(1.0, abs(bound))
        for row in np.flatnonzero(is_close & doubted).tolist():
            exact = facts_of_years(*_years(table, row)).get(name)
            if exact is not None:
                values[row] = _beside(Decimal(exact), bound)


def _beside(exact: Decimal, bound: float) -> float:
    """A float that stands to a bound as an exact number does."""
    edge = Decimal(repr(bound))
    if exact == edge:
        return bound
    near = float(exact)
    side: Callable[[float, float], bool] = float.__gt__ if exact > edge else float.__lt__
    return near if side(near, bound) else float(np.nextafter(bound, np.inf if exact > edge else -np.inf))


def _years(table: pl.DataFrame, row: int) -> list[YearFacts | None]:
    """The figures of three years of one row, newest first, as decimals."""
    found: list[YearFacts | None] = []
    for alias in "abc":
        told = {name: table[f"{alias}_{name}"][row] for name in YEAR_FIELDS}
        figures = {name: None if value is None else Decimal(repr(value)) for name, value in told.items()}
        found.append(YearFacts(**figures) if table[f"{alias}_known"][row] is not None else None)
    return found
