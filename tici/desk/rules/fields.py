"""Which field of a register each recognised column fills, and how its values are kept in a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tici.projects.models import ApprovalKind, Category, Level, Project, Stage
from tici.returns.models import Entry

#: Recognised column -> field of a project.
TEXTS = {
    "name": "name", "project_code": "code", "site": "site", "industry": "industry", "chain": "cluster",
    "nature": "nature", "content": "content", "capacity": "capacity", "fund_source": "fund_source",
    "highlight": "highlight", "remark": "remark", "statistics_code": "statistics_code",
    "owner": "owner_name", "uscc": "owner_uscc",
}  # fmt: skip
MONEY = {
    "total_investment_wan": "investment_wan", "equipment_wan": "equipment_wan", "output_wan": "output_wan",
    "tax_wan": "tax_wan",
}  # fmt: skip
#: Recognised column -> stem of the fields ``<stem>_on`` and ``<stem>_precision``.
DATES = {
    "planned_start": "planned_start", "actual_start": "started", "planned_finish": "planned_finish",
    "actual_finish": "completed",
}  # fmt: skip
#: Recognised column -> field of a project that holds a day and no precision.
DAYS = {"signed_on": "signed_on"}
CHOICES: dict[str, tuple[str, Mapping[str, str]]] = {
    "level": ("level", {"省": Level.PROVINCE.value, "市": Level.CITY.value, "县": Level.COUNTY.value}),
    "stage": (
        "stage",
        {
            "谋划": Stage.PLANNED.value,
            "储备": Stage.RESERVED.value,
            "开工": Stage.STARTED.value,
            "建设": Stage.BUILDING.value,
            "达效": Stage.PERFORMING.value,
        },
    ),
    "category": (
        "category",
        {
            "计划开工": Category.TO_START.value,
            "续建": Category.CONTINUING.value,
            "保投产": Category.TO_COMPLETE.value,
            "前期": Category.PRELIMINARY.value,
        },
    ),
}
APPROVALS = {
    "filing_no": ApprovalKind.FILING.value, "land_no": ApprovalKind.LAND.value,
    "planning_no": ApprovalKind.PLANNING.value, "environment_no": ApprovalKind.ENVIRONMENT.value,
    "energy_no": ApprovalKind.ENERGY.value, "permit_no": ApprovalKind.PERMIT.value,
}  # fmt: skip
#: Recognised column -> field of an entry.
FIGURES = {
    "plan_year_wan": "plan_year_wan", "plan_month_wan": "plan_month_wan", "done_month_wan": "done_month_wan",
    "done_ytd_wan": "done_ytd_wan", "done_total_wan": "done_total_wan",
    "last_year_ytd_wan": "done_ytd_last_year_wan", "arrived_wan": "funds_total_wan",
}  # fmt: skip
RATES = {"completion_pct": "completion_rate_given"}
ENTRY_TEXTS = {
    "progress_text": "progress_text", "next_month_text": "next_text", "problem_text": "problem_text",
    "need_text": "request_text",
}  # fmt: skip
DUTY = {"duty_leader": "leader_title", "duty_unit": "department_name", "duty_person": "officer_title"}

#: A ledger row speaks of the month only where it gives one of these.
SPEAKS_OF_A_MONTH = frozenset({"done_month_wan", "done_ytd_wan", "done_total_wan"})

MONEY_KEPT = frozenset([*MONEY.values(), *FIGURES.values(), *RATES.values(), "plan_wan"])
DATES_KEPT = frozenset([f"{stem}_on" for stem in DATES.values()] + [*DAYS.values(), "statistics_on"])

#: Where a text of a project must end, by field.
LIMITS: dict[str, int] = {
    field.name: field.max_length
    for field in Project._meta.concrete_fields
    if field.max_length is not None and not field.choices
} | {"owner_name": 160, "owner_uscc": 18}
LARGEST_WAN = Decimal(10) ** 10  # what 14 digits with 4 decimals hold

LABELS: dict[str, Any] = (
    {field.name: field.verbose_name for field in [*Entry._meta.fields, *Project._meta.fields]}
    | {f"approval_{kind}": label for kind, label in ApprovalKind.choices}
    | {
        "owner_name": _("业主单位"),
        "owner_uscc": _("统一社会信用代码"),
        "category": _("年度类别"),
        "plan_wan": _("年度计划投资(万元)"),
        "leader_title": _("包联领导"),
        "department_name": _("责任单位"),
        "officer_title": _("责任人"),
    }
)
SHOWN_CHOICES = {"level": dict(Level.choices), "stage": dict(Stage.choices), "category": dict(Category.choices)}


def typed_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal's values, kept in JSON, as the registers hold them."""
    typed = dict(values)
    for fields, read in ((MONEY_KEPT, Decimal), (DATES_KEPT, date.fromisoformat)):
        for field in values.keys() & fields:
            if isinstance(typed[field], str):
                typed[field] = read(typed[field])
    return typed
