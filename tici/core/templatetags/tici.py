"""How figures, lights, rungs and links are written on a page; nothing here computes a figure."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zlib import crc32

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tici.core import dates
from tici.core.measures import Unit
from tici.engines.periods import Month

register = template.Library()

NOTHING = "—"  # what stands where there is no figure; never 0
CIRCLED = "○①②③④⑤⑥⑦⑧⑨"
SHEET_WIDTHS = {"text": 160, "number": 116, "date": 108, "choice": 100}
DISPLAY = {"size": ("normal", "large"), "contrast": ("normal", "high"), "density": ("normal", "compact")}

Number = Decimal | int | float | str | None


def _written(value: Number, places: int, *, signed: bool = False) -> str:
    if value is None or value == "":
        return NOTHING
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    rounded = rounded if rounded else abs(rounded)  # no "-0.0"
    return f"{rounded:+,}" if signed and rounded else f"{rounded:,}"


def _at_most_two_places(value: Number) -> str:
    text = _written(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def number(value: Number) -> str:
    """A count with its thousands parted: 12,300."""
    return _at_most_two_places(value)


@register.filter
def wan(value: Number, places: int | None = None) -> str:
    """An amount in 万元 with at most two places: 12,300 or 12,300.5; or as many as its column has."""
    return _at_most_two_places(value) if places is None else _written(value, places)


@register.filter
def yi(value: Number, places: int = 2) -> str:
    """An amount kept in 万元, written in 亿元: 12345.6 is 1.23."""
    return NOTHING if value in (None, "") else _written(Decimal(str(value)) / 10_000, places)


@register.filter
def month_words(month: Month | date) -> str:
    """A month inside a sentence: 2021年11月; columns and addresses keep 2021-11."""
    return dates.month_words(month)


@register.filter
def percent(value: Number, places: int = 1) -> str:
    """A fraction as per cent, never capped: 1.034 is 103.4%; what falls short of all is never 100.0%."""
    if value is None or value == "":
        return NOTHING
    hundreds = Decimal(str(value)) * 100
    if hundreds < 100:  # one of many that is missing makes 99.9%
        hundreds = min(hundreds, 100 - Decimal(1).scaleb(-places))
    return f"{_written(hundreds, places)}%"


@register.filter
def points(value: Number, places: int = 1) -> str:
    """A difference of fractions in percentage points, with its sign: 0.032 is +3.2."""
    return NOTHING if value in (None, "") else _written(Decimal(str(value)) * 100, places, signed=True)


def amount(value: Number, unit: str) -> tuple[str, str]:
    """A value as its unit asks, and the words of the unit."""
    match unit:
        case Unit.WAN:
            return wan(value), _("万元")
        case "yi":
            return yi(value), _("亿元")
        case Unit.KWH:
            return number(value), _("万千瓦时")
        case Unit.RATE:
            return percent(value).removesuffix("%"), "" if value is None else "%"
        case Unit.POINTS:
            return points(value), _("个百分点")
        case Unit.COUNT:
            return number(value), ngettext("个", "个", int(value or 0))
        case _:
            return number(value), unit


@register.simple_tag
def figure(value: Number, unit: str = "", url: str = "", title: str = "") -> SafeString:
    """A figure that opens to its rows: ``{% figure value 'rate' url %}``; without a url, the figure alone.

    The unit is one of ``Unit``, "yi" (kept in 万元, shown in 亿元), or any words; "" leaves it out.
    """
    text, words = amount(value, unit) if unit else (number(value), "")
    words = "" if text == NOTHING else words
    gap = "" if words == "%" else " "
    shown = format_html("{}{}", text, format_html('{}<span class="unit">{}</span>', gap, words) if words else "")
    if not url or text == NOTHING:
        return shown
    if title:
        return format_html('<a class="figure" href="{}" title="{}">{}</a>', url, title, shown)
    return format_html('<a class="figure" href="{}">{}</a>', url, shown)


@register.inclusion_tag("core/_kpi.html")
def kpi(
    label: str, value: Number, unit: str = "", url: str = "", note: str = "", rate: Number = None
) -> dict[str, Any]:
    """A figure on a card of its own; ``rate`` (a fraction) draws how far it has come."""
    text, words = amount(value, unit)
    if text == NOTHING:
        words = url = ""
    return {"label": label, "text": text, "unit": words, "url": url, "note": note, "rate": rate}


@register.simple_tag
def change(value: Number, unit: str = "rate", better: str = "up") -> SafeString:
    """A change said in sign, word and number: ▲ 上升 3.2%; ``better`` is the good direction: up, down or none."""
    if value is None or value == "":
        return SafeString(NOTHING)
    amount_of_change = Decimal(str(value))
    if not amount_of_change:
        return format_html('<span class="flat">{}</span>', _("持平"))
    rises = amount_of_change > 0
    text, words = amount(abs(amount_of_change), unit)
    tone = "" if better == "none" else ("better" if rises == (better == "up") else "worse")
    says = _("上升") if rises else _("下降")
    gap = "" if words == "%" else " "
    return format_html(
        '<span class="{} {}">{} {}{}{}</span>',
        "up" if rises else "down", tone, says, text.removeprefix("+"), gap, words,
    )  # fmt: skip


@register.simple_tag
def light(colour: str | None, reason: str = "") -> SafeString:
    """A light as shape, word and colour, with the reason in words where given."""
    words = {"red": _("红灯"), "yellow": _("黄灯"), "green": _("绿灯")}
    colour = colour if colour in words else "none"
    mark = format_html(
        '<span class="light light-{0}"><svg aria-hidden="true"><use href="#i-light-{0}"/></svg>{1}</span>',
        colour, words.get(colour, _("未评")),
    )  # fmt: skip
    return format_html('{} <span class="light-reason">{}</span>', mark, reason) if reason else mark


@register.simple_tag
def rung(height: int, label: str) -> SafeString:
    """A rung of a ladder with its number and hue: ③ 开工; 0 stands off the ladder."""
    return format_html('<span class="rung rung-{}">{} {}</span>', min(height, 5), CIRCLED[height], label)


@register.simple_tag(takes_context=True)
def display(context: Context, switch: str) -> str:
    """How a person asked pages to be shown: size, contrast or density, kept in a cookie."""
    choices = DISPLAY[switch]
    request = context.get("request")
    wanted = request.COOKIES.get(switch, "") if request else ""
    return wanted if wanted in choices else choices[0]


@register.simple_tag
def sheet_script() -> SafeString:
    """The scripts of the grid and of saving it; only on pages that have one."""
    return format_html_join(
        "", '<script src="{}" defer></script>', [(static(f"built/{n}.js"),) for n in ("sheet", "saver")]
    )


@register.simple_tag
def chart_script() -> SafeString:
    """The script of charts; only on pages that have one."""
    return format_html('<script src="{}" defer></script>', static("built/chart.js"))


@register.inclusion_tag("core/_sheet.html")
def sheet(data: dict[str, Any], save_url: str, key: str, label: str) -> dict[str, Any]:
    """The grid for typing and pasting; ``key`` names the draft kept in the browser."""
    data = data | {"columns": [{"width": _sheet_width(column)} | column for column in data["columns"]]}
    return {"data": data, "save_url": save_url, "key": key, "label": label, "texts": _sheet_texts()}


@register.inclusion_tag("core/_chart.html")
def chart(data: dict[str, Any]) -> dict[str, Any]:
    """A chart and, from the same figures, its table."""
    columns = [one["values"] for one in data["series"]]
    links = [one.get("links") or [""] * len(data["labels"]) for one in data["series"]]
    lines = [
        (label, [(column[at], link[at]) for column, link in zip(columns, links, strict=True)])
        for at, label in enumerate(data["labels"])
    ]
    name = f"chart-{crc32(str(data['title']).encode())}"
    return {"data": data, "lines": lines, "name": name, "texts": {"none": NOTHING}}


def _sheet_width(column: dict[str, Any]) -> int:
    """A column of the grid is wide enough for its head with the unit, in pixels at the usual size of type."""
    head = f"{column['label']}{column.get('unit') or ''}"
    return max(SHEET_WIDTHS[column["kind"]], sum(14 if one > "\u2e7f" else 8 for one in head) + 24)


def _sheet_texts() -> dict[str, str]:
    """What the grid says, in the reader's language; {n} and the like are filled in the browser."""
    return {
        "row": _("第 {n} 行"),
        "saved": _("已全部保存"),
        "saving": _("正在保存 {n} 格"),
        "waiting": _("{n} 格待保存"),
        "offline": _("连不上服务器，{n} 格留在本机，连上后自动保存"),
        "wrong": _("{n} 格有误，未保存"),
        "queried": _("{n} 格待核实"),
        "next": _("下一处"),
        "report": _("写入 {n} 格"),
        "skipped": _("跳过 {n} 格（锁定）"),
        "faulty": _("{n} 格有误"),
        "left": _("多出 {n} 行未写入"),
        "wide": _("多出 {n} 列未写入"),
        "added": _("新增 {n} 行"),
        "undone": _("已撤销"),
        "redone": _("已重做"),
        "locked": _("此格锁定，不能填写"),
        "typed": _("原填：{text}"),
        "restored": _("已取回上次未保存的 {n} 格"),
        "sums": _("计数 {n}　合计 {sum}"),
        "notNumber": _("“{text}”不是数字。请填数字，可带“万元”“亿元”。"),
        "notDate": _("“{text}”不是日期。请按 2021-11-05 或 2021-11 填写。"),
        "notChoice": _("“{text}”不在可选项中。可选：{choices}。"),
        "beyond": _("粘贴的内容有 {n} 行，从此处到末行只有 {room} 行。"),
        "append": _("新增 {n} 行"),
        "cut": _("只写入前 {n} 行"),
        "cancel": _("取消"),
        "conflict": _("本表已被他人改动，您有 {n} 格尚未保存，已留在本机。"),
        "reload": _("载入最新内容"),
        "refused": _("未能保存：{text}"),
        "not_filed": _("没有报送：还有 {n} 格没有保存。请改正标红的格，或等连接恢复后再报。"),
        "failed": _("服务器未能保存，{n} 格留在本机，稍后自动再试"),
    }
