"""What judges a list too few of whose records carry codes: a logistic curve learnt on generated names.

``python -m bench.linkage --prior`` writes prior.toml anew.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tici.engines.linkage.comparing import FEATURES

FILE = Path(__file__).parent / "prior.toml"


@dataclass(frozen=True, eq=False)
class Prior:
    """Log odds as a sum over features: one weight each, another where the feature has nothing to compare."""

    weights: NDArray[np.float64]
    missing: NDArray[np.float64]
    base: float
    automatic: float
    desk: float

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log odds of each row of a matrix of `FEATURES`."""
        is_nan = np.isnan(features)
        return np.asarray(self.base + np.where(is_nan, 0, features) @ self.weights + is_nan @ self.missing)


@lru_cache(maxsize=1)
def prior() -> Prior:
    """Return the shipped prior."""
    text = tomllib.loads(FILE.read_text(encoding="utf-8"))
    weights, missing = (np.array([text[table].get(name, 0.0) for name in FEATURES]) for table in ("weights", "missing"))
    return Prior(weights, missing, text["base"], text["automatic"], text["desk"])
