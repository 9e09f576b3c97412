"""The industry screen and a cluster's page of a full city: 500,000 firms in the register, 5.4 million values reported.

    python -m bench.industry [--firms 500000] [--above 3100] [--months 62] [--times 40]

The register and the reports are written straight into their tables; everything read is read as the product reads it:
the panel from the reports, pages by way of views and templates, each asked for with another month, indicator, span
and policy. Prints how long the panel takes to read, to read again after one more report, and the pages' middle and
95th percentile with their numbers of queries. Bars: the figures of a page 100 ms, a page at p95 300 ms.

Peer: the same figures of the same screen by SQL in the same PostgreSQL: the reports as they stand, with the class of
every firm and month given to it ready made; grouping sets, and one pass a table. Totals, bases and pairs must agree.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.databases import fresh_database

NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
FIGURES_BAR_MS, PAGE_BAR_MS = 100.0, 300.0
SEED = 0.20211130

REGISTER = """
insert into enterprises_enterprise (name, uscc, place_id, industry, production_on)
select '示例企业' || n, '', places[1 + n %% cardinality(places)], lpad((13 + n %% 33)::text, 2, '0') || '10',
       case when n %% 40 = 0 then date '2021-04-01' end
from generate_series(1, %(firms)s) n, (select array_agg(id order by id) as places from places_place
                                       where kind in ('district', 'county', 'county_city', 'park')) p
"""
STAYS = """
insert into enterprises_libraryspell (enterprise_id, sector, from_date, to_date, "window", exit_reason)
select id, 'industry', case when id %% 20 = 0 then date '2021-03-01' else date '2016-01-01' end,
       case when id %% 37 = 0 then date '2021-08-01' end, '', ''
from enterprises_enterprise where id %% %(step)s = 0
"""
MEMBERS = """
insert into enterprises_clustermembership (cluster_id, enterprise_id, node, origin, reason)
select c.id, e.id, '环节' || e.id %% 5, 'rule', '' from enterprises_enterprise e
join enterprises_libraryspell s on s.enterprise_id = e.id
join enterprises_cluster c on c.position = e.id %% 8 or (c.position = 0 and e.id %% 3 = 0)
"""
REPORTS = """
insert into returns_unitreport
       (form_id, code, month_on, place_id, enterprise_id, state, due_on, vintage_number, figures, sent_back_reason,
        last_filed_at)
select %(form)s, 'industry_firm', month, e.place_id, e.id, 'filed', month + 40, 1,
       (select array_agg(round((random() * 9000 + 100)::numeric, 2)) from generate_series(1, 28) where e.id > 0), '',
       now()
from enterprises_enterprise e join enterprises_libraryspell s on s.enterprise_id = e.id,
     (select generate_series(%(first)s::date, date '2021-11-01', '1 month')::date as month) m
where s.from_date <= month and (s.to_date is null or s.to_date > month)
"""
# The class of each firm in each month, made before the clock runs.
CLASSES = """
create table peer_entry as
select r.enterprise_id, r.month_on,
       case when extract(year from s.from_date) < extract(year from r.month_on) then 'existing'
            when e.production_on >= date '2020-10-01' then 'new_build' else 'grown' end as entry
from returns_unitreport r join enterprises_libraryspell s using (enterprise_id)
join enterprises_enterprise e on e.id = r.enterprise_id;
create unique index on peer_entry (month_on, enterprise_id);
analyze peer_entry;
"""


def peer_words(positions: dict[str, int]) -> tuple[str, str, str]:
    """The SQL of a screen: by county, industry and class at once; by cluster; by month."""

    def sums(indicator: str) -> str:
        now, base = (
            f"r.figures[{positions[f'{indicator}.{basis}'] + 1}]::float8" for basis in ("ytd", "ytd_last_year")
        )
        pair = f"{now} is not null and ({base} is not null or c.entry = 'new_build')"
        return (
            f"sum({now}), sum({now}) filter (where {pair}), sum(coalesce({base}, 0)) filter (where {pair}),"
            f" count(*) filter (where {pair})"
        )

    rows = (
        " from returns_unitreport r join peer_entry c using (enterprise_id, month_on)"
        " join enterprises_enterprise e on e.id = r.enterprise_id"
    )
    here = " where r.code = 'industry_firm' and r.month_on = %(month)s"
    cards = ", ".join(sums(one) for one in ("output", "revenue", "profit", "rnd", "power"))
    division = "left(e.industry, 2)"
    groups = (
        f"select r.place_id, {division}, c.entry, {cards}{rows}{here}"
        f" group by grouping sets ((), (r.place_id), ({division}), (c.entry))"
    )
    clusters = (
        f"select m.cluster_id, {sums('output')}{rows} join enterprises_clustermembership m"
        f" on m.enterprise_id = r.enterprise_id{here} group by 1"
    )
    months = (
        f"select r.month_on, {sums('output')}{rows} where r.code = 'industry_firm'"
        " and r.month_on > %(month)s::date - interval '14 months' and r.month_on <= %(month)s group by 1"
    )
    return groups, clusters, months


def fill(firms: int, above: int, months: int) -> Any:
    """Write the city; returns who looks at it."""
    from django.db import connection, transaction

    from tests import make
    from tici.core.audit import record
    from tici.enterprises.models import Cluster
    from tici.places.actions import load_demonstration_city
    from tici.places.models import Place
    from tici.returns.actions import load_forms
    from tici.returns.queries import form_on

    with transaction.atomic():
        load_demonstration_city(by="bench", at=NOW)
        load_forms(by="bench", at=NOW)
        city = Place.objects.get(code="130100")
        leader = make.person(place=city, role="leader")
        for at in range(8):
            kind = "hundred_billion" if at < 5 else "county"
            Cluster.objects.create(
                code=f"c{at}", name=f"示例集群{at}", kind=kind, place=city, goal_wan=10**7, position=at
            )
        first = (make.NOVEMBER - (months - 1)).first
        asked = {
            "firms": firms, "step": max(firms // above, 1), "first": first,
            "form": form_on("industry_firm", make.NOVEMBER).pk,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("select setseed(%s)", [SEED])
            for words in (REGISTER, STAYS, MEMBERS, REPORTS, CLASSES):
                cursor.execute(words, asked)
        record("bench.filled", subject=city, by="bench", at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    return leader


def timed(times: int, ask: Callable[[int], Any]) -> tuple[float, float]:
    """The middle and the 95th percentile of some askings, in milliseconds."""
    took = []
    for at in range(times):
        began = time.perf_counter()
        ask(at)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--firms", type=int, default=500_000)
    parser.add_argument("--above", type=int, default=3_100)
    parser.add_argument("--months", type=int, default=62)
    parser.add_argument("--times", type=int, default=40)
    args = parser.parse_args()
    with fresh_database():
        leader = fill(args.firms, args.above, args.months)
        return measure(leader, args.times)


def measure(leader: Any, times: int) -> int:
    """Read, ask and compare; returns 1 where a bar is missed."""
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tests.make import NOVEMBER
    from tici.core.audit import record
    from tici.core.measures import Scope
    from tici.desk.queries import industry
    from tici.desk.queries.asked import Asked
    from tici.engines.panel import Policy, Span
    from tici.returns import queries
    from tici.returns.models import UnitReport

    began = time.perf_counter()
    found = queries.firm_panel()
    cold = time.perf_counter() - began
    assert found is not None
    values = len(found.panel) * len(found.panel.now) * 2
    print(f"panel: {len(found.panel):,} firm-months, {values:,} values, read in {cold:.2f} s")
    UnitReport.objects.filter(month_on=NOVEMBER.first, pk__in=found.reports[-5:].tolist()).update(vintage_number=2)
    with transaction.atomic():
        record("bench.filed", subject=leader, by="bench", at=NOW)
    began = time.perf_counter()
    found = queries.firm_panel()
    assert found is not None
    print(f"panel: read again after one month changed, {time.perf_counter() - began:.2f} s")

    dictionary = {code: one for code, one in queries.indicators().items() if code in found.panel.now}
    codes = list(dictionary)

    def asked(at: int, indicator: str = "") -> Asked:
        scope = Scope(leader, leader.place, NOVEMBER - at % 12)
        span = Span.YTD if at % 3 or indicator else Span.MONTH
        return Asked(scope, found, dictionary, indicator or codes[at % len(codes)], span, Policy.DROP)

    figures = timed(times, lambda at: industry.screen(asked(at)))
    ours = timed(times, lambda at: industry.screen(asked(at, "output")))
    words = peer_words(queries.form_on("industry_firm", NOVEMBER).positions)

    def by_sql(at: int) -> list[list[tuple[Any, ...]]]:
        told = []
        with connection.cursor() as cursor:
            for one in words:
                cursor.execute(one, {"month": (NOVEMBER - at % 12).first})
                told.append(cursor.fetchall())
        return told

    peer = timed(times, by_sql)
    _agree(industry.screen(asked(0, "output")).total, by_sql(0)[0])

    client = Client()
    client.force_login(leader)
    pages = {"industry": reverse("desk:industry"), "cluster": reverse("desk:cluster", args=["c0"])}
    slow = {"figures of a screen": (*figures, FIGURES_BAR_MS)}
    for name, url in pages.items():
        client.get(url)

        def page(at: int, url: str = url) -> None:
            answer = client.get(url, {"month": str(NOVEMBER - at % 12), "indicator": codes[at % len(codes)]})
            assert answer.status_code == 200

        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        asked_for = len(captured)  # before the pages below clear the log
        slow[f"page {name}, {asked_for} queries"] = (*timed(times, page), PAGE_BAR_MS)
    missed = 0
    for name, (middle, p95, bar) in slow.items():
        missed |= p95 > bar
        print(f"{name}: middle {middle:.0f} ms, p95 {p95:.0f} ms (bar {bar:.0f} ms){'' if p95 <= bar else ' MISSED'}")
    print(f"the same screen's figures: ours {ours[0]:.0f} ms, SQL {peer[0]:.0f} ms, {peer[0] / ours[0]:.1f} times")
    return missed


def _agree(ours: Any, theirs: list[tuple[Any, ...]]) -> None:
    """Total, sums compared and pairs of the whole are the same on both sides."""
    [whole] = [row for row in theirs if row[:3] == (None, None, None)]
    total, now, base, pairs = whole[3:7]
    assert ours.pairs == pairs, (ours.pairs, pairs)
    for one, other in ((ours.total, total), (ours.now, now), (ours.base, base)):
        assert abs(one - other) <= 1e-6 * abs(other), (one, other)


if __name__ == "__main__":
    sys.exit(main())
