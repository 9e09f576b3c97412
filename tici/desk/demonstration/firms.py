"""Invented firms: who they are, when they came into the library and left it, what they are certified as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, groupby
from random import Random

from stdnum.cn import uscc

from .firm_words import COUNTIES, EXIT_WEIGHTS, EXITS, FIRM_TRADES, ORDINARY, FirmTrade
from .generate import County, Example

THIS_YEAR, LAST_YEAR = 2021, 2020
NOVEMBER_ON = date(THIS_YEAR, 11, 1)
PARK_LEAST = 130  # firms above size in the park, however small the city is made
OWNERS_ABOVE = 0.35  # of the projects' owners, how many are above size
DOUBLE_EVERY = 500
TRADES_OF = {trade.name: trade for trade in FIRM_TRADES}
# How firms above size stand in the library; those that left come on top.
KINDS = {"existing": 80, "grown_last_year": 5, "grown": 7, "new_build_last_year": 3, "new_build": 3, "returned": 2}
EXITED_SHARE = 0.05
ENTERING = {"grown": 55, "new_build": 20, "returned": 9}
CERTIFIED = {  # tier -> (share of the firms above size, days certificates were given on)
    "srdi": (0.11, (date(2018, 12, 20), date(2019, 11, 26), date(2020, 11, 30), date(2021, 11, 22))),
    "giant": (0.015, (date(2019, 6, 5), date(2020, 11, 13), date(2021, 7, 21))),
}
BOARDS = ("regional", "neeq", "growth", "star", "main")
BOARD_WEIGHTS = (50, 30, 10, 6, 4)


@dataclass(frozen=True)
class FirmTotals:
    """How many firms are made, and the published counts they meet in the park."""

    park_code: str
    park_entered: int  # into the four libraries (四上) this year
    park_listed: int  # this year
    above: int = 2600  # above size in November, all sectors
    below: int = 6000


@dataclass(frozen=True)
class Stay:
    """A stay in the library."""

    from_date: date
    to_date: date | None = None
    window: str = ""
    exit_reason: str = ""


@dataclass(frozen=True)
class Certificate:
    """A certificate of a tier, valid for three years."""

    tier: str
    from_date: date
    to_date: date
    batch: str


@dataclass
class Firm:
    """One invented firm."""

    number: int
    county: County
    trade: FirmTrade
    industry: str
    kind: str  # existing, grown, new_build, returned (of this or of last year), exited, below
    founded_on: date
    production_on: date | None = None
    closed_on: date | None = None
    stays: tuple[Stay, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    listed: tuple[str, date] | None = None  # board, day
    former_name: str = ""
    double_of: int | None = None  # entered a second time, under another spelling
    is_key: bool = False
    facts: dict[int, dict[str, int]] = field(default_factory=dict)  # what it was in a year, by fact

    @property
    def name(self) -> str:
        if self.double_of is not None:
            return f"示例企业{self.double_of:04d}（{self.trade.name}）有限责任公司"
        return f"示例企业{self.number:04d}({self.trade.name})有限公司"

    @property
    def uscc(self) -> str:
        if self.double_of is not None:
            return ""
        organisation = f"91{self.county.code}EXAMP{self.number:04d}"
        return organisation + uscc.calc_check_digit(organisation)

    @property
    def product(self) -> str:
        return self.trade.products[self.industry]

    def is_above(self, day: date) -> bool:
        """Whether it is above size on a day."""
        return any(stay.from_date <= day and (stay.to_date is None or stay.to_date > day) for stay in self.stays)


def firms(counties: Sequence[County], owners: Sequence[Example], totals: FirmTotals, *, seed: int) -> list[Firm]:
    """Every invented firm of the city, the projects' owners first and under their own numbers, doubles last."""
    chance = Random(f"firms {seed}")
    by_code = {county.code: county for county in counties}
    owning = [owner for owner in owners if owner.trade.name in TRADES_OF][: totals.below]
    above = {owner.number for owner in owning if chance.random() < OWNERS_ABOVE}
    made = [_firm(chance, owner.number, owner.county, TRADES_OF[owner.trade.name], "below") for owner in owning]
    leavers = round(totals.above * EXITED_SHARE)
    places = _places(chance, totals, totals.above + leavers - len(above), _park_needs(owning, above, totals))
    first = max((owner.number for owner in owners), default=0) + 1
    for number, code in enumerate(places, start=first):
        county = by_code[code]
        made.append(_firm(chance, number, county, _trade_in(chance, county), "existing"))
    for firm in made:
        if firm.number in above:
            firm.kind = "existing"
    lower = totals.above + totals.below + leavers - len(made)
    for number, code in enumerate(_places(chance, totals, lower, 0), start=first + len(places)):
        made.append(_firm(chance, number, by_code[code], _trade_in(chance, by_code[code]), "below"))
    standing = [firm for firm in made if firm.kind != "below"]
    _enter(chance, standing, leavers, totals)
    for firm in standing:
        _stay(chance, firm)
    _certify(chance, [firm for firm in standing if firm.kind != "exited" and firm.trade.is_industry])
    _list(chance, [firm for firm in standing if firm.kind == "existing"], totals)
    for firm in chance.sample(standing, len(standing) // 30):
        firm.former_name = f"示例旧名{firm.number:04d}({firm.trade.name})厂"
    return made + _doubles(chance, standing, after=max(firm.number for firm in made))


def _park_needs(owning: Sequence[Example], above: set[int], totals: FirmTotals) -> int:
    """How many more firms above size the park needs, so that those that entered are not all it has."""
    there = sum(1 for owner in owning if owner.number in above and owner.county.code == totals.park_code)
    return max(0, PARK_LEAST - there)


def _places(chance: Random, totals: FirmTotals, count: int, in_park: int) -> list[str]:
    codes, weights = list(COUNTIES), [weight for weight, _ in COUNTIES.values()]
    some = min(in_park, count)
    return [totals.park_code] * some + chance.choices(codes, weights, k=max(0, count - some))


def _trade_in(chance: Random, county: County) -> FirmTrade:
    at_home = COUNTIES.get(county.code, ORDINARY)[1]
    weights = [trade.share * at_home.get(trade.name, 0.6) for trade in FIRM_TRADES]
    return chance.choices(FIRM_TRADES, cum_weights=list(accumulate(weights)))[0]


def _firm(chance: Random, number: int, county: County, trade: FirmTrade, kind: str) -> Firm:
    founded = date(chance.randint(1994, 2016), chance.randint(1, 12), chance.randint(1, 28))
    production = founded + timedelta(days=chance.randint(90, 700)) if trade.is_industry else None
    return Firm(number, county, trade, chance.choice(list(trade.products)), kind, founded, production)


def _enter(chance: Random, standing: Sequence[Firm], leavers: int, totals: FirmTotals) -> None:
    """Say how each firm stands in the library; in the park as many entered this year as was published.

    Raises
    ------
    ValueError
        If the city is too small for it.
    """
    park = [firm for firm in standing if firm.county.code == totals.park_code]
    rest = [firm for firm in standing if firm.county.code != totals.park_code]
    if len(park) < totals.park_entered + totals.park_listed:
        raise ValueError(f"{totals.park_entered} of the park's firms entered, and it has {len(park)} above size.")
    for firm in chance.sample(rest, leavers):
        firm.kind = "exited"
    for firm in rest:
        if firm.kind == "existing":
            firm.kind = _as_its_trade_may(firm, chance.choices(list(KINDS), list(KINDS.values()))[0])
    for firm in chance.sample(park, totals.park_entered):
        firm.kind = _as_its_trade_may(firm, chance.choices(list(ENTERING), list(ENTERING.values()))[0])


def _as_its_trade_may(firm: Firm, kind: str) -> str:
    """Works in trades that only serve are not taken into use; such a firm grew."""
    return kind if firm.trade.is_industry else kind.replace("new_build", "grown")


def _stay(chance: Random, firm: Firm) -> None:
    """Give a firm its stays in the library, and the days that go with them."""
    year = LAST_YEAR if firm.kind.endswith("_last_year") else THIS_YEAR
    kind = firm.kind.removesuffix("_last_year")
    annual = chance.choice(("annual_first", "annual_second"))
    first = date(max(2011, min(2019, firm.founded_on.year + chance.randint(1, 4))), 1, 1)
    if kind == "existing":
        firm.stays = (Stay(first, window=annual),)
    elif kind == "grown":
        firm.stays = (Stay(date(year, 1, 1), window=annual),)
    elif kind == "new_build":
        entered = date(year, chance.randint(3, 11), 1)
        firm.production_on = max(date(year - 1, 10, 1), entered - timedelta(days=chance.randint(20, 120)))
        firm.founded_on = firm.production_on - timedelta(days=chance.randint(250, 700))
        firm.stays = (Stay(entered, window="monthly"),)
    elif kind == "returned":
        firm.founded_on = firm.founded_on.replace(year=min(firm.founded_on.year, 2012))
        firm.production_on = firm.founded_on + timedelta(days=300)
        left = date(chance.choice((2017, 2018, 2019)), 1, 1)
        reason = chance.choice(("below_line", "stopped"))
        before = Stay(date(2014, 1, 1), left, annual, reason)
        firm.stays = (before, Stay(date(year, 1, 1), window=annual))
    else:
        _leave(chance, firm, min(first, date(2018, 1, 1)), annual)


def _leave(chance: Random, firm: Firm, first: date, annual: str) -> None:
    """Let a firm leave the library: mostly with the new year, now and then in the middle of it."""
    reason = chance.choices(EXITS, EXIT_WEIGHTS)[0]
    left = chance.choice((date(LAST_YEAR, 1, 1), date(THIS_YEAR, 1, 1), date(THIS_YEAR, 1, 1)))
    if reason in {"cancelled", "bankrupt", "moved"}:
        left = date(chance.choice((LAST_YEAR, THIS_YEAR)), chance.randint(3, 11), 1)
    if reason in {"cancelled", "bankrupt", "stopped"}:
        firm.closed_on = left - timedelta(days=chance.randint(5, 50))
    firm.stays = (Stay(first, left, annual, reason),)


def _certify(chance: Random, chosen: Sequence[Firm]) -> None:
    """Give some firms their certificates: some run out within weeks, some have been renewed."""
    old = [firm for firm in chosen if firm.kind == "existing"]
    for tier, (share, days) in CERTIFIED.items():
        for firm in chance.sample(old, round(len(old) * share)):
            day = chance.choice(days)
            given = [day]
            if day.year < LAST_YEAR and tier == "srdi" and chance.random() < 0.2:
                given.insert(0, day.replace(year=day.year - 3))
            firm.certificates += tuple(
                Certificate(tier, one, one.replace(year=one.year + 3), f"{one.year}年度示例批次") for one in given
            )


def _list(chance: Random, chosen: Sequence[Firm], totals: FirmTotals) -> None:
    """List some firms: in the park as many this year as was published, elsewhere in the years before."""
    park = [firm for firm in chosen if firm.county.code == totals.park_code]
    fresh = chance.sample(park, totals.park_listed)
    for firm in fresh:
        board = chance.choices(BOARDS, BOARD_WEIGHTS)[0]
        firm.listed = board, date(THIS_YEAR, chance.randint(1, 11), chance.randint(1, 28))
    for firm in chance.sample([firm for firm in chosen if firm not in fresh], len(chosen) // 80):
        firm.listed = chance.choices(BOARDS, BOARD_WEIGHTS)[0], date(chance.randint(2012, 2020), 6, 18)


def _doubles(chance: Random, standing: Sequence[Firm], *, after: int) -> list[Firm]:
    """Enter some firms twice: another spelling, no credit code, as a list from another bureau would have them."""
    twice = chance.sample([firm for firm in standing if firm.kind == "existing"], max(3, len(standing) // DOUBLE_EVERY))
    return [
        Firm(after + at, one.county, one.trade, one.industry, "below", one.founded_on, double_of=one.number)
        for at, one in enumerate(sorted(twice, key=lambda firm: firm.number), start=1)
    ]


def by_county(made: Sequence[Firm]) -> dict[str, list[Firm]]:
    """Firms by the code of their county."""
    ordered = sorted(made, key=lambda firm: firm.county.code)
    return {code: list(own) for code, own in groupby(ordered, key=lambda firm: firm.county.code)}
