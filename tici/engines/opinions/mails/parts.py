"""The parts of a mail: a tree of multiparts laid flat, each part with its exact bytes."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tici.engines.opinions.mails.headers import Headers, first, split_headers, unbase64, value_and_parameters

DEEPEST, MOST_PARTS = 20, 500
_GUESSED_BOUNDARY = re.compile(rb"\s*--([!-~]{4,70})\r?\n[!-9;-~]+:", re.DOTALL)
_UU = re.compile(rb"^begin [0-7]{3,4} [^\r\n]+\r?\n(.*?)^end\b", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its headers, its kind and its content with the transfer encoding undone."""

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    content: bytes
    is_alternative: bool  # one of several forms of the same text


def parts_of(content: bytes) -> tuple[Headers, list[Part]]:
    """Return the headers of a mail and all its leaves in the order they stand in."""
    headers, body = split_headers(content)
    leaves: list[Part] = []
    for part in _walk(headers, body, "text/plain", depth=0, is_alternative=False):
        leaves.append(part)
        if len(leaves) >= MOST_PARTS:
            break
    return headers, leaves


def _walk(headers: Headers, body: bytes, default: str, *, depth: int, is_alternative: bool) -> Iterator[Part]:
    media_type, parameters = value_and_parameters(first(headers, "content-type"))
    if "/" not in media_type:
        media_type = default
    if media_type.startswith("multipart/") and depth < DEEPEST:
        boundary = _boundary(headers, body)
        pieces = _pieces(body, boundary) if boundary else []
        inner = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        for piece in pieces:
            own, rest = split_headers(piece)
            yield from _walk(
                own,
                rest,
                inner,
                depth=depth + 1,
                is_alternative=is_alternative or media_type == "multipart/alternative",
            )
        if pieces:
            return
        media_type = "text/plain"
    disposition, told = value_and_parameters(first(headers, "content-disposition"))
    name = told.get("filename") or parameters.get("name") or ""
    content = untransferred(body, first(headers, "content-transfer-encoding").decode("ascii", "replace"))
    yield Part(headers, media_type, parameters, disposition, name, content, is_alternative)


def _boundary(headers: Headers, body: bytes) -> bytes:
    """Return the boundary as declared, byte by byte; else the one that the body seems to use."""
    value = first(headers, "content-type")
    found = re.search(rb"boundary\s*=\s*(?:\"([^\"]+)\"?|([^;\s]+))", value, re.IGNORECASE)
    declared = (found[1] or found[2]) if found else b""
    if declared and b"--" + declared in body:
        return declared
    guessed = _GUESSED_BOUNDARY.match(body)
    return guessed[1] if guessed else b""


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    begin: int | None = None
    for found in line.finditer(body):
        if begin is not None:
            pieces.append(_without_first_break(body[begin : found.start()]))
        begin = None if found[1] else found.end()
        if len(pieces) >= MOST_PARTS:
            return pieces
    if begin is not None:  # cut off before its end
        pieces.append(_without_first_break(body[begin:]))
    return pieces


def _without_first_break(piece: bytes) -> bytes:
    return piece.removeprefix(b"\r").removeprefix(b"\n")


def untransferred(body: bytes, how: str) -> bytes:
    """Return a body with its transfer encoding undone; an unknown one leaves it as it is."""
    how = how.strip().lower()
    if how == "base64":
        return unbase64(body)
    if how == "quoted-printable":
        return binascii.a2b_qp(body)
    if how in {"x-uuencode", "uuencode", "x-uue", "uue"} and (found := _UU.search(body)):
        return b"".join(map(_uu_line, found[1].splitlines()))
    return body


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        most = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:most])
        except binascii.Error:
            return b""
