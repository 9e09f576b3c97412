"""The same request sent more than once: groups of one template and the same slots; families of one template."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from tici.engines.opinions.numerals import flat
from tici.engines.opinions.points import without_frame
from tici.engines.opinions.slots import Slots

#: Pairs of texts whose pairs of characters agree so far are one template: share of all, share of the shorter text.
ALIKE, CONTAINED = 0.5, 0.7
#: Below so many pairs of characters a text is too short for chance likenesses to be told from copies.
SHORT, ALIKE_IF_SHORT = 10, 0.75
#: Above so many different texts only the nearest of each are compared.
MOST_EXACT, NEAREST = 5_000, 60
_CONTACT = re.compile(r"[\w.+-]+@[\w.-]+|(?:\d[\s-]?){7,}|\d{4}年\d{1,2}月\d{1,2}日")
_NO_WORD = re.compile(r"[\W_]+")
#: How much of a damaged name must be there, in hundredths, and by how much more than of another name.
NAME_LEFT, NAME_AHEAD = 70.0, 12.0


@dataclass(frozen=True)
class Grouping:
    """For each text the number of its group and of its family; numbers are those of the first text in them.

    Attributes
    ----------
    groups
        The same request in about the same words; decided once.
    families
        The same words, whatever school or line or time they ask for; a weaker link, shown only.
    """

    groups: tuple[int, ...]
    families: tuple[int, ...]


@dataclass(frozen=True)
class _Signature:
    """What a text asks for: two texts of one template are one request only if these agree."""

    schools: frozenset[str]
    lines: frozenset[str]
    times: frozenset[int]
    shifts: frozenset[int]

    @classmethod
    def of(cls, slots: Slots) -> _Signature:
        return cls(
            frozenset(one.code for one in slots.schools),
            frozenset(one.code for one in slots.lines),
            frozenset(slots.requested),
            frozenset(one.minutes for one in slots.shifts),
        )

    def is_part_of(self, other: _Signature) -> bool:
        """Whether it may be the other with something lost to bad print: nothing in it contradicts."""
        mine = (self.schools, self.lines, self.times, self.shifts)
        theirs = (other.schools, other.lines, other.times, other.shifts)
        return all(own <= whole for own, whole in zip(mine, theirs, strict=True))


def group(texts: Sequence[str], slots: Sequence[Slots]) -> Grouping:
    """Group texts that make the same request in the same words.

    Parameters
    ----------
    texts
        Opinions or points.
    slots
        What was found in each, by `tici.engines.opinions.slots.extract`.

    Notes
    -----
    Words alone would merge a campaign for one school with its copy for another. So a group needs equal slots; a text
    that lost one to bad print joins the only group of its template that it can belong to, and else stays alone.
    Greetings, signatures, telephone numbers and the slots themselves do not count as words. All pairs up to 5,000
    different texts, about 3 CPU-seconds; the nearest 60 of each beyond.
    """
    templates = [template(text, own) for text, own in zip(texts, slots, strict=True)]
    signatures = [_Signature.of(own) for own in slots]
    family = _Sets(len(texts))
    same = _Sets(len(texts))
    links: dict[int, set[int]] = defaultdict(set)
    for one, other in _alike(templates, signatures):
        family.join(one, other)
        links[one].add(other)
        links[other].add(one)
        if signatures[one] == signatures[other]:
            same.join(one, other)
    _adopt(texts, slots, signatures, same, links)
    return Grouping(same.numbers(), family.numbers())


def template(text: str, slots: Slots) -> str:
    """Return the words of a text without its slots, greetings, signatures, contacts and punctuation."""
    plain = list(flat(text))
    named = [(one.start, one.end) for one in (*slots.schools, *slots.lines)]
    said = [(told.start, told.end) for told in slots.times] + [(told.start, told.end) for told in slots.shifts]
    for begin, end in named + said:
        plain[begin:end] = " " * (end - begin)
    return _NO_WORD.sub("", _CONTACT.sub("", without_frame("".join(plain)))).lower()


def _alike(templates: Sequence[str], signatures: Sequence[_Signature]) -> Iterator[tuple[int, int]]:
    """Yield pairs of one template; those that also ask the same are chained, the others compared by characters."""
    first: dict[tuple[str, _Signature], int] = {}
    for at, asked in enumerate(zip(templates, signatures, strict=True)):
        if asked in first:
            yield first[asked], at
        first.setdefault(asked, at)
    if len(first) < 2:
        return
    numbers = np.array(list(first.values()))
    grams = _grams([words for words, _asked in first])
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    for rows, columns, shared in _overlaps(grams):
        smaller = np.minimum(sizes[rows], sizes[columns])
        both = sizes[rows] + sizes[columns] - shared
        is_alike = shared >= both * np.where(smaller < SHORT, ALIKE_IF_SHORT, ALIKE)
        is_alike |= (shared >= smaller * CONTAINED) & (smaller >= SHORT)
        keep = is_alike & (rows < columns) & (smaller > 0)
        yield from zip(numbers[rows[keep]].tolist(), numbers[columns[keep]].tolist(), strict=True)


def _grams(words: Sequence[str]) -> csr_matrix:
    """Return which pairs of characters each text holds: shape (texts, pairs), 1 or 0."""
    known: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in words:
        pairs = {text[at : at + 2] for at in range(len(text) - 1)} or ({text} if text else set())
        columns += [known.setdefault(pair, len(known)) for pair in pairs]
        ends.append(len(columns))
    return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(words), max(1, len(known))))


def _overlaps(grams: csr_matrix) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield rows, columns and shared pairs of characters, in blocks."""
    turned = grams.T.tocsr()
    if grams.shape[0] > MOST_EXACT:
        near = sp_matmul_topn(grams, turned, top_n=NEAREST, threshold=3.0).tocoo()
        lower, upper = np.minimum(near.row, near.col), np.maximum(near.row, near.col)
        yield lower, upper, near.data
        return
    for begin in range(0, grams.shape[0], 500):
        block = (grams[begin : begin + 500] @ turned).tocoo()
        yield block.row + begin, block.col, block.data


def _adopt(
    texts: Sequence[str],
    slots: Sequence[Slots],
    signatures: Sequence[_Signature],
    same: _Sets,
    links: dict[int, set[int]],
) -> None:
    """Let texts that lost a slot join the one group of their template that they can belong to."""
    names = {one.code: one.text for own in slots for one in own.schools}
    for at in sorted(links):
        if len(same.members(at)) > 1:
            continue
        wider = {signatures[other] for other in links[at] if signatures[at].is_part_of(signatures[other])}
        wider.discard(signatures[at])
        shown = {told.minutes for told in slots[at].times}  # a time may be there and only its role be lost
        likely = {one for one in wider if one.times <= shown}
        fitting = _fitting(texts[at], signatures[at], likely or wider, names)
        others = [other for other in sorted(links[at]) if fitting is not None and signatures[other] == fitting]
        if others:
            same.join(at, others[0])


def _fitting(text: str, own: _Signature, wider: set[_Signature], names: dict[str, str]) -> _Signature | None:
    """Return the one signature whose lost school can still be made out; where only times were lost, the only one."""
    scored = []
    for one in wider:
        lost = one.schools - own.schools
        scored.append((min((fuzz.partial_ratio(names[code], text) for code in lost), default=100.0), one))
    scored.sort(key=lambda pair: -pair[0])
    if not scored or scored[0][0] < NAME_LEFT:
        return None
    is_clear = len(scored) == 1 or scored[0][0] - scored[1][0] >= NAME_AHEAD
    return scored[0][1] if is_clear else None


class _Sets:
    """Disjoint sets of numbers, each called by its smallest."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self.inside = {at: [at] for at in range(count)}

    def find(self, at: int) -> int:
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        if low != high:
            self.parent[high] = low
            self.inside[low] += self.inside.pop(high)

    def members(self, at: int) -> list[int]:
        return self.inside[self.find(at)]

    def numbers(self) -> tuple[int, ...]:
        return tuple(self.find(at) for at in range(len(self.parent)))
