"""Which clusters an enterprise belongs to by rule (``enterprises/clusters``): its industry and where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tici.engines import rulebook
from tici.enterprises.industries import codes_of, fit
from tici.enterprises.models import PlatformKind

RULE = "enterprises/clusters"
PLATFORMS = "enterprises/platforms"


@dataclass(frozen=True)
class ClusterRule:
    """One cluster of the rulebook."""

    code: str
    name: str
    kind: str
    place: str  # code of the place whose cluster it is
    goal_wan: int | None
    nodes: tuple[tuple[str, frozenset[str]], ...]  # chain node (产业链环节) -> industry codes
    left_out: frozenset[str]

    def takes_place(self, place_path: str) -> bool:
        """Whether a place lies in the cluster's own."""
        return self.place in place_path.split("/")

    def node_of(self, industry: str) -> str | None:
        """The chain node an industry belongs to most closely; None where the cluster does not take it."""
        fits = [(fit(industry, codes), node) for node, codes in self.nodes]
        longest, node = max(fits, key=lambda one: one[0])
        return node if longest > fit(industry, self.left_out) else None


def cluster_rules(on: date | None = None) -> tuple[ClusterRule, ...]:
    """All clusters of the rulebook, in its order."""
    return tuple(
        ClusterRule(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            place=row["place"],
            goal_wan=row.get("goal_wan"),
            nodes=tuple((node["label"], codes_of(node["industries"])) for node in row["node"]),
            left_out=codes_of(row.get("except", "")),
        )
        for row in rulebook.load(RULE, on)["cluster"]
    )


def nodes_of(industry: str, place_path: str, rules: Iterable[ClusterRule]) -> dict[str, str]:
    """The clusters an industry in a place belongs to by some rules, each with its chain node."""
    found = {rule.code: rule.node_of(industry) for rule in rules if rule.takes_place(place_path)}
    return {code: node for code, node in found.items() if node is not None}


def clusters_of(industry: str, place_path: str, on: date | None = None) -> list[str]:
    """The codes of the clusters an industry in a place belongs to on a day, in the rulebook's order."""
    return list(nodes_of(industry, place_path, cluster_rules(on)))


def asked_platforms(on: date) -> tuple[PlatformKind, ...]:
    """The kinds of public platform a county cluster should have on a day; none before the rule began."""
    try:
        return tuple(PlatformKind(kind) for kind in rulebook.load(PLATFORMS, on)["asked"])
    except rulebook.NoRule:
        return ()
