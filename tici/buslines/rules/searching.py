"""Planning a setting both ways: searched, proven, checked. The afternoon mirrors the morning where it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tici.engines import lines, rulebook
from tici.engines.lines.certify import Certificate, certify
from tici.engines.lines.checker import check
from tici.engines.lines.results import Progress
from tici.engines.lines.search import plan

Tell = Callable[[float, str], bool]  # (share of the work done, what is being done) -> go on?


@dataclass(frozen=True)
class Planned:
    """A plan of one direction: the problem it solves in part or whole, its proof, and who is left out."""

    solution: lines.Solution
    costs: Mapping[str, float]
    proof: Sequence[Mapping[str, Any]]
    unserved: Sequence[lines.Unserved]


class Stopped(Exception):
    """Somebody stopped the work."""


def planned(
    problems: Mapping[str, lines.Problem],
    tell: Tell,
    *,
    seed: int = 0,
    steps: int | None = None,
    proof_seconds: float | None = None,
) -> dict[str, Planned]:
    """Plan the morning, mirror it for the afternoon, and plan the afternoon by itself where the mirror breaks a limit.

    ``steps`` bounds the search by moves instead of time, so that it finds the same plan everywhere.

    Raises:
        Unplannable: Nothing can be planned.
        Stopped: ``tell`` said no.
    """
    rule = rulebook.load("buslines/planning")["search"]
    effort = Effort(seed, rule["plan_seconds"], steps, proof_seconds or rule["proof_seconds"])
    morning = _searched(problems["morning"], effort, tell, 0.0)
    mirror = mirrored(morning.solution)
    part = problems["afternoon"].servable()
    if check(part.problem, mirror).broken:
        return {"morning": morning, "afternoon": _searched(problems["afternoon"], effort, tell, 0.5)}
    costs = check(problems["afternoon"], mirror).costs
    return {"morning": morning, "afternoon": Planned(mirror, costs, (), morning.unserved)}


def mirrored(solution: lines.Solution) -> lines.Solution:
    """The same trips driven the other way."""
    return lines.Solution(
        tuple(lines.Route(tuple(reversed(one.stops)), one.vehicle, one.riders) for one in solution.routes)
    )


@dataclass(frozen=True)
class Effort:
    """How long to search and to prove."""

    seed: int
    seconds: float
    steps: int | None
    proof_seconds: float


def _searched(problem: lines.Problem, effort: Effort, tell: Tell, since: float) -> Planned:
    """One direction searched and proven; it is half of the work."""
    stopped = False

    def told(words: str, base: float, part: float) -> Callable[[Progress], None]:
        def heard(progress: Progress) -> None:
            nonlocal stopped
            stopped = stopped or not tell(since + 0.5 * (base + part * progress.share), words)

        return heard

    def is_stopped() -> bool:
        return stopped

    heard = told("searching", 0.0, 0.4)
    found = plan(problem, effort.seconds, effort.seed, heard, is_stopped, steps=effort.steps)
    if stopped:
        raise Stopped
    proof = certify(
        found.problem, found.solution, effort.proof_seconds, tell=told("proving", 0.4, 0.6), is_cancelled=is_stopped
    )
    if stopped:
        raise Stopped
    checked = check(found.problem, proof.solution)
    return Planned(proof.solution, checked.costs, stages_of(proof), found.unserved)


def stages_of(proof: Certificate) -> list[dict[str, Any]]:
    """What is proven, as it is kept."""
    return [
        {"objective": one.objective, "value": one.value, "bound": one.bound, "status": one.status}
        for one in proof.stages
    ]
