"""Where stops lie and how long the ways between them take: datums, measured and reckoned times, road graphs.

What others use::

    from tici.engines.roads import Datum, Pace, estimated, read_measured, suspect_shift, to_wgs84

    if shift := suspect_shift(points, known_points, stated=Datum.WGS84):
        raise ...(shift.sentence)
    matrix = estimated(names, to_wgs84(points, Datum.GCJ02), pace=Pace.of_rule("drive"))
    matrix = matrix.with_measured(read_measured(content, {name: name for name in names}).legs)
    matrix.seconds, matrix.source, matrix.said, matrix.problems

    roads = read_extract(path)  # offline, once; keep by roads.drive.save(...)
    matrix, off_road = roads.drive.matrix(names, points)
"""

from tici.engines.roads.datum import (
    LABELS,
    Datum,
    Shift,
    convert,
    datum_named,
    metres_between,
    suspect_shift,
    to_wgs84,
)
from tici.engines.roads.extract import Roads, read_extract
from tici.engines.roads.graph import RoadGraph
from tici.engines.roads.matrix import Leg, Matrix, Pace, Source, estimated
from tici.engines.roads.measured import Measured, read_measured
from tici.engines.roads.problems import SENTENCES, Problem, Unusable

__all__ = [
    "LABELS",
    "SENTENCES",
    "Datum",
    "Leg",
    "Matrix",
    "Measured",
    "Pace",
    "Problem",
    "RoadGraph",
    "Roads",
    "Shift",
    "Source",
    "Unusable",
    "convert",
    "datum_named",
    "estimated",
    "metres_between",
    "read_extract",
    "read_measured",
    "suspect_shift",
    "to_wgs84",
]
