"""What a page of the industrial month is asked for, and the lines of its tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tici.core.measures import Scope, Unit
from tici.core.templatetags.tici import percent
from tici.engines.panel import Growth, Policy, Span, growth
from tici.engines.panel.panel import Where
from tici.returns.models import Indicator
from tici.returns.queries import FirmPanel, indicators, policy_on

MONEY = "万元"
ENERGY = "万千瓦时"


@dataclass(frozen=True)
class Asked:
    """What a page of the industrial month is asked for."""

    scope: Scope
    found: FirmPanel
    dictionary: Mapping[str, Indicator]
    indicator: str
    span: Span
    policy: Policy
    _paths: dict[tuple[Any, ...], str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def where(self) -> Where:
        """What rows must bear to lie in the place."""
        return self.found.inside(self.scope.place)

    @property
    def card(self) -> Indicator:
        return self.dictionary[self.indicator]

    @property
    def is_stock(self) -> bool:
        return self.card.is_stock

    def unit_of(self, indicator: str) -> str:
        """How an indicator's sums are written in this place: a city's money in 亿元."""
        card = self.dictionary[indicator]
        if card.unit == MONEY:
            return self.money
        return Unit.KWH if card.unit == ENERGY else card.unit_name

    @property
    def unit(self) -> str:
        return self.unit_of(self.indicator)

    @property
    def money(self) -> str:
        """How sums of money are written in this place."""
        return "wan" if self.scope.place.is_county_level else "yi"

    @property
    def money_words(self) -> str:
        return _("万元") if self.scope.place.is_county_level else _("亿元")

    @property
    def unit_words(self) -> str:
        """The unit as a table's head says it."""
        return {"yi": _("亿元"), "wan": _("万元"), Unit.KWH: _("万千瓦时")}.get(self.unit, self.unit)

    @property
    def words(self) -> dict[str, str]:
        """What a link carries on."""
        return {
            "place": self.scope.place.code,
            "month": str(self.scope.month),
            "indicator": self.indicator,
            "span": str(self.span),
            "policy": str(self.policy),
        }

    def url(self, name: str, *args: Any, **changes: str) -> str:
        """A page of the industrial month with the same questions, some of them changed."""
        asked = {key: value for key, value in (self.words | changes).items() if value}
        key = (name, *args)
        if key not in self._paths:
            self._paths[key] = reverse(f"desk:{name}", args=args)
        return f"{self._paths[key]}?{urlencode(asked)}"

    def firms_url(self, **narrowed: str) -> str:
        """The list of the firms behind a figure."""
        return self.url("industry_firms", **narrowed)

    def grown(self, indicator: str = "", *, by: Sequence[str] = (), where: Where | None = None, **over: Any) -> Growth:
        """Growth of an indicator as this page counts it."""
        asked: dict[str, Any] = {"policy": self.policy, "month": self.scope.month, "span": self.span} | over
        return growth(self.found.panel, indicator or self.indicator, by=by, where=where or self.where, **asked)


def asked_of(scope: Scope, found: FirmPanel, words: Mapping[str, str]) -> Asked:
    """What a page is asked for; in silence the first indicator, the year to date and the rule's policy."""
    dictionary = {code: one for code, one in indicators().items() if code in found.panel.now}
    return Asked(
        scope=scope,
        found=found,
        dictionary=dictionary,
        indicator=_chosen(words, "indicator", tuple(dictionary)),
        span=Span(_chosen(words, "span", tuple(map(str, Span)))),
        policy=Policy(_chosen(words, "policy", tuple(map(str, Policy)), str(policy_on(scope.month)))),
    )


def _chosen(words: Mapping[str, str], name: str, known_ones: tuple[str, ...], otherwise: str = "") -> str:
    """What is asked for, if it is known; else the first, or what is taken otherwise."""
    return words[name] if words.get(name) in known_ones else otherwise or known_ones[0]


@dataclass(frozen=True)
class Line:
    """One line of a table: a group, what it reported, and what it adds to the growth of the whole."""

    code: str
    label: str
    page: str  # where the group itself opens, if it has a page
    total: float | None
    total_url: str
    now: float | None  # of the firms compared
    base: float | None
    delta: float | None
    rate: float | None
    rate_url: str
    nominal: float | None
    pull: float | None
    share: float | None
    units: int
    pairs: int
    rank: int | None = None

    @property
    def note(self) -> str:
        """Growth on comparable scope and how many firms stand behind it, in words."""
        told = {"rate": percent(self.rate), "pairs": self.pairs, "nominal": percent(self.nominal)}
        return _("可比增长%(rate)s(%(pairs)s户) 名义%(nominal)s") % told


EMPTY = dict.fromkeys(("total", "now", "base", "delta", "rate", "nominal", "pull", "share"), math.nan) | {
    "units": 0,
    "pairs": 0,
}


def known(value: float | None) -> float | None:
    """A figure for a page: what is undefined is nothing."""
    return None if value is None or math.isnan(value) else value


def line(row: Mapping[str, Any], asked: Asked, *, code: str = "", label: str = "", page: str = "", **at: str) -> Line:
    """A line of a growth table; ``at`` narrows the lists behind its figures."""
    if not row["pairs"]:  # nothing compared adds nothing, which is not the same as adding 0
        row = {**row, **dict.fromkeys(("now", "base", "delta", "rate", "pull", "share"))}
    return Line(
        code=code,
        label=label,
        page=page,
        total=known(row["total"]),
        total_url=asked.firms_url(part="counted", **at),
        now=known(row["now"]),
        base=known(row["base"]),
        delta=known(row["delta"]),
        rate=known(row["rate"]),
        rate_url=asked.firms_url(part="compared", **at),
        nominal=known(row["nominal"]),
        pull=known(row["pull"]),
        share=known(row["share"]),
        units=row["units"],
        pairs=row["pairs"],
    )


def basis(asked: Asked) -> str:
    """The 口径 of a page's growth, in one sentence."""
    policy = _("退出企业两边都不计") if asked.policy is Policy.DROP else _("退出企业的同期数留在基数里，本期计0")
    return _(
        "可比口径：同时有本期和同期数的在库企业；小升规按自报同期，新建投产同期计0，%(policy)s。名义增长为本期合计与"
        "上年同期在库企业当时所报合计之比。部门调度数。"
    ) % {"policy": policy}
