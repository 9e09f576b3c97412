from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.projects import queries
from tici.projects.actions import (
    absorb_project,
    cancel_project,
    correct_facts,
    enter_project,
    grant_approval,
    move_project,
    revive_project,
)
from tici.projects.models import Project, Stage

pytestmark = pytest.mark.django_db


def test_a_move_is_kept_with_its_evidence_and_written_down():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone, code="2101-130123-04-01-123456")

    move_project(project=project, to=Stage.RESERVED, on=TODAY, by=officer, at=NOW, evidence="备案证照片")

    project.refresh_from_db()
    assert project.stage == Stage.RESERVED
    assert [(str(move), move.evidence, move.moved_by) for move in project.moves.all()] == [
        (f"{project}: planned → reserved", "备案证照片", officer)
    ]
    assert Record.objects.values_list("what", "old__stage", "new__stage").get() == (
        "project.moved",
        "planned",
        "reserved",
    )


def test_a_refused_move_leaves_no_trace():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone)

    with pytest.raises(Refused, match=r"project\.approval\.filing\|code"):
        move_project(project=project, to=Stage.RESERVED, on=TODAY, by=officer, at=NOW)

    project.refresh_from_db()
    assert (project.stage, project.moves.count(), Record.objects.count()) == (Stage.PLANNED, 0, 0)


def test_a_step_back_keeps_its_reason():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone, stage=Stage.BUILDING)

    move = move_project(project=project, to=Stage.STARTED, on=TODAY, by=officer, at=NOW, reason="停工整改")

    assert (str(move), move.reason) == (f"{project}: building → started", "停工整改")


def test_a_project_entered_by_hand_knows_who_typed_each_fact():
    officer = make.person(place=(zone := make.place()), display_name="调度员甲")

    project = enter_project(
        place=zone,
        by=officer,
        at=NOW,
        name="重组蛋白生产线",
        owner_name="示例企业(医药)",
        investment_wan=Decimal("1200.5"),
        year=2021,
        category="to_start",
        plan_wan=Decimal(300),
    )

    page = queries.project_page(project)
    facts = {fact.key: (fact.text, fact.origin and fact.origin.by) for _label, group in page.groups for fact in group}
    assert facts["name"] == ("重组蛋白生产线", "调度员甲")
    assert facts["owner"] == ("示例企业(医药)", "调度员甲")
    assert facts["investment_wan"] == ("1,200.5", "调度员甲")
    assert facts["site"] == ("", None)
    assert [(str(year.year), year.category, year.plan_wan) for year, *_origins in page.plans] == [
        ("2021", "to_start", 300)
    ]
    assert project.search_text == "重组蛋白生产线 示例企业(医药) czdbscx"


def test_a_correction_keeps_the_old_fact_and_an_equal_one_writes_nothing():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone, investment_wan=Decimal(1000))

    nothing = correct_facts(project=project, by=officer, at=NOW, investment_wan=Decimal("1000.0000"))
    change = correct_facts(project=project, by=officer, at=NOW, investment_wan=Decimal(1500), level="city")

    assert nothing is None
    assert (change.old, change.new) == (
        {"level": "", "investment_wan": "1000"},
        {"level": "city", "investment_wan": "1500"},
    )


def test_a_code_that_belongs_to_another_project_is_refused():
    officer = make.person(place=(zone := make.place()))
    make.project(place=zone, code="2101-130123-04-01-123456")
    project = make.project(place=zone)

    with pytest.raises(Refused, match=r"project\.code_taken"):
        correct_facts(project=project, by=officer, at=NOW, code="2101-130123-04-01-123456")

    assert project.changes.count() == 0


def test_an_approval_is_written_down_corrected_and_taken_away():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone)

    for number in ("冀备2021-1", "冀备2021-2", ""):
        grant_approval(project=project, kind="filing", number=number, granted_on=None, by=officer, at=NOW)

    assert project.approvals.count() == 0
    assert [(change.old, change.new) for change in project.changes.all()] == [
        ({"approval.filing": None}, {"approval.filing": ["冀备2021-1", None]}),
        ({"approval.filing": ["冀备2021-1", None]}, {"approval.filing": ["冀备2021-2", None]}),
        ({"approval.filing": ["冀备2021-2", None]}, {"approval.filing": None}),
    ]


def test_a_cancelled_project_stays_with_its_reason_and_comes_back_to_its_rung():
    officer = make.person(place=(zone := make.place()))
    project = make.project(place=zone, stage=Stage.BUILDING)

    cancel_project(project=project, on=TODAY, reason="用地未落实", by=officer, at=NOW)
    gone = Project.objects.alive().count(), Project.objects.values_list("cancelled_on", "cancel_reason").get()
    revive_project(project=project, reason="用地已落实", by=officer, at=NOW)

    assert gone == (0, (TODAY, "用地未落实"))
    assert Project.objects.alive().values_list("stage", "cancelled_on", "cancel_reason").get() == ("building", None, "")
    assert list(Record.objects.order_by("pk").values_list("what", flat=True)) == [
        "project.cancelled",
        "project.revived",
    ]


def test_a_project_entered_twice_becomes_one_and_nothing_it_held_is_lost():
    officer = make.person(place=(zone := make.place()))
    kept = make.project(place=zone, name="溪颜空间", site="长江大道", planned_start_on=date(2021, 5, 1))
    absorbed = make.project(
        place=zone,
        name="溪颜空间项目",
        code="2101-130123-04-01-123456",
        site="别处",
        planned_start_on=date(2021, 1, 1),
        planned_start_precision="year",
    )
    grant_approval(project=absorbed, kind="filing", number="冀备2021-1", granted_on=None, by=officer, at=NOW)

    absorb_project(kept=kept, absorbed=absorbed, by=officer, at=NOW)

    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.code, kept.site, kept.planned_start_precision) == ("2101-130123-04-01-123456", "长江大道", "")
    assert [str(paper) for paper in kept.approvals.all()] == ["立项(备案/核准/审批) 冀备2021-1"]
    assert absorbed.cancel_reason == f"并入“溪颜空间”(编号{kept.pk})"


def test_projects_of_two_counties_are_never_merged():
    officer = make.person(place=(city := make.city()))
    kept, absorbed = (make.project(place=make.place(within=city)) for _ in range(2))

    with pytest.raises(Refused, match=r"project\.other_place"):
        absorb_project(kept=kept, absorbed=absorbed, by=officer, at=NOW)

    assert Project.objects.alive().count() == 2
