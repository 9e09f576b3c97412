"""Notices at the desk: the list, one with how it stands, writing and issuing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, holds, may, require
from tici.accounts.requests import Request
from tici.consultation import actions
from tici.consultation.actions.notices import NoticeParts, parts_of
from tici.consultation.forms import NoticeForm, lines_of, lines_of_questions
from tici.consultation.models import Notice
from tici.consultation.queries import desk as queries
from tici.consultation.rules import notices as rules
from tici.core.refusals import Refused


def seen(request: Request, pk: int, permission: Permission = Permission.CONSULTATION_VIEW) -> Notice:
    """A notice in a person's sight, with the right asked for; 404 out of sight, 403 out of right."""
    require(request.user, Permission.CONSULTATION_VIEW)
    found = get_object_or_404(Notice.objects.visible_to(request.user).select_related("place"), pk=pk)
    require(request.user, permission, found.place)
    return found


@login_required
@require_safe
def register(request: Request) -> HttpResponse:
    require(request.user, Permission.CONSULTATION_VIEW)
    rows = Notice.objects.visible_to(request.user).select_related("place")
    today = timezone.localdate()
    context = {
        "notices": [(one, one.takes_opinions_on(today)) for one in rows],
        "may_edit": holds(request.user, Permission.CONSULTATION_EDIT),
    }
    return render(request, "consultation/register.html", context)


@login_required
@require_safe
def work(request: Request, pk: int) -> HttpResponse:
    """A notice at the desk: what came in, what waits for whom."""
    notice = seen(request, pk)
    context = {
        "notice": notice,
        "standing": queries.standing(notice),
        "an_hour": queries.rate(notice, timezone.now()),
        "bursts": queries.bursts(notice),
        "warnings": rules.warnings_of(notice),
        "may_edit": may(request.user, Permission.CONSULTATION_EDIT, notice.place),
        "may_take": may(request.user, Permission.OPINION_TAKE, notice.place),
        "may_decide": may(request.user, Permission.OPINION_DECIDE, notice.place),
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (str(notice), "")],
    }
    return render(request, "consultation/work.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    require(request.user, Permission.CONSULTATION_EDIT)
    if request.user.place is None:
        raise Http404("No place is held.")
    return _written(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    return _written(request, seen(request, pk, Permission.CONSULTATION_EDIT))


def _written(request: Request, notice: Notice | None) -> HttpResponse:
    form = NoticeForm(request.POST or None, initial=_initial(notice) if notice else None)
    if form.is_valid():
        told = dict(form.cleaned_data)
        parts = NoticeParts(told.pop("questions"), told.pop("aspects"), told.pop("subjects"), told.pop("offers"))
        place = notice.place if notice else request.user.place
        try:
            written = actions.write_notice(
                notice=notice, place=place, parts=parts, by=request.user, at=timezone.now(), **told  # type: ignore[arg-type]
            )  # fmt: skip
        except Refused as refused:
            refused.show_on(form)
        else:
            for said in rules.warnings_of(written):
                messages.warning(request, said)
            messages.success(request, _("公告已保存。"))
            return redirect("consultation:work", written.pk)
    title = str(notice) if notice else _("新公告")
    context = {
        "form": form,
        "notice": notice,
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (title, "")],
    }
    return render(request, "consultation/notice_edit.html", context, status=422 if form.errors else 200)


def _initial(notice: Notice) -> dict[str, Any]:
    parts = parts_of(notice)
    names = ("title", "code", "text", "office", "opens_on", "closes_on", "period_shortened_reason", "retention_months")
    return {name: getattr(notice, name) for name in names} | {
        "questions": lines_of_questions(parts.questions),
        "aspects": lines_of(parts.aspects),
        "subjects": lines_of(parts.subjects),
        "offers": lines_of(parts.offers),
    }


@login_required
@require_POST
def issue(request: Request, pk: int) -> HttpResponse:
    notice = seen(request, pk, Permission.CONSULTATION_EDIT)
    try:
        actions.issue_notice(notice=notice, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("公告已发布，公众页面已可查看。"))
    return redirect("consultation:work", pk)
