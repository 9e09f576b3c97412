"""A workbook of one's own sent for a form: what is unsure is asked, and nothing is filed by a guess."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tici.core.tasks import run
from tici.engines.sheets import WORKBOOKS
from tici.returns.models import FilingState, FormUpload, UnitReport

from .reporting import FIRM, firm, opened, url

pytestmark = pytest.mark.django_db
HEADS = ("序号", "企业名称", "1-{n}月工业总产值", "1-{n}月营业收入", "1-{n}月利润总额", "平均用工人数")


@pytest.fixture
def reports(client, county, dispatcher, reporter, settings, tmp_path):
    """Two firms whose reports are awaited, and the reporter at the desk."""
    settings.TICI_DATA = tmp_path
    firms = [firm(county, name=f"示例{word}有限公司") for word in ("华光制药", "新恒化工")]
    client.force_login(reporter)
    return opened(*firms, by=dispatcher)


def lines_of(*rows, month=11):
    title, heads = f"正定县2021年{month}月规上工业企业主要指标", [head.format(n=month) for head in HEADS]
    return [[title], ["单位：万元"], heads, *([n, *row] for n, row in enumerate(rows, start=1))]


def send(client, county, *rows, month=11):
    book = openpyxl.Workbook()
    for line in lines_of(*rows, month=month):
        book.active.append(line)
    data = io.BytesIO()
    book.save(data)
    return send_bytes(client, county, data.getvalue(), "正定县11月.xlsx")


def send_bytes(client, county, data, name):
    sent = {"kind": "own", "own": SimpleUploadedFile(name, data)}
    answer = client.post(url("workbooks", FIRM, county.code, month="2021-11"), sent)
    assert answer.status_code == 302, answer.text
    return worked()


def worked():
    run(FormUpload.objects.latest("pk").job_id)
    return FormUpload.objects.latest("pk")


def test_rows_are_matched_by_name_and_a_name_that_is_like_one_is_asked_about(client, county, reports):
    upload = send(
        client,
        county,
        ("示例华光制药有限公司", 12000, 11500, 830, 240),
        ("示例新恒化工公司", 9000, 8800, -120, 150),
    )
    page = client.get(upload.get_absolute_url())
    (asked,) = page.context["unsure"]
    assert (upload.read, asked["offered"]) == (1, [[reports[1].pk, "示例新恒化工有限公司"]])

    client.post(url("settle_workbook", upload.pk), {"row-0": str(reports[1].pk)})
    assert worked().read == 2
    client.post(url("file_workbook", upload.pk))
    worked()

    assert set(UnitReport.objects.filter(state=FilingState.FILED)) == set(reports)
    assert UnitReport.objects.get(pk=reports[1].pk).figures[0] == 9000


def test_a_report_that_was_not_offered_is_not_chosen(client, city, county, dispatcher, reports):
    upload = send(client, county, ("示例新恒化工公司", 9000, 8800, -120, 150))

    client.post(url("settle_workbook", upload.pk), {"row-0": str(reports[0].pk + 1000)})

    assert (worked().read, FormUpload.objects.get().settled["rows"]) == (0, {})


def test_words_in_a_figures_cell_send_the_row_back(client, county, reports):
    upload = send(client, county, ("示例华光制药有限公司", "停产检修", 11500, 830, 240))

    assert (upload.read, upload.refused) == (0, 1)
    assert "停产检修" in client.get(upload.get_absolute_url()).text


def test_a_workbook_of_another_month_is_refused_whole(client, county, reports):
    upload = send(client, county, ("示例华光制药有限公司", 1, 1, 1, 1), month=10)

    assert upload.state == "refused"
    assert "表中写的是2021年10月" in client.get(upload.get_absolute_url()).text


@pytest.mark.parametrize("ending", [".txt", ".tsv", ".TXT"])
def test_a_table_kept_as_text_is_read_as_the_drop_box_reads_it(client, county, reports, ending):
    rows = lines_of(("示例华光制药有限公司", 12000, 11500, 830, 240))
    text = "\r\n".join("\t".join(map(str, row)) for row in rows)

    upload = send_bytes(client, county, text.encode("gb18030"), f"正定县11月{ending}")

    assert (upload.state, upload.read, upload.refused) == ("read", 1, 0)


def test_the_boxes_offer_all_kinds_of_files_that_are_read(client, county, reports):
    page = client.get(url("workbooks", FIRM, county.code, month="2021-11")).text

    assert f'accept="{",".join(WORKBOOKS)}"' in page
    assert f'accept="{",".join(WORKBOOKS)},.zip"' in client.get("/drop/?month=2021-11").text


def test_what_is_no_sheet_is_refused_with_the_way_out(client, county, reports):
    address = url("workbooks", FIRM, county.code, month="2021-11")

    answer = client.post(address, {"kind": "own", "own": SimpleUploadedFile("说明.docx", b"PK")})

    assert answer.status_code == 422
    assert "请上传xlsx、xls、csv或txt文件" in answer.text
