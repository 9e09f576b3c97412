import numpy as np
import osmium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way
from scipy.sparse.csgraph import dijkstra

from tici.engines.roads import RoadGraph, Source, Unusable, metres_between, read_extract

KM = 0.01  # degrees; about 1.11 km north, 0.88 km east


def town(path, ways, nodes=None):
    """Write a small extract: nodes of a cross around number 1, and some ways."""
    places = nodes or {
        1: (114.50, 38.04),
        2: (114.51, 38.04),
        3: (114.50, 38.05),
        4: (114.49, 38.04),
        5: (114.50, 38.03),
    }
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(Node(id=number, location=place))
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags))
    return path


def seconds(roads, one, other, which="drive"):
    graph = getattr(roads, which)
    return graph.matrix(["a", "b"], [one, other])[0].seconds[0, 1]


WEST, EAST, NORTH = (114.49, 38.04), (114.51, 38.04), (114.50, 38.05)
CROSS = [([4, 1, 2], {"highway": "primary"}), ([3, 1, 5], {"highway": "residential"})]


def test_speeds_follow_the_class_of_the_road_and_the_calibration(tmp_path):
    roads = read_extract(town(tmp_path / "a.osm.pbf", CROSS))

    along = metres_between(WEST, EAST)
    assert seconds(roads, WEST, EAST) == pytest.approx(along / (50 / 3.6) * 1.6, abs=0.1)
    north = metres_between((114.50, 38.04), NORTH)
    assert seconds(roads, WEST, NORTH) == pytest.approx((along / 2 / 50 + north / 25) * 3.6 * 1.6, abs=0.1)
    assert seconds(roads, WEST, EAST, "walk") == pytest.approx(along / (4 / 3.6) * 1.1, abs=1)


def test_a_lower_limit_is_kept_and_a_higher_one_is_not(tmp_path):
    limits = ["30", "80", "signals"]
    times = []
    for number, limit in enumerate(limits):
        ways = [([4, 1, 2], {"highway": "primary", "maxspeed": limit})]
        times.append(seconds(read_extract(town(tmp_path / f"{number}.osm.pbf", ways)), WEST, EAST))

    assert times[0] == pytest.approx(times[1] * 50 / 30, rel=1e-3)
    assert times[1] == times[2]


RING = {"highway": "primary"}


@pytest.mark.parametrize(
    ("tags", "is_one_way"),
    [
        ({}, False),
        ({"oneway": "yes"}, True),
        ({"junction": "roundabout"}, True),
        ({"oneway": "yes", "oneway:bus": "no"}, False),
        ({"highway": "motorway"}, True),
    ],
)
def test_one_way_roads_and_roundabouts_are_gone_round(tmp_path, tags, is_one_way):
    ways = [([4, 3, 2, 5, 4], RING | tags), ([4, 3], {"highway": "footway"})]
    roads = read_extract(town(tmp_path / "a.osm.pbf", ways))

    there, back = seconds(roads, WEST, NORTH), seconds(roads, NORTH, WEST)
    assert (back > 2.5 * there) == is_one_way


def test_a_road_against_its_drawing_is_gone_that_way(tmp_path):
    ways = [([4, 3, 2, 5, 4], RING | {"oneway": "-1"}), ([4, 3], {"highway": "footway"})]
    roads = read_extract(town(tmp_path / "a.osm.pbf", ways))

    assert seconds(roads, WEST, NORTH) > 2.5 * seconds(roads, NORTH, WEST)


@pytest.mark.parametrize(
    ("tags", "is_open"),
    [
        ({"access": "private"}, False),
        ({"access": "no", "bus": "yes"}, True),
        ({"motor_vehicle": "no"}, False),
        ({"motor_vehicle": "no", "bus": "designated"}, True),
        ({"highway": "footway"}, False),
    ],
)
def test_what_is_told_of_buses_goes_before_what_is_told_of_vehicles(tmp_path, tags, is_open):
    ways = [([4, 1], {"highway": "primary"} | tags), ([1, 2, 3, 1], {"highway": "primary"})]
    roads = read_extract(town(tmp_path / "a.osm.pbf", ways))

    west = roads.drive.matrix(["西"], [WEST])[1]
    assert (west == ()) == is_open
    if not is_open:
        assert west[0].sentence.startswith("“西”离最近的道路8")


def test_feet_take_footways_and_stay_off_motorways(tmp_path):
    ways = [([4, 1, 3], {"highway": "footway"}), ([4, 3], {"highway": "motorway", "oneway": "no"})]
    roads = read_extract(town(tmp_path / "a.osm.pbf", ways))

    around = metres_between(WEST, (114.50, 38.04)) + metres_between((114.50, 38.04), NORTH)
    assert seconds(roads, WEST, NORTH, "walk") == pytest.approx(around / (4 / 3.6) * 1.1, abs=1)
    assert len(roads.drive.nodes) == 2


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"not a pbf" * 50, lambda whole: b""]
)
def test_a_broken_extract_is_refused_with_the_way_out(tmp_path, damage):
    path = town(tmp_path / "a.osm.pbf", CROSS)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(Unusable, match="请") as refused:
        read_extract(path)

    assert refused.value.problem.code in ("not_an_extract", "no_roads")


def test_an_extract_without_roads_is_refused(tmp_path):
    with pytest.raises(Unusable, match="没有可行驶的道路"):
        read_extract(town(tmp_path / "a.osm.pbf", [([1, 2], {"highway": "footway"}), ([1, 3], {"building": "yes"})]))


def test_a_graph_is_kept_and_read_back(tmp_path):
    graph = read_extract(town(tmp_path / "a.osm.pbf", CROSS)).walk
    graph.save(tmp_path / "walk.npz")

    again = RoadGraph.load(tmp_path / "walk.npz").matrix(["a", "b"], [WEST, NORTH])[0]
    assert (again.seconds == graph.matrix(["a", "b"], [WEST, NORTH])[0].seconds).all()


# Matrices


@st.composite
def graphs(draw):
    """A square of streets, some of them one-way, at different speeds."""
    side = draw(st.integers(2, 4))
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.stack([number[:-1].ravel(), number[1:].ravel()]),
        ],
        axis=1,
    )
    size = pairs.shape[1]
    both = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    start, end = np.concatenate([pairs, pairs[::-1][:, both]], axis=1)
    nodes = np.stack(np.divmod(number.ravel(), side), axis=1) * np.array([0.002, 0.0015]) + [114.5, 38.0]
    metres = metres_between(nodes[start], nodes[end])
    speed = np.array(draw(st.lists(st.integers(3, 15), min_size=len(start), max_size=len(start))), float)
    return RoadGraph.of_arcs(nodes, start, end, metres / speed, metres, farthest_m=1e4)


@settings(deadline=None)
@given(graphs(), st.lists(st.tuples(st.floats(114.5, 114.506), st.floats(38.0, 38.0045)), min_size=1, max_size=6))
def test_times_keep_the_triangle_and_ways_are_no_shorter_than_straight(graph, points):
    names = [f"p{number}" for number in range(len(points))]
    if not len(graph.start):
        return
    matrix, problems = graph.matrix(names, points)

    assert problems == ()
    assert matrix.holes == ()
    through = (matrix.seconds[:, :, None] + matrix.seconds[None]).min(axis=1)
    assert (matrix.seconds <= through + 0.01 * len(graph.start)).all()
    snapped = graph.snap(points)
    flat = graph.nodes[graph.start[snapped.arc]] * (1 - snapped.share[:, None])
    on = flat + graph.nodes[graph.end[snapped.arc]] * snapped.share[:, None]
    assert (matrix.metres >= metres_between(on[:, None], on) * 0.999 - 1).all()


@settings(deadline=None)
@given(graphs())
def test_between_nodes_times_are_those_of_plain_dijkstra(graph):
    if not len(graph.start):
        return
    names = [str(number) for number in range(len(graph.nodes))]
    matrix, _ = graph.matrix(names, graph.nodes)
    whole = np.zeros((len(graph.nodes),) * 2)
    whole[graph.start, graph.end] = graph.seconds

    assert np.allclose(matrix.seconds, dijkstra(whole), atol=0.05)
    assert (matrix.source == Source.ROAD).all()


def test_a_point_far_from_roads_is_named_and_its_legs_are_holes(tmp_path):
    roads = read_extract(town(tmp_path / "a.osm.pbf", CROSS))

    matrix, problems = roads.drive.matrix(["西", "郊外"], [WEST, (114.60, 38.2)])

    assert [problem.code for problem in problems] == ["off_road"]
    assert matrix.holes == (("西", "郊外"), ("郊外", "西"))


def test_legs_over_the_limit_are_holes(tmp_path):
    roads = read_extract(town(tmp_path / "a.osm.pbf", CROSS))

    matrix, _ = roads.drive.matrix(["a", "b"], [WEST, EAST], limit_seconds=60)

    assert matrix.holes == (("a", "b"), ("b", "a"))
