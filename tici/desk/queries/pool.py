"""The pool gone through: who outside the library is near the line and how likely to cross it, who inside may leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tici.core.copying import AnyOf
from tici.engines.forecast import Forecast, Method, Months, reach, reach_by_year
from tici.engines.periods import Month
from tici.enterprises.models import Candidacy, Enterprise, LibrarySpell, PoolKind, Sector, Window, YearFacts
from tici.enterprises.queries import pool as windows
from tici.enterprises.queries.lists import INDUSTRY
from tici.enterprises.rules import library_line
from tici.enterprises.rules import pool as rules
from tici.enterprises.rules.judged import AtRisk, Judged
from tici.projects.models import Project, Stage

from .pool_months import MONTHS_BACK, Floats, MonthTable, months_known

CENT = Decimal("0.01")
YEAR = ""  # the whole year, where no window is known


@dataclass(frozen=True)
class Firm:
    """What the register says of one firm that is looked at."""

    pk: int
    place_id: int
    industry: str
    production_on: date | None
    search_text: str


@dataclass(frozen=True)
class Judgement:
    """Everybody who was looked at: outside the library, and inside it."""

    outside: Sequence[Judged]
    inside: Sequence[AtRisk]


def judge_pool(on: date) -> Judgement:
    """Look at every industrial firm of which anything is known: who may cross the line, who may fall below it."""
    return _Look(on).judgement()


@dataclass
class _Look:
    """One look at all firms on a day. What many firms share is found once."""

    on: date
    _lines: dict[str, float] = field(default_factory=dict)
    _spans: dict[tuple[Month, Month], Forecast] = field(default_factory=dict)

    def judgement(self) -> Judgement:
        inside = self._inside
        outside = [self._judged(firm) for firm in self._firms.values() if firm.pk not in inside]
        return Judgement(outside, self._risks())

    # What is known

    @cached_property
    def _months(self) -> MonthTable:
        found = months_known(Month.of(self.on) - 1) or MonthTable([], Month.of(self.on) - 1)
        return found.with_firms([*self._last_years, *self._open, *self._fresh, *self._projects, *self._inside])

    @cached_property
    def _inside(self) -> set[int]:
        rows = Enterprise.objects.in_library(self.on, Sector.INDUSTRY)
        return set(rows.values_list("pk", flat=True))

    @cached_property
    def _left(self) -> set[int]:
        been = LibrarySpell.objects.filter(sector=Sector.INDUSTRY, to_date__lte=self.on)
        return set(been.values_list("enterprise_id", flat=True)) - self._inside

    @cached_property
    def _open(self) -> dict[int, str]:
        return dict(Candidacy.objects.open().values_list("enterprise_id", "kind"))

    @cached_property
    def _last_years(self) -> dict[int, dict[int, float]]:
        """Revenue of the last two whole years, of each firm that has one of them, by year."""
        found: dict[int, dict[int, float]] = defaultdict(dict)
        rows = YearFacts.objects.filter(year__in=[self.on.year - 1, self.on.year - 2], revenue_wan__isnull=False)
        for firm, year, wan in rows.values_list("enterprise_id", "year", "revenue_wan"):
            found[firm][year] = float(wan or 0)
        return found

    @cached_property
    def _fresh(self) -> set[int]:
        """Firms that came into production in the months the rule looks back."""
        since = Month.of(self.on) - rules.setting("production_months")
        rows = Enterprise.objects.standing().filter(production_on__gte=since.first, production_on__lte=self.on)
        return set(rows.values_list("pk", flat=True))

    @cached_property
    def _projects(self) -> dict[int, list[rules.Finished]]:
        """By owner, projects that performed or were completed of late, or are to be soon."""
        around, now = rules.setting("project_months"), Month.of(self.on)
        first, last = (now - around).first, (now + around).last
        rows = Project.objects.alive().filter(
            owner__isnull=False, investment_wan__gte=rules.setting("project_least_wan")
        )
        rows = rows.filter(stage__in=[Stage.BUILDING, Stage.PERFORMING])
        found: dict[int, list[rules.Finished]] = defaultdict(list)
        for pk, owner, name, wan, *days in rows.order_by("pk").values_list(
            "pk", "owner_id", "name", "investment_wan", "performing_on", "completed_on", "planned_finish_on"
        ):
            day = next((day for day in days if day is not None), None)
            if owner is not None and wan is not None and day is not None and first <= day <= last:
                found[owner].append(rules.Finished(pk, name, day, wan))
        return found

    @cached_property
    def _firms(self) -> dict[int, Firm]:
        """The industrial firms that are looked at, in the order of the months' rows."""
        start, end = INDUSTRY
        rows = Enterprise.objects.standing().filter(industry__gte=start, industry__lt=end, closed_on__isnull=True)
        rows = rows.filter(AnyOf("id", self._months.firms)).order_by("pk")
        values = rows.values_list("pk", "place_id", "industry", "production_on", "search_text")
        return {firm[0]: Firm(*firm) for firm in values}

    def _line(self, industry: str) -> float:
        """The line of an industry in 万元; ``nan`` where there is none."""
        if industry not in self._lines:
            line = library_line(industry, self.on)
            self._lines[industry] = float(line.wan) if line and line.wan else float("nan")
        return self._lines[industry]

    # What follows

    @cached_property
    def _panel(self) -> tuple[Months, NDArray[np.int64]]:
        """The firms that have a line as the engine takes them, and each firm's row there."""
        firms = [firm for firm in self._firms.values() if not np.isnan(self._line(firm.industry))]
        rows = [self._months.row_of[firm.pk] for firm in firms]
        at = np.full(len(self._months.firms), -1, np.int64)
        at[rows] = np.arange(len(rows))
        lines = np.array([self._line(firm.industry) for firm in firms], np.float64)
        divisions = np.array([int(firm.industry[:2]) for firm in firms], np.int64)
        return Months(self._months.first, self._months.revenue[rows], lines, divisions), at

    def _row(self, firm: int) -> int:
        return int(self._panel[1][self._months.row_of[firm]])

    def _reach(self, since: Month, through: Month) -> Forecast | None:
        """What is expected of all firms for a span; None where it lies too far ahead to be judged."""
        months, _at = self._panel
        if through - months.now > 12:
            return None
        if (since, through) not in self._spans:
            self._spans[since, through] = reach(months, since, through)
        return self._spans[since, through]

    @cached_property
    def _by_year(self) -> tuple[Floats, int]:
        """The chances by last year's revenue alone, a row a firm of the panel, and how many firms they learn from."""
        months, _at = self._panel
        firms = [firm for firm in self._firms.values() if not np.isnan(self._line(firm.industry))]
        last, before = (
            np.array([self._last_years.get(firm.pk, {}).get(year, np.nan) for firm in firms], np.float64)
            for year in (self.on.year - 1, self.on.year - 2)
        )
        taught = ~np.isnan(last) & ~np.isnan(before)
        return reach_by_year(
            last, months.line, before=before[taught], after=last[taught], line_then=months.line[taught]
        ), int(taught.sum())

    @cached_property
    def _windows(self) -> Mapping[int, Sequence[windows.WindowAhead]]:
        return windows.windows_ahead(self.on)

    def _judged(self, firm: Firm) -> Judged:
        has_left, projects = firm.pk in self._left, self._projects.get(firm.pk, [])
        figures = self._figures(firm)
        why = rules.reasons_to_propose(
            figures, on=self.on, has_left=has_left, production_on=firm.production_on, projects=projects
        )
        kind = self._open.get(firm.pk) or rules.kind_of(why, has_left=has_left)
        forecast = self._forecast(firm, kind) if figures.line is not None else []
        first = next((one for one in forecast if one["chance"] is not None), None)
        return Judged(
            enterprise_id=firm.pk,
            place_id=firm.place_id,
            kind=kind,
            why=why,
            figures=figures,
            search_text=firm.search_text,
            chance=first["chance"] if first else None,
            method=first["method"] if first else Method.UNKNOWN,
            learned_from=first["learned_from"] if first else 0,
            forecast=forecast,
            window=forecast[0]["window"] if forecast else "",
            closes_on=date.fromisoformat(forecast[0]["closes_on"]) if forecast and forecast[0]["closes_on"] else None,
        )

    def _figures(self, firm: Firm) -> rules.Figures:
        months = self._months
        own = months.revenue[months.row_of[firm.pk]]
        known = ~np.isnan(own)
        line = self._line(firm.industry)
        last_year = self._last_years.get(firm.pk, {}).get(self.on.year - 1)
        this_year = own[months.now.year_start - months.first :]
        has_year = not np.isnan(this_year).any()
        ytd = float(this_year.sum()) if has_year else None
        pace = ytd * 12 / len(this_year) if ytd is not None and len(this_year) >= 3 else None
        return rules.Figures(
            as_of=(months.first + int(np.flatnonzero(known)[-1])).first if known.any() else None,
            line=None if np.isnan(line) else Decimal(int(line)),
            rolling=_wan(own[-12:].sum()) if known[-12:].all() else None,
            ytd=_wan(ytd),
            last_year=_wan(last_year),
            year_expected=_wan(pace),
        )

    def _forecast(self, firm: Firm, kind: str) -> list[dict[str, Any]]:
        """The chance by each window ahead that is open to a kind, and by the end of the year."""
        asked = [
            (one.window, one.closes_on, one.through)
            for one in self._windows.get(firm.place_id, ())
            if one.window != Window.MONTHLY or kind in {PoolKind.NEW_BUILD, PoolKind.PROJECT}
        ]
        now = self._months.now
        year_end = Month(now.year if now.number < 12 else now.year + 1, 12)
        found = []
        for window, closes_on, through in [*asked, (YEAR, None, year_end)]:
            told = self._reach(through.year_start, through)
            if told is None:
                continue
            row = self._row(firm.pk)
            chance, method, learned = told.chance[row], str(told.method[row]), told.learned_from
            if np.isnan(chance):
                by_year, taught = self._by_year
                chance, learned = by_year[row], taught
                method = Method.UNKNOWN if np.isnan(chance) else Method.LAST_YEAR
            found.append({
                "window": str(window),
                "closes_on": closes_on.isoformat() if closes_on else None,
                "through": str(through),
                "chance": None if np.isnan(chance) else round(float(chance), 4),
                "expected_wan": None if np.isnan(told.expected[row]) else round(float(told.expected[row]), 2),
                "method": str(method),
                "learned_from": learned if method in {Method.COHORT, Method.LAST_YEAR} else 0,
            })  # fmt: skip
        return found

    def _risks(self) -> list[AtRisk]:
        """The firms inside, and how likely their twelve months are below the line some months ahead.

        A firm that began within those twelve months has no year to be judged by, and is left out.
        """
        months, _at = self._panel
        ahead = rules.setting("risk_months")
        begun = np.asarray(~np.isnan(months.revenue[:, : MONTHS_BACK - (11 - ahead)]).all(axis=1), np.bool_)
        told = self._reach(months.now - (11 - ahead), months.now + ahead)
        if told is None:
            return []
        found = []
        for pk in self._inside & self._firms.keys():
            firm = self._firms[pk]
            if np.isnan(self._line(firm.industry)):
                continue
            row = self._row(pk)
            risk = 1 - told.chance[row]
            if not begun[row] or np.isnan(risk) or risk < rules.setting("risk_kept"):
                continue
            rolling = months.revenue[row, -12:].sum()
            found.append(
                AtRisk(
                    enterprise_id=pk,
                    place_id=firm.place_id,
                    as_of=months.now.first,
                    line=Decimal(int(self._line(firm.industry))),
                    rolling=_wan(rolling),
                    expected=_wan(told.expected[row]),
                    chance=float(risk),
                    method=str(told.method[row]),
                )
            )
        return sorted(found, key=lambda one: one.enterprise_id)


def _wan(amount: float | np.floating[Any] | None) -> Decimal | None:
    return None if amount is None or np.isnan(amount) else Decimal(str(float(amount))).quantize(CENT)
