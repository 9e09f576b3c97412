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
from .candidacies import (
    MonthRow,
    charge_candidacy,
    forget_window,
    give_many_months,
    give_months,
    note_window,
    step_candidacy,
    tick_papers,
    untick_paper,
)
from .clusters import close_platform, leave_out_of_cluster, open_platform, put_in_cluster, return_to_rule
from .editing import edit_enterprise, rename_enterprise
from .entering import enter_enterprise
from .identifying import Identity, identify_enterprises
from .keyed import row_of
from .listed import decide_listed, decide_together, enter_listed, take_back_listed
from .merging import merge_enterprises, tell_apart, undo_merging
from .office_lists import match_again, receive_list, remove_list
from .pool import GoneThrough, go_through_pool
from .proposing import MOST as MOST_PROPOSED
from .proposing import Proposed, leave_aside, propose_listed, undo_proposing
from .reporters import name_reporter, release_reporter
from .reviewing import review_year, say_why_missed
from .scoring import judge_register, note_scoring_facts
from .sizing import judge_sizes
from .spells import (
    certify,
    delist,
    enter_library,
    leave_library,
    list_on_board,
    undo_entering,
    undo_leaving,
)
from .undoing import undo_enterprises

__all__ = [
    "MOST_PROPOSED",
    "AcceptedEnterprises",
    "EnterpriseQuestion",
    "EnterpriseRow",
    "GoneThrough",
    "Identity",
    "ListingFact",
    "MonthRow",
    "Proposed",
    "SpellFact",
    "TierFact",
    "accept_enterprises",
    "assign_clusters",
    "certify",
    "charge_candidacy",
    "close_platform",
    "decide_listed",
    "decide_together",
    "delist",
    "edit_enterprise",
    "enter_enterprise",
    "enter_library",
    "enter_listed",
    "forget_apart",
    "forget_window",
    "give_many_months",
    "give_months",
    "go_through_pool",
    "identify_enterprises",
    "judge_register",
    "judge_sizes",
    "leave_aside",
    "leave_library",
    "leave_out_of_cluster",
    "list_on_board",
    "load_clusters",
    "match_again",
    "merge_enterprises",
    "name_reporter",
    "note_scoring_facts",
    "note_window",
    "open_platform",
    "propose_listed",
    "put_in_cluster",
    "receive_list",
    "release_reporter",
    "remove_list",
    "rename_enterprise",
    "return_to_rule",
    "review_year",
    "row_of",
    "say_why_missed",
    "step_candidacy",
    "take_back_listed",
    "tell_apart",
    "tick_papers",
    "undo_entering",
    "undo_enterprises",
    "undo_leaving",
    "undo_merging",
    "undo_proposing",
    "untick_paper",
]
