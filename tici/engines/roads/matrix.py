"""Times and distances from each of some points to each of others, and how each leg came to be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tici.engines import rulebook
from tici.engines.roads.datum import metres_between
from tici.engines.roads.problems import Problem

Floats = NDArray[np.float64]
RULE = "buslines/roads"


class Source(IntEnum):
    """How a leg came to be known; a higher one overrides a lower one."""

    NONE = 0
    ESTIMATED = 1  # from a straight line
    ROAD = 2  # along a road graph
    MEASURED = 3  # driven and timed by people


LABELS = {Source.MEASURED: "实测", Source.ROAD: "按道路计算", Source.ESTIMATED: "直线估算", Source.NONE: "没有时间"}


class Leg(NamedTuple):
    """One measured leg; ``metres`` is nan where only the time is known, ``row`` is that of the file, from 1."""

    origin: str
    destination: str
    seconds: float
    metres: float
    row: int


@dataclass(frozen=True, eq=False)
class Matrix:
    """Seconds and metres of each leg.

    Parameters
    ----------
    origins, destinations
        The names of rows and columns.
    seconds, metres
        Shape (origins, destinations); ``inf`` where no way is known.
    source
        The same shape, a `Source` of each leg.

    Raises
    ------
    ValueError
        If shapes differ, a name stands twice, or a value is negative or ``nan``.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    seconds: Floats
    metres: Floats
    source: NDArray[np.uint8]

    def __post_init__(self) -> None:
        shape = (len(self.origins), len(self.destinations))
        for values in (self.seconds, self.metres, self.source):
            if values.shape != shape:
                raise ValueError(f"Every array must have shape {shape}; got {values.shape}.")
        for names in (self.origins, self.destinations):
            if len(set(names)) < len(names):
                raise ValueError("A name stands twice.")
        if not (self.seconds >= 0).all() or not (self.metres >= 0).all():
            raise ValueError("Seconds and metres may not be negative or nan.")

    @property
    def holes(self) -> tuple[tuple[str, str], ...]:
        """The legs without a time."""
        return tuple((self.origins[i], self.destinations[j]) for i, j in np.argwhere(np.isinf(self.seconds)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The holes as one sentence for each origin; none where there are none."""
        found = []
        for row, name in enumerate(self.origins):
            empty = np.flatnonzero(np.isinf(self.seconds[row]))
            if len(empty):
                code = "hole" if len(empty) == 1 else "holes"
                first = self.destinations[empty[0]]
                found.append(Problem.of(code, origin=name, destination=first, count=len(empty)))
        return tuple(found)

    @property
    def said(self) -> str:
        """What stands beside a figure: how many legs came to be known how, and that estimates are estimates."""
        counts = {source: int((self._legs == source).sum()) for source in LABELS}
        return "，".join(f"{LABELS[source]}{count}段" for source, count in counts.items() if count)

    @property
    def _legs(self) -> NDArray[np.uint8]:
        """The sources of real legs: not from a point to itself."""
        is_same = np.asarray(self.origins, object)[:, None] == np.asarray(self.destinations, object)
        return self.source[~is_same]

    def with_measured(self, legs: Iterable[Leg]) -> Self:
        """Return the matrix with measured legs in place of what was there; legs of other points are passed over.

        Where only the time was measured, the distance is kept. A leg counts in its own direction alone.
        """
        row, column = _places(self.origins), _places(self.destinations)
        seconds, metres, source = self.seconds.copy(), self.metres.copy(), self.source.copy()
        for leg in legs:
            if leg.origin in row and leg.destination in column:
                at = row[leg.origin], column[leg.destination]
                seconds[at], source[at] = leg.seconds, Source.MEASURED
                if not np.isnan(leg.metres):
                    metres[at] = leg.metres
        return replace(self, seconds=seconds, metres=metres, source=source)

    def filled_from(self, other: Matrix) -> Self:
        """Return the matrix with its holes filled by another one of the same points, such as an estimated one.

        Raises
        ------
        ValueError
            If the other one has other points.
        """
        if (other.origins, other.destinations) != (self.origins, self.destinations):
            raise ValueError("The two matrices have different points.")
        is_hole = np.isinf(self.seconds)
        return replace(
            self,
            seconds=np.where(is_hole, other.seconds, self.seconds),
            metres=np.where(is_hole, other.metres, self.metres),
            source=np.where(is_hole, other.source, self.source),
        )

    def between(self, origins: Sequence[str], destinations: Sequence[str]) -> Self:
        """Return the part between some of the points, in the order asked for.

        Raises
        ------
        KeyError
            If a point is not in the matrix.
        """
        row, column = _places(self.origins), _places(self.destinations)
        part = np.ix_([row[name] for name in origins], [column[name] for name in destinations])
        return replace(
            self,
            origins=tuple(origins),
            destinations=tuple(destinations),
            seconds=self.seconds[part],
            metres=self.metres[part],
            source=self.source[part],
        )


@dataclass(frozen=True)
class Pace:
    """How a straight line becomes a way: so many times as long, gone at so many metres a second."""

    detour: float
    metres_per_second: float

    @classmethod
    def of_rule(cls, kind: str) -> Pace:
        """Return the pace the rulebook gives for ``drive`` or ``walk``."""
        rule = rulebook.load(RULE)["estimate"][kind]
        return cls(rule["detour"], rule["km_h"] / 3.6)


def estimated(
    origins: Sequence[str],
    points: ArrayLike,
    destinations: Sequence[str] | None = None,
    their_points: ArrayLike | None = None,
    *,
    pace: Pace,
) -> Matrix:
    """Return a matrix reckoned from straight lines, every leg marked so.

    Parameters
    ----------
    origins, points
        Names, and WGS-84 longitude and latitude of shape (n, 2).
    destinations, their_points
        The same for the columns; the origins again where they are left out.
    pace
        How straight lines become ways; `Pace.of_rule` gives the rulebook's.

    Raises
    ------
    ValueError
        If names and points differ in number.
    """
    ends = origins if destinations is None else destinations
    where = np.asarray(points, float).reshape(-1, 2)
    there = where if their_points is None else np.asarray(their_points, float).reshape(-1, 2)
    if (len(origins), len(ends)) != (len(where), len(there)):
        raise ValueError("There must be as many points as names.")
    metres = metres_between(where[:, None], there) * pace.detour
    source = np.full(metres.shape, Source.ESTIMATED, np.uint8)
    return Matrix(tuple(origins), tuple(ends), metres / pace.metres_per_second, metres, source)


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
