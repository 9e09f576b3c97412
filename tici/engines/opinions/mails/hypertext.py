"""Text of a mail written in HTML: its words by lines; what it quotes begins with '> ' as in plain mails."""

from __future__ import annotations

import html
import re

BLOCKS = set(
    re.findall(r"\w+", "p div br tr li h1 h2 h3 h4 h5 h6 table ul ol dl dt dd pre hr section article header center")
)
SILENT = {"style", "script", "head", "title", "template", "noscript", "svg", "object"}
LONGEST = 4_000_000
_TAG = re.compile(r"</?([a-zA-Z][\w:-]*)")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def declared_charset(content: bytes) -> str:
    """Return the encoding that an HTML page says it is in, or nothing; it is often wrong."""
    found = _META.search(content[:4096])
    return found[1].decode("ascii") if found else ""


def text_of(page: str) -> str:
    """Return the words of an HTML page.

    Notes
    -----
    Time is linear in the length; tags that are never closed and other faults do not matter. Text inside blockquote
    gets '> ' before each line.
    """
    reader = _Reader(page[:LONGEST])
    while reader.at < len(reader.page):
        reader.step()
    return _laid_out(reader.lines)


class _Reader:
    """Goes through a page once, from tag to tag, and collects (depth of quotation, words) of each line."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.at = self.depth = 0
        self.lines: list[tuple[int, list[str]]] = [(0, [])]
        self.unclosed: set[str] = set()

    def step(self) -> None:
        """Take the words up to the next tag, and the tag."""
        begin = self._find("<", self.at)
        if words := _BLANKS.sub(" ", html.unescape(self.page[self.at : begin])):
            self.lines[-1][1].append(words)
        self.at = begin
        if self.page.startswith("<!--", begin):
            self.at = self._find("-->", begin) + 3
        elif tag := _TAG.match(self.page, begin):
            self.at = self._find(">", begin) + 1
            self._take(tag[1].lower(), is_end=self.page[begin + 1] == "/")
        elif self.page[begin + 1 : begin + 2] in ("!", "?", "/"):
            self.at = self._find(">", begin) + 1
        elif begin < len(self.page):
            self.lines[-1][1].append("<")
            self.at = begin + 1

    def _take(self, name: str, *, is_end: bool) -> None:
        if name == "blockquote":
            self.depth = max(0, self.depth - 1) if is_end else self.depth + 1
        if name in BLOCKS or name == "blockquote":
            self.lines.append((self.depth, []))
        elif name in {"td", "th"} and is_end:
            self.lines[-1][1].append(" ")
        elif name in SILENT and not is_end and self.page[self.at - 2 : self.at] != "/>":
            self._skip(name)

    def _skip(self, name: str) -> None:
        """Go past an element whose content is not read; a head or title that never ends hides nothing."""
        end = None
        if name not in self.unclosed:
            end = re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE).search(self.page, self.at)
        if end:
            self.at = end.end()
        elif name in {"head", "title"}:
            self.unclosed.add(name)
        else:
            self.at = len(self.page)

    def _find(self, what: str, begin: int) -> int:
        found = self.page.find(what, begin)
        return len(self.page) if found < 0 else found


def _laid_out(lines: list[tuple[int, list[str]]]) -> str:
    out: list[str] = []
    for depth, words in lines:
        line = "".join(words).replace("\xa0", " ").replace("\u200b", "").strip()
        if line:
            out.append("> " * min(depth, 3) + line)
    return "\n".join(out)
