"""``tici places import``: a city's tree of places from a CSV file, whole or not at all."""

from __future__ import annotations

import getpass

from django.utils import timezone

from tici.config.stops import Stop
from tici.core.refusals import Refused
from tici.places.actions import import_places


def take_in(content: bytes) -> None:
    """Take the places in, and say what came of it.

    Raises
    ------
        Stop: The file is no tree of places; every reason with its line.
    """
    try:
        came = import_places(content, by=f"{getpass.getuser()} (terminal)", at=timezone.now())
    except Refused as refused:
        raise Stop("\n".join(str(refusal.message) for refusal in refused.refusals)) from None
    print(f"{came.created} places created, {came.changed} changed, {came.unchanged} as they were.")
