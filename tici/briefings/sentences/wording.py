"""Filling the rulebook's sentences with figures and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any, Protocol, TypeVar

from tici.briefings.figures import Figure, Notes, Text, percent, until, year_to_date
from tici.briefings.standing import CityMonth, Standing
from tici.engines.periods import Month
from tici.engines.rulebook import Rule

Part = str | Figure | Text


def fill(template: str, **parts: Part) -> Text:
    """Return a sentence of the rulebook with its braces filled.

    Raises
    ------
    KeyError
        If the sentence asks for a part that this place of the document does not have.
    """
    runs: list[str | Figure] = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        runs.append(literal)
        if name is not None:
            part = parts[name]
            runs.extend(part if isinstance(part, tuple) else (part,))
    return joined(tuple(runs))


def joined(text: Text) -> Text:
    """Return a text with neighbouring strings made one and empty ones dropped."""
    runs: list[str | Figure] = []
    for run in text:
        if isinstance(run, str) and runs and isinstance(runs[-1], str):
            runs[-1] += run
        elif run:
            runs.append(run)
    return tuple(runs)


def direction(rate: Decimal) -> str:
    """Return up, down or level, judged on what will be printed: a change of 0.0 is no change."""
    printed = percent(rate)
    return "up" if printed > 0 else "down" if printed < 0 else "level"


class Named(Protocol):
    """Whoever a figure is of: a county, a city."""

    @property
    def code(self) -> str: ...
    @property
    def place(self) -> str: ...


Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A document in the making: its place and month, the sentences in force, the measures it cites."""

    rule: Rule
    notes: Notes
    month: Month
    place: str
    code: str

    def say(self, chapter: str, key: str, **parts: Part) -> Text:
        """Return one sentence of the rulebook, filled."""
        return self.say_text(self.rule[chapter][key], **parts)

    def say_text(self, template: str, **parts: Part) -> Text:
        """Return a sentence, filled; the words for place and month need not be given."""
        return fill(template, **(self._words() | parts))

    def figure(
        self,
        name: str,
        value: Decimal | int,
        of: Named | None = None,
        of_what: str = "",
        *,
        units: int | None = None,
        narrow: Mapping[str, str] | None = None,
    ) -> Figure:
        """Return a figure of one county, or of the whole place; ``units`` says how many firms stand behind it."""
        place, code = (of.place, of.code) if of else (self.place, self.code)
        return self.notes.figure(
            name,
            value,
            place=place,
            place_code=code,
            month=self.month,
            of_what=of_what,
            units=units,
            narrow=narrow,
        )

    def choice(self, name: str) -> Any:
        """Return one of the rulebook's limits."""
        return self.rule["choice"][name]

    def limit(self, name: str) -> Decimal:
        """Return one of the rulebook's limits as an exact number."""
        return Decimal(str(self.choice(name)))

    def listing(self, rows: Sequence[Row], named: Callable[[Row], Text], shared: str = "") -> Text:
        """Return rows in a row, each worded in its own way: 长安区、桥西区等8个县（市、区）."""
        limit = self.choice("listed") if shared else len(rows)
        runs: list[str | Figure] = []
        for place, row in enumerate(rows[:limit]):
            runs.extend((*(("、",) if place else ()), *named(row)))
        if len(rows) > limit:
            runs.extend(("等", self.figure("listed", len(rows), of_what=self.rule["listed"][shared])))
        return joined(tuple(runs))

    def _words(self) -> dict[str, Part]:
        return {"until": until(self.month), "period": year_to_date(self.month), "whole": self.place}


@dataclass(frozen=True, kw_only=True)
class Draft(Wording):
    """A circular in the making."""

    city: CityMonth
    office: str
    on: date
    answer_by: date | None = None

    def names(self, rows: Sequence[Standing], shared: str = "") -> Text:
        """Return counties by name; a long list is cut where ``shared`` says what they have in common."""
        return self.listing(rows, lambda row: (row.place,), shared)

    def names_with(
        self, rows: Sequence[Standing], measure: str, value: Callable[[Standing], Decimal | int | None], shared: str
    ) -> Text:
        """Return counties by name, each with its figure: 正定县（120.3%）."""

        def named(row: Standing) -> Text:
            number = value(row)
            return (row.place,) if number is None else (row.place, "（", self.figure(measure, number, row), "）")

        return self.listing(rows, named, shared)

    def is_complete(self, row: Standing | None) -> bool:
        """Whether a return holds enough of its projects to be set beside another month's."""
        rate = row.reporting_rate if row else None
        return rate is None or rate >= Decimal(str(self.choice("complete")))

    @property
    def comparable(self) -> CityMonth | None:
        """The month before, if both months hold enough of the projects for their investment to be compared."""
        before = self.city.before
        return before if before and self.is_complete(self.city.total) and self.is_complete(before.total) else None

    def change(self, chapter: str, measure: str, now: Decimal | None, then: Decimal | None) -> Text:
        """Return how a rate of the city moved since the month before; nothing where there is none to compare."""
        if now is None or then is None:
            return ()
        move = now - then
        return self.say(chapter, f"change_{direction(move)}", change=self.figure(measure, move))

    def _words(self) -> dict[str, Part]:
        return super()._words() | {"last": self._last()}

    def _last(self) -> str:
        before = self.city.before
        if before is None:
            return "上月底"
        return "上月底" if self.city.month - before.month == 1 else f"{before.month.number}月底"


def extremes(rows: Sequence[Row], value: Callable[[Row], Decimal | None], count: int, *, highest: bool) -> list[Row]:
    """Return the counties at one end of a ranking; equals of the last one named are named too."""
    known = [(number, row) for row in rows if (number := value(row)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=highest)
    if count <= 0 or not known:
        return []
    edge = known[min(count, len(known)) - 1][0]
    return [row for number, row in known if (number >= edge if highest else number <= edge)]
