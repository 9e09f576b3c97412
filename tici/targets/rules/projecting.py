"""What a year comes to: each projection says by which method, and where honest how wide it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tici.engines import rulebook
from tici.engines.periods import Month

from .profiles import RULE, Filled


class Method(TextChoices):
    """How a year's end is projected."""

    LINEAR = "linear", _("按月均进度")
    SEASONAL = "seasonal", _("按上年同期占全年比重")
    PROFILE = "profile", _("按设定的月度进度")
    WINDOW = "window", _("已入库加达线待申报企业")
    STANDING = "standing", _("时点数，按现值")


@dataclass(frozen=True)
class Projection:
    """What a value comes to at the year's end, by a method; ``low`` and ``high`` where a range can be said."""

    method: Method
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


def linear(value: Decimal | int, month: Month, *, is_count: bool) -> Projection:
    """The year as it goes on month by month as until now."""
    return _ranged(Method.LINEAR, Decimal(value), Decimal(month.number) / 12, is_count=is_count)


def paced(value: Decimal | int, filled: Filled | Decimal, *, method: Method, is_count: bool) -> Projection | None:
    """The year if what is there now is the part that is due by now; None where nothing is due yet."""
    rate = filled.rate if isinstance(filled, Filled) else filled
    return _ranged(method, Decimal(value), rate, is_count=is_count) if rate > 0 else None


def by_window(value: Decimal | int, month: Month, *, ready: int, near: int) -> Projection:
    """Entries into the library: those in, and the firms over the line that can declare in the windows still to come.

    At least none of these is taken in, at most all of them and those near the line; after December nothing comes.
    """
    now = Decimal(value)
    if month.number == 12:
        return Projection(Method.WINDOW, now, now, now)
    return Projection(Method.WINDOW, now + ready, now, now + ready + near)


def as_it_stands(value: Decimal | int) -> Projection:
    """A value that holds at a moment and does not add up over the year: no more can be said than how it stands."""
    return Projection(Method.STANDING, Decimal(value))


def near_line_rate() -> Decimal:
    """From which part of a line on a firm counts as near it."""
    return Decimal(str(rulebook.load(RULE)["projection"]["near"]))


def _ranged(method: Method, value: Decimal, rate: Decimal, *, is_count: bool) -> Projection:
    """A value over the part of the year it stands for; of things that are counted, whole ones and their range."""
    whole = value / rate
    if not is_count:
        return Projection(method, whole)
    rule = rulebook.load(RULE)["projection"]
    if value < rule["fewest"]:
        return Projection(method, whole.to_integral_value())
    # Events that come by chance: what is to come varies with its number, and the pace is known from `value` events.
    to_come = whole - value
    width = Decimal(str(rule["width"])) * (to_come * (1 + to_come / value)).sqrt()
    low, high = max(value, whole - width), whole + width
    return Projection(
        method,
        whole.to_integral_value(),
        low.to_integral_value(ROUND_FLOOR),
        high.to_integral_value(ROUND_CEILING),
    )
