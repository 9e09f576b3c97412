"""Judgement over notices: whether one may be issued, what it warns of, whether something came in late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tici.consultation.models import ChannelOffer, Notice, NoticeState, Question
from tici.core.refusals import Refusal
from tici.engines import rulebook

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shortest_period(on: date) -> int:
    """The days a notice is to give people, by the rule of a day."""
    days: int = rulebook.load("consultation/period", on)["shortest_days"]
    return days


def warnings_of(notice: Notice) -> list[str]:
    """What a reader should know before a notice is issued; a warning does not stop it."""
    shortest = shortest_period(notice.opens_on)
    if notice.days < shortest:
        said = _("本次公开征求意见为%(days)d日，少于%(shortest)d日，公告中须说明理由。")
        return [str(said) % {"days": notice.days, "shortest": shortest}]
    return []


def against_writing(*, opens_on: date, closes_on: date, reason: str, is_code_taken: bool) -> list[Refusal]:
    """Every reason why a notice may not be kept as it is."""
    found = []
    if is_code_taken:
        found.append(Refusal("notice.code_taken", _("已有公告使用这个代码。请换一个。"), "code"))
    if closes_on < opens_on:
        found.append(Refusal("notice.closes_first", _("截止日期不能早于开始日期。请改正日期。"), "closes_on"))
    elif (closes_on - opens_on).days + 1 < shortest_period(opens_on) and not reason:
        said = _("期限不足%(days)d日，须写明理由。请填写理由，或延长期限。") % {"days": shortest_period(opens_on)}
        found.append(Refusal("notice.period", said, "period_shortened_reason"))
    return found


def against_issuing(notice: Notice, *, offers: Sequence[ChannelOffer], questions: Sequence[Question]) -> list[Refusal]:
    """Every reason why a notice may not go to the public."""
    found = []
    if notice.state == NoticeState.ISSUED:
        found.append(Refusal("notice.issued", _("公告已经发布。修改请另存新版次。")))
    if not offers:
        found.append(Refusal("notice.no_channel", _("没有受理渠道。请至少填写一个渠道。")))
    if not questions:
        found.append(Refusal("notice.no_question", _("没有问题。请至少写一个问题，网页表单和回执表由此生成。")))
    return found


def day_of(at: datetime) -> date:
    """The day of a moment as people here count it."""
    return at.astimezone(SHANGHAI).date()


def is_late(notice: Notice, received_at: datetime, postmarked_on: date | None = None) -> bool:
    """Whether something came after the last day; of a letter the postmark decides."""
    return (postmarked_on or day_of(received_at)) > notice.closes_on
