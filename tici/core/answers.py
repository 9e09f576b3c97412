"""What any request may meet: signs nobody can keep, an address that takes deeds only, a day before all rules."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from tici.engines.rulebook import NotInForce

Answer = Callable[[HttpRequest], HttpResponseBase]


class Answering:
    """Answer with a page and a sentence where the address or the day asked for is at fault."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave NUL out of what is asked for, and show the page above an address that only takes deeds."""
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked:  # no text in the database holds it
            request.META["QUERY_STRING"] = asked.replace("%00", "")
        answer = self.answer(request)
        if answer.status_code == HttpResponseNotAllowed.status_code and request.method == "GET":
            return HttpResponseRedirect(page_above(request.path))
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that a day lies before every rule; no such day is an error of ours."""
        return render(request, "no_rule.html", status=404) if isinstance(exception, NotInForce) else None


def page_above(path: str) -> str:
    """The nearest address above one that is an address at all; the first page at last."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path
