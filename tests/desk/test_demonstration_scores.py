"""The invented firms are judged by the scorecards, and the year's entries looked back on."""

import pytest

from tici.desk.demonstration.industry import SMALL
from tici.desk.demonstration.load import load
from tici.engines.periods import Month
from tici.enterprises.models import EntryReview, TierScore

pytestmark = pytest.mark.django_db


def test_some_firms_pass_some_lack_one_item_and_some_entered_late():
    load(months=[], opinions=0, firms=SMALL, firm_months=(Month(2021, 11),))

    srdi = TierScore.objects.filter(tier="srdi")
    assert srdi.filter(verdict="passes").exists()
    assert srdi.filter(lacking=1, is_known=True).exclude(words="").exists()
    assert srdi.filter(lacking__gt=1).exists()
    assert TierScore.objects.filter(tier="giant", lacking=1).exists()
    timings = set(EntryReview.objects.filter(year=2021).values_list("timing", flat=True))
    assert {"on_time", "late", "not_in"} <= timings
