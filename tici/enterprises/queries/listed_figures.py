"""What lists of other offices say of firms for a period, to be held against what the firms report themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise, ListedFirm, ListedState, ListState, OfficeList

KINDS = {"vat": "vat_sales_wan", "power": "electricity_wan_kwh"}


@dataclass(frozen=True)
class Listed:
    """A firm's figure in a list, and the row it stands in: the first of several of the same name, added up."""

    figure: Decimal
    row_id: int
    rows: int = 1


def figures_listed(month: Month, units: Collection[int]) -> dict[str, dict[int, Listed]]:
    """The cumulative figures that matched lists of exactly this period give of firms, by kind and firm.

    The list that came last counts. A firm that a list names by several names is left out: its amounts are not added
    up (a list says so itself), and one of them alone would be compared in vain.
    """
    of_month = OfficeList.objects.filter(state=ListState.MATCHED, year=month.year, through=month.number)
    lists = list(of_month.values_list("pk", flat=True))
    found: dict[str, dict[int, Listed]] = {kind: {} for kind in KINDS}
    if not lists:
        return found
    gone = dict(Enterprise.objects.filter(AnyOf("merged_into_id", units)).values_list("pk", "merged_into_id"))
    rows = ListedFirm.objects.filter(
        AnyOf("enterprise_id", [*units, *gone]), AnyOf("office_list_id", lists),
        state__in=[ListedState.AUTOMATIC, ListedState.DECIDED],
    )  # fmt: skip
    told = rows.order_by("office_list__received_at", "office_list_id", "pk")
    by_list: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for list_id, firm, *row in told.values_list("office_list_id", "enterprise_id", "pk", "name", *KINDS.values()):
        by_list.setdefault((list_id, gone.get(firm) or firm), []).append(tuple(row))
    for (_list, firm), lines in by_list.items():
        for kind, figures in zip(KINDS, zip(*(line[2:] for line in lines), strict=True), strict=True):
            given = [(pk, name, one) for (pk, name, *_), one in zip(lines, figures, strict=True) if one is not None]
            if len({name for _pk, name, _one in given}) == 1:
                total = sum((one for _pk, _name, one in given), Decimal(0))
                found[kind][firm] = Listed(total, given[0][0], len(given))
    return found
