"""A firm that reports for itself: it files its own month by grid or template, answers, and sees nothing else."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.accounts.models import Role
from tici.core.tasks import run
from tici.engines.templates.layout import FIRST_FIGURE
from tici.enterprises.actions import name_reporter, release_reporter
from tici.returns import queries
from tici.returns.actions import ask_cell
from tici.returns.models import FilingState, FormUpload, UnitReport, UnitVintage

pytestmark = pytest.mark.django_db
OWN = 7


@pytest.fixture
def county(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return make.place("正定县", within=make.city(), code="130123")


@pytest.fixture
def clerk(county):
    return make.person(place=county, role=Role.COUNTY_REPORTER)


@pytest.fixture
def form():
    return firm_form()


@pytest.fixture
def reports(county, form):
    """The reports of two firms of one county, the first our own."""
    firm(county, name="示例甲药业有限公司")
    firm(county, name="示例乙机械有限公司")
    return opened(form)


@pytest.fixture
def own(reports, clerk):
    person = make.person(place=None, role=Role.FIRM_REPORTER)
    name_reporter(enterprise=reports[0].enterprise, username=person.username, by=clerk, at=make.NOW)
    return person


def page(name: str, report: UnitReport) -> str:
    return reverse(f"returns:{name}", args=[report.pk])


def typed(report: UnitReport, values, version: int) -> str:
    cells = [
        {"row": report.pk, "column": code, "text": "" if value is None else str(value)}
        for code, value in zip(report.form.positions, values, strict=True)
    ]
    return json.dumps({"version": version, "cells": cells})


def test_a_firm_types_its_own_report_and_files_it(client, reports, own, form):
    mine = reports[0]
    client.force_login(own)

    saved = client.post(page("own_sheet", mine), typed(mine, figures(form), 0), content_type="application/json")
    filed = client.post(page("own_file", mine))

    mine.refresh_from_db()
    assert (saved.status_code, filed.status_code, filed["Location"]) == (200, 302, mine.get_absolute_url())
    assert (mine.state, tuple(mine.figures)) == (FilingState.FILED, figures(form))
    assert UnitVintage.objects.get().made_by == own


def test_colleagues_who_type_for_other_firms_are_not_in_the_way(client, county, clerk, reports, own, form):
    mine, other = reports
    client.force_login(clerk)
    sheet = reverse("returns:report_sheet", args=[form.code, county.code]) + f"?month={NOVEMBER}"
    client.post(sheet, typed(other, figures(form), 0), content_type="application/json")
    client.force_login(own)

    saved = client.post(page("own_sheet", mine), typed(mine, figures(form), 0), content_type="application/json")

    assert saved.status_code == 200


def test_a_cell_of_another_firm_is_not_kept(client, reports, own, form):
    mine, other = reports
    client.force_login(own)

    answer = client.post(page("own_sheet", mine), typed(other, figures(form), 0), content_type="application/json")

    assert {one["severity"] for one in answer.json()["problems"]} == {"error"}
    assert queries.sheet_version(form, NOVEMBER, other.enterprise) == 0


def filled(data: bytes, form) -> bytes:
    """A template with figures in every row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book[book.sheetnames[0]].iter_rows():
        if "示例" in str([cell.value for cell in row[:FIRST_FIGURE]]):
            for cell, value in zip(row[FIRST_FIGURE:], figures(form), strict=False):
                cell.value = None if value is None else float(value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(client, report: UnitReport, data: bytes) -> FormUpload:
    given = {"file": SimpleUploadedFile("本企业.xlsx", data)}
    answer = client.post(page("own_workbooks", report), given)
    assert answer.status_code == 302
    upload = FormUpload.objects.latest("pk")
    run(upload.job_id)
    client.post(reverse("returns:file_workbook", args=[upload.pk]), {"reason": ""})
    upload.refresh_from_db()
    run(upload.job_id)
    upload.refresh_from_db()
    return upload


def test_a_template_that_holds_other_firms_files_the_own_row_alone(client, county, reports, own, form):
    mine, other = reports
    client.force_login(own)

    lines = list(queries.sheet_reports(form, NOVEMBER, county))
    upload = sent(client, mine, filled(queries.template_of(form, NOVEMBER, lines), form))

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (FilingState.FILED, FilingState.AWAITED)
    assert [one["sentence"] for one in upload.refusals] == ["这一行不是本企业的月报，没有收。请只报本企业的一行。"]


def test_a_firm_answers_what_is_asked_of_its_report(client, reports, own, clerk, form, county):
    mine = reports[0]
    file(form, {mine: figures(form, tax=411)}, own)
    city = make.person(place=county.parent)
    question = ask_cell(report=mine, column="tax.ytd", question="为何下降？", by=city, at=make.NOW)
    client.force_login(own)

    assert "有疑问待答复" in client.get(reverse("returns:own_reports")).text
    client.post(reverse("returns:answer_question", args=[question.pk]), {"answer": "留抵退税。"})

    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("留抵退税。", own)


@pytest.mark.parametrize("name", ["report", "report_compare", "own_sheet", "own_workbooks", "own_template"])
def test_another_firms_pages_are_not_there(client, reports, own, name):
    client.force_login(own)

    assert client.get(page(name, reports[0])).status_code == 200
    assert client.get(page(name, reports[1])).status_code == 404


def test_the_page_of_the_own_report_leads_nowhere_that_is_closed(client, reports, own, form, clerk):
    file(form, {reports[0]: figures(form)}, clerk)
    client.force_login(own)

    text = client.get(reports[0].get_absolute_url()).text

    links = {one.split('"')[0] for one in text.split('href="')[1:]}
    pages = {one.replace("&amp;", "&") for one in links if one.startswith("/") and not one.startswith("/static")}
    assert pages
    assert {client.get(one).status_code for one in pages} <= {200, 302}


def test_who_is_released_or_named_for_none_sees_nothing(client, reports, own, clerk):
    release_reporter(reporter=own.firm_reporter, by=clerk, at=make.NOW)
    client.force_login(own)

    assert client.get(page("report", reports[0])).status_code == 404
    assert "还没有指定企业" in client.get(reverse("returns:own_reports")).text


def test_a_firm_begins_at_its_reports(client, own):
    client.force_login(own)

    assert client.get(reverse("desk:today"))["Location"] == reverse("returns:own_reports")


@pytest.mark.parametrize("count", [1, 3])
def test_the_own_reports_cost_the_same_for_one_month_and_three(
    client, reports, own, form, count, django_assert_num_queries
):
    for back in range(1, count):
        opened(form, NOVEMBER - back)
    client.force_login(own)

    with django_assert_num_queries(OWN):
        client.get(reverse("returns:own_reports"))
