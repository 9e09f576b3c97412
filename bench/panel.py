"""Growth of 10 million firm-months by place, cluster and month: ours beside PostgreSQL's best SQL and pandas.

    python -m bench.panel [--rows 10000000]

Every side holds the same rows in its own best form before the clock runs, this year's figure and last year's in
one row, and answers the same question: what the firms compared add up to, how many they are, what all of them
reported. Sums and counts must agree to the last digit (figures are whole, so that sums are exact).

- ours: a `Panel` in memory, as read from its sealed months;
- PostgreSQL: small whole-number keys, clustered by nothing (every row is wanted), analysed, frozen, in memory; the
  best of two, three and five workers with the sort and hash memory it likes best;
- pandas: a frame with categorical keys, ``observed``, unsorted.

Then a city: 3,100 firms, 24 months, 36 indicators with both years, 5,356,800 values; one page asks for everything an
industry screen shows. Bars: faster than both; the page within 100 ms.
"""

from __future__ import annotations

import argparse
import gc
import io
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.databases import fresh_database
from tici.engines.panel import Entry, Kind, Panel, board, growth, losses, movers, ratio
from tici.engines.periods import Month

SEED, MONTHS, PLACES, CLUSTERS, PAGE_BAR_MS = 20211130, 24, 24, 8, 100.0
FIRMS, INDICATORS = 3100, 36
BY = ("place", "cluster", "period")
Result = TypeVar("Result")

# The narrowest row: small whole numbers for the keys, nothing indexed since every row is wanted.
TABLE = """
    CREATE UNLOGGED TABLE firm_months
        (now float8, base float8, place int2, cluster int2, period int2, entry int2)
"""
# The cells of exits and of new builds are told by number, as our codes are: 2 new build, 3 exited.
SQL = """
    SELECT place, cluster, period,
           sum(now) FILTER (WHERE entry <> 3 AND (base IS NOT NULL OR entry = 2)),
           sum(base) FILTER (WHERE entry <> 3 AND now IS NOT NULL),
           count(*) FILTER (WHERE entry <> 3 AND now IS NOT NULL AND (base IS NOT NULL OR entry = 2)),
           sum(now) FILTER (WHERE entry <> 3)
      FROM firm_months GROUP BY place, cluster, period
"""


def drawn(rows: int) -> pl.DataFrame:
    """Rows of invented firms; a firm stands in one cluster or in none, and some months are not filed."""
    chance = np.random.default_rng(SEED)
    firms = -(-rows // MONTHS)
    month, firm = np.divmod(np.arange(rows), firms)
    of_firm = {
        "entry": _enum(chance.choice(4, firms, p=[0.90, 0.04, 0.04, 0.02]), [entry.value for entry in Entry]),
        "place": _enum(chance.integers(0, PLACES, firms), [f"1301{n:02d}" for n in range(PLACES)]),
        "cluster": _enum(chance.integers(0, CLUSTERS + 1, firms), [f"c{n}" for n in range(CLUSTERS)] + [""]),
    }
    base = np.round(chance.lognormal(7, 1, rows))
    now = np.round(base * chance.normal(1.05, 0.1, rows))
    base[chance.random(rows) < 0.04] = np.nan
    now[chance.random(rows) < 0.03] = np.nan
    return pl.DataFrame(
        {
            "unit": _enum(np.arange(firms), [f"{n:08d}" for n in range(firms)])[firm],
            "period": _enum(np.arange(MONTHS), [str(Month(2020, 1) + n) for n in range(MONTHS)])[month],
            **{name: values[firm] for name, values in of_firm.items()},
            "output": now,
            "output.base": base,
        }
    )


def _enum(codes: NDArray[np.integer], names: list[str]) -> pl.Series:
    return pl.Series(names, dtype=pl.Enum(names))[codes]


def timed(ask: Callable[[], Result], times: int = 3) -> tuple[float, Result]:
    """Return the shortest time of some, and the answer."""
    shortest = float("inf")
    for _run in range(times):
        gc.collect()
        began = time.perf_counter()
        answer = ask()
        shortest = min(shortest, time.perf_counter() - began)
    return shortest, answer


def checksums(sums: list[Any]) -> tuple[int, ...]:
    """Compared this year, compared last year, pairs, all reported; with every cell's number mixed in."""
    place, cluster, period, *measures = (np.asarray(column, np.float64) for column in sums)
    cell = ((place * (CLUSTERS + 1) + cluster) * MONTHS + period + 1) % 97 + 1
    return tuple(int(np.sum(np.nan_to_num(measure) * cell)) for measure in measures)


def by_us(frame: pl.DataFrame) -> tuple[float, tuple[int, ...]]:
    clusters = pl.when(pl.col("cluster") == "").then(None).otherwise(pl.concat_list(pl.col("cluster").cast(pl.String)))
    began = time.perf_counter()
    panel = Panel.of(frame.with_columns(clusters=clusters).drop("cluster"))
    print(f"ours: panel of {len(panel):,} firm-months made in {time.perf_counter() - began:.2f} s")
    took, found = timed(lambda: growth(panel, "output", policy="drop", by=BY))
    table = found.table
    names = [frame[name].dtype.categories.to_list() for name in BY]
    codes = [[of.index(name or "") for name in table[axis]] for axis, of in zip(BY, names, strict=True)]
    return took, checksums([*codes, table["now"], table["base"], table["pairs"], table["total"]])


def by_pandas(frame: pl.DataFrame) -> tuple[float, tuple[int, ...]]:
    import pandas as pd

    rows = pd.DataFrame(
        {
            **{
                n: pd.Categorical.from_codes(frame[n].to_physical().to_numpy(), frame[n].dtype.categories.to_list())
                for n in BY
            },
            "entry": frame["entry"].to_physical().to_numpy().astype(np.int8),
            "now": frame["output"].to_numpy(),
            "base": frame["output.base"].to_numpy(),
        }
    )

    def ask() -> Any:
        now, base, is_new, stays = rows["now"], rows["base"], rows["entry"] == 2, rows["entry"] != 3
        both = stays & now.notna() & (base.notna() | is_new)
        keys = [rows[name] for name in BY]
        terms = pd.DataFrame(
            {"now": now.where(both), "base": base.where(both), "pairs": both, "total": now.where(stays)}, copy=False
        )
        return terms.groupby(keys, observed=True, sort=False).sum()

    took, found = timed(ask)
    codes = [found.index.get_level_values(name).codes for name in BY]
    return took, checksums([*codes, *(found[name] for name in found.columns)])


def by_postgres(frame: pl.DataFrame) -> tuple[float, tuple[int, ...]]:
    from django.db import connection

    keys = [pl.col(name).to_physical() for name in ("place", "cluster", "period", "entry")]
    with fresh_database(), connection.cursor() as cursor:
        cursor.execute(TABLE)
        with cursor.copy("COPY firm_months FROM STDIN (FORMAT csv)") as copy:  # type: ignore[attr-defined]
            for part in frame.iter_slices(500_000):
                text = io.BytesIO()
                figures = pl.col("output", "output.base").fill_nan(None).cast(pl.Int64)
                part.select(figures, *keys).write_csv(text, include_header=False)
                copy.write(text.getvalue())
        cursor.execute("VACUUM (ANALYZE, FREEZE) firm_months")
        settings = [(workers, memory) for workers in (2, 3, 5) for memory in ("4MB", "64MB")]
        cursor.execute("SET max_parallel_workers = 8; SET min_parallel_table_scan_size = 0; SET jit = off")
        best, answer = float("inf"), []
        for workers, memory in settings:
            cursor.execute(f"SET work_mem = '{memory}'; SET max_parallel_workers_per_gather = {workers}")
            cursor.execute(f"ALTER TABLE firm_months SET (parallel_workers = {workers})")

            def ask() -> list[Any]:
                cursor.execute(SQL)
                return cursor.fetchall()

            took, answer = timed(ask, times=2)
            print(f"  PostgreSQL, {workers} workers, work_mem {memory}: {took:.2f} s")
            best = min(best, took)
    return best, checksums(list(zip(*answer, strict=True)))


def city() -> Panel:
    """A city's firms over two years with every indicator of the monthly form."""
    chance = np.random.default_rng(SEED)
    frame = drawn(FIRMS * MONTHS).drop("output", "output.base")
    clusters = pl.Series([["c0"], ["c1", "c2"], ["c3"], [], ["c4"]])[chance.integers(0, 5, FIRMS)]
    industry = pl.Series([f"{n}10" for n in range(13, 44)])[chance.integers(0, 31, FIRMS)]
    firm = np.arange(FIRMS * MONTHS) % FIRMS
    figures: dict[str, NDArray[np.float64]] = {}
    for number in range(INDICATORS):
        monthly = np.round(chance.lognormal(5, 1, (MONTHS // 12, 12, FIRMS)) - (30 if number == 1 else 0))
        figures[f"i{number}"] = monthly.cumsum(axis=1).ravel()
        figures[f"i{number}.base"] = figures[f"i{number}"] * np.round(chance.normal(0.95, 0.1, FIRMS * MONTHS), 3)
    frame = frame.drop("cluster").with_columns(clusters=clusters[firm], industry=industry[firm], **figures)
    panel = Panel.of(frame, {"i1": Kind.RESULT, "i4": Kind.STOCK, "i5": Kind.STOCK})
    return panel.coarser("division", of="industry", to=lambda code: code[:2])


def page(panel: Panel) -> int:
    """Ask for everything one industry screen shows; return how many lines that is."""
    month = Month(2021, 11)
    output, revenue, profit, cost, assets, debts = (f"i{number}" for number in (0, 2, 1, 3, 4, 5))
    lines = 0
    for indicator in (output, revenue, profit):
        lines += len(board(panel, indicator, month=month, policy="drop"))
    for axis in ("place", "cluster", "division", "entry"):
        lines += len(board(panel, output, month=month, policy="drop", by=(axis,)))
    for span in ("ytd", "month"):
        lines += len(growth(panel, output, policy="drop", by=("period",), span=span).table)
    for top, bottom in ((profit, revenue), (cost, revenue), (debts, assets)):
        lines += len(ratio(panel, top, bottom, month=month)) + len(
            ratio(panel, top, bottom, month=month, by=("place",))
        )
    lines += len(losses(panel, profit, month=month, by=("place",)))
    moved = movers(panel, output, month=month, policy="drop", labels=("place", "division"))
    return lines + len(moved.up) + len(moved.down)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=10_000_000)
    rows = asked.parse_args().rows

    panel = city()
    values = len(panel) * len(panel.indicators) * 2
    first, lines = timed(lambda: page(panel), times=1)
    shortest, _ = timed(lambda: page(panel), times=7)
    page_ms = shortest * 1000
    print(f"page of a city: {values:,} values, {lines} lines: {page_ms:.0f} ms, {first * 1000:.0f} ms the first time")
    print(f"  bar {PAGE_BAR_MS:.0f} ms")

    frame = drawn(rows)
    ours, sums = by_us(frame)
    print(f"ours: {ours:.3f} s, checksums {sums}")
    pandas, pandas_sums = by_pandas(frame)
    print(f"pandas: {pandas:.3f} s; ours {pandas / ours:.1f} times as fast")
    postgres, postgres_sums = by_postgres(frame)
    print(f"PostgreSQL: {postgres:.3f} s; ours {postgres / ours:.1f} times as fast")
    if not sums == pandas_sums == postgres_sums:
        print(f"checksums differ: pandas {pandas_sums}, PostgreSQL {postgres_sums}")
        return 1
    return 0 if ours < min(pandas, postgres) and page_ms <= PAGE_BAR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
