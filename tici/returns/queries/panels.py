"""The panel of firms: what every firm reported for every month, kept in memory until a report or a firm changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray

from tici.core.models import Record
from tici.engines.panel import Behind, Panel, Policy, Span, behind
from tici.engines.panel.panel import Where
from tici.engines.periods import Month
from tici.enterprises.rules import exit_policy
from tici.places.models import Place
from tici.returns import rules
from tici.returns.models import FormVersion

from .forms import indicators
from .panel_rows import Firms, Stamp, figures_of, stamps, whole_frame

FIRM_FORM = "industry_firm"
LABELS = ("place", "county", "industry", "division", "clusters")


@dataclass(frozen=True, eq=False)
class FirmPanel:
    """The panel of a form of firms, with what leads from its rows back to the reports."""

    panel: Panel
    reports: NDArray[np.int64]  # of each row; for a firm that left, its report of a year earlier
    is_filed: NDArray[np.bool_]
    names: Mapping[str, str]  # of firms, by what the panel calls them
    paths: Mapping[str, str]  # of places, by code

    @property
    def months(self) -> tuple[Month, ...]:
        return self.panel.months

    @cached_property
    def filed_months(self) -> tuple[Month, ...]:
        """The months of which anything was filed."""
        filed = np.bincount(self.panel.period.codes[self.is_filed], minlength=len(self.panel.period))
        return tuple(month for month, count in zip(self.panel.months, filed, strict=True) if count)

    def inside(self, place: Place, **others: Any) -> Where:
        """What rows must bear to lie in a place; with further labels asked for, as `Panel.rows` takes them."""
        named = set(self.panel.labels["place"].names.to_list())
        within = {code for code in named if code is not None and self.paths[code].startswith(place.path)}
        asked = {name: value for name, value in others.items() if value is not None}
        return asked if within == named else {"place": within, **asked}

    def behind(self, indicator: str, month: Month, where: Where, *, policy: str, span: str = Span.YTD) -> Behind:
        """The rows that the growth of an indicator stands on."""
        return behind(self.panel, indicator, policy=policy, month=month, span=span, where=where)

    def filed(self, month: Month, where: Where) -> NDArray[np.intp]:
        """The rows of the firms in the scope that filed for a month."""
        rows = np.arange(len(self.panel))[self.panel.rows(month, where)]
        stays = ~self.panel.entry.matching({"exited"})
        return rows[stays[rows] & self.is_filed[rows]]

    def awaited(self, month: Month, where: Where) -> NDArray[np.intp]:
        """The rows of the firms in the scope that are to report for a month, whether they did or not."""
        rows = np.arange(len(self.panel))[self.panel.rows(month, where)]
        return rows[~self.panel.entry.matching({"exited"})[rows]]

    def ratio_rows(self, month: Month, where: Where, *asked: str) -> NDArray[np.intp]:
        """The rows of the firms in the scope that filed every one of some indicators for a month."""
        rows = self.filed(month, where)
        has_all = ~np.isnan([self.panel.now[name][rows] for name in asked]).any(axis=0)
        return rows[has_all]


def policy_on(month: Month) -> Policy:
    """What becomes of the base of firms that left, by the rule in force in a month (``enterprises/exits``)."""
    return Policy(exit_policy(month.last))


@dataclass
class _Kept:
    """The newest panel of one form in one database, and what it was made from."""

    newest: int | None = None
    stamps: Mapping[Month, Mapping[int, Stamp]] = field(default_factory=dict)
    frames: dict[tuple[Month, int], pl.DataFrame] = field(default_factory=dict)
    known: tuple[Any, ...] | None = None
    built: FirmPanel | None = None


_kept: dict[tuple[str, str], _Kept] = {}
_lock = Lock()


def firm_panel(code: str = FIRM_FORM) -> FirmPanel | None:
    """The panel of a form of firms with all its months; none before anything was opened.

    Every action writes a record, so while the newest record is the same nothing can have changed, and the panel in
    memory answers. When it is another, months that were reported since are read anew, and the panel is built again
    only where a month or a firm changed. Nobody sees more by it: rows are narrowed to a place by `FirmPanel.inside`.
    """
    newest = Record.objects.order_by("-pk").values_list("pk", flat=True).first()
    kept = _kept.setdefault((str(connection.settings_dict["NAME"]), code), _Kept())
    with _lock:
        if newest is None or kept.newest != newest:
            _renew(kept, code)
            kept.newest = newest
        return kept.built


def _renew(kept: _Kept, code: str) -> None:
    """Read what changed; the month's stamps say what did."""
    now = stamps(code)
    stale: dict[int, list[Month]] = {}
    for month, of_forms in now.items():
        for form, stamp in of_forms.items():
            if kept.stamps.get(month, {}).get(form) != stamp:
                stale.setdefault(form, []).append(month)
    held = {(month, form): frame for (month, form), frame in kept.frames.items() if form in now.get(month, {})}
    for version in FormVersion.objects.filter(pk__in=stale) if stale else ():
        read = figures_of(code, version, stale[version.pk])
        held |= {(month, version.pk): frame for month, frame in read.items()}
    months: dict[Month, list[pl.DataFrame]] = {}
    for (month, _form), frame in sorted(held.items(), key=lambda one: one[0]):
        months.setdefault(month, []).append(frame)
    if not months:
        kept.stamps, kept.frames, kept.built, kept.known = now, held, None, None
        return
    firms = Firms(pl.concat([frame["firm"] for frame in held.values()]).unique().sort().to_list())
    if stale or kept.built is None or held.keys() != kept.frames.keys() or firms.known != kept.known:
        joined = {month: pl.concat(frames, how="diagonal") for month, frames in months.items()}
        kept.built = _built(whole_frame(joined, firms), firms, max(months).last)
    kept.stamps, kept.frames, kept.known = now, held, firms.known


def _built(rows: pl.DataFrame, firms: Firms, on: date) -> FirmPanel:
    kinds = rules.kinds_of(indicators(), on)
    figures = [name for name in rows.columns if name.removesuffix(".base") in kinds]
    frame = rows.select(
        pl.col("firm").cast(pl.String).alias("unit"), pl.col("month").alias("period"), "entry", *LABELS, *figures
    )
    panel = Panel.of(frame, {name: kind for name, kind in kinds.items() if name in figures})
    return FirmPanel(
        panel=panel,
        reports=rows["report"].to_numpy(),
        is_filed=(rows["vintage"] > 0).to_numpy(),
        names=firms.names,
        paths=firms.paths,
    )
