"""What planning gives back: a plan with its costs, what was left out, and how it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tici.engines.lines.problem import Problem, Solution, Unserved
from tici.engines.lines.sentences import Fault


class Progress(NamedTuple):
    """Where a search stands: the share of its budget used (0 to 1), and what the best plan costs in its own measure."""

    share: float
    cost: float


Tell = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan breaks: a stable code, the route and stop it is about, and its sentence's words."""

    code: str
    route: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The Chinese sentence: what is broken and by how much."""
        return BREACHES[self.code] % self.params


BREACHES = {
    "empty": "第%(route)s条线没有站点。",
    "unknown_vehicle": "第%(route)s条线的车型“%(vehicle)s”没有登记。",
    "fleet": "车型“%(vehicle)s”用了%(used)s辆，只有%(count)s辆。",
    "seats": "第%(route)s条线坐%(taken)s人，车上只有%(seats)s座。",
    "ride": "第%(route)s条线从首站到校%(seconds)s秒，超过上限%(limit)s秒。",
    "no_way": "第%(route)s条线上“%(from)s”到“%(to)s”没有行车时间。",
    "twice": "站点“%(stop)s”有%(buses)s次停靠，最多%(limit)s次。",
    "riders_few": "第%(route)s条线只有%(pupils)s名学生，少于最低%(least)s人。",
    "window": "第%(route)s条线到离校时间偏离允许范围%(minutes)s分钟。",
    "not_on_route": "需求点“%(demand)s”编到第%(route)s条线的“%(stop)s”，该线不停此站。",
    "walk": "需求点“%(demand)s”到“%(stop)s”步行%(metres)s米，超过上限%(limit)s米。",
    "family_parted": "需求点“%(demand)s”的%(pupils)s名学生、%(seats)s个座位拆散了家庭。",
    "over_served": "需求点“%(demand)s”有%(pupils)s名学生，却编入%(served)s名。",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan's costs recomputed from scratch, by objective, and every limit it breaks."""

    costs: Mapping[str, float]
    broken: tuple[Breach, ...]

    def vector(self, objectives: tuple[str, ...]) -> tuple[float, ...]:
        """Return the costs in an order of importance, for comparing plans."""
        return tuple(round(self.costs[objective], 6) for objective in objectives)


@dataclass(frozen=True, slots=True)
class Result:
    """A checked plan.

    Parameters
    ----------
    problem, solution
        What was planned (unserved demand still in it), and the plan.
    costs
        By objective, from the checker.
    unserved, remarks
        Who is on no trip and why; what should be looked at.
    seed, steps, cpu_seconds
        How it was found: with the same seed and ``steps`` it is found again.
    was_cancelled
        Whether it was stopped early; the plan is the best found until then.
    """

    problem: Problem
    solution: Solution
    costs: Mapping[str, float]
    unserved: tuple[Unserved, ...] = ()
    remarks: tuple[Fault, ...] = ()
    seed: int = 0
    steps: int = 0
    cpu_seconds: float = 0.0
    was_cancelled: bool = False
