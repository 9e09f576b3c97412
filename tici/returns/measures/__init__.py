"""The returns' named numbers: of the project month, and of the industrial month."""

from .industry import ENTRY_LABELS, FIRM_COLUMNS, INDUSTRY, firm_columns
from .months import MONTHS

MEASURES = (*MONTHS, *INDUSTRY)

__all__ = ["ENTRY_LABELS", "FIRM_COLUMNS", "INDUSTRY", "MEASURES", "MONTHS", "firm_columns"]
