"""What people do about school lines."""

from .lists import Taken, set_vehicle, take_demand, take_legs, take_schools, take_stops
from .planning import Found, ask_plan, ask_proof, keep_plan, propose_plan, put_in_force, remove_plan
from .receiving import receive_list
from .roads import receive_roads
from .scenarios import accept_scenario, declare_scenario, decline_scenario, evaluate_anew, evaluate_change, keep_drawn
from .schools import change_day, close_stop, open_term, set_bell

__all__ = [
    "Found",
    "Taken",
    "accept_scenario",
    "ask_plan",
    "ask_proof",
    "change_day",
    "close_stop",
    "declare_scenario",
    "decline_scenario",
    "evaluate_anew",
    "evaluate_change",
    "keep_drawn",
    "keep_plan",
    "open_term",
    "propose_plan",
    "put_in_force",
    "receive_list",
    "receive_roads",
    "remove_plan",
    "set_bell",
    "set_vehicle",
    "take_demand",
    "take_legs",
    "take_schools",
    "take_stops",
]
