from datetime import date

import pytest

from tests import make
from tests.make import NOW
from tici.core.refusals import Refused
from tici.enterprises.actions import (
    EnterpriseRow,
    Identity,
    SpellFact,
    accept_enterprises,
    edit_enterprise,
    identify_enterprises,
    load_clusters,
    merge_enterprises,
    tell_apart,
    undo_enterprises,
    undo_merging,
)
from tici.enterprises.models import Enterprise, EnterpriseChange
from tici.enterprises.queries.merge_desk import likely_doubles
from tici.projects.models import Project

pytestmark = pytest.mark.django_db
CODE = "91110108551385082Q"


@pytest.fixture
def county():
    city = make.place("石家庄市", code="130100", kind="city")
    return make.place("高新区", code="130171", within=city)


@pytest.fixture
def do(county):
    return {"by": make.person(place=county), "at": NOW}


@pytest.fixture
def pair(county):
    kept = make.enterprise(place=county, name="示例制药有限公司", uscc=CODE)
    return kept, make.enterprise(place=county, name="示例制药")


def merge(pair, do):
    kept, gone = pair
    return merge_enterprises(kept=kept, gone=gone, reason="同址同法人", **do)


def everything():
    """All that points at enterprises, and what is kept of them."""
    firms = Enterprise.objects.order_by("pk").values_list("pk", "name", "uscc", "size", "search_text", "merged_into")
    return [
        list(firms),
        *(
            sorted(one.related_model._base_manager.values_list("pk", one.field.attname))
            for one in Enterprise._meta.get_fields(include_hidden=True)
            if one.auto_created
            and one.one_to_many
            and one.related_model.__name__ not in ("Merging", "ClusterMembership")
        ),
    ]


def test_a_merging_moves_the_rows_of_every_room_and_undoing_puts_all_back(county, pair, do):
    kept, gone = pair
    load_clusters(**do)
    make.project(place=county, owner=gone)
    edit_enterprise(enterprise=kept, years={2020: {"people": 10, "revenue_wan": 1}}, **do)
    edit_enterprise(
        enterprise=gone,
        facts={"industry": "2720"},
        years={2020: {"people": 11}, 2021: {"people": 1100, "revenue_wan": 50000}},
        **do,
    )
    kept.spells.create(from_date=date(2020, 1, 1))
    gone.spells.create(from_date=date(2018, 1, 1), to_date=date(2019, 1, 1))
    gone.spells.create(from_date=date(2019, 6, 1), to_date=date(2020, 6, 1))
    edit_enterprise(enterprise=kept, facts={"industry": "2720"}, **do)
    stood = everything()
    in_clusters = sorted(gone.memberships.values_list("cluster__code", "node"))

    merging = merge(pair, do)

    assert Project.objects.get().owner == kept
    assert sorted(kept.years.values_list("year", "people")) == [(2020, 10), (2021, 1100)]
    assert [spell.from_date.year for spell in kept.spells.order_by("from_date")] == [2018, 2020]
    assert {key: len(ids) for key, ids in merging.moved["left"].items()} == {
        "enterprises.YearFacts.enterprise": 1,
        "enterprises.LibrarySpell.enterprise": 1,
    }
    kept.refresh_from_db()
    assert (kept.size, [one.name for one in kept.former_names.all()]) == ("large", ["示例制药"])
    assert list(Enterprise.objects.standing()) == [kept]
    assert not gone.memberships.exists()

    assert undo_merging(merging=merging, **do) == 0
    assert everything() == stood
    assert sorted(gone.memberships.values_list("cluster__code", "node")) == in_clusters


def test_a_list_that_names_the_gone_entry_means_the_kept_one(county, pair, do):
    kept, gone = pair
    merge(pair, do)

    found = identify_enterprises([Identity(county.pk, "示例制药")])
    accepted = accept_enterprises(
        [EnterpriseRow(gone.pk, county.pk, ""), EnterpriseRow(None, county.pk, "示例制药")], **do
    )

    assert (found, accepted.enterprise_ids) == ([kept.pk], [kept.pk, kept.pk])


def test_mergings_are_undone_last_first(county, pair, do):
    kept, gone = pair
    third = make.enterprise(place=county, name="示例制药集团", uscc="91110000600037341L")
    Enterprise.objects.filter(pk=kept.pk).update(uscc="")
    first = merge((kept, gone), do)
    last = merge((third, kept), do)
    with pytest.raises(Refused, match=r"merging\.later"):
        undo_merging(merging=first, **do)

    undo_merging(merging=last, **do)
    undo_merging(merging=first, **do)

    assert Enterprise.objects.standing().count() == 3
    with pytest.raises(Refused, match=r"merging\.undone"):
        undo_merging(merging=first, **do)


def test_a_refused_merging_moves_nothing(county, pair, do):
    kept, gone = pair
    project = make.project(place=county, owner=gone)

    with pytest.raises(Refused, match=r"merging\.code"):
        merge_enterprises(kept=gone, gone=kept, reason="同址", **do)

    project.refresh_from_db()
    assert project.owner == gone


def test_entries_told_apart_are_not_offered_again(county, do):
    left = make.enterprise(place=county, name="示例制药（一）")
    right = make.enterprise(place=county, name="示例制药(一)")
    assert [(one.left, one.right) for one in likely_doubles(county)] == [(left, right)]

    tell_apart(left=right, right=left, reason="两处厂区", **do)

    assert likely_doubles(county) == []


BATCH = "6f1c4a52-6a8e-4b8e-9d35-2f2f5f0c1a11"


def row(county, name="示例企业", **over):
    return EnterpriseRow(**{"enterprise_id": None, "place_id": county.pk, "name": name} | over)


def state():
    return [
        list(Enterprise.objects.order_by("pk").values_list("pk", "name", "uscc", "park", "size", "search_text")),
        *(
            [
                list(one.years.values_list("year", "people", "size")),
                list(one.spells.values_list("from_date", "to_date")),
            ]
            for one in Enterprise.objects.order_by("pk")
        ),
    ]


def test_an_acceptance_is_undone_as_a_whole(county, do):
    first = row(
        county,
        years={2020: {"people": 19}},
        facts={"industry": "2720"},
        spells=[SpellFact("industry", date(2020, 1, 1))],
    )
    accept_enterprises([first], **do)
    stood = state()
    second = row(
        county,
        uscc=CODE,
        facts={"park": "生物园"},
        years={2020: {"people": 21, "revenue_wan": 500}, 2021: {"people": 30}},
        former_names=["示例旧名"],
        spells=[SpellFact("industry", date(2020, 1, 1), date(2021, 1, 1)), SpellFact("industry", date(2021, 3, 1))],
    )
    accept_enterprises([second, row(county, "示例新企业")], batch=BATCH, **do)

    held = undo_enterprises(BATCH, **do)

    assert (held, state()) == (0, stood)
    assert undo_enterprises(BATCH, **do) == 0


def test_what_was_changed_since_is_not_undone_over(county, do):
    accept_enterprises([row(county, facts={"park": "生物园"})], batch=BATCH, **do)
    edit_enterprise(enterprise=Enterprise.objects.get(), facts={"park": "药谷"}, **do)

    with pytest.raises(Refused, match=r"enterprise\.changed_since"):
        undo_enterprises(BATCH, **do)

    assert Enterprise.objects.get().park == "药谷"


def test_an_enterprise_that_owns_a_project_by_now_is_not_taken_out(county, do):
    accept_enterprises([row(county)], batch=BATCH, **do)
    make.project(place=county, owner=Enterprise.objects.get())

    assert undo_enterprises(BATCH, **do) == 1
    assert (Enterprise.objects.count(), EnterpriseChange.objects.exclude(undone_at=None).count()) == (1, 1)
