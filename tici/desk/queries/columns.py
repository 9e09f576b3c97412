"""What each column of a file was taken for, how sure that is, and what it could be taken for instead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tici.desk.models import DroppedFile, FileSubject
from tici.desk.queries.drops import meanings_of
from tici.engines import rulebook
from tici.engines.sheets.subjects import SUBJECTS

KINDS = {
    "master": _("项目台账"),
    "monthly": _("月度调度表"),
    "list": _("企业名单"),
    "summary": _("汇总表"),
    "dictionary": _("字典"),
    "cover": _("封面"),
    "notes": _("说明"),
    "empty": _("空表"),
    "earlier": _("往月表"),
    "copy": _("重复的表"),
}
ASIDE = {
    "section": _("分组标题"),
    "subtotal": _("小计"),
    "total": _("合计"),
    "where": _("其中"),
    "subitem": _("子项"),
    "note": _("注"),
    "blank": _("空行"),
    "header": _("表头"),
    "meta": _("填报说明"),
    "title": _("标题"),
}
#: Why the reading was not sure of a column.
REASONS = {
    "unknown": _("这一列没有对应的指标。"),
    "close": _("表头可能是几个指标中的一个。"),
    "no_header": _("从表头看不出，按内容判断。"),
    "start_or_plan": _("分不清是计划时间还是实际时间。"),
    "since_when": _("分不清从年初还是从开工起累计。"),
}


@dataclass(frozen=True)
class ColumnOf:
    """One column of a dropped file: where it stands, what it was taken for, what else it may be."""

    sheet: str
    letter: str
    header: str
    fingerprint: str
    field: str
    unit: str
    reason: str = ""
    candidates: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    is_settled: bool = False
    subject: str = FileSubject.PROJECTS

    @property
    def is_asked(self) -> bool:
        """Whether the reading was not sure of it, and nobody has said since."""
        return bool(self.reason) and not self.is_settled

    @property
    def doubt(self) -> str:
        """Why it is asked about, in words."""
        return str(REASONS.get(self.reason, self.reason))

    @property
    def label(self) -> str:
        """What it was taken for, in words."""
        label = dict(_fields(self.subject)).get(self.field, "")
        return gettext(label) if label else ""


@lru_cache(maxsize=2)
def _fields(subject: str) -> tuple[tuple[str, str], ...]:
    return tuple((field["code"], field["label"]) for field in rulebook.load(SUBJECTS[subject].columns)["field"])


def choices(subject: str = FileSubject.PROJECTS) -> tuple[tuple[str, str], ...]:
    """The fields a column may be, with their labels, as the rulebook lists them."""
    return tuple((code, gettext(label)) for code, label in _fields(subject))


def columns_of(file: DroppedFile) -> list[ColumnOf]:
    """Every column of a file's tables: those that are asked about first, each layout once."""
    asked = {(q["sheet"], q["column"]): q for q in file.questions}
    settled = meanings_of(file.place)
    found: dict[str, ColumnOf] = {}
    for sheet in file.sheets:
        for column in sheet["columns"]:
            question = asked.get((sheet["name"], column["letter"]), {})
            found.setdefault(
                column["fingerprint"],
                ColumnOf(
                    sheet=sheet["name"],
                    letter=column["letter"],
                    header=column["header"],
                    fingerprint=column["fingerprint"],
                    field=column["field"] or "",
                    unit=column["unit"] or "",
                    reason=question.get("reason", ""),
                    candidates=tuple(question.get("candidates", ())),
                    samples=tuple(question.get("samples", ())),
                    is_settled=column["fingerprint"] in settled,
                    subject=file.subject,
                ),
            )
    return sorted(found.values(), key=lambda column: not column.is_asked)


def sheets_of(file: DroppedFile) -> list[dict[str, Any]]:
    """What was recognised of each sheet, in words."""
    columns = columns_of(file)
    return [
        sheet
        | {
            "kind_label": KINDS.get(sheet["kind"], sheet["kind"]),
            "aside": [(ASIDE.get(kind, kind), count) for kind, count in sheet["set_aside"].items() if kind != "blank"],
            "columns": [column for column in columns if column.sheet == sheet["name"]],
            "asked": sum(column.is_asked for column in columns if column.sheet == sheet["name"]),
        }
        for sheet in file.sheets
    ]
