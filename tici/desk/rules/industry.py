"""Judgement over the industrial month: ranks, what a year comes to, and how a firm is asked for its reason."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

from django.utils.translation import gettext as _

from tici.engines.periods import Month

Key = TypeVar("Key", bound=Hashable)
QUESTION_LENGTH = 400


def ranks(values: Mapping[Key, float | None], *, highest_first: bool = True) -> dict[Key, int]:
    """Ranks (位次): equals share one; what is not known, or stands alone, has none."""
    known = {key: value for key, value in values.items() if value is not None and not math.isnan(value)}
    if len(values) < 2:
        return {}
    sign = 1 if highest_first else -1
    return {key: 1 + sum(sign * other > sign * value for other in known.values()) for key, value in known.items()}


def year_end(total: float | None, month: Month, *, last_same: float | None, last_year: float | None) -> float | None:
    """What a sum since January comes to by December.

    Last year's December to last year's same month says how the year runs on; where last year is not known, the
    months left are taken to be like those gone by.
    """
    if total is None:
        return None
    if last_same and last_year and last_same > 0:
        return total * last_year / last_same
    return total * 12 / month.number


def reason_asked(
    label: str, unit: str, month: Month, facts: Mapping[str, float], whole: str, *, is_single: bool = False
) -> str:
    """The question to a firm whose figure moved most: what it reported, how it changed, and what that weighs."""
    change, pull = facts["rate"], facts["pull"]
    period = _("%(month)s月") if is_single or month.number == 1 else _("1—%(month)s月")
    words = {
        "period": period % {"month": month.number},
        "label": label,
        "now": f"{facts['now']:,.0f}",
        "unit": unit,
        "rate": f"{abs(change) * 100:.1f}%" if not math.isnan(change) else "—",
        "pull": f"{abs(pull) * 100:.2f}" if not math.isnan(pull) else "—",
        "whole": whole,
    }
    rose = _("贵单位%(period)s%(label)s%(now)s%(unit)s，同比增长%(rate)s，上拉%(whole)s%(pull)s个百分点。请说明原因。")
    fell = _("贵单位%(period)s%(label)s%(now)s%(unit)s，同比下降%(rate)s，下拉%(whole)s%(pull)s个百分点。请说明原因。")
    sentence = rose if facts["delta"] > 0 else fell
    return (sentence % words)[:QUESTION_LENGTH]
