"""Money as counties write it, in 万元."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from tici.engines.sheets.text import chinese_number, is_nothing, plain

#: How many 万元 one of each unit is.
UNITS = {
    "亿元": Decimal(10_000),
    "千万元": Decimal(1_000),
    "百万元": Decimal(100),
    "万元": Decimal(1),
    "千元": Decimal("0.1"),
    "元": Decimal("0.0001"),
}
#: How many of the unit in which each kind of quantity is kept one of each other unit is.
MEASURES = {
    "money": UNITS,
    "energy": {
        "亿千瓦时": Decimal(10_000),
        "万千瓦时": Decimal(1),
        "兆瓦时": Decimal("0.1"),
        "千瓦时": Decimal("0.0001"),
        "亿度": Decimal(10_000),
        "万度": Decimal(1),
        "度": Decimal("0.0001"),
        "万kwh": Decimal(1),
        "kwh": Decimal("0.0001"),
        "mwh": Decimal("0.1"),
    },
    "people": {"万人": Decimal(10_000), "千人": Decimal(1_000), "百人": Decimal(100), "人": Decimal(1)},
}
#: The unit in which each kind is kept.
KEPT_IN = {"money": "万元", "energy": "万千瓦时", "people": "人"}
_SHORT = {"亿": "亿元", "万": "万元", "千万": "千万元", "百万": "百万元"}
_UNIT = "(?:亿元?|千万元?|百万元?|万元?|千元|元)"
_FOREIGN = re.compile("美元|美金|欧元|日元|港币|港元|英镑|usd|eur", re.I)
_AROUND = re.compile(
    r"^(?:人民币|rmb|¥|¥|约为?|大约|近|计划|预计|暂定|估算|累计|共计?|总投资|≈|其中)+|(?:人民币|左右|余|多|以上|估|暂定|\(估\)|\(预计\)|\(暂定\)|整)+$",
    re.I,
)
_ABOUT = re.compile(r"^\D*(?:约|近|≈|预计|暂定|估)|(?:左右|余|多|以上|估|暂定|预计)[))]?(?:人民币|整)?$")
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})({_UNIT})?", re.I)
_COMPOUND = re.compile(r"([+-]?\d+(?:\.\d+)?)亿元?(?:零)?(\d+(?:\.\d+)?)万元?")
_CHINESE = re.compile(r"([零〇一二两三四五六七八九十百千万]+)(亿元?|万元?|元)")
_BRACKETS = re.compile(rf"[((](-?{_NUMBER}{_UNIT}?)[))]{_UNIT}?", re.I)
_TRIANGLE = re.compile(r"^[▲△▽▼负]")
_TRAILING = re.compile(rf"({_NUMBER})({_UNIT})?[((][^()()]*[))]", re.I)
_BRACKETED_UNIT = re.compile(rf"(?<=\d)[((](?:单位:)?({_UNIT})[))]$")  # 12(亿元); of 5000(设备300万) it is a remark
_SEPARATOR = re.compile(r"(?<=\d)[,',、](?=\d{3}(?:\D|$))")


class Amount(NamedTuple):
    """A figure, the unit written beside it in the same cell if any, and what became of the cell."""

    figure: Decimal | None
    unit: str | None = None
    understood: bool = True


NOTHING = Amount(None)
REFUSED = Amount(None, None, False)


def full_unit(text: str) -> str:
    """Return the whole name of a unit of money: 亿 is 亿元."""
    return _SHORT.get(text, text)


def read_amount(cell: object) -> Amount:
    """Return the figure in a cell, not yet scaled by any unit but the cell's own name of it.

    Parameters
    ----------
    cell
        A number, or text such as ``1,234.5``, ``（负数）``, ``１２`` or ``1.2亿元``.

    Returns
    -------
    Amount
        ``understood`` is false for words that are no figure (待定, 见附件).
    """
    if isinstance(cell, bool):
        return REFUSED
    if isinstance(cell, int | float):
        return Amount(exact(cell)) if cell == cell and abs(cell) != float("inf") else REFUSED
    if isinstance(cell, str):
        return _read_text(cell)
    return NOTHING if cell is None else REFUSED


def is_about(text: str) -> bool:
    """Whether a figure is written as no exact one: 约2000, 2.1万多; but 5000(设备约300) is exact."""
    return _ABOUT.search(plain(text)) is not None


def exact(number: float) -> Decimal:
    """Return a float as the decimal a person would have typed, without binary dust."""
    if isinstance(number, int) or number.is_integer():
        return Decimal(int(number))
    return Decimal(repr(round(number, 8)))


@lru_cache(maxsize=16384)
def _read_text(text: str) -> Amount:
    if is_nothing(text):
        return NOTHING
    body = _SEPARATOR.sub("", plain(text)).replace("−", "-")
    if _FOREIGN.search(body):
        return REFUSED
    sign = 1
    if match := _BRACKETS.fullmatch(body):
        body, sign = match[1].lstrip("-"), -1
    elif _TRIANGLE.match(body):
        body, sign = body[1:].strip("()"), -1
    body = _AROUND.sub("", body)
    if match := _COMPOUND.fullmatch(body):
        return Amount(sign * (Decimal(match[1]) * 10_000 + Decimal(match[2])), "万元")
    body = _BRACKETED_UNIT.sub(r"\1", body)
    match = _PLAIN.fullmatch(body) or _TRAILING.fullmatch(body)
    if match:
        return _amount(match[1], match[2], sign)
    if match := _CHINESE.fullmatch(body):
        figure = chinese_number(match[1])
        return REFUSED if figure is None else Amount(Decimal(sign * figure), full_unit(match[2]))
    return REFUSED


def _amount(number: str, unit: str | None, sign: int) -> Amount:
    try:
        return Amount(sign * Decimal(number), full_unit(unit) if unit else None)
    except InvalidOperation:
        return REFUSED


def read_measure(cell: object, kind: str) -> Amount:
    """Return the figure in a cell of energy or people, with the unit of its kind written beside it, if any.

    Parameters
    ----------
    cell
        A number, or text such as ``12.5万千瓦时`` or ``320人``.
    kind
        A kind of ``MEASURES``.
    """
    if not isinstance(cell, str):
        return read_amount(cell)
    body = plain(cell).lower()
    unit = next((unit for unit in MEASURES[kind] if body.endswith(unit)), None)
    amount = read_amount(body.removesuffix(unit) if unit else body)
    if amount.unit is None:
        return amount._replace(unit=unit)
    if amount.unit == "万元" and amount.figure is not None and body[-1 - len(unit or "") :][:1] == "万":
        return Amount(amount.figure * 10_000, unit)  # 3万 of people, or of whatever the column counts
    return REFUSED


_PERCENT = re.compile(rf"({_NUMBER})(?:%|个?百分点)?", re.I)
_MOVED = re.compile("(?:同比)?(?:(增长|上升|提高|增加)|(下降|减少|降低|回落))(?=[0-9.])")


@lru_cache(maxsize=8192)
def read_percent(text: str) -> tuple[Decimal, bool] | None:
    """Return the number of a share written as text and whether it carries its own percent sign."""
    body = plain(text).replace(",", "")
    if body.startswith("百分之"):
        body = body[3:] + "%"
    moved = _MOVED.match(body)
    match = _PERCENT.fullmatch(body[moved.end() :] if moved else body)
    if match is None:
        return None
    return Decimal(match[1]) * (-1 if moved and moved[2] else 1), not match[0][-1].isdigit()
