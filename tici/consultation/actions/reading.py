"""What was read: by the machine in pages and points, by people in typing and confirming; neither replaces the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO

from django.db import transaction
from procrastinate.contrib.django import app

from tici.accounts.models import Person
from tici.consultation.models import (
    AutoAcceptance,
    Confirmation,
    Notice,
    Page,
    Part,
    PartState,
    Point,
    Reading,
    SecondTyping,
    Submission,
    Transcription,
)
from tici.consultation.rules import reading as rules
from tici.consultation.rules.readings import ReadPage, ReadPoint, Said
from tici.core.actions import keep_upload
from tici.core.audit import Deed, record, record_many, subject_of
from tici.core.refusals import Refused

from .intake import TAKE_UP


@transaction.atomic
def note_part(
    *, part: Part, state: str, text: str = "", pages: Sequence[ReadPage] = (), reason: str = "", at: datetime
) -> None:
    """Keep what one part of an item gave: its text, or its pages with what was read on them. Done once."""
    part = Part.objects.select_for_update().get(pk=part.pk)
    if part.state != PartState.WAITING:
        return
    for number, page in enumerate(pages, 1):
        image = keep_upload(BytesIO(page.image), name=f"{part.pk}-{number}.png", by="machine", at=at)
        Page.objects.create(
            part=part, number=number, image=image, rotation=page.rotation, score=page.score, lines=list(page.lines),
            form=page.form, engine=page.engine[:60],
        )  # fmt: skip
    part.state, part.text, part.reason, part.read_at = state, text, reason[:300], at
    part.save(update_fields=["state", "text", "reason", "read_at"])


@transaction.atomic
def gather_text(*, submission: Submission, at: datetime) -> Submission:
    """Put an opinion's text together from its parts, where nobody typed one; say whether a person has to transcribe."""
    submission = Submission.objects.select_for_update(of=("self",)).select_related("item").get(pk=submission.pk)
    pages = list(Page.objects.filter(part__item=submission.item).order_by("part__position", "number"))
    parts = list(submission.item.parts.exclude(text=""))
    if not submission.text and not submission.transcriptions.exists():
        submission.text = "\n".join(one.text for one in parts).strip()
        submission.answers = submission.answers or rules.answers_on(pages)
    if submission.quoted_from is not None and submission.quoted_from > len(submission.text):
        submission.quoted_from = None
    submission.needs_transcribing = rules.needs_transcribing(pages) and not submission.transcriptions.exists()
    submission.save(update_fields=["text", "answers", "quoted_from", "needs_transcribing"])
    return submission


@transaction.atomic
def note_reading(*, submission: Submission, points: Sequence[ReadPoint], engine: str, at: datetime) -> None:
    """Keep the machine's reading of an opinion; what people confirmed stays, and its points with it."""
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if not Confirmation.objects.filter(point__submission=submission).exists():
        submission.points.all().delete()
        made = Point.objects.bulk_create(
            Point(submission=submission, position=at_, start=one.start, end=one.end, text=one.text)
            for at_, one in enumerate(points, 1)
        )
        Reading.objects.bulk_create(
            Reading(point=point, scores=one.scores, score=one.score, engine=engine, read_at=at, **asdict(one.said))
            for point, one in zip(made, points, strict=True)
        )
    submission.read_at = at
    submission.save(update_fields=["read_at"])


@transaction.atomic
def read_again(*, readings: Sequence[tuple[Point, list[tuple[str, float]]]], engine: str, at: datetime) -> None:
    """Newer suggestions of aspects for points nobody has confirmed; the older rows stay, no longer current."""
    for point, scores in readings:
        old = Reading.objects.select_for_update().filter(point=point, is_current=True).first()
        if old is None or not scores or [[code, score] for code, score in scores] == old.scores:
            continue
        old.is_current = False
        old.save(update_fields=["is_current"])
        said = {name: getattr(old, name) for name in ("lines", "schools", "places", "times", "shifts")}
        Reading.objects.create(
            point=point, scores=scores, score=scores[0][1], engine=engine, read_at=at, aspects=[scores[0][0]], **said
        )


@transaction.atomic
def confirm_submission(
    *, submission: Submission, said: dict[int, Said], by: object, at: datetime, acceptance: AutoAcceptance | None = None
) -> Submission:
    """Write down what a person says an opinion's points are about; points by their id.

    With an ``acceptance`` it is the machine's word that is taken, in rows marked as such.

    Raises:
        Refused: An aspect is not one of the notice's, or the text still has to be transcribed.
    """
    submission = Submission.objects.select_for_update(of=("self",)).select_related("notice").get(pk=submission.pk)
    known = set(submission.notice.aspects.values_list("code", flat=True))
    if refusals := rules.against_confirming(submission, [one.aspects for one in said.values()], known):
        raise Refused(*refusals)
    points = {one.pk: one for one in submission.points.all()}
    Confirmation.objects.filter(point__in=points, undone_at__isnull=True).update(undone_at=at)
    Confirmation.objects.bulk_create(
        Confirmation(
            point=points[pk],
            by=str(by),
            at=at,
            is_automatic=acceptance is not None,
            acceptance=acceptance,
            **asdict(one),
        )
        for pk, one in said.items()
        if pk in points
    )
    submission.confirmed_at = at
    submission.save(update_fields=["confirmed_at"])
    aspects = {str(pk): one.aspects for pk, one in said.items()}
    what = "opinion.accepted" if acceptance else "opinion.confirmed"
    record(what, subject=submission, by=by, at=at, aspects=(None, aspects))
    return submission


@transaction.atomic
def undo_confirmation(*, submission: Submission, by: Person, at: datetime) -> Submission:
    """Take the last confirmation of an opinion back; it returns to the queue."""
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    Confirmation.objects.filter(point__submission=submission, undone_at__isnull=True).update(undone_at=at)
    was, submission.confirmed_at = submission.confirmed_at, None
    submission.save(update_fields=["confirmed_at"])
    record("opinion.unconfirmed", subject=submission, by=by, at=at, confirmed_at=(was, None))
    return submission


@transaction.atomic
def transcribe(*, submission: Submission, text: str, by: Person, at: datetime) -> Transcription:
    """Take what a person typed beside the picture; the first typing becomes the text and is read at once.

    Every so many is typed again by a second person, who does not see the first. Where the two agree the text stands;
    where they differ a person settles it.

    Raises:
        Refused: It is empty, or the same person typed it before.
    """
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    before = list(submission.transcriptions.all())
    if refusals := rules.against_transcribing(text, before, str(by)):
        raise Refused(*refusals)
    if before and submission.second_typing != SecondTyping.DUE:
        raise Refused(*rules.against_settling(submission, text))
    row = Transcription.objects.create(
        submission=submission, round=len(before) + 1, text=text.strip(), typed_at=at, typed_by=str(by)
    )
    if before:
        is_same = rules.agreement(before[0].text, row.text) == 1
        submission.second_typing = SecondTyping.SETTLED if is_same else SecondTyping.DIFFERS
        submission.save(update_fields=["second_typing"])
    else:
        typed = Submission.objects.filter(notice=submission.notice_id, transcriptions__round=1).count()
        submission.second_typing = SecondTyping.DUE if rules.is_typed_twice(typed) else SecondTyping.NONE
        submission.save(update_fields=["second_typing"])
        _take_typed(submission, row.text)
    record("opinion.transcribed", subject=submission, by=by, at=at, round=(None, row.round))
    return row


@transaction.atomic
def waive_second_typings(*, notice: Notice, reason: str, by: Person, at: datetime) -> int:
    """Let the first typing stand where there is nobody else to type a second: all of the sample that a person typed.

    Raises:
        Refused: No reason is given.
    """
    if refusals := rules.against_waiving(reason):
        raise Refused(*refusals)
    due = Submission.objects.select_for_update(of=("self",)).filter(
        notice=notice, second_typing=SecondTyping.DUE, transcriptions__typed_by=str(by)
    )
    told = {"second_typing": SecondTyping.DUE}, {"second_typing": SecondTyping.NONE, "reason": reason.strip()}
    deeds = [Deed("opinion.second_typing_waived", subject_of(one), *told) for one in due]
    due.update(second_typing=SecondTyping.NONE)
    record_many(deeds, by=by, at=at)
    return len(deeds)


@transaction.atomic
def settle_typing(*, submission: Submission, text: str, by: Person, at: datetime) -> Transcription:
    """Settle the text of an opinion that two people typed differently; it is kept as the third round.

    Raises:
        Refused: There is nothing to settle, or the text is empty.
    """
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if refusals := rules.against_settling(submission, text):
        raise Refused(*refusals)
    row = Transcription.objects.create(submission=submission, round=3, text=text.strip(), typed_at=at, typed_by=str(by))
    submission.second_typing = SecondTyping.SETTLED
    submission.save(update_fields=["second_typing"])
    if row.text != submission.text:
        _take_typed(submission, row.text)
    record("opinion.typing_settled", subject=submission, by=by, at=at, round=(None, row.round))
    return row


def _take_typed(submission: Submission, text: str) -> None:
    """A typed text becomes the opinion's, and is read at once; nobody can have confirmed the one before."""
    submission.text, submission.needs_transcribing, submission.read_at = text, False, None
    submission.quoted_from = None
    submission.save(update_fields=["text", "needs_transcribing", "read_at", "quoted_from"])
    app.configure_task(TAKE_UP).defer(item_id=submission.item_id)
