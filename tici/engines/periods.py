"""Calendar months: the period in which counties report and the city sums."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import overload

_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month, ordered in time.

    Parameters
    ----------
    year
        Four digits, 1 to 9999.
    number
        1 is January, 12 is December.

    Raises
    ------
    ValueError
        If there is no such month.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.number <= 12):
            raise ValueError(f"No month {self.number} of the year {self.year}.")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as ``2021-11``.

        Raises
        ------
        ValueError
            If the text has another form or names no month of the years 1900 to 2100.
        """
        match = _WRITTEN.fullmatch(text.strip())
        if match is None or not 1900 <= int(match[1]) <= 2100:
            raise ValueError(f"A month is written like 2021-11; got {text!r}.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def elapsed_rate(self) -> float:
        """The share of the year gone by at the end of the month (序时进度): 11/12 for November."""
        return self.number / 12

    @property
    def year_start(self) -> Month:
        """January of the same year."""
        return Month(self.year, 1)

    def __contains__(self, day: date) -> bool:
        return Month.of(day) == self

    def __add__(self, months: int) -> Month:
        if not isinstance(months, int):
            return NotImplemented
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    @overload
    def __sub__(self, other: int) -> Month: ...
    @overload
    def __sub__(self, other: Month) -> int: ...
    def __sub__(self, other: int | Month) -> Month | int:
        if isinstance(other, Month):
            return (self.year - other.year) * 12 + self.number - other.number
        if not isinstance(other, int):
            return NotImplemented
        return self + -other

    def until(self, last: Month) -> list[Month]:
        """Return the months from this one to another, both included; none if the other is earlier."""
        return [self + months for months in range(last - self + 1)]

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"
