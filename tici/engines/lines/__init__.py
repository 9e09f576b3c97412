"""School lines: choose stops, assign families, route vehicles, prove how good it is.

What others use::

    from tici.engines.lines import Bell, Demand, Limits, Problem, School, Stop, VehicleType

    problem = Problem(
        school=School("S1", "天苑小学", Bell(arrive_by=time(8, 10), dismiss_at=time(17, 0))),
        stops=(Stop("P1", "北门"), …),
        demand=(Demand("D1", pupils=3, guardians=3), …),
        vehicles=(VehicleType("中巴", seats=40),),
        drive_seconds=…,  # (stops + 1, stops + 1), the school first
        walk_metres=…,    # (demand, stops)
    )

Stops and demand points are positions in ``problem.stops`` and ``problem.demand``, from 0. Seconds, metres and
persons throughout.
"""

from tici.engines.lines.faults import OBJECTIVES
from tici.engines.lines.problem import (
    DEFAULT_OBJECTIVES,
    Bell,
    Demand,
    Limits,
    Problem,
    Riders,
    Route,
    School,
    Servable,
    Solution,
    Stop,
    Unserved,
    VehicleType,
)
from tici.engines.lines.sentences import SENTENCES, Fault, Unplannable

__all__ = [
    "DEFAULT_OBJECTIVES",
    "OBJECTIVES",
    "SENTENCES",
    "Bell",
    "Demand",
    "Fault",
    "Limits",
    "Problem",
    "Riders",
    "Route",
    "School",
    "Servable",
    "Solution",
    "Stop",
    "Unplannable",
    "Unserved",
    "VehicleType",
]
