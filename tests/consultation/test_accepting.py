"""The machine's word is taken only where it held on this notice's own labels, marked as such, and undone at once."""

from datetime import timedelta
from itertools import accumulate

import pytest
from django.urls import reverse

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.models import AutoAcceptance, Confirmation, Decision, Page, Part, Point, Reading, Submission
from tici.consultation.queries import acceptance, machine, reading
from tici.consultation.tasks import suggest
from tici.core.models import Record

pytestmark = pytest.mark.django_db

WORDS = {
    "T": "希望{0}号线早上七点{1}分发车，现在的时间太早。",
    "S": "建议在第{0}街坊{1}号门口增设一个站点，站牌离家太远。",
    "N": "请给第{0}小学新开一条线路，我们{1}片没有直达车。",
}
LABELLED = 72


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def notice(clerk):
    return noticing.notice(by=clerk)


def said_of(number: int, *, is_random: bool) -> str:
    """Which aspect people name: the one the words speak of, or one that has nothing to do with them."""
    return "TSN"[(number * number // 7) % 3 if is_random else number % 3]


def confirmed(notice, clerk, count: int, *, is_random: bool = False, same: str = "") -> None:
    """One long letter of so many points, each confirmed by a person."""
    words = [same or WORDS["TSN"[number % 3]].format(number, number + 1) for number in range(count)]
    made = noticing.submission(notice, "".join(words))
    ends = list(accumulate(len(one) for one in words))
    points = [actions.ReadPoint(end - len(one), end, one, actions.Said()) for one, end in zip(words, ends, strict=True)]
    actions.note_reading(submission=made, points=points, engine="rules", at=noticing.OPEN)
    said = {
        point.pk: actions.Said([said_of(number, is_random=is_random)]) for number, point in enumerate(made.points.all())
    }
    actions.confirm_submission(submission=made, said=said, by=clerk, at=noticing.OPEN)


def waiting(notice, count: int = 3) -> list[Submission]:
    """Opinions in words that people have taught the machine, which nobody has confirmed."""
    found = []
    for number in range(count):
        made = noticing.submission(notice, WORDS["TSN"[number % 3]].format(number, number + 1))
        points, engine = machine.read_submission(made)
        actions.note_reading(submission=made, points=points, engine=engine, at=noticing.OPEN)
        found.append(made)
    return found


def switched_on(notice, clerk):
    return actions.switch_acceptance(notice=notice, is_on=True, by=clerk, at=noticing.OPEN)


def test_nothing_is_taken_before_a_clerk_lets_it(notice, clerk):
    confirmed(notice, clerk, LABELLED)
    waiting(notice)

    assert actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN) is None
    assert Confirmation.objects.filter(is_automatic=True).count() == 0


def test_where_it_held_the_machines_word_is_taken_marked_and_decides_nothing(notice, clerk):
    confirmed(notice, clerk, LABELLED)
    rows = waiting(notice)
    switched_on(notice, clerk)

    run = actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN)

    taken = Confirmation.objects.filter(is_automatic=True)
    assert (run.labels, run.precision >= 0.95) == (LABELLED, True)
    assert {one.point.submission for one in taken} == set(rows)
    assert {(one.by, one.acceptance, one.aspects[0]) for one in taken} == {("机器", run, code) for code in "TSN"}
    assert set(Confirmation.objects.filter(is_automatic=False).values_list("acceptance", flat=True)) == {None}
    assert (Decision.objects.count(), reading.agreement(notice).compared) == (0, LABELLED)
    assert Record.objects.filter(what="opinion.accepted").count() == 3


def test_with_poor_agreement_nothing_is_taken(notice, clerk):
    confirmed(notice, clerk, LABELLED, is_random=True)
    rows = waiting(notice)
    switched_on(notice, clerk)

    run = actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN)

    assert (run.threshold, run.precision < 0.95) == (None, True)
    assert set(reading.waiting(notice)) == set(rows)
    assert actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN) is None  # the same trial is noted once
    assert AutoAcceptance.objects.count() == 1


def test_few_labels_and_a_campaign_prove_nothing(notice, clerk):
    confirmed(notice, clerk, 40)
    noticing.read(notice)  # groups everything that is alike
    confirmed(notice, clerk, 40, same=WORDS["T"].format(1, 2))
    points = list(Point.objects.order_by("pk"))
    labels = [next(at for at, other in enumerate(points) if other.text == one.text) for one in points]
    actions.group_points(notice=notice, points=points, groups=labels, families=[0] * len(points))
    waiting(notice)
    switched_on(notice, clerk)

    assert len(acceptance.labels_of(notice)) == 41
    assert actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN) is None


def test_a_later_letter_does_not_keep_the_earlier_ones_from_being_read_by_what_was_taught(notice, clerk):
    confirmed(notice, clerk, 30)
    (early,) = waiting(notice, 1)
    Reading.objects.filter(point__submission=early).update(engine="rules", read_at=noticing.OPEN - timedelta(hours=1))
    Reading.objects.filter(point__submission=waiting(notice, 2)[1]).update(read_at=noticing.OPEN + timedelta(days=9))
    assert reading.has_news(notice)

    suggest(0)

    assert Reading.objects.get(point__submission=early, is_current=True).engine != "rules"
    assert not reading.has_news(notice)


def test_a_page_that_was_read_badly_and_a_reading_by_other_ways_are_left_to_people(notice, clerk):
    confirmed(notice, clerk, LABELLED)
    badly, otherwise, clear = waiting(notice)
    part = Part.objects.create(item=badly.item, position=1, name="fax.tif")
    Page.objects.create(part=part, number=1, score=0.92)
    Reading.objects.filter(point__submission=otherwise).update(engine="tici-rules-1", score=1.0)
    switched_on(notice, clerk)

    actions.accept_sure(notice=notice, by="机器", at=noticing.OPEN)

    assert list(acceptance.accepted(notice)) == [clear]


def test_a_person_takes_back_one_or_all_and_the_machine_does_not_take_it_again(client, notice, clerk):
    confirmed(notice, clerk, LABELLED)
    first, *others = waiting(notice)
    client.force_login(clerk)
    url = reverse("consultation:acceptance", args=[notice.pk])
    client.post(url, {"what": "on"})
    suggest(0)
    assert [client.get(url).context["standing"].held, acceptance.accepted(notice).count()] == [3, 3]

    client.post(url, {"what": str(first.pk)})
    assert set(reading.waiting(notice)) == {first}
    client.post(url, {"what": "undo"})
    suggest(0)

    assert set(reading.waiting(notice)) == {first, *others}
    assert (client.get(url).context["standing"].held, client.get(url).context["standing"].undone) == (0, 3)
    assert Confirmation.objects.filter(is_automatic=False, undone_at=None).count() == LABELLED
