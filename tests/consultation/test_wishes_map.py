"""The map of wishes: rounded squares, none with fewer persons than may be counted, the same at every count."""

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.models import Point
from tici.consultation.printing.wishes import wishes_csv, wishes_svg
from tici.consultation.queries.results import account
from tici.consultation.rules.cells import METRES_A_DEGREE, Placed, map_of, square_of

HE, TIAN = (114.452, 38.058), (114.462, 38.031)
SAID = [
    *[(contact, {"schools": ["he"]}) for contact in "1233"],
    ("4", {"schools": ["he"], "places": ["天苑站"]}),
    ("5", {"places": ["天苑站"]}),
    ("6", {"places": ["槐安路口"]}),
]
SOUTH_CHINA_TO_NORTH = st.tuples(st.floats(73, 135), st.floats(18, 54))


@given(SOUTH_CHINA_TO_NORTH)
def test_a_point_lies_in_its_square_of_about_the_width(point):
    west, south, east, north = square_of(*point, 500)

    assert west - 1e-5 <= point[0] <= east + 1e-5
    assert south - 1e-5 <= point[1] <= north + 1e-5
    assert (north - south) * METRES_A_DEGREE == pytest.approx(500, abs=2.5)


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from([HE, TIAN])), max_size=60))
def test_no_square_with_fewer_persons_than_may_be_counted_is_told(rows):
    placed = [Placed(number, f"c{number}", "示例", *where) for number, where in rows]

    told = map_of(placed, unplaced={}, marks=[])

    assert all(one["persons"] >= 3 for one in told["cells"])
    expected = sum(len({number for number, where in rows if where == at}) >= 3 for at in (HE, TIAN))
    assert len(told["cells"]) == expected


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


@pytest.fixture
def notice(clerk):
    """Three persons and a copy speak of one school, two of a stop, one of nothing that is listed."""
    parts = actions.NoticeParts(
        questions=noticing.PARTS.questions, aspects=noticing.PARTS.aspects, offers=noticing.PARTS.offers,
        subjects=[
            ("school", "he", "和平西路小学", [], "114.452,38.058"),
            ("stop", "t", "示例<站>", ["天苑站"], "114.462,38.031"),
        ],
    )  # fmt: skip
    made = noticing.notice(by=clerk, parts=parts)
    for contact, said in SAID:
        one = noticing.submission(made, sender=actions.Sender("", contact))
        point = actions.ReadPoint(0, 2, "希望", actions.Said(aspects=["T"], **said))
        actions.note_reading(submission=one, points=[point], engine="test", at=noticing.OPEN)
    return made


@pytest.mark.django_db
def test_a_stop_goes_before_the_school_and_what_nobody_listed_is_not_guessed(notice):
    told = account(notice)["map"]

    assert [(one["persons"], one["names"]) for one in told["cells"]] == [(3, ["和平西路小学"])]
    assert (told["hidden"], told["unplaced"]) == ("<3", "<3")


@pytest.mark.django_db
def test_drawing_and_open_data_hold_what_is_told_and_no_mark_up(notice):
    told = account(notice)

    drawing, rows = wishes_svg(told["map"]), list(csv.reader(io.StringIO(wishes_csv(told).decode("utf-8-sig"))))

    assert (">3</text>" in drawing, "示例&lt;站&gt;" in drawing, "<站>" in drawing) == (True, True, False)
    assert [row[4:] for row in rows] == [["人数", "地点"], ["3", "和平西路小学"]]


@pytest.mark.django_db
def test_the_desk_shows_it_before_anything_is_published(client, notice, clerk):
    client.force_login(clerk)

    page = client.get(reverse("consultation:publication", args=[notice.pk]))

    assert ("<svg xmlns" in page.text, "用表格查看" in page.text) == (True, True)


@pytest.mark.django_db
def test_an_account_from_before_there_was_a_map_has_none(notice):
    assert wishes_csv({"rows": []}).decode("utf-8-sig").splitlines() == ["西经界,南纬界,东经界,北纬界,人数,地点"]
    assert Point.objects.count() == 7
