"""The pages of the drop box: who may open them, what they say, and what they cost."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests import make
from tests.desk import dropping
from tici.accounts.models import Role
from tici.desk.models import Acceptance, ColumnMeaning, DroppedFile
from tici.projects.models import Project
from tici.returns.models import Entry, Filing, FilingState

pytestmark = pytest.mark.django_db
NOVEMBER = "/drop/?month=2021-11"


@pytest.fixture
def reporter(client):
    dropping.a_city()
    person = dropping.reporter()
    client.force_login(person)
    return person


def sent(data: bytes, name: str = "正定县11月调度表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_files_dropped_together_are_each_received_and_shown(client, reporter):
    one, two = dropping.workbook(), dropping.workbook(dropping.with_change(r0c5=1))

    answer = client.post(
        reverse("desk:drops"), {"month": "2021-11", "files": [sent(one), sent(two, "更正.xlsx")]}, follow=True
    )

    assertContains(answer, "“更正.xlsx”已收到，正在读取。")
    assert list(DroppedFile.objects.values_list("state", flat=True)) == ["reading", "reading"]
    assertContains(client.get(NOVEMBER, headers={"HX-Request": "true"}), 'hx-trigger="every 1s, ')


def test_one_refused_file_does_not_hold_up_the_others(client, reporter):
    answer = client.post(
        reverse("desk:drops"),
        {"month": "2021-11", "files": [sent(dropping.workbook()), sent(b"", "空.xlsx")]},
        headers={"Accept": "application/json"},
    )

    said = json.loads(answer.content)["files"]
    assert [line["file"] is not None for line in said] == [True, False]
    assert said[1]["sentence"] == "“空.xlsx”是空的。请核对后重新投递。"
    assert DroppedFile.objects.count() == 1


def test_the_same_bytes_lead_to_the_file_they_were_dropped_as(client, reporter):
    data = dropping.workbook()
    file = dropping.drop(data, by=reporter)

    answer = client.post(reverse("desk:drops"), {"files": [sent(data)]}, headers={"Accept": "application/json"})

    assert json.loads(answer.content)["files"][0]["url"] == file.get_absolute_url()
    page = client.post(reverse("desk:drops"), {"files": [sent(data)]}, follow=True).content.decode()
    assert re.search(rf'<a href="{file.get_absolute_url()}">[^<]*作为2021年11月的数据投递，没有重复收取。</a>', page)


def test_a_proposal_is_looked_through_accepted_and_undone(client, reporter):
    file = dropping.drop(dropping.workbook(dropping.with_change(r0c3="待定")), by=reporter)

    page = client.get(file.get_absolute_url())
    assertContains(page, "总投资应填数字，现为“待定”。请填数字，没有的留空。")
    assertContains(page, f"/uploads/{file.upload.digest}/cell/?sheet=11%E6%9C%88&amp;cell=F4")
    answer = client.post(
        reverse("desk:accept_file", args=[file.pk]),
        {"parts": ["facts", "figures", "duty"], "states": ["new", "changed", "same"]},
        follow=True,
    )
    assertContains(answer, "已接收2行：新增项目2个，变动0个，月度数据2条，包联0条。")

    undone = client.post(reverse("desk:undo_acceptance", args=[Acceptance.objects.get().batch]), follow=True)
    assertContains(undone, "已撤销这次接收，登记册恢复到接收之前。")
    assert Project.objects.alive().count() == 0


def test_only_the_ticked_rows_go_in(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    ticked = file.proposals.order_by("position").first()

    client.post(
        reverse("desk:accept_file", args=[file.pk]),
        {"parts": ["facts"], "states": ["new"], "pk": [ticked.pk], "only_ticked": "on"},
    )

    assert list(Project.objects.values_list("name", flat=True)) == [ticked.name]


def test_sending_an_acceptance_twice_takes_in_nothing_twice(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    url, form = reverse("desk:accept_file", args=[file.pk]), {"parts": ["facts", "figures"], "states": ["new"]}
    client.post(url, form)

    again = client.post(url, form, follow=True)

    assertContains(again, "没有重复接收")
    assert (Project.objects.count(), Entry.objects.count()) == (3, 3)


def test_a_file_for_a_month_that_is_closed_says_so_before_anyone_tries(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    closed = Filing.objects.create(
        place=file.place, month_on=file.month_on, due_on=date(2021, 12, 6), state=FilingState.LOCKED
    )
    client.force_login(reporter)

    page = client.get(file.get_absolute_url())

    assertContains(page, "的月报已审核或锁定，现在不能接收其中的月度数据")
    assertContains(page, closed.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_lines_costs_the_same_however_many_there_are(client, reporter, django_assert_num_queries, rows):
    file = dropping.drop(dropping.workbook(dropping.ROWS[:rows]), by=reporter)
    client.get(file.get_absolute_url())  # the first request of a session saves it

    with django_assert_num_queries(13):
        client.get(file.get_absolute_url())


def csv_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def names(page) -> list[str]:
    return [line.proposal.name for line in page.context["lines"]]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [0, 1, 2]),
        ("-sources", [2, 1, 0]),
        ("glance_0", [1, 2, 0]),  # 总投资: as numbers, and what cannot be read last
        ("-glance_0", [2, 1, 0]),
        ("-glance_2", [2, 0, 1]),  # 本月完成
        ("state", [1, 2, 0]),  # as the tabs stand
        ("nonsense", [0, 1, 2]),
    ],
)
def test_the_lines_of_a_file_are_sorted_by_their_heads(client, reporter, sort, order):
    file = dropping.drop(dropping.workbook(dropping.with_change(r0c3="待定")), by=reporter)

    page = client.get(file.get_absolute_url(), {"sort": sort})

    assert names(page) == [dropping.ROWS[at][1] for at in order]


def test_the_lines_of_a_file_go_on_in_the_order_asked_for(client, reporter):
    rows = [[n, f"示例第{n:02}号项目", "示例企业", 1000 + n, 100, 1, 10, 10, ""] for n in range(60)]
    file = dropping.drop(dropping.workbook(rows), by=reporter)

    first = client.get(file.get_absolute_url(), {"sort": "-glance_0", "state": "new", "q": "号项目"})
    second = client.get(file.get_absolute_url() + first.context["listing"].next_url)

    assert names(first) + names(second) == [row[1] for row in reversed(rows)]
    assert [head["sorted"] for head in second.context["heads"]] == ["none", "none", "descending", *["none"] * 5]


def test_the_lines_of_a_file_are_taken_away_as_they_are_seen(client, reporter):
    before = dropping.drop(dropping.workbook(), by=reporter, name="先收.xlsx")
    dropping.accepted(before, reporter)
    file = dropping.drop(dropping.workbook(dropping.with_change(r0c3="待定", r1c3=9000, r1c8="竣工")), by=reporter)
    page = client.get(file.get_absolute_url(), {"sort": "-glance_0", "q": "示例"}).context["listing"]

    taken = client.get(file.get_absolute_url() + page.csv_url)
    book = client.get(file.get_absolute_url() + page.xlsx_url)

    head, *lines, _foot = csv_of(taken)
    assert ",".join(head) == (
        "项目,项目代码,地区,结果,已收,总投资(万元),年度计划(万元),本月完成(万元),本年累计(万元),其他变动与问题,来源"
    )
    assert [(line[0], line[3], line[5], line[9], line[10]) for line in lines] == [
        ("示例物流园二期项目", "无变动", "45600", "", "11月第5行"),
        ("示例钢构件基地项目", "变动", "9000", "总投资(万元)：8,800 → 9,000；形象进度：设备安装 → 竣工", "11月第4行"),
        ("示例制剂车间项目", "退回", "", "D3 总投资应填数字，现为“待定”。请填数字，没有的留空", "11月第3行"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)] == [45600, 9000, None]


def test_a_cell_is_shown_under_its_heads_among_its_neighbours(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)

    page = client.get(reverse("desk:cell", args=[file.upload.digest]), {"sheet": "11月", "cell": "F4"})

    assertContains(page, '<td class="here" aria-current="true">120</td>', html=True)
    assertContains(page, '<td class="head">11月完成投资(万元)</td>', html=True)
    assertContains(page, "示例钢构件基地项目")
    row = client.get(reverse("desk:cell", args=[file.upload.digest]), {"sheet": "11月", "row": "4"})
    assertContains(row, "示例钢构件基地项目")


@pytest.mark.parametrize("asked", [{"sheet": "没有", "cell": "F4"}, {"sheet": "11月", "cell": "F9999"},
                                   {"sheet": "11月", "cell": "../F4"}, {"sheet": "11月", "row": "0"}])  # fmt: skip
def test_a_cell_that_is_not_there_is_not_found(client, reporter, asked):
    file = dropping.drop(dropping.workbook(), by=reporter)

    assert client.get(reverse("desk:cell", args=[file.upload.digest]), asked).status_code == 404


def test_another_county_sees_neither_the_file_nor_its_cells(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    client.force_login(dropping.reporter("130130"))

    urls = [
        file.get_absolute_url(),
        reverse("desk:cell", args=[file.upload.digest]) + "?sheet=11月&cell=F4",
        reverse("desk:upload", args=[file.upload.digest]),
        reverse("desk:handed_back", args=[file.pk]),
    ]

    assert [client.get(url).status_code for url in urls] == [404, 404, 404, 404]
    assertNotContains(client.get(NOVEMBER), file.name)


def test_a_leader_reads_the_original_but_drops_nothing(client, reporter):
    data = dropping.workbook()
    file = dropping.drop(data, by=reporter)
    client.force_login(make.person(place=reporter.place, role=Role.LEADER))

    original = client.get(reverse("desk:upload", args=[file.upload.digest]))

    assert b"".join(original.streaming_content) == data
    assert client.get(reverse("desk:drops")).status_code == 403
    assert client.post(reverse("desk:accept_file", args=[file.pk])).status_code == 403


def test_a_column_is_settled_on_the_mapping_page(client, reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    url = reverse("desk:file_columns", args=[file.pk])
    form = client.get(url).context["form"]
    values = {bound.html_name: column.field for column, bound in form.rows()}
    position = next(name for (column, _b), name in zip(form.rows(), values, strict=True) if column.header == "形象进度")

    client.post(url, values | {position: "problem_text"})

    assert ColumnMeaning.objects.get().field == "problem_text"
    assert DroppedFile.objects.get().state == "reading"


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def document() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def of_many_sheets() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for number in range(300):
        book.add_worksheet(f"表{number}").write(0, 0, "备注")
    book.close()
    return file.getvalue()


def said_of(client, data: bytes, name: str) -> list[str]:
    """What is said when a file is dropped, and what its page says once it was read."""
    sent_file = {"month": "2021-11", "files": [sent(data, name)]}
    answer = client.post(reverse("desk:drops"), sent_file, headers={"Accept": "application/json"})
    said = [line["sentence"] for line in json.loads(answer.content)["files"]]
    for file in DroppedFile.objects.filter(state="reading"):
        said.append(dropping.read(file).reason)
    return said


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "空.xlsx", ["“空.xlsx”是空的。请核对后重新投递。"]),
        (zipped({}), "空.zip", ["压缩包“空.zip”是空的。请核对后重新投递。"]),
        (
            zipped({"内.zip": zipped({"a.xlsx": b"a"})}),
            "外.zip",
            ["压缩包“外.zip”里有1个文件不是工作簿，没有收取：内.zip。如内有报表，请取出后直接投递。"],
        ),
        (
            zipped({"../../passwd": b"root", "\u202exslx.exe": b"MZ"}),
            "诡.zip",
            ["压缩包“诡.zip”里有2个文件不是工作簿，没有收取：passwd、xslx.exe。如内有报表，请取出后直接投递。"],
        ),
        (
            document(),
            "说明.docx",
            ["“说明.docx”已收到，正在读取。", "文件不是Excel工作簿或CSV表格，无法读取。请另存为xlsx后再报。"],
        ),
        (
            of_many_sheets(),
            "三百张.xlsx",
            [
                "“三百张.xlsx”已收到，正在读取。",
                "没有找到项目表。请确认表头有“项目名称”一列、下面有项目行；企业月报请到“报表填报”上传，企业名单请按企业名单读取。",
            ],
        ),
    ],
    ids=["empty", "empty zip", "zip in zip", "path tricks", "document", "300 sheets"],
)
@pytest.mark.usefixtures("reporter")
def test_whatever_is_dropped_gets_a_sentence(client, data, name, said):
    assert said_of(client, data, name) == said


@pytest.mark.usefixtures("reporter")
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("📊正定县(定稿)🎉.xlsx", "📊正定县(定稿)🎉.xlsx"),
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("C:\\上报\\正定县.xlsx", "正定县.xlsx"),
        ("正" * 300 + ".xlsx", "正" * 250 + ".xlsx"),
    ],
    ids=["emoji", "folders above", "Windows", "long"],
)
def test_a_file_is_known_by_its_name_without_folders_whatever_it_is_called(client, name, kept):
    data = dropping.workbook()
    assert len(said_of(client, data, name)) == 2

    file = DroppedFile.objects.get()
    assert (file.name, file.state) == (kept, "read")
    assertContains(client.get(NOVEMBER), kept)
    assert client.get(reverse("desk:handed_back", args=[file.pk])).getvalue()[:2] == b"PK"
    assert client.get(reverse("desk:upload", args=[file.upload.digest])).getvalue() == data
