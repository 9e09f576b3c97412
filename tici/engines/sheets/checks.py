"""Checks of single rows and of totals: what a figure cannot be, and which total does not tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date, timedelta
from decimal import Decimal
from operator import mul

from tici.engines.sheets.line import Line
from tici.engines.sheets.results import Problem, Row, Value
from tici.engines.sheets.subjects import PROJECTS, Subject

_WEIGHTS = [3**i % 31 for i in range(17)]
_NUMBERS = {c: number for number, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_TIE = Decimal("0.0012")


def uscc_check_is_right(code: str) -> bool:
    """Whether the last character of a unified social credit code is its check character (GB 32100-2015)."""
    try:
        numbers = [_NUMBERS[c] for c in code]
    except KeyError:
        return False
    return (sum(map(mul, numbers[:17], _WEIGHTS)) + numbers[17]) % 31 == 0


def check_row(row: Row, labels: Callable[[str], str], subject: Subject) -> list[Problem]:
    """Return what is wrong with the figures, dates and codes of one row, by the checks of its subject."""
    found: list[Problem] = []

    def tell(code: str, field: str, **params: str) -> None:
        value = row.values.get(field)
        cell = value.cell if value else None
        found.append(Problem(code, row.sheet, row.row, cell, field, {"label": labels(field), **params}, row.table))

    for name in subject.checks:
        if check := _CHECKS.get(name):
            check(row, tell, subject)
    return found


Tell = Callable[..., None]


def _check_name(row: Row, tell: Tell, subject: Subject) -> None:
    if row.get(subject.name) is None:
        tell("missing_name" if subject is PROJECTS else "missing_row_name", subject.name)


def _check_signs(row: Row, tell: Tell, subject: Subject) -> None:
    for field in subject.not_negative:
        amount = row.values.get(field)
        if amount is not None and isinstance(amount.value, Decimal) and amount.value < 0:
            tell("negative_amount", field, value=amount.raw)


def _amount(row: Row, field: str) -> Decimal | None:
    value = row.values.get(field)
    return value.value if value is not None and isinstance(value.value, Decimal) else None


def _check_sums(row: Row, tell: Tell, _subject: Subject) -> None:
    total = _amount(row, "total_investment_wan")
    if total is not None and total > 0:
        given = "done_total_wan" if row.get("done_total_wan") is not None else "done_ytd_wan"
        done = _amount(row, given)
        if done is not None and done > total * Decimal("1.0005") + Decimal("0.5"):
            tell("done_gt_total", given, done=show(done), total=show(total))
    ytd, before = _amount(row, "done_ytd_wan"), _amount(row, "prev_ytd_wan")
    if ytd is not None and before is not None and ytd < before * Decimal("0.9999") - Decimal("0.5"):
        added = _amount(row, "done_month_wan")
        if not (added is not None and added < 0 and abs(before + added - ytd) <= 1):
            tell("ytd_lt_last_month", "done_ytd_wan", ytd=show(ytd), before=show(before))


def _check_dates(row: Row, tell: Tell, _subject: Subject) -> None:
    for finish in ("planned_finish", "actual_finish"):
        for start in ("planned_start", "actual_start"):
            ends, begins = row.values.get(finish), row.values.get(start)
            if not (ends and begins and isinstance(ends.value, date) and isinstance(begins.value, date)):
                continue
            if last_day(ends) < begins.value:
                tell("finish_before_start", finish, finish=ends.raw, start=begins.raw)
                return


def _check_code(row: Row, tell: Tell, _subject: Subject) -> None:
    uscc = row.values.get("uscc")
    if uscc is None or not isinstance(uscc.value, str):
        return
    if len(uscc.value) != 18:
        tell("uscc_form", "uscc", value=uscc.raw)
    elif not uscc_check_is_right(uscc.value):
        tell("uscc_check", "uscc", value=uscc.raw)


def _check_validity(row: Row, tell: Tell, _subject: Subject) -> None:
    begins, ends = row.values.get("valid_from"), row.values.get("valid_to")
    if not (begins and ends and isinstance(begins.value, date) and isinstance(ends.value, date)):
        return
    if last_day(ends) < begins.value:
        tell("ends_before_begins", "valid_to", finish=ends.raw, start=begins.raw)


def _check_row_place(row: Row, tell: Tell, subject: Subject) -> None:
    name = row.values.get(subject.name)
    if subject.row_is == "place" and name is not None and row.get("place_code") is None:
        tell("unknown_place", subject.name, value=name.raw)


#: The checks of single rows by the names under which a subject asks for them.
_CHECKS: dict[str, Callable[[Row, Tell, Subject], None]] = {
    "name": _check_name,
    "signs": _check_signs,
    "sums": _check_sums,
    "dates": _check_dates,
    "code": _check_code,
    "validity": _check_validity,
    "row_place": _check_row_place,
}


def last_day(value: Value) -> date:
    """Return the last day of a date value's period."""
    first = value.value
    if not isinstance(first, date):
        raise ValueError(f"{value!r} is no date.")
    months = {"day": 0, "month": 1, "quarter": 3, "year": 12}[value.precision or "day"]
    if months == 0:
        return first
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def show(amount: Decimal) -> str:
    """Return a figure as a person writes it: no exponent, no trailing noughts, at most two places."""
    text = f"{amount:.2f}"
    return text.rstrip("0").rstrip(".")


def check_totals(
    lines: Sequence[Line],
    totals: Mapping[int, Mapping[str, Value]],
    amounts: Mapping[int, Mapping[str, Decimal]],
    summed: Set[str],
    tell: Callable[[int, str, Decimal, Decimal], None],
) -> None:
    """Compare every subtotal and total with the rows it may be the sum of.

    Parameters
    ----------
    lines
        The table's lines in order.
    totals
        The figures of total, subtotal and section rows, by row.
    amounts
        The figures of the other rows, by row.
    summed
        The fields that add up.
    tell
        Called with row, field, the figure given and the sum found.

    Notes
    -----
    A total may stand before its rows, after them, or among them. Of all runs of rows it may
    stand for, the one with which most of its figures tie is taken; a total of which no
    figure ties with any run is left alone, for then it counts something else.
    """
    for index, line in enumerate(lines):
        given = {
            field: value.value
            for field, value in totals.get(line.row, {}).items()
            if isinstance(value.value, Decimal) and field in summed
        }
        if not given:
            continue
        best: tuple[int, dict[str, Decimal]] | None = None
        for rows in _scopes(lines, index):
            sums = _sums(rows, amounts, given)
            tied = sum(_ties(given[field], sums[field]) for field in given if given[field])
            if best is None or tied > best[0]:
                best = tied, sums
        counted = sum(1 for figure in given.values() if figure)
        if best is None or best[0] == 0 or best[0] * 2 < counted - 1:
            continue
        for field, figure in given.items():
            if not _ties(figure, best[1][field]):
                tell(line.row, field, figure, best[1][field])


def _scopes(lines: Sequence[Line], index: int) -> Iterable[list[int]]:
    """Yield the runs of project rows a total may stand for, the likeliest first."""
    line = lines[index]
    whole = [other.row for other in lines if other.kind == "data"]
    above = _run(lines[:index][::-1], line)
    below = _run(lines[index + 1 :], line)
    if line.kind == "total":
        yield whole
    yield above
    yield below
    if line.kind != "total":
        yield whole
    yield [other.row for other in lines[:index] if other.kind == "data"]
    yield [other.row for other in lines[index + 1 :] if other.kind == "data"]


def _run(lines: Iterable[Line], own: Line) -> list[int]:
    rows: list[int] = []
    for other in lines:
        if other.kind == "data":
            rows.append(other.row)
        elif rows and (other.kind in ("subtotal", "total") or _ends_a_run(other, own)):
            break
    return rows


def _ends_a_run(heading: Line, own: Line) -> bool:
    return heading.kind == "section" and heading.depth <= max(1, own.depth)


def _sums(
    rows: Iterable[int], amounts: Mapping[int, Mapping[str, Decimal]], given: Iterable[str]
) -> dict[str, Decimal]:
    sums = dict.fromkeys(given, Decimal(0))
    for row in rows:
        own = amounts.get(row, {})
        for field in sums:
            sums[field] += own.get(field, 0)
    return sums


def _ties(given: Decimal, found: Decimal) -> bool:
    return abs(given - found) <= max(Decimal("0.6"), abs(found) * _TIE)
