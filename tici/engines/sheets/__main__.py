"""Reads workbooks from the command line and writes what was found as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from tici.engines.periods import Month
from tici.engines.sheets.merging import city_sums, entries_of, group, propose
from tici.engines.sheets.parent import read_in_child
from tici.engines.sheets.places import Gazetteer, shipped_gazetteer
from tici.engines.sheets.problems import FAULTS, sentence
from tici.engines.sheets.results import Content, Problem, Reading
from tici.engines.sheets.subjects import PROJECTS, SUBJECTS, Subject

_AT_ONCE = 2


def read_files(
    paths: Sequence[Path],
    places: Gazetteer | None = None,
    month: Month | None = None,
    subject: Subject = PROJECTS,
) -> list[Reading]:
    """Read workbooks that belong to one month.

    A file that leaves its year or month open is read again with the month most of the
    others speak for.
    """
    known = places or shipped_gazetteer()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = list(pool.map(lambda path: read_in_child(path, known, month=month, subject=subject), paths))
        said = Counter(reading.month for reading in readings if reading.month)
        common = month or (said.most_common(1)[0][0] if said else None)
        open_ones = [i for i, reading in enumerate(readings) if not reading.month and not reading.refused and common]
        again = pool.map(lambda i: read_in_child(paths[i], known, month=common, subject=subject), open_ones)
        for i, reading in zip(open_ones, again, strict=True):
            readings[i] = reading
    return readings


def recognise_files(
    paths: Sequence[Path],
    out: Path,
    places: Gazetteer | None = None,
    month: Month | None = None,
    subject: Subject = PROJECTS,
) -> list[Reading]:
    """Read workbooks and write rows, problems and questions as JSON; return the readings."""
    readings = read_files(paths, places, month, subject)
    out.write_text(json.dumps(as_json(readings, subject), ensure_ascii=False, indent=1), encoding="utf-8")
    return readings


def as_json(readings: Sequence[Reading], subject: Subject = PROJECTS) -> dict[str, Any]:
    """Return readings in the form the scorer of county ledgers takes; rows are brought together for projects only."""
    if subject is not PROJECTS:
        return _listed(readings)
    entries = entries_of(readings)
    heads = group([entry.key for entry in entries], propose(entries))
    numbers = {head: number for number, head in enumerate(dict.fromkeys(heads.values()), 1)}
    return {
        "rows": [
            {
                "workbook": reading.file,
                "sheet": row.sheet,
                "row": row.row,
                **_fields(row.values),
                "entity": numbers[heads[reading.file, row.sheet, row.row, row.table]],
            }
            for reading in readings
            for row in reading.rows
        ],
        **_said(readings),
        "city": city_sums(readings, heads),
    }


def _listed(readings: Sequence[Reading]) -> dict[str, Any]:
    rows = [
        {"workbook": reading.file, "sheet": row.sheet, "row": row.row, **_fields(row.values)}
        for reading in readings
        for row in reading.rows
    ]
    return {"rows": rows, **_said(readings)}


def _said(readings: Sequence[Reading]) -> dict[str, Any]:
    return {
        "errors": [
            {"workbook": r.file, "sheet": p.sheet, "row": p.row, "field": p.field, "kind": p.code}
            for r in readings
            for p in r.problems
            if p.code in FAULTS
        ],
        "remarks": [_remark(r.file, p) for r in readings for p in r.problems if p.code not in FAULTS],
        "refused": [_remark(r.file, r.refused) for r in readings if r.refused],
        "questions": [{"workbook": r.file, **q._asdict()} for r in readings for q in r.questions],
    }


def _fields(values: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for code, value in values.items():
        if value.value is not None:
            fields[code] = _plain(code, value.value)
            if value.precision:
                fields[f"{code}_precision"] = value.precision
    return fields


def _plain(code: str, value: Content) -> Any:
    if isinstance(value, Decimal):
        return float(value * 100) if code.endswith("_pct") else float(value)
    return str(value)


def _remark(file: str, problem: Problem) -> dict[str, Any]:
    return {
        "workbook": file,
        "sheet": problem.sheet,
        "cell": problem.cell,
        "kind": problem.code,
        "text": sentence(problem),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``recognise FILES… --json OUT [--subject enterprises]``."""
    parser = argparse.ArgumentParser(prog="tici recognise", description="读取项目台账、月度调度表或企业名单")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", required=True, type=Path, dest="out")
    parser.add_argument("--month", type=Month.parse)
    parser.add_argument("--subject", choices=sorted(SUBJECTS), default=PROJECTS.code)
    options = parser.parse_args(arguments)
    readings = recognise_files(options.files, options.out, month=options.month, subject=SUBJECTS[options.subject])
    for reading in readings:
        told = sentence(reading.refused) if reading.refused else f"{len(reading.rows)}行，{len(reading.problems)}处提示"
        sys.stdout.write(f"{reading.file}：{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
