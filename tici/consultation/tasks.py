"""What the background does with what came in: one step after another, each safe to run again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tici.core.claims import clear_expired

from . import actions
from .actions.intake import TAKE_UP
from .actions.registering import MAIL
from .channels import folder, mailbox
from .models import Answer, AnswerState, Channel, Held, Item, Notice, Part, PartState, Point, Submission
from .queries import intake, machine
from .queries import reading as queries
from .rules.notices import day_of
from .sealing import opened

log = logging.getLogger(__name__)
MACHINE = "机器"
GROUP = "tici.consultation.group"
MOST_GROUPED = 5000  # points compared with each other at once


@app.task(name=TAKE_UP)
def take_up(item_id: int, *, is_let_through: bool = False) -> None:
    """Carry one item on as far as it goes without a person; whatever goes wrong sets it aside with its reason.

    What a person let through is read however many pages of its sender were read today.
    """
    item = Item.objects.select_related("notice").filter(pk=item_id).first()
    if item is None:
        return
    try:
        submission = actions.register_item(item=item, by=MACHINE, at=timezone.now())
        if submission is None or submission.item.held != Held.NOTHING:
            return
        acknowledge(submission)
        read(submission, is_let_through=is_let_through)
    except Exception:
        log.exception("item %s", item_id)
        reason = _("处理中断，已记入日志。原始件没有丢失，请稍后重新处理。")
        actions.quarantine_item(item=item, reason=reason, by=MACHINE, at=timezone.now())


def read(submission: Submission, *, is_let_through: bool = False) -> None:
    """Read an opinion's parts, then its words; what was read before is not read again.

    One sender's pages do not stall everybody's: over the pages of a day the item waits for the next.
    """
    for part in Part.objects.filter(item=submission.item_id, state=PartState.WAITING).select_related(
        "upload", "item__notice"
    ):
        if not is_let_through and intake.is_over_pages(submission, timezone.now()):
            actions.hold_item(item=submission.item, why=Held.PAGES, by=MACHINE, at=timezone.now())
            return
        actions.note_part(part=part, at=timezone.now(), **machine.read_part(part))
    submission = actions.gather_text(submission=submission, at=timezone.now())
    if submission.read_at is None and submission.text:
        points, engine = machine.read_submission(submission)
        actions.note_reading(submission=submission, points=points, engine=engine, at=timezone.now())
    try:
        lock = f"{GROUP}:{submission.notice_id}"
        with transaction.atomic():
            app.configure_task(GROUP, queueing_lock=lock).defer(notice_id=submission.notice_id)
    except AlreadyEnqueued:
        pass  # one that waits will see these points too


@app.task(name=GROUP)
def group(notice_id: int) -> None:
    """Put the points of a notice that have no group yet to their likes."""
    notice = Notice.objects.get(pk=notice_id)
    points = list(Point.objects.filter(submission__notice=notice).order_by("-pk")[:MOST_GROUPED])[::-1]
    if not points:
        return
    found = machine.grouped([one.text for one in points], machine.gazetteer_of(notice))
    actions.group_points(notice=notice, points=points, groups=found.groups, families=found.families)


@app.periodic(cron="*/5 * * * *")
@app.task(name="tici.consultation.suggest", queueing_lock="tici.consultation.suggest")
def suggest(timestamp: int) -> None:
    """Every five minutes: what people confirmed since teaches the suggestions for what still waits.

    Where a clerk let it, suggestions that are sure enough by this notice's own labels are then taken.
    """
    for notice in Notice.objects.public():
        if queries.has_news(notice):
            readings, engine = machine.suggestions(notice)
            actions.read_again(readings=readings, engine=engine, at=timezone.now())
        if notice.accepts_by_itself and queries.waiting(notice).exists():
            actions.accept_sure(notice=notice, by=MACHINE, at=timezone.now())


def acknowledge(submission: Submission) -> None:
    """Tell a mail's sender that it has arrived: once a day an address, and never twice for one item."""
    item = submission.item
    if item.media_type != MAIL or not settings.TICI_MAIL_OUT:
        return
    now, sender = timezone.now(), submission.submitter
    if not actions.acknowledge_mail(item=item, address_digest=sender.contact_digest, on=day_of(now)):
        return
    told = {"number": item.number, "code": actions.Receipt(item, is_new=False).code, "office": submission.notice.office}
    text = _("您的意见已收到。受理编号：%(number)s，查询码：%(code)s。%(office)s") % told
    try:
        _mail(submission, _("意见已收到"), text, f"<received-{item.number}@tici>")
    except OSError:
        log.exception("acknowledgement of item %s", item.pk)


def _mail(submission: Submission, subject: str, text: str, message_id: str) -> None:
    to = opened(submission.submitter.contact)
    mailbox.send(settings.TICI_MAIL_OUT, to=to, subject=subject, text=text, message_id=message_id)


@app.periodic(cron="* * * * *")
@app.task(name="tici.consultation.fetch", queueing_lock="tici.consultation.fetch")
def fetch(timestamp: int) -> None:
    """Once a minute: look into the mailbox and the folder, and send the answers that wait."""
    folder.scan(Path(settings.TICI_INTAKE), now=timezone.now, by=MACHINE)
    if settings.TICI_MAILBOX:
        fetch_mail()
    if settings.TICI_MAIL_OUT:
        send_answers()


def fetch_mail() -> int:
    """Take in new mail; what stands in the way is noted where the desk shows it."""
    try:
        return mailbox.fetch(settings.TICI_MAILBOX, now=timezone.now, by=MACHINE)
    except (OSError, *mailbox.MailError) as trouble:
        name = mailbox.Address.parse(settings.TICI_MAILBOX).name
        actions.note_mailbox(name=name, uidvalidity=0, last_uid=0, at=timezone.now(), trouble=str(trouble))
        log.warning("mailbox %s: %s", name, trouble)
        return 0


def listen_for_mail(is_stopped: Callable[[], bool]) -> None:
    """Fetch mail the moment it comes, beside the minute's look; ends at once where no mailbox is set."""
    if settings.TICI_MAILBOX:
        mailbox.listen(settings.TICI_MAILBOX, take=_fetch_now, is_stopped=is_stopped)


def _fetch_now() -> None:
    """A look of the listener's own: it holds no connection to the database while it waits for hours."""
    try:
        fetch_mail()
    except DatabaseError:
        log.exception("mail is there and could not be kept; the next look takes it")
    finally:
        connection.close()


def send_answers() -> int:
    """Send the answers by mail that wait; each is claimed first, so that none goes twice."""
    sent = 0
    waiting = Answer.objects.filter(channel=Channel.MAIL, state=AnswerState.WAITING)
    for answer in waiting.select_related("submission__item", "submission__submitter", "submission__notice"):
        if not actions.claim_answer(answer=answer, at=timezone.now()):
            continue
        trouble = ""
        try:
            subject = _("关于您的意见（%(number)s）的答复") % {"number": answer.submission.item.number}
            _mail(answer.submission, subject, answer.text, f"<answer-{answer.submission.item.number}@tici>")
        except OSError as fault:
            trouble = str(fault) or type(fault).__name__
        actions.note_answer(answer=answer, is_sent=not trouble, trouble=trouble, by=MACHINE, at=timezone.now())
        sent += not trouble
    return sent


@app.periodic(cron="5 0 * * *")
@app.task(name="tici.consultation.resume", queueing_lock="tici.consultation.resume")
def resume(timestamp: int) -> None:
    """After midnight: what waited because its sender's pages of the day were read goes on."""
    actions.resume_pages(by=MACHINE, at=timezone.now())


@app.periodic(cron="30 3 * * *")
@app.task(name="tici.consultation.erase", queueing_lock="tici.consultation.erase")
def erase(timestamp: int) -> None:
    """Every night: erase what has been kept as long as its notice said, and claims that are over."""
    clear_expired()
    today = timezone.localdate()
    for notice in Notice.objects.filter(closes_on__lt=today - timedelta(days=27)):
        actions.erase_due(notice=notice, on=today, by=MACHINE, at=timezone.now())
