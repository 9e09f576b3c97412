"""Numbers as a document prints them: rounded once, with their unit, and knowing what they measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from tici.engines.periods import Month
from tici.engines.rulebook import Rule

WAN_IN_YI = Decimal(10000)
SMALLEST_YI = Decimal("0.1")  # less than this prints in 万元, or the sentence would say 0.0亿元
SIGNED = frozenset({"个百分点", "位"})  # units of differences, which stand alone with their sign

Narrow = Mapping[str, str] | None  # what part of a place a figure is of: {"division": "27"}
Link = Callable[..., str]  # measure code, place code, month, part → where the figure opens


@dataclass(frozen=True, slots=True)
class Note:
    """What a number in a document measures: its code, name, unit and scope (口径)."""

    code: str
    label: str
    unit: str
    basis: str
    is_total: bool = False  # adds up over the year so far (1—11月); else it holds at the month's end (截至11月底)
    said_unit: str = ""  # the unit inside a sentence where that says more: 个县（市、区）


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number in a document, with all that a reader needs to check it.

    ``said`` is the number inside its sentence, where the words around it carry the sign
    (低于序时进度26.7个百分点); ``shown`` is the same number standing alone (-26.7个百分点).
    """

    note: Note
    value: Decimal  # as computed, unrounded: 万元, a count, a rank, or a rate as a fraction
    said: str
    shown: str
    place: str
    period: str
    href: str = ""
    units: int | None = None  # how many firms stand behind it, where firms do


Text = tuple[str | Figure, ...]


def plain(text: Text) -> str:
    """Return a text as one string, as a reader sees it."""
    return "".join(run if isinstance(run, str) else run.said for run in text)


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up (四舍五入), the way a clerk checks it by hand; never minus zero."""
    result = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return result if result else abs(result)


def percent(rate: Decimal, places: int = 1) -> Decimal:
    """Return a fraction as the percentage that is printed: 0.9716 is 97.2."""
    return rounded(rate * 100, places)


def money(wan: Decimal) -> tuple[Decimal, str]:
    """Return an amount as a sentence states it, with its unit: 亿元, or 万元 when it is small."""
    yi = wan / WAN_IN_YI
    if rounded(wan, 0) == 0 or abs(yi) < SMALLEST_YI:
        return rounded(wan, 0), "万元"
    return rounded(yi, 1 if abs(yi) >= 1 else 2), "亿元"


def stated(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a value rounded for print, and the unit it is printed in."""
    if unit == "亿元":
        return money(value)
    if unit in ("%", "个百分点"):
        return percent(value), unit
    if unit == "万千瓦时" and abs(rounded(value, 0)) >= WAN_IN_YI:
        return rounded(value / WAN_IN_YI, 2), "亿千瓦时"
    return rounded(value, 0), unit


def until(month: Month, *, with_year: bool = False) -> str:
    """Return the words for the end of a month: 截至11月底."""
    return f"截至{month.year}年{month.number}月底" if with_year else f"截至{month.number}月底"


def year_to_date(month: Month, *, with_year: bool = False) -> str:
    """Return the words for the year so far: 1—11月; in January just 1月."""
    months = "1月" if month.number == 1 else f"1—{month.number}月"
    return f"{month.year}年{months}" if with_year else months


def no_link(_code: str, _place_code: str, _month: Month, _narrow: Narrow = None) -> str:
    """Open nothing: the link of figures in a document that is read away from the system."""
    return ""


@dataclass(frozen=True)
class Notes:
    """The measures a document may cite, and how their figures are made."""

    notes: Mapping[str, Note]
    link: Link = no_link

    @classmethod
    def of(cls, rule: Rule, link: Link = no_link, own: Mapping[str, Note] | None = None) -> Notes:
        """Return the measures written in a rule of the rulebook; ``own`` ones take the place of those so named."""
        entries = {
            name: Note(
                one["code"], one["label"], one["unit"], one["basis"], one.get("total", False), one.get("said", "")
            )
            for name, one in rule["measure"].items()
        }
        return cls({**entries, **(own or {})}, link)

    def figure(
        self,
        name: str,
        value: Decimal | int,
        *,
        place: str,
        place_code: str,
        month: Month,
        of_what: str = "",
        units: int | None = None,
        narrow: Narrow = None,
    ) -> Figure:
        """Return one figure, worded in its unit; ``of_what`` narrows the measure's name (按原因).

        ``units`` counts the firms behind it; ``narrow`` says which part of the place its link is to open.
        """
        note = self.notes[name]
        if of_what:
            note = replace(note, label=f"{note.label}（{of_what}）")
        number, unit = stated(Decimal(value), note.unit)
        is_rank = unit == "位次"
        sign = "+" if unit in SIGNED and number > 0 else ""
        return Figure(
            note=note,
            value=Decimal(value),
            said=f"第{number}位" if is_rank else f"{abs(number)}{note.said_unit or unit}",
            shown=f"第{number}位" if is_rank else f"{sign}{number}{unit}",
            place=place,
            period=(year_to_date if note.is_total else until)(month, with_year=True),
            href=self.link(note.code, place_code, month, *([narrow] if narrow else [])),
            units=units,
        )
