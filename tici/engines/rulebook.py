"""Rules as data: dated TOML files with their source, which a city may replace file by file.

A file holds ``source`` (where the rule is written down; ``source_url`` leads there) and the rule itself. A rule that
changed over time holds ``[[version]]`` tables instead, each with its ``from`` date; a
reading asks for the version in force on a day. Files stand in ``tici/rulebook``; a folder
named by the environment variable TICI_RULEBOOK may hold files of the same relative name,
which are then taken instead.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType
from typing import Any

SHIPPED = Path(__file__).resolve().parent.parent / "rulebook"
_WHOLE = frozenset({"source", "source_url", "version", "note"})


class NoRule(LookupError):
    """There is no such rule file, or no version of it in force on the day asked for."""


class NotInForce(NoRule):
    """The day asked for lies before the first version of a rule."""


class BadRule(ValueError):
    """A rule file cannot be read or does not say where it comes from."""


@dataclass(frozen=True)
class Rule:
    """One rule as it stood on a day, with the paper it rests on.

    ``name`` and ``since`` together say which rule produced a result.
    """

    name: str
    source: str
    since: date | None
    content: Mapping[str, Any]
    path: Path
    source_url: str = ""

    def __getitem__(self, key: str) -> Any:
        return self.content[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return one entry of the rule, or a default."""
        return self.content.get(key, default)


def load(name: str, on: date | None = None) -> Rule:
    """Return a rule as it stood on a day.

    Parameters
    ----------
    name
        The file's path inside the rulebook without its suffix: ``"sheets/columns"``.
    on
        The day the rule is needed for; the newest version when it is left out.

    Raises
    ------
    NoRule
        If no file has this name; `NotInForce` if none of its versions was in force yet.
    BadRule
        If the file is not TOML, has no source, or its versions have no dates.

    Notes
    -----
    Files are read once and kept until they change on disk. The city's folder (TICI_RULEBOOK)
    is looked into first; a file found there replaces the shipped one whole, never mixes with it.
    """
    rules = _read(name, *_find(name))
    for rule in reversed(rules):
        if on is None or rule.since is None or rule.since <= on:
            return rule
    raise NotInForce(f"Rule {name!r} begins on {rules[0].since}; nothing was in force on {on}.")


def versions(name: str) -> tuple[Rule, ...]:
    """Return every version of a rule, oldest first; a rule that never changed is its only version."""
    return _read(name, *_find(name))


def is_replaced(name: str) -> bool:
    """Return whether the city's own folder holds this rule in place of the shipped one."""
    path, _changed = _find(name)
    return not path.is_relative_to(SHIPPED)


def names(folder: str = "") -> list[str]:
    """Return the names of all rules inside a folder of the rulebook, the city's own included."""
    found = set()
    for root in _roots():
        base = root / folder
        found |= {path.relative_to(root).with_suffix("").as_posix() for path in base.rglob("*.toml")}
    return sorted(found)


def _roots() -> list[Path]:
    own = os.environ.get("TICI_RULEBOOK")
    return [Path(own), SHIPPED] if own else [SHIPPED]


def _find(name: str) -> tuple[Path, int]:
    """Return the file of a rule, and when it last changed in nanoseconds."""
    for path in _paths(name, os.environ.get("TICI_RULEBOOK")):
        try:
            told = path.stat()
        except OSError:
            continue
        if S_ISREG(told.st_mode):
            return path, told.st_mtime_ns
    raise NoRule(f"No rule {name!r} in {' or '.join(map(str, _roots()))}.")


@lru_cache(maxsize=512)  # a page asks for the same rules many times
def _paths(name: str, _own: str | None) -> tuple[Path, ...]:
    parts = name.split("/")
    if not all(parts) or ".." in parts or "." in parts or "\\" in name:
        raise NoRule(f"{name!r} is no name of a rule; names look like 'sheets/columns'.")
    return tuple(root.joinpath(*parts).with_suffix(".toml") for root in _roots())


@lru_cache(maxsize=256)
def _read(name: str, path: Path, _changed: int) -> tuple[Rule, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadRule(f"{path} is not TOML: {fault}.") from fault
    if "version" not in content:
        return (_rule(name, path, content, None, content),)
    if extra := content.keys() - _WHOLE:
        raise BadRule(f"{path}: entries beside the versions belong into one of them: {sorted(extra)}.")
    rules = [_version(name, path, version, content) for version in content["version"]]
    dates = [rule.since for rule in rules]
    if len(set(dates)) < len(dates):
        raise BadRule(f"{path}: two versions begin on the same day.")
    return tuple(sorted(rules, key=lambda rule: rule.since or date.min))


def _version(name: str, path: Path, version: dict[str, Any], whole: dict[str, Any]) -> Rule:
    since = version.get("from")
    if type(since) is not date:
        raise BadRule(f"{path}: every version needs a day it begins on, such as from = 2021-01-01.")
    return _rule(name, path, version, since, version if "source" in version else whole)


def _rule(name: str, path: Path, content: dict[str, Any], since: date | None, said: dict[str, Any]) -> Rule:
    source, url = said.get("source"), said.get("source_url", "")
    if not source:
        raise BadRule(f"{path} does not say its source.")
    if url and not url.startswith("https://"):
        raise BadRule(f"{path}: {url} is no address of a page; such an address begins with https://.")
    own = {key: value for key, value in content.items() if key not in ("source", "source_url", "from")}
    return Rule(name, source, since, MappingProxyType(own), path, url)
