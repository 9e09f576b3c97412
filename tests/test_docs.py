"""What the documents say is so: settings, commands, rooms, rules, terms, links, and two languages that say the same."""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

import tici.desk.demonstration.load as demonstration
from tici.accounts.permissions import Permission
from tici.accounts.rules import DEMONSTRATION_PASSWORD
from tici.config import commands
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.sheets.__main__ import main as recognise
from tici.engines.workdays import due_day

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README, MIRROR = ROOT / "README.md", ROOT / "README.zh.md"
PAPERS = sorted([README, MIRROR, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md"), *(ROOT / "deploy").glob("*.md")])
MIRRORS = [(README, MIRROR)] + [
    (path.with_name(path.name.replace(".zh.md", ".md")), path) for path in DOCS.glob("*.zh.md")
]
OPERATIONS = [DOCS / "operations.md", DOCS / "operations.zh.md"]
VARIABLE = re.compile(r"\bTICI_[A-Z_]+\b")
#: Set by one part of Tici for another, never by a person.
INNER_VARIABLES = {"TICI_TEST_FOLDER"}
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
LARGEST_PICTURE = 300 * 1024
WORDS_OF_A_DECISION = 300


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def table(path: Path, head: str) -> list[list[str]]:
    """The cells of the rows of the table whose first heading is this."""
    lines = iter(text(path).splitlines())
    for line in lines:
        if line.startswith(f"| {head} |"):
            next(lines)
            break
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def first_codes(path: Path, head: str) -> list[str]:
    """The first cells of a table, without their code marks."""
    return [row[0].strip(" `|") for row in table(path, head)]


def variables_read() -> set[str]:
    """The variables that the environment is asked for, in Python and in the scripts."""
    found = set()
    asked = re.compile(r"(?:environ(?:\.get|\.setdefault)?[(\[]\s*|\bfor name in \(|, )\"(TICI_[A-Z_]+)\"")
    for path in [*(ROOT / "tici").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]:
        if path != Path(__file__):
            found |= set(asked.findall(text(path)))
    for path in [ROOT / "run", ROOT / "test", ROOT / "check", ROOT / ".ci" / "run"]:
        found |= set(VARIABLE.findall(text(path)))
    return found - INNER_VARIABLES


# Settings and variables


@pytest.mark.parametrize(("paper", "head"), [(README, "variable"), (MIRROR, "变量")], ids=["README", "mirror"])
def test_every_variable_is_in_the_readme_and_no_other(paper, head):
    assert set(first_codes(paper, head)) == variables_read()


@pytest.mark.parametrize("paper", OPERATIONS, ids=name)
def test_every_setting_of_our_own_is_documented(paper):
    own = {setting for setting in dir(settings) if setting.startswith("TICI_")}

    assert own - set(VARIABLE.findall(text(paper) + text(README))) == set()


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_no_page_speaks_of_a_variable_or_setting_that_is_not_there(paper):
    known = variables_read() | {setting for setting in dir(settings) if setting.startswith("TICI_")}

    assert set(VARIABLE.findall(text(paper))) - known == set()


# Commands


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    found = {word for action in parser._actions for word in action.option_strings if word.startswith("--")}
    return found - {"--help"}


def commands_known() -> dict[str, argparse.ArgumentParser]:
    """Each command line with the parser that reads it; a command of commands gives those."""

    def walk(parser: argparse.ArgumentParser, words: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
        inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        for action in inner:
            for word, child in action.choices.items():
                yield from walk(child, f"{words} {word}")
        if not inner:
            yield words, parser

    return dict(walk(commands.parser(), "tici"))


@pytest.mark.parametrize(
    ("paper", "head"), zip(OPERATIONS, ["command", "命令"], strict=True), ids=["english", "chinese"]
)
def test_every_command_is_documented_and_no_other(paper, head):
    documented = {re.sub(r" (?:[A-Z]|…|--).*", "", words) for words in first_codes(paper, head)}

    assert documented == set(commands_known())


@pytest.mark.parametrize("paper", OPERATIONS, ids=name)
@pytest.mark.parametrize("command", commands_known())
def test_every_option_of_a_command_is_documented(paper, command):
    head = "command" if paper == OPERATIONS[0] else "命令"
    row = next(row for row in table(paper, head) if row[0].startswith((f"`{command}`", f"`{command} ")))

    assert options_of(commands_known()[command]) - set(re.findall(r"--[a-z-]+", " ".join(row))) == set()


@pytest.mark.parametrize(("paper", "head"), [(README, "option"), (MIRROR, "选项")], ids=["README", "mirror"])
def test_every_option_of_run_is_in_the_readme(paper, head):
    assert set(first_codes(paper, head)) == options_of(commands_known()["tici serve"])


def test_the_options_of_recognise_are_documented(capsys):
    with pytest.raises(SystemExit):
        recognise(["--help"])

    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert all(
        options <= set(re.findall(r"--[a-z-]+", text(paper))) for paper in [*OPERATIONS, DOCS / "recognition.md"]
    )


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_what_is_to_be_typed_can_be_typed(paper):
    lines = re.findall(r"^    (?:[A-Z_]+=\S+ )*(.+)$", text(paper), re.M)
    ours = [line for line in lines if re.match(r"(\./|(\.venv/bin/)?tici )", line)]

    for line in ours:
        if line.startswith("./"):
            assert (ROOT / line.split()[0]).stat().st_mode & 0o100, line
        else:
            words = line.removeprefix(".venv/bin/").split()
            assert any(words[: len(known.split())] == known.split() for known in commands_known()), line


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_modules_that_are_to_be_run_are_there(paper):
    modules = re.findall(r"python -m ((?:tici|bench)[\w.]+)", text(paper))

    assert [module for module in modules if not (ROOT / module.replace(".", "/")).with_suffix(".py").exists()] == []


def test_ci_runs_the_readmes_test_command():
    section = text(README).split("## Test command\n", 1)[1].split("\n## ", 1)[0]
    typed = re.findall(r"^    (\S+)", section, re.M)

    assert typed == ["./test", "./check"]
    assert re.findall(r"^(\./\S+)", text(ROOT / ".ci" / "run"), re.M) == typed


@pytest.mark.parametrize(("paper", "head"), [(README, "name"), (MIRROR, "账号")], ids=["README", "mirror"])
def test_the_sign_ins_are_those_of_the_demonstration(paper, head):
    """Those that ``./run`` prints; a reporter is called after the code of the county."""
    told = text(Path(demonstration.__file__)).split("said = [", 1)[1].split("\n    ]", 1)[0]
    printed = re.findall(r"^        \((.+?), \"", told, re.M)

    assert f"`{DEMONSTRATION_PASSWORD}`" in text(paper)
    assert ["tianbao0123" if "130123" in one else one.strip('"') for one in printed] == first_codes(paper, head)


# Rooms and rules


@pytest.mark.parametrize(("paper", "head"), [(README, "room"), (MIRROR, "室")], ids=["README", "mirror"])
def test_every_room_is_in_the_readme(paper, head):
    rooms = {f"tici/{path.name}" for path in (ROOT / "tici").iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert set(first_codes(paper, head)) == rooms


def test_every_rule_file_is_listed_with_its_source():
    listed = {row[0].strip(" `|"): row[-1].strip(" |") for row in table(DOCS / "rules.md", "file")}
    shipped = list(rulebook.SHIPPED.rglob("*.toml"))

    assert listed == {
        path.relative_to(rulebook.SHIPPED).with_suffix("").as_posix(): tomllib.loads(text(path))["source"]
        for path in shipped
    }


def test_the_example_of_a_citys_own_rule_holds(tmp_path, monkeypatch):
    example = re.search(r"```toml\n(.+?)```", text(DOCS / "rules.md"), re.S)
    assert example
    own = tmp_path / "returns" / "calendar.toml"
    own.parent.mkdir()
    own.write_text(example[1], encoding="utf-8")
    monkeypatch.setenv("TICI_RULEBOOK", str(tmp_path))

    months = [Month(2021, 11), Month(2022, 1)]
    due = [due_day(month, rulebook.load("returns/calendar", month.last)["project_month"]) for month in months]

    # 5 December 2021 is a Sunday; 7 February 2022 is the first working day after the Spring Festival.
    assert [found.on if hasattr(found, "on") else found for found in due] == [date(2021, 12, 6), date(2022, 2, 9)]


# Terms


def glossary() -> dict[str, str]:
    """Code name -> Chinese."""
    rows = [line.strip("|").split(" | ") for line in text(DOCS / "glossary.md").splitlines() if line.startswith("| ")]
    return {row[0].strip(): row[1].strip() for row in rows if row[0].strip() != "code"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("tici.")]


def own_choices() -> set[type[models.TextChoices]]:
    """The choice classes of every room, also those that no column uses."""
    return {one for one in models.TextChoices.__subclasses__() if one.__module__.startswith("tici.")}


def test_every_model_is_in_the_glossary():
    assert {m.__name__: str(m._meta.verbose_name) for m in own_models()}.items() - glossary().items() == set()


def test_every_choice_is_in_the_glossary():
    terms = {f"{one.__name__}.{value}": str(label) for one in own_choices() for value, label in one.choices}

    assert terms.items() - glossary().items() == set()


def test_every_permission_is_in_the_glossary():
    assert {f"Permission.{one}" for one in Permission} - glossary().keys() == set()


def test_the_glossary_holds_no_class_that_is_gone():
    known = {model.__name__ for model in own_models()}
    known |= {f"{one.__name__}.{value}" for one in own_choices() for value in one.values}
    known |= {f"Permission.{one}" for one in Permission}

    assert {term for term in glossary() if term[0].isupper()} - known == set()


# Links, pictures, decisions, mirrors


def anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text(path), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_every_link_leads_somewhere(paper):
    broken = []
    for is_picture, link in LINK.findall(text(paper)):
        target, _, anchor = link.partition("#")
        if is_picture or target.startswith(("http://", "https://")):
            continue
        path = (paper.parent / target).resolve() if target else paper
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)

    assert broken == []


def pictures() -> set[str]:
    return {link for paper in PAPERS for is_picture, link in LINK.findall(text(paper)) if is_picture}


def test_every_picture_is_made_by_a_journey():
    journeys = "".join(text(path) for path in (ROOT / "tests" / "journeys").glob("*.py"))

    stems = {Path(link).stem for link in pictures()}
    assert {stem for stem in stems if f'"{stem}"' not in journeys and f"{stem}.png" not in journeys} == set()


def test_pictures_are_light_and_all_of_them_shown():
    made = list((DOCS / "pictures").glob("*"))

    assert {path.name for path in made} <= {Path(link).name for link in pictures()}
    assert {path.name: path.stat().st_size for path in made if path.stat().st_size > LARGEST_PICTURE} == {}


DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))


def test_every_decision_is_in_the_index_in_order():
    heads = [re.match(r"# (\d+)\. (.+)\n", text(path)) for path in DECISIONS]
    index = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", text(DOCS / "decisions" / "README.md"), re.M)

    assert index == [(head[1], head[2], path.name) for head, path in zip(heads, DECISIONS, strict=True) if head]
    assert [path.name for path in DECISIONS if int(path.name[:4]) != int(text(path).split(".")[0].strip("# "))] == []


@pytest.mark.parametrize("paper", DECISIONS, ids=name)
def test_a_decision_is_short_and_whole(paper):
    words = re.findall(r"\S*\w\S*", text(paper).split("\n", 1)[1])

    assert len(words) < WORDS_OF_A_DECISION
    assert re.findall(r"^\*\*(\w+)\.\*\*", text(paper), re.M) == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize(("paper", "mirror"), MIRRORS, ids=lambda path: name(path))
def test_two_languages_say_the_same(paper, mirror):
    def shape(path: Path) -> list[str]:
        """Heads by their depth, rows by their first code, what is typed, and where links lead."""
        found = []
        for line in text(path).splitlines():
            if head := re.match(r"#+ ", line):
                found.append(head[0])
            elif line.startswith("    ") or re.match(r"\d\. |- ", line):
                found.append(line if line.startswith("    ") else line[:2])
            elif line.startswith("|"):
                found.append(f"| {line.count(' | ')} " + " ".join(re.findall(r"`[^`]+`", line.split(" | ")[0])))
            elif link := re.match(r"!\[.*\]\((.+)\)", line):
                found.append(link[1])
        return found

    assert shape(paper) == shape(mirror)


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_no_line_of_a_page_ends_in_blanks(paper):
    assert [line for line in text(paper).splitlines() if line != line.rstrip()] == []


def test_the_newest_changes_are_those_of_the_packages_version():
    newest = re.search(r"^## ([0-9.]+):", text(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert newest.group(1) == tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
