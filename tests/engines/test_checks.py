"""Laws of the checks: what a finding means, whatever the figures."""

from __future__ import annotations

import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines import rulebook
from tici.engines.checks import BadCheck, Check, Column, checks_of, evaluate

FIGURE = st.one_of(st.none(), st.decimals(-1_000_000, 1_000_000, places=2))
PAIRS = st.lists(st.tuples(FIGURE, FIGURE), max_size=30)
SHIPPED = checks_of(rulebook.load("returns/checks")["check"])


def relation(**over):
    facts = {"code": "c", "field": "a", "severity": "ask", "kind": "relation", "left": ("a",), "right": ("b",)}
    return Check(**facts | over)


def rows_of(check, **columns):
    count = len(next(iter(columns.values())))
    return [found.row for found in evaluate([check], columns, count)]


def columns(pairs):
    return {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}


@given(PAIRS)
def test_at_least_and_at_most_together_are_equality(pairs):
    least, most, equal = (rows_of(relation(relation=r), **columns(pairs)) for r in (">=", "<=", "="))

    assert sorted([*least, *most]) == equal


@given(PAIRS, st.decimals(0, 1000, places=2))
def test_more_tolerance_never_finds_more(pairs, tolerance):
    strict = rows_of(relation(relation="="), **columns(pairs))
    mild = rows_of(relation(relation="=", tolerance=tolerance), **columns(pairs))

    assert set(mild) <= set(strict)


@given(PAIRS)
def test_an_empty_cell_is_passed_over_or_counts_as_nothing(pairs):
    filled = [(a or Decimal(0), b or Decimal(0)) for a, b in pairs]

    assert rows_of(relation(missing="zero"), **columns(pairs)) == rows_of(relation(), **columns(filled))
    assert all(None not in pairs[row] for row in rows_of(relation(), **columns(pairs)))


@given(PAIRS, st.integers(0, 30))
def test_rows_are_judged_one_by_one(pairs, cut):
    whole = rows_of(relation(), **columns(pairs))
    parts = [rows_of(relation(), **columns(part)) for part in (pairs[:cut], pairs[cut:])]

    assert whole == [*parts[0], *(row + len(pairs[:cut]) for row in parts[1])]


@given(PAIRS)
def test_a_condition_and_its_opposite_share_the_findings_out(pairs):
    flags = [Decimal(row % 2) for row in range(len(pairs))]
    when, unless = (relation(when=(name,)) for name in ("flag", "not flag"))

    shared = [rows_of(check, **columns(pairs), flag=flags) for check in (when, unless)]

    assert sorted([*shared[0], *shared[1]]) == rows_of(relation(), **columns(pairs))


@given(st.decimals("0.01", 10_000, places=2), st.sampled_from([10, 10_000]), st.booleans())
def test_a_slip_is_seen_in_both_directions(figure, multiple, is_larger):
    check = relation(kind="slip", multiples=(Decimal(10), Decimal(10_000)))
    pair = (figure * multiple, figure) if is_larger else (figure, figure * multiple)

    (found,) = evaluate([check], columns([pair]), 1)

    assert found.facts == {"left": pair[0], "right": pair[1], "multiple": multiple}


def test_the_year_to_date_that_falls_is_found_with_its_figures():
    ytd_falls = next(check for check in SHIPPED if check.code == "ytd_falls")
    given = {"done_ytd_wan": [Decimal(900), Decimal(1100)], "last.done_ytd_wan": [Decimal(1000), Decimal(1000)]}

    (found,) = evaluate([ytd_falls], given, 2)

    assert (found.row, found.facts) == (0, {"left": 900, "right": 1000, "difference": 100})


def test_a_rate_is_held_against_part_and_whole_and_a_plan_of_nothing_is_no_rate():
    check = relation(kind="ratio", right=("part", "whole"), tolerance=Decimal("0.005"))
    part, whole = [Decimal(50)] * 3, [Decimal(100), Decimal(100), Decimal(0)]

    assert rows_of(check, a=[Decimal("0.5"), Decimal("0.7"), Decimal("0.7")], part=part, whole=whole) == [1]


def test_a_cell_that_must_be_given_is_found_when_it_is_empty():
    assert rows_of(relation(kind="given", left=(), right=Decimal(0)), a=[None, Decimal(0)]) == [0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "guess"},
        {"severity": "loud"},
        {"relation": "<"},
        {"missing": "ask"},
        {"left": []},
        {"kind": "ratio", "right": "b"},
        {"kind": "slip"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_check_that_means_nothing_is_refused(wrong):
    declared = {
        "code": "c", "field": "a", "severity": "ask", "kind": "relation", "left": "a", "right": "b",
        "sentence": "…", "source": "…",
    }  # fmt: skip

    with pytest.raises(BadCheck):
        checks_of([declared | wrong])


def test_a_check_says_its_sentence_and_source_and_no_code_is_given_twice():
    declared = {"code": "c", "field": "a", "severity": "ask", "kind": "given", "sentence": "…", "source": "…"}

    for wrong in ([declared, declared], [{k: v for k, v in declared.items() if k != "source"}]):
        with pytest.raises(BadCheck):
            checks_of(wrong)


def test_a_column_that_is_not_handed_in_is_named():
    with pytest.raises(BadCheck, match="'b'"):
        evaluate([relation()], {"a": []}, 0)
    with pytest.raises(BadCheck, match="2 rows"):
        evaluate([relation()], {"a": [None], "b": [None, None]}, 2)


def test_a_hundred_thousand_entries_are_checked_in_a_second_and_a_half():
    count = 100_000
    names = set().union(*(check.names for check in SHIPPED))
    figures = {name: [Decimal(n % 997 + 1) for n in range(count)] for name in names}
    figures |= {name: [Decimal(n % 3) for n in range(count)] for name in names if name.startswith("months.")}
    figures |= {name: [Decimal(4000)] * count for name in ("project.investment_wan", "done_total_wan")}
    figures |= {"completion_rate_given": [Decimal(1)] * count, "done_month_wan": [Decimal(0)] * count}

    begun = time.perf_counter()
    evaluate(SHIPPED, figures, count)

    assert time.perf_counter() - begun <= 1.5 * len(SHIPPED) / 12


def declared(**over):
    words = {"code": "c", "field": "a", "severity": "ask", "sentence": "s", "source": "s"}
    return checks_of([words | over])[0]


NEAR = st.sampled_from(
    [Decimal(text) for text in ("0", "0.0001", "99.9999", "100", "100.0001", "1000000", "-100", "0.3")]
)
EDGES = st.none() | NEAR | st.decimals(min_value=-(10**10), max_value=10**10, places=4)
ALL_KINDS = [
    declared(kind="relation", left="a", relation=">=", right="b"),
    declared(kind="relation", left=["a", "-b"], relation="=", right="c", tolerance=0.0001),
    declared(kind="relation", left="a", relation="<=", right=["b", "c"], factor=0.3, share=0.5, missing="zero"),
    declared(kind="ratio", left="a", right=["b", "c"], tolerance=0.0001, share=0.1),
    declared(kind="slip", left="a", right="b", tolerance=0.3, share=0.5, multiples=[10, 10_000]),
    declared(kind="given", when=["b", "not c"]),
]


@pytest.mark.parametrize("one", ALL_KINDS, ids=lambda one: f"{one.kind} {one.relation}")
@given(st.lists(st.tuples(EDGES, EDGES, EDGES), max_size=30))
def test_columns_known_as_numbers_give_the_same_findings(one, rows):
    plain = {name: [row[at] for row in rows] for at, name in enumerate("abc")}
    known = {
        name: Column(np.array([np.nan if value is None else float(value) for value in column]), column.__getitem__)
        for name, column in plain.items()
    }

    assert evaluate([one], known, len(rows)) == evaluate([one], plain, len(rows))


def test_a_column_known_only_roughly_is_judged_by_its_exact_figures():
    exact = [Decimal("0.1000"), Decimal("0.1001"), None]
    rough = Column(np.array([0.10004, 0.10006, np.nan]), exact.__getitem__, blur=0.0001)
    one = declared(kind="relation", left="a", relation="<=", right=0.1)

    assert [found.row for found in evaluate([one], {"a": rough}, 3)] == [1]
