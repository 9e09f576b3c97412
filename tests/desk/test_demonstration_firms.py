"""The invented firms meet every published figure, whatever the seed; what they report ties with what they reported."""

from dataclasses import astuple
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from stdnum.cn import uscc

from tici.desk.demonstration.firm_figures import FLOWS, NOVEMBER, STOCKS
from tici.desk.demonstration.firms import FirmTotals
from tici.desk.demonstration.generate import County, Totals, examples
from tici.desk.demonstration.industry import SMALL, City, FirmSize, city_of, published_totals
from tici.desk.demonstration.words import LEADERS
from tici.engines import rulebook
from tici.engines.periods import Month

SEED, OTHER_SEED = 20211221, 7
PARK = "130171"
COUNTIES = [County(code, name, LEADERS["county"]) for code, name in rulebook.load("sheets/places")["units"]]
PROJECTS = Totals(352, 8823400, 1.0417, PARK, 29, 1.07, 212, 4160000, 103, 2130000)


@cache
def owners(seed: int):
    return examples(COUNTIES, PROJECTS, seed=seed)


@cache
def city(seed: int = SEED, size: FirmSize = SMALL) -> City:
    return city_of(COUNTIES, owners(seed), size, seed=seed)


def reporting(found: City, *, place: str = "", cluster: str = "", month: Month = NOVEMBER) -> list[int]:
    """Rows of the industrial firms in the library in a month."""
    return [
        row
        for row, firm in enumerate(found.figures.firms)
        if firm.trade.is_industry
        and firm.is_above(month.first)
        and (not place or firm.county.code == place)
        and (not cluster or firm.trade.cluster == cluster)
    ]


def growth(found: City, rows: list[int], name: str) -> float:
    now, before = (found.figures.values[name][rows, NOVEMBER - Month(2019, 1) - back].sum() for back in (0, 12))
    return float(now / before - 1)


@pytest.mark.parametrize("seed", [SEED, OTHER_SEED])
@pytest.mark.parametrize("size", [SMALL, FirmSize(2600, 6000)], ids=["small", "full"])
def test_the_firms_meet_what_was_published_to_the_printed_decimal(seed, size):
    found = city(seed, size)
    figures, totals = published_totals()

    park = reporting(found, place=PARK, cluster="biomedicine")
    assert round(100 * growth(found, park, "output"), 1) == 21.7
    assert round(100 * growth(found, park, "revenue"), 1) == 17.8
    assert found.figures.total(reporting(found, place=PARK), "rnd", NOVEMBER) == 460_000
    year = Month(2021, 12) - Month(2019, 1)
    for cluster, wan in {"biomedicine": 7_710_000, "electronics": 7_350_000}.items():
        assert found.figures.values["revenue"][reporting(found, cluster=cluster), year].sum() == wan
    in_park = [firm for firm in found.firms if firm.county.code == PARK]
    assert sum(any(stay.from_date.year == 2021 for stay in firm.stays) for firm in in_park) == 84
    assert sum(firm.listed is not None and firm.listed[1].year == 2021 for firm in in_park) == 8
    assert (totals.park_entered, totals.park_listed) == (84, 8)
    assert figures.park_rnd_wan == 460_000


def test_there_are_as_many_firms_as_asked_for():
    found = city(SEED, FirmSize(2600, 6000))

    assert sum(firm.is_above(NOVEMBER.first) for firm in found.firms) == 2600
    assert sum(firm.kind == "below" and firm.double_of is None for firm in found.firms) == 6000
    assert len({firm.name for firm in found.firms}) == len(found.firms)
    coded = [firm.uscc for firm in found.firms if firm.double_of is None]
    assert len(set(coded)) == len(coded)
    assert all(uscc.is_valid(code) and code[8:13] == "EXAMP" for code in coded)


def test_last_years_column_is_what_was_filed_last_year():
    found = city()

    for month in (Month(2021, 2), NOVEMBER):
        now, then = found.figures.rows(month), found.figures.rows(month - 12)
        both = [row for row in reporting(found, month=month) if row in set(reporting(found, month=month - 12))]
        assert len(both) > 50
        for name in FLOWS:
            assert [now[row][f"{name}.ytd_last_year"] for row in both] == [then[row][f"{name}.ytd"] for row in both]
        for name in STOCKS:
            assert [now[row][f"{name}.end_last_year"] for row in both] == [then[row][f"{name}.end"] for row in both]


def test_a_new_build_had_nothing_a_year_ago_and_a_firm_that_grew_has_its_history():
    found = city()
    output = found.figures.values["output"][:, NOVEMBER - Month(2019, 1) - 12]
    kinds = np.array([firm.kind for firm in found.figures.firms])

    assert {"new_build", "grown"} <= set(kinds)
    assert output[kinds == "new_build"].max() < output[kinds == "grown"].min()


def test_parts_are_not_larger_than_their_wholes_and_cumulative_figures_fall_only_where_they_are_corrected():
    values = city(SEED, FirmSize(2600, 6000)).figures.values

    assert (values["export"] <= values["sales_output"]).all()
    assert (values["receivable"] <= values["assets"]).all()
    assert (values["stock"] <= values["assets"]).all()
    assert all((values[name] >= 0).all() for name in ("output", "revenue", "cost", "rnd", "power", "people"))
    by_year = values["output"].reshape(len(values["output"]), 3, 12)
    falling = (np.diff(by_year, axis=2) < 0).sum()
    assert 0 < falling < 30
    assert 0.05 < (values["profit"][:, NOVEMBER - Month(2019, 1)] < 0).mean() < 0.2


def test_the_same_seed_gives_the_same_city_and_another_seed_another():
    found, again = city(), city_of(COUNTIES, owners(SEED), SMALL, seed=SEED)
    other = city(OTHER_SEED)

    assert [astuple(firm) for firm in found.firms] == [astuple(firm) for firm in again.firms]
    assert all((found.figures.values[name] == again.figures.values[name]).all() for name in FLOWS + STOCKS)
    assert [firm.industry for firm in found.firms] != [firm.industry for firm in other.firms]


def test_counties_and_clusters_report_what_their_firms_add_up_to():
    found = city()
    rows = {code: found.county_rows(NOVEMBER)[code] for code in ("130171", "130123")}

    for code, told in rows.items():
        own = reporting(found, place=code)
        assert told["output.ytd"] == found.figures.total(own, "output", NOVEMBER)
        assert told["industry_tax.ytd"] == found.figures.total(own, "tax", NOVEMBER)
    ranks = sorted(told["value_added_rank.ytd"] for told in found.county_rows(NOVEMBER).values())
    assert ranks == list(range(1, 25))
    members = reporting(found, cluster="food")
    told = found.cluster_row(members, NOVEMBER, platforms=2, key_projects=3)
    assert told["revenue.ytd"] == found.figures.total(members, "revenue", NOVEMBER)
    assert told["firms.end"] == len(members)


def test_stays_do_not_overlap_and_a_firm_that_left_says_why():
    for firm in city().firms:
        assert all(one.to_date is not None and one.to_date < two.from_date for one, two in pairwise(firm.stays))
        assert all(bool(stay.to_date) == bool(stay.exit_reason) for stay in firm.stays)
        assert all(stay.from_date > firm.founded_on for stay in firm.stays)


def test_a_city_too_small_for_its_published_counts_is_refused():
    with pytest.raises(ValueError, match="84"):
        city_of(COUNTIES, owners(SEED), FirmSize(40, 0), seed=SEED)


def test_published_totals_are_read_from_the_rulebook():
    assert published_totals()[1] == FirmTotals(PARK, 84, 8)
