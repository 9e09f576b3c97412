"""Files into the drop box: what is recognised and compared, and every way in which a drop can go wrong."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.desk import dropping
from tici.accounts.models import Role
from tici.core.models import Job, Upload
from tici.core.refusals import Refused
from tici.core.uploads import path_of
from tici.desk.actions.acceptances import ChangedMeanwhile, Choice, accept_file, undo_acceptance
from tici.desk.actions.drops import (
    AlreadyReceived,
    answer_names,
    read_again,
    receive_file,
    settle_columns,
    settle_file,
    withdraw_file,
)
from tici.desk.actions.proposing import compare_again
from tici.desk.models import ColumnMeaning, DroppedFile, Proposal
from tici.desk.rules import bundles
from tici.desk.rules.matching import likeness, plain_names
from tici.projects.models import Project
from tici.returns.models import Entry, Filing, Vintage

pytestmark = pytest.mark.django_db


def test_the_day_a_project_was_signed_goes_into_the_register(reporter):
    head = ["序号", "项目名称", "项目业主单位", "总投资(万元)", "签约日期", "建设地点"]
    rows = [[1, "示例制剂车间项目", "示例企业甲(医药)有限公司", 12000, "2021-03-05", "开发区"]]
    rows += [[2, "示例钢构件基地项目", "示例企业乙(钢铁)有限公司", 8800, "2021年", "开发区"]]

    dropping.accepted(dropping.drop(dropping.workbook(rows, head=head), by=reporter), reporter)

    signed = Project.objects.order_by("pk").values_list("signed_on", flat=True)
    assert list(map(str, signed)) == ["2021-03-05", "None"]


def test_a_row_handed_back_keeps_what_its_project_reported_when_the_file_stands_for_the_whole_month(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)
    without_the_third = dropping.with_change(r0c5="约二百")[:2]

    second = dropping.drop(dropping.workbook(without_the_third), by=reporter, name="更正.xlsx")
    dropping.accepted(second, reporter, is_whole_month=True)

    reported = Entry.objects.filter(is_current=True).order_by("project").values_list("project__name", "done_month_wan")
    assert list(reported) == [("示例制剂车间项目", 400), ("示例钢构件基地项目", 120)]
    assert dropping.states(second)[0] == ("示例制剂车间项目", "refused")


def test_a_countys_sheet_becomes_new_projects_and_its_month(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)

    assert (file.state, file.place, str(file.month), file.counts) == ("read", reporter.place, "2021-11", {"new": 3})
    done = dropping.accepted(file, reporter)

    file.refresh_from_db()
    assert (file.state, done.counts["created"], done.counts["entries"]) == ("accepted", 3, 3)
    entry = Entry.objects.get(project__name="示例钢构件基地项目")
    assert (entry.done_month_wan, entry.done_ytd_wan, entry.progress_text) == (120, 2500, "设备安装")
    assert (entry.source.sheet, entry.source.row, entry.source.cells["done_month_wan"]) == ("11月", 4, "F4")
    assert Filing.objects.get(place=reporter.place).state == "filed"


def test_a_correction_is_shown_cell_by_cell_and_makes_a_new_vintage(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)

    late = dropping.drop(dropping.workbook(dropping.with_change(r1c5=130)), by=reporter, name="更正.xlsx")

    assert [state for _name, state in dropping.states(late)] == ["same", "changed", "same"]
    changed = late.proposals.get(state="changed")
    assert changed.differences == {"figures": {"done_month_wan": ["120", "130"]}}
    dropping.accepted(late, reporter)
    assert list(Vintage.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Entry.objects.current(make.NOVEMBER).get(project=changed.project).done_month_wan == 130


def test_a_correction_of_one_row_keeps_the_other_rows_of_the_month(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)
    one = dropping.workbook(dropping.with_change(r1c5=130)[1:2])

    dropping.accepted(dropping.drop(one, by=reporter, name="更正.xlsx"), reporter)

    assert sorted(Entry.objects.current(make.NOVEMBER).values_list("done_month_wan", flat=True)) == [130, 400, 700]


def test_taking_in_some_rows_and_some_fields_leaves_the_rest_to_be_taken(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    first, second, _third = file.proposals.order_by("position")

    dropping.accepted(file, reporter, parts=("facts",), proposals=(first.pk, second.pk))
    file.refresh_from_db()
    assert (file.state, Project.objects.count(), Entry.objects.count()) == ("partly", 2, 0)

    dropping.accepted(file, reporter, proposals=(first.pk,))
    assert Entry.objects.get().project.name == first.name
    dropping.accepted(file, reporter)
    file.refresh_from_db()
    assert (file.state, Project.objects.count()) == ("accepted", 3)
    assert Entry.objects.current(make.NOVEMBER).count() == 3


def test_an_acceptance_is_undone_as_a_whole_and_can_be_made_again(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    done = dropping.accepted(file, reporter)

    undo_acceptance(acceptance=done, by=reporter, at=make.NOW)
    file.refresh_from_db()
    assert (file.state, Project.objects.alive().count(), Entry.objects.current(make.NOVEMBER).count()) == ("read", 0, 0)
    with pytest.raises(Refused, match=r"drop\.undone"):
        undo_acceptance(acceptance=done, by=reporter, at=make.NOW)

    later = make.NOW + timedelta(minutes=1)
    compare_again(file=file, at=later)
    again = accept_file(file=file, choice=Choice(), by=reporter, at=later)
    assert (Project.objects.alive().count(), Entry.objects.current(make.NOVEMBER).count()) == (3, 3)
    undo_acceptance(acceptance=again, by=reporter, at=later)
    assert Project.objects.alive().count() == 0


def test_two_people_accepting_at_once_take_it_in_once(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    seen_by_both = DroppedFile.objects.get(pk=file.pk)
    dropping.accepted(file, reporter)

    with pytest.raises(Refused, match=r"drop\.accepted") as refused:
        dropping.accepted(seen_by_both, make.person(place=reporter.place))

    assert "没有重复接收" in refused.value.sentence
    assert (Project.objects.count(), Vintage.objects.count()) == (3, 1)


def test_what_changed_in_the_register_meanwhile_is_shown_again_before_it_is_taken_in(reporter):
    first = dropping.drop(dropping.workbook(), by=reporter)
    second = dropping.drop(dropping.workbook(dropping.with_change(r0c5=410)), by=reporter, name="二.xlsx")
    dropping.accepted(first, reporter)

    with pytest.raises(ChangedMeanwhile, match=r"drop\.changed_meanwhile"):
        dropping.accepted(second, reporter)

    compare_again(file=second, at=make.NOW)
    assert [state for _name, state in dropping.states(second)] == ["changed", "same", "same"]


def test_names_that_are_only_alike_are_asked_about_and_the_answer_is_remembered(reporter):
    dropping.accepted(dropping.drop(dropping.workbook(), by=reporter), reporter)
    other = dropping.workbook(dropping.with_change(r0c1="关于示例制剂车间建设项目"))
    file = dropping.drop(other, by=reporter, name="改名.xlsx")

    suggestion = file.suggestions.get()
    assert (file.counts["held"], suggestion.kind, suggestion.project.name) == (1, "near_name", "示例制剂车间项目")
    dropping.accepted(file, reporter)
    assert Project.objects.count() == 3  # what is not answered is not taken in

    answer_names(file=file, answers=[(*plain_names(suggestion), True)], by=reporter, at=make.NOW)
    compare_again(file=file, at=make.NOW)
    assert file.proposals.get(project=suggestion.project).state == "changed"

    next_time = dropping.drop(
        dropping.workbook(dropping.with_change(r0c1="关于示例制剂车间建设项目", r0c5=401)), by=reporter, name="再.xlsx"
    )
    assert (next_time.suggestions.count(), next_time.proposals.filter(project=suggestion.project).count()) == (0, 1)


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("示例A项目", "关于示例A建设工程", True),
        ("年产10万吨生产线(一期)项目", "年产10万吨生产线(二期)项目", False),
        ("年产10万吨生产线项目", "年产12万吨生产线项目", False),
    ],
)
def test_numbers_and_phases_tell_names_apart(one, other, are_alike):
    assert (likeness(one, other) > 0.84) is are_alike


def test_a_project_listed_by_two_counties_is_asked_about(reporter):
    code = "2101-130123-27-01-123456"
    head = [*dropping.HEAD, "项目代码"]
    dropping.accepted(dropping.drop(dropping.workbook([[*dropping.ROWS[0], code]], head=head), by=reporter), reporter)
    neighbour = dropping.reporter("130130")
    data = dropping.workbook([[*dropping.ROWS[0], code]], head=head, title="无极县2021年11月调度表")

    file = dropping.drop(data, by=neighbour, name="无极县.xlsx")

    suggestion = file.suggestions.get()
    assert (suggestion.kind, suggestion.project.place.code) == ("other_county", "130123")
    answer_names(file=file, answers=[(*plain_names(suggestion), True)], by=neighbour, at=make.NOW)
    compare_again(file=file, at=make.NOW)
    file.refresh_from_db()
    assert file.counts == {"merged": 1}


def test_another_countys_file_is_refused_whole(reporter):
    file = dropping.drop(dropping.workbook(title="无极县2021年11月工业项目月度调度表"), by=reporter, name="无极县.xlsx")

    assert (file.state, file.proposals.count()) == ("refused", 0)
    assert file.reason == "此文件是无极县的，您报送的是正定县。没有收入任何数据；请核对文件，或由无极县投递。"


def test_a_file_for_another_month_is_asked_about_and_then_taken_as_said(reporter):
    october = dropping.workbook(title="正定县2021年10月调度表", sheet="10月", head=[
        h.replace("11月", "10月") for h in dropping.HEAD
    ])  # fmt: skip
    file = dropping.drop(october, by=reporter, name="正定县10月.xlsx")

    assert (file.state, file.asks_month, file.proposals.count()) == ("asking", True, 0)
    with pytest.raises(Refused, match=r"drop\.not_open"):
        dropping.accepted(file, reporter)

    settle_file(file=file, place=reporter.place, month=make.NOVEMBER - 1, by=reporter, at=make.NOW)
    file = dropping.read(DroppedFile.objects.get(pk=file.pk))
    assert (file.state, str(file.month), file.counts) == ("read", "2021-10", {"new": 3})


def test_a_dispatcher_is_asked_whose_file_it_is_where_it_does_not_say():
    officer = make.person(place=dropping.a_city())

    file = dropping.drop(dropping.workbook(title="2021年11月工业项目月度调度表"), by=officer, name="调度表.xlsx")

    assert (file.state, file.asks_place) == ("asking", True)


def test_the_same_file_twice_is_recognised(reporter):
    data = dropping.workbook()
    before_breakfast = datetime(2021, 12, 5, 22, 42, tzinfo=UTC)  # the 6th in China
    first = dropping.drop(data, by=reporter, at=before_breakfast)

    with pytest.raises(AlreadyReceived, match=r"drop\.received") as again:
        dropping.drop(data, by=reporter, name="换个名字.xlsx")

    assert again.value.file == first
    assert again.value.sentence == f"此文件已于2021-12-06由{reporter}作为2021年11月的数据投递，没有重复收取。"
    withdraw_file(file=first, by=reporter, at=make.NOW)
    assert dropping.drop(data, by=reporter).state == "read"
    assert Upload.objects.count() == 1


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (encrypted(), "文件有打开密码"),
        (bomb(), "文件解压后过大"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "文件不是Excel工作簿"),
        (dropping.workbook()[:3000], "文件不完整"),
    ],
    ids=["encrypted", "bomb", "picture", "cut"],
)
def test_a_file_that_cannot_be_read_is_kept_and_refused_with_a_sentence(reporter, data, begins):
    file = dropping.drop(data, by=reporter, name="文件.xlsx")

    assert (file.state, file.reason[: len(begins)], file.proposals.count()) == ("refused", begins, 0)
    assert path_of(file.upload.digest).read_bytes() == data


@pytest.mark.parametrize(("size", "code"), [(0, "drop.empty"), (21 * 2**20, "drop.too_big")])
def test_an_empty_or_oversized_file_is_not_even_kept(reporter, size, code):
    with pytest.raises(Refused, match=code):
        receive_file(file=io.BytesIO(b""), name="文件.xlsx", size=size, month=make.NOVEMBER, by=reporter, at=make.NOW)

    assert (Upload.objects.count(), DroppedFile.objects.count(), Job.objects.count()) == (0, 0, 0)


def test_reading_again_after_a_worker_was_killed_leaves_one_set_of_proposals(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    DroppedFile.objects.filter(pk=file.pk).update(state="reading")  # killed after writing, before it was over

    dropping.read(file)

    assert Proposal.objects.count() == 3


def test_what_a_column_means_is_remembered_for_its_sender(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    column = next(c for c in file.sheets[0]["columns"] if c["header"] == "形象进度")

    settle_columns(
        file=file, meanings=[(column["fingerprint"], column["header"], "problem_text")], by=reporter, at=make.NOW
    )
    dropping.read(DroppedFile.objects.get(pk=file.pk))

    assert ColumnMeaning.objects.get().place == reporter.place
    assert file.proposals.first().texts == {"problem_text": "主体封顶"}
    later = dropping.drop(dropping.workbook(dropping.with_change(r0c5=1)), by=reporter, name="下次.xlsx")
    assert later.proposals.first().texts == {"problem_text": "主体封顶"}


def test_a_file_is_not_read_again_while_something_of_it_is_taken_in(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    dropping.accepted(file, reporter)

    with pytest.raises(Refused, match=r"drop\.taken"):
        read_again(file=file, by=reporter, at=make.NOW)


def test_a_refused_acceptance_leaves_nothing_half_done(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    make.filing(place=reporter.place, state="locked")

    with pytest.raises(Refused, match="filing"):
        dropping.accepted(file, reporter)

    file.refresh_from_db()
    assert (file.state, Project.objects.count(), Entry.objects.count()) == ("read", 0, 0)


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_zip_of_workbooks_is_taken_as_the_files_in_it():
    data = zipped({"11月/正定.xlsx": b"a", "../赵县.csv": b"b", "说明.docx": b"c", "__MACOSX/._正定.xlsx": b"d"})

    assert bundles.is_bundle(data)
    assert bundles.members_of("县.zip", data) == [("正定.xlsx", b"a"), ("赵县.csv", b"b")]


def test_what_is_taken_alone_is_taken_from_a_zip_text_and_macros_too():
    data = zipped({"台账.txt": b"a", "调度.TSV": b"b", "清单.xlsm": b"d", "照片.jpg": b"c"})

    assert bundles.members_of("县.zip", data) == [("台账.txt", b"a"), ("调度.TSV", b"b"), ("清单.xlsm", b"d")]
    assert "照片.jpg" in bundles.left_out("县.zip", data).message


def test_a_zip_that_would_swell_is_refused():
    with pytest.raises(Refused, match=r"bundle\.bomb"):
        bundles.members_of("县.zip", zipped({"正定.csv": bytes(20_000_000)}))


def test_only_those_who_file_for_a_place_see_its_files(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)

    seen = [
        DroppedFile.objects.visible_to(person).filter(pk=file.pk).exists()
        for person in (reporter, dropping.reporter("130130"), make.person(place=None, role=Role.NONE))
    ]

    assert seen == [True, False, False]
