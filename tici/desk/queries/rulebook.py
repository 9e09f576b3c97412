"""The rulebook as people read it: every rule, its versions, and its content line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tici.core.rule_titles import title_of
from tici.engines import rulebook
from tici.engines.rulebook import Rule

from . import rule_words


@dataclass(frozen=True)
class Entry:
    """One line of a rule's content: how deep it lies, its key, its value unless more lies below it, and its name."""

    depth: int
    key: str
    value: str
    label: str  # what people call it; empty where there is only the key

    @property
    def levels(self) -> range:
        return range(self.depth)


@dataclass(frozen=True)
class Listed:
    """One rule in the list of all rules."""

    name: str
    title: Any
    versions: tuple[Rule, ...]
    is_replaced: bool

    @property
    def newest(self) -> Rule:
        return self.versions[-1]


def every_rule() -> list[Listed]:
    """All rules there are, the city's own included."""
    return [listed(name) for name in rulebook.names()]


def listed(name: str) -> Listed:
    """One rule with its versions."""
    return Listed(name, title_of(name), rulebook.versions(name), rulebook.is_replaced(name))


def entries(content: Mapping[str, Any], depth: int = 0) -> Iterator[Entry]:
    """A rule's content line by line, tables within tables set deeper."""
    for key, value in content.items():
        yield from _entry(key, value, depth)


def _entry(key: str, value: Any, depth: int) -> Iterator[Entry]:
    label = rule_words.word_for(key)
    if isinstance(value, Mapping):
        yield Entry(depth, key, "", label or rule_words.own_name(value))
        yield from entries(value, depth + 1)
    elif _is_plain_list(value):
        yield Entry(depth, key, "、".join(map(str, value)), label)
    elif isinstance(value, list):
        yield Entry(depth, key, "", label)
        for number, one in enumerate(value, start=1):
            yield from _entry(str(number), one, depth + 1)
    else:
        yield Entry(depth, key, rule_words.said(key, value), label)


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and not any(isinstance(v, Mapping) for v in value)
