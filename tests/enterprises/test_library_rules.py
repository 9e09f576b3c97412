from dataclasses import dataclass
from datetime import date

import pytest

from tici.engines import rulebook
from tici.enterprises.models import (
    Cluster,
    ClusterMembership,
    ClusterPlatform,
    Enterprise,
    LibrarySpell,
    Listing,
    Merging,
    TierSpell,
)
from tici.enterprises.rules import (
    against_certifying,
    against_closing,
    against_dated,
    against_delisting,
    against_entering,
    against_facts,
    against_leaving,
    against_leaving_out,
    against_listing,
    against_merging,
    against_opening,
    against_putting_in,
    against_renaming,
    against_telling_apart,
    against_undoing,
    asked_platforms,
    clusters_of,
    documents_for,
    entry_class,
    exit_policy,
    library_line,
    next_window,
    valid_until,
)

ON = date(2021, 11, 1)


def codes(refusals):
    assert all(str(refusal.message).endswith("。") for refusal in refusals)
    return [refusal.code for refusal in refusals]


@pytest.mark.parametrize(
    ("industry", "on", "sector", "wan"),
    [
        ("2761", date(2010, 12, 31), "industry", 500),
        ("2761", date(2011, 1, 1), "industry", 2000),
        ("5142", ON, "wholesale", 2000),
        ("5211", ON, "retail", 500),
        ("6110", ON, "lodging", 200),
        ("6510", date(2018, 6, 1), "service", 1000),
        ("6510", ON, "service", 2000),
        ("7320", ON, "service", 1000),
        ("8210", ON, "service", 500),
        ("4710", ON, "construction", None),
        ("7010", ON, "real_estate", None),
    ],
)
def test_the_line_of_a_sector_on_a_day(industry, on, sector, wan):
    line = library_line(industry, on)

    assert (line.sector, line.wan) == (sector, wan)
    assert line.source
    assert line.since <= on


@pytest.mark.parametrize(("industry", "on"), [("", ON), ("0111", ON), ("2761", date(2000, 1, 1))])
def test_no_line_is_made_up(industry, on):
    assert library_line(industry, on) is None


def test_fifty_people_did_as_well_for_services_until_the_scheme_changed():
    old, new = library_line("7320", date(2018, 6, 1)), library_line("7320", ON)

    assert [line.is_met(revenue_wan=10, people=50) for line in (old, new)] == [True, False]


@dataclass
class Stay:
    from_date: date
    window: str = ""
    sector: str = "industry"


@pytest.mark.parametrize(
    ("window", "production_on", "earlier", "entry"),
    [
        ("monthly", date(2020, 10, 1), [], "new_build"),
        ("annual_first", date(2021, 3, 1), [], "new_build"),
        ("monthly", date(2020, 9, 30), [], "grown"),
        ("annual_first", None, [], "grown"),
        ("monthly", None, [], "new_build"),
        ("", None, [], "grown"),
        ("monthly", date(2021, 3, 1), [Stay(date(2018, 1, 1))], "returned"),
        ("annual_first", None, [Stay(date(2018, 1, 1), sector="retail")], "grown"),
    ],
)
def test_how_a_firm_came_in_is_computed(window, production_on, earlier, entry):
    assert entry_class(Stay(date(2021, 4, 1), window), earlier, production_on) == entry


def test_windows_are_those_seen_and_shijiazhuangs_are_not_made_up():
    assert next_window("530124", date(2024, 11, 16)).closes_on == date(2024, 12, 26)
    assert next_window("130100", ON) is None


def test_papers_differ_by_how_a_firm_enters():
    grown, built = ({one.code for one in documents_for(entry)} for entry in ("grown", "new_build"))

    assert (grown - built, built - grown) == ({"monthly_history"}, {"filing", "production_note"})


def test_firms_that_left_are_dropped_on_both_sides_unless_a_city_decides_otherwise():
    assert exit_policy(ON) == "drop"


@pytest.mark.parametrize(
    ("industry", "path", "clusters"),
    [
        ("2761", "130100/130171/", ["biomedicine", "gaoxin-130171"]),
        ("3581", "130100/130171/", ["biomedicine", "gaoxin-130171"]),
        ("3562", "130100/130123/", ["electronics"]),
        ("3511", "130100/130111/130111001/", ["equipment", "luancheng-130111"]),
        ("2761", "130200/130205/", []),
        ("", "130100/130171/", []),
    ],
)
def test_clusters_follow_industry_and_place(industry, path, clusters):
    assert clusters_of(industry, path, ON) == clusters


def test_four_platforms_are_asked_of_every_county_cluster():
    assert asked_platforms(ON) == ("shared_making", "testing", "innovation", "envoys")


@pytest.mark.parametrize(
    ("day", "until"),
    [(date(2022, 7, 1), date(2025, 7, 1)), (date(2024, 2, 29), date(2027, 3, 1)), (date(2021, 7, 1), None)],
)
def test_a_certificate_holds_as_long_as_the_rule_of_its_day_says(day, until):
    assert valid_until("srdi", day) == until


@pytest.mark.parametrize("name", rulebook.names("enterprises"))
def test_every_rule_of_the_room_can_be_read_and_names_its_source(name):
    assert all(rule.source for rule in rulebook.versions(name))


FIRM = Enterprise(pk=1, name="示例企业", industry="2761")
MERGED = Enterprise(pk=2, name="示例企业", merged_into_id=1)
OPEN = LibrarySpell(sector="industry", from_date=date(2020, 1, 1))
PAST = LibrarySpell(sector="industry", from_date=date(2018, 1, 1), to_date=date(2019, 1, 1))
LISTED = Listing(board="neeq", from_date=date(2020, 5, 1))
PLATFORM = ClusterPlatform(kind="testing", name="检测中心", from_date=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("refusals", "expected"),
    [
        (against_renaming(FIRM, "示例新名", is_taken=False), []),
        (against_renaming(FIRM, "", is_taken=False), ["enterprise.no_name"]),
        (against_renaming(FIRM, "示例企业", is_taken=True), ["enterprise.same_name", "enterprise.name_taken"]),
        (against_renaming(MERGED, "示例新名", is_taken=False), ["enterprise.merged"]),
        (against_entering(FIRM, "industry", ON, [PAST]), []),
        (against_entering(FIRM, "industry", ON, [OPEN]), ["enterprise.in_library"]),
        (against_entering(FIRM, "retail", ON, [OPEN]), ["enterprise.other_sector"]),
        (against_entering(FIRM, "industry", date(2018, 6, 1), [PAST]), ["enterprise.spell_overlaps"]),
        (
            against_entering(Enterprise(industry="", closed_on=date(2021, 1, 1)), "industry", ON, []),
            ["enterprise.closed"],
        ),
        (against_leaving(OPEN, ON, "stopped"), []),
        (against_leaving(None, ON, "stopped"), ["enterprise.not_in_library"]),
        (against_leaving(OPEN, date(2020, 1, 9), ""), ["enterprise.left_before_entry", "enterprise.exit_reason"]),
        (against_certifying(FIRM, "srdi", ON, None, []), []),
        (against_certifying(FIRM, "srdi", ON, ON, []), ["enterprise.tier_order"]),
        (
            against_certifying(FIRM, "srdi", ON, None, [TierSpell(tier="srdi", from_date=ON)]),
            ["enterprise.same_certificate"],
        ),
        (against_listing(FIRM, "main", ON, [LISTED]), []),
        (against_listing(FIRM, "neeq", ON, [LISTED]), ["enterprise.listed"]),
        (against_delisting(LISTED, ON), []),
        (against_delisting(LISTED, date(2020, 5, 1)), ["enterprise.delisted_before"]),
        (against_delisting(Listing(from_date=date(2020, 5, 1), to_date=ON), ON), ["enterprise.delisted"]),
        (against_putting_in(FIRM, None, "药食同源"), []),
        (against_putting_in(FIRM, ClusterMembership(origin="left_out"), "复核"), []),
        (against_putting_in(FIRM, ClusterMembership(origin="rule"), " "), ["cluster.reason", "cluster.member"]),
        (against_leaving_out(ClusterMembership(origin="rule"), "主业已变"), []),
        (against_leaving_out(ClusterMembership(origin="left_out"), "主业已变"), ["cluster.no_member"]),
        (against_leaving_out(None, ""), ["cluster.reason", "cluster.no_member"]),
        (against_opening("检测中心", ON, []), []),
        (against_opening("检测中心", ON, [PLATFORM]), ["platform.open"]),
        (against_opening("", ON, []), ["platform.name"]),
        (against_closing(PLATFORM, ON), []),
        (against_closing(PLATFORM, date(2020, 1, 1)), ["platform.closed_before"]),
        (against_closing(ClusterPlatform(from_date=ON, to_date=ON), ON), ["platform.closed"]),
        (against_merging(FIRM, Enterprise(pk=3), "同址同法人"), []),
        (against_merging(FIRM, FIRM, "同址"), ["merging.same"]),
        (against_merging(FIRM, MERGED, ""), ["merging.merged", "merging.reason"]),
        (against_merging(FIRM, Enterprise(pk=3, uscc="甲"), "同址"), ["merging.code"]),
        (against_merging(Enterprise(pk=4, uscc="乙"), Enterprise(pk=3, uscc="甲"), "同址"), ["merging.two_codes"]),
        (against_undoing(Merging(undone_at=None), FIRM), []),
        (against_undoing(Merging(undone_at=ON), FIRM), ["merging.undone"]),
        (against_undoing(Merging(undone_at=None), MERGED), ["merging.later"]),
        (against_telling_apart(FIRM, MERGED, "两处厂区"), []),
        (against_telling_apart(FIRM, FIRM, ""), ["apart.same"]),
        (against_telling_apart(FIRM, MERGED, ""), ["apart.reason"]),
        (against_facts({"industry": "2761"}, {2020: {"profit_wan": -5}}), []),
        (against_facts({"industry": "C"}, {2020: {"people": -5}}), ["enterprise.industry", "enterprise.negative"]),
        (
            against_facts({"founded_on": ON, "closed_on": date(2020, 1, 1)}, {}),
            ["enterprise.closed_before_founded"],
        ),
        (against_dated("spell", ON, None, [(date(2020, 1, 1), ON)]), []),
    ],
)
def test_every_refusal_says_why(refusals, expected):
    assert codes(refusals) == expected


def test_a_cluster_is_named_as_people_name_it():
    assert str(Cluster(name="生物医药产业集群")) == "生物医药产业集群"
