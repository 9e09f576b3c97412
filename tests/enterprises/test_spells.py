from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import make
from tests.make import NOW
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.enterprises import queries
from tici.enterprises.actions import (
    certify,
    close_platform,
    delist,
    edit_enterprise,
    enter_library,
    judge_sizes,
    leave_library,
    leave_out_of_cluster,
    list_on_board,
    load_clusters,
    open_platform,
    put_in_cluster,
    rename_enterprise,
    return_to_rule,
)
from tici.enterprises.models import Cluster, Enterprise, EntryClass, LibrarySpell, Window
from tici.enterprises.queries.merge_desk import likely_doubles
from tici.enterprises.rules import entry_class

CODE = "91110108551385082Q"
ON = date(2021, 11, 30)


@pytest.fixture
def county(db):
    city = make.place("石家庄市", code="130100", kind="city")
    return make.place("高新区", code="130171", within=city)


@pytest.fixture
def officer(county):
    return make.person(place=county)


@pytest.fixture
def firm(county):
    return make.enterprise(place=county, name="示例企业0001(医药)")


@pytest.fixture
def do(officer):
    return {"by": officer, "at": NOW}


def test_a_firm_enters_leaves_and_returns(firm, do):
    enter_library(enterprise=firm, on=date(2020, 3, 9), window="monthly", **do)
    leave_library(enterprise=firm, on=date(2021, 2, 1), reason="stopped", **do)
    enter_library(enterprise=firm, on=date(2021, 6, 1), **do)

    found = queries.with_entry_class(firm.spells.all()).values_list("from_date", "to_date", "entry")
    assert list(found) == [
        (date(2020, 3, 1), date(2021, 2, 1), "new_build"),
        (date(2021, 6, 1), None, "returned"),
    ]


def test_a_refused_entry_leaves_no_trace(firm, do):
    enter_library(enterprise=firm, on=date(2020, 3, 1), **do)

    with pytest.raises(Refused, match=r"enterprise\.in_library"):
        enter_library(enterprise=firm, on=date(2021, 3, 1), **do)

    assert (firm.spells.count(), Record.objects.count()) == (1, 1)


def test_who_is_not_in_the_library_cannot_leave_it(firm, do):
    with pytest.raises(Refused, match=r"enterprise\.not_in_library"):
        leave_library(enterprise=firm, on=ON, reason="stopped", **do)


def test_a_certificate_ends_by_the_rule_of_its_day_and_is_called_before_it_ends(county, firm, do):
    certify(enterprise=firm, tier="srdi", on=date(2022, 7, 1), **do)
    firms = Enterprise.objects.within(county)

    soon = queries.expiring(firms, date(2025, 5, 1))
    assert [spell.to_date for spell in soon] == [date(2025, 7, 1)]
    assert not queries.expiring(firms, date(2025, 3, 1)).exists()

    certify(enterprise=firm, tier="srdi", on=date(2025, 4, 20), **do)
    assert not queries.expiring(firms, date(2025, 5, 1)).exists()


def test_a_firm_is_listed_once_on_a_board_until_it_is_delisted(firm, do):
    listing = list_on_board(enterprise=firm, board="neeq", on=date(2020, 5, 1), stock_code="830001", **do)
    with pytest.raises(Refused, match=r"enterprise\.listed"):
        list_on_board(enterprise=firm, board="neeq", on=date(2021, 5, 1), **do)
    delist(listing=listing, on=date(2021, 6, 1), **do)

    again = list_on_board(enterprise=firm, board="neeq", on=date(2021, 7, 1), **do)

    assert again.to_date is None


def test_a_new_name_is_found_beside_the_old_one(firm, do):
    rename_enterprise(enterprise=firm, name="示例生物", until_on=ON, **do)

    found = Enterprise.objects.matching("示例生物").get()
    assert (found.name, found.former_names.get().name) == ("示例生物", "示例企业0001(医药)")
    assert Enterprise.objects.matching("企业0001").get() == found


def test_facts_are_corrected_and_the_size_and_clusters_follow(firm, do):
    load_clusters(**do)

    change = edit_enterprise(
        enterprise=firm,
        facts={"industry": "2720", "park": "生物园"},
        years={2020: {"people": 1200, "revenue_wan": Decimal(50000)}},
        **do,
    )

    firm.refresh_from_db()
    assert (firm.size, change.new["2020.people"]) == ("large", 1200)
    assert set(firm.memberships.values_list("cluster__code", "node")) == {
        ("biomedicine", "化学制剂"),
        ("gaoxin-130171", "生物医药"),
    }
    assert edit_enterprise(enterprise=firm, facts={"industry": "2720"}, **do) is None
    assert edit_enterprise(enterprise=firm, facts={"park": ""}, **do).old == {"park": "生物园"}


def test_facts_that_cannot_stand_are_refused_together(county, firm, do):
    make.enterprise(place=county, uscc=CODE)

    with pytest.raises(Refused) as refused:
        edit_enterprise(enterprise=firm, facts={"uscc": CODE, "industry": "99"}, years={2020: {"people": -1}}, **do)

    assert [one.code for one in refused.value.refusals] == [
        "enterprise.industry",
        "enterprise.negative",
        "enterprise.code_taken",
    ]
    assert not firm.changes.exists()


def test_a_table_changed_judges_all_sizes_anew(firm, do, officer):
    edit_enterprise(enterprise=firm, facts={"industry": "2720"}, years={2020: {"people": 5, "revenue_wan": 1}}, **do)
    firm.years.update(people=1200, revenue_wan=50000)

    assert judge_sizes(**do) == 1
    assert (judge_sizes(**do), firm.years.get().size, Enterprise.objects.get().size) == (0, "large", "large")


def test_what_is_done_by_hand_to_a_cluster_holds_until_it_is_returned_to_the_rule(firm, do):
    load_clusters(**do)
    edit_enterprise(enterprise=firm, facts={"industry": "2720"}, **do)
    medicine, food = Cluster.objects.get(code="biomedicine"), Cluster.objects.get(code="food")

    leave_out_of_cluster(cluster=medicine, enterprise=firm, reason="主业已变", **do)
    put_in_cluster(cluster=food, enterprise=firm, reason="药食同源", node="食品制造", **do)
    assert (list(queries.members(medicine)), list(queries.members(food))) == ([], [firm])

    return_to_rule(cluster=medicine, enterprise=firm, **do)
    return_to_rule(cluster=food, enterprise=firm, **do)
    assert (list(queries.members(medicine)), list(queries.members(food))) == ([firm], [])


def test_clusters_count_their_members_in_a_place_and_those_above_the_line(county, firm, do, django_assert_num_queries):
    load_clusters(**do)
    for one in (firm, make.enterprise(place=county), make.enterprise(place=county)):
        edit_enterprise(enterprise=one, facts={"industry": "2720"}, **do)
    enter_library(enterprise=firm, on=date(2021, 3, 1), **do)

    with django_assert_num_queries(1):
        found = {one.code: (one.firms, one.above_size) for one in queries.clusters_in(county, on=ON)}

    assert found["biomedicine"] == (3, 1)
    assert found["food"] == (0, 0)


def test_the_matrix_of_platforms_shows_what_is_missing_on_a_day(do, county, django_assert_num_queries):
    load_clusters(**do)
    cluster = Cluster.objects.get(code="gaoxin-130171")
    platform = open_platform(cluster=cluster, kind="testing", name="检测中心(示例)", on=date(2021, 1, 1), **do)
    open_platform(cluster=cluster, kind="design", name="设计中心(示例)", on=date(2021, 1, 1), **do)
    close_platform(platform=platform, on=date(2022, 1, 1), **do)

    with django_assert_num_queries(1):
        matrix = queries.coverage([cluster], ON)

    assert matrix.rows[0].missing == ("shared_making", "innovation", "envoys")
    assert queries.coverage([cluster], date(2022, 1, 1)).rows[0].missing == matrix.asked
    assert matrix.covered == 0


@pytest.mark.parametrize("firms", [1, 3])
def test_the_next_rungs_of_any_number_of_firms_take_two_queries(county, do, firms, django_assert_num_queries):
    for number in range(firms):
        one = make.enterprise(place=county)
        years = {2019: {"revenue_wan": 9000}, 2020: {"revenue_wan": 1700 + number}}
        edit_enterprise(enterprise=one, facts={"industry": "2720"}, years=years, **do)

    with django_assert_num_queries(2):
        climbers = queries.next_rungs(Enterprise.objects.order_by("pk"), ON)

    assert [one.gap.missing("revenue_wan") for one in climbers] == [300 - number for number in range(firms)]


def test_a_double_is_one_name_written_two_ways_unless_the_codes_differ(county):
    first = make.enterprise(place=county, name="示例制药（石家庄）有限公司")
    make.enterprise(place=county, name="示例 制药(石家庄)有限责任公司", uscc=CODE)
    make.enterprise(place=county, name="示例食品", uscc="91110000600037341L")
    make.enterprise(place=county, name="示例食品", uscc="911100006000373410")

    [pair] = likely_doubles(county)

    assert (pair.left, pair.right.uscc, pair.why) == (first, CODE, "name")


MONTHS = st.integers(0, 47)
SPELL = st.tuples(MONTHS, st.one_of(st.none(), st.integers(1, 20)), st.sampled_from(["", *Window.values]))
FIRMS = st.lists(st.tuples(st.one_of(st.none(), MONTHS), st.lists(SPELL, max_size=4)), min_size=1, max_size=6)


def month(number):
    return date(2018 + number // 12, number % 12 + 1, 1)


def stays(spells):
    """Stays one after another, none overlapping; only the last may be open."""
    found, at = [], 0
    for gap, length, window in spells:
        start = at + gap % 12 + 1
        end = None if length is None else start + length
        found.append((month(start), end and month(end), window))
        if end is None:
            break
        at = end
    return found


class TransitionsHold(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(FIRMS, MONTHS, MONTHS)
    def test_entered_less_exited_is_the_difference_of_the_stocks(self, firms, one, other):
        first, end = month(min(one, other)), month(max(one, other))
        place = make.place()
        for produced, spells in firms:
            firm = make.enterprise(place=place)
            firm.production_on = None if produced is None else month(produced)
            firm.save()
            for from_date, to_date, window in stays(spells):
                firm.spells.create(from_date=from_date, to_date=to_date, window=window)
        rows = Enterprise.objects.within(place)

        found = queries.transitions(rows, first, end)

        held = queries.stays_of(rows)
        before, after = (queries.stock(held, day - timedelta(days=1)).count() for day in (first, end))
        assert found.entered - found.exited == found.net == after - before
        assert found.entered == found.new_build + found.grown + found.returned == found.entries.count()
        for spell in queries.with_entry_class(held):
            earlier = LibrarySpell.objects.filter(enterprise=spell.enterprise, from_date__lt=spell.from_date)
            assert spell.entry == entry_class(spell, earlier, spell.enterprise.production_on)
        assert {entry: found.of(entry).count() for entry in EntryClass} == {
            EntryClass.NEW_BUILD: found.new_build,
            EntryClass.GROWN: found.grown,
            EntryClass.RETURNED: found.returned,
        }
