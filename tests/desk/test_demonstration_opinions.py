"""The demonstration's consultation: every channel, one campaign, one late letter, a third decided; no real person."""

import re

import pytest

from tests import make
from tests.consultation import noticing
from tici.consultation.models import Group, Item, Submission
from tici.consultation.queries.desk import standing
from tici.consultation.tasks import take_up
from tici.desk.demonstration.load_opinions import load_opinions
from tici.desk.demonstration.opinions import SCHOOLS, example_opinions

pytestmark = pytest.mark.django_db


def test_the_examples_are_the_same_each_time_and_come_by_every_channel():
    made = example_opinions(7)

    assert made == example_opinions(7)
    assert {one.channel for one in made} == {"web", "mail", "letter", "fax", "counter", "hotline"}
    assert sum(one.text == made[0].text for one in made) == 24


def test_a_family_speaks_of_the_line_of_its_own_school_and_of_times_that_can_be():
    served = {name: f"{at}号线" for at, (_code, name, _aliases) in enumerate(SCHOOLS, 1)}
    told = [one.text for one in example_opinions(7)]

    lines = [
        ({line for name, line in served.items() if name in text}, set(re.findall(r"\d+号线", text))) for text in told
    ]
    assert [(schools, named) for schools, named in lines if schools and named and schools != named] == []
    assert [text for text in told if re.search(r"早上[^，。]*1[3-9]:\d\d", text)] == []
    assert len(set(told)) > 200


def test_the_notice_has_opinions_in_every_state(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    city = make.city()

    notice = load_opinions(city, noticing.clerk(city), seed=7, count=60)

    found = standing(notice)
    assert (found.items, found.quarantined) == (60, 0)
    assert found.confirmed > 20
    assert found.groups / 4 < found.decided < found.groups / 2
    assert Group.objects.filter(kind="copies").exists()

    drawn = Item.objects.filter(media_type="image/tiff").first()
    take_up(drawn.pk)

    text = Submission.objects.get(item=drawn).text
    assert "一位家长" in text  # the reader may take the full width brackets for narrow ones
