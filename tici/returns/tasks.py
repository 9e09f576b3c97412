"""What the worker does by itself: the month is opened on the 1st, and the lights are set anew every night."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from tici.engines.periods import Month

from . import actions, queries

BY = "system"


@app.periodic(cron="5 0 1 * *")
@app.task(name="tici.returns.open_month", queueing_lock="tici.returns.open_month")
def open_last_month(timestamp: int) -> None:
    """Await the return of the month that has just ended."""
    actions.open_month(Month.of(timezone.localdate()) - 1, by=BY, at=timezone.now())


@app.periodic(cron="30 1 * * *")
@app.task(name="tici.returns.relight", queueing_lock="tici.returns.relight")
def relight_every_night(timestamp: int) -> None:
    """Set the lights of the newest month and of the one before it, whatever was changed in the register by day."""
    newest = queries.latest_month()
    for month in (newest - 1, newest):
        actions.relight(month, by=BY, at=timezone.now())
