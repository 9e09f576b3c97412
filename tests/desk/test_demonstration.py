"""The demonstration city loads by the actions that people use, and its sums are those that were published."""

from decimal import Decimal

import pytest

from tici.accounts.models import Person
from tici.core.audit import breaks_in_the_chain
from tici.core.measures import Scope
from tici.desk.demonstration.load import load
from tici.desk.queries import figures
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import Level, Project
from tici.returns.models import Entry, Filing, FilingState

pytestmark = pytest.mark.django_db


def test_the_citys_rows_add_up_to_what_was_published():
    sign_ins = load(firms=None, opinions=0)

    park = Place.objects.get(code="130171")
    key = Project.objects.exclude(level=Level.COUNTY)
    august = Entry.objects.current(Month(2021, 8)).filter(project__in=key)
    november = Entry.objects.current(Month(2021, 11)).filter(project__in=key.filter(place=park))
    done = sum(entry.done_ytd_wan for entry in august)
    rate = sum(e.done_ytd_wan for e in november) / sum(e.plan_year_wan or 0 for e in november)
    assert (key.count(), done) == (352, Decimal(8823400))
    assert (key.filter(place=park).count(), round(rate, 3)) == (29, Decimal("1.070"))

    person = Person.objects.get(username="diaodu")
    scope = Scope(person, park, Month(2021, 11))
    values = {code: figures.figure(code, scope).value for code in ("projects.signed_year", "projects.started_year")}
    assert values == {"projects.signed_year": 212, "projects.started_year": 103}

    states = Filing.objects.filter(month_on="2021-11-01").values_list("state", flat=True)
    assert {state: list(states).count(state) for state in set(states)} == {
        FilingState.AWAITED: 3,
        FilingState.SENT_BACK: 1,
        FilingState.ACCEPTED: 3,
        FilingState.FILED: 17,
    }
    assert list(breaks_in_the_chain()) == []
    assert [name for name, _password, _who in sign_ins] == [
        "diaodu", "tianbao0123", "qiye", "lingdao", "baolian", "shouli", "shenhe", "xianlu",
        "xitong", "anquan", "shenji",
    ]  # fmt: skip
