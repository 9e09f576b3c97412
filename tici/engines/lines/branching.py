"""Branch and bound over sets: nodes are called at or not, two nodes share a vehicle or do not.

Source: Ryan and Foster's rule for set partitioning (in: Computer Scheduling of Public Transport, 1981, 269-280): where
the linear program drives every pair of nodes together wholly or not at all, it drives whole sets.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from tici.engines.lines.columns import Relaxation

WHOLE = 1e-5


@dataclass(frozen=True, slots=True)
class Branch:
    """What is decided so far: the sets that may still be driven, shape (sets,), and the nodes called at, (nodes,)."""

    allowed: NDArray[np.bool_]
    is_called: NDArray[np.bool_]
    split: tuple[int, int]  # what is decided next: a pair of nodes, or one node twice


class Branching:
    """The search for the least cost of whole sets.

    Parameters
    ----------
    relaxation
        The program over all sets that may matter.
    rounded
        A bound raised to the next cost there can be.
    best
        The cost of the plan known; only cheaper ones are looked for.
    tell
        Told the sets (places in the catalogue) of each selection that costs less; answers whether it makes a plan.
    is_over
        Whether time is up.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        rounded: Callable[[float], float],
        best: float,
        tell: Callable[[list[int]], bool],
        is_over: Callable[[], bool],
    ) -> None:
        self.relaxation, self.rounded, self.best, self.tell, self.is_over = relaxation, rounded, best, tell, is_over
        sets = relaxation.sets.sets
        nodes = np.arange(len(relaxation.calls), dtype=np.uint64)
        self.inside: NDArray[np.bool_] = (sets[:, None] >> nodes & np.uint64(1)).astype(np.bool_)
        self.open: list[tuple[float, int, Branch]] = []
        self.left = np.inf  # the least of branches that could not be followed to their end
        self.ticket = count()

    def least(self) -> float:
        """Return the proven least: ``best`` where nothing can be cheaper, less where time ran out."""
        self._look(0.0, np.ones(len(self.inside), np.bool_), self.relaxation.encoded.is_called[1:].copy())
        while self.open and self.open[0][0] < self.best and not self.is_over():
            known, _ticket, branch = heapq.heappop(self.open)
            for allowed, is_called in self._halves(branch):
                self._look(known, allowed, is_called)
        return min(self.best, self.left, self.open[0][0] if self.open else np.inf)

    def _look(self, known: float, allowed: NDArray[np.bool_], is_called: NDArray[np.bool_]) -> None:
        """Bound a branch: forget it, take the sets it has come to, or keep it to be split."""
        found, driven = self.relaxation.within(
            allowed, is_called, lambda least: self.rounded(least) >= self.best, self.is_over
        )
        known = max(known, self.rounded(found))
        if known >= self.best:
            return
        if not driven:
            self.left = min(self.left, known)
            return
        split = self._split(driven)
        if split is not None:
            heapq.heappush(self.open, (known, next(self.ticket), Branch(allowed, is_called, split)))
        elif self.tell(list(driven)):
            self.best = known
        else:  # families of two sizes may not fit where their sum does
            self.left = min(self.left, known)

    def _split(self, driven: dict[int, float]) -> tuple[int, int] | None:
        """Return the pair of nodes whose sharing a vehicle is decided least; nothing where all is whole."""
        inside, shares = self.inside[list(driven)].astype(float), np.array(list(driven.values()))
        together = np.triu((inside * shares[:, None]).T @ inside)
        undecided = np.abs(together - np.rint(together))
        at = int(undecided.argmax())
        if undecided.flat[at] <= WHOLE:
            return None
        one, other = divmod(at, len(undecided))
        return one, other

    def _halves(self, branch: Branch) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        one, other = branch.split
        has_one, has_other = self.inside[:, one], self.inside[:, other]
        called = branch.is_called.copy()
        called[[one, other]] = True
        together = branch.allowed & ~(has_one ^ has_other), called
        return [(branch.allowed & ~(has_one & has_other), branch.is_called), together]
