"""Rows of one project are proposed for merging with reasons, and different projects are not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tici.engines.sheets.merging import REASONS, SURE, Entry, compare, group, propose

ENTRIES = st.lists(
    st.builds(
        Entry,
        key=st.uuids(),
        source=st.sampled_from(["台账", "调度", "邻县"]),
        name=st.sampled_from(
            ["示例泵阀项目", "示例泵阀", "关于示例泵阀项目", "年产5吨注射剂项目", "年产6吨注射剂项目", ""]
        ),
        owner=st.sampled_from(["示例甲有限公司", "示例甲", "示例乙有限公司", ""]),
        project_code=st.sampled_from(["", "210113013326011000001", "210113013326011000002"]),
        total_wan=st.sampled_from([None, Decimal(5000), Decimal(9000)]),
    ),
    max_size=14,
    unique_by=lambda entry: entry.key,
)


def entry(key, name, source="台账", **more):
    return Entry(key, source, name, **more)


@pytest.mark.parametrize(
    "other",
    [
        "示例8597功能面料年产277万米生产线",
        "关于示例8597功能面料年产277万米生产线项目",
        "示例8597 功能面料年产277万米生产线工程",
        "12.示例8597功能面料年产277万米生产线建设项目",
    ],
)
def test_names_with_what_people_add_or_leave_out_are_one(other):
    proposals = propose([entry(1, "示例8597功能面料年产277万米生产线项目"), entry(2, other, "调度")])

    assert [(p.left, p.right, p.reasons, p.score >= SURE) for p in proposals] == [(1, 2, ("same_name",), True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例泵阀产业园(一期)项目", "示例泵阀产业园(二期)项目"),
        ("年产500吨示例原料药项目", "年产800吨示例原料药项目"),
        ("示例1号泵阀项目", "示例2号泵阀项目"),
    ],
)
def test_phases_and_sizes_tell_projects_apart(one, other):
    assert propose([entry(1, one, owner="示例甲"), entry(2, other, "调度", owner="示例甲")]) == []


def test_the_same_code_is_enough():
    code = "2101-130133-26-01-100001"

    assert propose([entry(1, "甲项目", project_code=code), entry(2, "全然不同", "邻县", project_code=code)]) == [
        (1, 2, 0.99, ("same_code",))
    ]


def test_the_same_name_under_two_codes_is_shown_but_not_sure():
    score, reasons = compare(
        entry(1, "示例泵阀项目", project_code="a" * 21), entry(2, "示例泵阀项目", "邻县", project_code="b" * 21)
    )

    assert (score < SURE, reasons) == (True, ("same_name", "other_code"))


def test_a_row_without_a_name_is_found_by_its_figures():
    figures = {"total_wan": Decimal(5000), "figures": (Decimal(500), Decimal(100)), "place_code": "130133"}

    assert propose([entry(1, "", **figures), entry(2, "示例泵阀项目", "调度", **figures)])[0].reasons == (
        "same_figures",
        "same_total",
    )


@given(ENTRIES)
def test_between_two_sheets_a_row_stands_in_one_pair_at_most(entries):
    source = {entry.key: entry.source for entry in entries}
    sides = [
        side
        for p in propose(entries)
        if source[p.left] != source[p.right]
        for side in ((p.left, source[p.right]), (p.right, source[p.left]))
    ]

    assert len(sides) == len(set(sides))


@given(ENTRIES)
def test_every_reason_has_words_and_every_score_is_a_share(entries):
    for proposal in propose(entries):
        assert set(proposal.reasons) <= REASONS.keys()
        assert 0 <= proposal.score <= 1


@given(ENTRIES, st.data())
def test_how_alike_two_rows_are_does_not_depend_on_which_comes_first(entries, data):
    if len(entries) >= 2:
        one, other = data.draw(st.permutations(entries))[:2]
        assert compare(one, other)[0] == pytest.approx(compare(other, one)[0], abs=0.13)


@given(ENTRIES)
def test_a_group_is_named_by_its_first_row(entries):
    keys = [entry.key for entry in entries]

    heads = group(keys, propose(entries))

    assert all(heads[heads[key]] == heads[key] and keys.index(heads[key]) <= keys.index(key) for key in keys)
