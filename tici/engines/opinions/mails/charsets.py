"""Bytes of unknown or wrongly declared encoding become text, always."""

from __future__ import annotations

import codecs
import re

#: What is meant by a name: Chinese programs write gb2312 and use all of GB 18030.
MEANT = {
    **dict.fromkeys(
        ("gb2312", "gb_2312-80", "gb2312-80", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "936", "euc-cn"),
        "gb18030",
    ),
    **dict.fromkeys(("gb-2312", "gb_2312", "csgb2312", "chinese", "gb18030-2000", "gb18030-2005", "gb"), "gb18030"),
    **dict.fromkeys(("big5", "big-5", "x-big5", "cp950", "big5-hkscs", "zh_tw-big5"), "big5hkscs"),
    **dict.fromkeys(("utf8", "utf-8-sig", "unicode-1-1-utf-8", "utf_8", "utf-8mb4"), "utf-8"),
    **dict.fromkeys(("hz-gb-2312", "hz"), "hz"),
    "unicode-1-1-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
}
#: Names that programs fill in without looking, so that they say nothing.
EMPTY_NAMES = {"", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15"}
EMPTY_NAMES |= {"default", "unknown", "unknown-8bit", "x-unknown", "default_charset", "_autodetect", "8bit", "binary"}
MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16")]
MARKS += [(codecs.BOM_UTF16_BE, "utf-16")]
LIKELY = ("utf-8", "gb18030", "big5hkscs")
#: Encodings that shift by escape characters, whose bytes are all ASCII.
SHIFTED = {"hz", "utf-7", "iso2022_jp_ext"}
_NAME = re.compile(r"[\w.:-]{1,40}", re.ASCII)


def decoded(content: bytes, charset: str = "", second: str = "") -> str:
    """Return the text of some bytes.

    Parameters
    ----------
    content
        The bytes.
    charset
        What they are said to be, which may be wrong, unknown or empty.
    second
        What another place says of them, believed when the first says nothing.

    Notes
    -----
    A mark at the beginning decides. Then the declared encoding is taken where it fits, unless the bytes also are
    UTF-8 and read more like Chinese so; then UTF-8, GB 18030 and Big5 are tried. Where none fits, the one that leaves
    the fewest gaps is taken. Characters of nought, which no database keeps, are dropped.
    """
    for mark, name in MARKS:
        if content.startswith(mark):
            return _clean(content.decode(name, "replace"))
    wanted = _meant(charset) or _meant(second)
    if wanted not in SHIFTED and content.isascii():
        return _clean(content.decode("ascii"))
    fits = {name: text for name in (wanted, *LIKELY) if name and (text := _strict(content, name)) is not None}
    if wanted in fits and ("utf-8" not in fits or wanted in SHIFTED):
        return _clean(fits[wanted])
    if "utf-8" in fits:
        others = [fits[name] for name in (wanted,) if name in fits]
        return _clean(max([fits["utf-8"], *others], key=chineseness))
    if fits:
        return _clean(max(fits.values(), key=chineseness))
    names = [name for name in (wanted, *LIKELY) if name and _strict(b"a", name) is not None]
    texts = [content.decode(name, "replace") for name in names]
    return _clean(min(texts, key=lambda text: (text.count("\ufffd"), -chineseness(text))))


def chineseness(text: str) -> float:
    """Return which share of the characters beyond ASCII are ones that Chinese text is made of."""
    beyond = [char for char in text[:4000] if char > "\x7f"]
    return sum(map(_is_common, beyond)) / len(beyond) if beyond else 1.0


def _is_common(char: str) -> bool:
    """Whether a character is a frequent one: level 1 of GB 2312, or punctuation of full width."""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return char in "—·…“”‘’€䶮"
    return 0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3)


def _meant(name: str) -> str:
    name = name.strip().strip("\"'").lower().split("*")[0]
    if name in EMPTY_NAMES or not _NAME.fullmatch(name):
        return ""
    return MEANT.get(name, name)


def _strict(content: bytes, name: str) -> str | None:
    """Decode if the bytes are in this encoding; a character cut off at the end is forgiven."""
    for cut in range(4 if len(content) > 8 else 1):
        try:
            return content[: len(content) - cut].decode(name)
        except (LookupError, ValueError):
            if name not in LIKELY:
                return None
    return None


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\x00", "")
