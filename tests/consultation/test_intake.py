"""The one intake: everything once, nothing lost, bytes as they came."""

import pytest
from django.db import IntegrityError, transaction

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.models import Held, Item, ItemState, Submission
from tici.consultation.queries.notices import looked_up
from tici.consultation.rules.intake import held_for
from tici.consultation.sealing import code_of, digest_of_net, is_code_of, opened
from tici.core.models import Record, Upload
from tici.core.refusals import Refused
from tici.core.uploads import path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.notice(by=noticing.clerk(make.city()))


def test_the_same_thing_comes_in_once_and_has_one_number(notice):
    first = noticing.received(notice, source_key="web:a")
    again = noticing.received(notice, source_key="web:a")

    assert (first.number, first.code, first.is_new, again.is_new) == (again.number, again.code, True, False)
    assert (Item.objects.count(), Record.objects.filter(what="opinion.received").count()) == (1, 1)


def test_raw_bytes_are_kept_as_they_came(notice):
    item = noticing.received(notice, content=b"\x00\xff raw", media_type="image/tiff", channel="fax").item

    assert path_of(item.digest).read_bytes() == b"\x00\xff raw"
    assert Upload.objects.get().digest == item.digest


def test_a_number_tells_a_slip_of_the_pen_and_its_code_opens_it(notice):
    receipt = noticing.received(notice)

    assert is_code_of(receipt.number, f" {receipt.code.upper()} ")
    assert not is_code_of(receipt.number, code_of("2021-000001-0"))
    assert looked_up(receipt.number, receipt.code).item == receipt.item
    assert looked_up(receipt.number, "aaaaaaaaaa") is None


def test_what_is_set_aside_says_why(notice):
    item = noticing.received(notice).item

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(state=ItemState.QUARANTINED)


def test_an_item_nobody_can_place_is_set_aside_and_taken_up_again(notice):
    item = noticing.received(None).item

    assert actions.register_item(item=item, by="机器", at=noticing.OPEN) is None
    item.refresh_from_db()
    assert (item.state, item.reason) == ("quarantined", "不能判断属于哪次征求意见。请选择公告后重新处理。")

    actions.retry_item(item=item, notice=notice, by="测试", at=noticing.OPEN)

    assert actions.register_item(item=item, by="机器", at=noticing.OPEN).notice == notice


def test_registering_twice_makes_one_opinion(notice):
    item = noticing.received(notice).item

    made = [actions.register_item(item=item, by="机器", at=noticing.OPEN) for _ in range(2)]

    assert made[0] == made[1]
    assert Submission.objects.count() == 1


def test_who_sent_it_is_encrypted(notice):
    sender = actions.Sender("王家长", "138 0000 0000")
    kept = noticing.submission(notice, sender=sender).submitter
    kept.refresh_from_db()

    assert b"138" not in bytes(kept.contact)
    assert opened(kept.contact) == "138 0000 0000"
    assert kept.contact_digest == noticing.submission(
        notice, sender=actions.Sender("", "138-0000-0000")
    ).submitter.contact_digest  # fmt: skip


@pytest.mark.parametrize(
    ("proven", "minute", "day", "held"),
    [(True, 0, 0, Held.NOTHING), (True, 4, 29, Held.NOTHING), (True, 5, 5, Held.QUOTA), (True, 0, 30, Held.QUOTA),
     (False, 0, 0, Held.NO_PROOF), (False, 2, 2, Held.QUOTA)],
)  # fmt: skip
def test_too_many_from_one_source_wait_and_are_not_refused(proven, minute, day, held):
    assert held_for(is_proven=proven, in_a_minute=minute, in_a_day=day) == held


def test_a_quota_is_of_a_net_and_no_address_is_kept():
    assert digest_of_net("203.0.113.7") == digest_of_net("203.0.113.200") != digest_of_net("203.0.114.7")
    assert "203" not in digest_of_net("203.0.113.7")


def test_a_sender_takes_an_opinion_back(notice):
    receipt = noticing.received(notice)

    actions.take_back(item=receipt.item, code=receipt.code, is_not_mine=False, at=noticing.OPEN)

    assert Submission.objects.counted().count() == 0
    assert looked_up(receipt.number, receipt.code).standing == "已撤回，不再计入。"


def test_nobody_takes_back_without_the_code(notice):
    receipt = noticing.received(notice)

    with pytest.raises(Refused, match=r"opinion\.code"):
        actions.take_back(item=receipt.item, code="aaaaaaaaaa", is_not_mine=True, at=noticing.OPEN)

    assert Submission.objects.exclude(disowned_at=None).count() == 0
