"""The demonstration's cultivation pool: all four kinds, and every end with its reason."""

import pytest

from tici.desk.demonstration.industry import FirmSize
from tici.desk.demonstration.load import load
from tici.desk.demonstration.load_pool import LAST_SURVEY
from tici.engines.periods import Month
from tici.enterprises.models import Candidacy, CandidacyMove, ExitRisk, PoolKind, PoolState

pytestmark = pytest.mark.django_db


def test_candidates_of_every_kind_stand_in_every_state_with_their_reasons():
    months = [Month(2021, 8), Month(2021, 10), Month(2021, 11)]
    load(months=[], opinions=0, firms=FirmSize(700, 700), firm_months=months)

    found = Candidacy.objects.all()
    assert set(found.values_list("kind", flat=True)) == set(PoolKind.values)
    assert set(found.values_list("state", flat=True)) == set(PoolState.values)
    ended = found.filter(state__in=[PoolState.REFUSED, PoolState.LEFT])
    assert {"late", "papers", "below", "unwilling"} == set(ended.values_list("reason_code", flat=True))
    assert all("示例" in reason for reason in ended.values_list("reason", flat=True))
    near = found.open().filter(kind=PoolKind.GROWN, chance__isnull=False)
    assert near.filter(window="annual_second", closes_on__gt=LAST_SURVEY).exists()
    assert CandidacyMove.objects.filter(to_state=PoolState.ENTERED, reason="已在规上库").exists()
    assert ExitRisk.objects.exists()
