"""Honest growth: firms by months, compared with themselves a year earlier.

What others use::

    from tici.engines.panel import Kind, Panel, Policy, Span, board, growth, movers, ratio

    panel = Panel.of(frame, kinds={"profit": Kind.RESULT, "assets": Kind.STOCK})
    panel = panel.coarser("county", of="place", to=county_of_place)

    board(panel, "output", month=Month(2021, 11), policy=Policy.DROP, by=("county",))
    growth(panel, "output", policy=Policy.DROP, by=("period",), span=Span.MONTH)
    ratio(panel, "profit", "revenue", month=Month(2021, 11), by=("cluster",))
    movers(panel, "output", month=Month(2021, 11), policy=Policy.DROP, labels=("county",)).down

A frame has one row for each firm and month: ``unit``, ``period``, ``entry``, labels as text (``place``,
``industry``), ``clusters`` as lists of text, and for each indicator its figure since January and last
year's beside it: ``output`` and ``output.base``. Rates, pulls and shares are fractions; a result is a Polars
frame, its columns named in the docstring, every line saying how many firms stand behind it.
"""

from tici.engines.panel.boards import Movers, board, movers
from tici.engines.panel.growth import Behind, Growth, Policy, Span, behind, growth
from tici.engines.panel.panel import Entry, Kind, Panel
from tici.engines.panel.ratios import average, losses, ratio
from tici.engines.panel.snapshots import read_panel, write_snapshot

__all__ = [
    "Behind",
    "Entry",
    "Growth",
    "Kind",
    "Movers",
    "Panel",
    "Policy",
    "Span",
    "average",
    "behind",
    "board",
    "growth",
    "losses",
    "movers",
    "ratio",
    "read_panel",
    "write_snapshot",
]
