"""Briefings are made in the background: gathering and setting a whole city takes some seconds."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.actions import advance_job
from tici.core.dates import month_words
from tici.core.jobs import job
from tici.core.models import Job
from tici.engines.periods import Month
from tici.places.models import Place

from . import actions
from .actions import Heading
from .models import BriefingKind

STEPS = 4


@job("briefings.make")
def make(
    work: Job, *, place: int, month: str, by_id: int, heading: dict[str, str], document: str = BriefingKind.PROJECTS
) -> str:
    """Make a document of a place and month; running twice makes one more version, no harm."""
    said = {
        1: _("正在汇总各县（市、区）数据"),
        2: _("正在生成表格"),
        3: _("正在起草正文"),
        4: _("正在排版"),
    }
    briefing = actions.make_briefing(
        place=Place.objects.get(pk=place),
        month=Month.parse(month),
        heading=Heading(
            office=heading["office"],
            recipients=heading["recipients"],
            official_no=heading["official_no"],
            dated_on=date.fromisoformat(heading["dated_on"]),
            answer_by=date.fromisoformat(heading["answer_by"]) if heading["answer_by"] else None,
        ),
        by=Person.objects.get(pk=by_id),
        at=timezone.now(),
        kind=document,
        tell=lambda step: advance_job(work, done=step - 1, total=STEPS, message=said[step]),
    )
    advance_job(work, done=STEPS, total=STEPS)
    sentence = _("已生成%(place)s%(month)s%(kind)s第%(number)s版。")
    if briefing.printed is None:
        sentence += _("本机没有可用的中文字体，未生成 PDF；请系统管理员安装字体后重新生成。")
    words = {"place": briefing.place, "month": month_words(briefing.month_on), "number": briefing.number}
    return sentence % (words | {"kind": briefing.get_kind_display()})
