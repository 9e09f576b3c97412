"""What is published: frozen, masked, confirmed by a second person, the same counts each time; then erased."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tests import make
from tests.consultation import noticing
from tici.accounts.models import Role
from tici.consultation import actions
from tici.consultation.models import Group, Item, Point, Publication, Submission
from tici.consultation.printing import accounts
from tici.consultation.queries.results import account
from tici.core.models import Upload
from tici.core.refusals import Refused
from tici.core.uploads import path_of

pytestmark = pytest.mark.django_db

AFTER = datetime(2022, 1, 5, 2, tzinfo=UTC)
SECRET = "我家孩子示小某在三年级"


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def reviewer(clerk):
    return noticing.clerk(clerk.place, role=Role.CONSULTATION_REVIEWER)


@pytest.fixture
def notice(clerk):
    """Four opinions: a campaign of three from two people, and one with something to mask; all decided."""
    made = noticing.notice(by=clerk)
    for contact in ("138", "138", "139"):
        noticing.read(made, "=希望增加一站。", sender=actions.Sender("", contact))
    noticing.read(made, f"{SECRET}，希望早发车。")
    for group in Group.objects.all():
        actions.decide_group(group=group, outcome="adopted", reason="已安排", unit="", by=clerk, at=AFTER)
        text = group.memberships.get(is_representative=True).point.text.replace(SECRET, "家长")
        actions.confirm_masked(group=group, text=text, is_left_out=False, by=clerk, at=AFTER)
    return made


def test_items_points_persons_and_copies_are_told_apart(notice):
    told = account(notice)

    assert {name: told[name] for name in ("items", "points", "persons", "groups", "copies")} == {
        "items": 4, "points": 4, "persons": 3, "groups": 2, "copies": 2,
    }  # fmt: skip
    assert sum(count for _label, count in told["channels"]) == told["items"]
    assert account(notice) == told


def test_few_persons_are_said_to_be_few(notice):
    told = account(notice)

    assert [row["persons"] for row in told["rows"]] == ["<3", "<3"]
    assert told["aspects"] == [["运营时间", "3"]]


def test_nothing_of_the_original_is_in_it(notice):
    told = str(account(notice))

    assert (SECRET in told, "138" in told) == (False, False)
    for write in (accounts.as_pdf, accounts.as_docx, accounts.as_xlsx, accounts.as_csv):
        assert SECRET.encode() not in write(account(notice))


def test_a_withdrawn_opinion_counts_no_more(notice):
    item = Item.objects.order_by("pk").last()
    actions.take_back(item=item, code=actions.Receipt(item, is_new=False).code, is_not_mine=False, at=AFTER)

    assert (account(notice)["items"], account(notice)["groups"]) == (3, 1)


def test_one_who_wants_no_publication_is_counted_and_not_listed(notice):
    Submission.objects.filter(text__contains=SECRET).update(consent="no")

    assert [row["text"] for row in account(notice)["rows"]] == ["=希望增加一站。", ""]


def test_a_second_person_confirms(notice, clerk, reviewer):
    publication = actions.propose_publication(notice=notice, by=clerk, at=AFTER)

    with pytest.raises(Refused, match=r"publication\.same_person"):
        actions.publish(publication=publication, by=clerk, at=AFTER)
    actions.publish(publication=publication, by=reviewer, at=AFTER)

    assert Publication.objects.get().confirmed_by == reviewer


def test_what_is_frozen_stays_as_it_was(notice, clerk):
    publication = actions.propose_publication(notice=notice, by=clerk, at=AFTER)
    Point.objects.all().delete()

    assert Publication.objects.get().content["points"] == publication.content["points"] == 4


def test_nothing_is_put_forward_while_people_may_still_speak_or_a_group_is_open(notice, clerk):
    noticing.read(notice, "新的一件。")

    with pytest.raises(Refused, match=r"publication\.open, publication\.undecided, publication\.unmasked"):
        actions.propose_publication(notice=notice, by=clerk, at=noticing.OPEN)


def test_everybody_reads_and_takes_away_what_is_published(client, notice, clerk, reviewer):
    url = reverse("consultation:results", args=[notice.code])
    before = client.get(url).status_code
    actions.publish(publication=actions.propose_publication(notice=notice, by=clerk, at=AFTER), by=reviewer, at=AFTER)

    page = client.get(url)

    assert (before, page.status_code, SECRET in page.text) == (404, 200, False)
    starts = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK", "csv": "\ufeff序号".encode()}
    for form, start in starts.items():
        content = client.get(reverse("consultation:results_as", args=[notice.code, form])).getvalue()
        assert content.startswith(start), form
    assert "'=希望增加一站。" in content.decode()


def test_senders_and_originals_are_erased_in_time_and_points_stay(notice):
    kept = [path_of(one.digest) for one in Upload.objects.all()]
    days = [date(2022, 12, 27), date(2022, 12, 28)]

    erased = [actions.erase_due(notice=notice, on=on, by="机器", at=AFTER) for on in days]

    assert erased == [0, 4]
    assert {bytes(one.submitter.contact) for one in Submission.objects.all()} == {b""}
    assert (Point.objects.count(), Upload.objects.count()) == (4, 0)
    assert Item.objects.exclude(erased_at=AFTER).count() == 0
    assert kept
