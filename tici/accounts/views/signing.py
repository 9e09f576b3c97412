"""Signing in and out, and the first administrators of an empty city."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts import actions, queries, rules
from tici.accounts.forms import FirstAdministratorsForm, SignInForm
from tici.accounts.models import Role
from tici.accounts.requests import Request, client_address, way_back
from tici.core.refusals import Refused

from .own import keep_cookies


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    back = way_back(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(back)
    form = SignInForm(request, request.POST or None)
    now, address = timezone.now(), client_address(request)
    if form.is_valid():
        person: Any = form.get_user()
        login(request, person)
        actions.note_sign_in(person=person, address=address, at=now)
        return keep_cookies(redirect(back), person.preferences, request)
    if request.method == "POST":
        failures = getattr(request, "axes_failures_since_start", None)  # None: locked already, nothing was tried
        if failures is not None:
            username = request.POST.get("username", "")
            actions.note_refused_sign_in(username=username, failures=failures, address=address, at=now)
    return render(request, "accounts/sign_in.html", _page(request, form), status=422 if form.errors else 200)


def locked(request: HttpRequest, response: HttpResponse | None, credentials: Any = None) -> HttpResponse:
    """The page that answers while a sign-in is locked; axes calls it in place of any other answer."""
    username, now = request.POST.get("username", ""), timezone.now()
    since = queries.locked_since(username, now, address=client_address(request))
    minutes = rules.minutes_left(since or now, now)
    form = SignInForm(request, initial={"username": username})
    page = _page(request, form) | {
        "locked": _("密码连续输错5次，登录已锁定。请%(minutes)s分钟后再试，或请安全管理员解锁。") % {"minutes": minutes}
    }
    return render(request, "accounts/sign_in.html", page, status=settings.AXES_HTTP_RESPONSE_CODE)


def _page(request: HttpRequest, form: SignInForm) -> dict[str, Any]:
    return {
        "form": form,
        "next": way_back(request, ""),
        "is_idle": request.method == "GET" and "idle" in request.GET,
        "is_empty": not queries.has_people(),
    }


@login_required
@require_POST
def sign_out(request: Request) -> HttpResponse:
    actions.note_sign_out(person=request.user, at=timezone.now())
    logout(request)
    return redirect("accounts:sign_in")


@never_cache
@require_http_methods(["GET", "POST"])
def first_administrators(request: HttpRequest) -> HttpResponse:
    if queries.has_people():
        raise Http404("Somebody has an account already.")
    names = {"system_admin": "xitong", "security_admin": "anquan", "audit_admin": "shenji"}
    form = FirstAdministratorsForm(request.POST or None, initial=names | {"token": request.GET.get("token", "")})
    if form.is_valid():
        usernames = {role: form.cleaned_data[role] for role in names}
        try:
            opened = actions.enrol_first_administrators(usernames=usernames, at=timezone.now())
        except Refused as refused:
            refused.show_on(form)
        else:
            rows = [(Role(one.person.role).label, one.person.username, one.password) for one in opened]
            return render(request, "accounts/first_administrators_enrolled.html", {"rows": rows})
    status = 422 if form.errors else 200
    return render(request, "accounts/first_administrators.html", {"form": form}, status=status)
