"""Enterprises as lists and pages ask for them."""

from tici.enterprises.industries import Industries, Industry, industries

from .clusters import Coverage, CoverageMatrix, clusters_in, coverage, members
from .identity import by_credit_code, by_former_name, by_name, has_namesake, kept_of, search_texts
from .kept_months import earned_so_far
from .listed_figures import Listed, figures_listed
from .scoring import asked_for, cards_on, scoring_facts
from .standing import Climber, expiring, held_elsewhere, next_rungs, size_on
from .transitions import Transitions, stays_of, stock, transitions, with_entry_class

__all__ = [
    "Climber",
    "Coverage",
    "CoverageMatrix",
    "Industries",
    "Industry",
    "Listed",
    "Transitions",
    "asked_for",
    "by_credit_code",
    "by_former_name",
    "by_name",
    "cards_on",
    "clusters_in",
    "coverage",
    "earned_so_far",
    "expiring",
    "figures_listed",
    "has_namesake",
    "held_elsewhere",
    "industries",
    "kept_of",
    "members",
    "next_rungs",
    "scoring_facts",
    "search_texts",
    "size_on",
    "stays_of",
    "stock",
    "transitions",
    "with_entry_class",
]
