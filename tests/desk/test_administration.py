"""The record, the jobs, the rules and the places, as the administrators see them."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tests import make
from tests.make import NOW, TODAY
from tici.accounts.models import Role
from tici.accounts.permissions import ROLES, Permission
from tici.core.actions import keep_upload, start_job
from tici.core.audit import Deed, record_many
from tici.core.models import Job, JobState, Record
from tici.core.tasks import run
from tici.core.uploads import path_of
from tici.desk.queries import rulebook
from tici.desk.queries.deeds import DEEDS
from tici.desk.queries.rule_uses import USES
from tici.places.models import Place

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2] / "tici"


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return tmp_path


@pytest.fixture
def audit():
    return make.person(place=None, role=Role.AUDIT_ADMIN)


@pytest.fixture
def system():
    return make.person(place=None, role=Role.SYSTEM_ADMIN)


def write(*subjects, by="甲"):
    with transaction.atomic():
        return record_many(
            [Deed("project.moved", one, {"stage": "planned"}, {"stage": "reserved"}) for one in subjects], by=by, at=NOW
        )


def written_deeds() -> set[str]:
    """Every deed the code writes down: the first word given to record() and Deed(), or handed on as ``what=``."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "id", "")
                firsts = call.args[:1] if name in {"record", "Deed"} else []
                firsts += [word.value for word in call.keywords if word.arg == "what"]
                found |= {one.value for one in firsts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {one for one in found if "." in one}


def test_every_deed_has_a_name_people_read():
    assert written_deeds() - DEEDS.keys() == set()


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ("by=甲", ["projects.project:2", "projects.project:1"]),
        ("subject=projects.project:1", ["projects.project:1"]),
        ("subject=duties", ["duties.duty:7"]),
        ("from=2021-12-06&until=2021-12-06", ["duties.duty:7", "projects.project:2", "projects.project:1"]),
        ("from=2021-12-07", []),
        ("until=2021-12-05", []),
        ("from=2021-13-45", ["duties.duty:7", "projects.project:2", "projects.project:1"]),
    ],
)
def test_the_record_is_narrowed_by_person_subject_and_day(client, audit, asked, subjects):
    write("projects.project:1", "projects.project:2")
    write("duties.duty:7", by="乙")
    client.force_login(audit)

    listing = client.get(f"/records/?{asked}").context["listing"]

    assert [row["subject"] for row in listing.rows] == subjects


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_records_asks_the_same_few_questions(client, audit, count, django_assert_num_queries):
    write(*[f"projects.project:{n}" for n in range(count)])
    client.force_login(audit)
    client.get("/records/")

    with django_assert_num_queries(5):  # session, person, which rows, the rows, last check
        client.get("/records/")


def test_a_record_shows_old_and_new(client, audit):
    (row,) = write("projects.project:1")
    client.force_login(audit)

    page = client.get(f"/records/{row.pk}/")

    assert page.context["changes"] == [("stage", "planned", "reserved")]
    assert row.digest in page.text


def test_the_record_is_taken_away_as_seen(client, audit):
    write("projects.project:1", "duties.duty:7")
    client.force_login(audit)

    text = client.get("/records/?subject=duties&as=csv").getvalue().decode("utf-8-sig")

    assert "推进或退回项目,duties.duty:7" in text
    assert "projects.project:1" not in text


def test_a_check_runs_in_the_background_and_says_what_it_found(client, audit):
    write("projects.project:1")
    kept = keep_upload(BytesIO(b"1"), name="11月.xlsx", by=audit, at=NOW)
    path_of(kept.digest).unlink()
    client.force_login(audit)

    url = client.post("/records/verify/").url
    job = Job.objects.get()
    run(job.pk)

    page = client.get(url).text
    assert "1处不一致" in page
    assert "（11月.xlsx）：文件不在了。" in page
    assert "最近一次校验" in client.get("/records/").text


def test_people_watch_their_own_jobs_and_the_system_administrator_all(client, system):
    reporter, other = make.person(place=make.place()), make.person(place=make.place())
    own = start_job("desk.read_file", title="甲表", by=reporter, at=NOW)
    theirs = start_job("desk.read_file", title="乙表", by=other, at=NOW)

    client.force_login(reporter)
    assert [row["pk"] for row in client.get("/jobs/").context["listing"].rows] == [own.pk]
    assert client.get(f"/jobs/{theirs.pk}/").status_code == 404

    client.force_login(system)
    assert [row["pk"] for row in client.get("/jobs/").context["listing"].rows] == [theirs.pk, own.pk]


def test_a_job_is_asked_again_each_second_until_it_is_over(client, system):
    job = start_job("desk.read_file", title="甲表", by=system, at=NOW)
    client.force_login(system)

    assert 'hx-trigger="every 1s"' in client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).text
    client.post(f"/jobs/{job.pk}/stop/")
    assert 'hx-trigger="every 1s"' not in client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).text

    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert "任务已经结束。" in client.post(f"/jobs/{job.pk}/stop/", follow=True).text


def test_a_rule_of_the_citys_own_is_marked(client, system, tmp_path, monkeypatch):
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "lights.toml").write_text('source = "本市办法"\nline = 3\n', encoding="utf-8")
    monkeypatch.setenv("TICI_RULEBOOK", str(tmp_path))
    client.force_login(system)

    found = {one.name: one.is_replaced for one in client.get("/rules/").context["found"]}

    assert (found["returns/lights"], found["returns/checks"]) == (True, False)
    page = client.get("/rules/returns/lights/").text
    assert "本市用自己的文件替换了这条规则。" in page
    assert "本市办法" in page


@pytest.mark.parametrize("name", ["returns/no-such-rule", "..", "returns/../../config/settings/base"])
def test_only_rules_are_rules(client, system, name):
    client.force_login(system)

    assert client.get(f"/rules/{name}/").status_code == 404


def test_every_shipped_rule_has_a_name_and_a_source_that_people_read():
    """English in a source is a title or a code of the standard that is cited, never our own remark."""
    rules = rulebook.every_rule()

    assert [one.name for one in rules if one.title == one.name] == []
    assert [
        one.name for one in rules if re.search(r"\b(?:the|of|and|as|with|footer|domain)\b", one.newest.source)
    ] == []


def test_every_rule_can_be_read(client, system):
    client.force_login(system)

    for one in client.get("/rules/").context["found"]:
        assert client.get(f"/rules/{one.name}/").status_code == 200


def test_a_rule_s_lines_are_called_by_the_names_people_know(client, system):
    client.force_login(system)

    def names(rule):
        (_rule, _end, lines), *_older = client.get(f"/rules/{rule}/").context["versions"]
        return {(line.key, line.label) for line in lines}, {(line.key, line.value) for line in lines}

    lights, _said = names("returns/lights")
    checks, said = names("returns/checks")
    sizes, _said = names("enterprises/sizes")
    assert {("start", "开工"), ("yellow_months", "黄灯(月)"), ("start.due", "")} <= lights
    assert {("1", "本年累计(万元)"), ("sentence", "提示语")} <= checks
    assert {("field", "本年累计(万元)"), ("left", "本年累计(万元)"), ("severity", "须更正")} <= said
    assert {("1", "农、林、牧、渔业"), ("industries", "行业代码")} <= sizes


@pytest.mark.parametrize("role", [role for role in Role.values if Permission.RULE_VIEW in ROLES[role]])
def test_a_rule_leads_nowhere_that_its_reader_may_not_go(client, role):
    client.force_login(make.person(place=None if role == Role.SYSTEM_ADMIN else make.city(), role=role))

    for rule in USES:
        pages = dict(client.get(f"/rules/{rule}/").context["uses"])
        answers = {use.label: client.get(reverse(use.page)).status_code for use in USES[rule] if use.page}
        assert {label for label, address in pages.items() if address} == {
            label for label, status in answers.items() if status != 403
        }


def test_the_measures_of_a_rule_open_to_those_who_see_measures(client, system):
    client.force_login(system)
    closed = client.get("/rules/returns/lights/").text
    client.force_login(make.person(place=make.city()))
    opened = client.get("/rules/returns/lights/").text

    assert ("指标：红灯" in closed, "/measures/returns.red/" in closed) == (True, False)
    assert "/measures/returns.red/" in opened


def test_a_wrong_tree_is_refused_with_every_line(client, system):
    client.force_login(system)
    file = SimpleUploadedFile("places.csv", "code,name\n64,银川市\n640104,\n".encode())

    response = client.post("/places/import/", {"file": file})

    assert response.status_code == 422
    assert len(response.context["form"].non_field_errors()) == 2
    assert not Place.objects.exists()


def test_posts_and_departments_are_added_beside_their_place(client, system):
    county = make.place()
    client.force_login(system)

    client.post(f"/places/{county.code}/units/posts/add/", {"title": "常务副县长"})
    client.post(f"/places/{county.code}/departments/add/", {"name": "发展和改革局"})
    again = client.post(f"/places/{county.code}/units/posts/add/", {"title": "常务副县长"})

    assert (county.posts.count(), county.departments.count(), again.status_code) == (1, 1, 422)
    client.post(f"/posts/{county.posts.get().pk}/vacate/", {"on": "2021-12-06"})
    assert str(county.posts.get().vacated_on) == "2021-12-06"


def test_a_department_nothing_refers_to_is_taken_out_and_one_that_leads_a_duty_stays(client, system):
    county = make.place()
    wrong, needed = make.department(place=county, name="发改局"), make.department(place=county, name="发展和改革局")
    post = make.post(place=county)
    make.duty(project=make.project(place=county), post=post, department=needed, from_date=TODAY)
    client.force_login(system)

    gone = client.post(f"/departments/{wrong.pk}/remove/", follow=True)
    kept = client.post(f"/departments/{needed.pk}/remove/", follow=True)

    assert list(county.departments.all()) == [needed]
    assert "单位“发改局”已删除；误删的，重新新增即可恢复。" in gone.text
    assert "单位“发展和改革局”已有包联或培育记录，不能删除。" in kept.text
    removed = Record.objects.get(what="department.removed")
    assert (removed.subject, removed.old["name"]) == (f"places.department:{wrong.pk}", "发改局")


def test_a_post_entered_wrongly_is_taken_out_and_one_that_answers_for_a_project_stays(client, system):
    county = make.place()
    wrong, needed = make.post(place=county, title="常务副县张"), make.post(place=county, title="常务副县长")
    make.duty(project=make.project(place=county), post=needed, from_date=TODAY)
    client.force_login(system)

    client.post(f"/posts/{wrong.pk}/remove/")
    kept = client.post(f"/posts/{needed.pk}/remove/", follow=True)

    assert list(county.posts.all()) == [needed]
    assert "已有包联或培育记录，不能删除。" in kept.text
    removed = Record.objects.get(what="post.removed")
    assert (removed.subject, removed.old["title"]) == (f"places.post:{wrong.pk}", "常务副县张")
