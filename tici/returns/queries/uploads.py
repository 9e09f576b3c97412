"""What stands in a workbook sent for a form: a filled template, or one of the sender's own; read from its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal, Refused
from tici.core.uploads import path_of
from tici.engines.sheets import SENTENCES, Problem
from tici.places.models import Place
from tici.returns import rules
from tici.returns.models import Channel, FormUpload, FormVersion
from tici.returns.rules import ReportRow

from .messy import MessyReading, MessyRow, read_messy
from .templates import TemplateReading, read_template

UNREADABLE = frozenset({"non_numeric"})  # a row with such a cell is not filed: it would be filed as empty


@dataclass(frozen=True)
class RowSaid:
    """A row of a workbook, the unit as written, and what is said of it."""

    row: int | str
    unit: str
    sentence: str

    def kept(self) -> dict[str, Any]:
        """As it is kept with the upload."""
        return {"row": self.row, "unit": self.unit, "sentence": self.sentence}


@dataclass(frozen=True)
class UploadReading:
    """A workbook, read: the rows to file, those that come back, and what a person is to settle."""

    channel: str
    rows: tuple[ReportRow, ...]
    numbers: tuple[int | str, ...]  # where each row stands
    refused: tuple[RowSaid, ...]
    answers: Mapping[tuple[int, str], str] = field(default_factory=dict)
    questions: tuple[dict[str, Any], ...] = ()
    unsure: tuple[dict[str, Any], ...] = ()
    template: TemplateReading | None = None


def settled_columns(form: FormVersion, place: Place) -> dict[str, str]:
    """What was said of columns in the place's earlier workbooks of a form, by fingerprint; the newest holds."""
    known: dict[str, str] = {}
    earlier = FormUpload.objects.filter(form__code=form.code, place=place, is_own=True).order_by("pk")
    for settled in earlier.values_list("settled", flat=True):
        known |= settled.get("columns", {})
    return known


def reading_of(upload: FormUpload) -> UploadReading:
    """What stands in a workbook sent for a form.

    Raises
    ------
    Refused
        It cannot be read, or is for another form, month or version.
    """
    if upload.is_own:
        return _own(upload)
    read = read_template(path_of(upload.upload.digest), upload.form, upload.month, upload_id=upload.upload_id)
    refused = tuple(RowSaid(one.number, one.name, one.sentence) for one in read.refused)
    return UploadReading(Channel.TEMPLATE, read.rows, read.numbers, refused, read.answers, template=read)


def _own(upload: FormUpload) -> UploadReading:
    settled = upload.settled
    read = read_messy(
        path_of(upload.upload.digest), upload.form, upload.month, upload.place, name=upload.name,
        mapping=settled.get("columns", {}), upload_id=upload.upload_id,
    )  # fmt: skip
    if read.refused is not None:
        raise Refused(Refusal(f"upload.{read.refused.code}", _sentence(read.refused), "file"))
    if refusals := rules.against_own_month(read.month, upload.month):
        raise Refused(*refusals)
    return _sorted(read, settled.get("rows", {}))


def _sorted(read: MessyReading, chosen: Mapping[str, int]) -> UploadReading:
    """The rows to file, the rows that come back, and the rows and columns that a person is to settle."""
    unreadable: dict[tuple[str, int], list[str]] = {}
    for problem in read.problems:
        if problem.code in UNREADABLE and problem.row is not None:
            sentence = _sentence(problem)
            if problem.cell:
                sentence = _("%(label)s：%(words)s") % {"label": problem.cell, "words": sentence}
            unreadable.setdefault((problem.sheet, problem.row), []).append(sentence)
    rows, numbers, refused, unsure = [], [], [], []
    taken: set[int] = set()
    for one in read.rows:
        key = f"{one.sheet}!{one.number}"
        if said := unreadable.get((one.sheet, one.number)):
            refused.append(RowSaid(key, one.name, "".join(said)))
        elif one.report is None and one.offered and key not in chosen:
            unsure.append(_offer(key, one))
            refused.append(RowSaid(key, one.name, _words(one)))
        elif (pk := chosen.get(key) if one.report is None else one.report.pk) is None or (
            one.refusal is not None and one.report is not None
        ):
            refused.append(RowSaid(key, one.name, _words(one)))
        elif pk in taken:
            refused.append(RowSaid(key, one.name, str(rules.row_refusal("report.twice").message)))
        else:
            taken.add(pk)
            rows.append(ReportRow(pk, one.figures, one.source))
            numbers.append(key)
    questions = tuple(
        {
            "fingerprint": one.fingerprint, "header": one.header, "where": f"{one.sheet} {one.column}",
            "samples": list(one.samples), "candidates": list(one.candidates), "chosen": one.chosen or "",
        }
        for one in read.questions
    )  # fmt: skip
    return UploadReading(
        Channel.WORKBOOK, tuple(rows), tuple(numbers), tuple(refused), questions=questions, unsure=tuple(unsure)
    )


def _offer(key: str, one: MessyRow) -> dict[str, Any]:
    offered = [[report.pk, str(report.unit)] for report in one.offered]
    return {"key": key, "unit": one.name, "sentence": _words(one), "offered": offered}


def _words(one: MessyRow) -> str:
    return str(one.refusal.message) if one.refusal else ""


def _sentence(problem: Problem) -> str:
    return _(SENTENCES[problem.code]) % problem.params
