"""The returns' named numbers: of the project month, and of the industrial month."""

from .industry import CLUSTERS, ENTRY_LABELS, FIRM_COLUMNS, INDUSTRY, firm_columns
from .months import LIGHT_COLUMNS, MONTHS, with_reasons

MEASURES = (*MONTHS, *INDUSTRY, *CLUSTERS)

__all__ = [
    "CLUSTERS",
    "ENTRY_LABELS",
    "FIRM_COLUMNS",
    "INDUSTRY",
    "LIGHT_COLUMNS",
    "MEASURES",
    "MONTHS",
    "firm_columns",
    "with_reasons",
]
