"""Answers: written, claimed before they are sent so that no breakdown sends one twice, noted when they are out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.consultation.models import ON_PAPER, Answer, AnswerState, Notice, Submission
from tici.consultation.rules import outcome as rules
from tici.core.audit import record
from tici.core.refusals import Refused

from .erasing import reveal_sender
from .intake import Sender


@transaction.atomic
def write_answer(*, submission: Submission, text: str, by: object, at: datetime) -> Answer:
    """Write what a sender is answered, on the channel the opinion came by.

    Raises:
        Refused: It is empty, or the answer is out already.
    """
    submission = Submission.objects.select_for_update(of=("self",)).select_related("item").get(pk=submission.pk)
    before = Answer.objects.filter(submission=submission).first()
    is_out = before is not None and before.state in {AnswerState.SENDING, AnswerState.SENT}
    if refusals := rules.against_answering(text, is_sent=is_out):
        raise Refused(*refusals)
    facts = {
        "channel": submission.item.channel, "text": text.strip(), "state": AnswerState.WAITING, "written_at": at,
        "written_by": str(by), "trouble": "", "printed_at": None,
    }  # fmt: skip
    answer, _created = Answer.objects.update_or_create(submission=submission, defaults=facts)
    record("answer.written", subject=answer, by=by, at=at)
    return answer


@transaction.atomic
def claim_answer(*, answer: Answer, at: datetime) -> bool:
    """Claim an answer for sending; False where somebody else has it, or it is out.

    The claim is committed before the message goes. Found claimed after a breakdown, it may be out or not: a person
    looks, and no machine sends it again.
    """
    return bool(Answer.objects.filter(pk=answer.pk, state=AnswerState.WAITING).update(state=AnswerState.SENDING))


@transaction.atomic
def note_answer(*, answer: Answer, is_sent: bool, trouble: str = "", by: object, at: datetime) -> None:
    """Note that an answer is out, or what stood in the way."""
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    was, answer.state = answer.state, AnswerState.SENT if is_sent else AnswerState.FAILED
    answer.sent_at, answer.sent_by, answer.trouble = (at, str(by), "") if is_sent else (None, "", trouble[:300])
    answer.save(update_fields=["state", "sent_at", "sent_by", "trouble"])
    record("answer.sent" if is_sent else "answer.failed", subject=answer, by=by, at=at, state=(was, answer.state))


@transaction.atomic
def print_answers(*, notice: Notice, by: object, at: datetime) -> list[tuple[Answer, Sender]]:
    """Take the answers that go by letter, with whom they go to, for printing; each look at a sender is written down.

    They wait on until somebody says that they are posted: a letter in the printer is no letter sent.
    """
    rows = list(
        Answer.objects.select_for_update(of=("self",))
        .filter(submission__notice=notice, channel__in=ON_PAPER, state=AnswerState.WAITING)
        .select_related("submission__item", "submission__notice")
        .order_by("pk")
    )
    Answer.objects.filter(pk__in=[one.pk for one in rows]).update(printed_at=at)
    why = "打印答复信"
    return [(one, reveal_sender(submission=one.submission, why=why, by=by, at=at)) for one in rows]


@transaction.atomic
def post_printed(*, notice: Notice, by: object, at: datetime) -> int:
    """Note that the letters printed for a notice are posted, by whom and when; returns how many."""
    rows = Answer.objects.filter(submission__notice=notice, state=AnswerState.WAITING, printed_at__isnull=False)
    printed = list(rows.filter(channel__in=ON_PAPER).order_by("pk"))
    for answer in printed:
        note_answer(answer=answer, is_sent=True, by=by, at=at)
    return len(printed)
