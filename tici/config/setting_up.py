"""Tables, static files and first rows, brought up to date with the code. Safe to run at any time, and twice."""

from __future__ import annotations

import sys

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tici.accounts import actions as accounts
from tici.accounts.models import ADMINISTRATORS
from tici.config import demonstration, environment, fingerprints
from tici.config.stops import Stop
from tici.core.refusals import Refused


def set_up(*, is_empty: bool) -> None:
    """Migrate, collect static files, and fill an empty database unless this city was ever asked to stay empty."""
    data = environment.data()
    known = fingerprints.known(data)
    is_empty = is_empty or known.get("is_empty", False)
    sign_ins = known.get("sign_ins", [])
    fingerprints.forget(data)
    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    if not get_user_model().objects.exists():
        sign_ins = []
        if is_empty:
            first_administrators()
        else:
            sign_ins = demonstration.load()
    fingerprints.write(data, sign_ins=sign_ins, is_empty=is_empty)


def demonstrate() -> None:
    """Load the demonstration city, and note how one signs in to it.

    Raises
    ------
        Stop: Somebody works here already.
    """
    migrate()
    if get_user_model().objects.exists():
        raise Stop(
            "This city has people already. Load the demonstration into an empty one: set TICI_DATA to a new folder."
        )
    data = environment.data()
    facts = fingerprints.known(data) | {"sign_ins": demonstration.load(), "is_empty": False}
    fingerprints.write(data, **{"of": ""} | facts)
    (data / "first-administrator").unlink(missing_ok=True)


def migrate() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        print(f"Setting up the tables ({len(missing)} steps).", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def first_administrators() -> None:
    """Ask on the terminal for the three administrators; without one, or on request, leave it to the page."""
    accounts.issue_first_administrator_token()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    print("\nNobody can sign in yet. Name the three administrators (three people: none may hold two of the posts),")
    print("or press Enter to do it in the browser.")
    while names := ask():
        try:
            opened = accounts.enrol_first_administrators(usernames=names, at=timezone.now())
        except Refused as refused:
            print(refused.sentence)
            continue
        print("\nPasswords for the first sign-in, shown only now:")
        for one in opened:
            print(f"  {one.person.username}  {one.password}  {one.person.get_role_display()}")
        return


def ask() -> dict[str, str]:
    """A username for each of the three posts; nothing when one is left out."""
    names: dict[str, str] = {}
    for role in ADMINISTRATORS:
        name = input(f"  {role.label}, username: ").strip()
        if not name:
            return {}
        names[role] = name
    return names
