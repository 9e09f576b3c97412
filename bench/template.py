"""Take 100,000 firms' reports by template: read, checked and filed, beside django-import-export in the same run.

    python -m bench.template [--rows 100000] [--months 12] [--sample 500]

Ours: a template workbook of so many firms, every figure filled in, one row in a hundred with something wrong. It is
read in the limited process, its seal and every locked cell checked, and its rows filed: refusals, the checks of the
rulebook against last month, last year and each firm's own past (``--months`` of it are in the database), findings,
vintages, the cell each figure came from, the record. The peer reads the same kind of workbook with tablib and saves a
report and a vintage a row with two resources as its manual shows them, checks none; it is given a sample of the rows,
and its time is taken per row.
Bar: 15 s.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from bench.databases import fresh_database

BAR_S = 15.0
SEED = 20211130
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
FLOWS = (1.0, 0.98, 0.07, 0.96, 0.77, 0.07, 0.035, 0.025, 0.02)  # of output
STOCKS = (0.17, 0.07, 1.25, 0.68, 0.02)
WRONG = 100  # one row in so many


def figures_of(size: float, growth: float, share: float) -> list[Decimal | None]:
    """The figures of a firm so large, after such a share of the year."""
    made: list[Decimal | None] = []
    for part in FLOWS:
        now = round(size * part * share, 2)
        made += [Decimal(str(now)), Decimal(str(round(now / (1 + growth), 2)))]
    for part in STOCKS:
        now = round(size * part)
        made += [Decimal(now), Decimal(round(now / (1 + growth)))]
    return made


def firms(count: int) -> list[tuple[float, float]]:
    """Size and growth of each firm."""
    chance = Random(SEED)
    return [(chance.lognormvariate(9, 1), chance.gauss(0.08, 0.1)) for _ in range(count)]


def enter(count: int) -> tuple[Any, Any]:
    """So many firms in the library of one county, the form, and who reports."""
    from tests import make
    from tici.core.copying import copy_in, reserve_ids
    from tici.enterprises.models import Enterprise, LibrarySpell
    from tici.returns.actions import load_forms
    from tici.returns.queries import form_on

    county = make.place("藁城区", within=make.place("石家庄市", kind="city", code="130100"), code="130109")
    ids = reserve_ids(Enterprise, count)
    copy_in(Enterprise, ("id", "name", "uscc", "place", "industry"), (
        (pk, f"示例企业{at}有限公司", f"91130109MA{at:08d}", county.pk, "2710") for at, pk in enumerate(ids)
    ))  # fmt: skip
    copy_in(LibrarySpell, ("enterprise", "sector", "from_date", "window", "exit_reason"), (
        (pk, "industry", date(2019, 1, 1), "", "") for pk in ids
    ))  # fmt: skip
    load_forms(by="bench", at=NOW)
    return form_on("industry_firm", make.NOVEMBER), make.person(place=county)


def enter_past(form: Any, months: int, sized: list[tuple[float, float]]) -> None:
    """The months before, as reports that are closed."""
    from tests import make
    from tici.core.copying import copy_in
    from tici.enterprises.models import Enterprise
    from tici.returns.actions.reports import written_array
    from tici.returns.models import UnitReport
    from tici.returns.rules import is_exempt

    units = list(Enterprise.objects.order_by("pk").values_list("place_id", "pk"))
    names = ("form", "code", "month_on", "place", "enterprise", "state", "due_on", "vintage_number", "figures")
    for month in (make.NOVEMBER - months).until(make.NOVEMBER - 1):
        if is_exempt(form, month):
            continue

        def lines(month: Any = month) -> Iterator[tuple[Any, ...]]:
            for (place, pk), (size, growth) in zip(units, sized, strict=True):
                size = size if month.year == 2021 else size / (1 + growth)
                array = written_array(figures_of(size, growth, month.number / 12))
                yield form.pk, form.code, month.first, place, pk, "locked", month.last, 1, array

        copy_in(UnitReport, names, lines())


def template(form: Any, sized: list[tuple[float, float]], path: Path) -> list[Any]:
    """Write the template of every report, filled in; one row in a hundred is wrong in one of three ways."""
    from tests import make
    from tici.engines.templates import TemplateLine, write_template
    from tici.returns import queries
    from tici.returns.queries.templates import _lines, _template, template_key

    reports = list(queries.sheet_reports(form, make.NOVEMBER, _city()))
    blank = _lines(form, make.NOVEMBER, reports)
    lines = []
    for at, (line, (size, growth)) in enumerate(zip(blank, sized, strict=True)):
        filled = figures_of(size, growth, 11 / 12)
        figures = [line.figures[one] if one in line.locked else filled[one] for one in range(len(filled))]
        odd = {}
        if at % WRONG == 7:
            odd = {0: "待定"}
        elif at % WRONG == 8:
            figures[0] = (figures[0] or Decimal(0)) * 10_000  # 元 for 万元
        elif at % WRONG == 9:
            figures[8] = -(figures[8] or Decimal(0))
        lines.append(TemplateLine(line.id, line.name, line.code, line.place, figures, line.locked, odd=odd))
    made = _template(form, make.NOVEMBER, lines, queries.indicators())
    path.write_bytes(write_template(made, template_key()))
    return reports


def _city() -> Any:
    from tici.places.models import Place

    return Place.objects.get(code="130100")


def ours(form: Any, path: Path, reporter: Any) -> tuple[float, float, Any, Any]:
    """Seconds to read the template, and to check and file its rows; what was read, and what was filed."""
    from tests import make
    from tici.core.actions import keep_upload
    from tici.returns.actions import file_reports
    from tici.returns.queries import read_template

    with path.open("rb") as stream:
        upload = keep_upload(stream, name=path.name, by="bench", at=NOW)
    began = time.perf_counter()
    reading = read_template(path, form, make.NOVEMBER, upload_id=upload.pk)
    read = time.perf_counter() - began
    filed = file_reports(
        form=form, month=make.NOVEMBER, rows=reading.rows, channel="workbook", by=reporter, at=NOW,
        answers=reading.answers,
    )  # fmt: skip
    return read, time.perf_counter() - began - read, reading, filed


def peer(form: Any, reports: list[Any], sized: list[tuple[float, float]], folder: Path, reporter: Any) -> float:
    """Seconds django-import-export takes to read a workbook of these reports and save them, with its defaults."""
    import tablib
    import xlsxwriter
    from import_export import resources, widgets
    from import_export.fields import Field

    from tici.returns.models import UnitReport, UnitVintage

    class Numbers(widgets.Widget):
        """A list of figures in one cell."""

        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
            return [Decimal(one) if one else None for one in str(value).split(" ")]

        def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
            return " ".join("" if one is None else str(one) for one in value or [])

    def resource(model: Any, columns: tuple[str, ...], key: str) -> Any:
        options = {"model": model, "fields": columns, "import_id_fields": (key,)}
        figures = Field("figures", "figures", widget=Numbers())
        return type("Of", (resources.ModelResource,), {"figures": figures, "Meta": type("Meta", (), options)})()

    codes = [column.code for column in form.columns]
    path = folder / "peer.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", *codes])
        for at, (report, (size, growth)) in enumerate(zip(reports, sized, strict=False), start=1):
            sheet.write_row(at, 0, [report.pk, *map(float, figures_of(size, growth, 11 / 12))])  # type: ignore[arg-type]
    began = time.perf_counter()
    read = tablib.Dataset().load(path.read_bytes(), format="xlsx")
    given = [(row["id"], " ".join(str(row[code]) for code in codes)) for row in read.dict]
    vintages = tablib.Dataset(headers=["report", "number", "figures", "channel", "made_at", "made_by"])
    vintages.extend([[pk, 1, text, "workbook", "2021-12-06 09:30:00", reporter.pk] for pk, text in given])
    updates = tablib.Dataset(headers=["id", "figures", "state", "vintage_number"])
    updates.extend([[pk, text, "filed", 1] for pk, text in given])
    for of, data in (
        (resource(UnitVintage, ("report", "number", "figures", "channel", "made_at", "made_by"), "report"), vintages),
        (resource(UnitReport, ("id", "figures", "state", "vintage_number"), "id"), updates),
    ):
        result = of.import_data(data, raise_errors=True)
        if result.has_errors() or result.has_validation_errors():
            raise AssertionError("the peer refused rows.")
    return time.perf_counter() - began


def main() -> int:
    """Print each figure, the bar, and the ratio to the peer; 1 where the bar is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--sample", type=int, default=500)
    wish = asked.parse_args()
    sized = firms(wish.rows)
    with fresh_database(), tempfile.TemporaryDirectory() as folder:
        from django.db import connection, transaction

        from tests import make
        from tici.returns.actions import open_form_month
        from tici.returns.models import UnitReport, UnitVintage

        form, reporter = enter(wish.rows)
        enter_past(form, wish.months, sized)
        open_form_month(form, make.NOVEMBER, by="bench", at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze returns_unitreport")
        path = Path(folder) / "template.xlsx"
        began = time.perf_counter()
        reports = template(form, sized, path)
        wrote = time.perf_counter() - began
        size = path.stat().st_size
        with transaction.atomic():
            few = reports[: wish.sample]
            theirs = peer(form, few, sized, Path(folder), reporter) / len(few) * wish.rows
            transaction.set_rollback(True)
        read, filed_in, reading, filed = ours(form, path, reporter)
        current = UnitReport.objects.of(form.code, make.NOVEMBER).filter(vintage_number=1).count()
        if not (filed.filed == len(reading.rows) == current == UnitVintage.objects.count()):
            raise AssertionError("not every good row was filed once.")
        if filed.filed + len(reading.refused) != wish.rows:
            raise AssertionError("a row was lost.")
    total = read + filed_in
    print(f"{wish.rows} rows of {len(form.columns)} figures, {size / 1e6:.1f} MB, written in {wrote:.1f} s")
    print(f"read {read:.1f} s, checked and filed {filed_in:.1f} s, together {total:.1f} s (bar {BAR_S:.0f})")
    print(f"filed {filed.filed}, handed back {len(reading.refused)}; {filed.stops} stops, {filed.asks} asks")
    print(f"django-import-export, {wish.sample} rows taken to {wish.rows}: {theirs:.0f} s, {theirs / total:.0f} times")
    return 0 if total <= BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
