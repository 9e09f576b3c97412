"""One fleet for many schools, pupils of several schools in one bus: fewest buses, and a checker of its own.

What others use::

    from tici.engines.lines.mixed import MixedProblem, check, fewest_buses

    plan = fewest_buses(problem, cpu_seconds=60)
    assert not check(problem, plan)
"""

from tici.engines.lines.mixed.checker import check
from tici.engines.lines.mixed.problem import Bus, MixedPlan, MixedProblem
from tici.engines.lines.mixed.search import fewest_buses, warm

__all__ = ["Bus", "MixedPlan", "MixedProblem", "check", "fewest_buses", "warm"]
