"""Who may be given what, and by whom."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.make import NOW
from tici.accounts.models import Person, Role
from tici.accounts.rules import (
    DEMONSTRATION_PASSWORD,
    LOCK,
    NotTheDemonstrationPassword,
    against_deactivating,
    against_granting,
    against_preference,
    against_resetting,
    minutes_left,
    one_time_password,
)
from tici.places.models import Place

GRANTER = Person(pk=1, role=Role.SECURITY_ADMIN)
COUNTY = Place(name="正定县", code="130123")


@pytest.mark.parametrize(
    ("pk", "held", "role", "place", "others", "codes"),
    [
        (2, Role.NONE, Role.COUNTY_REPORTER, COUNTY, 0, []),
        (2, Role.NONE, Role.COUNTY_REPORTER, None, 0, ["person.no_place"]),
        (2, Role.NONE, Role.AUDIT_ADMIN, None, 0, []),
        (2, Role.NONE, Role.AUDIT_ADMIN, COUNTY, 0, ["person.place_of_administrator"]),
        (2, Role.DISPATCHER, Role.NONE, None, 0, []),
        (1, Role.SECURITY_ADMIN, Role.DISPATCHER, COUNTY, 1, ["person.own_role"]),
        (1, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, None, 1, ["person.own_role"]),
        (1, Role.SECURITY_ADMIN, Role.DISPATCHER, COUNTY, 0, ["person.own_role", "person.last_administrator"]),
        (2, Role.SYSTEM_ADMIN, Role.DISPATCHER, COUNTY, 0, ["person.last_administrator"]),
        (2, Role.SYSTEM_ADMIN, Role.DISPATCHER, COUNTY, 1, []),
        (2, Role.SYSTEM_ADMIN, Role.SYSTEM_ADMIN, None, 0, []),
    ],
)
def test_a_role_is_granted_by_another_with_a_place_where_it_needs_one(pk, held, role, place, others, codes):
    person = Person(pk=pk, role=held)

    refusals = against_granting(person, role, place, by=GRANTER, others=others)

    assert [refusal.code for refusal in refusals] == codes


@pytest.mark.parametrize(
    ("pk", "held", "others", "codes"),
    [
        (2, Role.DISPATCHER, 0, []),
        (2, Role.AUDIT_ADMIN, 1, []),
        (2, Role.AUDIT_ADMIN, 0, ["person.last_administrator"]),
        (1, Role.SECURITY_ADMIN, 1, ["person.own_account"]),
    ],
)
def test_an_account_is_closed_by_another_and_never_the_last_of_its_administrators(pk, held, others, codes):
    refusals = against_deactivating(Person(pk=pk, role=held), by=GRANTER, others=others)

    assert [refusal.code for refusal in refusals] == codes


def test_ones_own_password_is_changed_not_reset():
    assert [refusal.code for refusal in against_resetting(GRANTER, by=GRANTER)] == ["person.own_password"]
    assert against_resetting(Person(pk=2), by=GRANTER) == []


def test_the_password_everybody_knows_is_nobodys_own():
    judge = NotTheDemonstrationPassword()

    judge.validate("another-password-2021")
    with pytest.raises(ValidationError, match="公开密码"):
        judge.validate(DEMONSTRATION_PASSWORD.upper())


def test_one_time_passwords_differ_and_are_easy_to_copy():
    made = {one_time_password() for _ in range(200)}

    assert len(made) == 200
    assert {len(password) for password in made} == {19}
    assert not set("".join(made)) & set("l1o0iI")


@pytest.mark.parametrize(
    ("key", "value", "is_kept"),
    [
        ("size", "large", True),
        ("size", "enormous", False),
        ("language", "en", True),
        ("is_superuser", True, False),
        ("columns:projects", ["name", "stage"], True),
        ("columns:projects", "name", False),
        ("columns:projects", ["name"] * 81, False),
    ],
)
def test_only_known_settings_are_kept(key, value, is_kept):
    assert (against_preference(key, value) == []) == is_kept


@pytest.mark.parametrize(("passed", "left"), [(0, 15), (0.2, 15), (14, 1), (14.9, 1), (20, 1)])
def test_a_lock_counts_its_minutes_down(passed, left):
    assert minutes_left(NOW, NOW + LOCK / 15 * passed) == left


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "密码太短。请用至少10个字符。"),
        ("zhengding-2", "密码与用户名相近。请换一个不含用户名的。"),
        ("qwertyuiop", "密码是常见密码。请换一个别人想不到的。"),
        ("48151623421", "密码全是数字。请加入字母或汉字。"),
    ],
)
def test_a_weak_password_is_refused_with_the_way_to_a_better_one(password, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, Person(username="zhengding-1"))

    assert refused.value.messages == [sentence]
