"""What a workbook's rows speak of: projects, enterprises, or the columns of a form known only at run time.

A subject is data: which rulebook file names its columns, which of them make a table a list of
its rows, which checks a row must pass, which figure shows the unit of a sheet. The reader
itself knows no project and no enterprise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: What a column of a form may stand for: the month, the year to date, the same of the year before,
#: growth over it, the end of the month, or nothing that depends on time. ``last_year`` and
#: ``growth`` without more serve a form that has only one of the two.
BASES = frozenset(
    [
        *("", "month", "ytd", "end", "last_year", "month_last_year", "ytd_last_year", "end_last_year"),
        *("growth", "growth_month", "growth_ytd"),
    ]
)
#: What a row of a form may be.
ROWS = ("enterprise", "place", "cluster")
#: The kind of a column by the unit its indicator is given in; any other unit is a quantity of its own.
_KIND_OF_UNIT = {"万元": "money", "万千瓦时": "energy", "人": "people", "%": "percent"}
_KINDS = frozenset(["text", "code", "money", "people", "energy", "percent", "count", "quantity", "date"])


@dataclass(frozen=True)
class Yardstick:
    """The figure whose size shows the unit of a sheet's money.

    ``codes`` are fields, the best first; the median of the first that a list has lies between
    ``least`` and ``most`` 万元, most often near ``likely``. ``shares`` says for other fields what
    they may be at the median as a share of it. The unit of what is ``apart`` (the output a project will
    have) says nothing of the others.
    """

    codes: tuple[str, ...]
    least: float
    most: float
    likely: float
    shares: tuple[tuple[str, float, float], ...] = ()
    apart: frozenset[str] = frozenset()


class FormColumn(NamedTuple):
    """One column of a form: an indicator on one basis.

    ``label`` is the indicator's name and ``names`` its synonyms, both without the basis: the
    columns of 工业总产值 of the month and of the year to date have one label. ``unit`` is
    the unit of a ``quantity`` (吨); money is always read in 万元, energy in 万千瓦时, people in 人.
    """

    code: str
    label: str
    kind: str = "money"
    basis: str = ""
    names: tuple[str, ...] = ()
    unit: str = ""


def kind_of_unit(unit: str) -> str:
    """Return the kind of a form's column whose indicator is given in a unit."""
    return _KIND_OF_UNIT.get(unit, "quantity")


@dataclass(frozen=True, repr=False)
class Subject:
    """One kind of row, and how a table of such rows is told and judged.

    ``name`` is the field that names a row. A table lists such rows when it has that field and
    ``enough`` others that are not ``idle``, and no ``tally``. ``marks`` show a header without a
    known name to be one. ``saying`` are fields that a row fills and a heading or total does
    not; ``headed_by`` the choices a section may speak of; ``proper`` what shows a text to be
    the name of a row and no heading. ``shares`` are quotients: share, figure, base.
    """

    code: str
    columns: str
    name: str = "name"
    kinds: tuple[str, ...] = ("list",)
    absent: str = "no_list"
    enough: int = 2
    idle: frozenset[str] = frozenset(["seq", "name", "remark"])
    tally: str = "tally"
    marks: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset(["tally", "other_month"])
    vague: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset(["seq", "tally", "other_month", "person_id"])
    saying: frozenset[str] = frozenset()
    headed_by: tuple[str, ...] = ()
    proper: str = ""
    has_loose_headings: bool = False
    row_is: str = ""
    checks: tuple[str, ...] = ("name", "signs", "code")
    not_negative: tuple[str, ...] = ()
    shares: tuple[tuple[str, str, str], ...] = ()
    yardstick: Yardstick | None = None
    unit: str = ""
    form: tuple[FormColumn, ...] = ()
    kept: frozenset[str] = field(default=frozenset())

    def __repr__(self) -> str:
        """Return the subject by its code; all it holds would fill a page."""
        return f"<Subject {self.code}>"

    def as_json(self) -> Any:
        """Return the subject's name, or for a form all that makes it, for the way to the child process."""
        if not self.form:
            return self.code
        return {"code": self.code, "rows": self.row_is, "unit": self.unit, "columns": [list(c) for c in self.form]}


_PROJECT_SHARES = (
    *(
        (code, 0.0004, 30.0)
        for code in (
            *("plan_year_wan", "done_ytd_wan", "done_total_wan"),
            *("prev_ytd_wan", "done_before_year_wan", "equipment_wan"),
        )
    ),
    ("done_month_wan", 0.00002, 10.0),
    ("plan_month_wan", 0.00002, 10.0),
)

PROJECTS = Subject(
    code="projects",
    columns="sheets/columns",
    kinds=("master", "monthly"),
    absent="no_table",
    idle=frozenset(["seq", "name", "remark", "permit_part"]),
    marks=frozenset(["tally", "owner"]),
    many=frozenset(["permit_part", "other_month", "tally"]),
    vague=frozenset(["start", "finish", "done_unsure_wan"]),
    unread=frozenset(["seq", "permit_part", "other_month", "tally", "township_part"]),
    saying=frozenset(
        [
            *("name", "owner", "project_code", "uscc", "place", "site", "content", "industry", "nature", "stage"),
            *("progress_text", "duty_leader", "duty_unit", "duty_person"),
            *("planned_start", "actual_start", "planned_finish", "actual_finish"),
        ]
    ),
    headed_by=("category", "level"),
    proper=r"项目|工程|建设|生产线|技改|改造|扩建|基地|车间|园$",
    has_loose_headings=True,
    checks=("name", "signs", "sums", "dates", "code"),
    not_negative=(
        *("total_investment_wan", "equipment_wan", "plan_year_wan", "plan_month_wan"),
        *("done_before_year_wan", "done_month_wan", "prev_ytd_wan", "done_ytd_wan", "done_total_wan"),
        *("arrived_wan", "output_wan", "tax_wan"),
    ),
    shares=(
        ("completion_pct", "done_ytd_wan", "plan_year_wan"),
        ("total_pct", "done_total_wan", "total_investment_wan"),
    ),
    yardstick=Yardstick(
        ("total_investment_wan",), 150.0, 3_000_000.0, 15_000.0, _PROJECT_SHARES, frozenset(["output_wan", "tax_wan"])
    ),
)

_FIRM = r"公司|[厂社部店坊矿]$|集团|合作社|企业$|中心$|研究[院所]$|事务所|分厂|工作室|有限|股份|\)$"
_FIRM_SAYING = frozenset(
    [
        *("uscc", "former_name", "place", "township", "park", "address", "industry", "industry_code", "products"),
        *("entry_kind", "registration_kind", "founded_on", "production_on", "tier", "size", "batch", "blocker"),
        *("duty_leader", "duty_unit", "duty_person", "contact", "pool_state", "account_no", "operating_state"),
        *("recognised_batch", "recognised_on", "valid_to", "entered_on", "documents", "listing"),
    ]
)
_OTHERS = ("vat_sales_wan", "output_last_year_wan", "output_ytd_wan", "output_wan")
_REVENUES = (
    *("revenue_last_year_wan", "revenue_12m_wan", "revenue_forecast_wan", "revenue_ytd_wan"),
    *("revenue_wan", *_OTHERS),
)

ENTERPRISES = Subject(
    code="enterprises",
    columns="sheets/enterprises",
    enough=2,
    marks=frozenset(["tally", "uscc"]),
    saying=_FIRM_SAYING,
    headed_by=("entry_kind", "tier"),
    proper=_FIRM,
    has_loose_headings=True,
    checks=("name", "signs", "code", "validity", "twins"),
    not_negative=(
        *(*_REVENUES, "revenue_before_last_wan", "revenue_ytd_last_year_wan", "revenue_month_wan"),
        *("registered_capital_wan", "assets_wan", "research_wan"),
        *("electricity_last_year_wan_kwh", "electricity_ytd_wan_kwh", "electricity_wan_kwh"),
        *("employees", "research_staff", "reward_wan"),
    ),
    shares=(("research_pct", "research_wan", "revenue_last_year_wan"), ("debt_pct", "liabilities_wan", "assets_wan")),
    yardstick=Yardstick(
        _REVENUES, 3.0, 300_000.0, 3_000.0, tuple((code, 0.004, 250.0) for code in (*_REVENUES[1:], "assets_wan"))
    ),
)

# Lists for school lines: short tables, each row named by its own column. Points are read as they are written.
_POINT = frozenset(["longitude", "latitude"])
SCHOOLS = Subject(
    code="schools", columns="sheets/schools", saying=_POINT | {"arrive_by", "dismiss_at", "school_code"},
    checks=("name",), marks=_POINT,
)  # fmt: skip
BUS_STOPS = Subject(
    code="bus_stops", columns="sheets/bus_stops", saying=_POINT | {"kind", "side", "stop_code"},
    checks=("name",), marks=_POINT,
)  # fmt: skip
DEMAND = Subject(
    code="demand", columns="sheets/demand", name="school", saying=_POINT | {"area", "pupils", "guardians"},
    idle=frozenset(["seq", "school"]),
    checks=("signs",), not_negative=("pupils", "guardians"), marks=_POINT,
)  # fmt: skip

SUBJECTS: Mapping[str, Subject] = {
    subject.code: subject for subject in (PROJECTS, ENTERPRISES, SCHOOLS, BUS_STOPS, DEMAND)
}


def form_subject(
    columns: Iterable[FormColumn], *, code: str = "form", rows: str = "enterprise", unit: str = ""
) -> Subject:
    """Return the subject of a form, from its columns.

    Parameters
    ----------
    columns
        The form's columns; each value comes back under its column's code.
    code
        The form's own code.
    rows
        What a row is: an enterprise, a place (then ``place_code`` is read from its name) or a
        cluster.
    unit
        The unit of money the form prescribes, taken where a workbook states none.

    Raises
    ------
    ValueError
        If two columns share a code, or a kind, a basis or ``rows`` is unknown.
    """
    form = tuple(FormColumn(*column)._replace(names=tuple(column[4])) for column in columns)
    codes = [column.code for column in form]
    if len(set(codes)) < len(codes) or not form:
        raise ValueError(f"columns must have codes, each its own; got {codes}.")
    for column in form:
        if column.basis not in BASES or column.kind not in _KINDS:
            raise ValueError(f"{column.code} has no such kind or basis: {column.kind}, {column.basis!r}.")
    if rows not in ROWS:
        raise ValueError(f"rows must be one of {ROWS}; got {rows!r}.")
    kept = {
        "enterprise": (
            "seq",
            "name",
            "uscc",
            "place",
            "township",
            "park",
            "industry_code",
            "industry",
            "contact",
            "person_id",
        ),
        "place": ("seq", "name"),
        "cluster": ("seq", "name", "place"),
    }[rows]
    people = [column.code for column in form if column.kind in ("people", "energy") and column.basis[:6] != "growth"]
    return Subject(
        code=code,
        columns="sheets/enterprises",
        enough=1,
        saying=_FIRM_SAYING & frozenset(kept) if rows == "enterprise" else frozenset(["place"]),
        proper=_FIRM if rows == "enterprise" else "",
        row_is=rows,
        checks=("name", "signs", "code", "row_place", "twins"),
        not_negative=tuple(people),
        unit=unit,
        form=form,
        kept=frozenset([*kept, "remark"]),
    )


def subject_from_json(held: Any) -> Subject:
    """Return the subject that ``as_json`` wrote."""
    if isinstance(held, str):
        return SUBJECTS[held]
    columns: Sequence[FormColumn] = [FormColumn(*column) for column in held["columns"]]
    return form_subject(columns, code=held["code"], rows=held["rows"], unit=held["unit"])
