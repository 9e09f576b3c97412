"""A poster for each stop and a leaflet for each line, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tici.buslines.models import Line, Plan, Stop
from tici.buslines.queries.plans import Strip
from tici.core.typesetting import pdf

HERE = Path(__file__).parent
DASHES = ("solid", "dashed", "dotted", "dash-dotted", "densely-dashed", "loosely-dashed")


def leaflet(line: Line, strips: Sequence[Strip], plan: Plan, card: Any) -> bytes:
    """A line on one sheet: strip and timetable of both directions, and how to ride."""
    content = {
        "title": str(line),
        "since": _("%(day)s起，上学日开行") % {"day": _day(plan.in_force_from)},
        "strips": [_strip(one) for one in strips],
        "rules": rules_of(card),
        "note": _("示例：站点、时刻和位置为示意，不是实际线路。") if line.school.is_illustrative else "",
        "foot": _("专线是普通公交，不是校车；时刻可能因路况变化，请提前到站。"),
    }
    return pdf(HERE / "leaflet.typ", content)


def poster(stop: Stop, calls: Sequence[tuple[Strip, int]]) -> bytes:
    """What hangs at a stop: each line that calls there with its times (to five minutes nobody waits) and its strip."""
    content = {
        "stop": str(stop),
        "about": "　".join(filter(None, [stop.get_kind_display(), stop.side, stop.safety])),
        "lines": [
            _strip(strip) | {"here": place_of(strip, at), "times": [f"{one:%H:%M}" for one in strip.rows[at].times]}
            for strip, at in calls
        ],
        "none": _("没有现行专线停靠。"),
        "foot": _("专线是普通公交，不是校车；时刻可能因路况变化，请提前到站。"),
        "note": _("示例") if stop.is_example else "",
    }
    return pdf(HERE / "poster.typ", content)


def place_of(strip: Strip, at: int) -> int:
    """Where a call stands on the printed strip: on the way home the school comes before all of them."""
    return at if strip.is_morning else at + 1


def rules_of(card: Any) -> list[str]:
    """How to ride, in a few lines."""
    words = _("学生卡每月%(pupil)s次，护送卡每月%(guardian)s次，均免费。")
    return [
        _("每名学生须有一名家长陪同，家长持护送卡。"),
        words % {"pupil": card["pupil_rides"], "guardian": card["guardian_rides"]},
        _("上学时到校前各站只上不下，放学时离校后各站只下不上。"),
        _("向学校报名办卡。请提前5分钟到站。"),
    ]


def _strip(strip: Strip) -> dict[str, Any]:
    school = str(strip.pattern.line.school)
    stops = [
        {
            "name": str(row.stop),
            "times": [f"{at:%H:%M}" for at in row.times],
            "side": row.stop.side,
            "is_school": False,
        }
        for row in strip.rows
    ]
    end = {"name": school, "times": [f"{at:%H:%M}" for at in strip.at_school], "side": "", "is_school": True}
    return {
        "name": str(strip.pattern.line),
        "number": strip.pattern.line.short_name,
        "direction": str(strip.pattern.get_direction_display()),
        "said": _("到校前只上不下") if strip.is_morning else _("离校后只下不上"),
        "towards": _("开往%(school)s") % {"school": school}
        if strip.is_morning
        else _("从%(school)s开出") % {"school": school},
        "minutes": _("全程约%(minutes)s分钟") % {"minutes": strip.minutes},
        "stops": [*stops, end] if strip.is_morning else [end, *stops],
        "colour": strip.style.colour,
        "dash": DASHES[strip.style.place - 1],
    }


def _day(on: Any) -> str:
    return "" if on is None else f"{on.year}年{on.month}月{on.day}日"
