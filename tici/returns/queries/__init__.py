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
from .histories import histories, situations
from .lights import LightShown, lights_of
from .months import ProjectMonth, ProjectMonths, filings_of, latest_month, months_of, months_with_filings
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
    "ProjectMonth",
    "ProjectMonths",
    "Sums",
    "alive_at",
    "board",
    "county_sums",
    "county_table",
    "differences",
    "draft_lines",
    "due_to_start",
    "expected_in",
    "expected_projects",
    "filing_lines",
    "filings_of",
    "histories",
    "latest_month",
    "lights_of",
    "months_of",
    "months_with_filings",
    "reminder",
    "situations",
    "started_by",
]
