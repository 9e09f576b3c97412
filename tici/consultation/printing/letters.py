"""Answers as letters on A4, one a page, for those who left no mailbox and look nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tici.consultation.actions import Sender
from tici.consultation.models import Answer
from tici.core.typesetting import pdf

HERE = Path(__file__).parent
GREETING = 20  # characters; a longer first line is a paragraph


def letters_pdf(answers: Sequence[tuple[Answer, Sender]], on: date) -> bytes:
    """One letter an answer: to whom, the words as written, who answers, the day, and the number to ask by."""
    return pdf(HERE / "letter.typ", {"letters": [_letter(answer, sender, on) for answer, sender in answers]})


def _letter(answer: Answer, sender: Sender, on: date) -> dict[str, object]:
    notice, lines = answer.submission.notice, [line.strip() for line in answer.text.splitlines() if line.strip()]
    if lines and lines[-1] == notice.office:  # stands below, with the day
        lines.pop()
    is_greeting = bool(lines) and lines[0].endswith(("：", ":")) and len(lines[0]) <= GREETING
    return {
        "office": notice.office,
        "number": answer.submission.item.number,
        "to": [word for word in (sender.name, sender.address) if word],
        "title": "意见答复函",
        "greeting": lines[0] if is_greeting else "",
        "paragraphs": lines[1:] if is_greeting else lines,
        "on": f"{on.year}年{on.month}月{on.day}日",
    }
