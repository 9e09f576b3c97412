"""What a line would change: its values beside those of the register, of this month and of the month before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tici.core.documents import plain
from tici.desk.models import ProposalState
from tici.desk.rules.lines import Line
from tici.engines.sheets.text import tidy

ONE_CENT = Decimal("0.0001")  # a difference smaller than what is kept is none


@dataclass
class Standing:
    """What the registers hold of the projects a file speaks of, by project."""

    facts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    entries: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # current ones of the month
    last_month: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    duties: Mapping[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    undone: Collection[int] = frozenset()  # entered by an acceptance that was undone: to be entered anew


def compare(lines: Sequence[Line], standing: Standing) -> None:
    """Write into each line what it would change, and its state where no rule has set one."""
    for line in lines:
        if line.is_stopped:
            line.state = ProposalState.REFUSED.value
            continue
        if line.project_id is None or line.project_id in standing.undone:
            line.state = line.state or ProposalState.NEW.value
            continue
        line.differences = differences(line, standing, line.project_id)
        line.last_month = {name: plain(value) for name, value in standing.last_month.get(line.project_id, {}).items()}
        line.state = line.state or (ProposalState.CHANGED.value if line.differences else ProposalState.SAME.value)


def differences(line: Line, standing: Standing, project_id: int) -> dict[str, dict[str, list[Any]]]:
    """What differs, by part and field: what the register holds, and what the file says."""
    entry = standing.entries.get(project_id, {})
    found = {
        "facts": _differing(line.facts, standing.facts.get(project_id, {})),
        "figures": _differing(line.figures, entry) | _differing(line.texts, entry),
        "duty": _differing(line.duty, _duty_meant(line, standing.duties.get(project_id, ()))),
    }
    return {part: changes for part, changes in found.items() if changes}


def _duty_meant(line: Line, held: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The duty a line speaks of: that of the leader it names, else the first one held."""
    named = (duty for duty in held if duty["leader_title"] == line.duty.get("leader_title"))
    return next(named, held[0] if held else {})


def _differing(said: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [plain(held.get(name)), plain(value)]
        for name, value in said.items()
        if value is not None and not _same(held.get(name), value)
    }


def _same(held: Any, said: Any) -> bool:
    if held is None or held == "":
        return said in (None, "")
    if isinstance(held, Decimal) and isinstance(said, Decimal):
        return abs(held - said) < ONE_CENT
    if isinstance(held, dict) and isinstance(said, dict):  # approvals: what is not named stays
        return all(held.get(kind, [None])[0] == number for kind, (number, _day) in said.items())
    if isinstance(held, str) and isinstance(said, str):
        return held == said or tidy(held) == tidy(said)
    return bool(held == said)
