"""Compiling ahead: every compiled function is called once on a tiny case, so that its code lies on disk."""

from __future__ import annotations

import numpy as np

from tici.engines.lines.kernel.anneal import anneal, keep, recall, whole_cost
from tici.engines.lines.kernel.cache import CACHE
from tici.engines.lines.kernel.flow import start
from tici.engines.lines.kernel.sets import grown, prices, reached_by, seats_wanted
from tici.engines.lines.kernel.state import Case, new_state


def warm() -> None:
    """Compile what is not yet compiled, and load what is."""
    nodes, classes = 4, 3
    legs = np.abs(np.subtract.outer(np.arange(float(nodes)), np.arange(float(nodes))))
    reach = np.array([[0], [1], [2], [4]], np.uint64)
    ones = np.ones(classes, np.int64)
    near = np.array([[1, 1], [2, 3], [1, 3], [1, 2]], np.int64)
    seats, fixed = np.full(classes, 3, np.int64), np.zeros(classes)
    case = Case(legs, legs, reach, ones, seats, fixed, near, np.zeros(nodes, np.bool_), float("inf"), 0.0, False, True)
    state, best = new_state(nodes, classes, classes, 1), new_state(nodes, classes, classes, 0)
    state.route[:, 0], state.length[:], state.price[0] = [1, 2, 3], 1, 1.0
    recall(state)
    start(case, state, ones.copy())
    keep(state, best)
    anneal(case, state, best, whole_cost(case, state), float("inf"), 1.0, 0.1, 64, False)
    sets = np.array([1, 2, 4], np.uint64)
    grown(sets, np.where(np.eye(classes) > 0, 1.0, np.inf), legs, 10.0, 16)
    reached = reached_by(sets, reach)
    prices(sets, reached, np.ones(classes), seats, np.arange(classes), np.ones(classes), ones, ones, np.zeros(classes))
    seats_wanted(reached, ones, ones)
    if CACHE is not None:
        (CACHE / "warm").touch()


def is_warm() -> bool:
    """Whether compiled code of these sources lies on disk."""
    return CACHE is not None and (CACHE / "warm").exists()
