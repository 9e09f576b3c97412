"""School lines (公交专线): schools, stops and demand; plans with their lines, patterns and trips; scenarios."""

from .network import (
    DayChange,
    Demand,
    ListKind,
    MeasuredLeg,
    ReceivedList,
    RoadNetwork,
    School,
    SchoolKind,
    Stop,
    StopKind,
    Term,
    Vehicle,
)
from .plans import Boarding, Call, Direction, Line, Pattern, PatternStop, Plan, Planning, PlanState, Trip
from .scenarios import ChangeKind, Scenario, ScenarioState

__all__ = [
    "Boarding",
    "Call",
    "ChangeKind",
    "DayChange",
    "Demand",
    "Direction",
    "Line",
    "ListKind",
    "MeasuredLeg",
    "Pattern",
    "PatternStop",
    "Plan",
    "PlanState",
    "Planning",
    "ReceivedList",
    "RoadNetwork",
    "Scenario",
    "ScenarioState",
    "School",
    "SchoolKind",
    "Stop",
    "StopKind",
    "Term",
    "Trip",
    "Vehicle",
]
