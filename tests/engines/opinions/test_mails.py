"""Mails as Chinese mailboxes send them: subject, words and names of files come out right, and nothing ever raises."""

from __future__ import annotations

import base64
import json
import quopri
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tici.engines.opinions import mails

GIVEN = Path(__file__).resolve().parents[4] / "shared" / "data" / "mails"
SAID = "建议3号线早上7：15发车，谈固东街增设一站。"
SUBJECT = "关于公交专线的意见"


def of(*heads: bytes, body: bytes = SAID.encode()) -> bytes:
    return b"\r\n".join([b"From: shili@example.com", b"To: b@example.com", *heads, b"", body])


def word(charset: str, text: str = SUBJECT, encoding: str = "B") -> bytes:
    raw = text.encode(charset)
    quoted = quopri.encodestring(raw, header=True).decode().replace("=\n", "")
    coded = base64.b64encode(raw).decode() if encoding == "B" else quoted
    return f"Subject: =?{charset}?{encoding}?{coded}?=".encode()


PLAIN = b"Content-Type: text/plain; charset=%s"
BASE64, QUOTED = b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable"
HTML = b"Content-Type: text/html; charset=%s"
MIXED = b"Content-Type: multipart/mixed; boundary=b"
TEXT_PART = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{SAID}\r\n"
HTML_PART = f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{SAID}</p>\r\n--b--"
SCRIPT = f"<style>p{{}}</style><script>alert(1)</script><p>{SAID}</p>"
UTF8, GBK = PLAIN % b"utf-8", SAID.encode("gbk")


def halves(at: int) -> bytes:
    """The subject in two encoded words, cut at a byte."""
    one, other = (base64.b64encode(part) for part in (SUBJECT.encode()[:at], SUBJECT.encode()[at:]))
    return b"Subject: =?utf-8?B?" + one + b"?=\r\n =?utf-8?B?" + other + b"?="


KINDS = {
    "utf-8, 8 bit": of(word("utf-8"), UTF8),
    "utf-8, quoted subject": of(word("utf-8", encoding="Q"), UTF8),
    "gbk": of(word("gbk"), PLAIN % b"gbk", body=GBK),
    "gb2312": of(word("gb2312"), PLAIN % b"gb2312", body=GBK),
    "gb18030": of(word("gb18030"), PLAIN % b"gb18030", body=SAID.encode("gb18030")),
    "cp936": of(word("gbk").replace(b"gbk", b"cp936"), PLAIN % b"cp936", body=GBK),
    "x-gbk": of(word("gbk").replace(b"gbk", b"x-gbk"), PLAIN % b"x-gbk", body=GBK),
    "charset in quotes": of(word("gbk"), b'Content-Type: text/plain; charset="GBK"', body=GBK),
    "charset in capitals": of(word("utf-8"), PLAIN % b"UTF8"),
    "no charset, utf-8": of(word("utf-8"), b"Content-Type: text/plain"),
    "no charset, gbk": of(word("gbk"), b"Content-Type: text/plain", body=GBK),
    "no type at all": of(word("utf-8")),
    "unknown charset": of(word("utf-8"), PLAIN % b"klingon"),
    "lying charset": of(word("utf-8"), PLAIN % b"iso-8859-1"),
    "declared utf-8, is gbk": of(word("gbk"), UTF8, body=GBK),
    "declared gbk, is utf-8": of(word("utf-8"), PLAIN % b"gbk"),
    "raw utf-8 subject": of(f"Subject: {SUBJECT}".encode(), UTF8),
    "raw gbk subject": of(f"Subject: {SUBJECT}".encode("gbk"), PLAIN % b"gbk", body=GBK),
    "base64 body": of(word("utf-8"), UTF8, BASE64, body=base64.encodebytes(SAID.encode())),
    "broken base64 padding": of(word("utf-8"), UTF8, BASE64, body=base64.b64encode(SAID.encode()).rstrip(b"=")),
    "quoted-printable body": of(word("utf-8"), UTF8, QUOTED, body=quopri.encodestring(SAID.encode())),
    "two encoded words": of(halves(9), UTF8),
    "a character split over two words": of(halves(10), UTF8),
    "bare line feeds": of(word("utf-8"), UTF8).replace(b"\r\n", b"\n"),
    "html alone": of(word("utf-8"), HTML % b"utf-8", body=f"<html><body><p>{SAID}</p></body></html>".encode()),
    "html whose meta lies": of(word("gbk"), HTML % b"gbk", body=f"<meta charset=utf-8><div>{SAID}</div>".encode("gbk")),
    "html with script and style": of(word("utf-8"), HTML % b"utf-8", body=SCRIPT.encode()),
    "two alternatives": of(
        word("utf-8"), b"Content-Type: multipart/alternative; boundary=b", body=(TEXT_PART + HTML_PART).encode()
    ),
    "a boundary never closed": of(word("utf-8"), MIXED, body=TEXT_PART.encode()),
    "a boundary that is not there": of(word("utf-8"), b"Content-Type: multipart/mixed; boundary=zzz"),
    "a byte order mark": of(word("utf-8"), UTF8, body=b"\xef\xbb\xbf" + SAID.encode()),
    "big5 name of charset": of(word("utf-8"), PLAIN % b"big5"),
}
JUNK = st.builds(
    lambda kind, at, junk: KINDS[kind][:at] + junk + KINDS[kind][at:],
    st.sampled_from(sorted(KINDS)),
    st.integers(0, 200),
    st.binary(max_size=12),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_of_any_kind_is_read(kind):
    mail = mails.read(KINDS[kind])

    assert mail.subject == SUBJECT
    assert SAID in mail.text
    assert mail.kind == "opinion"
    assert "alert" not in mail.text


def test_there_are_thirty_kinds():
    assert len(KINDS) >= 30


@pytest.mark.skipif(not GIVEN.exists(), reason="the shared mails are not beside the project")
def test_the_nine_nasty_mails_come_out_right():
    for one in json.loads((GIVEN / "truth.json").read_text(encoding="utf-8")):
        mail = mails.read((GIVEN / one["file"]).read_bytes())
        assert mail.subject == one["subject"], one["file"]
        assert one["body_contains"] in mail.text, one["file"]
        assert [found.name for found in mail.attachments] == one["attachments"], one["file"]


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        ([b"Auto-Submitted: auto-replied"], "auto_reply"),
        ([b"X-Autoreply: yes"], "auto_reply"),
        ([b"Return-Path: <>", b"Content-Type: multipart/report; report-type=delivery-status; boundary=b"], "bounce"),
        ([b"List-Id: <a.example.com>"], "list"),
    ],
)
def test_what_no_person_wrote_is_told_apart(heads, kind):
    assert mails.read(of(word("utf-8"), *heads)).kind == kind


def test_a_file_keeps_its_bytes_and_its_chinese_name():
    content = bytes(range(256))
    name = base64.b64encode("意见.pdf".encode("gbk"))
    file = b'--b\r\nContent-Type: application/pdf; name="=?gbk?B?' + name + b'?="\r\n' + BASE64 + b"\r\n\r\n"
    raw = of(word("utf-8"), MIXED, body=TEXT_PART.encode() + file + base64.encodebytes(content) + b"\r\n--b--")

    (found,) = mails.read(raw).attachments

    assert (found.name, found.content) == ("意见.pdf", content)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), JUNK))
def test_no_bytes_make_the_reader_fail(raw):
    mails.read(raw)
