"""What matching says of each record: a firm, a question for the desk, or a lead; with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl

from tici.engines.linkage.comparing import DIFFERENT, EQUAL, NEARLY, ORGANISATION
from tici.engines.linkage.learning import Cuts


class Outcome(StrEnum):
    """What becomes of a record."""

    MATCHED = "matched"  # it is this firm of the register
    UNCERTAIN = "uncertain"  # a person decides among the candidates
    LEAD = "lead"  # no firm of the register: somebody nobody counts yet


class Flag(StrEnum):
    """What makes a record worth a second look, whatever its outcome."""

    FIRM_SHARED = "firm_shared"  # other records are this firm too
    CODE_SHARED = "code_shared"  # other records bear the same code and another name
    CODE_REPEATED = "code_repeated"  # the register has several firms under this code
    CODES_DIFFER = "codes_differ"  # the firm most like it has another sound code
    GROUP = "group"  # one of the two is a group (集团), the other perhaps its subsidiary
    BRANCH = "branch"  # one of the two is a branch
    NUMBERS_DIFFER = "numbers_differ"  # 第一 and 第二
    RIVALS = "rivals"  # two firms of the register are nearly as likely


OUTCOMES = pl.Enum([outcome.value for outcome in Outcome])
_ALIKE, _SOUNDS_ALIKE, _NEAR = 0.6, 0.999, 0.8


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against: a stable code, a figure where there is one, a text where one is quoted."""

    code: str
    figure: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Candidate:
    """A firm of the register that a record may be."""

    firm: int
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Verdict:
    """What matching says of one record; candidates are the likeliest first."""

    record: int
    outcome: Outcome
    firm: int | None
    probability: float
    flags: tuple[Flag, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class Matching:
    """A list matched to a register.

    Parameters
    ----------
    results
        One row for each record, in the order of keys: ``record``, ``outcome``, ``firm`` (null unless matched),
        ``probability`` of the likeliest candidate (0 if there is none), ``flags``.
    candidates
        Up to three rows for each record, likeliest first: ``record``, ``firm``, ``rank``, ``probability`` and the
        figures from which `reasons` are told.
    cuts
        From which probability a record was matched, and from which it went to the desk.
    is_learnt
        Whether the list itself taught how likely a pair is; otherwise the shipped prior did.
    pairs
        How many pairs of record and firm were looked at.
    """

    results: pl.DataFrame
    candidates: pl.DataFrame
    cuts: Cuts
    is_learnt: bool
    pairs: int

    def verdict(self, record: int) -> Verdict:
        """Return what is said of one record.

        Raises
        ------
        KeyError
            If the list has no such record.
        """
        at = self._place_of.get(record)
        if at is None:
            raise KeyError(record)
        row = self.results.row(at, named=True)
        first = int(self.candidates["record"].search_sorted(record, "left"))
        last = int(self.candidates["record"].search_sorted(record, "right"))
        shown = [
            Candidate(one["firm"], one["probability"], reasons(one))
            for one in self.candidates[first:last].iter_rows(named=True)
        ]
        flags = tuple(Flag(flag) for flag in row["flags"])
        return Verdict(record, Outcome(row["outcome"]), row["firm"], row["probability"], flags, tuple(shown))

    def count(self, outcome: Outcome) -> int:
        """Return how many records have an outcome."""
        return int((self.results["outcome"] == outcome).sum())

    @cached_property
    def _place_of(self) -> dict[int, int]:
        return {record: at for at, record in enumerate(self.results["record"])}


def reasons(pair: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return what speaks for and against a pair, the weightiest first.

    Parameters
    ----------
    pair
        A row of `Matching.candidates`.

    Notes
    -----
    Codes: ``code_equal``, ``organisation_code_equal``, ``code_nearly_equal``, ``codes_differ``; ``name_equal``,
    ``core_equal`` (place and legal form apart), ``name_alike`` with the share of common characters,
    ``sounds_alike``, ``name_unlike``; ``former_name`` with the name; ``phone_equal``; ``address_equal``,
    ``address_alike`` with the share, ``address_differs``; ``place_equal``, ``place_differs``; ``namesakes`` with
    how many names of the register share the core; ``group``, ``branch``, ``numbers_differ``; ``rivals`` with how
    many candidates are as like.
    """
    found = [*_of_codes(pair), *_of_names(pair), *_of_whereabouts(pair)]
    for column, is_odd in (("group", 1), ("branch", 1), ("numbers", 0)):
        if pair[column] == is_odd:
            found.append(Reason("numbers_differ" if column == "numbers" else column))
    if pair["rivals"] > 1:
        found.append(Reason("rivals", float(pair["rivals"])))
    return tuple(found)


def _of_codes(pair: Mapping[str, Any]) -> list[Reason]:
    told = {
        EQUAL: "code_equal",
        ORGANISATION: "organisation_code_equal",
        NEARLY: "code_nearly_equal",
        DIFFERENT: "codes_differ",
    }
    return [Reason(told[pair["code"]])] if pair["code"] in told else []


def _of_names(pair: Mapping[str, Any]) -> list[Reason]:
    found = []
    if pair["former"] is not None:
        found.append(Reason("former_name", pair["name"], pair["former"]))
    if pair["is_same_name"]:
        found.append(Reason("name_equal"))
    elif pair["core"] == 1:
        found.append(Reason("core_equal"))
    elif pair["sound"] >= _SOUNDS_ALIKE:
        found.append(Reason("sounds_alike", pair["core"]))
    else:
        found.append(Reason("name_alike" if pair["core"] >= _ALIKE else "name_unlike", pair["core"]))
    if pair["namesakes"] > 1:
        found.append(Reason("namesakes", float(pair["namesakes"])))
    return found


def _of_whereabouts(pair: Mapping[str, Any]) -> list[Reason]:
    found = []
    if pair["phone"] == 1:
        found.append(Reason("phone_equal"))
    if (address := pair["address"]) is not None:
        code = "address_equal" if address == 1 else "address_alike" if address >= _NEAR else "address_differs"
        found.append(Reason(code, None if address == 1 else address))
    if (place := pair["place"]) is not None:
        found.append(Reason("place_equal" if place >= _NEAR else "place_differs"))
    return found
