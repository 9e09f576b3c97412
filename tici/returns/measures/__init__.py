"""The returns' named numbers: of the project month, and of the industrial month."""

from .industry import CLUSTERS, ENTRY_LABELS, FIRM_COLUMNS, INDUSTRY, firm_columns
from .months import MONTHS

MEASURES = (*MONTHS, *INDUSTRY, *CLUSTERS)

__all__ = ["CLUSTERS", "ENTRY_LABELS", "FIRM_COLUMNS", "INDUSTRY", "MEASURES", "MONTHS", "firm_columns"]
