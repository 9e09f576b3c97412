"""Enterprises: who they are, where they stand on their ladders, and the clusters they belong to."""

from .clusters import Cluster, ClusterKind, ClusterMembership, ClusterPlatform, MembershipOrigin, PlatformKind
from .enterprises import Enterprise, EnterpriseQuerySet, FormerName, Merging, NameKey, Size, YearFacts
from .histories import EnterpriseChange, KnownApart
from .ladders import EntryClass, ExitReason, LibrarySpell, Listing, ListingBoard, Sector, Tier, TierSpell, Window
from .office_lists import LeftAside, ListedFirm, ListedState, ListKind, ListState, OfficeList
from .pool import (
    OPEN_STATES,
    Band,
    Candidacy,
    CandidacyMove,
    CandidacyPaper,
    EntryWindowDay,
    ExitRisk,
    Method,
    MonthFacts,
    PoolKind,
    PoolReason,
    PoolState,
)
from .reporters import FirmReporter
from .reviews import Basis, EntryReview, EntryReviewQuerySet, Timing
from .scoring import ScoringFacts, TierScore, TierScoreQuerySet, Verdict

__all__ = [
    "OPEN_STATES",
    "Band",
    "Basis",
    "Candidacy",
    "CandidacyMove",
    "CandidacyPaper",
    "Cluster",
    "ClusterKind",
    "ClusterMembership",
    "ClusterPlatform",
    "Enterprise",
    "EnterpriseChange",
    "EnterpriseQuerySet",
    "EntryClass",
    "EntryReview",
    "EntryReviewQuerySet",
    "EntryWindowDay",
    "ExitReason",
    "ExitRisk",
    "FirmReporter",
    "FormerName",
    "KnownApart",
    "LeftAside",
    "LibrarySpell",
    "ListKind",
    "ListState",
    "ListedFirm",
    "ListedState",
    "Listing",
    "ListingBoard",
    "MembershipOrigin",
    "Merging",
    "Method",
    "MonthFacts",
    "NameKey",
    "OfficeList",
    "PlatformKind",
    "PoolKind",
    "PoolReason",
    "PoolState",
    "ScoringFacts",
    "Sector",
    "Size",
    "Tier",
    "TierScore",
    "TierScoreQuerySet",
    "TierSpell",
    "Timing",
    "Verdict",
    "Window",
    "YearFacts",
]
