"""The rows of a panel read from the database: what firms reported month by month, and what is known of the firms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from django.db.models import Count, Max, Sum

from tici.core.copying import AnyOf
from tici.engines.panel import Entry
from tici.engines.periods import Month
from tici.enterprises.models import ClusterMembership, Enterprise, LibrarySpell, MembershipOrigin
from tici.enterprises.queries import industries
from tici.places.models import COUNTY_LEVEL, Place
from tici.returns import rules
from tici.returns.models import FormVersion, UnitReport
from tici.returns.rules import InScope, Stay

COUNTIES = {str(kind) for kind in COUNTY_LEVEL}
HEAD = {"report": pl.Int64, "firm": pl.Int64, "place_id": pl.Int64, "vintage": pl.Int32}
Stamp = tuple[Any, ...]  # two readings of a month with the same stamp hold the same figures


def stamps(code: str) -> dict[Month, dict[int, Stamp]]:
    """What each month of a form held when it was last changed, by version of the form."""
    found: dict[Month, dict[int, Stamp]] = {}
    rows = UnitReport.objects.filter(code=code, enterprise__isnull=False).order_by()
    for month, form, *stamp in rows.values_list("month_on", "form_id").annotate(
        Count("pk"), Sum("vintage_number"), Sum("asks"), Max("last_filed_at"), Max("pk"), Sum("place_id")
    ):
        found.setdefault(Month.of(month), {})[form] = tuple(stamp)
    return found


def figures_of(code: str, form: FormVersion, months: Collection[Month]) -> dict[Month, pl.DataFrame]:
    """The current figures of some months, a frame each: ``report``, ``firm``, ``place_id``, ``vintage``, indicators.

    The database writes a month as one text, so that no figure passes through a Python object. A report that
    the rule holds back has no figures here.
    """
    names = rules.panel_columns(form)
    with connection.cursor() as cursor:
        cursor.execute(
            "select month_on, string_agg(concat_ws(',', id, enterprise_id, place_id, vintage_number) || ',' ||"
            " case when asks > 0 and exists (select from returns_unitvintage as vintage"
            " join returns_unitfinding as finding on finding.vintage_id = vintage.id"
            " where vintage.report_id = report.id and vintage.number = report.vintage_number"
            " and finding.answer = '' and finding.check_code like any(%(held)s)) then %(gaps)s"
            " else coalesce(array_to_string(figures, ',', ''), %(gaps)s) end, chr(10) order by id)"
            " from returns_unitreport as report where code = %(code)s and form_id = %(form)s"
            " and enterprise_id is not null and month_on = any(%(months)s) group by month_on",
            {
                "held": [f"%{ending}" for ending in rules.held_back_by(max(months).last)],
                "gaps": "," * (len(names) - 1),
                "code": code,
                "form": form.pk,
                "months": [month.first for month in months],
            },
        )
        texts = cursor.fetchall()
    columns = [name or f"unused{at}" for at, name in enumerate(names)]
    schema = {**HEAD, **dict.fromkeys(columns, pl.Float64)}
    unused = [name for name in columns if name.startswith("unused")]
    return {
        Month.of(day): pl.read_csv(text.encode(), has_header=False, schema=schema).drop(unused) for day, text in texts
    }


class Firms:
    """What is known of the firms that report: their names, industries, clusters, and how they stand in the scope."""

    def __init__(self, ids: Iterable[int]) -> None:
        ids = list(ids)
        facts = Enterprise.objects.filter(AnyOf("id", ids)).order_by("pk")
        self.facts = list(facts.values_list("pk", "name", "industry", "production_on"))
        members = ClusterMembership.objects.filter(AnyOf("enterprise_id", ids)).exclude(
            origin=MembershipOrigin.LEFT_OUT
        )
        self.members = list(members.order_by("pk").values_list("enterprise_id", "cluster__code"))
        stays = LibrarySpell.objects.filter(AnyOf("enterprise_id", ids), sector="industry")
        self.stays = list(
            stays.order_by("enterprise_id", "from_date").values_list(
                "enterprise_id", "sector", "from_date", "to_date", "window"
            )
        )
        self.places = list(Place.objects.order_by("path").values_list("pk", "code", "path", "kind"))

    @property
    def known(self) -> tuple[Any, ...]:
        """All of it, to be compared with what was known before."""
        return self.facts, self.members, self.stays, self.places

    def standing(self, months: Iterable[Month]) -> pl.DataFrame:
        """``firm``, ``month``, ``entry`` for each month a firm is in the scope; firms never in a library always are."""
        stays: dict[int, list[Stay]] = {}
        for firm, sector, from_date, to_date, window in self.stays:
            stays.setdefault(firm, []).append(Stay(sector, from_date, to_date, window))
        spans: list[tuple[int, InScope]] = []
        for firm, _name, _industry, production_on in self.facts:
            of_firm = stays.get(firm)
            found = rules.in_scope(of_firm, production_on) if of_firm else [InScope(_EVER, None, Entry.EXISTING)]
            spans.extend((firm, one) for one in found)
        firm_ids = np.array([firm for firm, _span in spans], np.int64)
        first = np.array([span.first - _EVER for _firm, span in spans])
        until = np.array([(span.until or _NEVER) - _EVER for _firm, span in spans])
        entries = np.array([ENTRIES.index(span.entry) for _firm, span in spans], np.int8)
        parts = []
        for month in months:
            holds = (first <= month - _EVER) & (month - _EVER < until)
            parts.append(pl.DataFrame({"firm": firm_ids[holds], "month": str(month), "entry": entries[holds]}))
        named = dict(enumerate(map(str, ENTRIES)))
        return pl.concat(parts).with_columns(pl.col("entry").replace_strict(named, return_dtype=pl.String))

    def labels(self) -> pl.DataFrame:
        """``firm``, ``industry``, ``division``, ``clusters``."""
        clusters: dict[int, list[str]] = {}
        for firm, code in self.members:
            clusters.setdefault(firm, []).append(code)
        tree = industries()
        lines = []
        for firm, _name, industry, _production in self.facts:
            division = tree.division_of(industry)
            lines.append((firm, industry or None, division.code if division else None, clusters.get(firm, [])))
        texts = dict.fromkeys(("industry", "division"), pl.String())
        schema = {"firm": pl.Int64(), **texts, "clusters": pl.List(pl.String())}
        return pl.DataFrame(lines, schema=schema, orient="row")

    def place_labels(self) -> pl.DataFrame:
        """``place_id``, ``place`` and the ``county`` it lies in, both by code."""
        counties: list[tuple[str, str]] = [(path, code) for _pk, code, path, kind in self.places if kind in COUNTIES]
        of_path = dict(counties)
        lines = []
        for pk, code, path, _kind in self.places:
            parts = path.split("/")[:-1]
            above = ("/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1))
            lines.append((pk, code, next((of_path[one] for one in above if one in of_path), None)))
        return pl.DataFrame(lines, schema={"place_id": pl.Int64, "place": pl.String, "county": pl.String}, orient="row")

    @property
    def paths(self) -> dict[str, str]:
        """The path of each place, by its code."""
        return {code: path for _pk, code, path, _kind in self.places}

    @property
    def names(self) -> dict[str, str]:
        """The name of each firm, as the panel calls it."""
        return {str(firm): name for firm, name, *_others in self.facts}


ENTRIES = list(Entry)
_EVER, _NEVER = Month(1, 1), Month(9999, 12)


def whole_frame(months: Mapping[Month, pl.DataFrame], firms: Firms) -> pl.DataFrame:
    """All months in one frame, labelled, and beside those who reported the firms that left since a year earlier.

    A firm that left has no report of the month: its line holds last year's own figure as its base, and the report
    that figure stands in.
    """
    parts = [frame.with_columns(month=pl.lit(str(month))) for month, frame in months.items()]
    rows = pl.concat(parts, how="diagonal")
    standing = firms.standing(months)
    rows = rows.join(standing, on=["firm", "month"], how="left", maintain_order="left")
    rows = rows.with_columns(entry=pl.col("entry").fill_null(str(Entry.EXITED)))
    rows = pl.concat([rows, _left(rows, standing, months)], how="diagonal")
    rows = rows.join(firms.labels(), on="firm", how="left", maintain_order="left")
    return rows.join(firms.place_labels(), on="place_id", how="left", maintain_order="left")


def _left(rows: pl.DataFrame, standing: pl.DataFrame, months: Iterable[Month]) -> pl.DataFrame:
    """The lines of firms that reported a year earlier, are no longer in the scope, and are asked for nothing."""
    later = {str(month - 12): str(month) for month in months}
    figures = [name for name in rows.columns if f"{name}.base" in rows.columns]
    before = rows.filter(
        pl.col("month").is_in(list(later)), pl.col("entry") != str(Entry.EXITED), pl.col("vintage") > 0
    )
    moved = before.with_columns(month=pl.col("month").replace_strict(later, default=None, return_dtype=pl.String))
    moved = moved.join(rows, on=["firm", "month"], how="anti").join(standing, on=["firm", "month"], how="anti")
    return moved.select(
        "report", "firm", "place_id", "month", vintage=pl.lit(0, pl.Int32), entry=pl.lit(str(Entry.EXITED)),
        **{f"{name}.base": pl.col(name) for name in figures},
    )  # fmt: skip
