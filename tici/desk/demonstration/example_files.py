"""Workbooks for a newcomer to drop: what the counties that have not filed November would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tici.returns.queries import form_on, indicators

from .firm_workbooks import firm_workbook, heads_of
from .generate import NOVEMBER, Example
from .industry import City
from .workbooks import workbook

FORM = "industry_firm"


def write_example_files(folder: Path, projects: Mapping[str, Sequence[Example]], city: City | None) -> list[Path]:
    """Write each county's workbook of projects and, where there is industry, that of its firms; returns the files.

    ``projects`` are those of the counties wanted, by their codes. Every second county writes 亿元.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _kept(folder / f"{own[0].county.name}2021年11月项目台账及调度表(示例).xlsx", workbook(own, NOVEMBER))
        for own in projects.values()
    ]
    if city is None:
        return written
    rows, heads = city.figures.rows(NOVEMBER), heads_of(form_on(FORM, NOVEMBER).labels(indicators()))
    for number, code in enumerate(projects):
        own = [
            (firm, rows[row])
            for row, firm in enumerate(city.figures.firms)
            if firm.county.code == code and firm.trade.is_industry and firm.is_above(NOVEMBER.first)
        ]
        if own:
            firms, told = zip(*own, strict=True)
            book = firm_workbook(firms, told, heads, NOVEMBER, in_yi=number % 2 == 1)
            name = f"{firms[0].county.name}2021年11月规上工业企业主要指标(示例).xlsx"
            written.append(_kept(folder / name, book))
    return written


def _kept(path: Path, book: bytes) -> Path:
    path.write_bytes(book)
    return path
