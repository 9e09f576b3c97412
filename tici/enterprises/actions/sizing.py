"""Judging sizes anew, of all enterprises or of some, after the table or facts have changed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.core.copying import copy_over
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, EnterpriseQuerySet, YearFacts

CHUNK = 20_000


@transaction.atomic
def judge_sizes(rows: EnterpriseQuerySet | None = None, *, by: Person, at: datetime) -> int:
    """Judge the size of every year of every enterprise, or of some; returns how many enterprises changed size.

    Facts and figures changed by this room's own actions are judged there and then; this is for a changed table.
    """
    years = YearFacts.objects.all() if rows is None else YearFacts.objects.filter(enterprise__in=rows)
    newest: dict[int, tuple[int, str]] = {}
    copy_over(YearFacts, ("size",), _changed_years(years, newest))
    stands = Enterprise.objects.all() if rows is None else rows
    sizes = stands.order_by().values_list("pk", "size").iterator(chunk_size=CHUNK)
    changed = [(pk, size) for pk, was in sizes if (size := newest.get(pk, (0, ""))[1]) != was]
    copy_over(Enterprise, ("size",), changed)
    if changed:
        record_many(
            [Deed("enterprises.sized", "enterprises.enterprise:*", {}, {"changed": len(changed)})], by=by, at=at
        )
    return len(changed)


def _changed_years(years: QuerySet[YearFacts], newest: dict[int, tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The years whose size is another now; ``newest`` gathers each enterprise's newest year that has one."""
    sizer = rules.Sizer()
    values = years.order_by().values_list(
        "pk", "enterprise_id", "year", "size", F("enterprise__industry"), *rules.FIGURES
    )
    for pk, enterprise, year, was, industry, *figures in values.iterator(chunk_size=CHUNK):
        size = sizer.size(industry, year, *figures)
        if size and year > newest.get(enterprise, (0, ""))[0]:
            newest[enterprise] = (year, size)
        if size != was:
            yield pk, size
