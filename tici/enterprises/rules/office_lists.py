"""Judgement over lists of other offices: what is refused, what is told of a list, and who passes the line by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.refusals import Refusal
from tici.engines.linkage import looks_like_persons
from tici.engines.linkage.codes import CodeKind, read_codes
from tici.engines.sheets.problems import SENTENCES
from tici.engines.sheets.results import Reading, Row
from tici.engines.sheets.text import tidy
from tici.enterprises.industries import industries
from tici.enterprises.models import LeftAside, ListedFirm, ListedState, ListState, OfficeList

from .library import Line, library_line

LARGEST_FILE = 200 * 1024 * 1024
INDUSTRY = "06"  # whose line holds for a row that does not say its industry: this bureau's own
#: Where a row's yearly revenue may stand; the first that is given counts.
REVENUES = ("revenue_12m_wan", "revenue_last_year_wan", "revenue_wan", "revenue_ytd_wan")
#: Of the list's own year first: its figures are said to be of January to the month it goes to.
ELECTRICITY = ("electricity_ytd_wan_kwh", "electricity_wan_kwh", "electricity_last_year_wan_kwh")
LARGEST_FIGURE = Decimal(10) ** 12

NOTES = {
    "no_codes": gettext_lazy("名单没有一个可用的统一社会信用代码，只能按名称、地址匹配，待核对的会多。"),
    "codes_lacking": gettext_lazy("有%(count)s行没有代码，按名称、地址匹配。"),
    "codes_scientific": gettext_lazy(
        "有%(count)s行的代码被表格软件变成了科学计数法，只剩前几位，按名称、地址匹配。请把代码列设为文本后重新导出，可提高匹配率。"
    ),
    "codes_faulty": gettext_lazy("有%(count)s行的代码校验不符，不作为依据，按名称、地址匹配。"),
    "code_of_two": gettext_lazy("有%(count)s个代码下写了不同名称的企业，请逐一核对。"),
    "firm_of_many": gettext_lazy("有%(count)s户台账企业对应名单上的多个名称，没有合并，金额也没有相加。"),
    "names_lacking": gettext_lazy("有%(count)s行没有企业名称，未收。"),
    "no_figures": gettext_lazy("名单没有营业收入或开票销售额，只作匹配，不判断是否达到入库标准。"),
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list as it was read; amounts in 万元."""

    sheet: str
    row: int
    name: str
    uscc: str = ""  # as written
    address: str = ""
    district: str = ""
    industry: str = ""
    revenue_wan: Decimal | None = None
    vat_sales_wan: Decimal | None = None
    electricity_wan_kwh: Decimal | None = None
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def sales_wan(self) -> Decimal | None:
        """The figure the line is held against: revenue, else what was invoiced."""
        return self.revenue_wan if self.revenue_wan is not None else self.vat_sales_wan


def against_receiving_list(name: str, size: int) -> list[Refusal]:
    """Why a list is not even kept: there is nothing in it, or far too much."""
    if size == 0:
        return [Refusal("list.empty", _("“%(name)s”是空的。请核对后重新上传。") % {"name": name}, "file")]
    if size > LARGEST_FILE:
        words = _("“%(name)s”超过%(limit)s MB上限。请删去无关工作表，或分成几份上传。")
        return [Refusal("list.too_big", words % {"name": name, "limit": LARGEST_FILE // 2**20}, "file")]
    return []


def against_receiving_again(again: OfficeList | None) -> list[Refusal]:
    """Why a list is not taken twice: the same bytes are among the lists of the place."""
    if again is None:
        return []
    message = _("同一文件已作为“%(list)s”上传，没有重复收取。需要重新匹配时，请先移除原来的一份。")
    return [Refusal("list.received", message % {"list": again}, "file")]


def list_rows(reading: Reading) -> list[ListRow]:
    """The rows of a reading that name somebody, in the file's order."""
    return [one for row in reading.rows if (one := _list_row(row)).name]


def _list_row(row: Row) -> ListRow:
    said = {
        "name": ("name",), "uscc": ("uscc",), "district": ("place_code",), "revenue_wan": REVENUES,
        "vat_sales_wan": ("vat_sales_wan",), "electricity_wan_kwh": ELECTRICITY,
    }  # fmt: skip
    cells, found = {}, {}
    for name, codes in said.items():
        code = next((code for code in codes if _is_given(row, code)), None)
        if code is not None:
            found[name], cells[name] = row.values[code], row.values[code].cell

    def figure(name: str) -> Decimal | None:
        value = found[name].value if name in found else None
        return value if isinstance(value, Decimal) and abs(value) < LARGEST_FIGURE else None

    def written(name: str) -> str:
        return " ".join(found[name].raw.split()) if name in found else ""

    return ListRow(
        sheet=row.sheet[:120],
        row=row.row,
        name=" ".join(str(row.get("name") or "").split())[:160],
        uscc=written("uscc")[:40],
        address=tidy(str(row.get("address") or ""))[:200],
        district=written("district")[:80],
        industry=_industry(row),
        revenue_wan=figure("revenue_wan"),
        vat_sales_wan=figure("vat_sales_wan"),
        electricity_wan_kwh=figure("electricity_wan_kwh"),
        cells=cells,
    )


def _is_given(row: Row, code: str) -> bool:
    return (value := row.values.get(code)) is not None and (value.value is not None or bool(value.raw))


def _industry(row: Row) -> str:
    """The code of a row's industry: as written, or by the name the classification gives it."""
    code = str(row.get("industry_code") or "")
    if code in industries():
        return code[:4]
    return _codes_by_name().get(str(row.get("industry") or "").strip(), "")


@lru_cache(maxsize=1)
def _codes_by_name() -> Mapping[str, str]:
    return {one.name: one.code for one in industries().by_code.values() if one.level != "section"}


def frame_of(rows: Sequence[ListRow]) -> pl.DataFrame:
    """Rows as the linkage engine takes them; the key is the position."""
    return pl.DataFrame(
        {
            "key": range(len(rows)),
            "name": [one.name for one in rows],
            "code": [one.uscc for one in rows],
            "address": [one.address for one in rows],
        },
        schema={"key": pl.Int64, "name": pl.String, "code": pl.String, "address": pl.String},
    )


def against_reading_list(reading: Reading, rows: Sequence[ListRow]) -> list[Refusal]:
    """Why nothing is taken of a file: it cannot be read, it names no enterprises, or it lists persons."""
    if reading.refused is not None:
        sentence = _(SENTENCES[reading.refused.code]) % dict(reading.refused.params)
        return [Refusal("list.unreadable", sentence)]
    if not rows:
        message = _("没有找到企业名单，未收。请核对是不是企业名单，表头写明“企业名称”、下面有企业行后重新上传。")
        return [Refusal("list.no_firms", message)]
    if looks_like_persons(pl.Series([one.name for one in rows]), pl.Series([one.uscc for one in rows])):
        message = _("这份名单多半是个人姓名或身份证号，不是企业，未收一行。请移除这份名单，换成企业名单后重新上传。")
        return [Refusal("list.persons", message)]
    return []


def notes_of(reading: Reading, rows: Sequence[ListRow], firms: Iterable[int | None]) -> list[dict[str, Any]]:
    """What a person should know of a list: its codes, whom it names twice; ``firms`` are those the rows were taken for.

    Each note is a code of `NOTES` with its count.
    """
    codes = read_codes(pl.Series([one.uscc for one in rows], dtype=pl.String))
    kinds = Counter(codes["kind"].to_list())
    counts = {"names_lacking": len(reading.rows) - len(rows)}
    if kinds[CodeKind.CREDIT] + kinds[CodeKind.ORGANISATION] == 0:
        counts["no_codes"] = len(rows)
    else:
        counts["codes_lacking"] = kinds[CodeKind.NONE]
    counts["codes_scientific"] = kinds[CodeKind.SCIENTIFIC]
    counts["codes_faulty"] = kinds[CodeKind.FAULTY]
    of_code, of_firm = defaultdict(set), defaultdict(set)
    for one, code, firm in zip(rows, codes["code"], firms, strict=True):
        if code:
            of_code[code].add(one.name)
        if firm is not None:
            of_firm[firm].add(one.name)
    counts["code_of_two"] = sum(len(names) > 1 for names in of_code.values())
    counts["firm_of_many"] = sum(len(names) > 1 for names in of_firm.values())
    counts["no_figures"] = 0 if any(one.sales_wan is not None for one in rows) else len(rows)
    return [{"code": code, "count": count} for code, count in counts.items() if count]


def note_sentence(note: Mapping[str, Any]) -> str:
    """A note in words."""
    return str(NOTES[note["code"]]) % {"count": note["count"]}


class Lines:
    """The lines of the library on a day, each looked up once."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[str, Line | None] = {}

    def of(self, industry: str) -> Line | None:
        """The line of an industry; of a row that does not say its industry, that of industry as such."""
        code = industry or INDUSTRY
        if code not in self._known:
            self._known[code] = library_line(code, self._on)
        return self._known[code]


def against_using_list(office_list: OfficeList) -> list[Refusal]:
    """Why nothing may be decided in a list: it is not matched."""
    if office_list.state == ListState.MATCHED:
        return []
    return [Refusal("list.not_matched", _("名单还没有匹配完。请等匹配完成后再核对。"))]


def against_taking_back(firm: ListedFirm) -> list[Refusal]:
    """Why there is nothing to take back of a row: nobody decided it."""
    if firm.is_decided:
        return []
    return [Refusal("listed.undecided", _("这一行没有人工核对过，没有可撤销的。"))]


def against_deciding_again(firm: ListedFirm) -> list[Refusal]:
    """Why the decision over a row stays: a candidate for the library rests on it."""
    if firm.candidacy is None or not firm.candidacy.is_open:
        return []
    return [Refusal("listed.proposed", _("这一行已列入培育库。请先撤销列入，再改核对结果。"))]


def against_proposing(firm: ListedFirm, *, is_missing: bool) -> list[Refusal]:
    """Why a row is not put into the cultivation pool; ``is_missing``: over the line and in no library."""
    if firm.state == ListedState.DESK:
        return [Refusal("listed.waiting", _("还没有核对是哪家企业。请先核对，再列入培育库。"))]
    if not firm.is_over_line:
        return [Refusal("listed.below", _("名单上的金额没有达到入库标准，不列入。"))]
    if not is_missing:
        return [Refusal("listed.in_library", _("这家企业已在规上库或已停业，不再列入。"))]
    if firm.candidacy is not None and firm.candidacy.is_open:
        return [Refusal("listed.proposed", _("这一行已列入培育库，没有重复列入。"))]
    return []


def against_entering_nowhere(place: object) -> list[Refusal]:
    """Why who is in no register is not entered: the row names no county."""
    if place is not None:
        return []
    return [Refusal("listed.no_county", _("名单没有写明所属县（市、区）。请打开该行，选定后再列入。"), "place")]


def against_many(count: int, most: int) -> list[Refusal]:
    """Why rows are not dealt with: none is chosen, or more than in one go."""
    if count == 0:
        return [Refusal("listed.none", _("没有选中任何一行。请勾选后再办理。"))]
    if count > most:
        message = _("选中%(count)s行，一次最多办理%(most)s行。请先筛选，分几次办理。")
        return [Refusal("listed.many", message % {"count": count, "most": most})]
    return []


def against_leaving_aside(reason: str, words: str) -> list[Refusal]:
    """Why rows are not left aside: no reason is given, or not in words where it is another."""
    if not reason:
        return [Refusal("listed.aside_reason", _("不列入须选明原因。"), "reason")]
    if reason == LeftAside.OTHER and not words.strip():
        return [Refusal("listed.aside_words", _("原因选“其他”的，须写明。"), "words")]
    return []


def evidence_of(firm: ListedFirm) -> dict[str, Any]:
    """What a list says of a firm, as the pool keeps it among its reasons."""
    figure = "revenue_wan" if firm.revenue_wan is not None else "vat_sales_wan"
    return {
        "code": "listed", "row": firm.pk, "list": str(firm.office_list), "line": firm.row, "figure": figure,
        "wan": str(getattr(firm, figure)), "cell": f"{firm.sheet} {firm.cells.get(figure, '')}".strip(),
    }  # fmt: skip


def is_of(firm: ListedFirm, reason: Mapping[str, Any]) -> bool:
    """Whether a reason of the pool is what a row of a list says."""
    return reason.get("code") == "listed" and reason.get("row") == firm.pk


def against_withdrawing(firm: ListedFirm, others: Sequence[object], *, is_begun: bool) -> list[Refusal]:
    """Why a row stays in the pool: it is not there, or work on a candidate that rests on it alone has begun."""
    if firm.candidacy is None:
        return [Refusal("listed.not_proposed", _("这一行没有列入培育库，没有可撤销的。"))]
    if not others and is_begun:
        message = _("该培育对象已开始办理，不能撤销列入。请在培育对象页办理“已退出”，写明原因。")
        return [Refusal("listed.begun", message)]
    return []


def against_entering_listed(firm: ListedFirm) -> list[Refusal]:
    """Why a row is not entered as a new firm: it already stands for one."""
    if firm.state in {ListedState.DESK, ListedState.LEAD}:
        return []
    return [Refusal("listed.matched", _("这一行已对应台账企业。如不是同一家，请先选“不是”，再登记为新企业。"))]


def against_removing_list(office_list: OfficeList, typed: str) -> list[Refusal]:
    """Why a list stays: its name was not typed again."""
    if typed.strip() == office_list.name:
        return []
    message = _("输入的文件名与“%(name)s”不一致。请照原样输入，以免移错名单。")
    return [Refusal("list.typed", message % {"name": office_list.name}, "typed")]
