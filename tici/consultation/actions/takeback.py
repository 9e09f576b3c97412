"""What a sender may do with number and code: withdraw an opinion, or say that it is not theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tici.consultation.models import Item, Submission
from tici.consultation.queries.notices import is_published
from tici.consultation.rules import intake as rules
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused

from .registering import register_item

BY_CODE = "凭查询码"


@transaction.atomic
def take_back(*, item: Item, code: str, is_not_mine: bool, at: datetime) -> Submission:
    """Withdraw an opinion until its results are published; one that is not the holder's own counts no more either.

    Raises:
        Refused: The code is wrong, the results are published, or nothing can be read yet.
    """
    submission = register_item(item=item, by=BY_CODE, at=at)
    if submission is None:
        raise Refused(Refusal("opinion.set_aside", _("这件意见正在人工处理。请联系受理单位撤回。")))
    submission = Submission.objects.select_for_update(of=("self",)).select_related("item").get(pk=submission.pk)
    refusals = rules.against_withdrawing(submission, code=code, is_published=is_published(item.notice))
    if refusals:
        raise Refused(*refusals)
    field = "disowned_at" if is_not_mine else "withdrawn_at"
    if getattr(submission, field) is None:
        setattr(submission, field, at)
        submission.save(update_fields=[field])
        what = "opinion.disowned" if is_not_mine else "opinion.withdrawn"
        record(what, subject=item, by=BY_CODE, at=at)
    return submission
