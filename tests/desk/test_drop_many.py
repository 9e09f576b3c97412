"""The files of a month dealt with together: one job takes them in, each whole or not at all."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests import make
from tests.desk import dropping
from tici.accounts.models import Role
from tici.core.actions import begin_job, stop_job
from tici.core.models import Job
from tici.core.refusals import Refused
from tici.core.tasks import run
from tici.desk.actions.acceptances import Choice, accept_file
from tici.desk.actions.drops import answer_names
from tici.desk.actions.many import start_accepting, take_in
from tici.desk.actions.proposing import compare_again
from tici.desk.models import Acceptance, DroppedFile
from tici.desk.queries.many import ACCEPT_FILES, acceptable_files, closed_files, sure_suggestions
from tici.engines.sheets.text import plain
from tici.projects.models import Project
from tici.returns.models import Entry, Filing

pytestmark = pytest.mark.django_db
LIST = "/drop/?month=2021-11"
ACCEPT = "/drop/accept/"
OTHERS = [
    [n, f"示例第{n}号改造项目", f"示例企业{n}(冶金)有限公司", 9000 + n, 900, 10, 90, 100, ""] for n in range(7, 10)
]


@pytest.fixture
def dispatcher(client):
    person = make.person(place=dropping.a_city())
    client.force_login(person)
    return person


@pytest.fixture
def files(dispatcher):
    """A workbook of 正定县 with one row to correct, and one of 行唐县."""
    zhengding = dropping.workbook(dropping.with_change(r0c3="待定"))
    xingtang = dropping.workbook(OTHERS, title="行唐县2021年11月工业项目月度调度表")
    return [
        dropping.drop(zhengding, by=dispatcher),
        dropping.drop(xingtang, by=dispatcher, name="行唐县.xlsx"),
    ]


def worked() -> Job:
    """Do the waiting acceptance, as the worker would."""
    job = Job.objects.filter(kind=ACCEPT_FILES).latest("pk")
    run(job.pk)
    job.refresh_from_db()
    return job


def states() -> list[str]:
    return list(DroppedFile.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.usefixtures("files")
def test_all_files_of_the_month_are_taken_in_by_one_job(client):
    page = client.get(LIST)
    assertContains(page, "<strong>2个文件</strong>：新增5行，变动0行，无变动0行，待确认0行，退回1行。")
    assertContains(page, "接收全部可收的（2个）")

    client.post(ACCEPT, {"month": "2021-11", "all": "on"})
    assertContains(client.get(LIST), "0 / 2")
    job = worked()

    assert (job.state, job.done, job.total) == ("finished", 2, 2)
    assert job.message == (
        "已接收2个文件5行：新增项目5个，变动0个，月度数据5条，包联0条。"
        "待确认0行、退回1行没有收入，仍在各文件中。"
    )  # fmt: skip
    assert (states(), Project.objects.count(), Entry.objects.count()) == (["accepted", "accepted"], 5, 5)
    page = client.get(LIST)
    assertContains(page, job.message)
    assertNotContains(page, "接收所选")


def test_only_the_ticked_files_are_taken_in(client, files):
    client.post(ACCEPT, {"month": "2021-11", "pk": [files[1].pk, "../1", "9" * 30]})

    assert worked().args["file_ids"] == [files[1].pk]
    assert states() == ["read", "accepted"]


@pytest.mark.usefixtures("files")
def test_sending_the_same_form_twice_starts_one_job(client):
    client.post(ACCEPT, {"month": "2021-11", "all": "on"})

    again = client.post(ACCEPT, {"month": "2021-11", "all": "on"}, follow=True)

    assertContains(again, "所选文件正在接收，没有重复开始。")
    worked()
    late = client.post(ACCEPT, {"month": "2021-11", "all": "on"}, follow=True)
    assertContains(late, "所选文件没有可接收的行，没有接收。")
    assert (Job.objects.filter(kind=ACCEPT_FILES).count(), Acceptance.objects.count()) == (1, 2)


@pytest.mark.usefixtures("files")
def test_what_one_file_is_refused_for_stands_beside_it_and_the_others_go_in(client):
    client.post(ACCEPT, {"month": "2021-11", "all": "on"})
    filing = make.filing(place=dropping.county(), state="locked")  # while the work waits

    job = worked()

    assert states() == ["read", "accepted"]
    assert job.message.startswith("已接收1个文件3行：新增项目3个，变动0个，月度数据3条，包联0条。1个文件没有收入")
    reason = DroppedFile.objects.earliest("pk").reason
    assertContains(client.get(LIST), reason)
    filing.state = "awaited"
    filing.save()
    client.post(ACCEPT, {"month": "2021-11", "all": "on"})
    worked()
    assert (states(), DroppedFile.objects.earliest("pk").reason) == (["accepted", "accepted"], "")


@pytest.mark.parametrize("state", ["accepted", "locked"])
def test_files_of_a_closed_month_are_left_out_and_said_to_be(client, files, state):
    make.filing(place=dropping.county(), state=state)

    page = client.get(LIST)

    said = "1个文件所报月份已审核或锁定，不能接收，由调度员退回或解锁后再收："
    assertContains(page, f'{said}<a href="{files[0].get_absolute_url()}">{files[0].name}</a>。')
    assertNotContains(page, "接收全部可收的")
    assertContains(page, "接收所选")
    client.post(ACCEPT, {"month": "2021-11", "all": "on"})
    assert worked().args["file_ids"] == [files[1].pk]
    client.post(ACCEPT, {"month": "2021-11", "pk": [files[0].pk]})
    assert (Job.objects.filter(kind=ACCEPT_FILES).count(), states()) == (1, ["read", "accepted"])


def test_what_is_left_of_a_file_beside_its_figures_can_be_taken_in_when_the_month_is_closed(dispatcher, files):
    accept_file(file=files[0], choice=Choice(parts=("figures", "facts")), by=dispatcher, at=make.NOW)
    accept_file(file=files[1], choice=Choice(parts=("facts",)), by=dispatcher, at=make.NOW)
    assert list(acceptable_files(dispatcher)) == [files[1]]
    Filing.objects.filter(place=dropping.county("130125")).update(state="locked")

    assert (list(acceptable_files(dispatcher)), list(closed_files(dispatcher))) == ([], [files[1]])


def test_a_file_the_register_has_overtaken_is_compared_anew_and_taken_in(dispatcher, files):
    other = dropping.drop(dropping.workbook(dropping.ROWS[1:2]), by=dispatcher, name="先收.xlsx")
    accept_file(file=other, choice=Choice(), by=dispatcher, at=make.NOW)

    done = take_in(file=files[0], by=dispatcher, at=make.NOW)

    assert (done.counts["created"], done.counts["unchanged"]) == (1, 1)
    assert Project.objects.count() == 2


def test_a_line_that_raises_a_question_when_compared_anew_waits_and_the_rest_goes_in(dispatcher, files):
    alike = [[1, "关于示例钢构件基地建设项目", *dropping.ROWS[1][2:]]]
    stands = dropping.drop(dropping.workbook([dropping.ROWS[2], *alike]), by=dispatcher, name="先收.xlsx")
    accept_file(file=stands, choice=Choice(), by=dispatcher, at=make.NOW)

    done = take_in(file=files[0], by=dispatcher, at=make.NOW)

    files[0].refresh_from_db()
    assert (done.counts["lines"], files[0].state, files[0].counts["held"]) == (1, "partly", 1)
    (asked,) = files[0].suggestions.all()
    names = (plain(asked.proposal.name), plain(asked.project.name), True)
    answer_names(file=files[0], answers=[names], by=dispatcher, at=make.NOW)
    compare_again(file=files[0], at=make.NOW)
    take_in(file=files[0], by=dispatcher, at=make.NOW)
    files[0].refresh_from_db()
    assert (files[0].state, Project.objects.count()) == ("accepted", 2)


def test_work_that_was_stopped_or_killed_leaves_whole_files(dispatcher, files):
    start_accepting(files=files, month=make.NOVEMBER, by=dispatcher, at=make.NOW)
    job = Job.objects.get(kind=ACCEPT_FILES)
    begin_job(job.pk)  # a worker took it up, took one file in, and was killed
    take_in(file=files[0], by=dispatcher, at=make.NOW)

    assert worked().message.startswith("已接收2个文件5行：新增项目5个")

    assert (Acceptance.objects.count(), states()) == (2, ["accepted", "accepted"])


def test_work_that_is_stopped_before_it_began_takes_nothing_in(client, dispatcher, files):
    start_accepting(files=files, month=make.NOVEMBER, by=dispatcher, at=make.NOW)
    stop_job(job=Job.objects.get(kind=ACCEPT_FILES), at=make.NOW)

    worked()

    assert states() == ["read", "read"]
    assertContains(client.get(LIST), "接收已停止：2个文件办完0个，其余没有收入。")


def test_who_lost_the_right_to_file_takes_nothing_in(dispatcher, files):
    start_accepting(files=files, month=make.NOVEMBER, by=dispatcher, at=make.NOW)
    dispatcher.role = Role.LEADER
    dispatcher.save()

    worked()

    assert states() == ["read", "read"]


def test_a_county_takes_in_its_own_files_only(client, files):
    client.force_login(dropping.reporter())

    client.post(ACCEPT, {"month": "2021-11", "pk": [file.pk for file in files]})

    assert worked().args["file_ids"] == [files[0].pk]


def test_a_file_with_only_questions_left_is_not_offered(dispatcher, files):
    alike = [*OTHERS, [4, "关于示例第7号改造建设项目", *OTHERS[0][2:]]]
    file = dropping.drop(
        dropping.workbook(alike, title="行唐县2021年11月工业项目月度调度表"), by=dispatcher, name="又.xlsx"
    )
    take_in(file=file, by=dispatcher, at=make.NOW)
    file.refresh_from_db()

    assert (file.state, file.counts["held"]) == ("partly", 1)
    assert list(acceptable_files(dispatcher)) == files
    with pytest.raises(Refused, match=r"drop\.none_acceptable"):
        start_accepting(files=[], month=make.NOVEMBER, by=dispatcher, at=make.NOW)


def test_pairs_that_are_all_but_certain_are_answered_together_and_only_when_ticked(client, dispatcher):
    alike = [*dropping.ROWS, [4, "关于示例制剂车间建设项目", *dropping.ROWS[0][2:]]]
    dropping.drop(dropping.workbook(alike), by=dispatcher)
    suggestion, *others = sure_suggestions(dispatcher, make.NOVEMBER)
    assert others == []
    assertContains(client.get(LIST), "1对名称很可能是同一项目，一并答复")
    url = reverse("desk:likely_names")
    assertContains(client.get(url, {"month": "2021-11"}), "关于示例制剂车间建设项目")

    nothing = client.post(url, {"month": "2021-11"}, follow=True)
    assertContains(nothing, "没有选择答复，仍待确认。")
    said = client.post(url, {"month": "2021-11", "pk": [suggestion.pk]}, follow=True)

    assertContains(said, "已记下1条答复，并重新比对。")
    assert DroppedFile.objects.get().counts == {"new": 3}


def test_names_that_are_alike_but_not_sure_are_left_to_each_file(dispatcher):
    unlike = [*dropping.ROWS, [4, "示例制剂车间配套项目", "示例企业丁(医药)有限公司", 12000, 500, 40, 42, 61, ""]]
    file = dropping.drop(dropping.workbook(unlike), by=dispatcher)

    assert (file.suggestions.count(), sure_suggestions(dispatcher, make.NOVEMBER)) == (1, [])


@pytest.mark.usefixtures("files")
def test_all_that_goes_back_comes_as_one_archive(client):
    assertContains(client.get(LIST), "下载全部退回核对表（1个，zip）")

    answer = client.get(reverse("desk:all_handed_back"), {"month": "2021-11"})

    assert answer["Content-Disposition"].endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert archive.namelist() == ["01-正定县-退回核对-正定县11月调度表.xlsx"]
        book = openpyxl.load_workbook(io.BytesIO(archive.read(archive.namelist()[0])))
    assert book.sheetnames == ["退回说明", "11月"]
    none = client.get(reverse("desk:all_handed_back"), {"month": "2021-10"}, follow=True)
    assertContains(none, "本月没有需要退回核对的文件。")


def test_files_of_other_months_that_wait_are_pointed_to(client, dispatcher):
    dropping.drop(dropping.workbook(), by=dispatcher)

    assertContains(client.get("/drop/?month=2021-10"), '<a href="?month=2021-11">2021年11月</a> 1个')


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions(client, dispatcher, count, django_assert_num_queries):
    for row in dropping.ROWS[:count]:
        dropping.drop(dropping.workbook([row]), by=dispatcher, name=f"{row[0]}.xlsx")
    client.get(LIST)  # the first request of a session saves it

    with django_assert_num_queries(14):
        client.get(LIST)


def test_what_waits_in_the_drop_box_is_said_on_the_first_page(client, files):
    page = client.get("/?month=2021-11")

    assertContains(page, '<a href="/drop/?month=2021-11">投递箱待接收的文件</a>', html=True)
    assertContains(page, '<a href="/drop/">投递工作簿</a>', html=True)
    client.force_login(make.person(place=dropping.county(), role=Role.LEADER))
    assertNotContains(client.get("/?month=2021-11"), "投递")
    assert len(files) == 2
