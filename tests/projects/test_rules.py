"""No test here may touch the database: rules judge what they are given."""

from datetime import date
from decimal import Decimal

import pytest

from tests.make import TODAY
from tici.projects.models import Project, Stage
from tici.projects.rules import (
    OC4IDS_LABELS,
    against_cancelling,
    against_facts,
    against_moving,
    against_reviving,
    inferred_stage,
    ladder,
    oc4ids,
)

FILED = frozenset({"approval.filing"})
BEGUN = FILED | {"started_on", "approval.permit"}
NEEDS_FILING = "project.approval.filing|code"
NEEDS_PERMIT = "project.approval.permit|approval.planning|evidence"


@pytest.mark.parametrize(
    ("at", "to", "facts", "reason", "codes"),
    [
        ("planned", "reserved", frozenset(), "", [NEEDS_FILING]),
        ("planned", "reserved", frozenset({"code"}), "", []),
        ("planned", "started", frozenset(), "", [NEEDS_FILING, NEEDS_PERMIT, "project.started_on"]),
        ("planned", "started", BEGUN, "", []),
        ("reserved", "started", FILED | {"started_on", "evidence"}, "", []),
        ("building", "performing", BEGUN, "", ["project.completed_on"]),
        ("building", "started", BEGUN, "", ["project.reason"]),
        ("building", "started", BEGUN, "停工整改", []),
        ("started", "started", BEGUN, "", ["project.same_stage"]),
    ],
)
def test_a_project_moves_only_with_the_facts_its_stage_asks_for(at, to, facts, reason, codes):
    refusals = against_moving(Project(stage=at), to, facts=facts, on=TODAY, today=TODAY, reason=reason)

    assert [refusal.code for refusal in refusals] == codes


def test_every_reason_against_a_move_is_given_at_once():
    project = Project(stage="planned", cancelled_on=TODAY, cancel_reason="用地未落实")
    refusals = against_moving(
        project, "reserved", facts=frozenset(), on=date(2021, 12, 7), today=TODAY, last=date(2021, 12, 8), reason=""
    )

    assert [refusal.code for refusal in refusals] == [
        "project.future",
        "project.before_last_move",
        "project.cancelled",
        NEEDS_FILING,
    ]


def test_what_is_missing_is_said_with_the_way_out():
    [refusal] = against_moving(Project(stage="building"), "performing", facts=BEGUN, on=TODAY, today=TODAY, reason="")

    assert refusal.message == "缺少实际竣工。请先在“修改资料”中补充，再推进到“达效”。"


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"name": "溪颜空间"}, []),
        ({"name": " "}, ["project.name"]),
        ({"name": "溪颜空间", "code": "2101-130123-04-01-123456"}, []),
        ({"name": "溪颜空间", "code": "2101130123"}, ["project.code"]),
        ({"name": "溪颜空间", "investment_wan": Decimal(-1)}, ["project.investment_wan"]),
        (
            {"name": "溪颜空间", "investment_wan": Decimal(100), "equipment_wan": Decimal(101)},
            ["project.equipment_over_total"],
        ),
        (
            {"name": "溪颜空间", "started_on": date(2021, 3, 1), "completed_on": date(2021, 2, 1)},
            ["project.completed_on"],
        ),
        (
            {
                "name": "溪颜空间",
                "started_on": date(2021, 3, 1),
                "completed_on": date(2021, 1, 1),
                "completed_precision": "year",
            },
            [],
        ),
    ],
)
def test_facts_that_cannot_stand_together_are_refused(facts, codes):
    assert [refusal.code for refusal in against_facts(Project(**facts))] == codes


def test_a_project_is_cancelled_and_taken_up_again_only_with_a_reason():
    kept = Project(stage="planned")
    cancelled = Project(stage="planned", cancelled_on=TODAY, cancel_reason="用地未落实")

    codes = [
        [refusal.code for refusal in refusals]
        for refusals in (
            against_cancelling(kept, reason=" ", on=date(2021, 12, 7), today=TODAY),
            against_cancelling(cancelled, reason="重复", on=TODAY, today=TODAY),
            against_reviving(kept, reason=""),
            against_reviving(cancelled, reason="用地已落实"),
        )
    ]

    assert codes == [
        ["project.reason", "project.future"],
        ["project.cancelled"],
        ["project.not_cancelled", "project.reason"],
        [],
    ]


@pytest.mark.parametrize(
    ("facts", "values", "stage"),
    [
        (frozenset(), {}, "planned"),
        (FILED, {}, "reserved"),
        (FILED | {"started_on"}, {}, "started"),
        (FILED | {"started_on", "completed_on"}, {}, "started"),
        (FILED, {"performing_on": TODAY}, "performing"),
        (frozenset({"started_on"}), {}, "started"),
    ],
)
def test_a_stage_no_county_gave_is_the_highest_its_evidence_bears_out(facts, values, stage):
    assert inferred_stage(ladder(TODAY), facts, values) == stage


def test_every_stage_is_a_rung_and_has_a_status_in_the_open_standard():
    assert [rung.code for rung in ladder(TODAY).rungs] == Stage.values
    assert set(oc4ids().values()) <= OC4IDS_LABELS.keys()
    assert dict(oc4ids()) == {
        "planned": "identification",
        "reserved": "preparation",
        "started": "implementation",
        "building": "implementation",
        "performing": "completion",
        "cancelled": "cancelled",
    }
