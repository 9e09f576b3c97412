"""What may stand as a fact of an enterprise: lengths, bounds, codes, and dated rows that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal
from tici.enterprises import facts as written
from tici.enterprises.industries import industries

MONEY_LIMIT = Decimal(10) ** 12  # 万元; beyond it the unit is wrong
PEOPLE_LIMIT = 10_000_000
FOURTH = Decimal("0.0001")
MAY_BE_NEGATIVE = frozenset({"profit_wan"})


@lru_cache(maxsize=32)
def _length(name: str) -> int | None:
    return written.column(name).max_length


def fitting(name: str, value: Any) -> tuple[Any, Refusal | None]:
    """A fact as the register can hold it, None where it cannot; and why it is not as it was given."""
    if name == "industry":
        return _industry(str(value))
    if isinstance(value, str) and (limit := _length(name)) and len(value) > limit:
        message = _("%(label)s过长，只收前%(length)s字。") % {"label": written.label_of(name), "length": limit}
        return value[:limit], Refusal("enterprise.too_long", message, name)
    return value, None


def _industry(code: str) -> tuple[str | None, Refusal | None]:
    if code in industries() and code.isdecimal():
        return code, None
    message = _("行业代码“%(code)s”不在GB/T 4754—2017中，未收。请填2至4位数字代码。") % {"code": code[:20]}
    return None, Refusal("enterprise.industry", message, "industry")


def fitting_figure(name: str, value: Any) -> tuple[Any, Refusal | None]:
    """A figure of a year as the register can hold it, None where it cannot; and why not."""
    label = written.year_column(name).verbose_name
    if value < 0 and name not in MAY_BE_NEGATIVE:
        return None, Refusal("enterprise.negative", _("%(label)s不能为负，未收。请核对。") % {"label": label}, name)
    is_people = name.endswith("people")
    if abs(value) >= (PEOPLE_LIMIT if is_people else MONEY_LIMIT):
        message = _("%(label)s过大，未收。请核对单位。") % {"label": label}
        return None, Refusal("enterprise.too_large", message, name)
    if is_people:
        return int(value), None
    value = Decimal(value)
    return value if value.as_tuple().exponent >= -4 else value.quantize(FOURTH), None


def against_facts(facts: Mapping[str, Any], years: Mapping[int, Mapping[str, Any]]) -> list[Refusal]:
    """Every reason why facts typed by a person cannot stand together."""
    refusals = [fitting(name, value)[1] for name, value in facts.items() if value not in (None, "")]
    for figures in years.values():
        refusals += [fitting_figure(name, value)[1] for name, value in figures.items() if value is not None]
    found = [one for one in refusals if one is not None]
    founded, closed = facts.get("founded_on"), facts.get("closed_on")
    if founded and closed and closed < founded:
        found.append(
            Refusal("enterprise.closed_before_founded", _("注销或停业日期早于成立日期。请核对。"), "closed_on")
        )
    return found


def against_code_of_another(own: int, holder: int | None) -> list[Refusal]:
    """Why a credit code may not be given to an enterprise: another one holds it."""
    if holder in (None, own):
        return []
    message = _("统一社会信用代码已用于另一企业。请核对代码；确是同一企业的，请合并。")
    return [Refusal("enterprise.code_taken", message, "uscc")]


def month_of(day: date | None) -> Any:
    """The first day of a day's month; None stays None."""
    return day.replace(day=1) if day else None


def against_dated(
    kind: str, from_date: date, to_date: date | None, others: Iterable[Sequence[date | None]]
) -> list[Refusal]:
    """Why a dated row cannot stand: it ends before it begins, or a stay in the library overlaps another.

    ``others`` are the from and to of the rows beside it; certificates and listings may overlap.
    """
    if to_date is not None and to_date <= from_date:
        return [Refusal(f"enterprise.{kind}_order", _("截止日期须晚于起始日期，未收。请核对。"), "to_date")]
    if kind != "spell":
        return []
    for start, end in others:
        if (end is None or from_date < end) and (to_date is None or (start is not None and start < to_date)):
            message = _("与已登记的在库期间重叠，未收。请先登记上一期间的退库月份。")
            return [Refusal("enterprise.spell_overlaps", message, "from_date")]
    return []
