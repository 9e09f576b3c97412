"""``python -m tici.config.messages``: gathers each room's Chinese texts into its English catalogue.

Texts stand in the code, in the templates, and in those rule files whose sentences a room shows through gettext.
Nothing but the product's own packages is needed. What was translated stays; new texts come in empty, and those
no longer used go. ``tests/test_catalogues.py`` holds the catalogues complete.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tici.config.environment import CHECKOUT
from tici.engines import gtfs, lines, roads, rulebook
from tici.engines.lines.results import BREACHES
from tici.engines.sheets import SENTENCES

TICI = CHECKOUT / "tici"
LANGUAGE = "en"
#: Where the texts stand among the arguments: a context, if any, comes first; then one text, or singular and plural.
ARGUMENTS = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}
CALL = re.compile(r"(?<![\w.])(?:n?p?gettext|_)\(")
#: Rooms of texts that belong to no Django app, and the app whose catalogue carries them.
CARRIED = {"config": "core"}


class Text(NamedTuple):
    """A text to translate: one sentence, or singular and plural; and the context that tells it from its double."""

    forms: tuple[str, ...]
    context: str = ""


def main() -> None:
    """Bring every room's catalogue up to date, and say how much of each is still without English."""
    for room, found in sorted(texts().items()):
        catalogue = merged(found, path_of(room))
        path_of(room).parent.mkdir(parents=True, exist_ok=True)
        with path_of(room).open("wb") as file:
            write_po(file, catalogue, width=0, include_lineno=False, sort_output=True)
        with path_of(room).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = sum(1 for message in catalogue if message.id and not is_filled(message))
        print(f"{room}: {len(catalogue)} texts, {missing} without English")


def path_of(room: str) -> Path:
    """Where the English of a room stands."""
    return TICI / room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def texts() -> dict[str, dict[Text, str]]:
    """Every text of every room, with the first file it stands in."""
    found: dict[str, dict[Text, str]] = {}
    for path in sorted([*TICI.rglob("*.py"), *TICI.rglob("*.html")]):
        file = path.relative_to(CHECKOUT).as_posix()
        room = path.relative_to(TICI).parts[0]
        source = path.read_text(encoding="utf-8")
        for text in in_code(source) if path.suffix == ".py" else in_template(source):
            found.setdefault(CARRIED.get(room, room), {}).setdefault(text, file)
    for room, texts_of_rules in (
        ("returns", in_returns_rules()),
        ("targets", in_targets_rules()),
        ("enterprises", in_enterprises_rules()),
        ("desk", in_recognition()),
        ("buslines", in_lines()),
    ):
        for text, file in texts_of_rules:
            found[room].setdefault(text, file)
    return found


def in_code(source: str) -> Iterator[Text]:
    """The texts that calls of gettext name in Python."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id.removesuffix("_lazy").removesuffix("_noop")
            if name in ARGUMENTS and (text := text_of(name, node)):
                yield text


def text_of(name: str, call: ast.Call) -> Text | None:
    """The text one call names; nothing when it is put together elsewhere."""
    words = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    first = ARGUMENTS[name]
    wanted = first + (2 if name.startswith("n") else 1)
    if len(words) < wanted:
        return None
    return Text(tuple(words[first:wanted]), words[0] if first else "")


def in_template(source: str) -> Iterator[Text]:
    """The texts of a template's tags, by way of Django's own reading of them."""
    code = templatize(source)
    for call in CALL.finditer(code):
        yield from in_code(balanced(code[call.start() :]))


def balanced(code: str) -> str:
    """The shortest beginning that is a whole expression."""
    for end in (found.end() for found in re.finditer(r"\)", code)):
        try:
            ast.parse(code[:end].lstrip(), mode="eval")
        except SyntaxError:
            continue
        return code[:end].lstrip()
    return ""


def in_returns_rules() -> Iterator[tuple[Text, str]]:
    """The sentences of checks and lights in every version of their rules; the indicators and forms that are shipped."""
    for name in ("returns/checks", *rulebook.names("returns/form_checks")):
        for rule in rulebook.versions(name):
            for check in rule["check"]:
                yield Text((check["sentence"],)), f"tici/rulebook/{name}.toml"
    for rule in rulebook.versions("returns/lights"):
        for sentence in rule["sentence"].values():
            yield Text((sentence,)), "tici/rulebook/returns/lights.toml"
    for name, part, words in (("indicators", "indicator", ("label", "unit")), ("forms", "form", ("name",))):
        for rule in rulebook.versions(f"returns/{name}"):
            for one in rule[part]:
                yield from ((Text((one[word],)), f"tici/rulebook/returns/{name}.toml") for word in words)


def in_targets_rules() -> Iterator[tuple[Text, str]]:
    """What the profiles of targets are called."""
    for rule in rulebook.versions("targets/profiles"):
        for profile in rule["profile"]:
            yield Text((profile["label"],)), "tici/rulebook/targets/profiles.toml"


def in_enterprises_rules() -> Iterator[tuple[Text, str]]:
    """What ladders, trades, papers and standards are called, and all that the scorecards of the tiers say."""
    for name, keys in (
        ("ladders", {"label"}),
        ("sizes", {"label"}),
        ("documents", {"label"}),
        ("thresholds", {"condition"}),
        *((f"scorecards/{tier}", {"label", "note", "choices"}) for tier in ("giant", "innovative", "srdi")),
    ):
        for rule in rulebook.versions(f"enterprises/{name}"):
            for text in under(keys, rule.content):
                yield Text((text,)), f"tici/rulebook/enterprises/{name}.toml"
            for text in under({"unit"}, rule.content):
                yield Text((text,), "unit"), f"tici/rulebook/enterprises/{name}.toml"


def under(keys: Set[str], content: Any) -> Iterator[str]:
    """The Chinese texts that stand under some keys of a rule, at any depth."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            texts = value.values() if isinstance(value, Mapping) else [value]
            yield from (text for text in texts if key in keys and isinstance(text, str) and not text.isascii())
            yield from under(keys, value)
    elif isinstance(content, list):
        for one in content:
            yield from under(keys, one)


def in_recognition() -> Iterator[tuple[Text, str]]:
    """The sentences in which a reading of a workbook speaks, and what it calls the columns."""
    for name in ("sheets/columns", "sheets/enterprises"):
        for rule in rulebook.versions(name):
            for field in rule["field"]:
                yield Text((field["label"],)), f"tici/rulebook/{name}.toml"
    for sentence in SENTENCES.values():
        yield Text((sentence,)), "tici/engines/sheets/problems.py"


def in_lines() -> Iterator[tuple[Text, str]]:
    """The sentences of the engines behind school lines: of problems, broken limits, roads and feeds; datums."""
    for place, some in (
        ("lines/sentences", lines.SENTENCES),
        ("lines/results", BREACHES),
        ("roads/problems", roads.SENTENCES),
        ("gtfs/problems", gtfs.SENTENCES),
        ("roads/datum", roads.LABELS),
    ):
        for sentence in some.values():
            yield Text((sentence,)), f"tici/engines/{place}.py"


def merged(found: dict[Text, str], path: Path) -> Catalog:
    """A catalogue of exactly these texts, with the English that was there."""
    known = Catalog(LANGUAGE)
    if path.exists():
        with path.open("rb") as stream:
            known = read_po(stream, LANGUAGE)
    catalogue = Catalog(
        LANGUAGE,
        header_comment="# What people read in English.",
        project="Tici",
        version="1",
        msgid_bugs_address="none",
        last_translator="Tici",
        language_team="English",
        creation_date=known.creation_date,
        revision_date=known.creation_date,
        fuzzy=False,
    )
    for text, file in sorted(found.items()):
        context = text.context or None
        before = known.get(text.forms[0], context)
        id_ = text.forms if len(text.forms) > 1 else text.forms[0]
        stays = before is not None and before.pluralizable == (len(text.forms) > 1)
        catalogue.add(id_, before.string if before and stays else "", [(file, 0)], context=context)
    return catalogue


def is_filled(message: Message) -> bool:
    """Whether every form of a text has its English."""
    string = message.string
    return bool(string) if isinstance(string, str) else bool(string and all(string))


if __name__ == "__main__":
    main()
