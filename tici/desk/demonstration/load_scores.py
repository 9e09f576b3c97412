"""What invented firms can show for the tiers of small firms, the register judged by it, and a year looked back on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from tici.accounts.models import Person
from tici.enterprises.actions import judge_register, note_scoring_facts, review_year
from tici.enterprises.models import Enterprise, YearFacts
from tici.enterprises.queries import asked_for
from tici.places.models import Place

YEAR = 2021
NOTED = datetime(2021, 12, 20, 2, tzinfo=UTC)
TODAY = date(2021, 12, 20)
JUDGED_ON = date(2022, 6, 1)  # the first day of the first standard whose text is in the rulebook: a trial ahead
CANDIDATES = 240  # so many firms have their facts noted, those that spend most on research first
LEAST_WAN, MOST_WAN = 1000, 400_000  # revenue of firms that are looked at

# What firms of three kinds show: nearly everything, too little in one respect, or hardly anything.
STRONG: dict[str, Any] = {
    "niche_years": (4, 15), "digital_level": (2, 4), "quality_honours": (1, 3), "province_points": (7, 13),
    "market_share": (0.10, 0.30), "core_systems": (1, 4), "first_class_ip": (2, 9), "own_brand": True,
    "management_certified": True, "rnd_body": True, "chain_role": True, "leading_product": True, "title_valid": True,
    "ip_class": ("own_first", "first", "high_value"), "product_field": ("shortfall", "foundation", "chain"),
    "strategic_field": ("strategic",), "rnd_body_level": ("province", "city"),
}  # fmt: skip
SHORT_OF: tuple[dict[str, Any], ...] = (
    {"niche_years": (1, 1)},
    {"market_share": (0.06, 0.09)},
    {"first_class_ip": (1, 1)},
    {"core_systems": None},
    {"own_brand": None},
    {"province_points": (1, 3), "quality_honours": (0, 0), "rnd_body_level": ("none",)},
)
LITTLE = ("niche_years", "own_brand", "management_certified")


def load_scores(city: Place, by: Person, *, seed: int) -> None:
    """Note what some firms can show, judge the register, and review the year's entries."""
    chance = Random(f"scores {seed}")
    asked = asked_for(YEAR)
    for number, enterprise in enumerate(_candidates()):
        shown = _shown(number)
        values = {code: _drawn(chance, told) for code, told in shown.items() if code in asked and told is not None}
        evidence = {code: f"示例材料{number + 1}-{at + 1}号" for at, code in enumerate(values)}
        note_scoring_facts(enterprise=enterprise, year=YEAR, values=values, evidence=evidence, by=by, at=NOTED)
    judge_register(place=city, on=JUDGED_ON, by=by, at=NOTED)
    review_year(place=city, year=YEAR, on=TODAY, by=by, at=NOTED)


def _candidates() -> list[Enterprise]:
    """The industrial firms of a fit size that spend the largest share on research."""
    rows = YearFacts.objects.filter(
        year=YEAR, revenue_wan__range=(LEAST_WAN, MOST_WAN), rnd_wan__gt=0, enterprise__closed_on__isnull=True,
        enterprise__industry__range=("06", "47"),
    ).select_related("enterprise")  # fmt: skip
    most = sorted(rows, key=lambda row: (-(row.rnd_wan or 0) / (row.revenue_wan or 1), row.pk))
    return [row.enterprise for row in most[:CANDIDATES]]


def _shown(number: int) -> dict[str, Any]:
    if number % 4 == 3:
        return {code: STRONG[code] for code in LITTLE}
    return STRONG | (SHORT_OF[number // 4 % len(SHORT_OF)] if number % 4 == 2 else {})


def _drawn(chance: Random, told: Any) -> Any:
    """One value out of what is told of a fact: yes, one of some choices, or a number between two."""
    if isinstance(told, bool):
        return told
    if isinstance(told[0], str):
        return chance.choice(told)
    if isinstance(told[0], int):
        return Decimal(chance.randint(*told))
    return Decimal(f"{chance.uniform(*told):.3f}")
