"""Reading what is typed into the grid: figures as counties write them, by the reader of the workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tici.engines.sheets.amounts import UNITS, read_amount
from tici.engines.sheets.text import tidy
from tici.returns.models import FIGURES, TEXTS

from .filings import EntryRow

PLACES = Decimal("0.0001")
TYPED_FIGURES = tuple(name for name in FIGURES if name not in {"plan_year_wan", "completion_rate_given"})
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Typed:
    """What a typed cell holds: a figure or a text, or the sentence that says why it cannot be read."""

    figure: Decimal | None = None
    text: str = ""
    problem: str = ""


def read_cell(column: str, written: str) -> Typed:
    """Read one typed cell of the month; amounts come out in 万元."""
    if column in TEXTS:
        text = tidy(written)
        if len(text) > LONGEST_TEXT:
            return Typed(problem=_("超过%(count)s字。请写得短一些。") % {"count": LONGEST_TEXT})
        return Typed(text=text)
    amount = read_amount(written)
    if not amount.understood:
        return Typed(problem=_("“%(text)s”读不出数字。请填数字，单位万元；没有的留空。") % {"text": tidy(written)[:40]})
    if amount.figure is None:
        return Typed()
    return Typed(figure=(amount.figure * UNITS.get(amount.unit or "", Decimal(1))).quantize(PLACES))


def typed_row(
    project_id: int, cells: Mapping[str, str], *, plan_wan: Decimal | None
) -> tuple[EntryRow, dict[str, str]]:
    """One typed line as a row to file, and the sentence beside each cell that cannot be read.

    The year's plan is not typed month by month: it stands in the register and is filed as it stands there.
    """
    read = {column: read_cell(column, written) for column, written in cells.items()}
    figures = {column: read[column].figure for column in TYPED_FIGURES if column in read}
    texts = {column: read[column].text for column in TEXTS if column in read}
    problems = {column: typed.problem for column, typed in read.items() if typed.problem}
    return EntryRow(project_id, {"plan_year_wan": plan_wan} | figures, texts), problems
