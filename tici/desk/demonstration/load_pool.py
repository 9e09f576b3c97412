"""Takes the invented cultivation pool in: windows, months of firms below the line, two surveys, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle, islice
from random import Random

from tici.accounts.models import Person
from tici.desk.actions.pool import renew_pool
from tici.engines.periods import Month
from tici.enterprises.actions import (
    MonthRow,
    charge_candidacy,
    give_many_months,
    note_window,
    step_candidacy,
    tick_papers,
)
from tici.enterprises.models import Candidacy, Enterprise, PoolKind, PoolReason, PoolState, Window
from tici.enterprises.rules.pool import papers_of
from tici.places.models import Place, Post

from .firm_figures import LINE_WAN
from .firms import Firm

FIRST_SURVEY, LAST_SURVEY = date(2021, 9, 6), date(2021, 12, 20)
NOTICE = "示例窗口，不是统计部门的通知"
WINDOWS = (
    (Window.MONTHLY, date(2021, 10, 19), Month(2021, 9)),
    (Window.ANNUAL_FIRST, date(2021, 11, 15), Month(2021, 10)),
    (Window.ANNUAL_SECOND, date(2022, 1, 5), Month(2021, 12)),
    (Window.MONTHLY, date(2022, 2, 18), Month(2022, 1)),
)
MONTHS = Month(2020, 1).until(Month(2021, 11))
SEASON = (0.9, 0.6, 1.02, 1, 1.03, 1.05, 0.98, 1, 1.06, 1.04, 1.12, 1.2)
TOLD_FROM = 0.55  # of the line: from here on the county knows the months of a firm
BLOCKERS = (
    "增值税申报销售额与利润表不一致，企业正在核对",
    "厂区未挂招牌，门牌待补",
    "同期分月台账缺2020年3月至5月",
    "投产备案仍为“改建”，待变更为“新建”",
)
# What became of candidates, over and over: how far each was taken, why it ended, and how it stands with its papers.
FATES: tuple[tuple[str, str, str], ...] = (
    (PoolState.FOSTERED, "", ""),
    (PoolState.REVIEWED, "", ""),
    (PoolState.SURVEYED, "", ""),
    (PoolState.LEFT, PoolReason.LATE, "11月15日前材料未备齐，转入第二批（示例）"),
    (PoolState.APPLIED, "", ""),
    (PoolState.REFUSED, PoolReason.PAPERS, "利润表与增值税申报不一致，统计部门退回（示例）"),
    (PoolState.FOSTERED, "", ""),
    (PoolState.LEFT, PoolReason.UNWILLING, "企业暂不申报，已告知自愿原则（示例）"),
    (PoolState.REFUSED, PoolReason.BELOW, "10月累计未达标准（示例）"),
    (PoolState.SURVEYED, "", ""),
)


def load_pool(firms: Sequence[Firm], by: Person, reporters: Mapping[str, Person], *, seed: int) -> None:
    """Enter the pool as it came about: surveyed in September, worked on through the autumn, surveyed again."""
    city = by.place
    assert city is not None
    for window, closes_on, through in WINDOWS:
        note_window(
            place=city, window=window, closes_on=closes_on, through=through, source=NOTICE, by=by, at=_at(FIRST_SURVEY)
        )
    give_many_months(list(_months(firms, seed)), by=by, at=_at(LAST_SURVEY))
    renew_pool(on=FIRST_SURVEY, by=by, at=_at(FIRST_SURVEY))
    found = Candidacy.objects.open().select_related("enterprise", "place").order_by("place__position", "kind", "pk")
    fates = cycle(FATES)
    for kind in PoolKind.values:  # each kind meets every fate
        own = [one for one in found if one.kind == kind]
        for candidacy, fate in zip(islice(own, 0, None, 2), fates, strict=False):
            _take(candidacy, *fate, by=reporters.get(candidacy.place.code, by))
    renew_pool(on=LAST_SURVEY, by=by, at=_at(LAST_SURVEY))


def _months(firms: Sequence[Firm], seed: int) -> Iterator[MonthRow]:
    """The months of firms below the line that come near it, adding up to what each said of its years."""
    chance = Random(f"months {seed}")
    ids = dict(Enterprise.objects.filter(is_example=True).values_list("uscc", "pk"))
    for firm in firms:
        if firm.stays or not firm.trade.is_industry or firm.double_of is not None or firm.uscc not in ids:
            continue
        last = firm.facts.get(MONTHS[-1].year, {}).get("revenue_wan", 0)
        if last < TOLD_FROM * LINE_WAN:
            continue
        for month in MONTHS:
            if firm.production_on is None or month.last < firm.production_on:
                continue
            year = firm.facts.get(month.year, {}).get("revenue_wan", 0)
            revenue = Decimal(round(year * SEASON[month.number - 1] / 12 * chance.lognormvariate(0, 0.12), 1))
            yield MonthRow(ids[firm.uscc], month, revenue, (revenue * Decimal("1.02")).quantize(Decimal("0.1")))


def _take(candidacy: Candidacy, to: str, reason_code: str, reason: str, *, by: Person) -> None:
    """Take one candidate as far as its fate says, step by step, as an officer would."""
    if to == PoolState.SURVEYED:
        return
    _step(candidacy, PoolState.FOSTERED, date(2021, 9, 15), by)
    needed = [paper.code for paper in papers_of(candidacy.kind) if not paper.is_optional]
    is_whole = to in {PoolState.APPLIED, PoolState.REVIEWED, PoolState.REFUSED}
    ready = needed if is_whole else needed[: candidacy.pk % len(needed)]
    tick_papers(candidacy=candidacy, codes=ready, on=date(2021, 10, 8), by=by, at=_at(date(2021, 10, 8)))
    if is_whole:
        _step(candidacy, PoolState.APPLIED, date(2021, 11, 10), by, window=Window.ANNUAL_FIRST)
    if to in {PoolState.REVIEWED, PoolState.REFUSED}:
        _step(candidacy, PoolState.REVIEWED, date(2021, 11, 16), by)
    if to in {PoolState.REFUSED, PoolState.LEFT}:
        _step(candidacy, to, date(2021, 11, 26), by, reason_code=reason_code, reason=reason)
    else:
        _charge(candidacy, by)


def _step(candidacy: Candidacy, to: str, on: date, by: Person, **facts: str) -> None:
    step_candidacy(candidacy=candidacy, to=to, on=on, by=by, at=_at(on), **facts)
    candidacy.refresh_from_db(fields=["state", "stands_since"])


def _charge(candidacy: Candidacy, by: Person) -> None:
    on = date(2021, 10, 11)
    blocker = BLOCKERS[candidacy.pk % len(BLOCKERS)] if candidacy.pk % 3 == 0 else ""
    charge_candidacy(
        candidacy=candidacy,
        blocker=blocker,
        post=_post(candidacy.place),
        department=None,
        officer="县工信局企业科",
        by=by,
        at=_at(on),
    )


def _post(place: Place) -> Post | None:
    return Post.objects.filter(place=place, vacated_on__isnull=True).order_by("-position", "-pk").first()


def _at(day: date) -> datetime:
    """A working hour of a day."""
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=2)
