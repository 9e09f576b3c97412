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
from .assigning import assign_clusters, load_clusters
from .identifying import Identity, identify_enterprises

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
    "identify_enterprises",
    "load_clusters",
]
