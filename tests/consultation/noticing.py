"""Notices and opinions for tests; each maker takes only what the test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests import make
from tici.accounts.models import Role
from tici.consultation import actions
from tici.consultation.actions.registering import TYPED, typed
from tici.consultation.models import Channel, Notice, Point, Submission

OPENS, CLOSES = date(2021, 12, 21), date(2021, 12, 27)
OPEN = datetime(2021, 12, 22, 2, tzinfo=UTC)
PARTS = actions.NoticeParts(
    questions=[
        ("您希望怎样调整？", "many", ["调整时间", "增加站点"]),
        ("您的意见和建议", "text", []),
    ],
    aspects=[("T", "运营时间"), ("S", "站点设置"), ("N", "新开线路")],
    subjects=[("school", "he", "和平西路小学", ["和西小学"]), ("line", "3", "3号线", [])],
    offers=[
        ("web", "", ""),
        ("mail", "xiaoche@example.org", ""),
        ("fax", "86036652", ""),
        ("letter", "示例路1号", "公交专线意见"),
    ],
)

_n = count(1)


def clerk(place: Any, role: str = Role.CONSULTATION_CLERK) -> Any:
    return make.person(place=place, role=role)


def notice(*, by: Any, place: Any = None, is_issued: bool = True, **over: Any) -> Notice:
    facts = {
        "code": f"lines-{next(_n)}", "title": "关于开通小学生公交专线征求意见的公告", "text": "现公开征求意见。",
        "office": "示例市交通运输局", "opens_on": OPENS, "closes_on": CLOSES, "parts": PARTS,
        "period_shortened_reason": "新学期开学前须确定线路",
    } | over  # fmt: skip
    made = actions.write_notice(notice=None, place=place or by.place, by=by, at=make.NOW, **facts)
    return actions.issue_notice(notice=made, by=by, at=make.NOW) if is_issued else made


def received(notice: Notice | None, text: str = "希望3号线早上晚发15分钟。", **over: Any) -> actions.Receipt:
    sender = over.pop("sender", actions.Sender())
    facts = {
        "channel": Channel.WEB, "source_key": f"test:{next(_n)}", "content": typed(text=text, sender=sender),
        "name": "意见.json", "media_type": TYPED, "received_at": OPEN, "by": "测试", "notice": notice,
    } | over  # fmt: skip
    return actions.receive_opinion(**facts)


def read(notice: Notice, text: str = "希望3号线早上晚发15分钟。", **over: Any) -> Submission:
    """An opinion read and grouped: one point, alike where the text is."""
    made = submission(notice, text, **over)
    said = actions.Said(aspects=["T"], lines=["3"])
    points = [actions.ReadPoint(0, len(text), text, said, [("T", 0.6), ("S", 0.2)])]
    actions.note_reading(submission=made, points=points, engine="test", at=OPEN)
    rows = list(Point.objects.filter(submission__notice=notice).order_by("pk"))
    labels = [next(at for at, other in enumerate(rows) if other.text == row.text) for row in rows]
    actions.group_points(notice=notice, points=rows, groups=labels, families=[0] * len(rows))
    return made


def submission(notice: Notice, text: str = "希望3号线早上晚发15分钟。", **over: Any) -> Submission:
    made = actions.register_item(item=received(notice, text, **over).item, by="测试", at=OPEN)
    assert made is not None
    return made
