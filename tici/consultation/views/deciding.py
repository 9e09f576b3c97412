"""Deciding groups, masking their public words, answering people, and putting the account before the public."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.consultation import actions
from tici.consultation.models import (
    ON_PAPER,
    Answer,
    AnswerState,
    Group,
    Notice,
    Outcome,
    Point,
    Publication,
    Submission,
)
from tici.consultation.printing.letters import letters_pdf
from tici.consultation.queries import groups as queries
from tici.consultation.queries import machine, results
from tici.core.refusals import Refused

from .notices import seen
from .papers import drawn

SHOWN = 200
PROPOSED = 20
SMALL_FAMILY = 8


def _number(word: str | None) -> int:
    """An id that was sent; 0, which nothing has, where it is none."""
    return int(word) if word and word.isdigit() else 0


def _crumbs(notice: Notice) -> list[tuple[str, str]]:
    return [(_("征求意见"), reverse("consultation:register")), (str(notice), "")]


def _seen_group(request: Request, pk: int, permission: Permission = Permission.OPINION_DECIDE) -> Group:
    require(request.user, Permission.CONSULTATION_VIEW)
    rows = Group.objects.filter(notice__in=Notice.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("notice__place"), pk=pk)
    require(request.user, permission, found.notice.place)
    return found


@login_required
@require_http_methods(["GET"])
def groups(request: Request, pk: int) -> HttpResponse:
    """Every group with what was decided, or the deciding desk with the next one."""
    notice = seen(request, pk)
    wanted = {name: request.GET.get(name, "") for name in ("aspect", "standing")}
    lines = queries.group_lines(notice, **wanted)
    context = {
        "notice": notice, "lines": lines[:SHOWN], "count": len(lines), "wanted": wanted,
        "aspects": notice.aspects.all(), "crumbs": _crumbs(notice),
    }  # fmt: skip
    return render(request, "consultation/groups.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    """Decide one group after the other; the next comes without leaving the page."""
    notice = seen(request, pk, Permission.OPINION_DECIDE)
    last, refused, told = None, "", {}
    if request.method == "POST":
        group = _seen_group(request, _number(request.POST.get("group")))
        if request.POST.get("what") == "undo":
            actions.undo_decision(group=group, by=request.user, at=timezone.now())
            return _next(request, notice, wanted=group.pk)
        told = {name: request.POST.get(name, "") for name in ("outcome", "reason", "unit")}
        try:
            actions.decide_group(group=group, by=request.user, at=timezone.now(), **told)
        except Refused as refusal:
            return _next(request, notice, wanted=group.pk, refused=refusal.sentence, told=told)
        if not request.htmx:
            return redirect("consultation:decide", pk)
        last = group
    wanted = request.GET.get("group", "")
    return _next(request, notice, wanted=int(wanted) if wanted.isdigit() else None, last=last, refused=refused, told={})


def _next(request: Request, notice: Notice, *, wanted: int | None = None, **more: Any) -> HttpResponse:
    lines = queries.group_lines(notice)
    open_lines = [line for line in lines if line.decision is None]
    line = next((one for one in lines if one.group.pk == wanted), None) or (open_lines[0] if open_lines else None)
    family = [one for one in lines if line and one.group.family == line.group.family and one is not line]
    context = more | {
        "notice": notice, "line": line, "left": len(open_lines), "total": len(lines), "outcomes": Outcome.choices,
        "family": family if 0 < len(family) <= SMALL_FAMILY else [],  # a larger one tells a reader nothing
        "reasons": list(dict.fromkeys(one.decision.reason for one in lines if one.decision))[:8],
        "crumbs": _crumbs(notice),
    }  # fmt: skip
    template = "consultation/_decide.html" if request.htmx else "consultation/decide.html"
    return render(request, template, context, status=422 if more.get("refused") else 200)


@login_required
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """Take a point out of its group, or put it into another."""
    point = get_object_or_404(Point.objects.select_related("membership"), pk=pk)
    group = _seen_group(request, point.membership.group_id)
    wanted = request.POST.get("group", "")
    target = _seen_group(request, int(wanted)) if wanted.isdigit() else None
    actions.move_point(point=point, group=target, by=request.user, at=timezone.now())
    return redirect(f"{reverse('consultation:decide', args=[group.notice_id])}?group={group.pk}")


@login_required
@require_http_methods(["GET", "POST"])
def masked(request: Request, pk: int) -> HttpResponse:
    """The words each group is published in: the machine proposes, a person confirms."""
    notice = seen(request, pk, Permission.OPINION_DECIDE)
    if request.method == "POST":
        group = _seen_group(request, _number(request.POST.get("group")))
        left_out = request.POST.get("what") == "leave_out"
        text = request.POST.get("text", "")
        actions.confirm_masked(group=group, text=text, is_left_out=left_out, by=request.user, at=timezone.now())
        return redirect("consultation:masked", pk)
    lines = [line for line in queries.group_lines(notice) if line.masked is None]
    shown = [(line, machine.masked(line.text)) for line in lines[:20]]
    context = {"notice": notice, "shown": shown, "left": len(lines), "crumbs": _crumbs(notice)}
    return render(request, "consultation/masked.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def answers(request: Request, pk: int) -> HttpResponseBase:
    """Answers: written from the decisions, sent on the channel the opinion came by, printed and marked as posted."""
    notice = seen(request, pk, Permission.OPINION_DECIDE)
    if request.POST.get("what") == "print":
        return _letters(request, notice)
    if request.POST.get("what") == "posted_all":
        count = actions.post_printed(notice=notice, by=request.user, at=timezone.now())
        messages.success(request, _("已记下寄出%(count)d封。") % {"count": count})
        return redirect("consultation:answers", pk)
    if request.method == "POST":
        rows = Submission.objects.filter(notice=notice)
        submission = get_object_or_404(rows.select_related("item"), pk=_number(request.POST.get("opinion")))
        now = timezone.now()
        try:
            if request.POST.get("what") == "posted":
                answer = get_object_or_404(Answer, submission=submission)
                actions.note_answer(answer=answer, is_sent=True, by=request.user, at=now)
            else:
                text = request.POST.get("text", "")
                actions.write_answer(submission=submission, text=text, by=request.user, at=now)
        except Refused as refused:
            messages.error(request, refused.sentence)
        return redirect("consultation:answers", pk)
    written = Answer.objects.filter(submission__notice=notice).select_related("submission__item")
    waiting = list(written.exclude(state=AnswerState.SENT))
    on_paper = [one for one in waiting if one.channel in ON_PAPER and one.state == AnswerState.WAITING]
    due = results.answers_due(notice)
    context = {
        "notice": notice, "proposed": due[:PROPOSED], "due": len(due), "waiting": waiting[:SHOWN],
        "to_print": len(on_paper), "printed": sum(one.printed_at is not None for one in on_paper),
        "sent": written.filter(state=AnswerState.SENT).order_by("-sent_at")[:PROPOSED], "crumbs": _crumbs(notice),
        "may_print": may(request.user, Permission.OPINION_REVEAL, notice.place),
    }  # fmt: skip
    return render(request, "consultation/answers.html", context)


def _letters(request: Request, notice: Notice) -> HttpResponseBase:
    """The answers that go by letter, as one file to print; whoever prints them sees who they go to."""
    require(request.user, Permission.OPINION_REVEAL, notice.place)
    now = timezone.now()
    taken = actions.print_answers(notice=notice, by=request.user, at=now)
    if not taken:
        messages.error(request, _("没有待寄的答复信。请先写好答复。"))
        return redirect("consultation:answers", notice.pk)
    content = letters_pdf(taken, timezone.localdate(now))
    return FileResponse(BytesIO(content), filename=f"{notice.title}答复信.pdf", content_type="application/pdf")


@login_required
@require_http_methods(["GET", "POST"])
def publication(request: Request, pk: int) -> HttpResponse:
    """The account: put forward by one person, confirmed by another, taken down with a reason."""
    notice = seen(request, pk)
    if request.method == "POST":
        try:
            _published(request, notice)
        except Refused as refused:
            messages.error(request, refused.sentence)
        return redirect("consultation:publication", pk)
    undecided, unmasked = results.unfinished(notice)
    account = results.account(notice)
    context = {
        "notice": notice, "publications": notice.publications.select_related("proposed_by", "confirmed_by"),
        "undecided": undecided, "unmasked": unmasked, "account": account, "drawing": drawn(account),
        "crumbs": _crumbs(notice),
        "may_propose": may(request.user, Permission.OPINION_DECIDE, notice.place),
        "may_publish": may(request.user, Permission.OPINION_PUBLISH, notice.place),
    }  # fmt: skip
    return render(request, "consultation/publication.html", context)


def _published(request: Request, notice: Notice) -> None:
    what, now = request.POST.get("what", ""), timezone.now()
    if what == "propose":
        require(request.user, Permission.OPINION_DECIDE, notice.place)
        actions.propose_publication(notice=notice, by=request.user, at=now)
        messages.success(request, _("已提交，等待另一人复核。"))
        return
    require(request.user, Permission.OPINION_PUBLISH, notice.place)
    found = get_object_or_404(Publication, notice=notice, pk=_number(request.POST.get("publication")))
    if what == "withdraw":
        actions.withdraw_publication(publication=found, reason=request.POST.get("reason", ""), by=request.user, at=now)
        messages.success(request, _("已撤下。"))
    else:
        actions.publish(publication=found, by=request.user, at=now)
        messages.success(request, _("已公布，公众页面可以查看。"))
