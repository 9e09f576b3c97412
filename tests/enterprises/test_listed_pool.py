"""Rows of other offices' lists and the cultivation pool."""

from datetime import date

import pytest
from django.urls import reverse

from tests import make
from tests.enterprises.listing import code, matched, of, row, workbook
from tests.make import NOW
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.enterprises.actions import (
    decide_listed,
    decide_together,
    leave_aside,
    propose_listed,
    remove_list,
    step_candidacy,
    take_back_listed,
    undo_proposing,
)
from tici.enterprises.models import Candidacy, Enterprise, PoolState, YearFacts
from tici.enterprises.queries import listed_pool, pool_words
from tici.enterprises.queries import office_lists as queries
from tici.returns.models import UnitReport

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 6)


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
def firm(county):
    return make.enterprise(place=county, name="示例宏达机械有限公司", uscc=code(2), industry="3411")


@pytest.fixture
def listed(county, officer, firm):
    """A tax list: a firm of the register over the line, one in no register over the line, one below it."""
    inside = make.enterprise(place=county, name="示例恒瑞制药有限公司", uscc=code(1), industry="2710")
    make.spell(enterprise=inside, from_date=date(2020, 1, 1))
    rows = [
        row(1, "示例恒瑞制药有限公司", uscc=code(1), wan=9000),
        row(2, "示例宏达机械有限公司", uscc=code(2), wan=2300),
        row(3, "示例从未登记铸造厂", uscc=code(7), wan=5600),
        row(4, "示例小作坊加工部", uscc=code(8), wan=1999.9),
    ]
    return matched(workbook(rows), place=county, by=officer)


def propose(office_list, officer, *names):
    rows = [of(office_list, name).pk for name in names]
    return propose_listed(office_list=office_list, rows=rows, on=DAY, by=officer, at=NOW)


def test_a_firm_over_the_line_becomes_a_candidate_with_the_row_as_its_evidence(officer, firm, listed):
    done = propose(listed, officer, "示例宏达机械有限公司")

    candidacy = Candidacy.objects.get()
    found = of(listed, "示例宏达机械有限公司")
    assert (done.made, done.entered, done.left) == (1, 0, [])
    assert (candidacy.enterprise, candidacy.kind, candidacy.state, candidacy.line_wan) == (
        firm,
        "grown",
        "surveyed",
        2000,
    )
    assert candidacy.why == [
        {
            "code": "listed", "row": found.pk, "list": str(listed), "line": 5, "figure": "revenue_wan",
            "wan": "2300.0000", "cell": "名单 G5",
        }
    ]  # fmt: skip
    assert (found.candidacy, candidacy.moves.get().moved_by) == (candidacy, officer)
    assert [one.words for one in pool_words.why(candidacy)] == [
        "外部名单“税务申报 2020 名单.xlsx”第5行（名单 G5）营业收入2,300万元，达到标准"
    ]
    assert pool_words.why(candidacy)[0].url == found.get_absolute_url()


def test_who_is_in_no_register_is_entered_in_the_county_the_row_names(county, officer, listed):
    done = propose(listed, officer, "示例从未登记铸造厂")

    entered = Enterprise.objects.get(name="示例从未登记铸造厂")
    assert (done.made, done.entered, entered.place, entered.uscc) == (1, 1, county, code(7))
    assert Candidacy.objects.get().enterprise == entered
    assert (YearFacts.objects.count(), UnitReport.objects.count()) == (0, 0)


def test_rows_that_cannot_go_in_stay_out_and_say_why(officer, listed):
    done = propose(listed, officer, "示例恒瑞制药有限公司", "示例宏达机械有限公司", "示例小作坊加工部")

    assert [(row.name, refusal.code) for row, refusal in done.left] == [
        ("示例恒瑞制药有限公司", "listed.in_library"),
        ("示例小作坊加工部", "listed.below"),
    ]
    assert done.made == 1


def test_a_row_of_no_county_is_not_entered_in_one_of_several(county, officer, firm):
    city = county.parent
    make.place("赵县", within=city, code="130133")
    nowhere = [1, "示例无名铸造厂", code(7), "市税务局", "", "2710", 5600]
    kept = matched(workbook([nowhere]), place=city, by=make.person(place=city))

    done = propose(kept, officer, "示例无名铸造厂")
    chosen = propose_listed(
        office_list=kept, rows=[of(kept, "示例无名铸造厂").pk], places={of(kept, "示例无名铸造厂").pk: county},
        on=DAY, by=officer, at=NOW,
    )  # fmt: skip

    assert [refusal.code for _row, refusal in done.left] == ["listed.no_county"]
    assert (chosen.made, Enterprise.objects.get(name="示例无名铸造厂").place) == (1, county)


def test_a_candidate_known_already_gains_evidence_once(officer, firm, listed):
    standing = make.candidacy(enterprise=firm)

    propose(listed, officer, "示例宏达机械有限公司")
    again = propose(listed, officer, "示例宏达机械有限公司")

    standing.refresh_from_db()
    assert [one["code"] for one in standing.why].count("listed") == 1
    assert [refusal.code for _row, refusal in again.left] == ["listed.proposed"]
    assert Candidacy.objects.count() == 1


def test_a_row_put_in_by_mistake_is_taken_out_and_the_candidate_with_it(officer, firm, listed):
    propose(listed, officer, "示例宏达机械有限公司")

    undo_proposing(firm=of(listed, "示例宏达机械有限公司"), by=officer, at=NOW)

    assert not Candidacy.objects.exists()
    assert of(listed, "示例宏达机械有限公司").candidacy is None
    assert [one.what for one in Record.objects.order_by("pk")][-2:] == ["pool.proposed", "pool.withdrawn"]


def test_a_candidate_somebody_works_on_stays(officer, firm, listed):
    propose(listed, officer, "示例宏达机械有限公司")
    step_candidacy(candidacy=Candidacy.objects.get(), to=PoolState.FOSTERED, on=DAY, by=officer, at=NOW)

    with pytest.raises(Refused, match=r"listed\.begun"):
        undo_proposing(firm=of(listed, "示例宏达机械有限公司"), by=officer, at=NOW)


def test_who_a_row_is_cannot_change_while_a_candidate_rests_on_it(officer, listed):
    propose(listed, officer, "示例宏达机械有限公司", "示例从未登记铸造厂")

    with pytest.raises(Refused, match=r"listed\.proposed"):
        decide_listed(firm=of(listed, "示例宏达机械有限公司"), enterprise=None, by=officer, at=NOW)
    with pytest.raises(Refused, match=r"listed\.proposed"):
        take_back_listed(firm=of(listed, "示例从未登记铸造厂"), by=officer, at=NOW)


def test_a_row_left_aside_says_why_and_comes_back(officer, listed):
    found = of(listed, "示例宏达机械有限公司")
    leave_aside(office_list=listed, rows=[found.pk], reason="group", by=officer, at=NOW)
    assert listed_pool.waiting_count(listed, DAY) == 1

    undo_proposing(firm=found, by=officer, at=NOW)

    assert listed_pool.waiting_count(listed, DAY) == 2
    assert [one.what for one in Record.objects.order_by("pk")][-2:] == ["listed.left_aside", "listed.aside_undone"]


@pytest.mark.parametrize(
    ("reason", "words", "refused"), [("", "", "listed.aside_reason"), ("other", " ", "listed.aside_words")]
)
def test_a_row_is_not_left_aside_without_a_reason(officer, listed, reason, words, refused):
    with pytest.raises(Refused, match=refused.replace(".", r"\.")):
        leave_aside(office_list=listed, rows=[1], reason=reason, words=words, by=officer, at=NOW)


def test_a_removed_list_leaves_its_candidates_with_the_words_alone(officer, firm, listed):
    propose(listed, officer, "示例宏达机械有限公司")

    remove_list(office_list=listed, typed="名单.xlsx", reason="传错", by=officer, at=NOW)

    told = pool_words.why(Candidacy.objects.get())
    assert (told[0].url, "第5行" in told[0].words) == ("", True)


def test_one_firm_under_three_names_is_decided_in_one_go_and_its_rows_added_up_beside(county, officer, firm):
    names = ("示例宏达机械厂东院", "示例宏达机械厂西院", "宏达示例")
    kept = matched(
        workbook([row(n, name, uscc=code(2), wan=800) for n, name in enumerate(names)]), place=county, by=officer
    )
    rows = [of(kept, name) for name in names]
    others = listed_pool.same_firm(rows[0])
    sums = listed_pool.figures_added(rows[0], others)

    decided = decide_together(firm=rows[0], others=others, enterprise=firm, by=officer, at=NOW)

    assert ([one.name for one in others], sums, decided) == (list(names[1:]), {"revenue_wan": 2400}, 3)
    assert [of(kept, name).enterprise for name in names] == [firm] * 3
    assert not queries.missing(kept, DAY).exists()  # each row's own figure counts, never the sum


def test_the_meters_of_one_firm_stand_beside_each_other_at_the_desk(county, officer, firm):
    names = ("示例宏达机械有限公司", "正定县示例宏达机械有限公司", "示例宏达 机械有限公司")
    kept = matched(workbook([row(n, name, wan=800) for n, name in enumerate(names)]), place=county, by=officer)
    first = of(kept, names[0])

    others = listed_pool.same_firm(first)

    assert (first.state, [one.name for one in others]) == ("desk", list(names[1:]))
    assert listed_pool.are_written_alike(first, others)


def test_rows_are_put_in_and_left_aside_from_the_list(client, county, officer, listed):
    client.force_login(officer)
    url = reverse("enterprises:office_list_pool", args=[listed.pk])
    page = client.get(listed.get_absolute_url(), {"tab": "missing"})

    put_in = client.post(f"{url}?tab=missing", {"do": "propose", "pk": [of(listed, "示例宏达机械有限公司").pk]})
    aside = client.post(url, {"do": "aside", "all": "1", "reason": "stopped"})
    nothing = client.post(url, {"do": "propose"}, follow=True)

    assert "2行待确认" in page.text
    assert put_in["Location"] == f"{listed.get_absolute_url()}?tab=missing"
    assert aside.status_code == 302
    assert "没有选中任何一行" in nothing.text
    states = {row["name"]: row["handled"] for row in nothing.context["listing"].rows}
    assert states == {"示例宏达机械有限公司": "in_pool", "示例从未登记铸造厂": "aside"}


def test_a_row_is_put_in_left_aside_and_taken_back_on_its_page(client, officer, listed):
    client.force_login(officer)
    found = of(listed, "示例从未登记铸造厂")
    url = reverse("enterprises:listed_pool", args=[found.pk])

    unsure = client.post(url, {"do": "aside"})
    client.post(url, {"do": "aside", "reason": "other", "words": "已迁出"})
    aside = client.get(found.get_absolute_url()).text
    client.post(url, {"do": "undo"})
    client.post(url, {"do": "propose", "pool-place": officer.place_id})

    assert unsure.status_code == 422
    assert "不列入：其他，已迁出" in aside
    assert "已列入：" in client.get(found.get_absolute_url()).text
    assert client.get(Candidacy.objects.get().get_absolute_url()).status_code == 200
