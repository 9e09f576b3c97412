"""Where the demonstration city comes from. It is a room's work; this only asks for it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tici.config import environment
from tici.config.stops import Stop

LOADER = "tici.desk.demonstration.load"
SignIn = tuple[str, str, str]  # username, password, who that is


def load() -> list[SignIn]:
    """Load the demonstration city into an empty database, and say who may sign in.

    Raises
    ------
        Stop: This installation has none.
    """
    if find_spec(LOADER) is None:
        raise Stop("This installation has no demonstration city. Start an empty one with --empty.")
    print("Loading the demonstration city.", flush=True)
    examples = environment.data() / "examples"
    sign_ins: list[SignIn] = import_module(LOADER).load(examples_into=examples)
    print(f"Workbooks to drop into the drop box: {examples}", flush=True)
    return sign_ins
