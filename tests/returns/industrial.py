"""Firms, forms and reports of the industrial month, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from tests import make
from tici.accounts.models import Person
from tici.core.actions import keep_upload
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise, LibrarySpell, ListedFirm, OfficeList
from tici.places.models import Place
from tici.returns.actions import Filed, ReportRow, file_reports, load_forms, open_form_month
from tici.returns.models import Channel, FormVersion, UnitReport
from tici.returns.queries import form_on

NOVEMBER = make.NOVEMBER
FIGURES = {
    "output": 12000, "sales_output": 11800, "export": 900, "revenue": 11500, "cost": 9200, "profit": 830, "tax": 410,
    "rnd": 300, "power": 260,
}  # fmt: skip
STOCKS = {"receivable": 2100, "stock": 800, "assets": 15000, "liabilities": 8200, "people": 240}


def firm(place: Place, *, from_date: date = date(2019, 1, 1), to_date: date | None = None, **over: Any) -> Enterprise:
    """A firm above designated size."""
    found = make.enterprise(place=place, **over)
    LibrarySpell.objects.create(enterprise=found, from_date=from_date, to_date=to_date)
    return found


def firm_form() -> FormVersion:
    """The form of industrial firms, as shipped."""
    if not FormVersion.objects.exists():
        load_forms(by="-", at=make.NOW)
    return form_on("industry_firm", NOVEMBER)


def opened(form: FormVersion, month: Month = NOVEMBER) -> list[UnitReport]:
    """The reports awaited on a form, in order."""
    open_form_month(form, month, by="-", at=make.NOW)
    return list(UnitReport.objects.of(form.code, month).order_by("pk"))


def figures(form: FormVersion, *, scale: str = "1", **over: Any) -> tuple[Decimal | None, ...]:
    """Figures that no check speaks of; ``over`` changes some: ``output=None``, ``output_ytd_last_year=5``."""
    given: dict[str, Any] = {}
    for name, value in FIGURES.items():
        given |= {f"{name}.ytd": value, f"{name}.ytd_last_year": value * Decimal("0.9")}
    for name, value in STOCKS.items():
        given |= {f"{name}.end": value, f"{name}.end_last_year": value}
    given = {code: Decimal(value) * Decimal(scale) for code, value in given.items()}
    for name, value in over.items():
        codes = [code for code in given if code.replace(".", "_") == name or code.partition(".")[0] == name]
        given[codes[0]] = None if value is None else Decimal(str(value))
    return tuple(None if given.get(c.code) is None else Decimal(given[c.code]) for c in form.columns)


def listed(
    place: Place, *rows: Enterprise | tuple[Enterprise, str], kind: str = "vat", through: int = 11, **over: Any
) -> OfficeList:
    """A matched list of another office with a row for each firm, under its own name or the one given."""
    by = make.person(place=place)
    made = OfficeList.objects.create(
        kind=kind, place=place, year=2021, through=through, name="税务.xlsx", received_at=make.NOW, received_by=by,
        upload=keep_upload(BytesIO(b"name,wan"), name="税务.xlsx", by=by, at=make.NOW), state="matched",
    )  # fmt: skip
    for number, one in enumerate(rows, start=4):
        found, name = one if isinstance(one, tuple) else (one, one.name)
        ListedFirm.objects.create(
            office_list=made, sheet="名单", row=number, cells={"name": f"B{number}"}, name=name, state="automatic",
            found_state="automatic", enterprise=found, found=found, probability=1, search_text="", **over,
        )  # fmt: skip
    return made


def file(
    form: FormVersion,
    given: Mapping[UnitReport, Sequence[Decimal | None]],
    by: Person,
    month: Month = NOVEMBER,
    **over: Any,
) -> Filed:
    """File figures of some reports."""
    rows = [ReportRow(report.pk, tuple(values)) for report, values in given.items()]
    facts = {"channel": Channel.SCREEN, "at": make.NOW} | over
    return file_reports(form=form, month=month, rows=rows, by=by, **facts)
