"""Breaking a title into lines, as GB/T 9704 asks: words whole, lines centred, the shape even."""

from __future__ import annotations

from tici.briefings.circular.content import width_in_characters

LINE_WIDTH = 19  # characters of 2号 on 156 mm, with a margin of a half on each side
_BEFORE = ("的", "和", "与", "情况", "工作", "项目", "全市")  # a line may end before or after these words…
_NEVER_FIRST = "的了和与、，。》）〕"  # …but none begins with one of these signs


def title_lines(title: str) -> list[str]:
    """Return a title's lines: as few as fit, of lengths as equal as its words allow.

    A title may hold its own line breaks, which are then kept.
    """
    lines: list[str] = []
    for piece in title.split("\n"):
        lines.extend(_broken(piece))
    return lines


def _broken(piece: str) -> list[str]:
    count = -(-int(width_in_characters(piece) * 2) // (LINE_WIDTH * 2))
    lines = []
    while count > 1:
        ideal = width_in_characters(piece) / count
        cut = min(_cuts(piece), key=lambda place: abs(width_in_characters(piece[:place]) - ideal))
        lines.append(piece[:cut])
        piece, count = piece[cut:], count - 1
    return [*lines, piece]


def _cuts(piece: str) -> list[int]:
    """Return where a line may end: beside a known word, or anywhere if the title has none."""
    spots = {at for word in _BEFORE for at in _around(piece, word)}
    fit = [at for at in spots if 0 < at < len(piece) and piece[at] not in _NEVER_FIRST and _fits(piece, at)]
    anywhere = [at for at in range(1, len(piece)) if piece[at] not in _NEVER_FIRST and not _splits_number(piece, at)]
    return fit or anywhere


def _around(piece: str, word: str) -> set[int]:
    starts = [at for at in range(len(piece)) if piece.startswith(word, at)]
    return {at for start in starts for at in (start, start + len(word))}


def _fits(piece: str, at: int) -> bool:
    return width_in_characters(piece[:at]) <= LINE_WIDTH


def _splits_number(piece: str, at: int) -> bool:
    return piece[at - 1].isascii() and piece[at].isascii()
