"""Ladders: ordered rungs, and the facts that must hold to stand on each.

A ladder is data, and this module answers what is asked of it: which rung is higher, which
facts are still missing for a rung, and which rungs stand open. Nothing here knows what a
project or a firm is.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """One rung: its code, and the facts needed to step onto it.

    ``needs`` are alternatives joined by "and": each entry is a set of facts of which one is enough,
    since the same thing is often proved by either of two papers.
    """

    code: str
    needs: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Ladder:
    """Rungs from lowest to highest."""

    rungs: tuple[Rung, ...]

    def height(self, code: str) -> int:
        """Return the position of a rung, lowest first, from 0.

        Raises
        ------
        ValueError
            If the ladder has no rung with this code.
        """
        for height, rung in enumerate(self.rungs):
            if rung.code == code:
                return height
        raise ValueError(f"No rung {code!r}; the rungs are {[r.code for r in self.rungs]}.")

    def missing(self, there: str, facts: Set[str]) -> frozenset[frozenset[str]]:
        """Return the needs still unmet to stand on a rung.

        Needs add up: a rung asks for its own facts and for those of every rung below,
        so a subject may skip a rung only when it has what the skipped rung asks for.

        Parameters
        ----------
        there
            Code of the rung to stand on.
        facts
            Names of the facts that hold now.

        Returns
        -------
        frozenset of frozenset of str
            Each unmet need, as the facts of which any one would meet it; empty when the step may be taken.

        Raises
        ------
        ValueError
            If the ladder has no rung ``there``.
        """
        below = self.rungs[: self.height(there) + 1]
        return frozenset(need for rung in below for need in rung.needs if not need & facts)

    def highest(self, facts: Set[str]) -> Rung:
        """Return the highest rung whose needs the facts meet; the lowest when they meet none.

        Parameters
        ----------
        facts
            Names of the facts that hold now.
        """
        open_rungs = [rung for rung in self.rungs if not self.missing(rung.code, facts)]
        return open_rungs[-1] if open_rungs else self.rungs[0]
