"""What became of the opinions, taken away: workbook, PDF, Word, and CSV as open data that no program runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import xlsxwriter
from docx.shared import Pt

from tici.core.exports import SAFE
from tici.core.typesetting import pdf

from .wishes import wishes_svg

HERE = Path(__file__).parent
HEADS = ("序号", "方面", "意见", "人数", "采纳情况", "理由", "责任单位")
TABLES = (
    ("按渠道（件）", "channels"),
    ("按方面（人）", "aspects"),
    ("按线路（人）", "lines"),
    ("按学校（人）", "schools"),
    ("采纳情况（组）", "outcomes"),
)
NOTE = "文字已隐去个人信息；不足3人的只写“<3”；要求不公开的只计数。"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def summary(account: dict[str, Any]) -> str:
    """The sentence above the tables."""
    return (
        f"{account['opens_on']}至{account['closes_on']}，共收到意见{account['items']}件，来自{account['persons']}人，"
        f"含要点{account['points']}个；相同的归并为{account['groups']}组，其中重复{account['copies']}个；"
        f"逾期{account['late']}件。"
    )


def rows_of(account: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """One row a group that is listed."""
    listed = (row for row in account["rows"] if row["text"])
    for number, row in enumerate(listed, 1):
        reason = f"{row['reason']}（{row['matter']}）" if row["matter"] else row["reason"]
        yield (str(number), row["aspect"], row["text"], row["persons"], row["outcome_label"], reason, row["unit"])


def as_pdf(account: dict[str, Any]) -> bytes:
    """The account on A4."""
    tables = [{"title": title, "rows": [[a, str(b)] for a, b in account[key]]} for title, key in TABLES if account[key]]
    content = {
        "title": account["title"], "office": account["office"], "summary": summary(account), "tables": tables,
        "heads": HEADS, "rows": list(rows_of(account)), "note": NOTE,
        "map": wishes_svg(account["map"]) if account.get("map") else "",
    }  # fmt: skip
    return pdf(HERE / "account.typ", content)


def as_xlsx(account: dict[str, Any]) -> bytes:
    """The account as a workbook of two sheets; every cell is text or number, none a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, SAFE | {"constant_memory": False})
    sheet, bold = book.add_worksheet("采纳情况"), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, account["title"], bold)
    sheet.write_string(1, 0, summary(account))
    for column, (head, width) in enumerate(zip(HEADS, (6, 14, 50, 8, 12, 40, 20), strict=True)):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(3, column, head, bold)
    for at, row in enumerate(rows_of(account), 4):
        for column, value in enumerate(row):
            sheet.write_string(at, column, value, wrapped)
    sheet.freeze_panes(4, 0)
    counts, at = book.add_worksheet("统计"), 0
    counts.set_column(0, 0, 30)
    for title, key in TABLES:
        counts.write_string(at, 0, title, bold)
        for at, (label, count) in enumerate(account[key], at + 1):  # noqa: B020 - the next line's number
            counts.write_string(at, 0, label)
            counts.write_string(at, 1, str(count))
        at += 2
    book.close()
    return out.getvalue()


def as_csv(account: dict[str, Any]) -> bytes:
    """The listed groups as open data; a cell that a program would run is kept from it by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for row in rows_of(account):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell


def as_docx(account: dict[str, Any]) -> bytes:
    """The account for Word."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(f"{account['title']}　意见采纳情况", level=1)
    document.add_paragraph(summary(account))
    for title, key in TABLES:
        if account[key]:
            said = "；".join(f"{label} {count}" for label, count in account[key])
            document.add_paragraph(f"{title}：{said}。")
    table = document.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, HEADS, strict=True):
        cell.text = head
    for row in rows_of(account):
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    document.add_paragraph(NOTE)
    out = io.BytesIO()
    write = document.save
    write(out)
    return out.getvalue()
