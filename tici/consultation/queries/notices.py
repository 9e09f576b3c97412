"""Notices as the public and the desk read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import caches
from django.utils.translation import gettext as _

from tici.consultation.models import (
    Answer,
    AnswerState,
    Channel,
    ChannelOffer,
    Decision,
    Item,
    ItemState,
    Notice,
    Publication,
    PublicationState,
    Question,
    Submission,
)
from tici.consultation.sealing import is_code_of

COUNTED = 500  # no quota is larger


@dataclass(frozen=True)
class Told:
    """A notice as the public reads it."""

    notice: Notice
    offers: list[ChannelOffer]
    questions: list[Question]
    changes: int
    is_open: bool
    days_left: int
    result: Publication | None

    @property
    def takes_web(self) -> bool:
        return any(one.channel == Channel.WEB for one in self.offers)


def told(notice: Notice, on: date) -> Told:
    """What the public page of a notice says on a day."""
    result = notice.publications.filter(state=PublicationState.PUBLISHED).first()
    return Told(
        notice=notice,
        offers=list(notice.offers.all()),
        questions=list(notice.questions.all()),
        changes=notice.versions.count() - 1,
        is_open=notice.takes_opinions_on(on),
        days_left=(notice.closes_on - on).days + 1,
        result=result,
    )


def taken_lately(net: str, at: datetime) -> tuple[int, int]:
    """How many items one source sent in the last minute and the last day; counted no further than any quota."""
    if not net:
        return 0, 0
    recent = Item.objects.filter(net=net, received_at__gt=at - timedelta(days=1)).order_by("-received_at")
    times = list(recent.values_list("received_at", flat=True)[:COUNTED])
    return sum(one > at - timedelta(minutes=1) for one in times), len(times)


@dataclass(frozen=True)
class LookedUp:
    """What a sender finds with number and code."""

    item: Item
    submission: Submission | None
    is_published: bool
    outcomes: list[str]  # what was decided about its points

    @property
    def may_withdraw(self) -> bool:
        """Whether it still counts and its sender may take it back."""
        if self.is_published or self.item.state not in {ItemState.WAITING, ItemState.REGISTERED}:
            return False
        one = self.submission
        return one is None or (one.withdrawn_at is None and one.disowned_at is None)

    @property
    def answer(self) -> Answer | None:
        """What the sender was answered, once it is out."""
        answer: Answer | None = getattr(self.submission, "answer", None)
        return answer if answer is not None and answer.state == AnswerState.SENT else None

    @property
    def standing(self) -> str:
        """How far it has been dealt with, in the words of the sender's page."""
        one = self.submission
        if one is None:
            return (
                _("已收到，正在由工作人员处理。") if self.item.state != ItemState.WAITING else _("已收到，等待登记。")
            )
        if one.disowned_at:
            return _("已按您的声明注明不是您本人的意见，不再计入。")
        if one.withdrawn_at:
            return _("已撤回，不再计入。")
        if self.outcomes:
            return _("已研究办理：%(outcomes)s。") % {"outcomes": _("、").join(self.outcomes)}
        return _("已阅看，正在研究。") if one.confirmed_at else _("已登记，等待阅看。")


def looked_up(number: str, code: str) -> LookedUp | None:
    """What a number and its code open; None where they do not go together."""
    number = number.strip()
    if not is_code_of(number, code):
        return None
    item = Item.objects.select_related("notice", "submission").filter(number=number).first()
    if item is None:
        return None
    submission = getattr(item, "submission", None)
    decided = Decision.objects.filter(
        group__memberships__point__submission__item=item, undone_at__isnull=True, group__memberships__isnull=False
    )
    outcomes = list(dict.fromkeys(str(one.get_outcome_display()) for one in decided))
    return LookedUp(item, submission, is_published(item.notice), outcomes)


def is_published(notice: Notice | None) -> bool:
    """Whether a notice's results are before the public."""
    return notice is not None and notice.publications.filter(state=PublicationState.PUBLISHED).exists()


def wrong_codes(net: str) -> int:
    """How many wrong codes one source has tried within the hour."""
    count: int = caches["shared"].get(f"wrong-code:{net}", 0)
    return count


def note_wrong_code(net: str) -> None:
    """Count one more wrong code; kept for an hour in the cache that all processes share, and nowhere else."""
    key = f"wrong-code:{net}"
    if not caches["shared"].add(key, 1, timeout=3600):
        try:
            caches["shared"].incr(key)
        except ValueError:  # it ran out between the two
            caches["shared"].add(key, 1, timeout=3600)
