"""What import-linter cannot see: who writes, who reads the clock, and by which door a room is entered."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "core",
    "places",
    "accounts",
    "enterprises",
    "projects",
    "returns",
    "duties",
    "consultation",
    "targets",
    "buslines",
    "desk",
    "briefings",
}
ROOM_FILES = sorted(
    path.relative_to(ROOT)
    for room in ROOMS
    for path in (ROOT / "tici" / room).rglob("*.py")
    if "migrations" not in path.parts
)
WRITES = {"save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete"}
MAY_WRITE = {"actions", "audit"}
CLOCKS = {"now", "today", "localdate", "localtime", "utcnow"}
MAY_READ_THE_CLOCK = {"views", "commands", "tasks"}
TODAY_OF_FORMS = Path("tici/core/forms.py")  # the one field that knows whether a day typed on a page has been
DOORS = {"models", "rules", "queries", "measures", "actions"}
OPEN_ROOMS = {"engines", "core", "places", "accounts"}
LONGEST = 400


def part(path: Path) -> str:
    """The part of a room a file belongs to: actions.py and actions/moves.py are both ``actions``."""
    return path.with_suffix("").parts[2]


def calls(path: Path) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}


def imports(path: Path) -> set[tuple[str, ...]]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return {tuple(f"{node.module}.{name.name}".split(".")[:3]) for node in froms for name in node.names}


@pytest.mark.parametrize("path", ROOM_FILES, ids=str)
def test_only_actions_write_and_only_pages_read_the_clock(path):
    found = calls(path)

    assert not found & WRITES or part(path) in MAY_WRITE, f"{path} writes; move it to an action"
    may_read = part(path) in MAY_READ_THE_CLOCK or path == TODAY_OF_FORMS
    assert not found & CLOCKS or may_read, f"{path} reads the clock; take it as an argument"


@pytest.mark.parametrize("path", ROOM_FILES, ids=str)
def test_another_room_is_entered_by_its_doors_only(path):
    others = {i for i in imports(path) if i[0] == "tici" and i[1] not in OPEN_ROOMS | {path.parts[1]}}

    assert {door for _, _, door in others} <= DOORS


@pytest.mark.parametrize("path", sorted((ROOT / "tici").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_grows_past_its_length(path):
    assert "migrations" in path.parts or len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST + 20
