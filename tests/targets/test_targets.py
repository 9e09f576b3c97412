"""Targets are set, shared out, and compared with what the registers say."""

from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.core.measures import Scope
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.targets import actions, queries
from tici.targets.models import Published, Target
from tici.targets.rules import Method

pytestmark = pytest.mark.django_db
STARTED = "projects.started_year"
TARGETS_QUERIES = 15
TARGET_QUERIES = 22


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def county(city):
    return make.place("正定县", within=city)


@pytest.fixture
def dispatcher(city):
    return make.person(place=city)


def set_target(place, value, by, **over):
    facts = {"measure": STARTED, "year": 2021, "source": "市政府工作报告", "source_on": date(2021, 1, 8)} | over
    return actions.set_target(place=place, value=Decimal(value), by=by, at=NOW, **facts)


def started(place, count):
    for _ in range(count):
        make.project(place=place, stage="started", started_on=date(2021, 5, 1))


def test_a_target_set_again_is_adjusted_and_the_old_value_recorded(city, dispatcher):
    set_target(city, 100, dispatcher)

    set_target(city, 120, dispatcher)

    assert Target.objects.get().value == 120
    assert list(Record.objects.order_by("pk").values_list("old__value", "new__value")) == [
        (None, "100"),
        ("100.0000", "120"),
    ]


def test_a_measure_nobody_computes_has_no_target(city, dispatcher):
    with pytest.raises(Refused, match=r"target\.measure"):
        set_target(city, 1, dispatcher, measure="gdp")

    assert not Record.objects.exists()


def test_shares_that_do_not_tie_leave_no_trace(city, county, dispatcher):
    target = set_target(city, 10, dispatcher)

    with pytest.raises(Refused, match=r"target\.sum"):
        actions.share_target(target=target, shares={county: Decimal(9)}, by=dispatcher, at=NOW)

    assert (Target.objects.count(), Record.objects.count()) == (1, 1)


def test_progress_opens_to_its_rows(city, county, dispatcher):
    started(county, 3)
    set_target(county, 4, dispatcher)

    (one,) = queries.progress(Scope(dispatcher, county, NOVEMBER))

    assert (one.value, one.target, one.rate) == (3, 4, Decimal("0.75"))
    assert one.lag == Decimal("0.75") - Decimal(11) / 12
    assert (one.due, one.behind, one.remaining) == (4, 1, 1)
    assert (one.projection.method, one.short) == (Method.LINEAR, 1)
    assert one.url == f"/measures/projects.started_year/?place={county.code}&month=2021-11"


def test_shares_show_each_countys_own_progress(city, county, dispatcher):
    other = make.place("行唐县", within=city)
    started(county, 2)
    target = set_target(city, 5, dispatcher)
    actions.share_target(target=target, shares={county: Decimal(4), other: Decimal(1)}, by=dispatcher, at=NOW)

    shared = queries.shared_progress(target, Scope(dispatcher, city, NOVEMBER))

    assert [(one.target_row.place, one.value, one.target) for one in shared] == [(county, 2, 4), (other, 0, 1)]


def test_a_published_total_stands_beside_our_own(city, county, dispatcher):
    started(county, 2)
    facts = {"place": city, "unit": "个", "source": "公开报道", "by": dispatcher, "at": NOW}
    for _ in range(2):
        actions.publish_figure(label="新开工", measure=STARTED, period="2021", value=Decimal(3), **facts)
    actions.publish_figure(label="新开工总投资", period="2021", value=Decimal(9), **facts)

    compared = queries.compared(Scope(dispatcher, city, NOVEMBER))

    assert [(one.row.label, one.own, one.gap) for one in compared] == [("新开工", 2, -1), ("新开工总投资", None, None)]
    assert Published.objects.count() == 2


def test_the_pages_show_value_target_and_source(client, city, county, dispatcher):
    make.filing(place=county)
    set_target(city, 4, dispatcher)
    client.force_login(dispatcher)

    page = client.get("/targets/?month=2021-11").text

    assert "市政府工作报告" in page
    assert "2021-01-08" in page
    assert client.get("/targets/published/?month=2021-11").status_code == 200


def test_a_county_sees_its_own_share_and_not_the_neighbours(client, city, county, dispatcher):
    make.filing(place=county)
    other = make.place("行唐县", within=city)
    theirs = set_target(other, 4, dispatcher)
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))

    assert client.get(f"/targets/{theirs.pk}/").status_code == 404
    assert client.get(f"/targets/?place={other.code}").status_code == 404


def test_the_dispatcher_shares_a_target_out_on_its_page(client, city, county, dispatcher):
    make.filing(place=county)
    target = set_target(city, 4, dispatcher)
    client.force_login(dispatcher)

    refused = client.post(f"/targets/{target.pk}/", {county.code: "3"})
    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors() == ["分解合计3，目标4，相差1。请调整到一致。"]

    assert client.post(f"/targets/{target.pk}/", {county.code: "4"}).status_code == 302
    assert Target.objects.get(place=county).value == 4


def test_last_years_own_months_say_what_is_due_and_what_the_year_comes_to(city, county, dispatcher):
    for month in (3, 12):
        make.project(place=county, stage="started", started_on=date(2020, month, 1))
    started(county, 3)
    target = set_target(county, 8, dispatcher, profile="last_year")

    (one,) = queries.progress(Scope(dispatcher, county, NOVEMBER))

    assert (one.filled.rate, one.due, one.lag) == (Decimal("0.5"), 4, Decimal("-0.125"))
    assert (one.projection.method, one.projection.value) == (Method.SEASONAL, 6)
    methods = [found.method for found in queries.projections(one, Scope(dispatcher, county, NOVEMBER))]
    assert methods == [Method.SEASONAL, Method.LINEAR]
    assert Record.objects.get(subject=f"targets.target:{target.pk}").new["profile"] == "last_year"


def test_a_rate_has_no_projection_and_a_standing_number_stays_as_it_is(city, county, dispatcher):
    make.project(place=county, stage="reserved")
    set_target(county, Decimal("0.9"), dispatcher, measure="projects.reserved")
    set_target(county, 1, dispatcher, measure="returns.completion_rate")

    reserved, rate = queries.progress(Scope(dispatcher, county, NOVEMBER))

    assert (reserved.projection.method, reserved.projection.value) == (Method.STANDING, 1)
    assert rate.projection is None


@pytest.mark.parametrize(("basis", "shares"), [("even", [4, 3, 3]), ("last_year", [0, 10, 0]), ("holders", [5, 5, 0])])
def test_proposed_shares_tie(city, county, dispatcher, basis, shares):
    inside = [county, make.place("行唐县", within=city), make.place("灵寿县", within=city)]
    make.project(place=inside[0])
    make.project(place=inside[1], stage="started", started_on=date(2020, 5, 1))
    target = set_target(city, 10, dispatcher)

    proposed = queries.proposed(target, inside, Scope(dispatcher, city, NOVEMBER), basis)

    assert [proposed[place.pk] for place in inside] == shares


def test_nothing_is_proposed_where_the_basis_says_nothing(city, county, dispatcher):
    target = set_target(city, 10, dispatcher)

    assert queries.proposed(target, [county], Scope(dispatcher, city, NOVEMBER), "last_year") is None


def test_a_rate_is_not_shared_out_on_its_page(client, city, county, dispatcher):
    make.filing(place=county)
    target = set_target(city, 1, dispatcher, measure="returns.completion_rate")
    client.force_login(dispatcher)

    assert client.get(f"/targets/{target.pk}/").context["form"] is None
    assert client.post(f"/targets/{target.pk}/", {county.code: "1"}).status_code == 404
    with pytest.raises(Refused, match=r"target\.rate"):
        actions.share_target(target=target, shares={county: Decimal(1)}, by=dispatcher, at=NOW)


def test_a_proposal_stands_in_the_form_until_it_is_saved(client, city, county, dispatcher):
    make.filing(place=county)
    other = make.place("行唐县", within=city)
    target = set_target(city, 5, dispatcher)
    client.force_login(dispatcher)

    page = client.get(f"/targets/{target.pk}/?share=even")

    assert [page.context["form"][place.code].initial for place in (county, other)] == [3, 2]
    assert Target.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_the_same_whatever_their_length(
    client, city, county, dispatcher, django_assert_num_queries, count
):
    make.filing(place=county)
    inside = [county, *(make.place(f"示例县{n}", within=city) for n in range(2))]
    for place in inside[:count]:
        make.project(place=place)
    target = set_target(city, count, dispatcher, measure="projects.reserved_year")
    shares = {place: Decimal(1) for place in inside[:count]}
    actions.share_target(target=target, shares=shares, by=dispatcher, at=NOW)
    client.force_login(dispatcher)

    with django_assert_num_queries(TARGETS_QUERIES):
        assert len(client.get("/targets/?month=2021-11").context["found"]) == count + 1
    with django_assert_num_queries(TARGET_QUERIES):
        page = client.get(f"/targets/{target.pk}/")
    assert [len(page.context["shared"]), page.context["candidates"].total] == [count, count]
