"""Where a unit's own past lies: robust ranges of its earlier values, for many units at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NORMAL = 1.4826  # makes the median absolute deviation agree with the standard deviation of a normal sample


def usual_range(
    history: NDArray[np.float64], *, least: int, times: float, floor: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the range within which each unit's own values have usually lain.

    Parameters
    ----------
    history
        Earlier values, shape ``(units, periods)``; ``nan`` where there is none. Their order has no effect.
    least
        How many values a unit must have; one with fewer has no range.
    times
        How many robust deviations the range reaches to either side of the median.
    floor
        The least deviation taken, in the unit of the values, so that a steady unit has some room.

    Returns
    -------
    tuple
        Lower and upper bound, shape ``(units,)`` each; ``nan`` for a unit with too few values.

    Raises
    ------
    ValueError
        If the history is not two-dimensional, or ``least`` is below 1, or ``times`` or ``floor`` is negative.

    Notes
    -----
    Median ± times × max(1.4826 × MAD, floor). Neither moves much for a few wild values, so a slip of an earlier
    month does not widen the range that is to catch the next one. Time is linear in units × periods.

    Source: P. J. Rousseeuw, C. Croux, "Alternatives to the Median Absolute Deviation", JASA 88 (1993).
    """
    if history.ndim != 2:
        raise ValueError(f"history must have shape (units, periods); got {history.shape}.")
    if least < 1 or times < 0 or floor < 0:
        raise ValueError("least must be at least 1; times and floor must not be negative.")
    low, high = np.full(len(history), np.nan), np.full(len(history), np.nan)
    enough = np.flatnonzero((~np.isnan(history)).sum(axis=1) >= least)
    if enough.size:
        own = history[enough]
        middle = np.nanmedian(own, axis=1)
        spread = np.nanmedian(np.abs(own - middle[:, None]), axis=1)
        reach = times * np.maximum(NORMAL * spread, floor)
        low[enough], high[enough] = middle - reach, middle + reach
    return low, high
