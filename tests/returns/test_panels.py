"""The panel of firms: who stands in the scope and how, what is read of the reports, and when it is read anew."""

from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.engines.panel import Entry, growth
from tici.engines.periods import Month
from tici.enterprises.models import LibrarySpell
from tici.returns import queries, rules
from tici.returns.actions import answer_unit_finding, undo_reports
from tici.returns.models import UnitFinding, UnitReport
from tici.returns.rules import Stay

LAST_NOVEMBER, OCTOBER = NOVEMBER - 12, NOVEMBER - 1
BATCH = "7a0b6c0e-2a55-4f39-9b2b-0d1c7d6f0a11"


def stay(from_date, to_date=None, window="annual_first"):
    return Stay("industry", from_date, to_date, window)


@pytest.mark.parametrize(
    ("stays", "production_on", "expected"),
    [
        pytest.param(
            [stay(date(2019, 1, 1))], None,
            [(Month(2019, 1), Month(2020, 1), Entry.GROWN), (Month(2020, 1), None, Entry.EXISTING)],
            id="grown in its first year, existing from the next on",
        ),
        pytest.param(
            [stay(date(2021, 6, 1), window="monthly")], date(2021, 5, 1),
            [(Month(2021, 6), Month(2022, 1), Entry.NEW_BUILD), (Month(2022, 1), None, Entry.EXISTING)],
            id="newly built",
        ),
        pytest.param(
            [stay(date(2021, 3, 1), date(2021, 9, 1))], date(2015, 1, 1),
            [(Month(2021, 3), Month(2021, 9), Entry.GROWN)],
            id="left in the year it came",
        ),
        pytest.param(
            [stay(date(2018, 1, 1), date(2020, 1, 1)), stay(date(2021, 1, 1))], None,
            [
                (Month(2018, 1), Month(2019, 1), Entry.GROWN),
                (Month(2019, 1), Month(2020, 1), Entry.EXISTING),
                (Month(2021, 1), Month(2022, 1), Entry.EXISTING),
                (Month(2022, 1), None, Entry.EXISTING),
            ],
            id="came back: by the rule among the existing ones",
        ),
    ],
)  # fmt: skip
def test_a_firm_stands_in_the_scope_as_it_came_in_and_then_as_an_existing_one(stays, production_on, expected):
    assert [tuple(one) for one in rules.in_scope(stays, production_on)] == expected


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


def reports(firms, month=NOVEMBER, **of_firm):
    """File the figures of a month: ``of_firm`` is name -> what differs from a quiet firm's."""
    form = firm_form()
    by_name = {report.enterprise.name: report for report in opened(form, month)}
    given = {by_name[one.name]: figures(form, **of_firm.get(one.name, {})) for one in firms if one.name in by_name}
    file(form, given, make.person(place=firms[0].place), month=month)
    return by_name


def by_entry(panel, policy="drop"):
    table = growth(panel.panel, "output", policy=policy, by=("entry",), month=NOVEMBER).table
    return {row["entry"]: row for row in table.to_dicts()}


@pytest.mark.django_db
def test_there_is_no_panel_before_a_month_was_opened():
    assert queries.firm_panel() is None


@pytest.mark.django_db
def test_each_firm_stands_in_its_class_and_the_classes_add_up(county):
    old = firm(county, name="示例老企业")
    grown = firm(county, name="示例小升规", from_date=date(2021, 1, 1))
    new = firm(county, name="示例新建", from_date=date(2021, 6, 1), production_on=date(2021, 5, 1))
    left = firm(county, name="示例退出", to_date=date(2021, 7, 1))
    reports([old, left], LAST_NOVEMBER, 示例退出={"output": 5000})
    reports(
        [old, grown, new],
        示例老企业={"output": 110, "output_ytd_last_year": 100},
        示例小升规={"output": 60, "output_ytd_last_year": 50},
        示例新建={"output": 30, "output_ytd_last_year": None},
    )

    panel = queries.firm_panel()
    dropped, kept = (growth(panel.panel, "output", policy=p, month=NOVEMBER).rows[0] for p in ("drop", "keep_base"))

    assert {entry: (row["now"], row["base"]) for entry, row in by_entry(panel).items()} == {
        "existing": (110, 100),
        "grown": (60, 50),
        "new_build": (30, 0),
        "exited": (0, 0),
    }
    assert (dropped["total"], dropped["now"], dropped["base"]) == (200, 200, 150)
    assert (kept["now"], kept["base"]) == (200, 5150)
    assert dropped["total_before"] == 17000  # what the scope of a year ago reported


@pytest.mark.django_db
def test_a_firm_that_did_not_file_is_awaited_and_adds_nothing(county):
    filed, silent = firm(county, name="示例已报"), firm(county, name="示例未报")
    reports([filed])

    panel = queries.firm_panel()

    assert growth(panel.panel, "output", policy="drop", month=NOVEMBER).rows[0]["units"] == 1
    assert len(panel.filed(NOVEMBER, {})) == 1
    assert {panel.panel.unit.names[int(code)] for code in panel.panel.unit.codes[panel.awaited(NOVEMBER, {})]} == {
        str(filed.pk),
        str(silent.pk),
    }


@pytest.mark.django_db
def test_a_report_with_a_slip_of_unit_counts_once_it_is_corrected_or_explained(county):
    sound, slipped = firm(county, name="示例无误"), firm(county, name="示例写错")
    reports([sound, slipped], OCTOBER)
    totals = []

    def read():
        row = growth(queries.firm_panel().panel, "output", policy="drop", month=NOVEMBER).rows[0]
        held = UnitReport.objects.of("industry_firm", NOVEMBER).filter(queries.held_back(NOVEMBER)).count()
        totals.append((row["units"], row["total"], held))

    reports([sound, slipped], 示例写错={"output": 120_000_000})  # yuan for 万元
    read()
    finding = UnitFinding.objects.get(check_code="output_unit_slip")
    answer_unit_finding(finding=finding, answer="属实", by=make.person(place=county), at=make.NOW)
    read()
    reports([slipped])
    read()

    assert totals == [(1, 12000, 1), (2, 120_012_000, 0), (2, 24000, 0)]


@pytest.mark.django_db
def test_a_township_counts_to_its_county(city, county):
    town = make.place("新安镇", within=county, kind="township")
    one = firm(town)
    reports([one])

    panel = queries.firm_panel()

    assert growth(panel.panel, "output", policy="drop", by=("county",), month=NOVEMBER).table["county"].to_list() == [
        county.code
    ]
    assert list(panel.inside(town, division="27")) == ["division"]  # all rows lie in it
    assert panel.inside(make.place("行唐县", within=city)) == {"place": set()}


@pytest.mark.django_db
def test_a_correction_an_undone_batch_and_a_new_name_are_seen_at_once(county):
    one = firm(county, name="示例一")
    form, reporter = firm_form(), make.person(place=county)
    [report] = opened(form)
    totals = []

    def read():
        panel = queries.firm_panel()
        totals.append(growth(panel.panel, "output", policy="drop", month=NOVEMBER).rows[0]["total"])
        return panel

    file(form, {report: figures(form, output=100)}, reporter)
    first = read()
    assert queries.firm_panel() is first
    file(form, {report: figures(form, output=120)}, reporter, batch=BATCH)
    read()
    undo_reports(BATCH, by=reporter, at=make.NOW)
    read()
    LibrarySpell.objects.filter(enterprise=one).update(from_date=date(2021, 2, 1))
    file(form, {report: figures(form, output=100, people=241)}, reporter)
    panel = read()

    assert totals == [100, 120, 100, 100]
    assert by_entry(panel)["grown"]["total"] == 100


@pytest.mark.django_db
def test_only_the_month_that_changed_is_read_again(county, django_assert_num_queries):
    firm(county, name="示例一")
    form, reporter = firm_form(), make.person(place=county)
    for month in (LAST_NOVEMBER, NOVEMBER):
        [report] = opened(form, month)
        file(form, {report: figures(form)}, reporter, month=month)
    queries.firm_panel()

    with django_assert_num_queries(1):  # the newest record
        queries.firm_panel()
    file(form, {report: figures(form, output=13000)}, reporter)
    with django_assert_num_queries(9) as asked:
        queries.firm_panel()

    assert not any("datetime.date(2020, 11, 1)" in str(one["sql"]) for one in asked.captured_queries)


@pytest.mark.django_db
def test_last_years_own_report_is_the_base_of_a_firm_that_left(county):
    left, stays = firm(county, name="示例退出", to_date=date(2021, 7, 1)), firm(county, name="示例在库")
    before = reports([left, stays], LAST_NOVEMBER)
    now = reports([stays])

    panel = queries.firm_panel()
    found = panel.behind("output", NOVEMBER, {}, policy="keep_base")

    assert set(panel.reports[found.compared]) == {now["示例在库"].pk, before["示例退出"].pk}
    assert set(panel.reports[found.counted]) == {now["示例在库"].pk}


@pytest.mark.django_db
def test_the_panel_holds_the_figures_as_reported(county):
    one = firm(county)
    reports([one], **{one.name: {"output": "1234.5678", "profit": -3, "assets": None}})

    panel = queries.firm_panel().panel
    report = UnitReport.objects.get()

    at = report.form.positions
    assert panel.now["output"].tolist() == [float(report.figures[at["output.ytd"]])] == [float(Decimal("1234.5678"))]
    assert panel.now["profit"].tolist() == [-3]
    assert panel.now["assets"].tolist() != panel.now["assets"].tolist()  # nan
    assert panel.base["assets"].tolist() == [15000]
