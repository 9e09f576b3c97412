"""Which project of the register a line speaks of, and which two mentions may be one project.

A code, or the very same name in the same place, is proof. A name that is only like another is a
question for a person, asked once: nothing is ever merged because it looks alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, NamedTuple

from tici.desk.models import MergeKind, MergeSuggestion, ProposalState
from tici.desk.rules.lines import MASTER, MONTHLY, Line, join
from tici.engines.sheets.text import plain

ALIKE = 0.84  # names as like as this are asked about, where owner or investment is the same
MOST_CANDIDATES = 40  # an owner with more projects than this says too little about any one of them
_HEAD = re.compile(r"^(?:关于|新建|拟建)+")
_TAIL = re.compile(r"(?:建设|项目|工程)+$")
_NUMBERED = re.compile(r"\d+|[一二三四五六七八九十]+(?=[期标段])")

#: What people said of two names of a place: (name, other name) -> one project, or two.
Said = Mapping[tuple[str, str], bool]


@lru_cache(maxsize=65536)
def core_of(name: str) -> str:
    """A name without the words that senders put on and leave off (关于…, …建设项目)."""
    bare = plain(name)
    return _TAIL.sub("", _HEAD.sub("", bare)) or bare


def likeness(one: str, other: str) -> float:
    """How like two project names are, 0 to 1; names whose numbers or phases (一期, 二期) differ are not alike."""
    a, b = core_of(one), core_of(other)
    if a == b:
        return 1.0
    if _NUMBERED.findall(a) != _NUMBERED.findall(b):
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


class Known(NamedTuple):
    """A project of the register, as far as matching asks."""

    id: int
    place_id: int
    name: str
    code: str
    owner: str
    investment_wan: Decimal | None


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """Two mentions a person should look at: a line, and another line or a project."""

    line: Line
    kind: str
    likeness: float
    other: Line | None = None
    known: Known | None = None

    @property
    def names(self) -> tuple[str, str]:
        """The two names, as an answer is remembered by them."""
        there = self.other.name if self.other else self.known.name if self.known else ""
        return self.line.key, plain(there)


@dataclass
class Index:
    """Projects of the register, found by code, by name in a place, and by what near-names have in common."""

    projects: Sequence[Known]
    by_code: dict[str, Known] = field(default_factory=dict)
    by_id: dict[int, Known] = field(default_factory=dict)
    by_name: dict[tuple[int, str], list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_trait: dict[tuple[int, str, Any], list[Known]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for project in self.projects:
            self.by_id[project.id] = project
            if project.code:
                self.by_code[project.code] = project
            self.by_name[project.place_id, plain(project.name)].append(project)

    def learn_traits(self) -> None:
        """Index what near-names have in common; only where some line was not found outright."""
        for known in self.projects:
            for trait in _traits(known.name, known.owner, known.investment_wan):
                self.by_trait[known.place_id, *trait].append(known)

    def speaks_of(self, line: Line) -> Known | None:
        """The project a line names by code, or by the very same name in its place."""
        if line.code and (found := self.by_code.get(line.code)):
            return found
        if line.place_id is None:
            return None
        same = [k for k in self.by_name.get((line.place_id, line.key), ()) if not (line.code and k.code)]
        return same[0] if len(same) == 1 else None


def match(lines: Sequence[Line], index: Index, said: Said) -> tuple[list[Line], list[Suggestion]]:
    """Tie each line to the project it speaks of; hold back the lines that a person must look at first.

    Returns the lines, without those that people have said to be another line, and the questions still open.
    """
    matching = _Matching(index, said)
    lines = matching.repeats(lines)
    lines = matching.near_in_the_file(lines)
    matching.near_in_the_register(lines)
    for line in lines:
        if line.is_stopped:
            line.state = ProposalState.REFUSED.value
            matching.name_the_project(line)
    for suggestion in matching.open:
        suggestion.line.state = ProposalState.HELD.value
    return lines, matching.open


class _Matching:
    """One file's lines on their way to their projects."""

    def __init__(self, index: Index, said: Said) -> None:
        self.index = index
        self.said = said
        self.open: list[Suggestion] = []
        self.taken: dict[int, Line] = {}
        self.asked: set[int] = set()

    def repeats(self, lines: Sequence[Line]) -> list[Line]:
        """Find each line's project; a line that repeats an earlier one, or another county's project, is asked about."""
        kept = []
        by_key: dict[Any, Line] = {}
        for line in lines:
            if line.is_stopped or line.place_id is None:
                kept.append(line)
                continue
            earlier = by_key.get(line.code) or by_key.get((line.place_id, line.key))
            if earlier and line.code and earlier.code and line.code != earlier.code:
                earlier = None
            if earlier and self._asks(Suggestion(line, MergeKind.SAME_SHEET.value, 1.0, other=earlier)) is True:
                join(earlier, line)
                continue
            kept.append(line)
            if earlier is None:
                by_key[line.place_id, line.key] = line
                if line.code:
                    by_key[line.code] = line
                self._find(line)
        return kept

    def _find(self, line: Line) -> None:
        found = self.index.speaks_of(line)
        if found is None:
            return
        if found.place_id != line.place_id:
            answer = self._asks(Suggestion(line, MergeKind.OTHER_COUNTY.value, 1.0, known=found))
            if answer is True:
                line.state = ProposalState.MERGED.value
                self.asked.add(id(line))
            elif answer is False:
                line.code = ""
                line.facts.pop("code", None)
        else:
            self._tie(line, found)

    def _tie(self, line: Line, known: Known) -> None:
        if (earlier := self.taken.get(known.id)) is not None:
            self._asks(Suggestion(line, MergeKind.SAME_SHEET.value, 1.0, other=earlier))
            return
        line.project_id = known.id
        self.taken[known.id] = line

    def name_the_project(self, line: Line) -> None:
        """Note of which project a line speaks that is handed back, so that the file is known to name it."""
        found = self.index.speaks_of(line)
        if found is not None and found.place_id == line.place_id and found.id not in self.taken:
            line.project_id = found.id

    def _asks(self, suggestion: Suggestion) -> bool | None:
        """What was said of the two names; where nothing was, the question is put and the line waits."""
        answer = self.said.get(suggestion.names)
        if answer is None:
            self.open.append(suggestion)
            self.asked.add(id(suggestion.line))
        return answer

    def _is_loose(self, line: Line) -> bool:
        return (
            line.project_id is None and line.place_id is not None and not line.is_stopped and id(line) not in self.asked
        )

    def near_in_the_file(self, lines: Sequence[Line]) -> list[Line]:
        """Lines with names alike: a monthly row and a ledger row, or two rows of one sheet; the later one asks."""
        order = {id(line): position for position, line in enumerate(lines)}
        by_trait: dict[Any, list[Line]] = defaultdict(list)
        for line in lines:
            if not line.is_stopped and line.state != ProposalState.MERGED:
                for trait in _traits_of(line):
                    by_trait[line.place_id, *trait].append(line)
        kept = []
        for line in lines:
            near = _candidates(line, by_trait) if self._is_loose(line) else []
            suggestion = self._likest(line, (other for other in near if _may_be_one(line, other, order)))
            if suggestion and suggestion.other and self._asks(suggestion) is True:
                join(suggestion.other, line)
                continue
            kept.append(line)
        return kept

    def _likest(self, line: Line, near: Iterable[Line]) -> Suggestion | None:
        best = _best((likeness(line.name, other.name), other) for other in near if not self._are_two(line, other.key))
        if best is None:
            return None
        is_cross = not (line.has_kind(MASTER) and best[1].has_kind(MASTER))
        kind = MergeKind.NEAR_NAME if is_cross else MergeKind.SAME_SHEET
        return Suggestion(line, kind.value, best[0], other=best[1])

    def _are_two(self, line: Line, other_key: str) -> bool:
        return self.said.get((line.key, other_key)) is False

    def near_in_the_register(self, lines: Sequence[Line]) -> None:
        """Lines whose name is like that of a project no other line speaks of."""
        loose = [line for line in lines if self._is_loose(line)]
        if loose and self.index.projects:
            self.index.learn_traits()
        for line in loose:
            free = (
                known
                for known in _candidates(line, self.index.by_trait)
                if known.id not in self.taken
                and not (line.code and known.code)
                and not self._are_two(line, plain(known.name))
            )
            best = _best((likeness(line.name, known.name), known) for known in free)
            if best is None:
                continue
            if self._asks(Suggestion(line, MergeKind.NEAR_NAME.value, best[0], known=best[1])) is True:
                self._tie(line, best[1])


def _may_be_one(line: Line, other: Line, order: Mapping[int, int]) -> bool:
    """Whether two lines of a file may be asked about: not a line and itself, not two codes, the later one asks."""
    if line is other or (line.code and other.code and line.code != other.code):
        return False
    if not line.has_kind(MASTER) and other.has_kind(MASTER) and other.has_kind(MONTHLY):
        return core_of(line.name) == core_of(other.name)
    return order[id(line)] > order[id(other)]


def _traits(name: str, owner: str, investment: Decimal | None) -> Iterator[tuple[str, Any]]:
    yield "core", core_of(name)
    if owner:
        yield "owner", plain(owner)
    if investment:
        yield "investment", round(investment)


def _traits_of(line: Line) -> Iterator[tuple[str, Any]]:
    return _traits(line.name, line.facts.get("owner_name", ""), line.facts.get("investment_wan"))


def _candidates(line: Line, by_trait: Mapping[Any, list[Any]]) -> list[Any]:
    found: dict[int, Any] = {}
    for trait in _traits_of(line):
        there = by_trait.get((line.place_id, *trait), ())
        if len(there) <= MOST_CANDIDATES:
            found |= {id(other): other for other in there}
    return list(found.values())


def _best(scored: Iterable[tuple[float, Any]]) -> tuple[float, Any] | None:
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if best[0] >= ALIKE else None


def plain_names(suggestion: MergeSuggestion) -> tuple[str, str]:
    """The two names of a kept suggestion, as an answer is remembered by them."""
    there = suggestion.other.name if suggestion.other else suggestion.project.name if suggestion.project else ""
    return plain(suggestion.proposal.name), plain(there)
