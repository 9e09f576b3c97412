"""Judgement about targets: what is due by when, how far it is met, what the year comes to, and shares that add up."""

from .profiles import Filled, Profile, profile_named, profiles
from .progress import lag, met_rate
from .projecting import Method, Projection, as_it_stands, by_window, linear, near_line_rate, paced
from .setting import against_setting, against_sharing
from .sharing import shared_out

__all__ = [
    "Filled",
    "Method",
    "Profile",
    "Projection",
    "against_setting",
    "against_sharing",
    "as_it_stands",
    "by_window",
    "lag",
    "linear",
    "met_rate",
    "near_line_rate",
    "paced",
    "profile_named",
    "profiles",
    "shared_out",
]
