"""What happens around every page: the language a person chose, the idle sign-out, and the one-time password."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from tici.accounts import actions, rules

Answer = Callable[[HttpRequest], HttpResponseBase]
SEEN = "seen_at"  # in the session: when the last request was noted, in seconds
OPEN_TO_ONE_TIME_PASSWORDS = {"accounts:password", "accounts:sign_out", "accounts:display", "accounts:language"}


def speaking(answer: Answer) -> Answer:
    """Answer in the language kept in the cookie, else in Chinese, whatever the browser was sold with."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = answer(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def watching(answer: Answer) -> Answer:
    """Sign out whoever asked for nothing for half an hour, and send one-time passwords to be changed first.

    A session is written at most once a minute, not with every request.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _as_whole_page(request, answer(request))
        now = timezone.now()
        seen = request.session.get(SEEN)
        if seen is not None and now.timestamp() - seen >= rules.IDLE.total_seconds():
            actions.note_sign_out(person=request.user, at=now, is_idle=True)
            logout(request)
            return _sent(request, _sign_in_url(request, idle="1"))
        if seen is None or now.timestamp() - seen >= rules.NOTED_EVERY.total_seconds():
            request.session[SEEN] = now.timestamp()
        if request.user.must_change_password and not _is_open_to_one_time_passwords(request):
            return _sent(request, reverse("accounts:password"))
        return answer(request)

    return middleware


def _is_open_to_one_time_passwords(request: HttpRequest) -> bool:
    # The middleware stands before the address is resolved, so it compares addresses.
    return request.path in {reverse(name) for name in OPEN_TO_ONE_TIME_PASSWORDS}


def _sign_in_url(request: HttpRequest, **more: str) -> str:
    wanted = request.get_full_path() if request.method == "GET" and not request.htmx else ""  # type: ignore[attr-defined]
    asked = more | ({"next": wanted} if wanted not in {"", "/"} else {})
    return f"{reverse('accounts:sign_in')}?{urlencode(asked)}"


def _sent(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page somewhere, also where only a part of it was asked for."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)  # type: ignore[attr-defined]


def _as_whole_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A part of a page asked for after the session ended leads to sign-in, instead of sign-in inside the part."""
    url = response.headers.get("Location", "")
    if request.htmx and url.startswith(settings.LOGIN_URL):  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(_sign_in_url(request))
    return response
