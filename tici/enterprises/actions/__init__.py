"""Every write to enterprises."""

from .accepting import (
    AcceptedEnterprises,
    EnterpriseQuestion,
    EnterpriseRow,
    ListingFact,
    SpellFact,
    TierFact,
    accept_enterprises,
)
from .apart import forget_apart
from .assigning import assign_clusters, load_clusters
from .clusters import close_platform, leave_out_of_cluster, open_platform, put_in_cluster, return_to_rule
from .editing import edit_enterprise, rename_enterprise
from .entering import enter_enterprise
from .identifying import Identity, identify_enterprises
from .keyed import row_of
from .merging import merge_enterprises, tell_apart, undo_merging
from .sizing import judge_sizes
from .spells import certify, delist, enter_library, leave_library, list_on_board
from .undoing import undo_enterprises

__all__ = [
    "AcceptedEnterprises",
    "EnterpriseQuestion",
    "EnterpriseRow",
    "Identity",
    "ListingFact",
    "SpellFact",
    "TierFact",
    "accept_enterprises",
    "assign_clusters",
    "certify",
    "close_platform",
    "delist",
    "edit_enterprise",
    "enter_enterprise",
    "enter_library",
    "forget_apart",
    "identify_enterprises",
    "judge_sizes",
    "leave_library",
    "leave_out_of_cluster",
    "list_on_board",
    "load_clusters",
    "merge_enterprises",
    "open_platform",
    "put_in_cluster",
    "rename_enterprise",
    "return_to_rule",
    "row_of",
    "tell_apart",
    "undo_enterprises",
    "undo_merging",
]
