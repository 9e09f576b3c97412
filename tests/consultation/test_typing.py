"""Handwriting: a sample is typed twice by two people who do not see each other's words; a person settles."""

import pytest
from django.urls import reverse

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.models import Submission, Transcription
from tici.consultation.queries import reading
from tici.consultation.rules import reading as rules
from tici.consultation.tasks import take_up
from tici.core.models import Record
from tici.core.refusals import Refused

pytestmark = pytest.mark.django_db
FIRST, SECOND = "希望3号线在槐安路口加一站。", "希望3号线在怀安路口加一站。"


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def colleague(clerk):
    return noticing.clerk(clerk.place)


@pytest.fixture
def notice(clerk):
    return noticing.notice(by=clerk)


@pytest.fixture
def sampled(notice, clerk):
    """Ten letters typed by one clerk: one of them is in the sample."""
    every = rules.thresholds()["twice_every"]
    for _ in range(every):
        made = noticing.submission(notice, "")
        Submission.objects.filter(pk=made.pk).update(needs_transcribing=True)
        actions.transcribe(submission=made, text=FIRST, by=clerk, at=noticing.OPEN)
    return Submission.objects.get(second_typing="due")


def test_every_so_many_is_typed_again_by_somebody_else(notice, clerk, colleague, sampled):
    assert list(reading.to_transcribe(notice, str(clerk))) == []
    assert list(reading.to_transcribe(notice, str(colleague))) == [sampled]
    with pytest.raises(Refused, match=r"transcription\.same_person"):
        actions.transcribe(submission=sampled, text=FIRST, by=clerk, at=noticing.OPEN)


def test_a_clerk_who_is_alone_lets_the_first_typing_stand_and_says_why(client, notice, clerk, colleague, sampled):
    client.force_login(colleague)
    assert "没有另一人" not in client.get(reverse("consultation:transcribe", args=[notice.pk])).text
    client.force_login(clerk)
    url = reverse("consultation:transcribe", args=[notice.pk])
    assert "没有另一人" in client.get(url).text

    assert "请写明" in client.post(url, {"what": "waive", "reason": " "}, follow=True).text
    sampled.refresh_from_db()
    assert sampled.second_typing == "due"
    client.post(url, {"what": "waive", "reason": "只有一名受理员"})

    sampled.refresh_from_db()
    assert (sampled.second_typing, "没有另一人" in client.get(url).text) == ("", False)
    deed = Record.objects.get(what="opinion.second_typing_waived")
    assert deed.new == {"second_typing": "", "reason": "只有一名受理员"}


def test_the_second_does_not_see_the_first(client, notice, colleague, sampled):
    client.force_login(colleague)

    page = client.get(reverse("consultation:transcribe", args=[notice.pk]))

    assert (FIRST in page.text, "抽样第二遍" in page.text) == (False, True)


def test_until_the_text_is_settled_nobody_confirms_it(notice, clerk, sampled):
    take_up(sampled.item_id)
    sampled.refresh_from_db()

    assert (sampled.read_at is not None, sampled in reading.queue(notice)) == (True, False)
    with pytest.raises(Refused, match=r"opinion\.unsettled"):
        actions.confirm_submission(submission=sampled, said={}, by=clerk, at=noticing.OPEN)


def test_two_that_agree_but_for_blanks_settle_it(notice, colleague, sampled):
    actions.transcribe(submission=sampled, text=f" {FIRST[:5]} {FIRST[5:]}", by=colleague, at=noticing.OPEN)

    sampled.refresh_from_db()
    assert (sampled.second_typing, sampled.text) == ("settled", FIRST)
    found = reading.typed_twice(notice)
    assert (found.compared, found.differing, found.difference_rate) == (1, 0, 0)


def test_where_they_differ_a_person_settles_and_it_is_read_again(client, notice, clerk, colleague, sampled):
    take_up(sampled.item_id)
    actions.transcribe(submission=sampled, text=SECOND, by=colleague, at=noticing.OPEN)
    client.force_login(clerk)
    url = reverse("consultation:transcribe", args=[notice.pk])
    page = client.get(url)
    assert ("<mark>槐</mark>" in page.text, "<mark>怀</mark>" in page.text) == (True, True)
    assert reading.typed_twice(notice).difference_rate == pytest.approx(1 / len(FIRST))

    client.post(url, {"opinion": sampled.pk, "what": "settle", "text": SECOND})
    take_up(sampled.item_id)

    sampled.refresh_from_db()
    assert (sampled.text, sampled.second_typing) == (SECOND, "settled")
    assert "怀安路口" in "".join(sampled.points.values_list("text", flat=True))
    assert list(Transcription.objects.filter(submission=sampled).values_list("round", "text")) == [
        (1, FIRST), (2, SECOND), (3, SECOND),
    ]  # fmt: skip
    with pytest.raises(Refused, match=r"transcription\.settled"):
        actions.settle_typing(submission=sampled, text=FIRST, by=clerk, at=noticing.OPEN)


def test_a_clerk_sees_as_many_questions_asked_for_three_pairs_as_for_one(
    client, notice, clerk, colleague, sampled, django_assert_num_queries
):
    client.force_login(colleague)
    url = reverse("consultation:transcribe", args=[notice.pk])
    client.get(url)
    with django_assert_num_queries(16):
        client.get(url)
