"""What pages and documents read of the returns."""

from .boards import Board, BoardRow, Day, board, reminder
from .drafts import DraftLine, draft_lines
from .entries import (
    Cell,
    Difference,
    Line,
    alive_at,
    differences,
    due_to_start,
    expected_in,
    expected_projects,
    filing_lines,
    started_by,
)
from .forms import (
    form_on,
    forms_in_force,
    in_library_of,
    indicators,
    is_in_force,
    is_open,
    is_sealed,
    latest_month_of,
    months_of_form,
    units_of,
)
from .histories import histories, situations
from .known import Lists, columns_read, known_of
from .lights import LightShown, lights_of
from .months import ProjectMonth, ProjectMonths, filings_of, latest_month, months_of, months_with_filings
from .report_pages import ReportLine, report_differences, report_lines, unit_rows
from .sums import CountyRow, CountyTable, Sums, county_sums, county_table

__all__ = [
    "Board",
    "BoardRow",
    "Cell",
    "CountyRow",
    "CountyTable",
    "Day",
    "Difference",
    "DraftLine",
    "LightShown",
    "Line",
    "Lists",
    "ProjectMonth",
    "ProjectMonths",
    "ReportLine",
    "Sums",
    "alive_at",
    "board",
    "columns_read",
    "county_sums",
    "county_table",
    "differences",
    "draft_lines",
    "due_to_start",
    "expected_in",
    "expected_projects",
    "filing_lines",
    "filings_of",
    "form_on",
    "forms_in_force",
    "histories",
    "in_library_of",
    "indicators",
    "is_in_force",
    "is_open",
    "is_sealed",
    "known_of",
    "latest_month",
    "latest_month_of",
    "lights_of",
    "months_of",
    "months_of_form",
    "months_with_filings",
    "reminder",
    "report_differences",
    "report_lines",
    "situations",
    "started_by",
    "unit_rows",
    "units_of",
]
