from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.ladders import Ladder, Rung

FACTS = st.frozensets(st.sampled_from("abcdef"))
NEEDS = st.frozensets(st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=2), max_size=3)
LADDERS = st.lists(NEEDS, min_size=1, max_size=6).map(
    lambda needs: Ladder(tuple(Rung(str(height), need) for height, need in enumerate(needs)))
)
BUILDING = Ladder((Rung("planned"), Rung("started", frozenset({frozenset({"permit", "licence"})}))))


@given(LADDERS, FACTS, FACTS, st.data())
def test_a_further_fact_never_opens_a_gap(ladder, facts, more, data):
    rung = data.draw(st.sampled_from(ladder.rungs)).code

    assert ladder.missing(rung, facts | more) <= ladder.missing(rung, facts)


@given(LADDERS, FACTS)
def test_a_higher_rung_never_asks_for_less(ladder, facts):
    gaps = [ladder.missing(rung.code, facts) for rung in ladder.rungs]

    assert all(low <= high for low, high in pairwise(gaps))


@given(LADDERS, FACTS, st.data())
def test_one_fact_of_each_need_lets_the_step_be_taken(ladder, facts, data):
    rung = data.draw(st.sampled_from(ladder.rungs)).code
    enough = {min(need) for need in ladder.missing(rung, facts)}

    assert ladder.missing(rung, facts | enough) == frozenset()


@given(LADDERS, FACTS)
def test_every_rung_up_to_the_highest_open_one_is_open(ladder, facts):
    height = ladder.height(ladder.highest(facts).code)

    assert [bool(ladder.missing(rung.code, facts)) for rung in ladder.rungs[1 : height + 1]] == [False] * height


def test_either_of_two_papers_is_enough():
    gaps = [ladder_gap(facts) for facts in (set(), {"permit"}, {"licence"})]

    assert gaps == [{frozenset({"permit", "licence"})}, set(), set()]


def ladder_gap(facts):
    return set(BUILDING.missing("started", facts))


def test_a_rung_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"No rung 'paused'; the rungs are \['planned', 'started'\]\."):
        BUILDING.height("paused")
