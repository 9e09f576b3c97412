"""Enterprises as lists and pages ask for them."""

from tici.enterprises.industries import Industries, Industry, industries

from .clusters import Coverage, CoverageMatrix, clusters_in, coverage, industries_and_places, members
from .identity import by_credit_code, by_former_name, by_name, kept_of, search_texts

__all__ = [
    "Coverage",
    "CoverageMatrix",
    "Industries",
    "Industry",
    "by_credit_code",
    "by_former_name",
    "by_name",
    "clusters_in",
    "coverage",
    "industries",
    "industries_and_places",
    "kept_of",
    "members",
    "search_texts",
]
