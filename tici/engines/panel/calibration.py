"""Generated figures that add up to a published total, to the last whole unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tici.engines.panel.panel import Figures


def spread(total: int, weights: Figures) -> NDArray[np.int64]:
    """Share a whole total out in proportion to weights, in whole numbers that add up to it exactly.

    Parameters
    ----------
    total
        What the shares add up to, in whole units (万元, 元, people).
    weights
        Shape ``(units,)``; a negative weight gives a share of the other sign (a firm with a loss), a weight of 0
        nothing unless rounding must go somewhere.

    Returns
    -------
    array
        Shape ``(units,)``, each share less than 1 from its exact value.

    Raises
    ------
    ValueError
        If a weight is not finite or the weights do not add up to more than 0.

    Notes
    -----
    Method of largest remainders; of equal remainders the first unit goes first.
    """
    if not np.isfinite(weights).all() or weights.sum() <= 0:
        raise ValueError("Weights must be finite and add up to more than 0.")
    exact = total * (weights / weights.sum())
    shares = np.floor(exact).astype(np.int64)
    left = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return shares
