"""Enterprises: who they are, where they stand on their ladders, and the clusters they belong to."""

from .clusters import Cluster, ClusterKind, ClusterMembership, ClusterPlatform, MembershipOrigin, PlatformKind
from .enterprises import Enterprise, EnterpriseQuerySet, FormerName, Merging, NameKey, Size, YearFacts
from .histories import EnterpriseChange, KnownApart
from .ladders import EntryClass, ExitReason, LibrarySpell, Listing, ListingBoard, Sector, Tier, TierSpell, Window

__all__ = [
    "Cluster",
    "ClusterKind",
    "ClusterMembership",
    "ClusterPlatform",
    "Enterprise",
    "EnterpriseChange",
    "EnterpriseQuerySet",
    "EntryClass",
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
    "Size",
    "Tier",
    "TierSpell",
    "Window",
    "YearFacts",
]
