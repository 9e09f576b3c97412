"""The people of the city: opening accounts, granting roles, unlocking; each by another of the three administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts import actions, queries, rules
from tici.accounts.forms import GrantForm, PersonForm
from tici.accounts.models import Person, Role
from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Kind, Register, by_choices


def _in_use(rows: QuerySet[Person], value: str) -> QuerySet[Person]:
    return rows.filter(is_active=value == "yes")


REGISTER = Register(
    name="people",
    title=gettext_lazy("人员"),
    columns=(
        Column("username", gettext_lazy("用户名"), link="pk", link_url="accounts:person"),
        Column("display_name", gettext_lazy("称呼")),
        Column("role", gettext_lazy("角色"), choices=Role.choices),
        Column("place__name", gettext_lazy("地区"), is_sortable=False),
        Column(
            "is_active", gettext_lazy("状态"), choices=((True, gettext_lazy("在用")), (False, gettext_lazy("停用")))
        ),
        Column(
            "must_change_password",
            gettext_lazy("密码"),
            choices=((True, gettext_lazy("待首次修改")), (False, gettext_lazy("本人已设"))),
        ),
        Column("last_login", gettext_lazy("最近登录"), Kind.TIME),
    ),
    filters=(
        by_choices("role", gettext_lazy("角色"), Role),
        Filter("active", gettext_lazy("状态"), lambda request: [("yes", _("在用")), ("no", _("停用"))], _in_use),
    ),
    order="username",
    template="accounts/people.html",
)


def require_administration(person: Person) -> None:
    """Let the system and the security administrator through: both need the list, each for their own part."""
    if not (holds(person, Permission.PERSON_CREATE) or holds(person, Permission.ROLE_GRANT)):
        raise PermissionDenied(f"{person} does not administer people")


@login_required
@require_safe
def people(request: Request) -> HttpResponseBase:
    require_administration(request.user)
    may_create = holds(request.user, Permission.PERSON_CREATE)
    return REGISTER.page(request, queries.searchable_people(), may_create=may_create)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    require(request.user, Permission.PERSON_CREATE)
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            opened = actions.create_person(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            return _told_once(request, opened)
    return render(request, "accounts/person_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    require_administration(request.user)
    shown = get_object_or_404(Person.objects.select_related("place"), pk=pk)
    return render(request, "accounts/person.html", _page(request, shown, GrantForm(initial=_held(shown))))


@login_required
@require_POST
def grant(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.ROLE_GRANT)
    shown = get_object_or_404(Person.objects.select_related("place"), pk=pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            actions.grant_role(person=shown, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("%(person)s的授权已变更。") % {"person": shown})
            return redirect("accounts:person", pk)
    return render(request, "accounts/person.html", _page(request, shown, form), status=422)


@login_required
@require_POST
def unlock(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PERSON_UNLOCK)
    return _done(request, pk, actions.unlock_person, _("%(person)s可以重新登录。"))


@login_required
@require_POST
def deactivate(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PERSON_CREATE)
    return _done(request, pk, actions.deactivate_person, _("%(person)s的账号已停用。"))


@login_required
@require_POST
def reactivate(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PERSON_CREATE)
    return _done(request, pk, actions.reactivate_person, _("%(person)s的账号已恢复，须由安全管理员重新授权。"))


@never_cache
@login_required
@require_POST
def reset(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PERSON_UNLOCK)
    shown = get_object_or_404(Person, pk=pk)
    try:
        opened = actions.reset_password(person=shown, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("accounts:person", pk)
    return _told_once(request, opened)


def _done(request: Request, pk: int, action: Callable[..., Any], said: str) -> HttpResponse:
    shown = get_object_or_404(Person, pk=pk)
    try:
        action(person=shown, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said % {"person": shown})
    return redirect("accounts:person", pk)


def _told_once(request: Request, opened: actions.Opened) -> HttpResponse:
    """The page that shows a one-time password; it is kept nowhere, so it cannot be shown again."""
    return render(request, "accounts/one_time_password.html", {"opened": opened, "crumbs": _crumbs(opened.person)})


def _held(person: Person) -> dict[str, Any]:
    return {"role": person.role, "place": person.place_id}


def _crumbs(shown: Person) -> list[tuple[str, str]]:
    return [(_("人员"), reverse("accounts:people")), (str(shown), "")]


def _page(request: Request, shown: Person, form: GrantForm) -> dict[str, Any]:
    now = timezone.now()
    since = queries.locked_since(shown.username, now)
    return {
        "shown": shown,
        "form": form,
        "crumbs": _crumbs(shown),
        "minutes_locked": rules.minutes_left(since, now) if since else 0,
        "may_create": holds(request.user, Permission.PERSON_CREATE),
        "may_grant": holds(request.user, Permission.ROLE_GRANT),
        "is_self": shown.pk == request.user.pk,
    }
