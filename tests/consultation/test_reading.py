"""Reading: the machine's word and the person's stand apart; groups are decided once; nothing closes by itself."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.models import (
    Answer,
    Confirmation,
    Decision,
    Group,
    Item,
    Membership,
    Page,
    Point,
    Reading,
    Submission,
)
from tici.consultation.queries import reading
from tici.consultation.queries.points import wishes
from tici.consultation.tasks import take_up
from tici.core.models import Record
from tici.core.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def notice(clerk):
    return noticing.notice(by=clerk)


def test_a_text_is_read_into_points_with_their_place_in_it(notice):
    take_up(noticing.received(notice, "希望3号线早上推后15分钟。建议和平西路小学门口增加一站。").item.pk)

    points = list(Point.objects.order_by("position"))
    assert [one.submission.text[one.start : one.end] for one in points] == [one.text for one in points]
    found = {(tuple(one.lines), tuple(one.schools)) for one in Reading.objects.all()}
    assert found >= {(("3",), ())}
    assert ((), ("he",)) in found


def test_what_a_person_says_stands_beside_what_the_machine_read(notice, clerk):
    made = noticing.read(notice)
    point = made.points.get()

    actions.confirm_submission(
        submission=made, said={point.pk: actions.Said(aspects=["S"])}, by=clerk, at=noticing.OPEN
    )

    assert (Reading.objects.get().aspects, Confirmation.objects.get().aspects) == (["T"], ["S"])
    assert reading.pairs(notice) == [(0.6, False)]


def test_undoing_leaves_its_trace_and_brings_the_opinion_back(notice, clerk):
    made = noticing.read(notice)
    actions.confirm_submission(
        submission=made, said={made.points.get().pk: actions.Said(aspects=["T"])}, by=clerk, at=noticing.OPEN
    )

    actions.undo_confirmation(submission=made, by=clerk, at=noticing.OPEN)

    assert list(reading.queue(notice)) == [made]
    assert Confirmation.objects.get().undone_at == noticing.OPEN
    assert Record.objects.filter(what="opinion.unconfirmed").count() == 1


def test_an_aspect_nobody_asked_about_is_not_taken(notice, clerk):
    made = noticing.read(notice)

    with pytest.raises(Refused, match=r"opinion\.aspect"):
        actions.confirm_submission(
            submission=made, said={made.points.get().pk: actions.Said(aspects=["X"])}, by=clerk, at=noticing.OPEN
        )

    assert Confirmation.objects.count() == 0


def test_copies_are_one_group_and_a_later_one_joins_it(notice):
    for _ in range(3):
        noticing.read(notice)
    noticing.read(notice, "增加站点。")

    assert sorted(Group.objects.values_list("size", "kind")) == [(1, "single"), (3, "copies")]
    assert Membership.objects.filter(is_representative=True).count() == 2


def test_a_point_moved_by_a_person_has_a_group_of_its_own(notice, clerk):
    for _ in range(2):
        noticing.read(notice)
    point = Point.objects.order_by("pk").last()

    actions.move_point(point=point, group=None, by=clerk, at=noticing.OPEN)

    assert list(Group.objects.values_list("size", flat=True)) == [1, 1]


def test_a_group_is_decided_once_for_all_and_a_decision_says_why(notice, clerk):
    noticing.read(notice)
    group = noticing.read(notice).points.get().membership.group

    with pytest.raises(Refused, match=r"decision\.reason"):
        actions.decide_group(group=group, outcome="adopted", reason=" ", unit="", by=clerk, at=noticing.OPEN)
    with pytest.raises(Refused, match=r"decision\.unit"):
        actions.decide_group(group=group, outcome="passed_on", reason="转交", unit="", by=clerk, at=noticing.OPEN)
    for outcome in ("partly", "adopted"):
        actions.decide_group(group=group, outcome=outcome, reason="已调整", unit="", by=clerk, at=noticing.OPEN)

    held = Decision.objects.filter(undone_at=None)
    assert (Decision.objects.count(), [one.outcome for one in held]) == (2, ["adopted"])


def test_what_a_group_became_is_said_by_the_room_above(notice, clerk):
    group = noticing.read(notice).points.get().membership.group
    actions.decide_group(group=group, outcome="adopted", reason="已调整", unit="", by=clerk, at=noticing.OPEN)

    actions.tie_matter(
        group=group, url_name="consultation:work", matter_id=notice.pk, label="方案1", by=clerk, at=noticing.OPEN
    )

    assert Group.objects.get().matter_label == "方案1"


def test_a_planner_reads_points_by_line_and_asked_time(notice):
    take_up(noticing.received(notice, "3号线下午能不能改到16:50发车？").item.pk)
    take_up(noticing.received(notice, "希望给和平西路小学开一条专线。").item.pk)

    by_line, by_school = wishes(notice, line="3"), wishes(notice, school="he")

    assert [one.asked_minutes for one in by_line] == [(16 * 60 + 50,)]
    assert [one.schools for one in by_school] == [("he",)]


def fax(*, text: bool) -> bytes:
    page = Image.new("L", (600, 800), 255)
    if text:
        page.paste(0, (100, 100, 110, 110))
    stream = BytesIO()
    page.save(stream, "TIFF")
    return stream.getvalue()


def test_a_fax_is_read_in_a_process_of_its_own_and_its_picture_kept(notice):
    item = noticing.received(notice, content=fax(text=False), media_type="image/tiff", channel="fax", name="a.tif").item

    take_up(item.pk)

    page = Page.objects.get()
    assert (page.number, page.score, page.lines, page.image is not None) == (1, 1.0, [], True)
    assert Item.objects.get().state == "registered"


def test_a_file_that_cannot_be_opened_says_why_and_is_kept(notice):
    item = noticing.received(
        notice, content=b"%PDF-1.7 broken", media_type="application/pdf", channel="fax", name="a.pdf"
    ).item

    take_up(item.pk)

    part = item.parts.get()
    assert (part.state, part.reason) == ("failed", "文件已损坏或没有传完，无法读取。请重新发送。")


def test_handwriting_is_typed_by_a_person_before_it_is_confirmed(notice, clerk):
    made = noticing.submission(notice, "")
    Submission.objects.update(needs_transcribing=True)
    made.refresh_from_db()

    with pytest.raises(Refused, match=r"opinion\.untranscribed"):
        actions.confirm_submission(submission=made, said={}, by=clerk, at=noticing.OPEN)
    actions.transcribe(submission=made, text="希望增加一站。", by=clerk, at=noticing.OPEN)
    with pytest.raises(Refused, match=r"transcription\.same_person"):
        actions.transcribe(submission=made, text="希望增加一站。", by=clerk, at=noticing.OPEN)

    made.refresh_from_db()
    assert (made.text, made.needs_transcribing) == ("希望增加一站。", False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_as_many_questions_for_three_as_for_one(client, notice, clerk, count, django_assert_num_queries):
    for number in range(count):
        noticing.read(notice, f"第{number}件：希望增加一站。")
    client.force_login(clerk)

    asked = {}
    for name in ("read", "decide", "groups", "work"):
        url = reverse(f"consultation:{name}", args=[notice.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked[name] = len(queries)

    assert asked == {"read": 18, "decide": 11, "groups": 12, "work": 10}


def test_ten_are_confirmed_one_after_the_other(client, notice, clerk):
    for number in range(3):
        noticing.read(notice, f"第{number}件：希望增加一站。")
    client.force_login(clerk)

    for submission in Submission.objects.all():
        point = submission.points.get().pk
        told = {f"main-{point}": "S", f"times-{point}": "16:50、7：10", f"shift-{point}": "-5", f"line-{point}": "3"}
        page = client.post(reverse("consultation:confirm", args=[submission.pk]), told, headers={"HX-Request": "true"})
        assert page.status_code == 200

    one = Confirmation.objects.first()
    assert (one.aspects, one.lines, one.shifts) == (["S"], ["3"], [-5])
    assert [time["minutes"] for time in one.times] == [16 * 60 + 50, 7 * 60 + 10]
    assert "没有待确认的意见" in page.text


def test_who_sent_it_is_shown_with_a_reason_and_written_down(client, notice, clerk):
    made = noticing.submission(notice, sender=actions.Sender("王家长", "13800000000"))
    client.force_login(clerk)
    url = reverse("consultation:reveal", args=[made.pk])

    refused, shown = client.post(url, {"why": ""}), client.post(url, {"why": "电话核实"})

    assert (refused.status_code, "13800000000" in refused.text) == (422, False)
    assert "13800000000" in shown.text
    assert Record.objects.filter(what="sender.revealed").get().new == {"why": "电话核实"}


def test_an_answer_is_claimed_before_it_goes_and_never_sent_twice(notice, clerk):
    made = noticing.read(notice)
    answer = actions.write_answer(submission=made, text="已采纳。", by=clerk, at=noticing.OPEN)

    claims = [actions.claim_answer(answer=answer, at=noticing.OPEN) for _ in range(2)]

    assert claims == [True, False]
    with pytest.raises(Refused, match=r"answer\.sent"):
        actions.write_answer(submission=made, text="改写", by=clerk, at=noticing.OPEN)
    assert Answer.objects.get().text == "已采纳。"
