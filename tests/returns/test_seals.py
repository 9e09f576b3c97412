"""A sealed month: its snapshot does not change, and what is corrected later is kept beside it with the reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests import make
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, opened
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.core.uploads import changed_uploads, path_of
from tici.places.models import Place
from tici.returns.actions import accept_reports, lock_reports, open_form_month, seal_month, unlock_reports
from tici.returns.models import FilingState, SealedMonth, UnitReport, UnitVintage
from tici.returns.queries import figures_frame, month_frame

pytestmark = pytest.mark.django_db
CODE = "industry_firm"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.TICI_DATA = tmp_path


@pytest.fixture
def county() -> Place:
    return make.place("正定县", within=make.city())


def locked(county: Place, count: int = 1):
    """Locked reports of firms, and the officer of the city."""
    for _ in range(count):
        firm(county)
    form, officer = firm_form(), make.person(place=county.parent)
    reports = opened(form)
    file(form, {report: figures(form, scale=str(at + 1)) for at, report in enumerate(reports)}, officer)
    accept_reports(reports=reports, reason="示例", by=officer, at=make.NOW)
    lock_reports(reports=reports, by=officer, at=make.NOW)
    return reports, officer


def test_a_seal_keeps_every_figure_exactly(county):
    reports, officer = locked(county, 2)

    sealed = seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)

    kept = pl.read_parquet(path_of(sealed.snapshot.digest))
    assert sealed.units == 2
    assert kept["revenue.ytd"].to_list() == [Decimal(11500), Decimal(23000)]
    assert kept.select("report_id", "place_code", "entered_on", "earlier_spells", "vintage").rows() == [
        (report.pk, county.code, date(2019, 1, 1), 0, 1) for report in reports
    ]
    assert Record.objects.get(what="form.sealed").new["digest"] == sealed.snapshot.digest
    assert list(changed_uploads()) == []


def test_a_month_with_something_unlocked_is_not_sealed_unless_it_is_named(county):
    reports, officer = locked(county, 2)
    unlock_reports(reports=reports[:1], reason="更正", by=officer, at=make.NOW)

    with pytest.raises(Refused, match=r"seal\.unlocked"):
        seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)
    sealed = seal_month(CODE, NOVEMBER, by=officer, at=make.NOW, despite=[reports[0].pk])

    assert Record.objects.get(what="form.sealed").new["despite"] == [reports[0].pk]
    assert sealed.units == 2


def test_a_correction_after_sealing_needs_a_reason_and_both_figures_are_kept(county):
    [report], officer = locked(county)
    form = report.form
    seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)

    with pytest.raises(Refused, match=r"form\.sealed"):
        file(form, {report: figures(form, revenue=11600)}, officer)
    file(form, {report: figures(form, revenue=11600)}, officer, reason="审计调整")

    report.refresh_from_db()
    vintages = UnitVintage.objects.filter(report=report).values_list("number", "is_after_seal", "reason")
    assert list(vintages) == [(1, False, ""), (2, True, "审计调整")]
    assert report.state == FilingState.LOCKED
    assert figures_frame(CODE, [NOVEMBER])["revenue.ytd"].to_list() == [11500.0]
    assert figures_frame(CODE, [NOVEMBER], corrected=True)["revenue.ytd"].to_list() == [11600.0]


def test_a_sealed_month_is_neither_sealed_again_nor_unlocked_nor_opened(county):
    reports, officer = locked(county)
    seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)

    with pytest.raises(Refused, match=r"form\.sealed"):
        seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)
    with pytest.raises(Refused, match=r"form\.sealed"):
        unlock_reports(reports=reports, reason="更正", by=officer, at=make.NOW)
    with pytest.raises(Refused, match=r"form\.sealed"):
        open_form_month(reports[0].form, NOVEMBER, by=officer, at=make.NOW)

    assert SealedMonth.objects.count() == 1


def test_a_snapshot_that_was_changed_on_disk_is_noticed(county):
    _reports, officer = locked(county)
    sealed = seal_month(CODE, NOVEMBER, by=officer, at=make.NOW)

    path = path_of(sealed.snapshot.digest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    assert len(list(changed_uploads())) == 1


def test_a_month_that_was_never_opened_is_not_sealed(county):
    with pytest.raises(Refused, match=r"form\.not_open"):
        seal_month(CODE, NOVEMBER, by=make.person(place=county), at=make.NOW)


def test_a_unit_that_filed_nothing_stands_in_the_frame_without_figures(county):
    firm(county)
    opened(firm_form())

    frame = month_frame(CODE, NOVEMBER)

    assert frame.select("output.ytd", "vintage").rows() == [(None, 0)]
    assert UnitReport.objects.count() == frame.height
