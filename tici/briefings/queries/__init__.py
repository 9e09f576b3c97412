"""What the documents of a month are drawn from, gathered from the rooms below."""

from .clusters import clusters_month
from .corrections import corrected_since, current_vintages
from .industry import industry_month
from .months import State, city_month, filings_of, jobs_of, link_of, months_of, project_rows, state_of

__all__ = [
    "State",
    "city_month",
    "clusters_month",
    "corrected_since",
    "current_vintages",
    "filings_of",
    "industry_month",
    "jobs_of",
    "link_of",
    "months_of",
    "project_rows",
    "state_of",
]
