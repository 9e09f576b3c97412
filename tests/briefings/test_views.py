"""Who may make and take away briefings, and that making one is left to the background."""

from datetime import date

import pytest
from django.urls import reverse

from tests import make
from tests.make import NOW
from tici.accounts.models import Role
from tici.briefings.actions import Heading, make_briefing
from tici.briefings.models import Briefing
from tici.core.models import Job, JobState
from tici.core.tasks import run

pytestmark = pytest.mark.django_db
FILLED = {"office": "示例办公室", "recipients": "各县（市、区）", "dated_on": "2021-12-08", "month": "2021-11"}


@pytest.fixture
def city():
    city = make.city()
    county = make.place(within=city)
    by = make.person(place=city)
    vintage = make.vintage(filing=make.filing(place=county, state="filed", first_filed_at=NOW), by=by)
    make.entry(vintage=vintage, project=make.project(place=county), plan_year_wan=100, done_ytd_wan=107)
    return city


def made(city):
    heading = Heading("示例办公室", "各县（市、区）", date(2021, 12, 8))
    by = make.person(place=city)
    return make_briefing(place=city, month=make.NOVEMBER, heading=heading, by=by, at=NOW, tell=lambda step: None)


def test_making_is_left_to_the_background_and_shows_up_when_it_is_done(client, city):
    client.force_login(make.person(place=city))

    assert client.post(reverse("briefings:make"), FILLED).status_code == 302
    assert client.get(reverse("briefings:briefings")).context["is_making"]
    job = Job.objects.get(kind="briefings.make")
    run(job_id=job.pk)

    job.refresh_from_db()
    listed = client.get(reverse("briefings:briefings")).context
    assert (job.state, listed["is_making"]) == (JobState.FINISHED, False)
    assert [(one.month, one.number) for one in listed["briefings"]] == [(make.NOVEMBER, 1)]


def test_a_heading_that_lacks_its_office_is_refused_and_nothing_starts(client, city):
    client.force_login(make.person(place=city))

    response = client.post(reverse("briefings:make"), FILLED | {"office": ""})

    assert (response.status_code, Job.objects.count()) == (422, 0)


def test_an_answer_is_asked_for_no_earlier_than_the_document(client, city):
    client.force_login(make.person(place=city))

    response = client.post(reverse("briefings:make"), FILLED | {"answer_by": "2021-12-07"})

    assert response.status_code == 422
    assert "期限早于成文日期" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "makes", "opens"),
    [
        (Role.DISPATCHER, 200, 200),
        (Role.LEADER, 200, 200),
        (Role.DUTY_OFFICER, 403, 200),
        (Role.NONE, 403, 403),
    ],
)
def test_who_may_make_and_who_may_open(client, city, role, makes, opens):
    briefing = made(city)
    client.force_login(make.person(place=city, role=role))

    statuses = (client.get(reverse("briefings:make")).status_code, client.get(briefing.get_absolute_url()).status_code)

    assert statuses == (makes, opens)


def test_a_briefing_without_a_print_says_why_and_the_way_out(client, city, settings, tmp_path):
    settings.TICI_DATA = tmp_path  # no faces lie here
    briefing = made(city)
    client.force_login(make.person(place=city))

    page = client.get(briefing.get_absolute_url()).text

    assert "本版没有PDF：生成时服务器上没有排印用的字体" in page
    assert "请系统管理员按安装说明“印刷字体”一节取来字体，再重新生成。" in page


def test_the_text_for_writing_in_and_the_one_for_printing_are_told_apart(client, city, settings, tmp_path):
    settings.TICI_DATA = tmp_path
    briefing = made(city)
    Briefing.objects.update(printed=briefing.word)
    client.force_login(make.person(place=city))

    page = client.get(briefing.get_absolute_url()).text

    urls = [reverse("briefings:download", args=[briefing.pk, part]) for part in ("word", "print")]
    names = [page.split(f'href="{url}">')[1].split("<")[0] for url in urls]
    assert names == ["通报（Word，可修改）", "通报（PDF，供打印）"]
    assert "本版没有PDF" not in page


def test_a_county_opens_its_citys_briefing_and_not_another_citys(client, city):
    own, other = made(city), make.city("邯郸市")
    foreign = make.place("磁县", within=other)
    county = city.place_set.get()
    client.force_login(make.person(place=foreign, role=Role.COUNTY_REPORTER))
    assert client.get(own.get_absolute_url()).status_code == 404

    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))
    assert client.get(reverse("briefings:download", args=[own.pk, "nothing"])).status_code == 404
    taken = client.get(reverse("briefings:download", args=[own.pk, "dispatch"]))
    size = len(b"".join(taken.streaming_content))
    taken.close()
    assert (taken.status_code, size) == (200, own.dispatch.size)
