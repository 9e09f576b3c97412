"""Every number of the industrial month is the aggregate of the very reports it opens, on random data."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.core.measures import Scope
from tici.engines.periods import Month
from tici.enterprises.models import ClusterMembership
from tici.returns.measures import CLUSTERS, INDUSTRY

pytestmark = pytest.mark.django_db
BY_CODE = {measure.code: measure for measure in (*INDUSTRY, *CLUSTERS)}
KINDS = (
    {},
    {"from_date": date(2021, 3, 1)},
    {"from_date": date(2021, 6, 1), "production_on": date(2021, 4, 1)},
    {"to_date": date(2021, 8, 1)},
)


def total(rows, name):
    return sum((value for value in rows.values_list(name, flat=True) if value is not None), Decimal(0))


def aggregate(measure, rows):
    """What the rows a measure opens add up to, by what the measure says of itself."""
    name = measure.code.removeprefix("industry.")
    indicator = name.partition("_")[0]
    if name.endswith(("_ytd", "_month")):
        return total(rows, f"{indicator}_now") if rows else None
    if name.endswith("_growth"):
        base = total(rows, f"{indicator}_base")
        return total(rows, f"{indicator}_now") / base - 1 if base > 0 else None
    if name == "margin":
        revenue = total(rows, "revenue_now")
        return total(rows, "profit_now") / revenue if revenue > 0 else None
    return rows.count()


@pytest.fixture
def city():
    return make.city()


def same(value, expected):
    if value is None or expected is None:
        return value is expected
    return value == pytest.approx(expected, rel=Decimal("1e-9"))


def maybe(chance):
    return chance.choice([None, chance.randint(1, 90_000), chance.randint(1, 90_000)])


def random_month(city, chance, month=NOVEMBER, firms=14):
    """Two counties of firms of every class; some figures are left out, some months not filed."""
    counties = [make.place(name, within=city) for name in ("正定县", "赵县")]
    for _ in range(firms):
        firm(chance.choice(counties), **chance.choice(KINDS))
    form, by = firm_form(), make.person(place=city)
    for one in (month - 13, month - 12, month - 1, month):
        given = {}
        for report in opened(form, one):
            if chance.random() < 0.1:
                continue
            told = {
                name: chance.choice([None, chance.randint(1, 90_000)]) for name in ("output", "revenue", "rnd", "power")
            }
            told["profit"] = chance.randint(-5_000, 9_000)
            told |= {
                f"{name}_ytd_last_year": chance.choice([None, chance.randint(1, 90_000)])
                for name in ("output", "profit")
            }
            given[report] = figures(form, **told)
        file(form, given, by, month=one)
    return counties


@pytest.mark.parametrize("policy", ["drop", "keep_base"])
@pytest.mark.parametrize("seed", range(3))
def test_every_measure_is_the_aggregate_of_the_rows_it_opens(city, seed, policy, tmp_path, monkeypatch):
    (tmp_path / "enterprises").mkdir()
    (tmp_path / "enterprises" / "exits.toml").write_text(f'source = "示例"\npolicy = "{policy}"\n', "utf-8")
    monkeypatch.setenv("TICI_RULEBOOK", str(tmp_path))
    counties = random_month(city, Random(seed))
    leader = make.person(place=city, role="leader")
    whole = Scope(leader, city, NOVEMBER)

    for measure in INDUSTRY:
        by_county = measure.by_county(whole)
        for place in (city, *counties):
            value, rows = measure.value(Scope(leader, place, NOVEMBER)), measure.rows(Scope(leader, place, NOVEMBER))
            assert same(value, aggregate(measure, rows)), measure.code
            if place != city:
                assert by_county.get(place.pk, 0 if measure.unit == "count" else None) == value, measure.code
        if measure.unit in {"wan", "kwh", "count"}:
            assert same(sum(value for value in by_county.values() if value is not None), measure.value(whole)), (
                measure.code
            )


def test_the_figures_of_a_small_month_are_known_by_hand(city):
    county = make.place("正定县", within=city)
    for name in ("示例甲", "示例乙"):
        firm(county, name=name)
    form, by = firm_form(), make.person(place=city)
    for month, outputs in ((NOVEMBER - 1, (80, 40)), (NOVEMBER, (110, 44))):
        reports = opened(form, month)
        given = {
            report: figures(form, output=output, output_ytd_last_year=100, profit=profit, revenue=1000)
            for report, output, profit in zip(reports, outputs, (60, -10), strict=True)
        }
        file(form, given, by, month=month)
    scope = Scope(by, city, NOVEMBER)

    values = {name: BY_CODE[f"industry.{name}"].value(scope) for name in (
        "output_ytd", "output_month", "output_growth", "margin", "losing_firms", "reporting_firms")}  # fmt: skip

    assert values == {
        "output_ytd": 154, "output_month": 34, "output_growth": Decimal("-0.23"), "margin": Decimal("0.025"),
        "losing_firms": 1, "reporting_firms": 2,
    }  # fmt: skip


@pytest.mark.parametrize("measure", INDUSTRY, ids=lambda measure: measure.code)
def test_a_month_that_was_not_opened_has_no_figure_and_no_rows(city, measure):
    county = make.place(within=city)
    firm(county)
    opened(firm_form())
    scope = Scope(make.person(place=city), city, Month(2021, 10))

    assert (measure.value(scope) or None, measure.by_county(scope), list(measure.rows(scope))) == (None, {}, [])


def test_february_alone_is_not_known_where_january_is_exempt(city):
    firm(make.place(within=city))
    form, by = firm_form(), make.person(place=city)
    for month in (Month(2021, 2), Month(2021, 3)):
        [report] = opened(form, month)
        file(form, {report: figures(form, output=50 * month.number)}, by, month=month)
    month_of = BY_CODE["industry.output_month"]

    values = [month_of.value(Scope(by, city, Month(2021, number))) for number in (2, 3)]

    assert values == [None, 50]
    assert list(month_of.rows(Scope(by, city, Month(2021, 2)))) == []


def test_a_county_opens_its_own_reports_only(city):
    mine, other = (make.place(name, within=city) for name in ("正定县", "赵县"))
    firm(mine), firm(other)
    form, by = firm_form(), make.person(place=city)
    file(form, {report: figures(form) for report in opened(form)}, by)
    reporter = make.person(place=mine)

    rows = BY_CODE["industry.output_ytd"].rows(Scope(reporter, mine, NOVEMBER))
    beyond = BY_CODE["industry.output_ytd"].rows(Scope(reporter, city, NOVEMBER))

    assert [row.place_id for row in rows] == [row.place_id for row in beyond] == [mine.pk]


def test_a_clusters_growth_is_that_of_its_members_in_the_place_asked_for(city):
    cluster, county, other = make.cluster(place=city), make.place(within=city), make.place(within=city)
    cluster.code = "biomedicine"
    cluster.save()
    member, stranger, elsewhere = firm(county), firm(county), firm(other)
    for one in (member, elsewhere):
        ClusterMembership.objects.create(cluster=cluster, enterprise=one)
    form, by = firm_form(), make.person(place=city)
    outputs = {member.pk: 120, stranger.pk: 500, elsewhere.pk: 90}
    given = {
        report: figures(form, output=outputs[report.enterprise_id], output_ytd_last_year=100) for report in opened(form)
    }
    file(form, given, by)
    growth = BY_CODE["industry.biomedicine.output_growth"]

    values = [growth.value(Scope(by, place, NOVEMBER)) for place in (county, city)]

    assert values == [Decimal("0.2"), Decimal("0.05")]
    assert [row.enterprise_id for row in growth.rows(Scope(by, county, NOVEMBER))] == [member.pk]
    assert growth.by_county(Scope(by, city, NOVEMBER)) == {county.pk: Decimal("0.2"), other.pk: Decimal("-0.1")}
