"""The desk: taking in paper and words, what was set aside, reading and confirming, typing beside the picture."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.consultation import actions
from tici.consultation.channels.hotline import BadSheet, calls_in
from tici.consultation.intake_forms import PaperForm, RevealForm, TypedForm
from tici.consultation.models import Item, Notice, Page, Submission
from tici.consultation.queries import desk as standing
from tici.consultation.queries import reading as queries
from tici.core.refusals import Refused
from tici.core.uploads import path_of

from .notices import seen

CLOCK = re.compile(r"^([01]?\d|2[0-3])[:：]([0-5]\d)$")


def seen_submission(request: Request, pk: int, permission: Permission) -> Submission:
    """An opinion in a person's sight, with the right asked for."""
    require(request.user, Permission.CONSULTATION_VIEW)
    rows = Submission.objects.filter(notice__in=Notice.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("item", "notice__place", "submitter"), pk=pk)
    require(request.user, permission, found.notice.place)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def intake(request: Request, pk: int) -> HttpResponse:
    """Take in a letter, a visit, a scan or the hotline's sheet."""
    notice = seen(request, pk, Permission.OPINION_TAKE)
    what = request.POST.get("what", "")
    typed = TypedForm(request.POST if what == "typed" else None, prefix="typed")
    paper = PaperForm(request.POST if what == "paper" else None, request.FILES or None, prefix="paper")
    if typed.is_valid():
        return _taken(request, notice, [typed.item()])
    if paper.is_valid():
        try:
            return _taken(request, notice, paper.items(calls_in))
        except BadSheet as bad:
            paper.add_error("files", bad.sentence)
    context = {
        "notice": notice, "typed": typed, "paper": paper,
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (str(notice), "")],
    }  # fmt: skip
    return render(request, "consultation/intake.html", context, status=422 if what else 200)


def _taken(request: Request, notice: Notice, items: list[dict[str, Any]]) -> HttpResponse:
    now = timezone.now()
    receipts = [
        actions.receive_opinion(notice=notice, received_at=now, by=request.user.username, **item) for item in items
    ]
    new = [one for one in receipts if one.is_new]
    if len(new) == 1:
        told = {"number": new[0].number, "code": new[0].code}
        messages.success(request, _("已收件，受理编号%(number)s，查询码%(code)s。") % told)
    elif new:
        messages.success(request, _("已收件%(count)d件。") % {"count": len(new)})
    if len(new) < len(receipts):
        messages.warning(request, _("%(count)d件以前已经收过，没有重复登记。") % {"count": len(receipts) - len(new)})
    return redirect("consultation:intake", notice.pk)


@login_required
@require_http_methods(["GET", "POST"])
def aside(request: Request) -> HttpResponse:
    """What waits for a person: set aside with its reason, or held for a look."""
    require(request.user, Permission.OPINION_TAKE)
    if request.user.place is None:
        raise Http404("No place is held.")
    rows = standing.set_aside(request.user.place.path)
    if request.method == "POST":
        chosen = list(rows.filter(pk__in=[one for one in request.POST.getlist("item") if one.isdigit()]))
        wanted = request.POST.get("notice", "")
        notice_pk = int(wanted) if wanted.isdigit() else 0
        notice = Notice.objects.visible_to(request.user).filter(pk=notice_pk).first()
        now = timezone.now()
        actions.release_items(items=chosen, by=request.user, at=now)
        for item in chosen:
            actions.retry_item(item=item, notice=notice, by=request.user, at=now)
        messages.success(request, _("已重新处理%(count)d件。") % {"count": len(chosen)})
        return redirect("consultation:aside")
    context = {"items": rows[:200], "count": rows.count(), "notices": Notice.objects.visible_to(request.user)}
    return render(request, "consultation/aside.html", context)


@login_required
@require_safe
def read(request: Request, pk: int) -> HttpResponse:
    """The reading desk of a notice: the next opinion, or the one asked for."""
    notice = seen(request, pk, Permission.OPINION_TAKE)
    wanted = request.GET.get("opinion", "")
    rows = Submission.objects.filter(notice=notice).select_related("item", "notice")
    found = rows.filter(pk=wanted).first() if wanted.isdigit() else queries.queue(notice).first()
    return _desk(request, notice, found)


def _desk(request: Request, notice: Notice, submission: Submission | None, **more: Any) -> HttpResponse:
    context = more | {
        "notice": notice,
        "opened": queries.opened(submission) if submission else None,
        "progress": queries.scope_of(notice),
        "rate": standing.rate(notice, timezone.now()),
        "agreement": queries.agreement(notice),
        "may_reveal": holds(request.user, Permission.OPINION_REVEAL),
        "reveal": RevealForm(),
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (str(notice), "")],
    }
    template = "consultation/_reading.html" if request.htmx else "consultation/reading.html"
    return render(request, template, context, status=422 if "refused" in more else 200)


@login_required
@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm what one opinion is about, and go on to the next without leaving the page."""
    submission = seen_submission(request, pk, Permission.OPINION_TAKE)
    notice = submission.notice
    said = {one.pk: _said(request, one.pk) for one in submission.points.all()}
    try:
        actions.confirm_submission(submission=submission, said=said, by=request.user, at=timezone.now())
    except Refused as refused:
        return _desk(request, notice, submission, refused=refused.sentence)
    if not request.htmx:
        return redirect("consultation:read", notice.pk)
    return _desk(request, notice, queries.queue(notice).first(), last=submission)


def _said(request: Request, point: int) -> actions.Said:
    """What was chosen for one point; times are those asked for, others stay as the machine read them."""
    told = request.POST
    main = told.get(f"main-{point}", "")
    more = [code for code in told.getlist(f"aspect-{point}") if code != main]
    asked = [
        found for word in told.get(f"times-{point}", "").replace("、", " ").split() if (found := CLOCK.match(word))
    ]
    shift = told.get(f"shift-{point}", "").strip()
    return actions.Said(
        aspects=[main, *more] if main else more,
        lines=told.getlist(f"line-{point}"),
        schools=told.getlist(f"school-{point}"),
        places=[one.strip() for one in told.get(f"places-{point}", "").split("、") if one.strip()],
        times=[{"minutes": int(one[1]) * 60 + int(one[2]), "role": "requested"} for one in asked],
        shifts=[int(shift)] if re.fullmatch(r"[+-]?\d{1,3}", shift) else [],
    )


@login_required
@require_POST
def unconfirm(request: Request, pk: int) -> HttpResponse:
    """Undo: the opinion comes back as it was before."""
    submission = seen_submission(request, pk, Permission.OPINION_TAKE)
    actions.undo_confirmation(submission=submission, by=request.user, at=timezone.now())
    if not request.htmx:
        return redirect(f"{reverse('consultation:read', args=[submission.notice_id])}?opinion={submission.pk}")
    return _desk(request, submission.notice, submission)


@login_required
@require_http_methods(["GET", "POST"])
def transcribe(request: Request, pk: int) -> HttpResponse:
    """Type an opinion beside its picture; a sample is typed by a second person, and the two are compared."""
    notice = seen(request, pk, Permission.OPINION_TAKE)
    mine = queries.to_transcribe(notice, str(request.user))
    if request.POST.get("what") == "waive":
        return _waived(request, notice)
    if request.method == "POST":
        wanted = request.POST.get("opinion", "")
        submission = get_object_or_404(Submission.objects.filter(notice=notice), pk=wanted if wanted.isdigit() else 0)
        try:
            write = actions.settle_typing if request.POST.get("what") == "settle" else actions.transcribe
            write(submission=submission, text=request.POST.get("text", ""), by=request.user, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("已誊录。"))
        return redirect("consultation:transcribe", pk)
    waiting = mine.select_related("item", "notice").first()
    context = {
        "notice": notice,
        "opened": queries.opened(waiting) if waiting else None,
        "left": mine.count(),
        "twice": queries.typed_twice(notice),
        "unsettled": queries.unsettled(notice),
        "crumbs": [(_("征求意见"), reverse("consultation:register")), (str(notice), "")],
    }
    return render(request, "consultation/transcribe.html", context)


def _waived(request: Request, notice: Notice) -> HttpResponse:
    try:
        reason = request.POST.get("reason", "")
        count = actions.waive_second_typings(notice=notice, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("%(count)s件以第一遍为准。") % {"count": count})
    return redirect("consultation:transcribe", notice.pk)


@login_required
@require_safe
def page(request: Request, pk: int) -> FileResponse:
    """The picture of one page; for the desk only, never for the public."""
    require(request.user, Permission.CONSULTATION_VIEW)
    rows = Page.objects.filter(part__item__notice__in=Notice.objects.visible_to(request.user), image__isnull=False)
    found = get_object_or_404(rows.select_related("image", "part__item__notice__place"), pk=pk)
    if found.image is None or found.part.item.notice is None:
        raise Http404("The picture is erased.")
    require(request.user, Permission.OPINION_TAKE, found.part.item.notice.place)
    return FileResponse(path_of(found.image.digest).open("rb"), content_type="image/png")


@login_required
@require_safe
def original(request: Request, pk: int) -> FileResponse:
    """An item's raw bytes, to be kept by whoever has to look at them; never shown in the browser."""
    require(request.user, Permission.OPINION_REVEAL)
    rows = Item.objects.filter(notice__in=Notice.objects.visible_to(request.user), upload__isnull=False)
    found = get_object_or_404(rows.select_related("upload"), pk=pk)
    submission = getattr(found, "submission", None)
    if submission is not None:
        actions.reveal_sender(submission=submission, why=_("下载原始件"), by=request.user, at=timezone.now())
    name = found.upload.name if found.upload else found.number
    return FileResponse(path_of(found.digest).open("rb"), as_attachment=True, filename=name)


@login_required
@require_POST
def reveal(request: Request, pk: int) -> HttpResponse:
    """Show who sent an opinion; the look is written down with its reason."""
    submission = seen_submission(request, pk, Permission.OPINION_REVEAL)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "consultation/_sender.html", {"submission": submission, "reveal": form}, status=422)
    why = form.cleaned_data["why"]
    sender = actions.reveal_sender(submission=submission, why=why, by=request.user, at=timezone.now())
    return render(request, "consultation/_sender.html", {"submission": submission, "sender": sender})
