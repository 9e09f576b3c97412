"""Growth on comparable scope: laws that hold for every panel, then figures known by hand."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.engines.panel.panels import FIGURE, NOVEMBER, a_year_of, frame_of, law, novembers, panel_of, row
from tici.engines.panel import Entry, Panel, Policy, Span, behind, growth

POLICIES = st.sampled_from(list(Policy))
GROUPINGS = st.sampled_from(
    [("place",), ("industry",), ("entry",), ("place", "industry"), ("unit",), ("unit", "place")]
)
CELLS = pl.col("total", "now", "base", "delta", "units", "pairs", "existing", "grown", "new_build", "exited")


def whole(rows, policy):
    return growth(panel_of(*rows), "output", policy=policy, month=NOVEMBER).rows[0]


def by(rows, axes, policy=Policy.DROP, **others):
    return growth(panel_of(*rows), "output", policy=policy, by=axes, month=NOVEMBER, **others).table


@law
@given(novembers(), POLICIES, st.sampled_from([Entry.EXISTING, Entry.GROWN]), FIGURE, st.booleans())
def test_a_firm_without_a_pair_changes_no_rate(rows, policy, entry, figure, is_new):
    pair = (figure, math.nan) if is_new else (math.nan, figure)
    joined = [*rows, row("示例新来", *pair, entry=entry.value)]

    was, now = whole(rows, policy), whole(joined, policy)

    assert (now["rate"], now["pairs"]) == pytest.approx((was["rate"], was["pairs"]), nan_ok=True)


@law
@given(novembers(), POLICIES, GROUPINGS)
def test_shares_add_up_to_one_and_pulls_to_the_growth(rows, policy, axes):
    city = whole(rows, policy)
    assume(city["delta"])

    groups = by(rows, axes, policy)

    assert groups["share"].sum() == pytest.approx(1)
    assert groups["pull"].sum() == pytest.approx(city["rate"])


@law
@given(novembers(), POLICIES)
def test_within_each_county_the_industries_pull_up_to_its_growth(rows, policy):
    counties = by(rows, ("place",), policy).filter(pl.col("base") > 0)
    industries = by(rows, ("place", "industry"), policy, within=("place",))

    for county in counties.rows(named=True):
        parts = industries.filter(pl.col("place").eq_missing(pl.lit(county["place"])))
        assert parts["pull"].sum() == pytest.approx(county["rate"])


@law
@given(novembers(), POLICIES, GROUPINGS)
def test_what_is_grouped_adds_up_to_the_whole(rows, policy, axes):
    groups = by(rows, axes, policy).with_columns(pl.col("total").fill_nan(0)).select(CELLS.sum())
    city = growth(panel_of(*rows), "output", policy=policy, month=NOVEMBER).table.select(CELLS)

    assert groups.rows() == city.rows()


@law
@given(novembers(), POLICIES)
def test_a_firm_counts_once_in_each_of_its_clusters_and_once_in_the_whole(rows, policy):
    clusters = by(rows, ("cluster",), policy)

    for line in clusters.rows(named=True):
        name = line["cluster"]
        members = [one for one in rows if (name in one["clusters"] if name else not one["clusters"])]
        alone = whole(members, policy)
        assert [line[key] for key in ("now", "base", "units", "pairs")] == [
            alone[key] for key in ("now", "base", "units", "pairs")
        ]
        city = whole(rows, policy)
        assert line["pull"] == pytest.approx((alone["now"] - alone["base"]) / city["base"])


@law
@given(novembers(), POLICIES, GROUPINGS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, policy, axes, chance):
    mixed = list(rows)
    chance.shuffle(mixed)

    assert by(mixed, axes, policy).equals(by(rows, axes, policy))


@law
@given(novembers(), POLICIES, GROUPINGS, st.sampled_from([0.0001, 10000.0]))
def test_wan_or_yuan_no_rate_changes(rows, policy, axes, scale):
    scaled = [{**one, "output": one["output"] * scale, "output.base": one["output.base"] * scale} for one in rows]
    rates = pl.col("rate", "pull", "share")

    was, now = (by(some, axes, policy).select(rates).to_numpy() for some in (rows, scaled))

    assert now == pytest.approx(was, nan_ok=True, rel=1e-6, abs=1e-9)


@law
@given(novembers(), GROUPINGS)
def test_the_two_policies_differ_exactly_by_the_bases_of_those_that_left(rows, axes):
    dropped, kept = by(rows, axes, Policy.DROP), by(rows, axes, Policy.KEEP_BASE)
    left = [one for one in rows if one["entry"] == "exited" and not math.isnan(one["output.base"])]

    assert kept["now"].equals(dropped["now"])
    assert kept["total"].equals(dropped["total"], null_equal=True)
    for line, less in zip(kept.rows(named=True), dropped.rows(named=True), strict=True):
        own = [one for one in left if all(one[axis] == line[axis] for axis in axes)]
        assert line["base"] - less["base"] == sum(one["output.base"] for one in own)
        assert line["exited"] - less["exited"] == line["pairs"] - less["pairs"] == len(own)


@law
@given(novembers(), POLICIES)
def test_the_rate_is_that_of_the_definition(rows, policy):
    now = base = pairs = 0
    for one in rows:
        x, y, entry = one["output"], one["output.base"], one["entry"]
        if entry == "exited":
            if policy is Policy.KEEP_BASE and not math.isnan(y):
                base, pairs = base + y, pairs + 1
        elif not math.isnan(x) and (entry == "new_build" or not math.isnan(y)):
            now, base, pairs = now + x, base + (0 if math.isnan(y) else y), pairs + 1

    found = whole(rows, policy)

    assert (found["now"], found["base"], found["pairs"]) == (now, base, pairs)
    assert found["rate"] == pytest.approx(now / base - 1, abs=1e-12)


@law
@given(novembers())
def test_choosing_by_name_is_the_same_as_having_no_others(rows):
    chosen = [one for one in rows if one["place"] == "130102"]

    assert by(rows, ("industry",), where={"place": "130102"}).equals(by(chosen, ("industry",)))
    assert by(rows, ("industry",), where={"place": ["130102"], "cluster": "医药"}).equals(
        by([one for one in chosen if "医药" in one["clusters"]], ("industry",))
    )


# Known figures

CITY = [
    row("存量甲", 120, 100, industry="2710"),
    row("存量乙", 90, 100, industry="3140"),
    row("小升规", 30, 20, entry="grown", industry="2710"),
    row("新建", 15, math.nan, entry="new_build", industry="2710"),
    row("退出", math.nan, 40, entry="exited", industry="3140"),
    row("未报", math.nan, 50, industry="3140"),
    row("无同期", 70, math.nan, entry="grown", industry="2710"),
]


@pytest.mark.parametrize(
    ("policy", "now", "base", "pairs"), [("drop", 255, 220, 4), ("keep_base", 255, 260, 5)], ids=["drop", "keep_base"]
)
def test_a_city_of_seven_firms(policy, now, base, pairs):
    found = growth(panel_of(*CITY), "output", policy=policy, month=NOVEMBER)
    line = found.rows[0]

    assert (line["now"], line["base"], line["pairs"], line["units"]) == (now, base, pairs, 7)
    assert line["rate"] == pytest.approx(now / base - 1)
    assert (line["existing"], line["grown"], line["new_build"]) == (2, 1, 1)
    assert line["total"] == 325
    assert (found.policy, found.span, found.month) == (Policy(policy), Span.YTD, NOVEMBER)


def test_what_each_entry_class_contributes():
    found = growth(panel_of(*CITY), "output", policy="keep_base", by=("entry",), month=NOVEMBER)

    # Changes 10, 10, 15 and -40 over a base of 260; together -5.
    assert found.table["pull"].to_list() == pytest.approx([10 / 260, 10 / 260, 15 / 260, -40 / 260])
    assert found.table["share"].to_list() == pytest.approx([-2, -2, -3, 8])
    assert found.table["entry"].to_list() == ["existing", "grown", "new_build", "exited"]
    assert math.isnan(found.one(entry="new_build")["rate"])
    assert found.one(entry="nobody") is None


def test_nominal_growth_stands_on_last_years_own_scope():
    last = [row("甲", 100, math.nan, period="2020-11"), row("后来退出", 60, math.nan, period="2020-11")]
    panel = panel_of(*last, row("甲", 120, 100), row("新来", 20, math.nan))

    at = growth(panel, "output", policy="drop", month=NOVEMBER).rows[0]
    over = growth(panel, "output", policy="drop", by=("period",)).one(period="2021-11")

    assert (at["total"], at["total_before"], at["rate"]) == (140, 160, pytest.approx(0.2))
    assert at["nominal"] == over["nominal"] == pytest.approx(140 / 160 - 1)


def test_nominal_growth_stands_on_what_was_published_when_that_is_given():
    panel = panel_of(row("甲", 120, 100), row("乙", 50, 50, place="130104"))

    found = growth(panel, "output", policy="drop", by=("place",), month=NOVEMBER, published={("130102",): 96.0})

    assert found.one(place="130102")["nominal"] == pytest.approx(0.25)
    assert math.isnan(found.one(place="130104")["nominal"])


def test_growth_from_nothing_or_from_a_loss_has_no_rate():
    panel = panel_of(
        row("甲", 5, 0, profit=10.0, **{"profit.base": -4.0}),
        row("乙", 0, 0, place="130104", profit=1.0, **{"profit.base": -1.0}),
    )

    for indicator in ("output", "profit"):
        found = growth(panel, indicator, policy="drop", by=("place",), month=NOVEMBER).table
        assert np.isnan(found.select("rate", "pull").to_numpy()).all()
        assert found["share"].sum() == pytest.approx(1)


def test_a_county_that_filed_nothing_has_no_total():
    found = growth(panel_of(row("甲", math.nan, math.nan)), "output", policy="drop", by=("place",), month=NOVEMBER)

    assert math.isnan(found.rows[0]["total"])
    assert (found.rows[0]["units"], found.rows[0]["pairs"]) == (0, 0)


def test_many_names_and_few_rows_are_grouped_alike():
    rows = [row(f"示例{n}", n + 1.0, n + 2.0, place=f"p{n % 97}", industry=f"i{n % 89}") for n in range(500)]
    panel = panel_of(*rows).coarser("half", of="place", to=lambda place: "odd" if int(place[1:]) % 2 else None)

    # 500 x 97 x 89 x 2 cells for 500 rows: only those with a row are numbered.
    wide = growth(panel, "output", policy="drop", by=("unit", "place", "industry", "half"), month=NOVEMBER).table

    assert wide.height == 500
    assert wide["now"].sum() == sum(n + 1 for n in range(500))
    narrow = growth(panel, "output", policy="drop", by=("half",), month=NOVEMBER)
    assert narrow.one(half="odd")["units"] == wide.filter(pl.col("half") == "odd").height


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "must not be summed"),
        ({"by": ("period", "village")}, "No label 'village'"),
        ({"by": ("period", "period")}, "stands twice"),
        ({"by": ("period",), "within": ("place",)}, "must be made of axes"),
        ({"by": ("period",), "policy": "forget"}, "'forget' is not a valid Policy"),
    ],
)
def test_what_cannot_be_reckoned_is_refused(asked, why):
    panel = panel_of(*a_year_of("甲", {2: 10.0, 3: 20.0}))

    with pytest.raises(ValueError, match=why):
        growth(panel, "output", **{"policy": "drop", **asked})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"unit": ["甲", "甲"]}, "甲 has more than one row for 2021-11"),
        ({"output": [1.0, math.inf]}, "must be finite"),
        ({"entry": ["existing", "gone"]}, "entry class"),
        ({"period": ["2021-11", "2021-13"]}, "No month 13"),
        ({"sales.base": [1.0, 2.0]}, r"no indicator beside them: \['sales.base'\]"),
        ({"is_open": [True, False]}, "holds Boolean"),
    ],
)
def test_what_is_no_panel_is_refused(change, why):
    frame = frame_of([row("甲", 1, 1), row("乙", 1, 1)])

    with pytest.raises(ValueError, match=why):
        Panel.of(frame.with_columns(pl.Series(name, values) for name, values in change.items()))


def test_an_unknown_indicator_is_refused():
    with pytest.raises(ValueError, match="No indicator 'sales'"):
        growth(panel_of(row("甲")), "sales", policy="drop", month=NOVEMBER)
    with pytest.raises(ValueError, match="No indicator"):
        Panel.of(frame_of([row("甲")]), {"sales": "flow"})
    with pytest.raises(ValueError, match="needs the columns"):
        Panel.of({"unit": ["甲"], "period": ["2021-11"]})


@law
@given(novembers(), POLICIES)
def test_the_rows_behind_a_figure_add_up_to_it(rows, policy):
    panel = panel_of(*rows)
    city = growth(panel, "output", policy=policy, month=NOVEMBER).rows[0]

    found = behind(panel, "output", policy=policy, month=NOVEMBER)

    now, base = panel.figures("output", slice(None))
    stays = panel.entry.codes[found.compared] != list(Entry).index(Entry.EXITED)
    assert len(found.compared) == city["pairs"]
    assert now[found.compared][stays].sum() == pytest.approx(city["now"])
    assert np.nansum(base[found.compared]) == pytest.approx(city["base"])
    assert now[found.counted].sum() == pytest.approx(city["total"] if len(found.counted) else 0)


def test_where_only_last_year_was_told_there_is_no_total():
    [city] = growth(panel_of(row("示例未报", math.nan, 5)), "output", policy="drop", month=NOVEMBER).rows

    assert math.isnan(city["total"])
    assert city["units"] == 1


@pytest.mark.parametrize("axes", [(), ("cluster",), ("place", "cluster"), ("unit",)])
def test_where_no_firm_is_chosen_there_is_no_line(axes):
    panel = panel_of(row("示例一", 2, 1))

    assert growth(panel, "output", policy="drop", by=axes, month=NOVEMBER, where={"place": set()}).rows == []
