"""A tree of places in a CSV file: its columns, and every reason why it cannot be taken in as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal

from . import rules
from .models import PlaceKind

COLUMNS = {
    "code": ("code", "区划代码", "代码", "行政区划代码"),
    "name": ("name", "名称", "地区", "单位名称"),
    "kind": ("kind", "类别", "级别"),
    "parent": ("parent", "parent code", "上级代码", "上级", "上级区划代码"),
}
MOST_ROWS = 60_000  # a whole province down to townships has about 2,000


@dataclass(frozen=True)
class Row:
    """One line of the file, its kind and parent settled where they were left out."""

    line: int
    code: str
    name: str
    kind: str
    parent: str


def read(content: bytes, known: Mapping[str, str]) -> tuple[list[Row], list[Refusal]]:
    """The rows of a file, and every reason against them; ``known`` maps codes we have to their parents' codes."""
    text = _decoded(content)
    if text is None:
        return [], [Refusal("places.encoding", _("文件编码无法识别。请另存为 CSV UTF-8 后重试。"))]
    lines = list(csv.reader(io.StringIO(text)))
    columns, missing = _columns(lines[0] if lines else [])
    if missing:
        sentence = _("第1行缺少列：%(columns)s。首行须有“code,name,kind,parent”或“区划代码,名称,类别,上级代码”。")
        return [], [Refusal("places.columns", sentence % {"columns": _("、").join(missing)})]
    rows = list(_rows(lines, columns))
    if not rows:
        return [], [Refusal("places.empty", _("文件中没有地区。请从第2行起每行写一个地区。"))]
    if len(rows) > MOST_ROWS:
        return [], [Refusal("places.too_many", _("文件超过%(most)s行。请分省导入。") % {"most": MOST_ROWS})]
    rows = _settled(rows, known)
    return rows, list(_against(rows, known))


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return None


def _columns(head: list[str]) -> tuple[dict[str, int], list[str]]:
    written = [one.strip().lower() for one in head]
    found = {
        field: written.index(next(name for name in names if name in written))
        for field, names in COLUMNS.items()
        if set(names) & set(written)
    }
    return found, [COLUMNS[field][1] for field in ("code", "name") if field not in found]


def _rows(lines: list[list[str]], columns: Mapping[str, int]) -> Iterator[Row]:
    for number, line in enumerate(lines[1:], start=2):
        cells = {field: line[at].strip() if at < len(line) else "" for field, at in columns.items()}
        if any(cells.values()):
            kind = cells.get("kind", "")
            yield Row(number, cells["code"], cells["name"], rules.KINDS.get(kind, kind), cells.get("parent", ""))


def _settled(rows: list[Row], known: Mapping[str, str]) -> list[Row]:
    codes = {row.code for row in rows} | known.keys()
    settled = []
    for row in rows:
        kind = row.kind or rules.kind_by_code(row.code, row.name)
        parent = row.parent or rules.parent_by_code(row.code, codes)
        if parent == f"{row.code[:2]}0000" and parent not in codes and kind == PlaceKind.CITY:
            parent = ""  # lists of one city name their province, which nobody here needs
        settled.append(replace(row, kind=kind, parent=parent))
    return settled


def _against(rows: list[Row], known: Mapping[str, str]) -> Iterator[Refusal]:
    first: dict[str, int] = {}
    for row in rows:
        yield from _against_row(row, first.get(row.code))
        first.setdefault(row.code, row.line)
    codes = first.keys() | known.keys()
    parents = dict(known) | {row.code: row.parent for row in rows}
    lost = rules.lie_in_a_ring({code: parent for code, parent in parents.items() if parent})
    for row in rows:
        if row.parent and row.parent not in codes:
            sentence = _("上级代码%(code)s不在文件中，也不在已有地区中。请补上该地区，或改正代码。")
            yield _refusal("places.parent", row.line, sentence % {"code": row.parent})
        elif row.code in lost:
            yield _refusal("places.ring", row.line, _("上级关系循环。请改正上级代码。"))
        elif row.code in known and known[row.code] != row.parent:
            sentence = _("%(name)s已在别的上级之下。请改正上级代码；机构调整须先由系统管理员核实。")
            yield _refusal("places.moved", row.line, sentence % {"name": row.name})


def _against_row(row: Row, before: int | None) -> Iterator[Refusal]:
    if not (row.code.isascii() and row.code.isdigit() and len(row.code) in rules.LENGTHS):
        sentence = _("区划代码“%(code)s”不对。县级及以上为6位数字，乡镇街道为9位或12位。")
        yield _refusal("places.code", row.line, sentence % {"code": row.code})
    elif before is not None:
        sentence = _("区划代码%(code)s与第%(before)s行重复。请删去一行，或改正代码。")
        yield _refusal("places.duplicate", row.line, sentence % {"code": row.code, "before": before})
    if not row.name:
        yield _refusal("places.name", row.line, _("没有名称。请填写地区名称。"))
    elif len(row.name) > 60:
        yield _refusal("places.name", row.line, _("名称超过60个字。请改用规范名称。"))
    if row.kind not in rules.KINDS.values():
        sentence = _("类别“%(kind)s”不认识。可填：省、市、市辖区、县、县级市、园区、乡镇街道，或留空。")
        yield _refusal("places.kind", row.line, sentence % {"kind": row.kind})


def _refusal(code: str, line: int, sentence: str) -> Refusal:
    return Refusal(code, _("第%(line)s行：%(sentence)s") % {"line": line, "sentence": sentence})
