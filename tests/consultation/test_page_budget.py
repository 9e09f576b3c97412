"""One sender's pages do not stall everybody's: what is over a day's waits with its reason, and goes on."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import make
from tests.consultation import noticing
from tests.consultation.test_reading import fax
from tici.consultation import actions
from tici.consultation.models import Item, Page, Part, Submission
from tici.consultation.queries import desk
from tici.consultation.queries.intake import pages_read
from tici.consultation.tasks import resume, take_up
from tici.engines import rulebook

pytestmark = pytest.mark.django_db
LIMITS = rulebook.SHIPPED / "consultation" / "limits.toml"
SENDER = actions.Sender("", "one@example.org")


@pytest.fixture
def clerk(settings, tmp_path, monkeypatch):
    """A clerk of a city whose own rule lets the machine read one page of a sender in a day."""
    settings.TICI_DATA = tmp_path
    shipped = LIMITS.read_text(encoding="utf-8")
    own = tmp_path / "rules" / "consultation" / "limits.toml"
    own.parent.mkdir(parents=True)
    own.write_text(shipped.replace("pages_a_day = 100", "pages_a_day = 1"), encoding="utf-8")
    monkeypatch.setenv("TICI_RULEBOOK", str(tmp_path / "rules"))
    return noticing.clerk(make.city())


@pytest.fixture
def notice(clerk):
    return noticing.notice(by=clerk)


def sent(notice, sender=SENDER) -> Item:
    return noticing.received(notice, sender=sender, text="", files=[("a.tif", fax(text=False))]).item


def test_what_is_over_a_days_pages_waits_with_its_reason_and_others_go_on(notice, clerk):
    for sender in (SENDER, SENDER, actions.Sender("", "two@example.org")):
        take_up(sent(notice, sender).pk)

    assert list(Item.objects.order_by("pk").values_list("held", flat=True)) == ["", "pages", ""]
    assert list(Part.objects.order_by("pk").values_list("state", flat=True)) == ["read", "waiting", "read"]
    assert [one.get_held_display() for one in desk.set_aside(clerk.place.path)] == ["同一来源当日识别页数已满"]


def test_it_goes_on_the_next_day_and_only_as_far_as_that_days_pages(notice):
    for _ in range(3):
        take_up(sent(notice).pk)
    Part.objects.filter(state="read").update(read_at=make.NOW)  # long ago

    resume(0)
    for item in Item.objects.order_by("pk"):
        take_up(item.pk)

    assert list(Item.objects.order_by("pk").values_list("held", flat=True)) == ["", "", "pages"]
    assert Page.objects.count() == 2


def test_what_a_clerk_lets_through_is_read_at_once(notice, clerk):
    for _ in range(2):
        take_up(sent(notice).pk)
    waiting = Item.objects.get(held="pages")

    actions.release_items(items=[waiting], by=clerk, at=noticing.OPEN)
    job = ProcrastinateJob.objects.order_by("pk").last()
    take_up(**job.args)

    assert job.args == {"item_id": waiting.pk, "is_let_through": True}
    assert Page.objects.count() == 2


def test_the_offices_own_scanner_has_no_sender_to_hold_it_against(notice):
    for number in range(3):
        item = noticing.received(notice, content=fax(text=False) + bytes([number]), media_type="image/tiff",
                                 channel="fax", name="a.tif").item  # fmt: skip
        take_up(item.pk)

    assert pages_read(Submission.objects.first(), noticing.OPEN) == 0
    assert Page.objects.count() == 3
