"""The pages of a full city under 40 people: the list of 100,000 projects, one project, the city on one screen.

    python -m bench.pages [--projects 100000] [--people 40] [--seconds 20] [--reading 1]

Rows are taken in by the product's own actions, then served by the very command and settings of a real start
(granian, pooled connections, collected static files). Each person asks for a page, reads it for a time, asks for the
next: filters, deep pages and sorts as people use them. Reading takes a second (``--reading 1``), quicker than anyone
reads, so forty people ask for up to forty pages a second; ``--reading 0`` is a closed loop, in which forty pages are
always waiting and a page's time says only how many pages a second the machine makes.
Nothing is written meanwhile, so what is kept until anything is done (figures of the screen, counts of lists) is
worked out once in each process, which the run counts in.

Prints the middle and the 95th percentile of each kind of page, beside them an empty page's (one's own settings) in
the same run, as the floor the machine sets, and the processor time that a page took in the web server and in the
database. Bars at p95: list 200 ms, project and screen 250 ms.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psutil

from bench.databases import fresh_database
from bench.sessions import session_of

PORT = 8790
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
BARS_MS = {"list": 200, "project": 250, "city": 250}
Latencies = dict[str, list[float]]


def fill(count: int) -> tuple[str, int, int]:
    """Take in a city of so many projects with one month; returns a session's key and the first and last project."""
    from django.db import connection, transaction

    from tests import make
    from tici.places.actions import load_demonstration_city
    from tici.places.models import Place
    from tici.projects.models import Project
    from tici.returns.actions import open_month

    with transaction.atomic():
        load_demonstration_city(by="bench", at=NOW)
        city, counties = Place.objects.get(code="130100"), list(Place.objects.county_level())
        dispatcher = make.person(place=city)
        open_month(make.NOVEMBER, by=dispatcher, at=NOW)
    chance = random.Random(20211130)
    for at, county in enumerate(counties):
        _fill_county(county, at, count // len(counties), chance)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    ids = Project.objects.order_by("pk").values_list("pk", flat=True)
    return session_of(dispatcher), ids[0], ids.reverse()[0]


def _fill_county(county, at: int, count: int, chance: random.Random) -> None:
    from django.db import transaction

    from tests import make
    from tici.projects.actions import LedgerRow, accept_projects
    from tici.returns.actions import EntryRow, file_entries
    from tici.returns.models import Channel, Filing

    reporter = make.person(place=county, role="county_reporter")
    rows = [_ledger_row(LedgerRow, county, at * count + step, chance) for step in range(count)]
    with transaction.atomic():
        taken = accept_projects(rows, batch=UUID(int=at + 1), by=reporter, at=NOW)
        entries = [
            EntryRow(
                pk, {"done_ytd_wan": row.plan_wan * chance.randrange(40, 130) / 100, "plan_year_wan": row.plan_wan}
            )
            for pk, row in zip(taken.project_ids, rows, strict=True)
        ]
        filing = Filing.objects.select_related("place").get(place=county)
        file_entries(filing=filing, rows=entries, channel=Channel.SCREEN, by=reporter, at=NOW)


def _ledger_row(row, county, number: int, chance: random.Random):
    total = Decimal(chance.randrange(500, 900_000))
    started = date(chance.choice((2020, 2021)), chance.randrange(1, 12), chance.randrange(1, 28))
    kind = chance.choice(("制剂车间", "物流园", "光电模块产业园", "装备智能工厂", "环保建材"))
    return row(
        project_id=None,
        place_id=county.pk,
        facts={
            "name": f"示例{kind}{number}项目",
            "investment_wan": total,
            "level": chance.choice(("province", "city", "county")),
            "started_on": started,
            "started_precision": "day",
            "planned_start_on": started.replace(day=1),
            "planned_start_precision": "month",
        },
        owner_name=f"示例企业{number // 2}有限公司",
        year=2021,
        category=chance.choice(("to_start", "continuing", "to_complete")),
        plan_wan=(total / 3).quantize(Decimal("0.01")),
        stage=chance.choice(("started", "building")),
    )


def as_in_a_real_start(folder: Path) -> dict[str, str]:
    """The environment of a real start on a bench's folder and database."""
    from django.conf import settings

    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tici.config.settings.embedded",
        "TICI_DATA": str(folder),
        "TICI_SECRET_KEY": settings.SECRET_KEY,  # sessions were made with it
    }


def serve(folder: Path, port: int = PORT) -> subprocess.Popen[bytes]:
    """Serve the city as a real start does."""
    from tici.config.serving import Wish, web

    env = as_in_a_real_start(folder)
    collect = [sys.executable, "-P", "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=env, check=True)
    return subprocess.Popen(web(Wish(port=port)), env=env)


def walk(
    cookie: str, first: int, last: int, seed: int, until: float, reading: float, took: Latencies, wrong: list[str]
) -> None:
    """One person: asks, reads, asks again."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    time.sleep(chance.random() * reading)
    while time.monotonic() < until:
        kind, path = _next(chance, first, last)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}", "Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        took[kind].append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            wrong.append(f"{answer.status} {path}")
        time.sleep(reading)


def _next(chance: random.Random, first: int, last: int) -> tuple[str, str]:
    kind = chance.choices(("list", "project", "city", "floor"), (60, 25, 10, 5))[0]
    if kind == "list":
        asked = chance.choice(
            (
                "",
                "?stage=building",
                "?place=130123",
                "?place=130109&stage=started&sort=-investment_wan",
                "?q=%E5%88%B6%E5%89%82",
                "?q=sl",
                "?level=province&sort=started_on",
                "?category=to_start",
                "?sort=-investment_wan",
            )
        )
        return kind, f"/projects/{asked}"
    if kind == "project":
        return kind, f"/projects/{chance.randrange(first, last)}/"
    return (kind, "/city/") if kind == "city" else (kind, "/me/")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--projects", type=int, default=100_000)
    asked.add_argument("--people", type=int, default=40)
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--reading", type=float, default=1.0, help="seconds a page is read; 0 is a closed loop")
    wish = asked.parse_args()
    with fresh_database() as folder:
        started = time.perf_counter()
        cookie, first, last = fill(wish.projects)
        print(
            f"{last - first + 1:,} projects with one month taken in: {time.perf_counter() - started:.1f} s", flush=True
        )
        server = serve(folder)
        try:
            wait_until_up()
            took: Latencies = defaultdict(list)
            wrong: list[str] = []
            spent = processor_s(server)
            until = time.monotonic() + wish.seconds
            people = [
                threading.Thread(target=walk, args=(cookie, first, last, seed, until, wish.reading, took, wrong))
                for seed in range(wish.people)
            ]
            for person in people:
                person.start()
            for person in people:
                person.join()
            spent = tuple(now - then for now, then in zip(processor_s(server), spent, strict=True))
        finally:
            server.terminate()
            server.wait()
    pages = sum(map(len, took.values()))
    print(f"{wish.people} people reading {wish.reading:g} s a page: {pages} pages, {pages / wish.seconds:.1f} a second")
    print(
        f"processor time a page: web server {spent[0] / pages * 1000:.1f} ms, database {spent[1] / pages * 1000:.1f} ms"
    )
    return report(took, wrong)


def processor_s(server: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Processor seconds used so far by the web server's processes, and by the database's."""
    web = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    families = [one for one in psutil.Process().children(recursive=True) if one.name() == "postgres"]
    return _used(web), _used(families)


def _used(processes: list[psutil.Process]) -> float:
    """Processor seconds of some processes, and of those of their children that have ended."""
    return sum(sum(one.cpu_times()[:4]) for one in processes)


def wait_until_up(port: int = PORT) -> None:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The pages do not answer.")


def report(took: Latencies, wrong: list[str]) -> int:
    """Print each kind of page beside the floor; 1 where a bar is missed or a page was refused."""
    floor = middle(took["floor"])
    missed = bool(wrong)
    print(f"{len(wrong)} refused {wrong[:3] if wrong else ''}")
    for kind, bar in BARS_MS.items():
        p95 = percentile(took[kind], 0.95)
        missed |= p95 > bar
        print(
            f"{kind:8} p50 {middle(took[kind]):6.0f} ms   p95 {p95:6.0f} ms   bar {bar} ms   "
            f"{middle(took[kind]) / floor:4.1f} x an empty page ({floor:.0f} ms)   n={len(took[kind])}"
        )
    return int(missed)


def middle(values: list[float]) -> float:
    return percentile(values, 0.5)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


if __name__ == "__main__":
    sys.exit(main())
