"""Headers of a mail: where each begins, what its encoded words say, and the parameters of those that have some."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from tici.engines.opinions.mails.charsets import decoded

Headers = dict[str, list[bytes]]

_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_KNOWN = re.compile(rb"(content-|mime-version|from|to|cc|date|subject|message-id|received|reply-to|x-)", re.IGNORECASE)
_WORD = re.compile(rb"=\?([\w.:*-]+)\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]*|\r[ \t]*")
_PARAMETER = re.compile(rb";\s*([\w!#$&+.^`{}~-]+(?:\*\d+)?\*?)\s*=\s*(\"(?:\\.|[^\"\\])*\"?|[^;]*)", re.DOTALL)
_PIECE = re.compile(r"(.+?)\*(\d+)(\*?)")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_MOST_HEADERS, _LONGEST = 1_000, 20_000


def split_headers(content: bytes) -> tuple[Headers, bytes]:
    """Return the headers of a mail or a part by lower-case name, and the bytes of its body.

    Notes
    -----
    A line that is no header belongs to the one before when another known header follows before the blank line
    (some programs fold without indenting); else the body begins with it.
    """
    lines = content.splitlines(keepends=True)
    if lines and lines[0].startswith((b"From ", b">From ")):
        lines = lines[1:]
    blank = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    known = [at for at in range(blank) if (found := _HEADER.match(lines[at])) and _KNOWN.match(found[1])]
    last_known = known[-1] if known else -1
    headers: Headers = {}
    current: list[bytes] | None = None
    for at, line in enumerate(lines[:blank]):
        found = _HEADER.match(line)
        if current is not None and (line[:1] in b" \t" or (not found and at < last_known)):
            current[-1] += line if len(current[-1]) < _LONGEST else b""
        elif found and len(headers) < _MOST_HEADERS:
            current = headers.setdefault(found[1].lower().decode("ascii"), [])
            current.append(found[2])
        elif at < last_known:
            continue
        else:
            return headers, b"".join(lines[at:])
    return headers, b"".join(lines[blank + 1 :])


def first(headers: Headers, name: str) -> bytes:
    """Return the first header of a name, unfolded, or nothing."""
    values = headers.get(name)
    return _FOLD.sub(b" ", values[0][: _LONGEST * 2]).strip() if values else b""


def text_of(value: bytes, charset: str = "") -> str:
    """Return a header as text on one line: encoded words put together, raw bytes guessed, line breaks gone."""
    pieces = [decoded(content, name) for content, name in _joined(_FOLD.sub(b" ", value), charset)]
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def _joined(value: bytes, charset: str) -> Iterator[tuple[bytes, str]]:
    """Yield runs of bytes in one encoding; neighbouring words of one encoding are joined before they are decoded."""
    run, name, at, carried = b"", "", 0, b""
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        own = word[1].decode("ascii").split("*")[0].lower()
        is_next = at > 0 and not between.strip()
        if is_next and own != name:
            yield run, name
        elif not is_next:
            yield run, name
            yield between, charset
        if not is_next or own != name:
            run, name, carried = b"", own, b""
        body = carried + word[3] if word[2] in b"bB" else word[3]
        # Some programs cut base64 between two words in the middle of its groups of four.
        carried = b""
        if word[2] in b"bB" and len(body.rstrip(b"=")) % 4 and not body.endswith(b"="):
            whole = len(body) // 4 * 4
            body, carried = body[:whole], body[whole:]
        run, at = run + _word(body, word[2]), word.end()
        follows = _WORD.match(value[at:].lstrip())
        if carried and not (follows and follows[1].lower().split(b"*")[0] == word[1].lower().split(b"*")[0]):
            run, carried = run + unbase64(carried), b""
    yield run, name
    yield value[at:], charset


def _word(body: bytes, how: bytes) -> bytes:
    if how in b"bB":
        return unbase64(body)
    return binascii.a2b_qp(body.replace(b"_", b" "), header=False)


def unbase64(content: bytes) -> bytes:
    """Return what base64 says, whatever stands between its letters and however it ends."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content.replace(b"-", b"+").replace(b"_", b"/"))
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def value_and_parameters(value: bytes, charset: str = "") -> tuple[str, dict[str, str]]:
    """Return a header's value in lower case and its parameters as text.

    Notes
    -----
    Names of files come as RFC 2231 (also in pieces), as encoded words, or as raw bytes; all are read.
    """
    head = re.split(rb"[;\s]", value.strip(), maxsplit=1)[0]
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for found in _PARAMETER.finditer(value):
        name, raw = found[1].decode("ascii").lower(), found[2].strip()
        if raw.startswith(b'"'):
            # A backslash is an escape only before a quote or itself; else it is half of a Chinese character or a path.
            raw = re.sub(rb'\\(["\\])', rb"\1", raw[1:].removesuffix(b'"'))
        if piece := _PIECE.fullmatch(name):
            pieces.setdefault(piece[1], []).append((int(piece[2][:4]), bool(piece[3]), raw))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], []).append((0, True, raw))
        else:
            plain.setdefault(name, text_of(raw, charset))
    return head.decode("ascii", "replace").lower(), plain | {name: _continued(parts) for name, parts in pieces.items()}


def _continued(parts: list[tuple[int, bool, bytes]]) -> str:
    charset, whole = "", b""
    for number, is_coded, raw in sorted(parts, key=lambda part: part[0]):
        if number == 0 and is_coded and raw.count(b"'") >= 2:
            name, _, raw = raw.split(b"'", 2)
            charset = name.decode("ascii", "replace")
        whole += unquote_to_bytes(raw) if is_coded else raw
    return text_of(whole, charset) if _WORD.search(whole) else _BLANKS.sub(" ", decoded(whole, charset)).strip()


def name_and_address(text: str) -> tuple[str, str]:
    """Return who a header of persons names first: the name shown, and the address in lower case."""
    bracketed = re.search(r"^(.*?)<\s*([^<>]*?)\s*>", text)
    address = _ADDRESS.search(bracketed[2] if bracketed else text) or _ADDRESS.search(text)
    name = bracketed[1] if bracketed else re.sub(r"[()]", "", text.replace(address[0], "") if address else text)
    return name.strip().strip("\"'").strip(), address[0].lower() if address else ""


def addresses(text: str) -> tuple[str, ...]:
    """Return every address of a header, in lower case, each once."""
    return tuple(dict.fromkeys(found.lower() for found in _ADDRESS.findall(text)))


def moment(text: str) -> datetime | None:
    """Return the moment a date header names, or nothing when it names none."""
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
