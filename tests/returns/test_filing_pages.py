"""Typing a form, sending its template back, and the seal."""

from __future__ import annotations

import hashlib
import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import make
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.core.models import Upload
from tici.core.tasks import run
from tici.returns import actions, queries
from tici.returns.models import (
    FilingState,
    FormUpload,
    ReportDraft,
    SealedMonth,
    UnitReport,
)

from .reporting import FIRM, SOUND, figures, file, firm, opened, url

pytestmark = pytest.mark.django_db
SHEET, SEALED, WORKBOOKS = 22, 9, 9


# Typing


def save(client, county, version, *cells):
    body = {"version": version, "cells": [{"row": r, "column": c, "text": t} for r, c, t in cells]}
    address = url("report_sheet", FIRM, county.code, month="2021-11")
    return client.post(address, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_costs_the_same_for_one_firm_and_three(
    client, county, dispatcher, reporter, rows, django_assert_num_queries
):
    opened(*(firm(county) for _ in range(rows)), by=dispatcher)
    client.force_login(reporter)

    with django_assert_num_queries(SHEET):
        page = client.get(url("report_sheet", FIRM, county.code))

    assert len(page.context["data"]["rows"]) == rows


def test_cells_are_kept_as_typed_and_what_cannot_be_read_says_so(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)

    answer = save(client, county, 0, (report.pk, "output.ytd", "１，２００"), (report.pk, "tax.ytd", "约几百"))

    assert [(one["column"], one["severity"]) for one in answer.json()["problems"]] == [("tax.ytd", "error")]
    assert ReportDraft.objects.get().cells == {"output.ytd": "１，２００", "tax.ytd": "约几百"}


def test_two_reporters_at_once_overwrite_nothing(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)
    save(client, county, 0, (report.pk, "output.ytd", "1"))

    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))
    stale = save(client, county, 0, (report.pk, "output.ytd", "2"))

    assert stale.status_code == 409
    assert "这张表已被他人修改" in stale.json()["message"]
    assert ReportDraft.objects.get().cells == {"output.ytd": "1"}


def test_settled_lines_are_filed_and_the_others_stay_with_what_they_ask(client, county, dispatcher, reporter):
    sound, asked = opened(firm(county), firm(county), by=dispatcher)
    client.force_login(reporter)
    cells = [(name.replace("_ytd", ".ytd").replace("_end", ".end"), str(value)) for name, value in SOUND.items()]
    save(
        client,
        county,
        0,
        *((sound.pk, *cell) for cell in cells),
        *((asked.pk, *cell) for cell in cells if cell[0] != "people.end"),
    )

    address = url("file_report_sheet", FIRM, county.code, month="2021-11")
    first = client.post(address)
    refusal = first.context["refusals"][0]
    second = client.post(address, {f"answer:{refusal['refusal'].field}": "正在核实"})

    assert (first.status_code, "已报送1个单位" in first.text, refusal["asks"]) == (422, True, True)
    assert second.status_code == 302
    assert set(UnitReport.objects.filter(state=FilingState.FILED)) == {sound, asked}


def test_a_locked_cell_and_what_is_no_form_are_not_saved(client, county, dispatcher, reporter):
    [report] = opened(firm(county), by=dispatcher)
    client.force_login(reporter)

    answer = save(client, county, 0, (report.pk, "unit", "改名"))
    unread = client.post(url("report_sheet", FIRM, county.code), "{", content_type="application/json")

    assert [one["severity"] for one in answer.json()["problems"]] == ["error"]
    assert not ReportDraft.objects.exclude(cells={}).exists()
    assert unread.status_code == 400


# The seal


def sealed_november(*reports, by):
    actions.accept_reports(reports=reports, reason="已核", by=by, at=NOW)
    actions.lock_reports(reports=reports, by=by, at=NOW)
    return actions.seal_month(FIRM, NOVEMBER, by=by, at=NOW)


def test_a_month_is_sealed_once_it_is_typed_again(client, county, dispatcher, reporter, settings, tmp_path):
    settings.TICI_DATA = tmp_path
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    client.force_login(reporter)
    assert client.get(url("seal", FIRM)).status_code == 403

    client.force_login(dispatcher)
    slip = client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-10"})
    assert (slip.status_code, SealedMonth.objects.count()) == (422, 0)
    early = client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-11"})
    assert "还有1个单位没有锁定" in early.text
    for step in ("accept", "lock"):
        client.post(url("review_many", FIRM, month="2021-11"), {"all": "1", "do": step, "reason": "已核"})
    client.post(url("seal", FIRM), {"month": "2021-11", "confirmation": "2021-11"})
    seal = SealedMonth.objects.get()
    page, taken = client.get(url("sealed_month", seal.pk)), client.get(url("snapshot", seal.pk))
    data = b"".join(taken.streaming_content)

    assert seal.snapshot.digest in page.text
    assert hashlib.sha256(data).hexdigest() == seal.snapshot.digest
    row = client.get(url("sealed")).context["listing"].rows[0]
    assert (row["form"], row["snapshot__digest"]) == ("规上工业企业月报", seal.snapshot.digest)


def test_a_correction_after_sealing_asks_for_a_reason_and_both_are_kept(
    client, county, dispatcher, reporter, settings, tmp_path
):
    settings.TICI_DATA = tmp_path
    [report] = opened(firm(county), by=dispatcher)
    file(report, by=reporter)
    seal = sealed_november(report, by=dispatcher)
    client.force_login(reporter)
    page = client.get(url("report_sheet", FIRM, county.code, month="2021-11"))
    save(client, county, page.context["data"]["version"], (report.pk, "output.ytd", "1250"))

    address = url("file_report_sheet", FIRM, county.code, month="2021-11")
    refused = client.post(address)
    done = client.post(address, {"reason": "发票冲红"})

    assert "另成一版，封账时的数仍保留" in page.text
    assert (refused.status_code, "已封账" in refused.text, done.status_code) == (422, True, 302)
    assert list(report.vintages.order_by("number").values_list("figures__0", "is_after_seal")) == [
        (1200, False),
        (1250, True),
    ]
    client.force_login(dispatcher)
    assert report.unit.name in client.get(url("sealed_month", seal.pk)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_sealed_months_cost_the_same_for_one_and_three(client, city, dispatcher, rows, django_assert_num_queries):
    upload = Upload.objects.create(digest="d" * 64, size=1, name="x", received_at=NOW, received_by="x")
    for step in range(rows):
        SealedMonth.objects.create(
            code=FIRM, month_on=(NOVEMBER - step).first, snapshot=upload, units=1, sealed_at=NOW, sealed_by=dispatcher
        )
    client.force_login(dispatcher)

    with django_assert_num_queries(SEALED):
        page = client.get(url("sealed"))

    assert len(page.context["listing"].rows) == rows


# The template


def book_of(client, county, month="2021-11"):
    """The template of a county's month as it is taken away."""
    answer = client.get(url("template", FIRM, county.code, month=month))
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def fill(book, row, *values):
    """Write figures into a row of the template; nothing leaves a cell as it is."""
    for at, value in enumerate(values):
        if value is not None:
            book["填报表"].cell(5 + row, 6 + at).value = value


def sound_row():
    return [None if figure is None else float(figure) for figure in figures(**SOUND)]


def send(client, county, book, name="11月.xlsx", month="2021-11"):
    """Send a workbook back, and let the worker read it."""
    data = io.BytesIO()
    book.save(data)
    sent = SimpleUploadedFile(name, data.getvalue())
    answer = client.post(url("workbooks", FIRM, county.code, month=month), {"file": sent})
    assert answer.status_code == 302, answer.text
    return worked(FormUpload.objects.latest("pk"))


def worked(upload):
    run(upload.job_id)
    upload.refresh_from_db()
    return upload


@pytest.fixture
def desk(client, county, dispatcher, reporter, settings, tmp_path):
    """Three firms whose reports are awaited, and the reporter at the desk."""
    settings.TICI_DATA = tmp_path
    reports = opened(firm(county), firm(county), firm(county), by=dispatcher)
    client.force_login(reporter)
    return reports


def test_a_filled_template_is_read_then_filed_and_every_figure_opens_to_its_cell(client, county, desk):
    book = book_of(client, county)
    fill(book, 0, *sound_row())
    upload = send(client, county, book)
    assert (upload.state, upload.read, UnitReport.objects.filter(vintage_number__gt=0).count()) == ("read", 1, 0)

    client.post(url("file_workbook", upload.pk), {"reason": ""})
    page = client.get(worked(FormUpload.objects.get()).get_absolute_url())
    report = client.get(url("report", desk[0].pk))
    line = next(one for one in report.context["lines"] if one.column.code == "output.ytd")

    assert "已报送" in page.text
    assert (line.figure, client.get(line.url).status_code) == (1200, 200)
    assert "F5" in line.url


def test_text_in_a_number_sends_its_row_back_and_files_the_others(client, county, desk):
    book = book_of(client, county)
    fill(book, 0, *sound_row())
    fill(book, 1, "停产检修", *sound_row()[1:])
    upload = send(client, county, book)

    page = client.get(upload.get_absolute_url())
    back = client.get(url("handed_back_workbook", upload.pk))
    returned = openpyxl.load_workbook(io.BytesIO(b"".join(back.streaming_content)))
    client.post(url("file_workbook", upload.pk))
    worked(FormUpload.objects.get())

    assert "填了“停产检修”，读不出数字" in page.text
    assert any("停产检修" in str(cell.value) for line in returned["填报表"].iter_rows() for cell in line)
    assert set(UnitReport.objects.filter(state=FilingState.FILED)) == {desk[0]}


@pytest.mark.parametrize("what", ["month", "form", "heads"])
def test_a_template_of_another_month_or_form_or_with_edited_heads_is_refused_whole(
    client, county, dispatcher, desk, what
):
    opened(*(report.enterprise for report in desk), month=NOVEMBER - 1, by=dispatcher)
    code = "industry_county" if what == "form" else FIRM
    if what == "form":
        actions.open_form_month(queries.form_on(code, NOVEMBER), NOVEMBER, by=dispatcher, at=NOW)
    answer = client.get(url("template", code, county.code, month="2021-10" if what == "month" else "2021-11"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    if what == "heads":
        book["填报表"].cell(3, 6).value = "总产值(亿元)"
    upload = send(client, county, book)

    page = client.get(upload.get_absolute_url())
    filed = client.post(url("file_workbook", upload.pk), follow=True)

    said = {"month": "这是2021年10月的模板", "form": "这是“县区工业运行月报”的模板", "heads": "表头"}[what]
    assert (upload.state, said in page.text, "现在不能报送" in filed.text) == ("refused", True, True)


def test_two_reporters_with_the_same_template_make_two_vintages_and_lose_nothing(client, county, desk):
    book = book_of(client, county)
    fill(book, 0, *sound_row())
    one = send(client, county, book, "甲.xlsx")
    fill(book, 0, 1300)
    other = send(client, county, book, "乙.xlsx")
    for upload in (one, other):
        client.post(url("file_workbook", upload.pk))
        worked(FormUpload.objects.get(pk=upload.pk))
    again = client.post(url("file_workbook", one.pk), follow=True)

    assert list(desk[0].vintages.order_by("number").values_list("figures__0", flat=True)) == [1200, 1300]
    assert "已经报送" in again.text


def test_a_filing_by_template_is_undone_whole_and_an_unfiled_one_is_withdrawn(client, county, desk):
    book = book_of(client, county)
    fill(book, 0, *sound_row())
    filed, left = send(client, county, book), send(client, county, book, "再传.xlsx")
    client.post(url("file_workbook", filed.pk))
    worked(FormUpload.objects.get(pk=filed.pk))

    client.post(url("undo_workbook", filed.pk))
    client.post(url("withdraw_workbook", left.pk))

    assert [one.state for one in FormUpload.objects.order_by("pk")] == ["undone", "withdrawn"]
    assert not UnitReport.objects.filter(state=FilingState.FILED).exists()


def test_a_sealed_month_takes_a_template_only_with_a_reason(client, county, dispatcher, desk):
    book = book_of(client, county)
    for row in range(3):
        fill(book, row, *sound_row())
    first = send(client, county, book)
    client.post(url("file_workbook", first.pk))
    worked(FormUpload.objects.get(pk=first.pk))
    sealed_november(*UnitReport.objects.all(), by=dispatcher)
    fill(book, 0, 1250)
    upload = send(client, county, book, "更正.xlsx")

    client.post(url("file_workbook", upload.pk), {"reason": ""})
    refused = client.get(worked(FormUpload.objects.get(pk=upload.pk)).get_absolute_url())
    client.post(url("file_workbook", upload.pk), {"reason": "发票冲红"})
    worked(FormUpload.objects.get(pk=upload.pk))

    assert "已封账" in refused.text
    assert list(desk[0].vintages.order_by("number").values_list("is_after_seal", "reason")) == [
        (False, ""),
        (True, "发票冲红"),
    ]


def test_what_is_no_workbook_is_not_even_read(client, county, desk):
    address = url("workbooks", FIRM, county.code, month="2021-11")

    nothing = client.post(address)
    word = client.post(address, {"file": SimpleUploadedFile("说明.docx", b"PK")})

    assert (nothing.status_code, word.status_code) == (422, 422)
    assert "没有选择文件" in nothing.text
    assert "这不是本系统下载的模板" in word.text
    assert not FormUpload.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_templates_costs_the_same_for_one_and_three(client, county, desk, rows, django_assert_num_queries):
    for n in range(rows):
        send(client, county, book_of(client, county), f"{n}.xlsx")

    with django_assert_num_queries(WORKBOOKS):
        page = client.get(url("workbooks", FIRM, county.code, month="2021-11"))

    assert len(page.context["listing"].rows) == rows
