"""Lists of enterprises in the drop box: recognised, set beside the register, taken in, put back, handed back."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import make
from tests.desk import dropping
from tests.make import NOW
from tici.core.refusals import Refused
from tici.desk import handback
from tici.desk.actions import drops
from tici.desk.actions.acceptances import Choice, accept_file, undo_acceptance
from tici.desk.models import FileSubject, Proposal
from tici.engines.periods import Month
from tici.enterprises.actions import MonthRow, give_many_months
from tici.enterprises.models import Enterprise, EnterpriseChange, LibrarySpell, MonthFacts, YearFacts

pytestmark = pytest.mark.django_db
CODE = "91110108551385082Q"
HEAD = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "行业代码",
    "主要产品",
    "上年营业收入(万元)",
    "从业人员(人)",
    "入统月份",
]
ROWS = [
    [1, "示例制药一厂", CODE, "2710", "原料药", 1680, 66, ""],
    [2, "示例钢构二厂", "", "3311", "钢结构", 3200.5, 120, "2021年3月"],
    [3, "示例食品三厂", "", "1439", "糕点", 900, 40, ""],
]


@pytest.fixture(autouse=True)
def city(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return dropping.a_city()


@pytest.fixture
def reporter():
    return dropping.reporter()


def drop(rows=ROWS, *, by, head=HEAD, title="正定县规上企业培育库台账"):
    book = dropping.workbook(rows, title=title, head=head, sheet="培育库")
    return dropping.drop(book, by=by, name="正定县培育库.xlsx")


def states(file):
    return dict(file.proposals.order_by("position").values_list("name", "state"))


def test_a_list_of_enterprises_is_told_from_a_ledger_of_projects(reporter):
    file = drop(by=reporter)

    assert (file.subject, file.state, file.counts) == (FileSubject.ENTERPRISES, "read", {"new": 3})
    assert dropping.drop(dropping.workbook(), by=reporter).subject == FileSubject.PROJECTS


def test_a_list_is_set_beside_the_register(reporter):
    county = dropping.county()
    same = make.enterprise(place=county, name="示例制药一厂", uscc=CODE, industry="2710", products="原料药")
    make.year_facts(enterprise=same, year=2020, revenue_wan=1680, people=66)
    changed = make.enterprise(place=county, name="示例钢构二厂", industry="3311", products="钢结构")
    make.year_facts(enterprise=changed, year=2020, revenue_wan=3000, people=120)

    file = drop(by=reporter)

    assert states(file) == {"示例制药一厂": "same", "示例钢构二厂": "changed", "示例食品三厂": "new"}
    assert Proposal.objects.get(enterprise=changed).differences == {
        "facts": {"2020.revenue_wan": ["3000", "3200.5"], "spell.industry.2021-03-01": [None, [None, "", ""]]}
    }


def test_an_accepted_list_stands_in_the_register_with_the_cell_of_each_fact(reporter):
    file = drop(by=reporter)

    accept_file(file=file, choice=Choice(), by=reporter, at=NOW)

    firm = Enterprise.objects.get(name="示例钢构二厂")
    assert (firm.industry, firm.products, firm.place) == ("3311", "钢结构", dropping.county())
    assert YearFacts.objects.get(enterprise=firm, year=2020).revenue_wan == Decimal("3200.5")
    assert LibrarySpell.objects.get(enterprise=firm).from_date.isoformat() == "2021-03-01"
    change = EnterpriseChange.objects.get(enterprise=firm)
    assert change.source.cells["2020.revenue_wan"] == "F4"
    assert change.source.upload == file.upload
    file.refresh_from_db()
    assert file.state == "accepted"


def test_a_list_is_taken_in_in_part_and_the_rest_later(reporter):
    file = drop(by=reporter)
    first = file.proposals.get(name="示例制药一厂")

    accept_file(file=file, choice=Choice(proposals=[first.pk]), by=reporter, at=NOW)
    file.refresh_from_db()
    assert (file.state, Enterprise.objects.count()) == ("partly", 1)

    accept_file(file=file, choice=Choice(), by=reporter, at=NOW)
    file.refresh_from_db()
    assert (file.state, Enterprise.objects.count()) == ("accepted", 3)


def test_an_undone_list_leaves_the_register_as_it_was(reporter):
    known = make.enterprise(place=dropping.county(), name="示例钢构二厂", industry="3311", products="旧产品")
    make.year_facts(enterprise=known, year=2020, people=100)
    file = drop(by=reporter)
    acceptance = accept_file(file=file, choice=Choice(), by=reporter, at=NOW)

    undo_acceptance(acceptance=acceptance, by=reporter, at=NOW)

    known.refresh_from_db()
    assert list(Enterprise.objects.all()) == [known]
    assert (known.products, known.size) == ("旧产品", "")
    assert list(known.years.values_list("year", "people", "revenue_wan")) == [(2020, 100, None)]
    assert not LibrarySpell.objects.exists()
    file.refresh_from_db()
    assert file.state == "read"


def test_an_enterprise_that_a_project_speaks_of_outlives_the_list_that_entered_it(reporter):
    file = drop(by=reporter)
    acceptance = accept_file(file=file, choice=Choice(), by=reporter, at=NOW)
    owner = Enterprise.objects.get(name="示例钢构二厂")
    make.project(place=dropping.county(), owner=owner)

    undo_acceptance(acceptance=acceptance, by=reporter, at=NOW)

    assert list(Enterprise.objects.all()) == [owner]


def test_a_list_whose_facts_were_changed_since_is_not_undone(reporter):
    file = drop(by=reporter)
    acceptance = accept_file(file=file, choice=Choice(), by=reporter, at=NOW)
    YearFacts.objects.filter(enterprise__name="示例食品三厂").update(people=41)

    with pytest.raises(Refused, match=r"enterprise\.changed_since"):
        undo_acceptance(acceptance=acceptance, by=reporter, at=NOW)

    assert Enterprise.objects.count() == 3


def test_a_firm_twice_in_a_list_is_handed_back_with_the_reason(reporter):
    file = drop([*ROWS, [4, "示例食品三厂", "", "1439", "糕点", 950, 41, ""]], by=reporter)

    refused = file.proposals.get(state="refused")
    assert [problem["code"] for problem in refused.problems] == ["firm_twice"]
    remarks = [(one.row, one.is_stop) for one in handback.remarks_of(file)]
    assert remarks == [(6, True)]
    with handback.workbook_of(file) as book:
        assert book.read(2) == b"PK"


def test_a_figure_without_its_period_is_not_taken_for_a_years(reporter):
    head = [*HEAD[:5], "营业收入(万元)", *HEAD[6:]]

    file = drop(by=reporter, head=head)

    line = file.proposals.get(name="示例制药一厂")
    assert "2020.revenue_wan" not in line.facts
    assert [problem["code"] for problem in line.problems] == ["no_period"]


def test_a_file_is_read_anew_as_what_somebody_says_it_is(reporter):
    file = drop(by=reporter)

    file = dropping.read(drops.read_again(file=file, subject=FileSubject.PROJECTS, by=reporter, at=NOW))
    assert (file.subject, file.state) == (FileSubject.PROJECTS, "refused")

    file = dropping.read(drops.read_again(file=file, subject=FileSubject.ENTERPRISES, by=reporter, at=NOW))
    assert (file.subject, file.state) == (FileSubject.ENTERPRISES, "read")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_list_asks_the_database_the_same_number_of_times(
    client, django_assert_num_queries, reporter, rows
):
    file = drop(ROWS[:rows], by=reporter)
    client.force_login(reporter)

    with django_assert_num_queries(14):
        page = client.get(file.get_absolute_url()).text

    assert "示例制药一厂" in page
    assert "2020年营业收入(万元)" in page


def test_the_lines_of_a_list_are_sorted_and_taken_away_with_their_figures(client, reporter):
    file = drop(by=reporter)
    client.force_login(reporter)

    page = client.get(file.get_absolute_url(), {"sort": "-glance_2"})
    csv = client.get(file.get_absolute_url() + page.context["listing"].csv_url)

    assert [line.proposal.name for line in page.context["lines"]] == ["示例钢构二厂", "示例制药一厂", "示例食品三厂"]
    head, first, *_rest = b"".join(csv.streaming_content).decode("utf-8-sig").splitlines()
    assert head.startswith("企业,统一社会信用代码,地区,结果,已收,")
    assert first.startswith("示例钢构二厂,,正定县,新增,,")
    assert ",3200.5,120," in first


def test_a_list_is_taken_in_and_undone_from_its_page(client, reporter):
    file = drop(by=reporter)
    client.force_login(reporter)

    said = client.post(reverse("desk:accept_file", args=[file.pk]), {"parts": "facts", "states": ["new"]}, follow=True)
    assert "已接收3行：新增企业3家，变动0家。" in said.text

    batch = file.acceptances.get().batch
    client.post(reverse("desk:undo_acceptance", args=[batch]))
    assert Enterprise.objects.count() == 0
    assert states(file) == {"示例制药一厂": "new", "示例钢构二厂": "new", "示例食品三厂": "new"}


# Months of firms below the line

POOL_HEAD = ["序号", "企业名称", "统一社会信用代码", "类型", "本月营业收入(万元)", "状态"]
POOL_ROWS = [
    [1, "示例制药一厂", CODE, "小升规", 168.5, "培育"],
    [2, "示例钢构二厂", "", "小升规", 320, "培育"],
]


def pool_list(reporter, rows=POOL_ROWS):
    return drop(rows, head=POOL_HEAD, by=reporter, title="2021年11月正定县规上培育库台账")


def test_a_pool_list_brings_the_month_of_firms_below_the_line_with_its_cell(reporter):
    firm = make.enterprise(place=dropping.county(), name="示例制药一厂", uscc=CODE)
    file = pool_list(reporter)

    assert Proposal.objects.get(enterprise=firm).differences["facts"] == {"month.2021-11.revenue_wan": [None, "168.5"]}
    accept_file(file=file, choice=Choice(), by=reporter, at=NOW)

    month = MonthFacts.objects.get(enterprise=firm)
    assert (month.month_on, month.revenue_wan, month.given_by) == (date(2021, 11, 1), Decimal("168.5"), reporter)
    assert EnterpriseChange.objects.get(enterprise=firm).source.cells["month.2021-11.revenue_wan"] == "E3"
    assert states(pool_list(reporter, [POOL_ROWS[0]])) == {"示例制药一厂": "same"}


def test_a_month_corrected_by_a_list_is_put_back_when_the_acceptance_is_undone(reporter):
    firm = make.enterprise(place=dropping.county(), name="示例制药一厂", uscc=CODE)
    give_many_months([MonthRow(firm.pk, Month(2021, 11), Decimal(150), Decimal(155))], by=reporter, at=NOW)
    accepted = accept_file(file=pool_list(reporter), choice=Choice(), by=reporter, at=NOW)
    assert MonthFacts.objects.get(enterprise=firm).revenue_wan == Decimal("168.5")

    undo_acceptance(acceptance=accepted, by=reporter, at=NOW)

    month = MonthFacts.objects.get()  # and the firm the list entered is gone with its month
    assert (month.enterprise, month.revenue_wan, month.output_wan) == (firm, Decimal(150), Decimal(155))


def test_a_month_in_which_a_firm_is_in_the_library_is_left_out_and_said(reporter):
    firm = make.enterprise(place=dropping.county(), name="示例制药一厂", uscc=CODE)
    make.spell(enterprise=firm, from_date=date(2021, 3, 1))

    line = pool_list(reporter).proposals.get(enterprise=firm)

    assert line.state == "same"
    assert [problem["code"] for problem in line.problems] == ["counted_month"]


def test_a_month_kept_from_an_entry_is_not_changed_by_a_list(reporter):
    firm = make.enterprise(place=dropping.county(), name="示例制药一厂", uscc=CODE)
    give_many_months([MonthRow(firm.pk, Month(2021, 11), Decimal(150))], by=reporter, at=NOW)
    make.spell(enterprise=firm, from_date=date(2021, 12, 1))

    accept_file(file=pool_list(reporter), choice=Choice(), by=reporter, at=NOW)

    assert MonthFacts.objects.get(enterprise=firm).revenue_wan == 150
