"""Publication: words confirmed, an account frozen, a second person, and taking it down again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.consultation.models import Group, Masked, Notice, Publication, PublicationState
from tici.consultation.queries import results
from tici.consultation.rules import outcome as rules
from tici.consultation.rules.notices import day_of
from tici.core.audit import record
from tici.core.refusals import Refused


@transaction.atomic
def confirm_masked(*, group: Group, text: str, is_left_out: bool, by: object, at: datetime) -> Masked:
    """Confirm the words a group is published in, or that it is counted and not listed."""
    before = Masked.objects.select_for_update().filter(group=group).first()
    facts = {"text": text.strip(), "is_left_out": is_left_out, "confirmed_by": str(by), "confirmed_at": at}
    masked, _created = Masked.objects.update_or_create(group=group, defaults=facts)
    record("opinion.masked", subject=group, by=by, at=at, text=(before and before.text, masked.text))
    return masked


@transaction.atomic
def propose_publication(*, notice: Notice, by: Person, at: datetime) -> Publication:
    """Freeze what came in and what was done with it, for a second person to confirm; the newest one is confirmed.

    Raises:
        Refused: The notice is still open, a group is undecided, or its public words are not confirmed.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    undecided, unmasked = results.unfinished(notice)
    refusals = rules.against_proposing(notice, undecided=undecided, unmasked=unmasked, on=day_of(at))
    if refusals:
        raise Refused(*refusals)
    waiting = notice.publications.filter(state=PublicationState.PROPOSED)
    waiting.update(state=PublicationState.WITHDRAWN)
    publication = Publication.objects.create(
        notice=notice,
        number=notice.publications.count() + 1,
        content=results.account(notice),
        proposed_at=at,
        proposed_by=by,
    )
    record("publication.proposed", subject=publication, by=by, at=at, number=(None, publication.number))
    return publication


@transaction.atomic
def publish(*, publication: Publication, by: Person, at: datetime) -> Publication:
    """Put an account before the public; an earlier one is taken down.

    Raises:
        Refused: It does not wait for confirmation, or the same person put it forward.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if refusals := rules.against_publishing(publication, by):
        raise Refused(*refusals)
    earlier = Publication.objects.filter(notice=publication.notice_id, state=PublicationState.PUBLISHED)
    earlier.update(state=PublicationState.WITHDRAWN)
    publication.state, publication.confirmed_at, publication.confirmed_by = PublicationState.PUBLISHED, at, by
    publication.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    record("publication.published", subject=publication, by=by, at=at, state=("proposed", "published"))
    return publication


@transaction.atomic
def withdraw_publication(*, publication: Publication, reason: str, by: Person, at: datetime) -> None:
    """Take an account down, with the reason."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    was, publication.state = publication.state, PublicationState.WITHDRAWN
    publication.save(update_fields=["state"])
    record("publication.withdrawn", subject=publication, by=by, at=at, state=(was, publication.state), why=("", reason))
