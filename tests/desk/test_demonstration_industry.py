"""The invented industry comes in through the forms: months sealed, November open, sums those that were published."""

from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tici.accounts.models import Person
from tici.core.measures import Scope
from tici.core.uploads import path_of
from tici.desk.demonstration.firm_mistakes import SLIPS
from tici.desk.demonstration.firm_words import FIRM_TRADES
from tici.desk.demonstration.industry import SMALL
from tici.desk.demonstration.load import ACCEPTED, FIRMS_SENT_BACK, SILENT, load
from tici.desk.queries.figures import figure
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, ClusterMembership
from tici.enterprises.queries import coverage
from tici.places.models import Place
from tici.returns.models import CellQuery, FilingState, SealedMonth, UnitFinding, UnitReport, UnitVintage

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2021, 11)
MONTHS = (Month(2020, 11), Month(2021, 10), NOVEMBER)
PARK = "130171"


@pytest.fixture
def city(tmp_path):
    load(months=[], opinions=0, firms=SMALL, firm_months=MONTHS, examples_into=tmp_path)
    return tmp_path


def figures(reports, code: str) -> list[Decimal]:
    """One column of some reports."""
    return [report.figures[report.form.positions[code]] for report in reports.select_related("form")]


def test_the_industry_is_filed_month_by_month_and_adds_up_to_what_was_published(city):
    november = UnitReport.objects.of("industry_firm", NOVEMBER)

    # The park's bio-pharma industry, of the firms it has now, against themselves a year ago.
    cluster = ClusterMembership.objects.filter(cluster__code="biomedicine").values("enterprise")
    pharma = november.filter(place__code=PARK, enterprise__in=cluster)
    for name, growth in (("output", "21.7"), ("revenue", "17.8")):
        now, before = (sum(figures(pharma, f"{name}.{basis}")) for basis in ("ytd", "ytd_last_year"))
        assert round(100 * (now / before - 1), 1) == Decimal(growth)
    assert sum(figures(november.filter(place__code=PARK), "rnd.ytd")) == 460_000
    scope = Scope(Person.objects.get(username="diaodu"), Place.objects.get(code=PARK), NOVEMBER)
    counts = {"enterprises.entered_four_above_year": 84, "enterprises.listed_year": 8}
    assert {code: figure(code, scope).value for code in counts} == counts

    # Closed months are sealed, November is open, each county in its own way.
    forms = ("industry_firm", "industry_county", "cluster_month")
    sealed = {(one.code, Month.of(one.month_on)) for one in SealedMonth.objects.all()}
    assert sealed == {(form, month) for form in forms for month in MONTHS[:2]}
    assert set(november.filter(place__code__in=SILENT).values_list("state", flat=True)) <= {FilingState.AWAITED}
    accepted = november.filter(place__code__in=ACCEPTED)
    assert set(accepted.values_list("state", flat=True)) == {FilingState.ACCEPTED}
    back = november.filter(state=FilingState.SENT_BACK)
    assert set(back.values_list("place__code", flat=True)) <= set(FIRMS_SENT_BACK)
    assert CellQuery.objects.filter(answer="").exists()
    assert CellQuery.objects.exclude(answer="").exists()

    # The rule of clusters puts each firm where its trade belongs; the counties' clusters lack some platforms.
    members = ClusterMembership.objects.filter(cluster__kind="hundred_billion")
    by_cluster = set(members.values_list("cluster__code", "enterprise__industry"))
    assert by_cluster <= {(trade.cluster, code) for trade in FIRM_TRADES for code in trade.products}
    rows = coverage(Cluster.objects.filter(kind="county"), NOVEMBER.last).rows
    assert 0 < sum(not row.missing for row in rows) < len(rows)

    # A county's own line is the sum of its firms, its last year what it filed then.
    october = UnitReport.objects.of("industry_firm", Month(2021, 10)).filter(place__code="130109")
    line = UnitReport.objects.of("industry_county", Month(2021, 10)).filter(place__code="130109")
    assert figures(line, "output.ytd") == [sum(figures(october, "output.ytd"))]
    then = UnitReport.objects.of("industry_county", Month(2020, 11)).filter(place__code="130109")
    line = UnitReport.objects.of("industry_county", NOVEMBER).filter(place__code="130109")
    assert figures(line, "revenue.ytd_last_year") == figures(then, "revenue.ytd")

    # Only what was written wrongly on purpose differs from what was filed a year ago or has to be corrected.
    stops = UnitFinding.objects.filter(severity="stop")
    assert set(stops.values_list("check_code", flat=True)) <= SLIPS.keys()

    # A figure opens to its cell: in 亿元 for one of the counties that sent a workbook.
    for code, unit in (("130109", 1), ("130123", 10_000)):
        vintage = UnitVintage.objects.filter(
            report__place__code=code, report__code="industry_firm", source__isnull=False
        ).select_related("source__upload", "report__form")[0]
        cells = CalamineWorkbook.from_path(path_of(vintage.source.upload.digest)).get_sheet_by_index(0).to_python()
        column = list(vintage.report.form.positions).index("revenue.ytd") + 4
        read = cells[vintage.source.row - 1][column]
        assert vintage.source.cells["revenue.ytd"].endswith(str(vintage.source.row))
        assert round(Decimal(str(read)) * unit) == vintage.figures[column - 4]

    # Workbooks for a newcomer lie ready: the projects of the counties that have not filed, and their firms.
    names = sorted(path.name for path in city.iterdir())
    assert sum("项目台账" in name for name in names) == len(SILENT)
    assert any("规上工业企业" in name for name in names)
