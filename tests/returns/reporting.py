"""Firms and their reports for the tests of pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from django.urls import reverse

from tests.make import NOVEMBER, NOW
from tici.enterprises.models import Enterprise, LibrarySpell, Sector
from tici.returns import actions, queries
from tici.returns.models import Channel, FormVersion, UnitReport

FIRM = "industry_firm"
NUMBERS = count(1)


def firm(place, **over):
    """A firm in the library since 2020."""
    made = Enterprise.objects.create(**{"place": place, "name": f"示例企业{next(NUMBERS)}"} | over)
    LibrarySpell.objects.create(enterprise=made, sector=Sector.INDUSTRY, from_date=date(2020, 1, 1))
    return made


def opened(*firms, month=NOVEMBER, by):
    """The reports of firms, awaited for a month."""
    actions.open_form_month(queries.form_on(FIRM, month), month, by=by, at=NOW)
    found = {one.enterprise_id: one for one in UnitReport.objects.of(FIRM, month)}
    return [found[one.pk] for one in firms]


def url(name, *args, **query):
    return reverse(f"returns:{name}", args=args, query=query)


def form(code=FIRM):
    return FormVersion.objects.get(code=code)


def form_of_2019():
    return FormVersion.objects.get(code=FIRM, from_month=date(2019, 1, 1))


def figures(**given):
    """The figures of a firm's report in the order of its columns; what is not given is empty."""
    return tuple(
        Decimal(given[column.code.replace(".", "_")]) if column.code.replace(".", "_") in given else None
        for column in form_of_2019().columns
    )


SOUND = {
    "output_ytd": 1200, "output_ytd_last_year": 1000, "revenue_ytd": 1100, "revenue_ytd_last_year": 1000,
    "profit_ytd": 90, "profit_ytd_last_year": 80, "people_end": 50,
}  # fmt: skip


def file(*reports, by, month=NOVEMBER, reason="", **over):
    """File sound figures for reports, some of them otherwise."""
    rows = [actions.ReportRow(report.pk, figures(**SOUND | over)) for report in reports]
    done = actions.file_reports(
        form=form_of_2019(), month=month, rows=rows, channel=Channel.SCREEN, by=by, at=NOW, reason=reason
    )
    assert done.refused == ()
    return done
