"""Proposes which rows speak of the same project: over sheets, files and counties. It never merges by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from tici.engines.sheets.results import Reading, Row
from tici.engines.sheets.text import plain

SURE = 0.8  # from here on a proposal may be ticked in advance; below, it is only shown
_LEAST = 0.6
_CROWD = 25  # a word that more rows than this share tells nothing about any of them
_FRAME = re.compile(r"^(?:关于|新建|实施)?(?:建设)?(?=.{4})|(?:建设)?(?:项目|工程)?(?:建设)?(?:项目|工程)?$")
_LEADING_NUMBER = re.compile(r"^\d{1,3}[.、)）]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十]+(?=期)")
_COMPANY = re.compile(r"(?:股份)?有限(?:责任)?公司|集团|公司|\(.*?\)")


@dataclass(frozen=True)
class Entry:
    """What is compared of one row.

    ``key`` identifies it to the caller, ``source`` the sheet it stands in; ``figures`` are
    its plan and its year to date, compared only where names are missing.
    """

    key: Hashable
    source: Hashable
    name: str = ""
    owner: str = ""
    project_code: str = ""
    uscc: str = ""
    place_code: str = ""
    total_wan: Decimal | None = None
    figures: tuple[Decimal | None, ...] = ()

    @cached_property
    def essence(self) -> str:
        """The name without what people add or leave out: 关于, 项目, 工程, 建设."""
        return _FRAME.sub("", _LEADING_NUMBER.sub("", plain(self.name)))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers and phases in the name, which tell one project of a firm from another."""
        return tuple(sorted(_NUMBERS.findall(self.essence)))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The pairs of neighbouring characters in the name."""
        return frozenset(a + b for a, b in zip(self.essence, self.essence[1:], strict=False))

    @cached_property
    def firm(self) -> str:
        """The owner's name without its legal form."""
        return _COMPANY.sub("", plain(self.owner))


class Proposal(NamedTuple):
    """Two rows that may speak of one project: how sure from 0 to 1, and why (codes of reasons)."""

    left: Hashable
    right: Hashable
    score: float
    reasons: tuple[str, ...]


#: The reasons in words, for gettext.
REASONS = {
    "same_code": "项目代码相同",
    "same_name": "项目名称相同",
    "near_name": "项目名称相近",
    "same_owner": "业主单位相同",
    "same_total": "总投资相同",
    "same_figures": "计划投资和完成投资相同",
    "other_code": "项目代码不同",
    "other_owner": "业主单位不同",
    "other_total": "总投资相差较大",
    "other_place": "分属两个县（市、区）",
}


def propose(entries: Sequence[Entry], least: float = _LEAST) -> list[Proposal]:
    """Return pairs of rows that may be one project, surest first.

    Parameters
    ----------
    entries
        Rows of any number of sheets; their order decides which is left.
    least
        Pairs below this score are left out.

    Returns
    -------
    list of Proposal
        Between two sheets every row stands in at most one pair, its best.

    Notes
    -----
    Only rows that share a code, a name, a firm, a figure or a rare pair of characters are
    compared, so the cost grows with the rows and not with their square.
    """
    seen: set[tuple[int, int]] = set()
    found: list[tuple[float, int, int, tuple[str, ...]]] = []
    for one, other in _candidates(entries):
        if (one, other) in seen:
            continue
        seen.add((one, other))
        score, reasons = compare(entries[one], entries[other])
        if score >= least:
            found.append((score, one, other, reasons))
    found.sort(key=lambda item: (-item[0], item[1], item[2]))
    taken: set[tuple[int, Hashable]] = set()
    proposals = []
    for score, one, other, reasons in found:
        left, right = entries[one], entries[other]
        if left.source != right.source:
            if (one, right.source) in taken or (other, left.source) in taken:
                continue
            taken |= {(one, right.source), (other, left.source)}
        proposals.append(Proposal(left.key, right.key, score, reasons))
    return proposals


def compare(one: Entry, other: Entry) -> tuple[float, tuple[str, ...]]:
    """Return how sure it is that two rows are one project, and the reasons for and against."""
    reasons: list[str] = []
    if one.project_code and one.project_code == other.project_code:
        return 0.99, ("same_code",)
    score = _name_score(one, other, reasons)
    if score == 0:
        return 0.0, ()
    if one.project_code and other.project_code:
        reasons.append("other_code")
        score -= 0.3
    if one.firm and other.firm:
        same = one.firm == other.firm or (bool(one.uscc) and one.uscc == other.uscc)
        reasons.append("same_owner" if same else "other_owner")
        score += 0.1 if same else -0.25
    if one.total_wan is not None and other.total_wan is not None:
        gap = abs(one.total_wan - other.total_wan)
        if gap <= max(Decimal(1), abs(one.total_wan) / 500):
            reasons.append("same_total")
            score += 0.12
        elif gap > abs(one.total_wan) / 5:
            reasons.append("other_total")
            score -= 0.12
    if one.place_code and other.place_code and one.place_code != other.place_code:
        reasons.append("other_place")
        score -= 0.05
    return max(0.0, min(0.98, score)), tuple(reasons)


def _name_score(one: Entry, other: Entry, reasons: list[str]) -> float:
    if not one.essence or not other.essence:
        if one.place_code != other.place_code or not _same_figures(one, other):
            return 0.0
        reasons.append("same_figures")
        return 0.72
    if one.essence == other.essence:
        reasons.append("same_name")
        return 0.85
    if one.numbers != other.numbers:
        return 0.0
    likeness = 2 * len(one.pairs & other.pairs) / max(1, len(one.pairs) + len(other.pairs))
    if likeness < 0.6:
        return 0.0
    reasons.append("near_name")
    return 0.1 + 0.7 * likeness


def _same_figures(one: Entry, other: Entry) -> bool:
    """Whether a row without a name has the total, the plan and the year to date of another."""
    both = [(a, b) for a, b in zip(one.figures, other.figures, strict=False) if a is not None and b is not None]
    return one.total_wan == other.total_wan and any(a for a, _ in both) and all(a == b for a, b in both)


def _candidates(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        for word in _words(entry):
            buckets[word].append(at)
    for word, rows in buckets.items():
        if 1 < len(rows) <= _CROWD or (len(rows) > 1 and isinstance(word, tuple) and word[0] == "code"):
            yield from combinations(rows, 2)


def _words(entry: Entry) -> Iterator[Hashable]:
    if entry.project_code:
        yield "code", entry.project_code
    if entry.essence:
        yield "name", entry.essence
        yield from entry.pairs
    if entry.firm:
        yield "firm", entry.firm
    if entry.total_wan:
        yield "total", entry.place_code, entry.total_wan


def entries_of(readings: Iterable[Reading]) -> list[Entry]:
    """Return the rows of readings as entries; a key is (file, sheet, row, table)."""
    return [_entry(reading.file, row) for reading in readings for row in reading.rows]


def _entry(file: str, row: Row) -> Entry:
    def text(code: str) -> str:
        value = row.get(code)
        return "" if value is None else str(value)

    def figure(code: str) -> Decimal | None:
        value = row.get(code)
        return value if isinstance(value, Decimal) else None

    return Entry(
        key=(file, row.sheet, row.row, row.table),
        source=(file, row.sheet),
        name=text("name"),
        owner=text("owner"),
        project_code=re.sub(r"\W", "", text("project_code")),
        uscc=text("uscc"),
        place_code=text("place_code"),
        total_wan=figure("total_investment_wan"),
        figures=(figure("plan_year_wan"), figure("done_ytd_wan")),
    )


def group(keys: Iterable[Hashable], proposals: Iterable[Proposal], least: float = SURE) -> dict[Hashable, Hashable]:
    """Return for every key the first key of its group, if all proposals from ``least`` on were accepted."""
    head: dict[Hashable, Hashable] = {key: key for key in keys}

    def top(key: Hashable) -> Hashable:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    order = {key: at for at, key in enumerate(head)}
    for proposal in proposals:
        if proposal.score >= least:
            first, second = sorted((top(proposal.left), top(proposal.right)), key=order.__getitem__)
            head[second] = first
    return {key: top(key) for key in head}


def city_sums(readings: Sequence[Reading], heads: Mapping[Hashable, Hashable]) -> dict[str, dict[str, object]]:
    """Return number and sums of projects after merging, for the city and by county.

    A project counts in the county its code names, else the one that lists it first; its
    figures are those of the master ledger before the monthly sheet.
    """
    fields = ("total_investment_wan", "plan_year_wan", "done_month_wan", "done_ytd_wan")
    rows: dict[Hashable, list[Row]] = defaultdict(list)
    sender: dict[Hashable, str] = {}
    for reading in readings:
        for row in reading.rows:
            head = heads[reading.file, row.sheet, row.row, row.table]
            rows[head].append(row)
            sender.setdefault(head, reading.place_code or "")
    counties = {str(row.get("place_code")) for own in rows.values() for row in own}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(("projects", *fields), Decimal(0)))
    for head, own in rows.items():
        own.sort(key=lambda row: row.kind != "master")
        home = _home(own, counties) or sender[head]
        for scope in ("all", home):
            sums[scope]["projects"] += 1
            for field in fields:
                value = next((v for row in own if isinstance(v := row.get(field), Decimal)), Decimal(0))
                sums[scope][field] += value
    shown: dict[str, dict[str, object]] = {
        scope: {key: int(value) if key == "projects" else float(value) for key, value in totals.items()}
        for scope, totals in sums.items()
    }
    everything = shown.pop("all", {})
    return {"all": everything, "by_county": dict(shown)}


def _home(rows: Sequence[Row], counties: set[str]) -> str:
    for row in rows:
        code = re.sub(r"\D", "", str(row.get("project_code") or ""))
        if len(code) >= 10 and code[4:10] in counties:
            return code[4:10]
    return next((str(place) for row in rows if (place := row.get("place_code"))), "")
