"""What an industry screen shows: one line for each county, cluster or industry, and the firms that moved most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tici.engines.panel.growth import Policy, Span, growth
from tici.engines.panel.panel import Panel, Where
from tici.engines.periods import Month

_OF_THE_MONTH = {
    "total": "month",
    "rate": "month_rate",
    "nominal": "month_nominal",
    "pull": "month_pull",
    "adjusted": "adjusted",
    "pairs": "month_pairs",
}


@dataclass(frozen=True, eq=False)
class Movers:
    """The firms that carried or held back the whole most.

    Parameters
    ----------
    up, down
        The largest rise or fall first; a firm that did not move is in neither. The columns ``unit``, ``entry``, the
        labels asked for, ``now``, ``base``, ``delta``, ``rate``, ``pull``, ``share`` as in `Growth`.
    """

    up: pl.DataFrame
    down: pl.DataFrame


def board(
    panel: Panel,
    indicator: str,
    *,
    month: Month,
    policy: Policy | str,
    by: Sequence[str] = (),
    within: Sequence[str] = (),
    where: Where | None = None,
    published: Mapping[tuple[str | None, ...], float] | None = None,
) -> pl.DataFrame:
    """Return the lines of a screen: since January and the single month, side by side, for every group.

    Parameters
    ----------
    panel, indicator, month, policy, by, within, where, published
        As for `growth`; ``published`` speaks of the figures since January.

    Returns
    -------
    DataFrame
        The columns of `Growth` since January, except ``adjusted``, and of the single month ``month`` (the
        value), ``month_rate``, ``month_nominal``, ``month_pull``, ``month_pairs``, and ``adjusted``. The month's are
        ``nan`` where it is undefined (February without January).

    Raises
    ------
    ValueError
        As `growth` does.
    """
    asked = {"policy": policy, "by": by, "month": month, "within": within, "where": where}
    since = growth(panel, indicator, span=Span.YTD, published=published, **asked)  # type: ignore[arg-type]
    alone = growth(panel, indicator, span=Span.MONTH, **asked)  # type: ignore[arg-type]
    beside = alone.table.select(pl.col(name).alias(new) for name, new in _OF_THE_MONTH.items())
    return since.table.drop("adjusted").hstack(beside)


def movers(
    panel: Panel,
    indicator: str,
    *,
    month: Month,
    policy: Policy | str,
    count: int = 10,
    span: Span | str = Span.YTD,
    labels: Sequence[str] = (),
    where: Where | None = None,
) -> Movers:
    """Return the firms whose change weighs most on the whole, up and down.

    Parameters
    ----------
    panel, indicator, month, policy, span, where
        As for `growth`; pull and share refer to the rows chosen.
    count
        How many at most on either side.
    labels
        Labels of the panel to show beside each firm.

    Raises
    ------
    ValueError
        As `growth` does.
    """
    by = ("unit", "entry", *labels)
    firms = growth(panel, indicator, policy=policy, by=by, month=month, span=span, where=where).table
    firms = firms.filter(pl.col("pairs") > 0).select(*by, "now", "base", "delta", "rate", "pull", "share")
    return Movers(
        up=firms.filter(pl.col("delta") > 0).sort("delta", descending=True, maintain_order=True).head(count),
        down=firms.filter(pl.col("delta") < 0).sort("delta", maintain_order=True).head(count),
    )
