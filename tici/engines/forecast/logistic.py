"""A logistic curve whose rising features never lower the probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]
RIDGE = 1.0  # against features that say nearly the same


@dataclass(frozen=True, eq=False)
class Logistic:
    """Probabilities by a weighted sum of features.

    Parameters
    ----------
    weights
        Of each feature, after centring and scaling. Shape ``(features,)``.
    base
        The sum where all features are at their middle.
    middle, spread
        What features are centred and scaled by. Shape ``(features,)``.
    """

    weights: Floats
    base: float
    middle: Floats
    spread: Floats

    @classmethod
    def fitted(cls, table: Floats, outcome: NDArray[np.bool_], *, rising: int) -> Logistic:
        """Return the curve that fits outcomes best; the first ``rising`` features get no weight below 0.

        Parameters
        ----------
        table
            Features, shape ``(rows, features)``.
        outcome
            What happened, shape ``(rows,)``; both outcomes must be among them.
        rising
            How many of the first features may only raise the probability.
        """
        middle, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
        scaled = (table - middle) / spread
        sign = np.where(outcome, 1.0, -1.0)

        def loss(weights: Floats) -> tuple[float, Floats]:
            at = scaled @ weights[1:] + weights[0]
            pulled = expit(-sign * at)
            slope = -sign * pulled
            gradient = np.concatenate([[slope.sum()], scaled.T @ slope + RIDGE * weights[1:]])
            value = float(np.logaddexp(0, -sign * at).sum() + RIDGE / 2 * (weights[1:] ** 2).sum())
            return value, gradient

        features = table.shape[1]
        bounds = [(None, None), *[(0, None)] * rising, *[(None, None)] * (features - rising)]
        found = minimize(loss, np.zeros(features + 1), jac=True, method="L-BFGS-B", bounds=bounds)
        return cls(found.x[1:], float(found.x[0]), middle, spread)

    def of(self, table: Floats) -> Floats:
        """Return the probability of each row."""
        chances: Floats = expit((table - self.middle) / self.spread @ self.weights + self.base)
        return chances
