"""The facts of an enterprise: how they are named and written down in a change, and read back from it.

A fact is named by its key: a field of ``Enterprise`` ("industry"), a figure of a year ("2021.revenue_wan") or a month
("month.2021-11.revenue_wan"), a stay in the library ("spell.industry.2021-03-01"), a certificate
("tier.srdi.2021-07-01"), a listing ("listing.main.2020-06-01") or a former name ("former.旧名").
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from .models import Enterprise, ListingBoard, MonthFacts, Sector, Size, Tier, YearFacts

IDENTITY = ("name", "uscc")
FIELDS = (
    "park",
    "address",
    "industry",
    "products",
    "founded_on",
    "production_on",
    "closed_on",
    "is_key",
    "is_example",
)
YEAR_FIELDS = (
    "people",
    "revenue_wan",
    "main_revenue_wan",
    "assets_wan",
    "liabilities_wan",
    "profit_wan",
    "rnd_wan",
    "rnd_people",
)
MONTH_FIELDS = ("revenue_wan", "output_wan")
SPELL_FIELDS = ("to_date", "window", "exit_reason")
TIER_FIELDS = ("to_date", "batch")
LISTING_FIELDS = ("to_date", "stock_code")


def column(name: str) -> models.Field[Any, Any]:
    """A field of Enterprise that holds a fact."""
    field = Enterprise._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def year_column(name: str) -> models.Field[Any, Any]:
    """A field of YearFacts that holds a figure of a year."""
    field = YearFacts._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def month_column(name: str) -> models.Field[Any, Any]:
    """A field of MonthFacts that holds a figure of a month."""
    field = MonthFacts._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def typed(key: str, kept: Any) -> Any:
    """A fact of a field, of a year or of a month as Python has it, from how ``plain`` kept it."""
    head, _dot, tail = key.partition(".")
    if kept is None:
        return None
    if head == "month":
        return month_column(tail.partition(".")[2]).to_python(kept)
    return (year_column(tail) if head.isdecimal() else column(key)).to_python(kept)


def label_of(key: str) -> str:
    """The name of a fact as a person reads it."""
    head, _dot, tail = key.partition(".")
    if head.isdecimal():
        return _("%(year)s年%(label)s") % {"year": head, "label": year_column(tail).verbose_name}
    code, _dot, day = tail.partition(".")
    if head == "month":
        return f"{code} {month_column(day).verbose_name}"
    named: dict[str, Any] = {"spell": Sector, "tier": Tier, "listing": ListingBoard}
    if head in named:
        labels: dict[str, Any] = dict(named[head].choices)
        return f"{labels.get(code, code)} {day}"
    return _("曾用名") if head == "former" else str(column(key).verbose_name)


def shown(key: str, kept: Any) -> str:
    """A kept fact in words."""
    if kept in (None, "", []):
        return ""
    head, _dot, tail = key.partition(".")
    if head == "former":
        return tail
    if isinstance(kept, list):
        return _("、").join(str(one) for one in kept if one)
    if isinstance(kept, bool):
        return _("是") if kept else _("否")
    if key == "size":
        return str(dict(Size.choices).get(kept, kept))
    return f"{Decimal(kept):,f}" if head.isdecimal() or head == "month" else str(kept)


def text_of(name: str, uscc: str, products: str, former_names: list[str]) -> tuple[str, ...]:
    """What an enterprise is searched by, its name first."""
    return (name, uscc, *former_names, products)
