"""Accounts change by another's hand, and every change is written down."""

import stat

import pytest
from axes.models import AccessAttempt

from tests import make
from tests.make import NOW
from tici.accounts import actions, queries
from tici.accounts.models import ADMINISTRATORS, Person, Role
from tici.core.models import Record
from tici.core.refusals import Refused

pytestmark = pytest.mark.django_db

THREE = {Role.SYSTEM_ADMIN: "xitong", Role.SECURITY_ADMIN: "anquan", Role.AUDIT_ADMIN: "shenji"}


@pytest.fixture
def security():
    return make.person(place=None, role=Role.SECURITY_ADMIN)


@pytest.fixture
def system():
    return make.person(place=None, role=Role.SYSTEM_ADMIN)


@pytest.fixture
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return tmp_path


def deeds():
    return list(Record.objects.order_by("pk").values_list("what", "by"))


def test_a_new_account_has_no_role_and_a_password_for_once(system):
    opened = actions.create_person(username="zhengding", display_name="正定县填报员", by=system, at=NOW)

    person = Person.objects.get(username="zhengding")
    assert (person.role, person.place, person.must_change_password) == (Role.NONE, None, True)
    assert person.check_password(opened.password)
    assert opened.password not in str(list(Record.objects.values()))
    assert deeds() == [("person.created", system.username)]


def test_a_name_is_taken_whatever_its_case(system):
    actions.create_person(username="Zhengding", display_name="甲", by=system, at=NOW)

    with pytest.raises(Refused, match=r"person\.username_taken"):
        actions.create_person(username="zhengding", display_name="乙", by=system, at=NOW)


def test_a_role_is_granted_with_its_place_and_recorded(security):
    county, person = make.place(), make.person(place=None, role=Role.NONE)

    actions.grant_role(person=person, role=Role.COUNTY_REPORTER, place=county, by=security, at=NOW)

    person.refresh_from_db()
    assert (person.role, person.place) == (Role.COUNTY_REPORTER, county)
    record = Record.objects.get()
    assert (record.old, record.new) == (
        {"role": "none", "place": None},
        {"role": "county_reporter", "place": county.code},
    )


def test_a_refused_grant_leaves_no_trace(security):
    with pytest.raises(Refused, match=r"person\.own_role"):
        actions.grant_role(person=security, role=Role.AUDIT_ADMIN, place=None, by=security, at=NOW)

    security.refresh_from_db()
    assert (security.role, deeds()) == (Role.SECURITY_ADMIN, [])


def test_the_last_of_each_administrators_stays(security, system):
    for action in (actions.deactivate_person,):
        with pytest.raises(Refused, match=r"person\.last_administrator"):
            action(person=security, by=system, at=NOW)

    make.person(place=None, role=Role.SECURITY_ADMIN)
    actions.deactivate_person(person=security, by=system, at=NOW)

    security.refresh_from_db()
    assert (security.is_active, deeds()) == (False, [("person.deactivated", system.username)])


def test_an_account_opened_again_has_no_role(system):
    person = make.person(place=make.place())
    actions.deactivate_person(person=person, by=system, at=NOW)

    actions.reactivate_person(person=person, by=system, at=NOW)

    person.refresh_from_db()
    assert (person.is_active, person.role, person.place) == (True, Role.NONE, None)
    assert [what for what, _ in deeds()] == ["person.deactivated", "person.granted", "person.reactivated"]


def test_unlocking_what_is_not_locked_is_refused(security):
    with pytest.raises(Refused, match=r"person\.not_locked"):
        actions.unlock_person(person=make.person(place=make.place()), by=security, at=NOW)


def test_a_reset_opens_the_lock_and_asks_for_a_new_password(security):
    person = make.person(place=make.place())
    AccessAttempt.objects.create(username=person.username, ip_address="10.0.0.1", failures_since_start=5)

    opened = actions.reset_password(person=person, by=security, at=NOW)

    person.refresh_from_db()
    assert person.check_password(opened.password)
    assert person.must_change_password
    assert not AccessAttempt.objects.exists()


def test_the_own_name_shown_changes_no_record(system):
    actions.rename_person(person=system, display_name="审计管理员", at=NOW)
    actions.create_person(username="lisi", display_name="李四", by=system, at=NOW)

    assert deeds() == [("person.renamed", system.username), ("person.created", system.username)]


def test_a_setting_is_kept_beside_the_others():
    person = make.person(place=make.place())
    actions.set_preference(person, "size", "large", NOW)
    stale = Person.objects.get(pk=person.pk)
    actions.set_preference(person, "columns:projects", ["name"], NOW)

    actions.set_preference(stale, "contrast", "high", NOW)

    person.refresh_from_db()
    assert person.preferences == {"size": "large", "columns:projects": ["name"], "contrast": "high"}


def test_a_setting_kept_again_writes_nothing():
    person = make.person(place=make.place())
    for _ in range(2):
        actions.set_preference(person, "size", "large", NOW)

    assert [what for what, _ in deeds()] == ["person.preference_set"]


def test_the_first_administrators_are_three_with_three_passwords(data, django_capture_on_commit_callbacks):
    actions.issue_first_administrator_token()

    with django_capture_on_commit_callbacks(execute=True):
        opened = actions.enrol_first_administrators(usernames=THREE, at=NOW)

    assert [one.person.role for one in opened] == list(ADMINISTRATORS)
    assert len({one.password for one in opened}) == 3
    assert all(one.person.must_change_password for one in opened)
    assert queries.first_administrator_token() is None


def test_the_first_administrators_are_enrolled_once(data):
    actions.enrol_first_administrators(usernames=THREE, at=NOW)

    with pytest.raises(Refused, match=r"person\.not_first"):
        actions.enrol_first_administrators(usernames={**THREE, Role.SYSTEM_ADMIN: "other"}, at=NOW)


def test_one_name_cannot_stand_for_two_administrators(data):
    with pytest.raises(Refused, match=r"person\.one_name_for_two"):
        actions.enrol_first_administrators(usernames={**THREE, Role.AUDIT_ADMIN: "Xitong"}, at=NOW)

    assert not queries.has_people()


def test_the_token_is_the_same_each_time_and_ours_alone_to_read(data):
    token = actions.issue_first_administrator_token()

    assert actions.issue_first_administrator_token() == token
    assert stat.S_IMODE(queries.first_administrator_file().stat().st_mode) == 0o600
    assert queries.is_first_administrator_token(f" {token}\n")
    assert not queries.is_first_administrator_token(token[:-1])
