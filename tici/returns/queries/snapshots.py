"""A form's months as frames: open months from the table by COPY, sealed ones from their Parquet snapshot."""

from __future__ import annotations

import io
from collections.abc import Sequence

import polars as pl
from django.db import connection
from psycopg import sql

from tici.core.uploads import path_of
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns.models import FormVersion, SealedMonth, UnitReport

FIGURE = pl.Decimal(20, 4)
FACTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "month": pl.Date,
    "report_id": pl.Int64,
    "place_id": pl.Int64,
    "place_code": pl.String,
    "place_path": pl.String,
    "enterprise_id": pl.Int64,
    "cluster_id": pl.Int64,
    "uscc": pl.String,
    "name": pl.String,
    "industry": pl.String,
    "production_on": pl.Date,
    "entered_on": pl.Date,  # of the newest stay in the library by then
    "left_on": pl.Date,
    "window": pl.String,
    "earlier_spells": pl.Int64,
    "clusters": pl.String,  # codes, parted by blanks; a list in the frame
    "state": pl.String,
    "vintage": pl.Int64,
    "filed_at": pl.String,
}
# What a unit is, and the facts its entry class is judged by, as they stand when this is read.
WORDS = """
select r.month_on, r.id, r.place_id, p.code, p.path, r.enterprise_id, r.cluster_id,
       e.uscc, coalesce(e.name, k.name, p.name), e.industry, e.production_on, s.from_date, s.to_date, s.window,
       (select count(*) from enterprises_libraryspell a
        where a.enterprise_id = e.id and a.sector = %(sector)s and a.from_date < s.from_date),
       coalesce(k.code, (select string_agg(c.code, ' ' order by c.code) from enterprises_clustermembership m
                         join enterprises_cluster c on c.id = m.cluster_id
                         where m.enterprise_id = e.id and m.origin <> 'left_out')),
       r.state, r.vintage_number, r.last_filed_at, {figures}
from returns_unitreport r
join places_place p on p.id = r.place_id
left join enterprises_enterprise e on e.id = r.enterprise_id
left join enterprises_cluster k on k.id = r.cluster_id
left join lateral (select from_date, to_date, "window" from enterprises_libraryspell l
                   where l.enterprise_id = e.id and l.sector = %(sector)s and l.from_date <= r.month_on
                   order by from_date desc limit 1) s on true
where r.code = %(code)s and r.month_on = %(month)s and r.form_id = {form}
order by r.id
"""


def month_frame(code: str, month: Month) -> pl.DataFrame:
    """A form's month as it stands in the table: a row a unit, with what it is and its current figures.

    Figures are exact decimals, null where nothing was filed. A month that was filed on two versions of the form has
    the columns of both.
    """
    versions = FormVersion.objects.filter(pk__in=UnitReport.objects.of(code, month).order_by().values("form"))
    frames = [_read(version, month) for version in versions.order_by("from_month")]
    if not frames:
        return pl.DataFrame(schema=FACTS).with_columns(pl.col("clusters").str.split(" "))
    return pl.concat(frames, how="diagonal")


def _read(version: FormVersion, month: Month) -> pl.DataFrame:
    codes = [column.code for column in version.columns]
    figures = sql.SQL(", ").join([sql.SQL("r.figures[{}]").format(sql.Literal(at + 1)) for at in range(len(codes))])
    words = sql.SQL("copy ({}) to stdout (format csv)").format(
        sql.SQL(WORDS).format(figures=figures, form=sql.Literal(version.pk))
    )
    asked = {"code": version.code, "month": month.first, "sector": version.who.get("sector", "industry")}
    read = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(words, asked) as stream:
        for block in stream:
            read.write(block)
    read.seek(0)
    frame = pl.read_csv(read, has_header=False, schema=FACTS | dict.fromkeys(codes, pl.String))
    exact = [pl.col(code).cast(FIGURE) for code in codes]
    return frame.with_columns(pl.col("clusters").fill_null("").str.split(" ").list.filter(pl.element() != ""), *exact)


def figures_frame(
    code: str, months: Sequence[Month], *, within: Place | None = None, corrected: bool = False, exact: bool = False
) -> pl.DataFrame:
    """The current figures of a form over months: a row a unit and month, columns as in ``month_frame``.

    Sealed months are read from their snapshot, as they were closed; ``corrected`` reads them from the table, with
    the corrections made since. Figures are floats unless ``exact``; facts of a sealed month are those of its closing.
    """
    sealed = {} if corrected else _sealed(code)
    frames = []
    for month in months:
        digest = sealed.get(month)
        frames.append(month_frame(code, month) if digest is None else pl.read_parquet(path_of(digest)))
    frame = pl.concat(frames, how="diagonal") if frames else month_frame(code, Month(1, 1))
    if within is not None:
        frame = frame.filter(pl.col("place_path").str.starts_with(within.path))
    return frame if exact else frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64))


def _sealed(code: str) -> dict[Month, str]:
    """The sealed months of a form and the digests of their snapshots."""
    rows = SealedMonth.objects.filter(code=code).values_list("month_on", "snapshot__digest")
    return {Month.of(day): digest for day, digest in rows}
