from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.core.actions import Source, keep_upload
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.projects import queries
from tici.projects.actions import LedgerRow, accept_projects, correct_facts, move_project, undo_projects
from tici.projects.models import Approval, Change, Move, Project, ProjectYear

pytestmark = pytest.mark.django_db
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture
def zone():
    return make.place("正定县", within=make.city())


@pytest.fixture
def officer(zone):
    return make.person(place=zone)


def row(zone, number=1, project_id=None, *, facts=None, source=None, **over):
    facts = {"name": f"示例项目{number}", "investment_wan": Decimal(1000)} | (facts or {})
    return LedgerRow(project_id=project_id, place_id=zone.pk, facts=facts, source=source, **over)


def accept(rows, officer, batch=FIRST):
    return accept_projects(rows, batch=batch, by=officer, at=NOW, on=date(2021, 11, 30))


def tables():
    return [model.objects.count() for model in (Project, ProjectYear, Approval, Move, Change)]


def test_a_new_project_comes_in_with_everything_its_row_says(zone, officer):
    upload = keep_upload(BytesIO(b"ledger"), name="正定县.xlsx", by=officer, at=NOW)
    source = Source(upload.pk, "台账", 5, {"name": "B5", "investment_wan": "F5", "plan_wan": "G5"})
    told = row(
        zone,
        facts={"started_on": date(2021, 3, 1), "started_precision": "month"},
        owner_name="示例企业(医药)",
        year=2021,
        category="to_start",
        plan_wan=Decimal(300),
        approvals={"filing": ("冀备2021-1", date(2021, 2, 1))},
        stage="started",
        source=source,
    )

    done = accept([told], officer)

    project = Project.objects.get()
    assert (done.created, done.changed, done.unchanged, done.project_ids) == ([project.pk], [], 0, [project.pk])
    assert (project.name, project.investment_wan, project.stage, str(project.owner)) == (
        "示例项目1",
        1000,
        "started",
        "示例企业(医药)",
    )
    assert list(project.years.values_list("year", "category", "plan_wan")) == [(2021, "to_start", 300)]
    assert list(project.approvals.values_list("kind", "number")) == [("filing", "冀备2021-1")]
    assert list(project.moves.values_list("from_stage", "to_stage", "moved_on")) == [("", "started", date(2021, 3, 1))]
    page = queries.project_page(project)
    cells = {fact.key: fact.origin.cell for _label, group in page.groups for fact in group if fact.origin}
    assert cells == {"name": "B5", "investment_wan": "F5", "owner": "", "started_on": ""}
    assert page.plans[0][2].cell == "G5"


def test_a_second_ledger_changes_only_what_differs_and_a_blank_wipes_nothing(zone, officer):
    [pk] = accept([row(zone, facts={"site": "长江大道"}, stage="planned")], officer).created

    done = accept(
        [row(zone, project_id=pk, facts={"investment_wan": Decimal(1500), "site": ""}, stage="")], officer, SECOND
    )

    assert (done.created, done.changed, done.unchanged) == ([], [pk], 0)
    assert Project.objects.values_list("investment_wan", "site").get() == (1500, "长江大道")
    assert Change.objects.filter(batch=SECOND).values_list("old", "new").get() == (
        {"investment_wan": "1000"},
        {"investment_wan": "1500"},
    )


def test_the_same_ledger_again_changes_nothing(zone, officer):
    told = {"owner_name": "示例企业(医药)", "year": 2021, "plan_wan": Decimal(300), "stage": "reserved"}
    [pk] = accept([row(zone, **told)], officer).created
    before = tables()

    done = accept([row(zone, project_id=pk, **told)], officer, SECOND)

    assert (done.changed, done.unchanged, done.questions, tables()) == ([], 1, [], before)


def test_a_higher_stage_is_a_move_and_a_lower_one_a_question(zone, officer):
    high, low = accept([row(zone, 1, stage="reserved"), row(zone, 2, stage="building")], officer).created

    done = accept(
        [row(zone, 1, project_id=high, stage="started"), row(zone, 2, project_id=low, stage="started")],
        officer,
        SECOND,
    )

    assert (done.changed, done.unchanged) == ([high], 1)
    assert [(question.row, question.project_id, question.code) for question in done.questions] == [
        (1, low, "project.lower")
    ]
    assert list(Project.objects.order_by("pk").values_list("stage", flat=True)) == ["started", "building"]
    assert list(Move.objects.filter(project=high).values_list("from_stage", "to_stage")) == [
        ("", "reserved"),
        ("reserved", "started"),
    ]


@pytest.mark.parametrize(
    ("facts", "code", "kept"),
    [
        ({"code": "2101-130123-04-01-123456"}, "project.code_taken", {"code": ""}),
        ({"investment_wan": Decimal(10) ** 10}, "project.too_large", {"investment_wan": None}),
        ({"investment_wan": Decimal(0)}, "project.not_positive", {"investment_wan": None}),
        ({"equipment_wan": Decimal(-5)}, "project.not_positive", {"equipment_wan": None}),
        ({"site": "长" * 201}, "project.too_long", {"site": "长" * 200}),
        (
            {
                "started_on": date(2021, 3, 1),
                "completed_on": date(2021, 2, 1),
                "completed_precision": "day",
            },
            "project.completed_before_start",
            {"started_on": None, "completed_on": None},
        ),
    ],
)
def test_what_the_register_cannot_hold_is_asked_about_and_the_rest_comes_in(zone, officer, facts, code, kept):
    make.project(place=zone, code="2101-130123-04-01-123456")

    done = accept([row(zone, facts=facts)], officer)

    project = Project.objects.get(pk=done.created[0])
    assert [question.code for question in done.questions] == [code]
    assert {name: getattr(project, name) for name in kept} == kept


def test_a_project_of_another_county_or_a_cancelled_one_is_left_alone(zone, officer):
    elsewhere = make.project(place=make.place("赵县", within=zone.parent))
    cancelled = make.project(place=zone, cancelled_on=TODAY, cancel_reason="用地未落实")

    done = accept([row(zone, 1, project_id=elsewhere.pk), row(zone, 2, project_id=cancelled.pk)], officer)

    assert [question.code for question in done.questions] == ["project.other_place", "project.cancelled"]
    assert (done.changed, done.unchanged, Change.objects.count()) == ([], 2, 0)


def test_an_acceptance_is_undone_as_a_whole(zone, officer):
    [pk] = accept(
        [row(zone, stage="reserved", year=2021, plan_wan=Decimal(300), approvals={"filing": ("冀备1", None)})], officer
    ).created
    second = row(
        zone,
        project_id=pk,
        facts={"investment_wan": Decimal(1500)},
        owner_name="示例企业(医药)",
        year=2021,
        plan_wan=Decimal(400),
        approvals={"filing": ("冀备2", None), "permit": ("施许1", None)},
        stage="started",
    )
    accept([second, row(zone, 2)], officer, SECOND)

    undo_projects(SECOND, by=officer, at=NOW)
    undo_projects(SECOND, by=officer, at=NOW)

    project = Project.objects.get()
    assert (project.investment_wan, project.owner, project.stage) == (1000, None, "reserved")
    assert list(project.years.values_list("plan_wan", flat=True)) == [300]
    assert list(project.approvals.values_list("kind", "number")) == [("filing", "冀备1")]
    assert [(move.from_stage, move.to_stage) for move in project.moves.all()] == [
        ("", "reserved"),
        ("reserved", "started"),
        ("started", "reserved"),
    ]
    assert list(Record.objects.order_by("pk").values_list("what", flat=True)) == [
        "projects.accepted",
        "projects.accepted",
        "projects.undone",
    ]


@pytest.mark.parametrize("meddle", ["fact", "stage"])
def test_an_acceptance_others_have_built_on_is_not_undone(zone, officer, meddle):
    [pk] = accept([row(zone, stage="building")], officer).created
    project = Project.objects.get(pk=pk)
    if meddle == "fact":
        correct_facts(project=project, by=officer, at=NOW, investment_wan=Decimal(2000))
    else:
        move_project(project=project, to="started", on=TODAY, by=officer, at=NOW, reason="停工整改")

    with pytest.raises(Refused, match=r"project\.changed_since") as refused:
        undo_projects(FIRST, by=officer, at=NOW)

    assert "示例项目1" in refused.value.sentence
    assert Project.objects.count() == 1


def test_a_project_another_room_holds_something_of_is_cancelled_when_its_acceptance_is_undone(zone, officer):
    [pk] = accept([row(zone)], officer).created
    make.duty(project=Project.objects.get(pk=pk), post=make.post(place=zone), from_date=TODAY)

    undo_projects(FIRST, by=officer, at=NOW)

    assert Project.objects.values_list("pk", "cancelled_on").get() == (pk, TODAY)
    assert Change.objects.exclude(undone_at=None).count() == 1
