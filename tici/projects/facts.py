"""The facts of a project: how they are grouped, named and written down in a change, and read back from it.

A fact is named by its key: a field of ``Project`` ("investment_wan"), the plan of a year ("2021.plan_wan",
"2021.category"), an approval ("approval.permit") or "owner".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.dates import day_shown
from tici.core.documents import plain

from .models import Approval, ApprovalKind, Category, Project, ProjectYear

GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("项目"),
        ("name", "code", "owner", "site", "industry", "cluster", "level", "nature", "content", "capacity"),
    ),
    (
        gettext_lazy("投资与效益(万元)"),
        ("investment_wan", "equipment_wan", "fund_source", "output_wan", "tax_wan", "jobs"),
    ),
    (
        gettext_lazy("时间"),
        (
            "signed_on",
            "planned_start_on",
            "started_on",
            "planned_finish_on",
            "completed_on",
            "performing_on",
            "statistics_on",
            "statistics_code",
        ),
    ),
    (gettext_lazy("其他"), ("highlight", "remark")),
)
PRECISION_OF = {
    "planned_start_on": "planned_start_precision",
    "started_on": "started_precision",
    "planned_finish_on": "planned_finish_precision",
    "completed_on": "completed_precision",
}
SHOWN = tuple(key for _label, keys in GROUPS for key in keys)
FIELDS = tuple(key for key in SHOWN if key != "owner") + tuple(PRECISION_OF.values())  # columns of Project
_MONTHS = {"statistics_on"}


def column(name: str) -> models.Field[Any, Any]:
    """A field of Project that holds a fact."""
    field = Project._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def typed(field: str, kept: Any) -> Any:
    """A fact of a Project field as Python has it, from how ``plain`` kept it."""
    if kept is None:
        return None
    return column(field).to_python(kept)


def approval_kept(approval: Approval | None) -> list[Any] | None:
    """An approval as a change keeps it: its number and its day."""
    return None if approval is None else [approval.number, plain(approval.granted_on)]


def year_kept(year: ProjectYear | None) -> tuple[Any, Any]:
    """The category and the plan of a year as a change keeps them."""
    return ("", None) if year is None else (year.category, plain(year.plan_wan))


def label_of(key: str) -> str:
    """The name of a fact as a person reads it."""
    head, _dot, tail = key.partition(".")
    if head == "approval":
        return str(ApprovalKind(tail).label) if tail in ApprovalKind.values else tail
    if head.isdecimal():
        label = {"category": _("年度类别"), "plan_wan": _("年度计划投资(万元)")}.get(tail, tail)
        return _("%(year)s年%(label)s") % {"year": head, "label": label}
    return str(column(key).verbose_name)


def shown(key: str, kept: Any, beside: Mapping[str, Any] | None = None) -> str:
    """A kept fact in words; ``beside`` holds the other facts of the same change, for the precision of a date."""
    if kept in (None, "", []):
        return ""
    head, _dot, tail = key.partition(".")
    if head == "approval":
        return " ".join(filter(None, kept))
    if key == "owner":
        return str(kept[1])
    if tail == "category":
        return str(dict(Category.choices).get(kept, kept))
    if head.isdecimal() or tail:
        return _money(kept)
    return _field_shown(key, kept, beside or {})


def _field_shown(key: str, kept: Any, beside: Mapping[str, Any]) -> str:
    field = column(key)
    if isinstance(field, models.DecimalField):
        return _money(kept)
    if isinstance(field, models.DateField):
        precision = "month" if key in _MONTHS else beside.get(PRECISION_OF.get(key, ""), "")
        return day_shown(date.fromisoformat(kept), precision)
    choices = dict(field.flatchoices or [])
    return str(choices.get(kept, kept))


def cell_of(key: str, cells: Mapping[str, str]) -> str:
    """The cell of a kept row that a fact came from; "" where the row does not say."""
    tail = key.rpartition(".")[2]
    return cells.get(key) or cells.get(tail) or cells.get(f"{key}_name") or ""


def _money(kept: str) -> str:
    text = f"{Decimal(kept):,.2f}"
    return text.rstrip("0").rstrip(".")
