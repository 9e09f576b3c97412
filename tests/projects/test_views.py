import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.make import TODAY
from tici.accounts.models import Role
from tici.core.searching import searchable
from tici.projects.models import Project, Stage

pytestmark = pytest.mark.django_db
REGISTER = "/projects/"


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def zone(city):
    return make.place("正定县", within=city)


def names(response):
    return [row["name"] for row in response.context["listing"].rows]


@pytest.mark.parametrize("projects", [1, 3])
def test_the_register_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, city, projects):
    owner = make.enterprise(place=city)
    for _number in range(projects):
        make.project_year(project=make.project(place=city, owner=owner), category="to_start")
    client.force_login(make.person(place=city))

    with django_assert_num_queries(11):
        response = client.get(REGISTER)

    assert len(response.context["listing"].rows) == projects


def test_a_person_sees_the_projects_of_their_own_place(client, city, zone):
    make.project(place=zone, name="重组蛋白生产线")
    make.project(place=make.place("赵县", within=city), name="别处的项目")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))

    assert names(client.get(REGISTER)) == ["重组蛋白生产线"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["丙", "乙", "甲"]),
        ({"q": "重组"}, ["甲"]),
        ({"q": "czdb"}, ["甲"]),
        ({"q": "%"}, []),
        ({"stage": "started"}, ["乙"]),
        ({"level": "city"}, ["乙"]),
        ({"category": "2021-to_start"}, ["甲"]),
        ({"category": "2020-to_start"}, []),
        ({"category": "nonsense"}, ["丙", "乙", "甲"]),
        ({"investment": "duty"}, ["乙", "甲"]),
        ({"investment": "under"}, ["丙"]),
        ({"investment": "none"}, []),
        ({"start": "started"}, ["乙"]),
        ({"statistics": "yes"}, ["乙"]),
        ({"statistics": "no"}, ["丙", "甲"]),
        ({"state": "cancelled"}, ["丁"]),
        ({"state": "all"}, ["丁", "丙", "乙", "甲"]),
        ({"place": "nowhere"}, ["丙", "乙", "甲"]),
        ({"sort": "stage"}, ["丙", "甲", "乙"]),
        ({"after": "garbage", "stage": "started"}, ["乙"]),
    ],
)
def test_the_register_is_narrowed_by_what_the_url_asks(client, zone, query, found):
    first = make.project(place=zone, name="甲", search_text=searchable("重组蛋白"))
    make.project_year(project=first, category="to_start")
    make.project(place=zone, name="乙", stage="started", level="city", started_on=TODAY, statistics_on=TODAY)
    make.project(place=zone, name="丙", investment_wan=100)
    make.project(place=zone, name="丁", cancelled_on=TODAY, cancel_reason="用地未落实")
    client.force_login(make.person(place=zone))

    assert sorted(names(client.get(REGISTER, query))) == sorted(found)


def test_a_filter_by_county_gives_that_county_alone(client, city, zone):
    make.project(place=zone, name="正定的项目")
    make.project(place=make.place("赵县", within=city), name="赵县的项目")
    client.force_login(make.person(place=city))

    assert names(client.get(REGISTER, {"place": zone.code})) == ["正定的项目"]


def test_stages_are_sorted_by_height_not_by_their_letters(client, zone):
    for stage in ("building", "planned", "performing", "reserved", "started"):
        make.project(place=zone, name=stage, stage=stage)
    client.force_login(make.person(place=zone))

    assert names(client.get(REGISTER, {"sort": "stage"})) == Stage.values


def test_an_export_says_the_status_of_the_open_standard_for_cancelled_projects_too(client, zone):
    make.project(place=zone, name="甲", stage="reserved")
    make.project(place=zone, name="乙", cancelled_on=TODAY, cancel_reason="用地未落实")
    client.force_login(make.person(place=zone))

    response = client.get(REGISTER, {"state": "all", "columns": "name,oc4ids", "sort": "name", "as": "csv"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["项目名称,OC4IDS状态", "乙,cancelled", "甲,preparation", "部门调度数，不作为统计上报依据"]


def test_the_page_of_a_project_says_the_status_of_the_open_standard_in_words(client, zone):
    project = make.project(place=zone, stage=Stage.BUILDING)
    client.force_login(make.person(place=zone))

    chinese = client.get(project.get_absolute_url()).text
    client.post("/me/language/", {"language": "en", "next": "/"})
    english = client.get(project.get_absolute_url()).text

    assert "OC4IDS 状态：建设实施（implementation）" in chinese
    assert "OC4IDS status: works under way (implementation)" in english


@pytest.mark.parametrize("projects", [1, 3])
def test_the_board_asks_the_database_the_same_number_of_times(client, django_assert_num_queries, zone, projects):
    for _number in range(projects):
        make.project(place=zone)
    client.force_login(make.person(place=zone))

    with django_assert_num_queries(13):
        response = client.get(reverse("projects:board"))

    assert [(rung.stage, rung.count, len(cards)) for rung, cards in response.context["rungs"]][:2] == [
        ("planned", projects, projects),
        ("reserved", 0, 0),
    ]


def test_every_number_of_the_board_opens_to_as_many_projects(client, city, zone):
    for stage in ("planned", "planned", "building"):
        make.project(place=zone, stage=stage)
    make.project(place=zone, stage="planned", cancelled_on=TODAY, cancel_reason="用地未落实")
    client.force_login(make.person(place=city))

    rungs = [rung for rung, _cards in client.get(reverse("projects:board")).context["rungs"]]

    assert [len(names(client.get(rung.url))) for rung in rungs] == [rung.count for rung in rungs] == [2, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("page", "role", "elsewhere", "status"),
    [
        ("move", Role.DISPATCHER, False, 200),
        ("move", Role.COUNTY_REPORTER, False, 200),
        ("move", Role.LEADER, False, 403),
        ("move", Role.DISPATCHER, True, 404),
        ("edit", Role.COUNTY_REPORTER, False, 200),
        ("edit", Role.DUTY_OFFICER, False, 403),
        ("edit", Role.COUNTY_REPORTER, True, 404),
        ("approvals", Role.COUNTY_REPORTER, False, 200),
        ("approvals", Role.LEADER, False, 403),
        ("cancel", Role.DISPATCHER, False, 200),
        ("cancel", Role.COUNTY_REPORTER, False, 403),
        ("revive", Role.DISPATCHER, False, 200),
        ("revive", Role.COUNTY_REPORTER, False, 403),
    ],
)
def test_who_may_open_the_forms_of_a_project(client, city, zone, page, role, elsewhere, status):
    project = make.project(place=zone)
    client.force_login(make.person(place=make.place("赵县", within=city) if elsewhere else zone, role=role))

    assert client.get(reverse(f"projects:{page}", args=[project.pk])).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COUNTY_REPORTER, 200), (Role.LEADER, 403), (Role.SYSTEM_ADMIN, 403), (Role.NONE, 403)],
)
def test_who_may_enter_a_project(client, zone, role, status):
    client.force_login(make.person(place=None if role == Role.SYSTEM_ADMIN else zone, role=role))

    assert client.get(reverse("projects:new")).status_code == status


def test_a_refused_move_says_what_is_missing_and_changes_nothing(client, zone):
    project = make.project(place=zone)
    client.force_login(make.person(place=zone))

    response = client.post(reverse("projects:move", args=[project.pk]), {"to": "reserved", "on": "2021-12-06"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "缺少立项(备案/核准/审批)或项目代码。请先在“审批手续”中补充，再推进到“储备”。"
    ]
    project.refresh_from_db()
    assert project.stage == Stage.PLANNED


def test_a_move_leads_back_to_the_project(client, zone):
    project = make.project(place=zone, code="2101-130123-04-01-123456")
    client.force_login(make.person(place=zone))

    response = client.post(reverse("projects:move", args=[project.pk]), {"to": "reserved", "on": "2021-12-06"})

    assert (response.status_code, response.url) == (302, project.get_absolute_url())


def test_a_county_enters_a_project_and_corrects_it(client, zone):
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    typed = {
        "place": zone.pk,
        "name": "重组蛋白生产线",
        "investment_wan": "1200.5",
        "year": "2021",
        "category": "to_start",
    }

    entered = client.post(reverse("projects:new"), typed)
    project = Project.objects.get()
    corrected = client.post(
        reverse("projects:edit", args=[project.pk]), typed | {"investment_wan": "1500", "statistics_on": "2021-11-30"}
    )

    project.refresh_from_db()
    assert (entered.status_code, corrected.status_code) == (302, 302)
    assert (project.investment_wan, project.statistics_on.isoformat()) == (1500, "2021-11-01")
    assert project.years.values_list("year", "category").get() == (2021, "to_start")
    assert [change.new for change in project.changes.order_by("pk")][1] == {
        "investment_wan": "1500",
        "statistics_on": "2021-11-01",
    }


def shown(client, address):
    """What a page of a form holds: the fields as shown, and what it keeps of them to tell what was typed anew."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = values | {form[name].html_initial_name: value for name, value in values.items()}
    return {name: "" if value is None else value for name, value in data.items()}


@pytest.fixture
def opened_twice(client, zone):
    """A project, the address of its facts, and what two people who opened them are shown."""
    project = make.project(place=zone, site="乙路")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    address = reverse("projects:edit", args=[project.pk])
    return project, address, shown(client, address), shown(client, address)


def test_a_page_opened_before_another_saved_changes_only_what_was_typed_in_it(client, opened_twice):
    project, address, first, second = opened_twice

    client.post(address, first | {"site": "甲路1号"})
    client.post(address, second | {"fund_source": "自筹", "investment_wan": "1500"})

    project.refresh_from_db()
    assert (project.site, project.fund_source, project.investment_wan) == ("甲路1号", "自筹", 1500)


def test_what_two_changed_at_once_is_asked_about_once(client, opened_twice):
    project, address, first, second = opened_twice
    client.post(address, first | {"site": "甲路1号"})

    asked = client.post(address, second | {"site": "丙路"})

    assert asked.status_code == 422
    assert "此项已由他人改为“甲路1号”" in asked.text
    kept = {"initial-site": asked.context["form"].data["initial-site"]}
    assert client.post(address, second | kept | {"site": "丙路"}).status_code == 302
    project.refresh_from_db()
    assert project.site == "丙路"


def test_a_plan_above_the_total_is_saved_only_once_it_was_looked_at(client, zone):
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    typed = {"place": zone.pk, "name": "重组蛋白生产线", "investment_wan": "1200", "year": 2021, "plan_wan": "12000"}

    asked = client.post(reverse("projects:new"), typed)

    assert asked.status_code == 422
    assert "还没有保存：年度计划投资12,000万元大于总投资1,200万元，请核对数值和单位。" in asked.text
    assert not Project.objects.exists()

    went_on = client.post(reverse("projects:new"), typed | {"as_planned": "on"})

    project = Project.objects.get()
    assert went_on.status_code == 302
    assert project.years.get().plan_wan == 12000

    edit = reverse("projects:edit", args=[project.pk])
    assert client.post(edit, typed | {"plan_wan": "13000"}).status_code == 422
    assert client.post(edit, typed | {"remark": "分两年建设"}).status_code == 302  # neither figure is new
    assert client.post(edit, typed | {"plan_wan": "13000", "as_planned": "on"}).status_code == 302
    assert project.years.get().plan_wan == 13000


def test_a_namesake_with_a_plan_above_the_total_is_asked_about_at_once(client, zone):
    make.project(place=zone, name="重组蛋白生产线")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    typed = {"place": zone.pk, "name": "重组蛋白生产线", "investment_wan": "1200", "year": 2021, "plan_wan": "12000"}

    asked = client.post(reverse("projects:new"), typed)
    half = client.post(reverse("projects:new"), typed | {"as_another": "on"})
    went_on = client.post(reverse("projects:new"), typed | {"as_asked": "on"})

    assert (asked.context["over_total"], len(asked.context["namesakes"])) == (True, 1)
    assert (asked.status_code, half.status_code, went_on.status_code) == (422, 422, 302)


def test_a_second_project_of_a_name_is_entered_only_once_the_first_was_looked_at(client, city, zone):
    first = make.project(place=zone, name="重组蛋白 生产线", stage=Stage.STARTED)
    make.project(place=make.place("藁城区", within=city), name="重组蛋白生产线")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    typed = {"place": zone.pk, "name": "重组蛋白生产线", "investment_wan": "1200"}

    asked = client.post(reverse("projects:new"), typed)

    assert asked.status_code == 422
    assert asked.context["namesakes"] == [("重组蛋白 生产线（开工）", first.get_absolute_url())]
    assert f'href="{first.get_absolute_url()}"' in asked.text
    assert Project.objects.filter(place=zone).count() == 1

    went_on = client.post(reverse("projects:new"), typed | {"as_another": "on"})

    assert (went_on.status_code, Project.objects.filter(place=zone).count()) == (302, 2)


def test_two_codes_tell_two_projects_of_a_name_apart(client, zone):
    make.project(place=zone, name="二期工程", code="2101-130123-04-01-123456")
    client.force_login(make.person(place=zone, role=Role.COUNTY_REPORTER))
    typed = {"place": zone.pk, "name": "二期工程", "code": "2102-130123-04-01-654321", "investment_wan": "1200"}

    assert client.post(reverse("projects:new"), typed).status_code == 302


def test_all_that_is_wrong_with_typed_facts_stands_beside_its_field(client, zone):
    project = make.project(place=zone)
    client.force_login(make.person(place=zone))
    typed = {
        "name": "溪颜空间",
        "code": "123",
        "investment_wan": "-1",
        "owner_name": "示例",
        "owner_uscc": "91130100MA07",
    }

    response = client.post(reverse("projects:edit", args=[project.pk]), typed)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"code", "investment_wan", "owner_uscc"}


def test_a_start_lies_behind_and_a_planned_start_may_lie_ahead(client, zone):
    project = make.project(place=zone)
    client.force_login(make.person(place=zone))
    ahead = f"{timezone.localdate().year + 2}-03-01"
    typed = {"name": "溪颜空间", "investment_wan": "1200", "planned_start_on": ahead, "started_on": ahead}

    response = client.post(reverse("projects:edit", args=[project.pk]), typed)

    assert response.context["form"].errors == {"started_on": ["日期在今天之后。请填写已发生的日期。"]}


def test_one_wrong_approval_leaves_all_as_they_were(client, zone):
    project = make.project(place=zone)
    client.force_login(make.person(place=zone))
    typed = {"filing_number": "冀备2021-1", "permit_number": "施许1", "permit_on": "2999-01-01"}

    response = client.post(reverse("projects:approvals", args=[project.pk]), typed)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"permit_on"}
    assert project.approvals.count() == 0


def test_a_cancelled_project_is_given_a_reason_and_comes_back(client, zone):
    project = make.project(place=zone)
    client.force_login(make.person(place=zone))

    client.post(reverse("projects:cancel", args=[project.pk]), {"on": "2021-12-06", "reason": "用地未落实"})
    cancelled = names(client.get(REGISTER, {"state": "cancelled"}))
    client.post(reverse("projects:revive", args=[project.pk]), {"reason": "用地已落实"})

    assert cancelled == [project.name]
    assert names(client.get(REGISTER)) == [project.name]
