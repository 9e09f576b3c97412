"""Judgement over enterprises and what is known of them: sizes, lines, tiers, clusters, and every reason to refuse."""

from tici.enterprises.models import EntryClass, Size

from .clusters import ClusterRule, asked_platforms, cluster_rules, clusters_of, nodes_of
from .facts import against_dated, against_facts, fitting, fitting_figure, month_of
from .identity import NAME_LENGTH, against_credit_code, is_credit_code
from .library import (
    Document,
    EntryWindow,
    Line,
    documents_for,
    entry_class,
    exit_policy,
    library_line,
    new_since,
    new_since_month,
    next_window,
)
from .sizes import FIGURES, Gap, Lack, Sizer, SizeSector, SizeTable, gap_to, next_rung, size_of, size_table
from .tiers import holds, valid_until, years_after

__all__ = [
    "FIGURES",
    "NAME_LENGTH",
    "ClusterRule",
    "Document",
    "EntryClass",
    "EntryWindow",
    "Gap",
    "Lack",
    "Line",
    "Size",
    "SizeSector",
    "SizeTable",
    "Sizer",
    "against_credit_code",
    "against_dated",
    "against_facts",
    "asked_platforms",
    "cluster_rules",
    "clusters_of",
    "documents_for",
    "entry_class",
    "exit_policy",
    "fitting",
    "fitting_figure",
    "gap_to",
    "holds",
    "is_credit_code",
    "library_line",
    "month_of",
    "new_since",
    "new_since_month",
    "next_rung",
    "next_window",
    "nodes_of",
    "size_of",
    "size_table",
    "valid_until",
    "years_after",
]
