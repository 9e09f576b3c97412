"""Chinese map datums, WGS-84 (GPS), GCJ-02 (Amap, Tencent) and BD-09 (Baidu), and files in the wrong one.

Points are arrays of shape (n, 2): longitude, then latitude, in degrees. Everything is stored in WGS-84; in Shijiazhuang
GCJ-02 lies 535 m off, more than a whole walk to the stop, so a file in the wrong datum must not slip in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

Points = NDArray[np.float64]
Places = NDArray[np.int64]

EARTH_M = 6_371_008.8  # mean radius, for distances
_AXIS_M, _ECCENTRICITY_2 = 6_378_245.0, 0.006_693_421_622_965_943  # Krasovsky 1940, which GCJ-02 is reckoned on
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: outside nothing is shifted
_ROUNDS = 12  # each brings the inverse about a thousand times nearer

NEAREST_M, FARTHEST_M, SAME_M = 300.0, 900.0, 60.0  # shifts looked for, and how far apart two points are still one
LEAST_POINTS, LEAST_FOR_ANY, LEAST_SHARE, MOST_POINTS = 3, 8, 0.5, 400


class Datum(StrEnum):
    """A datum, by the code it is stored under."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


LABELS = {
    Datum.WGS84: "WGS-84（GPS、天地图、OpenStreetMap）",
    Datum.GCJ02: "GCJ-02（高德、腾讯地图）",
    Datum.BD09: "BD-09（百度地图）",
}
_WORDS = {
    Datum.WGS84: ("WGS84", "GPS", "天地图", "CGCS2000", "国家2000", "OSM", "地球坐标"),
    Datum.GCJ02: ("GCJ02", "高德", "腾讯", "火星", "国测局"),
    Datum.BD09: ("BD09", "百度"),
}


def datum_named(text: str) -> Datum | None:
    """Return the datum that a person's words name, such as 高德 or bd-09; none if they name none or several."""
    plain = text.upper().replace("-", "").replace("_", "").replace(" ", "")
    found = [datum for datum, words in _WORDS.items() if any(word in plain for word in words)]
    return found[0] if len(found) == 1 else None


def convert(points: ArrayLike, source: Datum, target: Datum) -> Points:
    """Return points in another datum.

    Parameters
    ----------
    points
        Shape (n, 2), degrees: longitude, latitude. ``nan`` stays ``nan``.
    source, target
        The datum they are given in, and the one wanted.

    Raises
    ------
    ValueError
        If the array has another shape.

    Notes
    -----
    There and back again errs by less than 0.01 m: inverses are iterated, not taken in one step (which errs by up to
    3 m near Shijiazhuang). Source: the published formulas of GCJ-02 and BD-09 as in the library coordtransform;
    the state keeps the rule itself secret.
    """
    given = np.asarray(points, float)
    if given.ndim != 2 or given.shape[1] != 2:
        raise ValueError(f"points must have shape (n, 2), longitude and latitude; got {given.shape}.")
    order = list(Datum)
    step = {Datum.WGS84: _to_gcj, Datum.GCJ02: _to_bd}
    for at in order[order.index(source) : order.index(target)]:
        given = step[at](given)
    for at in reversed(order[order.index(target) : order.index(source)]):
        given = _inverse(step[at], given)
    return given.copy() if source == target else given


def to_wgs84(points: ArrayLike, source: Datum) -> Points:
    """Return points in the datum everything is stored in; see `convert`."""
    return convert(points, source, Datum.WGS84)


def metres_between(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Return the great-circle distances in metres between points whose last axis is longitude and latitude.

    Leading axes are broadcast: shapes (n, 1, 2) and (m, 2) give (n, m).
    """
    a, b = np.radians(np.asarray(one, float)), np.radians(np.asarray(other, float))
    half = (b - a) / 2
    square = np.sin(half[..., 1]) ** 2 + np.cos(a[..., 1]) * np.cos(b[..., 1]) * np.sin(half[..., 0]) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(square, 0, 1)))
    return metres


@dataclass(frozen=True)
class Shift:
    """How a file lies beside what is known: ``rows`` of its points (from 0) stand off by the same vector."""

    east_m: float
    north_m: float
    rows: tuple[int, ...]
    of: int
    stated: Datum
    looks_like: Datum | None

    @property
    def metres(self) -> float:
        """How far the points are off."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def sentence(self) -> str:
        """What is wrong, then the way out."""
        found = f"{self.of}个点位中有{len(self.rows)}个与已有点位整体偏移约{self.metres:.0f}米"
        if self.looks_like is None:
            return f"{found}，原因不明。请核对坐标的来源和坐标系后再导入。"
        return (
            f"{found}，像是把{LABELS[self.looks_like]}坐标当作{LABELS[self.stated]}填写。"
            f"请把坐标系选为{LABELS[self.looks_like].split('（')[0]}后再导入。"
        )


def suspect_shift(
    points: ArrayLike,
    references: ArrayLike,
    *,
    stated: Datum = Datum.WGS84,
    same: Sequence[int | None] | None = None,
) -> Shift | None:
    """Return the shift of a file whose points lie beside known ones, all by one vector of 300 to 900 m; else none.

    Parameters
    ----------
    points
        Shape (n, 2) in the datum that the sender stated; rows with ``nan`` are passed over.
    references
        Shape (m, 2) in WGS-84: stops, platforms and gates that are known to be right.
    stated
        The datum the sender stated.
    same
        For each point the reference that carries its name, or none. With names a single point is enough; without
        them three points are needed, and eight to speak of a shift that no datum explains.

    Notes
    -----
    First the other datums are tried: if half of the points lie within 60 m of a known one when read in another datum,
    and half as many again as when read as stated, the sentence names that datum (also when it is more than 900 m
    off, as BD-09 taken for WGS-84 is). Else the vector that most pairs of a point and a known one vote for is tried.
    """
    known = np.asarray(references, float).reshape(-1, 2)
    file = np.asarray(points, float).reshape(-1, 2)
    rows = np.flatnonzero(~np.isnan(file).any(axis=1))
    others: Places | None = None
    if same is not None:
        named = [(row, other) for row in rows.tolist() if (other := same[row]) is not None]
        rows, others = np.array(named, np.int64).reshape(-1, 2).T
    if not len(known) or len(rows) < (LEAST_POINTS if same is None else 1):
        return None
    given = to_wgs84(file[rows], stated)
    centre = given.mean(axis=0)
    plane, known_plane = _plane(given, centre), _plane(known, centre)
    is_right = _is_near(plane, known_plane, others)
    # Each other datum is tried for the stated one; then any one vector.
    tried: list[tuple[Datum | None, Points]] = [
        (real, _plane(to_wgs84(file[rows], real), centre)) for real in Datum if real != stated
    ]
    if others is not None or len(rows) >= LEAST_FOR_ANY:
        tried.append((None, np.subtract(plane, _commonest(plane, known_plane, others))))
    for looks_like, moved in tried:
        fits = _is_near(moved, known_plane, others)
        if fits.sum() >= max(LEAST_SHARE * len(rows), 1.5 * is_right.sum(), 1):
            off = np.median((plane - moved)[fits], axis=0)
            if np.hypot(*off) >= NEAREST_M:
                shifted = tuple(int(row) for row in rows[fits])
                return Shift(float(off[0]), float(off[1]), shifted, len(rows), stated, looks_like)
    return None


def _is_near(plane: Points, known: Points, others: Places | None) -> NDArray[np.bool_]:
    """Whether each point lies at a known one: at its own where names are known, else at any."""
    far = cKDTree(known).query(plane)[0] if others is None else np.hypot(*(plane - known[others]).T)
    return np.asarray(far <= SAME_M)


def _commonest(plane: Points, known: Points, others: Places | None) -> Points:
    """Return the vector by which most points lie off known ones, 300 to 900 m long; zero where there is none."""
    if others is not None:
        return np.asarray(np.median(plane - known[others], axis=0))
    taken = plane[:: -(-len(plane) // MOST_POINTS)]
    near = cKDTree(known).query_ball_point(taken, FARTHEST_M)
    of = np.repeat(np.arange(len(taken)), [len(ones) for ones in near])
    off = taken[of] - known[np.concatenate([np.asarray(ones, int) for ones in near])]
    is_far = np.hypot(*off.T) >= NEAREST_M
    votes: Counter[tuple[int, int]] = Counter()
    for _point, x, y in np.unique(np.column_stack([of, np.floor(off / SAME_M).astype(int)])[is_far], axis=0):
        votes.update((int(x) + east, int(y) + north) for east in (-1, 0, 1) for north in (-1, 0, 1))
    if not votes:
        return np.zeros(2)
    middle = (np.array(votes.most_common(1)[0][0]) + 0.5) * SAME_M
    return np.asarray(np.median(off[np.abs(off - middle).max(axis=1) <= 1.5 * SAME_M], axis=0))


def _plane(points: Points, centre: Points) -> Points:
    """Return metres east and north of a centre, good to a part in ten thousand over a city."""
    scale = np.array([np.cos(np.radians(centre[1])), 1.0]) * np.radians(EARTH_M)
    plane: Points = (points - centre) * scale
    return plane


def _to_gcj(points: Points) -> Points:
    lng, lat = points[:, 0], points[:, 1]
    x, y = lng - 105.0, lat - 35.0
    wave = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (wave + _waves(x, ((20, 1), (40, 3), (150, 12), (300, 30)))) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (wave + _waves(y, ((20, 1), (40, 3), (160, 12), (320, 30)))) * 2 / 3
    bend = 1 - _ECCENTRICITY_2 * np.sin(np.radians(lat)) ** 2
    to_lng = np.degrees(east / (_AXIS_M / np.sqrt(bend) * np.cos(np.radians(lat))))
    to_lat = np.degrees(north / (_AXIS_M * (1 - _ECCENTRICITY_2) / bend**1.5))
    west, south, far_east, far_north = _CHINA
    inside = (lng > west) & (lng < far_east) & (lat > south) & (lat < far_north)
    return points + np.where(inside[:, None], np.column_stack([to_lng, to_lat]), 0.0)


def _waves(along: NDArray[np.float64], parts: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """Return the sum of sines of half-wave lengths in degrees; a part is (height, length)."""
    return np.asarray(sum(height * np.sin(np.pi * along / length) for height, length in parts))


def _to_bd(points: Points) -> Points:
    lng, lat = points[:, 0], points[:, 1]
    turn = np.radians(3000.0)
    length = np.hypot(lng, lat) + 2e-5 * np.sin(lat * turn)
    angle = np.arctan2(lat, lng) + 3e-6 * np.cos(lng * turn)
    return np.column_stack([length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006])


def _inverse(forward: Callable[[Points], Points], points: Points) -> Points:
    guess = points.copy()
    for _round in range(_ROUNDS):
        guess += points - forward(guess)
    return guess
