"""``tici``: the command line. Each command is a few lines that call the part which does the work.

Django is loaded only by the commands that need it, so that the others start at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from tici.config import environment
from tici.config.stops import Stop

SETTINGS = "tici.config.settings.embedded"
BEHIND_PAGES = 15  # the niceness of background work: where processors are short, whoever waits for a page goes first


def main(argv: Sequence[str] | None = None) -> int:
    """Do what was typed; 0 when done, 1 with a sentence when not."""
    asked, rest = parser().parse_known_args(argv)
    if rest and asked.do not in {manage, recognise, lines}:
        parser().error(f"unrecognised: {' '.join(rest)}")
    asked.rest = rest
    environment.settle()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        return asked.do(asked) or 0
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    tici = argparse.ArgumentParser("tici", description="Tici 梯次: projects, enterprises and the monthly dispatch.")
    commands = tici.add_subparsers(metavar="COMMAND", required=True)

    one = commands.add_parser("serve", help="start everything and serve the pages until Ctrl-C")
    one.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1: this machine only)")
    one.add_argument("--port", type=int, default=8000)
    one.add_argument("--empty", action="store_true", help="an empty city instead of the demonstration")
    one.add_argument("--debug", action="store_true", default=os.environ.get("TICI_DEBUG") == "1")
    one.add_argument("--workers", type=int, default=2, help="processes that answer pages")
    one.set_defaults(do=serve)

    one = commands.add_parser("set-up", help="bring tables and static files up to date")
    one.add_argument("--empty", action="store_true", help="leave an empty database without the demonstration")
    one.set_defaults(do=set_up)

    one = commands.add_parser("worker", help="do background work until stopped")
    one.set_defaults(do=worker)

    one = commands.add_parser("manage", help="Django's own commands", add_help=False)
    one.set_defaults(do=manage)

    one = commands.add_parser("demo", help="load the demonstration city into an empty database")
    one.set_defaults(do=demo)

    one = commands.add_parser("recognise", help="read workbooks of any layout: FILES… --json OUT", add_help=False)
    one.set_defaults(do=recognise)

    one = commands.add_parser("lines", help="plan, check and certify school lines", add_help=False)
    one.set_defaults(do=lines)

    one = commands.add_parser("verify", help="check the chained record and the kept uploads against their digests")
    one.set_defaults(do=verify)

    one = commands.add_parser("places", help="the tree of places")
    inner = one.add_subparsers(metavar="WHAT", required=True).add_parser(
        "import", help="take in a city's places from CSV (code,name,kind,parent), whole or not at all"
    )
    inner.add_argument("file", type=Path, metavar="FILE")
    inner.set_defaults(do=import_places)

    one = commands.add_parser("backup", help="write a backup into a new folder below DIR")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.set_defaults(do=backup)

    one = commands.add_parser("restore", help="bring the backup in DIR back into an empty TICI_DATA")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.set_defaults(do=restore)
    return tici


def serve(asked: argparse.Namespace) -> None:
    """Start everything and serve."""
    from tici.config import serving  # noqa: PLC0415 - psutil and the rest are for this command

    serving.serve(
        serving.Wish(
            host=asked.host,
            port=asked.port,
            is_empty=asked.empty,
            is_debugging=asked.debug,
            workers=asked.workers,
        )
    )


def set_up(asked: argparse.Namespace) -> None:
    """Bring the data folder up to date with the code."""
    with database():
        django()
        from tici.config import setting_up  # noqa: PLC0415 - needs Django

        setting_up.set_up(is_empty=asked.empty)


def worker(asked: argparse.Namespace) -> None:
    """Do background work: two jobs at a time, and once a minute those of workers that were killed; listen for mail."""
    django()
    from django.core.management import call_command  # noqa: PLC0415

    from tici.consultation.tasks import listen_for_mail  # noqa: PLC0415 - needs Django

    os.nice(BEHIND_PAGES)
    is_over = threading.Event()
    threading.Thread(target=listen_for_mail, args=(is_over.is_set,), daemon=True).start()
    call_command("procrastinate", "worker", "--concurrency", "2", "--shutdown-graceful-timeout", "10")


def manage(asked: argparse.Namespace) -> None:
    """Pass on to Django."""
    if asked.rest[:1] == ["runserver"]:
        raise Stop("Pages are served by `tici serve`, which also starts the database and the background work.")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    with database():
        execute_from_command_line(["tici manage", *asked.rest])


def demo(asked: argparse.Namespace) -> None:
    """Load the demonstration city."""
    with database():
        django()
        from tici.config import setting_up  # noqa: PLC0415 - needs Django

        setting_up.demonstrate()


def recognise(asked: argparse.Namespace) -> int:
    """Read workbooks without Django or a database."""
    from tici.engines.sheets.__main__ import main as read  # noqa: PLC0415 - reads the rulebook

    return read(asked.rest)


def lines(asked: argparse.Namespace) -> int:
    """Plan, check and certify school lines without Django or a database."""
    from tici.engines.lines.__main__ import main as do  # noqa: PLC0415 - loads NumPy

    return do(asked.rest)


def verify(asked: argparse.Namespace) -> int:
    """Say of every record and upload that is not as it was written what is wrong with it."""
    with database():
        django()
        from tici.config import verifying  # noqa: PLC0415 - needs Django

        return verifying.verify(at=datetime.now().astimezone())


def import_places(asked: argparse.Namespace) -> None:
    """Take in a tree of places."""
    try:
        content = asked.file.read_bytes()
    except OSError as fault:
        raise Stop(f"{asked.file}: {fault.strerror}.") from fault
    with database():
        django()
        from tici.config import places  # noqa: PLC0415 - needs Django

        places.take_in(content)


def backup(asked: argparse.Namespace) -> None:
    """Write a backup."""
    from tici.config import keeping  # noqa: PLC0415

    print(keeping.backup(asked.folder, at=datetime.now().astimezone()))


def restore(asked: argparse.Namespace) -> None:
    """Bring a backup back."""
    from tici.config import keeping  # noqa: PLC0415

    keeping.restore(asked.folder)
    print(f"Restored into {environment.data()}. Start it with `tici serve`, and check it with `tici verify`.")


def database() -> AbstractContextManager[str]:
    """A running server for one command."""
    from tici.config import keeping  # noqa: PLC0415

    return keeping.database()


def django() -> None:
    """Load Django."""
    import django  # noqa: PLC0415

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
