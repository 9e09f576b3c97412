"""Writing a notice, issuing it, and changing it by a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tici.consultation.models import Aspect, ChannelOffer, Notice, NoticeState, NoticeVersion, Question, Subject
from tici.consultation.rules import notices as rules
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.places.models import Place


@dataclass(frozen=True)
class NoticeParts:
    """What hangs on a notice, as (fields) of each row in their order."""

    questions: Sequence[tuple[str, str, list[str]]] = ()  # label, kind, choices
    aspects: Sequence[tuple[str, str]] = ()  # code, label
    # kind, code, label, aliases, and where it is known: longitude and latitude as "114.452,38.058"
    subjects: Sequence[tuple[str, str, str, list[str]] | tuple[str, str, str, list[str], str]] = ()
    offers: Sequence[tuple[str, str, str]] = ()  # channel, address, remark


@transaction.atomic
def write_notice(
    *,
    notice: Notice | None,
    place: Place,
    code: str,
    title: str,
    text: str,
    office: str,
    opens_on: date,
    closes_on: date,
    parts: NoticeParts,
    by: object,
    at: datetime,
    period_shortened_reason: str = "",
    retention_months: int = 12,
    reason: str = "",
    is_example: bool = False,
) -> Notice:
    """Keep a notice; one that is issued already gets a new version, and people see what changed since.

    Raises:
        Refused: The code is taken, the days are the wrong way round, or a short period has no reason.
    """
    others = Notice.objects.filter(code=code)
    taken = (others.exclude(pk=notice.pk) if notice else others).exists()
    refusals = rules.against_writing(
        opens_on=opens_on, closes_on=closes_on, reason=period_shortened_reason, is_code_taken=taken
    )
    if refusals:
        raise Refused(*refusals)
    facts: dict[str, Any] = {
        "place": place, "code": code, "title": title, "text": text, "office": office, "opens_on": opens_on,
        "closes_on": closes_on, "period_shortened_reason": period_shortened_reason,
        "retention_months": retention_months, "is_example": is_example,
    }  # fmt: skip
    if notice is None:
        notice = Notice.objects.create(**facts)
    else:
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        facts.pop("is_example")  # once an example, always one
        for name, value in facts.items():
            setattr(notice, name, value)
        notice.save()
    _replace_parts(notice, parts)
    record("notice.written", subject=notice, by=by, at=at, title=(None, title), closes_on=(None, closes_on))
    if notice.state == NoticeState.ISSUED:
        _version(notice, parts, reason=reason, by=by, at=at)
    return notice


def _replace_parts(notice: Notice, parts: NoticeParts) -> None:
    """The rows a notice consists of, as they are now; opinions point at codes and positions, not at rows."""
    for rows in (notice.questions, notice.aspects, notice.subjects, notice.offers):
        rows.all().delete()
    Question.objects.bulk_create(
        Question(notice=notice, position=at, label=label, kind=kind, choices=choices)
        for at, (label, kind, choices) in enumerate(parts.questions, 1)
    )
    Aspect.objects.bulk_create(
        Aspect(notice=notice, position=at, code=code, label=label) for at, (code, label) in enumerate(parts.aspects, 1)
    )
    Subject.objects.bulk_create(
        Subject(notice=notice, kind=kind, code=code, label=label, aliases=aliases, **_where(*place))
        for kind, code, label, aliases, *place in parts.subjects
    )
    ChannelOffer.objects.bulk_create(
        ChannelOffer(notice=notice, channel=channel, address=address, remark=remark)
        for channel, address, remark in parts.offers
    )


def _where(place: str = "") -> dict[str, float]:
    return dict(zip(("longitude", "latitude"), map(float, place.split(",")), strict=True)) if place else {}


@transaction.atomic
def issue_notice(*, notice: Notice, by: object, at: datetime) -> Notice:
    """Put a notice before the public; from now on every change is a version.

    Raises:
        Refused: It is issued already, or has no channel or no question.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    offers, questions = list(notice.offers.all()), list(notice.questions.all())
    if refusals := rules.against_issuing(notice, offers=offers, questions=questions):
        raise Refused(*refusals)
    notice.state, notice.issued_at = NoticeState.ISSUED, at
    notice.save(update_fields=["state", "issued_at"])
    _version(notice, parts_of(notice), reason="", by=by, at=at)
    record("notice.issued", subject=notice, by=by, at=at, state=(NoticeState.DRAFT, NoticeState.ISSUED))
    return notice


def parts_of(notice: Notice) -> NoticeParts:
    """What hangs on a notice now."""
    return NoticeParts(
        questions=[(one.label, one.kind, one.choices) for one in notice.questions.all()],
        aspects=[(one.code, one.label) for one in notice.aspects.all()],
        subjects=[
            (one.kind, one.code, one.label, one.aliases, place)
            if (place := one.place_words)
            else (one.kind, one.code, one.label, one.aliases)
            for one in notice.subjects.all()
        ],
        offers=[(one.channel, one.address, one.remark) for one in notice.offers.all()],
    )


def _version(notice: Notice, parts: NoticeParts, *, reason: str, by: object, at: datetime) -> NoticeVersion:
    facts = {name: str(getattr(notice, name)) for name in ("title", "text", "office", "opens_on", "closes_on")}
    number = notice.versions.count() + 1
    return NoticeVersion.objects.create(
        notice=notice, number=number, facts=facts | asdict(parts), reason=reason, issued_at=at, issued_by=str(by)
    )
