"""Invented projects of a year, month by month, whose sums meet the published totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from stdnum.cn import uscc

from tici.engines.periods import Month

from .words import DEPARTMENTS, OFFICERS, PROBLEMS, TRADES, WORKS, Trade, progress_text

MONTHS = tuple(Month(2021, number) for number in range(2, 12))  # 1—2月 is the first period
AUGUST, NOVEMBER = Month(2021, 8), Month(2021, 11)
BY_NOVEMBER = 1.13  # the key projects were past their plan in August; this is how far we let them come
# How much of a year's plan is usually done by the end of each month: pushed hard until autumn, slow in frost.
PACE = dict(zip(MONTHS, (0.12, 0.25, 0.40, 0.55, 0.69, 0.81, 0.90, 0.94, 0.97, 1.0), strict=True))


@dataclass(frozen=True)
class Totals:
    """The published totals that the invented rows add up to; money in 万元."""

    key_projects: int
    key_done_august: int
    key_rate_august: float
    park_code: str
    park_key: int
    park_key_rate: float
    park_signed: int
    park_signed_wan: int
    park_started: int
    park_started_wan: int


@dataclass(frozen=True)
class County:
    """A county-level place as the generator needs it."""

    code: str
    name: str
    leaders: tuple[str, ...]  # titles of posts, the highest first


@dataclass
class Example:
    """One invented project with its year."""

    number: int
    county: County
    trade: Trade
    name: str
    owner: str
    uscc: str
    code: str
    level: str
    category: str
    investment: int
    plan: int
    before: int = 0
    stage: str = "planned"
    signed_on: date | None = None
    planned_start_on: date | None = None
    started_on: date | None = None
    planned_finish_on: date | None = None
    completed_on: date | None = None
    statistics_on: date | None = None
    leader: str = ""
    department: str = ""
    officer: str = ""
    problem: str = ""
    done: dict[Month, int] = field(default_factory=dict)  # 本年累计 by month

    def progress(self, month: Month) -> str:
        share = (self.before + self.done.get(month, 0)) / self.investment
        return progress_text(share)


def examples(counties: Sequence[County], totals: Totals, *, seed: int) -> list[Example]:
    """Every invented project of the city, the same for the same seed."""
    chance = Random(seed)
    made: list[Example] = []
    others = [county for county in counties if county.code != totals.park_code]
    park = next(county for county in counties if county.code == totals.park_code)
    places = [park] * totals.park_key + [chance.choice(others) for _ in range(totals.key_projects - totals.park_key)]
    made += [_key_project(chance, number, county) for number, county in enumerate(places, start=1)]
    for county in counties:
        size = totals.park_signed + 28 if county is park else chance.randint(18, 34)
        made += [_county_project(chance, len(made) + 1 + step, county) for step in range(size)]
    for example in made:
        _schedule(chance, example)
    _meet_the_parks_totals(chance, [e for e in made if e.county is park], totals)
    for example in made:
        _settle(chance, example)
    _meet_the_citys_totals([e for e in made if e.level != "county"], park, totals)
    return made


def _key_project(chance: Random, number: int, county: County) -> Example:
    category = chance.choices(("to_start", "continuing", "to_complete", "preliminary"), (35, 35, 20, 10))[0]
    level = "province" if chance.random() < 0.15 else "city"
    return _project(chance, number, county, level, category, int(chance.lognormvariate(11.2, 0.8)))


def _county_project(chance: Random, number: int, county: County) -> Example:
    category = chance.choices(("to_start", "continuing", "to_complete", "preliminary"), (40, 28, 20, 12))[0]
    return _project(chance, number, county, "county", category, max(520, int(chance.lognormvariate(8.6, 1.0))))


def _project(chance: Random, number: int, county: County, level: str, category: str, investment: int) -> Example:
    trade = chance.choice(TRADES)
    product, work = chance.choice(trade.products), chance.choice(WORKS)
    size = f"年产{chance.randint(2, 90) * 10}{trade.unit}" if "生产线" in work else ""
    organisation = f"91{county.code}EXAMP{number:04d}"
    year = chance.choice((20, 20, 21))
    return Example(
        number=number,
        county=county,
        trade=trade,
        name=f"示例{product}{size}{work}({number:04d})",
        owner=f"示例企业{number:04d}({trade.name})有限公司",
        uscc=organisation + uscc.calc_check_digit(organisation),
        code=f"{year}{chance.randint(1, 12):02d}{county.code}{chance.randint(10, 40)}0{chance.randint(1, 5)}"
        f"{90000 + number:05d}{chance.randint(0, 9)}",
        level=level,
        category=category,
        investment=investment,
        plan=0,
        leader=county.leaders[number % len(county.leaders)],
        department=county.name + DEPARTMENTS[number % len(DEPARTMENTS)],
        officer=OFFICERS[number % len(OFFICERS)],
    )


def _schedule(chance: Random, example: Example) -> None:
    """Give a project its days: signed, started, finished, in statistics."""
    if example.category == "to_start":
        example.signed_on = date(chance.choice((2020, 2021)), chance.randint(1, 6), chance.randint(1, 28))
        example.planned_start_on = date(2021, chance.randint(3, 11), 1)
        if chance.random() < 0.9:
            late = chance.choices((0, 1, 2), (80, 15, 5))[0]
            month = min(Month.of(example.planned_start_on) + late, NOVEMBER)
            example.started_on = month.first.replace(day=chance.randint(1, 28))
        example.planned_finish_on = date(chance.choice((2022, 2023)), chance.randint(1, 12), 1)
    elif example.category in {"continuing", "to_complete"}:
        example.signed_on = date(2019, chance.randint(1, 12), chance.randint(1, 28))
        example.started_on = date(2020, chance.randint(3, 11), chance.randint(1, 28))
        example.planned_start_on = example.started_on.replace(day=1)
        finish = 2022 if example.category == "continuing" else 2021
        example.planned_finish_on = date(finish, chance.randint(6, 12), 1)
        if example.category == "to_complete" and chance.random() < 0.75:
            example.completed_on = date(2021, chance.randint(6, 11), chance.randint(1, 28))
    else:
        example.signed_on = date(2021, chance.randint(3, 11), chance.randint(1, 28))
        example.planned_start_on = date(2022, chance.randint(3, 10), 1)
        example.planned_finish_on = date(2024, chance.randint(1, 12), 1)


def _meet_the_parks_totals(chance: Random, park: list[Example], totals: Totals) -> None:
    """Make the park's newly signed and newly started projects as many, and as large, as was published."""
    fresh = [example for example in park if example.category in {"to_start", "preliminary"}]
    old = [example for example in park if example not in fresh]
    turned = old[: max(0, totals.park_signed - len(fresh))]
    for example in turned:  # too few new ones: what was drawn as under way is begun this year instead
        example.category, example.completed_on, example.started_on = "to_start", None, None
        example.planned_start_on = date(2021, chance.randint(3, 11), 1)
        example.planned_finish_on = date(2022, chance.randint(1, 12), 1)
    fresh += turned
    for position, example in enumerate(fresh):
        day = date(2021, chance.randint(1, 11), chance.randint(1, 28))
        example.signed_on = day if position < totals.park_signed else date(2020, 11, 20)
    signed = fresh[: totals.park_signed]
    started = sorted(signed, key=lambda e: e.category != "to_start")[: totals.park_started]
    for example in fresh:
        example.started_on = None
    for example in started:
        example.category = "to_start"
        assert example.signed_on is not None
        month = min(Month.of(example.signed_on) + chance.randint(0, 2), NOVEMBER)
        example.started_on = month.last.replace(day=28)
        example.planned_start_on = month.first
    for example in fresh:
        if example.started_on is None and chance.random() < 0.9:  # most that have not begun are not due yet
            example.category, example.planned_start_on = "preliminary", date(2022, chance.randint(3, 10), 1)
    rest = [example for example in signed if example.started_on is None]
    _scale(started, totals.park_started_wan, "investment")
    _scale(rest, totals.park_signed_wan - totals.park_started_wan, "investment")


def _settle(chance: Random, example: Example) -> None:
    """Give a project its stage, its plan, its months and its troubles."""
    share = {"to_start": 0.45, "continuing": 0.3, "to_complete": 0.35, "preliminary": 0.0}[example.category]
    example.plan = int(example.investment * share * chance.uniform(0.8, 1.2))
    if example.category in {"continuing", "to_complete"}:
        example.before = int(example.investment * (0.25 if example.category == "continuing" else 0.5))
    example.stage = _stage(chance, example)
    if example.started_on is None:
        if example.category == "to_start":
            example.problem = chance.choice(PROBLEMS)
        return
    if chance.random() < 0.94:
        month = Month.of(example.started_on) + chance.choices((0, 1), (70, 30))[0]
        example.statistics_on = min(month, NOVEMBER).first
    pace = chance.gauss(1.08, 0.08)
    if chance.random() < 0.07:
        pace, example.problem = chance.uniform(0.35, 0.75), chance.choice(PROBLEMS)
    _work(chance, example, pace)


def _stage(chance: Random, example: Example) -> str:
    if example.completed_on is not None:
        return "performing" if chance.random() < 0.8 else "building"
    if example.started_on is None:
        return "reserved" if example.category == "to_start" or chance.random() < 0.6 else "planned"
    fresh = example.started_on >= date(2021, 9, 1)
    return "started" if fresh else "building"


def _work(chance: Random, example: Example, pace: float) -> None:
    """Year-to-date investment month by month: from the start of works, never falling."""
    assert example.started_on is not None
    start = Month.of(example.started_on)
    done = 0
    for month in MONTHS:
        if month < start:
            continue
        share = PACE[month] if start.year < 2021 else ((month - start + 1) / (NOVEMBER - start + 1)) ** 0.6
        if example.completed_on and Month.of(example.completed_on) <= month:
            share = 1.0
        done = max(done, int(example.plan * share * pace * chance.uniform(0.97, 1.03)))
        example.done[month] = done


def _meet_the_citys_totals(key: list[Example], park: County, totals: Totals) -> None:
    """Make the key projects' plan and completion what was published for August, and the park's for November."""
    own, rest = [e for e in key if e.county is park], [e for e in key if e.county is not park]
    plan = round(totals.key_done_august / totals.key_rate_august)
    _scale(rest, plan - sum(e.plan for e in own), "plan")
    for example in rest:
        example.investment = max(example.investment, int(example.plan * 2.4))
        _work_again(example)
    _scale_months(own, NOVEMBER, round(sum(e.plan for e in own) * totals.park_key_rate))
    _scale_months(rest, AUGUST, totals.key_done_august - sum(e.done.get(AUGUST, 0) for e in own))
    _slow_down_after(rest, AUGUST, round(sum(e.plan for e in rest) * BY_NOVEMBER))
    for example in key:
        most = example.before + max(example.done.values(), default=0)
        example.investment = (
            max(example.investment, int(most * 1.02)) if example.county is not park else example.investment
        )


def _slow_down_after(chosen: Sequence[Example], month: Month, total: int) -> None:
    """Shrink what was done after a month so that November adds up to about a total; months never fall."""
    before = sum(example.done.get(month, 0) for example in chosen)
    after = sum(example.done.get(NOVEMBER, 0) for example in chosen) - before
    share = max(0.0, min(1.0, (total - before) / after))
    for example in chosen:
        start = example.done.get(month, 0)
        example.done = {
            at: done if at <= month else start + int((done - start) * share) for at, done in example.done.items()
        }


def _work_again(example: Example) -> None:
    """Rescale a project's months after its plan changed; the first plan is what its months were made for."""
    last = max(example.done.values(), default=0)
    if last:
        factor = example.plan / last
        example.done = {month: int(done * factor) for month, done in example.done.items()}


def _scale(chosen: Sequence[Example], total: int, name: str) -> None:
    """Scale one figure of some projects so that it adds up to a total exactly; the largest takes the rest."""
    now = sum(getattr(example, name) for example in chosen)
    for example in chosen:
        setattr(example, name, int(getattr(example, name) * total / now))
    largest = max(chosen, key=lambda example: getattr(example, name))
    setattr(largest, name, getattr(largest, name) + total - sum(getattr(example, name) for example in chosen))


def _scale_months(chosen: Sequence[Example], month: Month, total: int) -> None:
    """Scale every month of some projects so that one month's year-to-date adds up to a total exactly."""
    now = sum(example.done.get(month, 0) for example in chosen)
    stretch: Callable[[int], int] = lambda done: int(done * total / now)  # noqa: E731
    for example in chosen:
        example.done = {at: stretch(done) for at, done in example.done.items()}
    largest = max(chosen, key=lambda example: example.done.get(month, 0))
    short = total - sum(example.done.get(month, 0) for example in chosen)
    largest.done = {at: done + short if at >= month else done for at, done in largest.done.items()}
