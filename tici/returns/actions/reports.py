"""Filing many units' reports at once, each as a new vintage with what the checks say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from tici.accounts.models import Role
from tici.core.actions import keep_sources
from tici.core.audit import Deed, record_many, subject_of
from tici.core.copying import AnyOf, copy_in, copy_over, many_objects, reserve_ids
from tici.core.refusals import Refused
from tici.engines.checks import Found, evaluate
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import queries, rules
from tici.returns.models import (
    FilingState,
    FormVersion,
    Severity,
    UnitFinding,
    UnitReport,
    UnitVintage,
)
from tici.returns.rules import Figures, ReportRow, RowRefused, Standing

if TYPE_CHECKING:
    from tici.accounts.models import Person

VINTAGE = ("id", "report", "number", "figures", "source")
FINDING = ("vintage", "column", "check_code", "severity", "facts", "rule_since", "answer", "answered_at")
REPORT = ("state", "first_filed_at", "last_filed_at", "vintage_number", "figures", "stops", "asks")
STANDS = """
update returns_unitreport as report
set state = case when %(is_sealed)s then report.state else %(state)s end,
    first_filed_at = coalesce(report.first_filed_at, %(at)s), last_filed_at = %(at)s,
    vintage_number = vintage.number, figures = vintage.figures, stops = found.stops, asks = found.asks
from unnest(%(vintages)s::bigint[], %(stops)s::int[], %(asks)s::int[]) as found(id, stops, asks)
join returns_unitvintage as vintage on vintage.id = found.id
where report.id = vintage.report_id
"""
Answers = Mapping[tuple[int, str], str]  # (report id, check code) -> what the reporter says
Kept = tuple[int, ReportRow, Standing]  # a row's place among those given, the row, and its report


@dataclass(frozen=True)
class Filed:
    """What came of rows: how many were filed, repeated what stands, or came a second time; and those refused."""

    filed: int
    unchanged: int  # the same figures are filed already
    repeated: int  # filed by the same batch before
    stops: int
    asks: int
    notes: int
    refused: tuple[RowRefused, ...]


@transaction.atomic
def file_reports(
    *,
    form: FormVersion,
    month: Month,
    rows: Sequence[ReportRow],
    channel: str,
    by: Person,
    at: datetime,
    batch: UUID | None = None,
    reason: str = "",
    answers: Answers | None = None,
) -> Filed:
    """File what units report on a form for a month: each good row becomes a vintage, each bad one comes back.

    The reports are locked first, so two who file the same report at once make two vintages, one after the other.
    A batch that was filed already files nothing twice. Findings stop nobody here: they stand beside the cells until
    the unit corrects them, and a report with a stop among them is never accepted. Once the month is sealed a row is a
    correction after sealing: it needs the reason, and both figures are kept.

    Raises
    ------
    Refused
        The form was not opened for the month, there are no rows, or the month is sealed and no reason is given.
    """
    reports = _held(form, month, [row.report_id for row in rows])
    is_sealed = queries.is_sealed(form.code, month)
    is_open = bool(reports) or queries.is_open(form.code, month)
    refusals = rules.against_filing_form(form, month, rows, is_open=is_open, is_sealed=is_sealed, reason=reason)
    if refusals:
        raise Refused(*refusals)
    with many_objects():
        before = _filed_by(batch, reports)
        kept, refused, unchanged = _sorted_out(form, month, rows, reports, before, by=by, is_sealed=is_sealed)
        filing = _Filing(form, month, kept, answers or {})
        counts = filing.write(channel=channel, by=by, at=at, batch=batch, reason=reason, is_sealed=is_sealed)
    if kept:
        subject = subject_of(UnitReport(pk=kept[0][2].pk)) if len(kept) == 1 else f"returns.form:{form.code}:{month}"
        new = {"form": form.code, "month": str(month), "units": len(kept), "findings": counts, "channel": channel}
        new |= {"reason": reason} if reason else {}
        new |= {"batch": str(batch)} if batch else {}
        new |= {"is_after_seal": True} if is_sealed else {}
        record_many([Deed("reports.filed", subject, {}, new)], by=by, at=at)
    return Filed(
        filed=len(kept),
        unchanged=unchanged,
        repeated=sum(row.report_id in before for row in rows),
        stops=counts[Severity.STOP],
        asks=counts[Severity.ASK],
        notes=counts[Severity.NOTE],
        refused=tuple(refused),
    )


def _held(form: FormVersion, month: Month, ids: Sequence[int]) -> dict[int, Standing]:
    """The reports of these ids among those of the form and month, locked until the transaction ends."""
    words = sql.SQL(
        "select id, {key}, place_id, form_id, state, first_filed_at, figures from returns_unitreport "
        "where id = any(%s::bigint[]) and code = %s and month_on = %s order by id for update"
    ).format(key=sql.Identifier(rules.unit_key(form)))
    with connection.cursor() as cursor:
        cursor.execute(words, [queries.ids_written(ids), form.code, month.first])
        return {row[0]: Standing(*row) for row in cursor.fetchall()}


def _filed_by(batch: UUID | None, reports: Mapping[int, Standing]) -> set[int]:
    """Of these reports, those the batch has filed already; what was undone since counts too."""
    if batch is None:
        return set()
    filed = UnitVintage.objects.filter(batch=batch).values_list("report_id", flat=True)
    return reports.keys() & set(filed)


def _sorted_out(
    form: FormVersion,
    month: Month,
    rows: Sequence[ReportRow],
    reports: Mapping[int, Standing],
    before: set[int],
    *,
    by: Person,
    is_sealed: bool,
) -> tuple[list[Kept], list[RowRefused], int]:
    """The rows to be filed, those refused with the reason, and how many repeat what stands."""
    own = _own(reports.values(), by)
    here = queries.in_library_of(form, month, {report.unit_id for report in reports.values()})
    times = Counter(row.report_id for row in rows)
    kept: list[Kept] = []
    refused: list[RowRefused] = []
    unchanged = 0
    for at, row in enumerate(rows):
        report = reports.get(row.report_id)
        if report is not None and row.report_id in before:
            continue
        if report is None:
            code = "report.unknown"
        elif times[row.report_id] > 1:
            code = "report.twice"
        elif report.pk not in own:
            code = "report.other_firm" if by.role == Role.FIRM_REPORTER else "report.other_place"
        elif rules.is_unchanged(row, report):
            unchanged += 1
            continue
        elif report.unit_id not in here:
            code = "report.left"
        else:
            code = rules.against_row(row, report, form_id=form.pk, is_sealed=is_sealed)
        if code:
            refused.append(RowRefused(at, row.report_id, rules.row_refusal(code)))
        else:
            assert report is not None
            kept.append((at, row, report))
    return kept, refused, unchanged


def _own(reports: Collection[Standing], by: Person) -> set[int]:
    """Those of some reports that are a person's to file: of units in the person's place, or of the person's firm."""
    if by.role == Role.FIRM_REPORTER:
        return set(
            UnitReport.objects.visible_to(by)
            .filter(AnyOf("pk", [one.pk for one in reports]))
            .values_list("pk", flat=True)
        )
    places = set(Place.objects.within(by.place).values_list("pk", flat=True)) if by.place else set()
    return {one.pk for one in reports if one.place_id in places}


class _Filing:
    """Rows on their way in: checked, numbered, and written down by COPY."""

    def __init__(self, form: FormVersion, month: Month, kept: Sequence[Kept], answers: Answers) -> None:
        self.rows = [row for _at, row, _report in kept]
        self.reports = [report for _at, _row, report in kept]
        self.given = answers
        units = [report.unit_id for report in self.reports]
        self.found, self.since = found_in(form, month, [row.figures for row in self.rows], units)

    def write(
        self, *, channel: str, by: Person, at: datetime, batch: UUID | None, reason: str, is_sealed: bool
    ) -> Counter[str]:
        """Write vintages, findings and what each report now holds; returns how many findings there are of each."""
        if not self.rows:
            return Counter()
        ids = [report.pk for report in self.reports]
        numbers, answers = _newest_numbers(ids), queries.answers_given(ids)
        sources = iter(keep_sources([row.source for row in self.rows if row.source is not None]))
        keys = reserve_ids(UnitVintage, len(ids))
        alike = {
            "channel": channel, "reason": reason.strip()[:400], "is_after_seal": is_sealed,
            "made_at": at, "made_by": by.pk, "batch": batch,
        }  # fmt: skip
        vintages = (
            (
                key,
                pk,
                numbers.get(pk, 0) + 1,
                written_array(row.figures),
                None if row.source is None else next(sources),
            )
            for key, pk, row in zip(keys, ids, self.rows, strict=True)
        )
        copy_in(UnitVintage, VINTAGE, vintages, alike)
        open_ones: Counter[tuple[int, str]] = Counter()
        counts: Counter[str] = Counter()
        copy_in(UnitFinding, FINDING, self._findings(keys, answers, at, open_ones, counts))
        _restate(keys, open_ones, at, is_sealed=is_sealed)
        return counts

    def _findings(
        self,
        keys: Sequence[int],
        answered: Mapping[tuple[Any, ...], str],
        at: datetime,
        open_ones: Counter[tuple[int, str]],
        counts: Counter[str],
    ) -> Iterator[tuple[Any, ...]]:
        """The findings as rows. What was said of the same figures of an earlier vintage is carried over."""
        for row, check, figures in self.found:
            pk = self.reports[row].pk
            facts = {name: str(value) for name, value in figures.items()}
            answer = self.given.get((pk, check.code), "").strip()[:400]
            answer = answer or answered.get((pk, check.code, queries.facts_key(facts)), "")
            counts[check.severity] += 1
            if check.severity == Severity.STOP or not answer:
                open_ones[row, check.severity] += 1
            told_at = at if answer else None
            yield keys[row], check.field, check.code, check.severity, facts, self.since, answer, told_at


def _restate(keys: Sequence[int], open_ones: Mapping[tuple[int, str], int], at: datetime, *, is_sealed: bool) -> None:
    """Let each report hold its new vintage: the figures, its number, and how many findings are open."""
    stops, asks = ([open_ones.get((row, one), 0) for row in range(len(keys))] for one in (Severity.STOP, Severity.ASK))
    said = {"vintages": keys, "stops": stops, "asks": asks}
    given = {name: queries.ids_written(numbers) for name, numbers in said.items()}
    with connection.cursor() as cursor:
        cursor.execute(STANDS, given | {"at": at, "state": FilingState.FILED, "is_sealed": is_sealed})


def found_in(
    form: FormVersion,
    month: Month,
    figures: Sequence[Figures],
    units: Sequence[int],
) -> tuple[list[Found], Any]:
    """What the checks say of figures, and since when the rule is in force; nothing is stored."""
    checks = rules.form_checks_on(form.checks, month.last)
    if not figures or not checks.checks:
        return [], checks.since
    known = queries.known_of(form, month, units, checks)
    is_first = rules.is_first_period(form, month)
    columns = rules.report_columns(form, figures, known, checks, is_first=is_first)
    return evaluate(checks.checks, columns, len(figures)), checks.since


def written_array(figures: Sequence[Decimal | None]) -> str:
    """Figures as PostgreSQL writes an array."""
    return "{" + ",".join(map(str, figures)).replace("None", "NULL") + "}"


def _newest_numbers(ids: Sequence[int]) -> dict[int, int]:
    """The newest vintage of each report that has one, undone ones counted: a number is never given twice."""
    words = (
        "select report_id, max(number) from returns_unitvintage where report_id = any(%s::bigint[]) group by report_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(words, [queries.ids_written(ids)])
        return dict(cursor.fetchall())


@transaction.atomic
def undo_reports(batch: UUID, *, by: Person, at: datetime) -> int:
    """Take back every vintage of one acceptance; the one before it counts again, and the vintage itself is kept.

    Returns how many were taken back.

    Raises
    ------
    Refused
        A report among them was accepted, locked or sealed since.
    """
    owned = UnitVintage.objects.filter(batch=batch, undone_at__isnull=True)
    ids = sorted(owned.values_list("report_id", flat=True))
    reports = list(UnitReport.objects.select_for_update().filter(AnyOf("id", ids)).order_by("pk"))
    closed = [report for report in reports if not report.is_open]
    sealed = any(queries.is_sealed(*key) for key in {(report.code, report.month) for report in reports})
    if refusals := rules.against_undoing_reports(len(closed), is_sealed=sealed):
        raise Refused(*refusals)
    undone = list(owned.values_list("pk", flat=True))
    UnitVintage.objects.filter(AnyOf("id", undone)).update(undone_at=at)
    copy_over(UnitReport, REPORT, _stood_before(reports))
    if reports:
        new = {"form": reports[0].code, "month": str(reports[0].month), "units": len(undone)}
        record_many([Deed("reports.undone", f"batch:{batch}", {}, new)], by=by, at=at)
    return len(undone)


def _stood_before(reports: Sequence[UnitReport]) -> Iterator[tuple[Any, ...]]:
    """What each report holds once its newest vintage that was not undone counts again."""
    ids = [report.pk for report in reports]
    standing = UnitVintage.objects.filter(AnyOf("report_id", ids), undone_at__isnull=True).order_by("number")
    vintages: dict[int, list[UnitVintage]] = {}
    for vintage in standing:
        vintages.setdefault(vintage.report_id, []).append(vintage)
    current = [of_report[-1].pk for of_report in vintages.values()]
    open_ones = Counter(
        UnitFinding.objects.filter(AnyOf("vintage_id", current))
        .exclude(severity=Severity.NOTE)
        .exclude(severity=Severity.ASK, answer__gt="")
        .values_list("vintage_id", "severity")
    )
    for report in reports:
        of_report = vintages.get(report.pk)
        if not of_report:
            yield report.pk, FilingState.AWAITED, None, None, 0, None, 0, 0
            continue
        newest = of_report[-1]
        sent_back = report.sent_back_at is not None and report.sent_back_at > newest.made_at
        state = FilingState.SENT_BACK if sent_back else FilingState.FILED
        stops, asks = open_ones[newest.pk, Severity.STOP], open_ones[newest.pk, Severity.ASK]
        array = written_array(newest.figures)
        yield report.pk, state, of_report[0].made_at, newest.made_at, newest.number, array, stops, asks
