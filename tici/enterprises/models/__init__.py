"""Enterprises: who they are, where they stand on their ladders, and the clusters they belong to."""

from .clusters import Cluster, ClusterKind, ClusterMembership, ClusterPlatform, MembershipOrigin, PlatformKind
from .enterprises import Enterprise, EnterpriseQuerySet, FormerName, Merging, NameKey, YearFacts
from .histories import EnterpriseChange, KnownApart
from .ladders import ExitReason, LibrarySpell, Listing, ListingBoard, Sector, Tier, TierSpell, Window

__all__ = [
    "Cluster",
    "ClusterKind",
    "ClusterMembership",
    "ClusterPlatform",
    "Enterprise",
    "EnterpriseChange",
    "EnterpriseQuerySet",
    "ExitReason",
    "FormerName",
    "KnownApart",
    "LibrarySpell",
    "Listing",
    "ListingBoard",
    "MembershipOrigin",
    "Merging",
    "NameKey",
    "PlatformKind",
    "Sector",
    "Tier",
    "TierSpell",
    "Window",
    "YearFacts",
]
