"""Month end: 200 reporters send 2,000 firms' reports at once; nothing is lost, nothing doubled, nobody waits long.

    python -m bench.month_end [--firms 2000] [--reporters 200] [--minutes 10]

Through the product's own actions, each reporter a thread with a real connection of its own to a real server with the
settings of a real start: no pages are in between. Each reporter types its firms into the sheet of its township (the
cells saved, the sheet filed), sends one workbook's batch twice over as a nervous hand does, and corrects one firm that
another reporter corrects at the same moment. ``--minutes`` is the time the sending is spread over; with fewer the
same work is pressed into less. Prints lost and doubled figures and the 95th percentile of a write.
Bars: 0 lost, 0 doubled, p95 <= 400 ms.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from bench.databases import fresh_database

BAR_MS = 400.0
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
Sent = dict[int, list[tuple[Decimal | None, ...]]]  # report -> what was acknowledged, in order


def enter(firms: int, reporters: int) -> tuple[Any, list[tuple[Any, list[int]]]]:
    """A city with a place for each reporter and its firms, the month before filed, and the month open."""
    from tests import make
    from tici.core.copying import copy_in, reserve_ids
    from tici.enterprises.models import Enterprise, LibrarySpell
    from tici.places.models import PlaceKind
    from tici.returns.actions import load_forms, open_form_month
    from tici.returns.models import UnitReport
    from tici.returns.queries import form_on

    city = make.city()
    desks = []
    for _ in range(reporters):
        place = make.place("示例园区", within=city, kind=PlaceKind.PARK)
        desks.append((place, make.person(place=place, role="county_reporter")))
    ids = reserve_ids(Enterprise, firms)
    copy_in(Enterprise, ("id", "name", "uscc", "place"), (
        (pk, f"示例企业{at}有限公司", "", desks[at % reporters][0].pk) for at, pk in enumerate(ids)
    ))  # fmt: skip
    copy_in(LibrarySpell, ("enterprise", "sector", "from_date", "window", "exit_reason"), (
        (pk, "industry", date(2019, 1, 1), "", "") for pk in ids
    ))  # fmt: skip
    load_forms(by="bench", at=NOW)
    form = form_on("industry_firm", make.NOVEMBER)
    open_form_month(form, make.NOVEMBER, by="bench", at=NOW)
    of_place: dict[int, list[int]] = {}
    for pk, place in UnitReport.objects.order_by("pk").values_list("pk", "place_id"):
        of_place.setdefault(place, []).append(pk)
    return form, [((place, person), of_place[place.pk]) for place, person in desks]


class Reporter(threading.Thread):
    """One reporter at a desk: types, files, sends a batch twice, corrects."""

    def __init__(
        self, form: Any, desk: tuple[Any, Any], mine: list[int], shared: int, seed: int, rest_s: float
    ) -> None:
        super().__init__()
        self.form, (self.place, self.person), self.mine, self.shared = form, desk, mine, shared
        self.chance, self.rest_s, self.seed = Random(seed), rest_s, seed
        self.took: list[float] = []
        self.sent: Sent = {}
        self.corrected: tuple[Decimal | None, ...] | None = None
        self.city_officer: Any = None  # who may correct a firm of another place
        self.failed: BaseException | None = None

    def run(self) -> None:
        from django.db import connection

        try:
            self.work()
        except BaseException as fault:  # told at the end: a reporter that fails is a report lost
            self.failed = fault
        finally:
            connection.close()

    def work(self) -> None:
        half = len(self.mine) // 2
        for pk in self.mine[:half]:
            self.pause()
            self.type(pk)
        self.pause()
        self.file_sheet(self.mine[:half])
        rows = {pk: self.figures() for pk in self.mine[half:]}
        for _ in range(2):
            self.pause()
            self.send(rows, UUID(int=self.seed + 1))
        for pk, given in rows.items():
            self.sent.setdefault(pk, []).append(given)
        self.pause()
        self.corrected = self.figures()
        self.send({self.shared: self.corrected}, None, shared=True)

    def pause(self) -> None:
        time.sleep(self.chance.uniform(0, 2 * self.rest_s))

    def figures(self) -> tuple[Decimal | None, ...]:
        """Figures no check stops, different every time."""
        size = Decimal(self.chance.randrange(200_000, 90_000_000)) / 100
        parts = [1, "0.98", "0.07", "0.96", "0.77", "0.07", "0.03", "0.02", "0.02"]
        flows = [(size * Decimal(part)).quantize(Decimal("0.0001")) for part in parts]
        stocks = [(size * Decimal(part)).quantize(Decimal(1)) for part in ("0.17", "0.07", "1.25", "0.68", "0.02")]
        return tuple(value for one in (*flows, *stocks) for value in (one, one))

    def timed(self, work: Any) -> Any:
        began = time.perf_counter()
        done = work()
        self.took.append((time.perf_counter() - began) * 1000)
        return done

    def type(self, pk: int) -> None:
        from tests import make
        from tici.returns import queries
        from tici.returns.actions import ReportCell, save_report_cells

        given = self.figures()
        cells = [
            ReportCell(pk, column.code, "" if one is None else str(one))
            for column, one in zip(self.form.columns, given, strict=True)
        ]
        version = queries.sheet_version(self.form, make.NOVEMBER, self.place)
        self.timed(
            lambda: save_report_cells(
                form=self.form, month=make.NOVEMBER, place=self.place, cells=cells, version=version, by=self.person,
                at=NOW,
            )
        )  # fmt: skip
        self.sent.setdefault(pk, []).append(given)

    def file_sheet(self, typed: list[int]) -> None:
        from tests import make
        from tici.returns import queries
        from tici.returns.actions import file_report_drafts

        version = queries.sheet_version(self.form, make.NOVEMBER, self.place)
        done = self.timed(
            lambda: file_report_drafts(
                form=self.form, month=make.NOVEMBER, place=self.place, version=version, by=self.person, at=NOW
            )
        )
        if done.filed.filed != len(typed):
            raise AssertionError(f"{len(typed)} lines were typed, {done.filed.filed} filed: {done.left[:1]}")

    def send(self, rows: dict[int, tuple[Decimal | None, ...]], batch: UUID | None, *, shared: bool = False) -> None:
        from tests import make
        from tici.returns.actions import ReportRow, file_reports

        by = self.person
        if shared:
            by = self.city_officer
        given = [ReportRow(pk, figures) for pk, figures in rows.items()]
        self.timed(
            lambda: file_reports(
                form=self.form, month=make.NOVEMBER, rows=given, channel="workbook", by=by, at=NOW, batch=batch
            )
        )


def judged(threads: list[Reporter], shared: int) -> tuple[int, int]:
    """How many acknowledged reports are not in the database as sent, and how many vintages are there too many."""
    from tici.returns.models import UnitReport, UnitVintage

    figures = {pk: tuple(one) for pk, one in UnitReport.objects.values_list("pk", "figures") if one is not None}
    lost = 0
    wanted = 0
    for one in threads:
        for pk, sent in one.sent.items():
            wanted += 1
            lost += pk != shared and figures.get(pk) != sent[-1]
    kept = {tuple(one) for one in UnitVintage.objects.filter(report_id=shared).values_list("figures", flat=True)}
    lost += sum(one.corrected not in kept for one in threads)
    wanted += len(threads)
    numbers = list(UnitVintage.objects.filter(report_id=shared).order_by("number").values_list("number", flat=True))
    lost += numbers != list(range(1, len(numbers) + 1))
    return lost, UnitVintage.objects.count() - wanted


def main() -> int:
    """Print lost, doubled and the 95th percentile; 1 where a bar is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--firms", type=int, default=2_000)
    asked.add_argument("--reporters", type=int, default=200)
    asked.add_argument("--minutes", type=float, default=10.0)
    wish = asked.parse_args()
    with fresh_database():
        from tests import make
        from tici.places.models import Place

        form, desks = enter(wish.firms, wish.reporters)
        shared = desks[0][1][0]
        officer = make.person(place=Place.objects.get(kind="city"))
        steps = wish.firms // wish.reporters // 2 + 4
        rest = wish.minutes * 60 / steps
        threads = [Reporter(form, desk, mine, shared, at, rest) for at, (desk, mine) in enumerate(desks)]
        for one in threads:
            one.city_officer = officer
        began = time.perf_counter()
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        took = time.perf_counter() - began
        failed = [one.failed for one in threads if one.failed is not None]
        lost, doubled = judged(threads, shared)
    times = sorted(ms for one in threads for ms in one.took)
    p95 = times[int(len(times) * 0.95)]
    print(f"{wish.firms} firms × {len(form.columns)} figures by {wish.reporters} reporters in {took / 60:.1f} min")
    print(f"{len(times)} writes; middle {times[len(times) // 2]:.0f} ms, p95 {p95:.0f} ms (bar {BAR_MS:.0f})")
    print(f"lost {lost}, doubled {doubled}, reporters that failed {len(failed)} (bar 0, 0, 0)")
    if failed:
        print(f"first failure: {failed[0]!r}")
    return 0 if lost == doubled == len(failed) == 0 and p95 <= BAR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
