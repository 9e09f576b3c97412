"""The pages everybody may open: without sign-in, without scripts, a form sent twice gives one receipt."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from altcha import Payload, solve_challenge
from altcha_django import build_challenge
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import make
from tests.consultation import noticing
from tici.consultation.models import Item, Submission
from tici.consultation.tasks import take_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.notice(by=noticing.clerk(make.city()), opens_on=date(2021, 12, 21), closes_on=date(2100, 1, 1))


def filled(client, notice, **over):
    page = client.get(reverse("consultation:send", args=[notice.code])).text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    return {
        "token": token,
        "text": "希望增加一站。",
        "relation": "parent",
        "consent": "masked",
        "q1": ["增加站点"],
    } | over


def test_a_parent_sends_without_scripts_and_looks_it_up(client, notice):
    answer = client.post(reverse("consultation:send", args=[notice.code]), filled(client, notice), follow=True)

    number, code = re.findall(r"<dd>([^<]+)</dd>", answer.text)
    item = Item.objects.get()
    assert (item.number, item.held) == (number, "no_proof")
    found = client.post(reverse("consultation:look_up"), {"number": number, "code": code.upper()})
    assert "已收到，等待登记" in found.text

    client.post(reverse("consultation:take_back"), {"number": number, "code": code, "what": "disown"})

    assert Submission.objects.get().disowned_at is not None


def test_a_form_sent_twice_gives_the_receipt_of_the_first_time(client, notice):
    sent, url = filled(client, notice), reverse("consultation:send", args=[notice.code])

    answers = [client.post(url, sent, follow=True).text for _ in range(2)]

    assert re.findall(r"<dd>([^<]+)</dd>", answers[0]) == re.findall(r"<dd>([^<]+)</dd>", answers[1])
    assert Item.objects.count() == 1


def test_what_was_ticked_and_written_is_the_opinion(client, notice):
    client.post(reverse("consultation:send", args=[notice.code]), filled(client, notice))

    Item.objects.update(held="")
    take_up(Item.objects.get().pk)

    made = Submission.objects.get()
    assert (made.text, made.answers, made.relation) == ("希望增加一站。", {"1": ["增加站点"]}, "parent")


def test_an_opinion_without_words_says_what_is_missing_and_keeps_what_was_typed(client, notice):
    sent = filled(client, notice, text="", name="王家长", contact="13800001234")

    answer = client.post(reverse("consultation:send", args=[notice.code]), sent)

    assert answer.status_code == 422
    assert "没有写意见。请写下意见，或把意见作为附件上传。" in answer.text
    assert [answer.context["form"][one].value() for one in ("name", "contact", "q1")] == [
        "王家长",
        "13800001234",
        ["增加站点"],
    ]
    assert Item.objects.count() == 0


def test_only_the_opinion_is_not_marked_as_free_to_leave_out(client, notice):
    page = client.get(reverse("consultation:send", args=[notice.code])).text

    labels = re.findall(r'<label for="(id_\w+)">[^<]+(<span class="optional">)?', page)
    marked = {name for name, optional in labels if optional}
    assert ("id_text" in dict(labels), marked) == (True, {"id_files", "id_name", "id_contact"})


def test_a_letter_in_a_file_needs_no_words_beside_it(client, notice):
    sent = filled(client, notice, text="", files=[SimpleUploadedFile("意见.pdf", b"%PDF-1.7")])

    answer = client.post(reverse("consultation:send", args=[notice.code]), sent)

    assert (answer.status_code, Item.objects.count()) == (302, 1)


def test_a_contact_that_reaches_nobody_is_said_and_a_file_chosen_beside_it_asked_for_again(client, notice):
    sent = filled(client, notice, contact="1380000", files=[SimpleUploadedFile("意见.pdf", b"%PDF-1.7")])

    answer = client.post(reverse("consultation:send", args=[notice.code]), sent)

    assert answer.status_code == 422
    assert "“1380000”不是完整的电话号码或邮箱，无法答复。请核对后改正，不需要答复的可以留空。" in answer.text
    assert "附件没有保留。改正其他各处后，请重新选择附件。" in answer.text
    assert ("希望增加一站。" in answer.text, 'value="1380000"' in answer.text) == (True, True)


def test_a_page_of_marks_in_disguise_is_not_taken(client, notice):
    sent = filled(client, notice, files=[SimpleUploadedFile("意见.pdf", b"<html><script>")])

    answer = client.post(reverse("consultation:send", args=[notice.code]), sent)

    assert "不是可接收的文件" in answer.text
    assert Item.objects.count() == 0


def test_a_proof_of_work_is_taken_once(client, notice):
    challenge = build_challenge(hmac_secret=settings.ALTCHA_HMAC_SECRET, cost=10)
    proof = Payload(challenge, solve_challenge(challenge)).to_base64()
    url = reverse("consultation:send", args=[notice.code])

    first = client.post(url, filled(client, notice, captcha=proof))
    again = client.post(url, filled(client, notice, captcha=proof))

    assert (first.status_code, Item.objects.get().held) == (302, "")
    assert (again.status_code, "浏览器验证已失效" in again.text) == (422, True)


def test_the_same_form_sent_again_with_its_proof_gives_its_receipt(client, notice):
    challenge = build_challenge(hmac_secret=settings.ALTCHA_HMAC_SECRET, cost=10)
    proof = Payload(challenge, solve_challenge(challenge)).to_base64()
    sent, url = filled(client, notice, captcha=proof), reverse("consultation:send", args=[notice.code])

    answers = [client.post(url, sent, follow=True) for _ in range(2)]

    assert answers[0].redirect_chain[0][0].startswith("/consultations/receipts/")
    assert re.findall(r"<dd>([^<]+)</dd>", answers[0].text) == re.findall(r"<dd>([^<]+)</dd>", answers[1].text)
    assert Item.objects.get().held == ""


@pytest.mark.django_db(transaction=True)
def test_a_form_pressed_twice_in_one_moment_is_one_item_with_one_receipt(client, notice):
    challenge = build_challenge(hmac_secret=settings.ALTCHA_HMAC_SECRET, cost=10)
    proof = Payload(challenge, solve_challenge(challenge)).to_base64()
    sent, url = filled(client, notice, captcha=proof), reverse("consultation:send", args=[notice.code])

    def press(_finger: int) -> str:
        try:
            return re.findall(r"<dd>([^<]+)</dd>", Client().post(url, sent, follow=True).text)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as fingers:
        numbers = set(fingers.map(press, range(4)))

    assert numbers == {Item.objects.get().number}


def test_a_notice_is_read_and_printed_by_everybody(client, notice):
    page = client.get(reverse("consultation:notice", args=[notice.code]))
    paper = client.get(reverse("consultation:printed_notice", args=[notice.code]))

    assert "怎样提意见" in page.text
    assert "请注明“公交专线意见”" in page.text
    assert paper.getvalue().startswith(b"%PDF-")


def test_a_draft_is_nobodys_business(client, notice):
    draft = noticing.notice(by=noticing.clerk(make.city("行唐")), is_issued=False)

    assert client.get(reverse("consultation:notice", args=[draft.code])).status_code == 404


def test_the_sign_in_page_leads_to_what_is_public_once_there_is_any(client, settings, tmp_path):
    settings.TICI_DATA = tmp_path
    link = f'href="{reverse("consultation:notices")}"'
    clerk = noticing.clerk(make.city())
    noticing.notice(by=clerk, is_issued=False)
    before = client.get(reverse("accounts:sign_in")).text

    noticing.notice(by=clerk)

    assert (link in before, link in client.get(reverse("accounts:sign_in")).text) == (False, True)
