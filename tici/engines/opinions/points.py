"""A text cut into its points (要点): what it asks for, one by one, each with its offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from tici.engines.opinions.numerals import flat, number
from tici.engines.opinions.slots import aspect_weights


@dataclass(frozen=True)
class Point:
    """One point; ``whole[start:end] == text``."""

    start: int
    end: int
    text: str


#: One style of numbering each: 1. 1、 | (1) | ① | 一、 | (一) | 第一,
_NUMBERED = [
    re.compile(r"(?:^|(?<=[\s。;；,，:：!！?？)]))[ \t]*(?P<n>\d{1,2})\s*(?:[、)]|\.(?!\d))\s*", re.MULTILINE),
    re.compile(r"\(\s*(?P<n>\d{1,2})\s*\)\s*"),
    re.compile(r"(?P<n>[①-⑳])\s*"),
    re.compile(r"(?:^|(?<=[\s。;；:：!！?？]))[ \t]*(?P<n>[一二三四五六七八九十]{1,2})\s*[、.]\s*", re.MULTILINE),
    re.compile(r"\(\s*(?P<n>[一二三四五六七八九十]{1,2})\s*\)\s*"),
    re.compile(
        r"第(?P<n>[一二三四五六七八九])(?:点|条|个)?(?:建议|意见)?(?:是)?[,，、:：]?(?!班|趟|小学|幼儿园|批|站|中学|名|年|天|次|医院|次)"
    ),
    re.compile(r"(?:^|(?<=[\s。;；,，:：!！?？]))(?:其|之)?(?P<n>[一二三四五六七八九])(?:来|是)(?=[,，\u4e00-\u9fff])"),
]
_LEAST_BETWEEN = 5
_SENTENCE = re.compile(r"[^。!！?？;；\n]*(?:[。!！?？;；\n]+[”’\")]*|$)")
_NEXT = re.compile(
    r"\s*(?:另外|此外|还有(?=[,，、:：一就个]|希望|建议|能|，)|再就是|再有|其次|再次|再者|最后|同时(?=建议|希望|[,，])|除此之外|顺便|另|首先|还想|还要说|对了|以及希望)"
)
_ASK = re.compile(
    r"希望|建议|恳请|恳求|请求|请(?!问|假|教)|能否|能不能|可否|可不可以|最好|应该|应当|盼|呼吁|麻烦|申请|要求|不如|应(?=[在于改增设调把])|加个|加一|改成|改到"
)
_HEADING = re.compile(
    r"^\s*(?:关于.{2,40}(?:意见|建议|反馈|反映|诉求|请求|申请)(?:书|表|信)?|(?:意见|建议|传\s*真|来信|意见建议(?:反馈)?表|反馈表)(?:书|信|如下)?)\s*$"
)
_GREETING = re.compile(
    r"^\s*(?:尊敬的.{0,24}|.{0,30}(?:教育局|公交|办公室|政府|领导|同志|工作人员|老师|单位|部门|市长|局长|委员会|公司|集团|大队)们?)?\s*(?:[:：]|[,，]?(?:你|您|大家)们?好)[,，。!！:：]*\s*$"
)
_FIELD = re.compile(
    r"^\s*(?:收件|发件|收件人|发件人|日期|页数|主题|传真号?|姓名|身份|联系人|联系方式|联系电话|手机号?|电话|电子邮箱|邮箱|地址|住址|家庭住址|意见类别|是否同意公开|填表日期"
    r"|学校|班级|市民|反映人|反馈人|提议人|建议人|来信人|写信人|署名|落款|家长签名|签名|一位.{0,12}(?:家长|老人|市民|爷爷|奶奶).{0,8}$)\s*(?:[:：]|$)|^\s*一(?:位|名).{0,14}(?:家长|老人|市民|爷爷|奶奶|居民)\s*.{0,8}$"
)
_CLOSING = re.compile(
    r"^\s*(?:此致|敬礼|谢谢.{0,12}|感谢.{0,16}|多谢.{0,6}|盼复|盼回复|特此(?:反映|建议|说明|来信).{0,6}|以上(?:是|为|意见|建议|几点|纯属|请).{0,24}|望(?:采纳|予采纳|考虑|批准|回复|予以考虑).{0,8}|请予(?:考虑|采纳).{0,6}|祝.{0,14}|辛苦了.{0,6}"
    r"|[\d二〇○零一]{4}年.{1,6}月.{1,4}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\(?盖章\)?|[\d\-()（）\s]{7,}|您好|你们?好|大家好)[。!！,，\s]*$"
)
#: A name alone on a line.
_SIGNER = re.compile(r"^\s*(?:家长|市民|居民)?[:：]?\s*[\u4e00-\u9fff]{2,3}(?:家长|女士|先生|妈妈|爸爸)?\s*$")
_POLITE = ("谢谢", "感谢", "多谢", "祝", "辛苦")


def split(text: str) -> tuple[Point, ...]:
    """Cut a text into its points.

    Parameters
    ----------
    text
        A whole opinion: a mail's own words, the text of a letter, or a line from a form.

    Notes
    -----
    Numbered lists are cut at their numbers. Elsewhere a point is the sentences up to the next one that begins
    something new (另外, 还有, 其次) or asks about another aspect. Headings, greetings, closings and the fields of a
    letterhead are no points. There is always at least one point unless the text is blank.
    """
    plain = flat(text)
    begins = _list_begins(plain)
    bounds = [0, *begins, len(text)] if begins else [0, len(text)]
    found: list[tuple[int, int]] = []
    for at, (begin, end) in enumerate(pairwise(bounds)):
        is_item = bool(begins) and at > 0
        sentences = _sentences(plain, begin, end)
        if is_item:
            sentences = _before_closing(plain, sentences)
            found += [(sentences[0][0], sentences[-1][1])] if sentences else []
        elif not begins or any(_ASK.search(plain, *span) for span in sentences):
            intro = [span for span in sentences if not (begins and plain[: span[1]].rstrip().endswith((":", "意见。")))]
            found += _grouped(plain, intro if begins else sentences)
    points = [_trimmed(text, *span) for span in found]
    points = [point for point in points if point.text]
    if points or not text.strip():
        return tuple(points)
    return (_trimmed(text, 0, len(text)),)


def _trimmed(text: str, start: int, end: int) -> Point:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Point(start, end, text[start:end])


def _list_begins(plain: str) -> list[int]:
    """Return where the items of a numbered list begin, in the style that has most of them."""
    best: list[int] = []
    for style in _NUMBERED:
        begins: list[int] = []
        for found in style.finditer(plain):
            value = ord(found["n"]) - 0x245F if "①" <= found["n"] <= "⑳" else number(found["n"])
            if value == len(begins) + 1 and (not begins or found.start() - begins[-1] > _LEAST_BETWEEN):
                begins.append(found.start())
        if len(begins) >= 2 and len(begins) > len(best):
            best = begins
    return best


def _sentences(plain: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of sentences, without headings, greetings, closings and fields of a letterhead."""
    spans = []
    for found in _SENTENCE.finditer(plain, begin, end):
        words = found[0].strip().rstrip("。;；!！")
        if words and not _is_frame(plain, found.start(), words, found[0].strip() == words):
            spans.append(found.span())
    return spans


def _is_frame(plain: str, start: int, words: str, is_unended: bool) -> bool:
    """Whether a sentence belongs to the letter around the points."""
    if _SIGNER.match(words) and is_unended and plain[:start].endswith("\n"):
        return True
    if _CLOSING.match(words):
        return not (words.startswith(_POLITE) and _ASK.search(words))
    return any(one.match(words) for one in (_HEADING, _GREETING, _FIELD))


def _before_closing(plain: str, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sentences of the last item up to what closes the letter; items keep all that stands together."""
    kept: list[tuple[int, int]] = []
    for span in sentences:
        if kept and "\n" in plain[kept[-1][1] - 1 : span[0] + 1] and plain[kept[-1][1] : span[0]].strip():
            break
        kept.append(span)
    return kept


def _grouped(plain: str, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    groups: list[list[tuple[int, int]]] = []
    aspects: set[str] = set()
    has_asked = False
    for span in sentences:
        words = plain[slice(*span)]
        asks = bool(_ASK.search(words))
        own = _aspects(words) if asks else set()
        begins_anew = bool(_NEXT.match(words)) or (asks and has_asked and bool(own) and not own & aspects)
        if groups and not begins_anew and plain[groups[-1][-1][1] : span[0]].strip() == "":
            groups[-1].append(span)
        else:
            groups.append([span])
            aspects, has_asked = set(), False
        aspects, has_asked = aspects | own, has_asked or asks
    return [(group[0][0], group[-1][1]) for group in groups]


def _aspects(words: str) -> set[str]:
    return {code for code, weight in aspect_weights(words).items() if weight >= 1}


def without_frame(text: str) -> str:
    """Return a text without the headings, greetings, closings and fields of the letter around its points."""
    return "".join(text[begin:end] for begin, end in _sentences(flat(text), 0, len(text))) or text
