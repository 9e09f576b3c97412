"""The whole register judged by the scorecards of three tiers, beside the same firms judged one by one.

    python -m bench.self_check [--firms 100000] [--alone 3000]

The register is judged as the page does it: facts read from the database, every requirement and item of every firm,
its verdict and what it lacks, then every item written out with what it rests on, its evidence and its rule. Beside it
some of the same firms are judged by `score` one by one; the verdicts, points and lacks of both must be the same.
Bar: 100,000 firms within 5 s.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from bench.databases import fresh_database

SEED, BAR_S, YEAR = 20221231, 5.0, 2021
ON, AT = date(2022, 12, 31), datetime(2022, 12, 31, 1, tzinfo=UTC)


def fill(firms: int) -> None:
    """Enter invented firms with three years of figures; two in three have facts noted."""
    from tici.accounts.models import Person
    from tici.core.copying import copy_in, reserve_ids
    from tici.enterprises.models import Enterprise, ScoringFacts, YearFacts
    from tici.enterprises.queries import asked_for
    from tici.places.models import Place

    place = Place.objects.create(
        name="示例市", short_name="示例市", code="130100", kind="city", path="130100/", position=1
    )
    person = Person.objects.create_user("bench", password="bench", place=place)
    ids = reserve_ids(Enterprise, firms)
    copy_in(Enterprise, ("id", "name", "uscc", "place"), ((pk, f"示例企业{pk}", "", place.pk) for pk in ids))
    chance = np.random.default_rng(SEED)
    revenue = np.round(chance.lognormal(7.5, 1.2, firms))
    told = []
    for year in (YEAR - 2, YEAR - 1, YEAR):
        parts = {name: np.round(revenue * chance.uniform(low, high, firms)) for name, low, high in (
            ("main", 0.4, 1.0), ("assets", 0.6, 1.6), ("liabilities", 0.2, 1.2), ("profit", -0.05, 0.15),
            ("rnd", 0, 0.08),
        )}  # fmt: skip
        people = np.maximum(3, revenue // 60).astype(int)
        columns = (revenue, *parts.values(), people, (people * chance.uniform(0, 0.3, firms)).astype(int))
        told += [(pk, year, *row) for pk, *row in zip(ids, *(column.tolist() for column in columns), strict=True)]
        revenue = np.round(revenue * chance.normal(1.06, 0.08, firms))
    names = ("enterprise", "year", "revenue_wan", "main_revenue_wan", "assets_wan", "liabilities_wan", "profit_wan",
             "rnd_wan", "people", "rnd_people")  # fmt: skip
    copy_in(YearFacts, names, told)
    asked = asked_for(YEAR)
    noted = ((pk, YEAR, *_noted(asked, chance), person.pk, AT) for pk in ids if pk % 3)
    copy_in(ScoringFacts, ("enterprise", "year", "values", "evidence", "noted_by", "noted_at"), noted)


def _noted(asked: dict[str, Any], chance: np.random.Generator) -> tuple[dict[str, Any], dict[str, str]]:
    from tici.enterprises.rules import FactKind

    values: dict[str, Any] = {}
    for (code, one), draw in zip(asked.items(), chance.random(len(asked)).tolist(), strict=True):
        if draw < 0.4:
            continue
        if one.kind is FactKind.YES_NO:
            values[code] = draw > 0.8
        elif one.kind is FactKind.CHOICE:
            values[code] = list(one.name.choices)[int(draw * 10) % len(one.name.choices)]
        else:
            values[code] = f"{draw:.2f}" if one.name.unit == "%" else str(int(draw * 8))
    return values, dict.fromkeys(values, "示例材料")


def judge_alone(pks: list[int]) -> tuple[float, dict[str, dict[int, Any]]]:
    """Some firms judged one by one, their facts fetched before the clock runs."""
    from tici.enterprises.models import Enterprise
    from tici.enterprises.queries import cards_on, scoring_facts
    from tici.enterprises.rules import score, shortfalls

    cards = cards_on(ON)
    firms = Enterprise.objects.in_bulk(pks)
    facts = {pk: scoring_facts(firms[pk], ON, cards) for pk in pks}
    begin = time.perf_counter()
    found: dict[str, dict[int, Any]] = {
        card.tier: {pk: (one := score(card, facts[pk]), shortfalls(one, facts[pk])) for pk in pks} for card in cards
    }
    return time.perf_counter() - begin, found


def differences(results: list[Any], alone: dict[str, dict[int, Any]]) -> int:
    """How many firms the two judge differently in any item, verdict or lack."""
    from tici.enterprises.queries.register_scores import VERDICTS

    state = {True: "passes", None: "open", False: "fails"}
    differ = 0
    for result in results:
        row_of = {pk: row for row, pk in enumerate(result.facts.enterprise_ids.tolist())}
        for pk, (one, lacks) in alone[result.scores.card.tier].items():
            row = row_of[pk]
            many = (
                VERDICTS[int(result.scores.passes[row])],
                int(result.scores.points[row]),
                int(result.scores.best[row]),
                [int(points[row]) for points in result.scores.items.values()],
                int(result.scores.lacking[row]),
                result.only_lacks[row].words if row in result.only_lacks else "",
            )
            points = [-1 if item.points is None else item.points for item in one.items]
            only = lacks[0].words if len(lacks) == 1 else ""
            differ += many != (state[one.passes], one.points, one.at_best, points, len(lacks), only)
    return differ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--alone", type=int, default=3_000)
    asked = parser.parse_args()
    with fresh_database():
        from tici.accounts.models import Person
        from tici.enterprises.actions import judge_register
        from tici.enterprises.queries.register_scores import judged
        from tici.places.models import Place

        fill(asked.firms)
        begin = time.perf_counter()
        results = judged(ON)
        lines = sum(1 for result in results for _line in result.lines())
        judged_s = time.perf_counter() - begin
        items = sum(result.items().height for result in results)
        whole_s = time.perf_counter() - begin
        pks = results[0].facts.enterprise_ids[:: max(1, asked.firms // asked.alone)].tolist()
        alone_s, alone = judge_alone(pks)
        differ = differences(results, alone)
        begin = time.perf_counter()
        judge_register(place=Place.objects.get(), on=ON, by=Person.objects.get(), at=AT)
        kept_s = time.perf_counter() - begin
        print(f"verdicts of {asked.firms:,} firms by {len(results)} cards ({lines:,}): {judged_s:.2f} s")
        print(f"with {items:,} items, each with its rule and evidence: {whole_s:.2f} s (bar {BAR_S:.0f} s)")
        print(f"one by one, facts already at hand: {alone_s / len(pks) * asked.firms:.1f} s for as many")
        print(f"judged differently among {len(pks):,} firms by {len(results)} cards: {differ}")
        print(f"judged and kept for the pages: {kept_s:.2f} s")
        for result in results:
            ones = len(result.only_lacks)
            print(f"  {result.scores.card.label}: {int((result.scores.passes == 2).sum()):,} pass, {ones:,} lack one")
    return 0 if whole_s <= BAR_S and not differ else 1


if __name__ == "__main__":
    sys.exit(main())
