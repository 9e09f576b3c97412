"""What a request tells about who asks, from where, and where they came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from .models import Person


class Request(HttpRequest):
    """A request from someone who has signed in; used to type views behind ``login_required``."""

    user: Person
    htmx: HtmxDetails


def way_back(request: HttpRequest, default: str = "/") -> str:
    """The page of ours in ``next``, sent or in the address; never a page of somebody else's."""
    wanted = request.POST.get("next") or request.GET.get("next") or default
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


def page_before(request: HttpRequest) -> str:
    """The path of the page a request was sent from, for coming back to it; "/" where the browser does not say."""
    url = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if parts.netloc == request.get_host() and path.startswith("/") else "/"


def client_address(request: HttpRequest) -> str | None:
    """The address somebody signs in from.

    Behind proxies of our own (``TICI_PROXIES`` of them), it is what the first of them saw, counted from the right,
    because whatever stands further left was written by the caller.
    """
    if settings.TICI_PROXIES:
        seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        return seen[-min(settings.TICI_PROXIES, len(seen))] or None
    return request.META.get("REMOTE_ADDR") or None
