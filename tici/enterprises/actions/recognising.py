"""Which enterprise each row of a list means: by id, by code, by name in its place, by former name in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tici.enterprises import queries, rules

Named = tuple[int | None, int, str, str]  # id where it is known, place, name, code
Namesakes = dict[tuple[int, str], list[tuple[int, str]]]


@dataclass
class Recognised:
    """For each row the enterprise it means: its id, below 0 one to be entered (-1 the first), None where unclear."""

    by_code: dict[str, int]
    by_name: Namesakes
    by_former: Namesakes
    found: list[int | None] = field(default_factory=list)
    fresh: int = 0
    questions: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    @staticmethod
    def tidied(name: str, code: str) -> tuple[str, str]:
        """A name without double blanks, and a code where it is one."""
        code = code.strip().upper()
        return " ".join(name.split())[: rules.NAME_LENGTH], code if rules.is_credit_code(code) else ""

    def holder_of(self, code: str, otherwise: int) -> int:
        """Who holds a code in the register."""
        return self.by_code.get(code, otherwise)

    def is_taken(self, place: int, name: str, pk: int) -> bool:
        """Whether another enterprise without a code has a name in a place."""
        return any(other != pk and not uscc for other, uscc in self.by_name.get((place, name), []))

    def ask(self, number: int, code: str, message: str) -> None:
        self.questions.setdefault(number, []).append((code, message))

    def recognise(self, number: int, place: int, name: str, code: str) -> int | None:
        """The enterprise a row means, or a new one; None and a question where several may be meant."""
        namesakes = _fitting(self.by_name.get((place, name), []), code)
        if (holder := self.by_code.get(code)) is not None:
            if any(pk != holder and not uscc for pk, uscc in namesakes):
                message = _("本地另有一家未登记代码的同名企业，疑为同一家。请在“疑似重复”中核对，系统不自行合并。")
                self.ask(number, "suspected_double", message)
            return holder
        known = namesakes or _fitting(self.by_former.get((place, name), []), code)
        if len({pk for pk, _uscc in known}) > 1:
            message = _("本地有多家同名企业，无法判定是哪一家，本行未收。请补填统一社会信用代码。")
            self.ask(number, "namesakes", message)
            return None
        if known:
            self.learn(known[0][0], place, name, code)
            return known[0][0]
        self.fresh += 1
        self.learn(-self.fresh, place, name, code)
        return -self.fresh

    def learn(self, pk: int, place: int, name: str, code: str) -> None:
        """Know of one more, so that the rows after it find it."""
        if name:
            namesakes = [one for one in self.by_name.get((place, name), []) if one[0] != pk]
            self.by_name[place, name] = [*namesakes, (pk, code)]
        if code:
            self.by_code.setdefault(code, pk)


def _fitting(namesakes: Sequence[tuple[int, str]], code: str) -> list[tuple[int, str]]:
    """Those of some namesakes that a code does not speak against."""
    return [(pk, uscc) for pk, uscc in namesakes if not code or uscc in {"", code}]


def recognised(rows: Sequence[Named]) -> Recognised:
    """Find out whom each row of a list means; a code with a wrong check digit is asked about and passed over."""
    tidied = [Recognised.tidied(name, code) for _pk, _place, name, code in rows]
    unnamed = [(place, name) for (pk, place, *_rest), (name, _code) in zip(rows, tidied, strict=True) if pk is None]
    places, names = {place for _pk, place, *_rest in rows}, {name for name, _code in tidied if name}
    who = Recognised(
        queries.by_credit_code({code for _name, code in tidied if code}),
        queries.by_name(places, names),
        queries.by_former_name({place for place, _name in unnamed}, {name for _place, name in unnamed if name}),
    )
    kept = queries.kept_of({pk for pk, *_rest in rows if pk is not None})
    for number, ((pk, place, _name, written), (name, code)) in enumerate(zip(rows, tidied, strict=True)):
        if written.strip() and not code:
            who.ask(number, "uscc", str(rules.against_credit_code(written.strip().upper())[0].message))
        who.found.append(_merged(pk, kept) if pk is not None else who.recognise(number, place, name, code))
    return who


def _merged(pk: int, kept: Mapping[int, int]) -> int:
    return kept.get(pk, pk)
