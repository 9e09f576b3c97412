"""The dictionary of indicators and the form editor."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tici.accounts.models import Role
from tici.core.models import Record
from tici.returns.models import (
    FormVersion,
    Indicator,
)

from .reporting import FIRM, firm, form, form_of_2019, opened, url

pytestmark = pytest.mark.django_db
UNITS = 14


# The dictionary


CARD = {
    "label": "工业总产值", "unit": "万元", "aggregate": "sum", "meaning": "以货币表现的工业产品总量",
    "alert": "同比下降5%", "measures_taken": "约谈县区", "good": "同比增长10%", "frequency": "月", "way": "手工",
    "department": "统计局", "owner_post": "运行科长", "leader_post": "分管副局长", "synonyms": "总产值、产值",
}  # fmt: skip


def test_a_card_says_what_an_indicator_means_when_it_warns_and_who_answers(client, dispatcher):
    indicator = Indicator.objects.get(code="output")
    client.force_login(dispatcher)

    saved = client.post(url("indicator_edit", indicator.pk), CARD)
    text = client.get(url("indicator", indicator.pk)).text

    assert saved.status_code == 302
    for words in ("同比下降5%", "约谈县区", "同比增长10%", "统计局", "运行科长", "分管副局长", "总产值、产值"):
        assert words in text
    assert "规上工业企业月报" in text


def test_a_new_indicator_needs_a_code_of_its_own_and_a_ratio_its_parts(client, dispatcher):
    client.force_login(dispatcher)
    card = CARD | {"label": "新签订单"}

    taken = client.post(url("indicator_new"), card | {"code": "output"})
    partless = client.post(url("indicator_new"), card | {"code": "share", "aggregate": "ratio"})
    done = client.post(url("indicator_new"), card | {"code": "orders"})

    assert "这个代码已用于另一个指标" in taken.text
    assert "比率指标须写明分子和分母" in partless.text
    assert (taken.status_code, partless.status_code, done.status_code) == (422, 422, 302)
    assert Indicator.objects.get(code="orders").synonyms == ["总产值", "产值"]


def test_a_second_indicator_of_a_name_is_saved_only_once_the_first_was_looked_at(client, dispatcher):
    first = Indicator.objects.get(code="output")
    client.force_login(dispatcher)
    card = CARD | {"code": "output_again", "label": f" {first.label}"}

    asked = client.post(url("indicator_new"), card)
    same_card = client.post(url("indicator_edit", first.pk), CARD | {"label": first.label})
    went_on = client.post(url("indicator_new"), card | {"as_another": "on"})

    assert asked.status_code == 422
    assert asked.context["namesakes"] == [(first.label, url("indicator", first.pk))]
    assert (same_card.status_code, went_on.status_code) == (302, 302)
    assert Indicator.objects.filter(code="output_again").exists()


def test_only_the_city_edits_the_dictionary_and_the_forms(client, county, reporter):
    pages = [("indicator_edit", Indicator.objects.first().pk), ("form_edit", form().pk)]
    statuses = []
    for person in (reporter, make.person(place=county), make.person(place=county.parent, role=Role.LEADER)):
        client.force_login(person)
        statuses += [client.get(url(*page)).status_code for page in pages]

    assert statuses == [403] * 6


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "model", "queries_"), [("indicators", Indicator, 8), ("forms", FormVersion, 9)])
def test_a_list_costs_the_same_for_one_row_and_three(
    client, dispatcher, rows, name, model, queries_, django_assert_num_queries
):
    model.objects.exclude(pk__in=model.objects.values_list("pk", flat=True)[:rows]).delete()
    client.force_login(dispatcher)

    with django_assert_num_queries(queries_):
        page = client.get(url(name))

    assert len(page.context["listing"].rows) == rows


# The form editor


def copied(client, version, **over):
    """A draft made from a version for January 2022."""
    given = {"from_month": "2022-01", "code": version.code, "name": version.name} | over
    return client.post(url("form_copy", version.pk), given)


def test_a_form_that_was_filed_on_is_not_edited_but_copied(client, county, dispatcher):
    opened(firm(county), by=dispatcher)
    client.force_login(dispatcher)

    page = client.get(url("form", form().pk))
    moved = client.post(url("form_columns", form().pk), {"do": "down:output.ytd"}, follow=True)
    made = copied(client, form())

    assert "这个版本已经开表填报，不能再改" in page.text
    assert "请另存为从以后月份起用的新版本" in moved.text
    assert made.status_code == 302
    new = FormVersion.objects.get(from_month=date(2022, 1, 1))
    assert (new.is_published, new.columns) == (False, form_of_2019().columns)


def test_columns_are_added_moved_marked_and_taken_out(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form("cluster_month"))
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    def do(**given):
        marks = {"is_required": ["firms.end"], "is_locked": ["output.ytd_last_year"]}
        client.post(url("form_columns", draft.pk), marks | given)
        draft.refresh_from_db()
        return [column.code for column in draft.columns]

    assert do(do="down:firms.end")[:2] == ["output.ytd", "firms.end"]
    assert do(do="up:firms.end")[:2] == ["firms.end", "output.ytd"]
    assert "platforms.end" not in do(do="remove:platforms.end")
    assert do(do="add", indicator="tax", basis="ytd")[-1] == "tax.ytd"
    do(do="marks")
    assert {column.code for column in draft.columns if column.is_required} == {"firms.end"}
    assert {column.code for column in draft.columns if column.is_locked} == {"output.ytd_last_year"}


def test_a_column_twice_is_refused(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form("cluster_month"))
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    page = client.post(url("form_columns", draft.pk), {"do": "add", "indicator": "output", "basis": "ytd"}, follow=True)

    assert "有指标在报表中出现了两次" in page.text


def test_who_reports_is_counted_while_it_is_chosen(client, city, county, dispatcher):
    other = make.place("藁城区", within=city)
    firms = [firm(county, industry="2720"), firm(county, industry="3911"), firm(other, industry="2720")]
    opened(*firms, by=dispatcher)
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))
    facts = {
        "name": "医药企业月报", "from_month": "2022-01", "unit_kind": "enterprise", "calendar": FIRM,
        "sector": "industry", "industries": "C27", "places": [county.code],
    }  # fmt: skip

    wrong = client.post(url("form_edit", draft.pk), facts | {"industries": "医药"})
    client.post(url("form_edit", draft.pk), facts)
    page, units = client.get(url("form", draft.pk)), client.get(url("form_units", draft.pk))

    assert "“医药”不是行业代码" in wrong.text
    assert page.context["units"] == 1
    assert [row["industry"] for row in units.context["listing"].rows] == ["2720"]


def test_due_days_follow_the_calendar_and_a_month_that_is_not_reported_says_so(client, county, dispatcher):
    opened(firm(county), by=dispatcher)
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    dues = client.get(url("form", draft.pk)).context["dues"]

    assert [(str(month), due and str(due.on)) for month, due in dues[:3]] == [
        ("2022-01", None),
        ("2022-02", "2022-03-14"),  # the 12th is a Saturday
        ("2022-03", "2022-04-12"),
    ]


def test_checks_are_called_by_their_name_and_not_by_their_file(client, dispatcher):
    client.force_login(dispatcher)

    version, listed = client.get(url("form", form().pk)).text, client.get(url("forms"), {"columns": "name,checks"}).text

    for page in (version, listed):
        assert "企业月报审核" in page
        assert "returns/form_checks" not in page


def test_a_draft_is_published_once(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    first = client.post(url("form_publish", draft.pk), follow=True)
    again = client.post(url("form_publish", draft.pk), follow=True)

    assert "自2022年1月起启用" in first.text
    assert "已经启用" in again.text


def test_a_draft_is_taken_away_and_a_form_in_use_stays(client, dispatcher):
    client.force_login(dispatcher)
    copied(client, form())
    draft = FormVersion.objects.get(from_month=date(2022, 1, 1))

    gone = client.post(url("form_remove", draft.pk), follow=True)
    kept = client.post(url("form_remove", FormVersion.objects.get(code=FIRM).pk), follow=True)

    assert "2022年1月起用的草稿已删除" in gone.text
    assert "已启用，不能删除。要改，请从它另存一个新版本。" in kept.text
    assert FormVersion.objects.filter(code=FIRM).count() == 1
    assert Record.objects.get(what="form.removed").old["from_month"] == "2022-01-01"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_who_reports_costs_the_same_for_one_and_three(
    client, county, dispatcher, rows, django_assert_num_queries
):
    for _ in range(rows):
        firm(county)
    client.force_login(dispatcher)

    with django_assert_num_queries(UNITS):
        page = client.get(url("form_units", form().pk))

    assert len(page.context["listing"].rows) == rows
