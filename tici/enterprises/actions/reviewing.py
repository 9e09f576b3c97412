"""The review of a year kept for its pages, and the reasons that people write down."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.enterprises.models import EntryReview
from tici.enterprises.queries.reviews import reviewed
from tici.enterprises.rules import reviews as rules
from tici.places.models import Place

BATCH = 1000


@transaction.atomic
def review_year(*, place: Place, year: int, on: date, by: Person, at: datetime) -> int:
    """Review the entries of a year in a place, in place of what was found before; reasons people wrote are kept.

    Returns how many firms were looked at.

    Raises:
        Refused: The year has not begun.
    """
    if refusals := rules.against_reviewing(year, on):
        raise Refused(*refusals)
    places = list(Place.objects.within(place).order_by().values_list("pk", flat=True))
    before = EntryReview.objects.filter(year=year, enterprise__place__in=places)
    said = {one.enterprise_id: one for one in before.filter(is_said=True)}
    rows = reviewed(places, year, on)
    for row in rows:
        if (one := said.get(row.enterprise_id)) is not None and row.timing == one.timing:
            row.reason_code, row.reason, row.is_said = one.reason_code, one.reason, True
    before.delete()
    EntryReview.objects.bulk_create(rows, batch_size=BATCH)
    record("enterprises.reviewed", subject=place, by=by, at=at, year=(None, year), count=(None, len(rows)))
    return len(rows)


@transaction.atomic
def say_why_missed(*, review: EntryReview, code: str, words: str, by: Person, at: datetime) -> EntryReview:
    """Write down why a firm entered late or is not in.

    Raises:
        Refused: It was not missed, or the reason is not told.
    """
    review = EntryReview.objects.select_for_update().get(pk=review.pk)
    if refusals := rules.against_saying_why(review, code, words):
        raise Refused(*refusals)
    old = (review.reason_code, review.reason)
    review.reason_code, review.reason, review.is_said = code, words.strip(), True
    review.save(update_fields=["reason_code", "reason", "is_said"])
    changes = {"reason_code": (old[0], review.reason_code), "reason": (old[1], review.reason)}
    record("enterprise.missed_for", subject=review.enterprise, by=by, at=at, **changes)
    return review
