"""How much of one sender was read by machine today."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tici.consultation.models import Page, Submission
from tici.consultation.rules.intake import limits
from tici.consultation.rules.notices import day_of


def is_over_pages(submission: Submission, at: datetime) -> bool:
    """Whether the machine has read as many pages of this sender today as it does in a day."""
    return pages_read(submission, at) >= limits()["pages_a_day"]


def pages_read(submission: Submission, at: datetime) -> int:
    """Pages of the same sender, by contact or by net, read on the day; 0 where nobody knows who it is.

    What the office's own scanner and fax put into the folder, and what a clerk takes in without a contact, has no
    sender to hold it against.
    """
    contact, net = submission.submitter.contact_digest, submission.item.net
    same = Q()
    if contact:
        same |= Q(part__item__submission__submitter__contact_digest=contact)
    if net:
        same |= Q(part__item__net=net)
    if not same:
        return 0
    return Page.objects.filter(same, part__read_at__date=day_of(at)).count()
