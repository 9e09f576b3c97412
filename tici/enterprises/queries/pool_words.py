"""The pool in words: why a firm was proposed, how its chance was reckoned, how far it is from the line."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.templatetags.tici import wan
from tici.enterprises.models import Candidacy, Method, Window

from .listed_pool import listed_rows

WHY = {
    "rolling": gettext_lazy("近12个月营业收入%(wan)s万元，接近标准"),
    "last_year": gettext_lazy("上年营业收入%(wan)s万元，接近标准"),
    "pace": gettext_lazy("按本年累计进度推算，全年%(wan)s万元"),
    "returned": gettext_lazy("曾在库后退出，近一年营业收入回到%(wan)s万元"),
    "production": gettext_lazy("%(on)s投产，属新投产企业"),
    "project": gettext_lazy("项目“%(name)s”%(on)s前后达效或竣工，总投资%(wan)s万元"),
    "listed": gettext_lazy("外部名单“%(list)s”第%(line)s行（%(cell)s）%(figure)s%(wan)s万元，达到标准"),
}
FIGURES = {"revenue_wan": gettext_lazy("营业收入"), "vat_sales_wan": gettext_lazy("开票销售额")}


@dataclass(frozen=True)
class Why:
    """One reason a firm was proposed for, and where it opens."""

    words: str
    url: str = ""


def why(candidacy: Candidacy) -> list[Why]:
    """Why a firm was proposed, each reason with the figures of that day."""
    listed = [one["row"] for one in candidacy.why if one["code"] == "listed"]
    still_there = listed_rows(listed) if listed else set()
    return [_why(one, still_there) for one in candidacy.why]


def _why(reason: Mapping[str, Any], still_there: Container[int]) -> Why:
    facts = {name: value for name, value in reason.items() if name != "code"}
    if "wan" in facts:
        facts["wan"] = wan(Decimal(facts["wan"]))
    url = reverse("desk:project", args=[reason["id"]]) if reason["code"] == "project" else ""
    if reason["code"] == "listed":
        facts["figure"] = FIGURES[reason["figure"]]
        url = reverse("enterprises:listed_firm", args=[reason["row"]]) if reason["row"] in still_there else ""
    return Why(str(WHY[reason["code"]]) % facts, url)


@dataclass(frozen=True)
class Chance:
    """What one window's forecast says: until when, by which month's figures, how likely, and how that was reckoned."""

    label: str
    closes_on: date | None
    days: int | None  # until it closes
    is_over: bool
    through: str
    chance: float | None
    expected_wan: float | None
    how: str


def chances(candidacy: Candidacy, on: date) -> list[Chance]:
    """The forecast of a candidate by window, the soonest first; those over since it was reckoned are marked."""
    found = []
    for one in candidacy.forecast:
        closes_on = date.fromisoformat(one["closes_on"]) if one["closes_on"] else None
        is_over = closes_on is not None and closes_on < on
        label = str(Window(one["window"]).label) if one["window"] else _("全年")
        days = (closes_on - on).days if closes_on and not is_over else None
        how = method_words(one["method"], one["learned_from"])
        found.append(Chance(label, closes_on, days, is_over, one["through"], one["chance"], one["expected_wan"], how))
    return found


def method_words(method: str, learned_from: int) -> str:
    """How a chance was reckoned, in a sentence."""
    return {
        Method.REACHED: _("已有月份的数据即可判定。"),
        Method.COHORT: _("按往年同期%(count)s户同类企业后来是否过线测算，已校准。") % {"count": learned_from},
        Method.OWN_SPREAD: _("往年可比企业不足，按本企业分月波动测算。"),
        Method.LAST_YEAR: _("没有分月数据，按上年全年数和%(count)s户企业的年度变动测算。") % {"count": learned_from},
        Method.UNKNOWN: _("已知月份不足3个月，不能判断。请补填分月台账。"),
    }[Method(method)]


def distance(candidacy: Candidacy) -> Decimal | None:
    """How much the last year of revenue still lacks to the line, 万元; 0 once it is reached."""
    if candidacy.line_wan is None or candidacy.year_wan is None:
        return None
    return max(Decimal(0), candidacy.line_wan - candidacy.year_wan)
