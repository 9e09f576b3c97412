"""Enterprises: who they are, where they stand on their ladders, and the clusters they belong to."""

from .clusters import Cluster, ClusterKind, ClusterMembership, ClusterPlatform, MembershipOrigin, PlatformKind
from .enterprises import Enterprise, EnterpriseQuerySet, FormerName, Merging, YearFacts
from .ladders import ExitReason, LibrarySpell, Listing, ListingBoard, Sector, Tier, TierSpell, Window

__all__ = [
    "Cluster",
    "ClusterKind",
    "ClusterMembership",
    "ClusterPlatform",
    "Enterprise",
    "EnterpriseQuerySet",
    "ExitReason",
    "FormerName",
    "LibrarySpell",
    "Listing",
    "ListingBoard",
    "MembershipOrigin",
    "Merging",
    "PlatformKind",
    "Sector",
    "Tier",
    "TierSpell",
    "Window",
    "YearFacts",
]
