from datetime import date

import pytest

from tests import make
from tests.enterprises.listing import code, hand_in, matched, of, row, workbook
from tests.make import NOW
from tici.core.actions import stop_job
from tici.core.models import Job, Record
from tici.core.refusals import Refused
from tici.core.tasks import run
from tici.enterprises.actions import (
    decide_listed,
    enter_listed,
    match_again,
    merge_enterprises,
    remove_list,
    take_back_listed,
)
from tici.enterprises.models import Enterprise, ListedFirm, OfficeList, YearFacts
from tici.enterprises.queries import office_lists as queries
from tici.enterprises.rules.office_lists import note_sentence
from tici.returns.models import UnitReport

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 6)
ADDRESS = "正定县示例大街{}号"


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path


@pytest.fixture
def county():
    return make.place("正定县", within=make.city(), code="130123")


@pytest.fixture
def officer(county):
    return make.person(place=county)


@pytest.fixture
def firms(county):
    """Three firms of the register: in the library, below it, and without a code."""
    names = ("示例恒瑞制药有限公司", "示例宏达机械有限公司", "示例永盛纺织有限公司")
    made = [
        make.enterprise(
            place=county, name=name, uscc=code(n) if n < 3 else "", address=ADDRESS.format(n), industry="2710"
        )
        for n, name in enumerate(names, start=1)
    ]
    make.spell(enterprise=made[0], from_date=date(2020, 1, 1))
    return made


def test_a_code_decides_whatever_the_name_looks_like(county, officer, firms):
    kept = matched(workbook([row(1, "恒瑞制药", uscc=code(1), wan=9000)]), place=county, by=officer)

    found = of(kept, "恒瑞制药")
    assert (found.state, found.enterprise, found.row) == ("automatic", firms[0], 4)
    assert found.candidates[0]["reasons"][0][0] == "code_equal"
    assert found.cells == {"name": "B4", "uscc": "C4", "district": "D4", "revenue_wan": "G4"}


def test_who_passes_the_line_and_is_not_in_the_library_is_missing(county, officer, firms):
    rows = [
        row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=9000),  # in the library
        row(2, "示例宏达机械有限公司", uscc=code(2), wan=2000),  # on the line, not in it
        row(3, "示例从未登记铸造厂", uscc=code(7), wan=5600),  # in no register
        row(4, "示例小作坊加工部", uscc=code(8), wan=1999.9),
    ]

    kept = matched(workbook(rows), place=county, by=officer)

    assert list(queries.missing(kept, DAY).values_list("name", flat=True)) == [
        "示例宏达机械有限公司",
        "示例从未登记铸造厂",
    ]
    assert of(kept, "示例宏达机械有限公司").line_wan == 2000


def test_a_firm_merged_into_one_of_the_library_is_not_missing(county, officer, firms):
    kept = matched(workbook([row(2, "示例远洋渔具厂", wan=3000)]), place=county, by=officer)
    decide_listed(firm=of(kept, "示例远洋渔具厂"), enterprise=firms[2], by=officer, at=NOW)
    assert queries.missing(kept, DAY).count() == 1

    merge_enterprises(kept=firms[0], gone=firms[2], reason="示例", by=officer, at=NOW)

    assert not queries.missing(kept, DAY).exists()


def test_matching_changes_nothing_in_the_register_or_in_reports(county, officer, firms):
    before = list(Enterprise.objects.order_by("pk").values("name", "uscc", "address"))

    matched(workbook([row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=9000)]), place=county, by=officer)

    assert list(Enterprise.objects.order_by("pk").values("name", "uscc", "address")) == before
    assert (YearFacts.objects.count(), UnitReport.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("rows", "notes"),
    [
        (
            [row(1, "示例恒瑞制药有限公司", wan=1), row(2, "示例甲某厂", wan=1)],
            ["名单没有一个可用的统一社会信用代码，只能按名称、地址匹配，待核对的会多。"],
        ),
        (
            [row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=1), row(2, "示例甲某厂", uscc=9.11301e17, wan=1)],
            [
                "有1行的代码被表格软件变成了科学计数法，只剩前几位，按名称、地址匹配。"
                "请把代码列设为文本后重新导出，可提高匹配率。"
            ],
        ),
        (
            [row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=1), row(2, "示例大同饲料有限公司", uscc=code(1), wan=1)],
            ["有1个代码下写了不同名称的企业，请逐一核对。"],
        ),
        (
            [
                row(n, name, uscc=code(1), wan=1)
                for n, name in enumerate(("示例恒瑞制药有限公司", "示例恒瑞制药厂", "恒瑞制药"))
            ],
            [
                "有1个代码下写了不同名称的企业，请逐一核对。",
                "有1户台账企业对应名单上的多个名称，没有合并，金额也没有相加。",
            ],
        ),
        (
            [row(1, "示例恒瑞制药有限公司", uscc="91130123MA0000001X", wan=1), row(2, "示例乙", uscc=code(2), wan=1)],
            ["有1行的代码校验不符，不作为依据，按名称、地址匹配。"],
        ),
        (
            [row(1, "示例恒瑞制药有限公司", uscc=code(1))],
            ["名单没有营业收入或开票销售额，只作匹配，不判断是否达到入库标准。"],
        ),
    ],
    ids=["no codes", "scientific", "two firms one code", "one firm three names", "faulty", "no figures"],
)
def test_what_is_odd_in_a_list_is_told_in_a_sentence(county, officer, firms, rows, notes):
    kept = matched(workbook(rows), place=county, by=officer)

    assert [note_sentence(note) for note in kept.notes] == notes


def test_two_firms_under_one_code_are_not_merged_silently(county, officer, firms):
    rows = [
        row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=1),
        row(2, "示例大同饲料有限公司", uscc=code(1), wan=1),
    ]

    kept = matched(workbook(rows), place=county, by=officer)

    assert of(kept, "示例大同饲料有限公司").state == "desk"
    assert of(kept, "示例大同饲料有限公司").enterprise is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            workbook([row(n, name, uscc="130102199001011234") for n, name in enumerate(("张三", "李小四", "王五"))]),
            "这份名单多半是个人姓名或身份证号，不是企业，未收一行。请移除这份名单，换成企业名单后重新上传。",
        ),
        (
            workbook([[1, "张三", "某路"]], head=("序号", "姓名", "住址")),
            "没有找到企业名单，未收。请核对是不是企业名单，表头写明“企业名称”、下面有企业行后重新上传。",
        ),
    ],
    ids=["persons as firms", "no firms"],
)
def test_a_list_that_is_none_of_firms_is_refused_whole(county, officer, data, said):
    kept = matched(data, place=county, by=officer)

    assert (kept.state, kept.said, ListedFirm.objects.count()) == ("refused", said, 0)


@pytest.mark.parametrize(
    "head", [("企业名称",), ("企业名称", "营业收入(万元)")], ids=["names alone", "names and revenue"]
)
def test_a_list_of_one_or_two_columns_is_read(county, officer, firms, head):
    rows = [[name, 3000][: len(head)] for name in (firms[0].name, "示例大同饲料有限公司", "示例新乐纺织有限公司")]

    kept = matched(workbook(rows, head=head), place=county, by=officer)

    assert (kept.state, ListedFirm.objects.count()) == ("matched", 3)


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(county, officer):
    kept = matched(b"\x00not a workbook", place=county, by=officer)

    assert kept.state == "refused"
    assert kept.said


@pytest.mark.parametrize(("again", "reason"), [(False, "list.empty"), (True, "list.received")])
def test_nothing_and_the_same_twice_are_not_kept(county, officer, again, reason):
    data = workbook([row(1, "示例恒瑞制药有限公司")]) if again else b""
    if again:
        hand_in(data, place=county, by=officer)

    with pytest.raises(Refused, match=reason):
        hand_in(data, place=county, by=officer)

    assert OfficeList.objects.count() == int(again)


def test_a_stopped_matching_keeps_nothing_and_can_be_begun_again(county, officer, firms):
    made = hand_in(workbook([row(1, firms[0].name, uscc=code(1))]), place=county, by=officer)
    stop_job(job=Job.objects.get(pk=made.job_id), at=NOW)
    run(made.job_id)
    made.refresh_from_db()
    assert (made.state, ListedFirm.objects.count()) == ("matching", 0)

    again = match_again(office_list=made, by=officer, at=NOW)
    run(again.job_id)

    made.refresh_from_db()
    assert (made.state, ListedFirm.objects.count()) == ("matched", 1)


@pytest.fixture
def lead(county, officer, firms):
    """A row that matching took for nobody."""
    kept = matched(workbook([row(1, "示例远洋渔具厂", uscc=code(9), wan=3000)]), place=county, by=officer)
    return of(kept, "示例远洋渔具厂")


def test_a_person_says_which_firm_a_row_is_and_takes_it_back(officer, firms, lead):
    decide_listed(firm=lead, enterprise=firms[2], reason="已电话核实", by=officer, at=NOW)
    lead.refresh_from_db()
    assert (lead.state, lead.enterprise, lead.decided_by) == ("decided", firms[2], officer)

    take_back_listed(firm=lead, by=officer, at=NOW)

    lead.refresh_from_db()
    assert (lead.state, lead.enterprise, lead.decided_by, lead.reason) == ("lead", None, None, "")
    assert [one.what for one in Record.objects.order_by("pk")][-2:] == ["listed.decided", "listed.taken_back"]


def test_what_was_matched_by_itself_can_be_said_to_be_another(county, officer, firms):
    kept = matched(workbook([row(1, firms[0].name, uscc=code(1), wan=9000)]), place=county, by=officer)
    found = of(kept, firms[0].name)

    decide_listed(firm=found, enterprise=None, by=officer, at=NOW)
    found.refresh_from_db()
    assert (found.state, found.enterprise) == ("lead", None)

    take_back_listed(firm=found, by=officer, at=NOW)
    found.refresh_from_db()
    assert (found.state, found.enterprise) == ("automatic", firms[0])


def test_a_row_is_no_firm_of_another_place(officer, lead):
    elsewhere = make.enterprise(place=make.place("赵县"), name="示例别处")

    with pytest.raises(Refused, match=r"listed\.not_here"):
        decide_listed(firm=lead, enterprise=elsewhere, by=officer, at=NOW)


def test_nothing_is_taken_back_that_nobody_decided(officer, lead):
    with pytest.raises(Refused, match=r"listed\.undecided"):
        take_back_listed(firm=lead, by=officer, at=NOW)


def test_a_lead_is_entered_as_a_new_firm_without_its_figures(county, officer, lead):
    entered = enter_listed(firm=lead, place=county, by=officer, at=NOW)

    lead.refresh_from_db()
    assert (lead.state, lead.enterprise) == ("decided", entered)
    assert (entered.name, entered.uscc, entered.industry) == ("示例远洋渔具厂", code(9), "2710")
    assert YearFacts.objects.count() == 0
    with pytest.raises(Refused, match=r"listed\.matched"):
        enter_listed(firm=lead, place=county, by=officer, at=NOW)


def test_a_list_goes_only_when_its_name_is_typed_again(officer, lead):
    with pytest.raises(Refused, match=r"list\.typed"):
        remove_list(office_list=lead.office_list, typed="别的.xlsx", reason="传错", by=officer, at=NOW)

    assert ListedFirm.objects.count() == 1


def test_a_removed_list_leaves_nothing_but_the_record(officer, firms, lead):
    before = list(Enterprise.objects.order_by("pk").values())
    pk = lead.office_list_id

    remove_list(office_list=lead.office_list, typed="名单.xlsx", reason="传错", by=officer, at=NOW)

    assert (OfficeList.objects.count(), ListedFirm.objects.count()) == (0, 0)
    assert (YearFacts.objects.count(), UnitReport.objects.count()) == (0, 0)
    assert list(Enterprise.objects.order_by("pk").values()) == before
    last = Record.objects.order_by("pk").last()
    assert (last.what, last.subject, last.new["reason"]) == ("list.removed", f"enterprises.officelist:{pk}", "传错")
