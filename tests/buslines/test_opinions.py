"""What residents ask becomes a scenario by one click, and its result goes back into their answer."""

import pytest
from django.urls import reverse

from tests import make
from tests.buslines import planning
from tests.consultation import noticing
from tici.buslines import actions
from tici.buslines.models import Plan, Scenario
from tici.buslines.queries.opinions import asked_for
from tici.buslines.rules import scenarios as rules
from tici.consultation import actions as consultations
from tici.consultation.models import Group, Point
from tici.consultation.queries import results

pytestmark = pytest.mark.django_db
TEXT = "和平西路小学下午专线建议改到17:10发车，联系电话13803110000。"


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def planner(city):
    return planning.planner(city)


@pytest.fixture
def school(city):
    return planning.school(city, name="和平西路小学")


@pytest.fixture
def notice(city):
    return noticing.notice(by=noticing.clerk(city))


def sent(notice, text=TEXT, count=2):
    """Opinions that name the school and a time; read by hand, so that the test is about what comes of them."""
    said = consultations.Said(aspects=["T"], schools=["he"], times=[{"minutes": 17 * 60 + 10, "role": "requested"}])
    for _ in range(count):
        made = noticing.submission(notice, text)
        points = [consultations.ReadPoint(0, len(text), text, said, [("T", 0.6)])]
        consultations.note_reading(submission=made, points=points, engine="test", at=noticing.OPEN)
    rows = [one.points.get() for one in notice.submissions.order_by("pk")]
    consultations.group_points(notice=notice, points=rows, groups=[0] * len(rows), families=[0] * len(rows))
    return Group.objects.get()


def test_a_group_says_how_many_ask_and_proposes_the_change_with_its_minutes(school, planner, notice):
    plan = planning.kept(school, planner, state="in_force", in_force_from=planning.FROM)
    group = sent(notice)

    (asked,) = asked_for(school, plan)

    assert (asked.group_id, asked.points) == (group.pk, 2)
    assert "13803110000" not in asked.words
    assert (asked.kind, asked.suggested) == ("retime", {"line": 1, "direction": "afternoon", "minutes": 10})


def test_a_school_without_a_line_is_proposed_one(school, notice):
    sent(notice, "和平西路小学也想开专线。")

    assert [one.kind for one in asked_for(school, None)] == ["open_line"]


def test_what_is_asked_of_another_school_does_not_stand_here(city, notice):
    sent(notice)

    assert asked_for(planning.school(city, name="天苑小学"), None) == []


def test_one_click_opens_the_form_filled_and_the_answer_says_what_became_of_it(client, city, planner, notice):
    school = planning.network(city)
    type(school).objects.filter(pk=school.pk).update(name="和平西路小学")
    plan = planning.in_force(school, planner)
    group = sent(notice)
    clerk = noticing.clerk(city)
    consultations.decide_group(
        group=group, outcome="partly", reason="按方案评估后办理", unit="公交公司", by=clerk, at=noticing.OPEN
    )
    client.force_login(planner)

    page = client.get(reverse("buslines:school_opinions", args=[school.pk]))
    ((asked, _scenario),) = page.context["asked"]
    form = client.get(f"{reverse('buslines:new_scenario', args=[school.pk])}?{asked.query}")
    assert form.context["form"].initial["minutes"] == str(asked.suggested["minutes"])
    assert form.context["form"].initial["opinions"] == 2
    told = {
        "title": "下午晚十分钟",
        "line": 1,
        "direction": "afternoon",
        "minutes": 5,
        "opinions": 2,
        "asked_in": notice.title,
    }
    answer = client.post(f"{reverse('buslines:new_scenario', args=[school.pk])}?{asked.query}", told)

    scenario = Scenario.objects.get()
    assert answer.status_code == 302
    assert (scenario.group, scenario.plan) == (group, plan)
    assert Group.objects.get().matter_label.startswith("下午晚十分钟：待定")
    actions.decline_scenario(scenario=scenario, reason="赶不上课后服务", by=planner, at=make.NOW)
    assert "未采纳" in Group.objects.get().matter_label
    assert "赶不上课后服务" in Group.objects.get().matter_label
    point = Point.objects.filter(membership__group=group).first()
    said = consultations.Said(aspects=["T"])
    consultations.confirm_submission(submission=point.submission, said={point.pk: said}, by=clerk, at=noticing.OPEN)
    ((_submission, text),) = results.answers_due(notice)
    assert "按方案评估后办理" in text
    assert rules.words_of(scenario.cards["asked"]) in text
    assert Plan.objects.count() == 1
