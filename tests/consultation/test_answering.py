"""Answers to those whom no message reaches are printed as letters, and posted by somebody on some day."""

import io

import pypdfium2
import pytest
from django.urls import reverse

from tests import make
from tests.consultation import noticing
from tici.accounts.models import Role
from tici.consultation import actions
from tici.consultation.models import Answer
from tici.core.models import Record

pytestmark = pytest.mark.django_db
TEXT = "您好：\n您的意见已经研究，答复如下：\n1. 采纳：已安排。\n感谢您的支持。\n示例市交通运输局"


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def notice(clerk):
    """Three answers: to a letter, to a call, and to what came by the web."""
    made = noticing.notice(by=clerk)
    for channel in ("letter", "hotline", "web"):
        sender = actions.Sender("示先生", "13800000000", f"示例路{channel}号")
        one = noticing.submission(made, channel=channel, sender=sender)
        actions.write_answer(submission=one, text=TEXT, by=clerk, at=noticing.OPEN)
    return made


def words_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return [page.get_textpage().get_text_range() for page in document]


def test_letters_are_one_a_page_with_whom_they_go_to_and_the_number(client, notice, clerk):
    client.force_login(clerk)

    page = client.post(reverse("consultation:answers", args=[notice.pk]), {"what": "print"})

    first, second = words_of(b"".join(page.streaming_content))
    letter, call = Answer.objects.filter(channel__in=["letter", "hotline"]).order_by("pk")
    assert ("示例路letter号" in first, letter.submission.item.number in first) == (True, True)
    assert ("示例路hotline号" in second, call.submission.item.number in second) == (True, True)
    assert first.count("示例市交通运输局") == 2  # above and below; the last line of the words is the one below
    assert Record.objects.filter(what="sender.revealed").count() == 2


def test_printed_is_not_posted_and_posting_says_who_and_when(client, notice, clerk):
    client.force_login(clerk)
    url = reverse("consultation:answers", args=[notice.pk])
    client.post(url, {"what": "posted_all"})
    assert set(Answer.objects.values_list("state", flat=True)) == {"waiting"}

    client.post(url, {"what": "print"})
    assert set(Answer.objects.values_list("state", flat=True)) == {"waiting"}
    page = client.post(url, {"what": "posted_all"}, follow=True)

    assert set(Answer.objects.values_list("channel", "state", "sent_by")) == {
        ("letter", "sent", str(clerk)), ("hotline", "sent", str(clerk)), ("web", "waiting", ""),
    }  # fmt: skip
    assert "已记下寄出2封。" in page.text
    assert client.post(url, {"what": "print"}).status_code == 302  # nothing left to print


def test_a_letter_written_anew_has_to_be_printed_anew(notice, clerk):
    actions.print_answers(notice=notice, by=clerk, at=noticing.OPEN)
    letter = Answer.objects.get(channel="letter")

    actions.write_answer(submission=letter.submission, text="改写。", by=clerk, at=noticing.OPEN)

    assert Answer.objects.get(channel="letter").printed_at is None
    assert actions.post_printed(notice=notice, by=clerk, at=noticing.OPEN) == 1


def test_who_may_not_see_senders_prints_no_letters(client, notice, clerk):
    client.force_login(noticing.clerk(clerk.place, role=Role.CONSULTATION_REVIEWER))

    assert client.post(reverse("consultation:answers", args=[notice.pk]), {"what": "print"}).status_code == 403
    assert Answer.objects.filter(printed_at__isnull=False).count() == 0
