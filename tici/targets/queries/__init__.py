"""How far targets are met, what their year comes to, who can fill a gap, and published totals beside our own sums."""

from .candidates import Candidate, Candidates, candidates
from .known import MEASURES, accumulates, adds_up
from .progress import Progress, progress, progress_inside, projections, shared_progress
from .proposals import Basis, bases, proposed
from .published import Compared, compared

__all__ = [
    "MEASURES",
    "Basis",
    "Candidate",
    "Candidates",
    "Compared",
    "Progress",
    "accumulates",
    "adds_up",
    "bases",
    "candidates",
    "compared",
    "progress",
    "progress_inside",
    "projections",
    "proposed",
    "shared_progress",
]
