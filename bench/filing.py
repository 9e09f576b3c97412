"""File a month and set its lights, beside the same work done project by project with Django's ORM in the same run.

    python -m bench.filing [--sample 500]

Ours: ``file_entries`` with its refusals, checks, findings, lights and record, for 6,000 and for 100,000 projects of
one county, then the lights of all of them set anew from none. The peer files a sample of the same rows the way a
view would: one project, its year and its last entry read, the entry saved, six relations of the rulebook compared,
findings saved, three lights judged and saved, all in one transaction; its time is taken per row.
Bars: 0.7 s, 4 s and 3 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from bench.databases import fresh_database
from bench.pages import NOW, _ledger_row

BARS_S = {6_000: 0.7, 100_000: 4.0}
LIGHTS_BAR_S = 3.0


def county_of(count: int, at: int) -> tuple[Any, list[Any], Any]:
    """A filing of a county with so many projects, what it reports, and who reports it."""
    from tests import make
    from tici.places.models import Place
    from tici.projects.actions import LedgerRow, accept_projects
    from tici.returns.actions import EntryRow
    from tici.returns.models import Filing

    chance = Random(at)
    place = Place.objects.county_level()[at]
    reporter = make.person(place=place, role="county_reporter")
    ledger = [_ledger_row(LedgerRow, place, at * 1_000_000 + number, chance) for number in range(count)]
    taken = accept_projects(ledger, batch=UUID(int=at + 1), by=reporter, at=NOW)
    rows = []
    for pk, row in zip(taken.project_ids, ledger, strict=True):
        done = row.plan_wan * chance.randrange(40, 130) / 100
        rows.append(EntryRow(pk, {"plan_year_wan": row.plan_wan, "done_ytd_wan": done}, {"progress_text": "主体施工"}))
    return Filing.objects.select_related("place").get(place=place), rows, reporter


def ours(count: int, at: int) -> float:
    """Seconds to file a month of so many projects."""
    from tici.returns.actions import file_entries
    from tici.returns.models import Channel, Entry

    filing, rows, reporter = county_of(count, at)
    took = timed(lambda: file_entries(filing=filing, rows=rows, channel=Channel.SCREEN, by=reporter, at=NOW))
    if Entry.objects.filter(vintage__filing=filing, is_current=True).count() != count:
        raise AssertionError("not every row was filed.")
    return took


def lights() -> tuple[float, int]:
    """Seconds to set every light of the month from none, and how many there are."""
    from tests import make
    from tici.returns.actions import relight
    from tici.returns.models import Light

    Light.objects.all().delete()
    took = timed(lambda: relight(make.NOVEMBER, by="bench", at=NOW))
    return took, Light.objects.count()


def peer(count: int, at: int) -> tuple[float, float]:
    """Seconds a project to file, and to light, one project after another."""
    from django.db import transaction

    from tici.returns.models import Entry

    filing, rows, reporter = county_of(count, at)
    vintage = filing.vintages.create(number=1, channel="screen", made_at=NOW, made_by=reporter)
    with transaction.atomic():
        filed = timed(lambda: _each(_file_one, ((vintage, row) for row in rows)))
    entries = list(Entry.objects.filter(vintage=vintage))
    with transaction.atomic():
        lit = timed(lambda: _each(_light_one, ((entry,) for entry in entries)))
    return filed / count, lit / count


def _each(work: Callable[..., None], given: Iterable[tuple[Any, ...]]) -> None:
    for one in given:
        work(*one)


def _file_one(vintage: Any, row: Any) -> None:
    from tici.projects.models import Project
    from tici.returns.models import Entry, Finding

    project = Project.objects.defer("search_pairs").select_related("place").get(pk=row.project_id)
    year = project.years.filter(year=2021).first()
    before = Entry.objects.filter(project=project, is_current=True, month_on="2021-10-01").first()
    entry = Entry.objects.create(
        vintage=vintage, place=project.place, month_on=vintage.filing.month_on, project=project,
        **row.figures, **row.texts,
    )  # fmt: skip
    done, plan = row.figures["done_ytd_wan"], year.plan_wan if year else None
    wrong = {
        "ytd_negative": done < 0,
        "ytd_falls": before is not None and before.done_ytd_wan is not None and done < before.done_ytd_wan,
        "over_total": project.investment_wan is not None and done > project.investment_wan,
        "over_plan": plan is not None and done > plan * Decimal("1.5"),
        "not_started": project.started_on is None and done > 0,
        "same_text": before is not None and before.progress_text == row.texts["progress_text"],
    }
    for code in (code for code, holds in wrong.items() if holds):
        Finding.objects.create(entry=entry, check_code=code, field="done_ytd_wan", severity="ask", facts={})


def _light_one(entry: Any) -> None:
    from tici.returns import queries, rules
    from tici.returns.models import Light

    month = entry.vintage.filing.month
    rule, limits = rules.thresholds_on(month.last)
    for one in queries.situations(month, project_id=entry.project_id):
        for kind, (colour, reason, facts) in rules.Judge(limits, month).lights_of(one):
            if colour != "green":
                Light.objects.update_or_create(
                    project_id=one.project_id, month_on=month.first, kind=kind,
                    defaults={"place_id": one.place_id, "colour": colour, "reason": reason, "facts": facts,
                              "rule_since": rule.since},
                )  # fmt: skip


def timed(work: Callable[[], Any]) -> float:
    """Seconds some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> int:
    """Print each figure, its bar and its ratio to the peer; 1 where a bar is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=500)
    wish = asked.parse_args()
    with fresh_database():
        _open()
        filed, lit = peer(wish.sample, 0)
        took = {count: ours(count, at) for at, count in enumerate(BARS_S, start=1)}
        lights_took, shown = lights()
    projects = wish.sample + sum(BARS_S)
    for count, seconds in took.items():
        print(f"{count:,} rows filed: {seconds:.2f} s (bar {BARS_S[count]}), {filed * count / seconds:.0f} x per row")
    print(f"{shown:,} lights of {projects:,} projects: {lights_took:.2f} s (bar {LIGHTS_BAR_S}), "
          f"{lit * projects / lights_took:.0f} x per row")  # fmt: skip
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    kept = all(seconds <= BARS_S[count] for count, seconds in took.items()) and lights_took <= LIGHTS_BAR_S
    return 0 if kept else 1


def _open() -> None:
    from django.db import transaction

    from tests import make
    from tici.places.actions import load_demonstration_city
    from tici.places.models import Place
    from tici.returns.actions import open_month

    with transaction.atomic():
        load_demonstration_city(by="bench", at=NOW)
        dispatcher = make.person(place=Place.objects.get(code="130100"))
        open_month(make.NOVEMBER, by=dispatcher, at=NOW)


if __name__ == "__main__":
    sys.exit(main())
