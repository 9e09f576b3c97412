"""Months that firms gave while they were below the line: what stands as 上年同期 once they are in the library."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.enterprises.models import MonthFacts

INDICATORS = {"revenue": "revenue_wan", "output": "output_wan"}  # of the forms, by the field of a month


def earned_so_far(ids: Collection[int], month: Month) -> dict[int, dict[str, Decimal]]:
    """What firms earned from January to a month, in 万元 by indicator; only where every month of it was given."""
    asked = MonthFacts.objects.filter(
        AnyOf("enterprise_id", ids), month_on__range=(Month(month.year, 1).first, month.first)
    )
    counts = {f"{code}_count": Count(field) for code, field in INDICATORS.items()}
    sums = {f"{code}_sum": Sum(field) for code, field in INDICATORS.items()}
    found: dict[int, dict[str, Decimal]] = {}
    rows: Iterable[Any] = asked.order_by().values("enterprise_id").annotate(**counts, **sums)
    for told in rows:
        whole = {code: told[f"{code}_sum"] for code in INDICATORS if told[f"{code}_count"] == month.number}
        if whole:
            found[told["enterprise_id"]] = whole
    return found
