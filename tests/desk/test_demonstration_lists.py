"""The invented lists of other offices are as untidy as such lists are, and are matched all the same."""

import pytest
from django.utils import timezone

from tests import make
from tests.enterprises.listing import matched
from tici.desk.demonstration import other_lists
from tici.desk.demonstration.firm_words import FIRM_TRADES
from tici.desk.demonstration.firms import Firm
from tici.desk.demonstration.generate import County
from tici.enterprises.models import ListedFirm
from tici.enterprises.queries import office_lists as queries

SEED = 7
COUNTY = County("130123", "正定县", ("县长",))
TRADE = next(trade for trade in FIRM_TRADES if trade.is_industry)
FIRMS = [
    Firm(number, COUNTY, TRADE, next(iter(TRADE.products)), "below", make.TODAY.replace(year=2015))
    for number in range(1, 121)
]


def test_the_same_seed_gives_the_same_lists(tmp_path):
    first = other_lists.write_other_lists(tmp_path / "a", FIRMS, seed=SEED)
    again = other_lists.write_other_lists(tmp_path / "b", FIRMS, seed=SEED)

    assert [path.name for path in first] == [path.name for path in again]
    assert len(first) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make_list", "kind"),
    [
        (other_lists.tax_list, "vat"),
        (other_lists.electricity_list, "electricity"),
        (other_lists.register_list, "register"),
    ],
)
def test_each_list_is_read_and_most_of_its_firms_are_found(settings, tmp_path, make_list, kind):
    settings.TICI_DATA = tmp_path
    county = make.place("正定县", within=make.city(), code="130123")
    for firm in FIRMS:
        address = f"正定县示例大街{firm.number}号"
        make.enterprise(place=county, name=firm.name, uscc=firm.uscc, industry=firm.industry, address=address)

    kept = matched(make_list(FIRMS, seed=SEED), place=county, by=make.person(place=county), kind=kind)

    counts = queries.counts_of(kept, timezone.localdate())
    strangers = ListedFirm.objects.filter(office_list=kept, name__startswith="示例新设")
    assert kept.state == "matched"
    assert strangers.count() == other_lists.UNKNOWN
    assert not strangers.filter(state="automatic").exists()
    if kind != "electricity":  # meters of one firm under several spellings wait for a person
        assert counts.matched >= 0.6 * len(FIRMS)
    if kind == "vat":
        assert counts.missing > 0
