"""What people settle for themselves: name, password, and how pages are shown to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts import actions, rules
from tici.accounts.forms import NameForm, PasswordForm
from tici.accounts.models import Person
from tici.accounts.requests import Request, way_back
from tici.core.refusals import Refused

YEAR_S = 365 * 24 * 3600
COOKIES = {"language": settings.LANGUAGE_COOKIE_NAME}  # the other switches' cookies are called as they are
Kept = TypeVar("Kept", bound=HttpResponse)


@login_required
@require_http_methods(["GET", "POST"])
def me(request: Request) -> HttpResponse:
    form = NameForm(request.POST or None, initial={"display_name": request.user.display_name})
    if form.is_valid():
        actions.rename_person(person=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("称呼已保存。"))
        return redirect("accounts:me")
    return render(request, "accounts/me.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if form.is_valid():
        actions.change_password(person=request.user, password=form.cleaned_data["new"], at=timezone.now())
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改，其他地方的登录已退出。"))
        return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the asked type size, contrast or row height, and go back to the page; open to everyone."""
    wanted = {key: request.POST[key] for key in ("size", "contrast", "density") if key in request.POST}
    return _kept(request, wanted)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the asked language, and go back to the page; open to everyone."""
    return _kept(request, {"language": request.POST.get("language", "")})


@login_required
@require_POST
def columns(request: Request, register: str) -> HttpResponse:
    """Keep the columns of a register as the person wants to see them, and go back to it."""
    chosen = request.POST.getlist("columns")
    try:
        actions.set_preference(request.user, f"columns:{register}", chosen, timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(way_back(request))


def _kept(request: HttpRequest, wanted: Mapping[str, str]) -> HttpResponse:
    known = {key: value for key, value in wanted.items() if not rules.against_preference(key, value)}
    if isinstance(request.user, Person):
        for key, value in known.items():
            actions.set_preference(request.user, key, value, timezone.now())
    return keep_cookies(HttpResponseRedirect(way_back(request)), known, request)


def keep_cookies(response: Kept, preferences: Mapping[str, Any], request: HttpRequest) -> Kept:
    """Carry the switches among a person's settings into this browser."""
    for key in rules.PREFERENCES:
        if value := preferences.get(key):
            name = COOKIES.get(key, key)
            response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
