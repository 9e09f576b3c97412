"""The tree of industries (GB/T 4754-2017), read once from the file beside this module, and codes written as ranges."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "gbt4754-2017.csv"
DIVISION_LENGTH = 2


@dataclass(frozen=True)
class Industry:
    """One entry of the classification: a section (门类), division (大类), group (中类) or class (小类)."""

    code: str  # "C", "27", "276", "2761"
    level: str  # section, division, group, class
    name: str
    section: str
    parent: str  # "" for a section


@dataclass(frozen=True)
class Industries:
    """The whole tree, by code."""

    by_code: Mapping[str, Industry]

    def __contains__(self, code: str) -> bool:
        return code in self.by_code

    def name_of(self, code: str) -> str:
        """The name of a code; "" for one that is not in the classification."""
        found = self.by_code.get(code)
        return found.name if found else ""

    def division_of(self, code: str) -> Industry | None:
        """The division (大类) a group or class belongs to, or the division itself."""
        return self.by_code.get(code[:DIVISION_LENGTH])

    def inside(self, code: str) -> list[Industry]:
        """The entries directly below one, in the order of their codes; below "" stand the sections."""
        return [one for one in self.by_code.values() if one.parent == code]

    def above(self, code: str) -> list[Industry]:
        """An entry and those it lies in, widest first."""
        found = []
        while (one := self.by_code.get(code)) is not None:
            found.append(one)
            code = one.parent
        return found[::-1]


@lru_cache(maxsize=1)
def industries() -> Industries:
    """The classification as the file gives it; lines that begin with # say where it comes from."""
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(line for line in file if not line.startswith("#"))
        rows = [(row["code"], row["level"], row["name"], row["section"]) for row in lines]
    return Industries(
        {
            code: Industry(code, level, name, section, _parent(code, level, section))
            for code, level, name, section in rows
        }
    )


def _parent(code: str, level: str, section: str) -> str:
    return {"section": "", "division": section}.get(level, code[:-1])


@lru_cache(maxsize=1024)
def codes_of(written: str) -> frozenset[str]:
    """The codes a rule names as "06-46,591": ranges are of divisions, single codes of any length."""
    found: set[str] = set()
    for part in filter(None, (piece.strip() for piece in written.split(","))):
        first, dash, last = part.partition("-")
        found |= {f"{number:02}" for number in range(int(first), int(last) + 1)} if dash else {part}
    return frozenset(found)


def fit(industry: str, codes: Iterable[str]) -> int:
    """How long the longest of some codes is that an industry lies in; 0 where it lies in none."""
    return max((len(code) for code in codes if industry.startswith(code)), default=0)
