"""Judgement about accounts: who may be given what, and by whom; nobody gives themselves anything."""

from __future__ import annotations

import secrets
from datetime import timedelta
from math import ceil
from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tici.core.refusals import Refusal
from tici.places.models import Place

from .models import ADMINISTRATORS, PLACELESS, Person, Role

IDLE = timedelta(minutes=30)  # without a request for so long, a person is signed out
NOTED_EVERY = timedelta(minutes=1)  # how often a request is noted, so that not every request is a write
FAILURES = 5  # wrong passwords after which sign-in locks
LOCK = timedelta(minutes=15)
DEMONSTRATION_PASSWORD = "shifan-2021-tici"
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, 1, o, 0, i: people copy it from paper

PREFERENCES: dict[str, tuple[str, ...]] = {
    "size": ("normal", "large"),
    "contrast": ("normal", "high"),
    "density": ("normal", "compact"),
    "language": ("zh-hans", "en"),
}


def one_time_password() -> str:
    """A random password to be typed once: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(4))


def minutes_left(since: Any, at: Any) -> int:
    """Whole minutes until a lock that began at a moment opens; never less than 1 while it holds."""
    return max(1, ceil((since + LOCK - at) / timedelta(minutes=1)))


class LongEnough(MinimumLengthValidator):
    """A password validator that says in our words how long a password must be."""

    def get_error_message(self) -> str:
        return _("密码太短。请用至少%(length)s个字符。") % {"length": self.min_length}

    def get_help_text(self) -> str:
        return _("密码至少%(length)s个字符。") % {"length": self.min_length}


class NotLikeTheName(UserAttributeSimilarityValidator):
    """A password validator that says in our words that a password is guessed from the account's name."""

    def get_error_message(self) -> str:
        return str(_("密码与用户名相近。请换一个不含用户名的。"))


class NotCommon(CommonPasswordValidator):
    """A password validator that says in our words that a password is among those tried first."""

    def get_error_message(self) -> str:
        return str(_("密码是常见密码。请换一个别人想不到的。"))


class NotOnlyDigits(NumericPasswordValidator):
    """A password validator that says in our words that digits alone are no password."""

    def get_error_message(self) -> str:
        return str(_("密码全是数字。请加入字母或汉字。"))


class NotTheDemonstrationPassword:
    """A password validator: the password every reader of the documents knows is nobody's own."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if password.strip().casefold() == DEMONSTRATION_PASSWORD:
            raise ValidationError(self.get_help_text(), code="password_of_the_demonstration")

    def get_help_text(self) -> str:
        return _("不能使用示范城市的公开密码。")  # type: ignore[return-value]


def against_creating(*, username: str, is_taken: bool) -> list[Refusal]:
    """Every reason why an account may not be opened."""
    if is_taken:
        message = _("用户名“%(username)s”已有人使用。请换一个用户名。") % {"username": username}
        return [Refusal("person.username_taken", message, "username")]
    return []


def against_granting(person: Person, role: str, place: Place | None, *, by: Person, others: int) -> list[Refusal]:
    """Every reason why a person may not be given a role in a place.

    ``others`` is how many other active people hold the person's present role.
    """
    refusals = []
    if person.pk == by.pk:
        refusals.append(Refusal("person.own_role", _("不能给自己授权。请由另一位安全管理员办理。"), "role"))
    if role in ADMINISTRATORS and place is not None:
        refusals.append(Refusal("person.place_of_administrator", _("管理员不授予地区。请将地区留空。"), "place"))
    if role == Role.FIRM_REPORTER and place is not None:
        message = _("企业填报员不授予地区。请将地区留空，再请企业所在县区在企业页面指定。")
        refusals.append(Refusal("person.place_of_firm_reporter", message, "place"))
    if role not in (*PLACELESS, Role.NONE) and place is None:
        refusals.append(Refusal("person.no_place", _("该角色须授予地区。请选择地区。"), "place"))
    if role != person.role and (refusal := _against_leaving_a_post_empty(person, others)):
        refusals.append(refusal)
    return refusals


def against_deactivating(person: Person, *, by: Person, others: int) -> list[Refusal]:
    """Every reason why an account may not be closed."""
    if person.pk == by.pk:
        return [Refusal("person.own_account", _("不能停用自己的账号。请由另一位系统管理员办理。"))]
    refusal = _against_leaving_a_post_empty(person, others)
    return [refusal] if refusal else []


def against_resetting(person: Person, *, by: Person) -> list[Refusal]:
    """Every reason why a password may not be reset."""
    if person.pk == by.pk:
        return [Refusal("person.own_password", _("自己的密码请在“我的设置”中修改。"))]
    return []


def _against_leaving_a_post_empty(person: Person, others: int) -> Refusal | None:
    if person.is_active and person.is_administrator and not others:
        message = _("%(role)s只剩此一人。请先授权另一人，再变更此人。") % {"role": Role(person.role).label}
        return Refusal("person.last_administrator", message, "role")
    return None


def against_preference(key: str, value: Any) -> list[Refusal]:
    """Every reason why a setting may not be kept: a switch has its own few values, a list of columns is a list."""
    if key.startswith("columns:"):
        is_right = isinstance(value, list) and len(value) <= 80 and all(isinstance(one, str) for one in value)
    else:
        is_right = value in PREFERENCES.get(key, ())
    return [] if is_right else [Refusal("person.preference", _("没有这一设置。请从页面上的按钮选择。"))]
