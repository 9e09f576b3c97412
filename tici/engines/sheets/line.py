"""One row under a header, and what it is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Line:
    """One row under a header.

    ``kind`` is data, continued, section, subtotal, total, where, subitem, note, header or
    blank; ``text`` is its label; ``depth`` ranks section headings.
    """

    row: int
    kind: str
    text: str = ""
    depth: int = 0
    more: list[int] = field(default_factory=list)
