"""Monthly reports through the database: every figure is the measure it names, corrections show, both versions stay."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from docx import Document

from tests import make
from tests.make import NOVEMBER, NOW
from tests.returns.industrial import figures, file, firm, firm_form, opened
from tici.briefings import queries
from tici.briefings.actions import Heading, make_briefing
from tici.briefings.industry import draft_industry
from tici.briefings.models import Briefing
from tici.core.measures import Scope
from tici.core.models import Job
from tici.core.refusals import Refused
from tici.core.tasks import run
from tici.core.uploads import path_of
from tici.enterprises.models import Cluster, ClusterMembership
from tici.places.models import Place
from tici.returns.models import CellQuery, UnitReport
from tici.targets.actions import set_target
from tici.targets.queries import MEASURES

pytestmark = pytest.mark.django_db
GATHERING = 6
HEADING = Heading("示例市工业和信息化局", "示例市人民政府", date(2021, 12, 8))


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def dispatcher(city):
    return make.person(place=city)


@pytest.fixture
def counties(city):
    return [make.place(name, within=city) for name in ("正定县", "赵县", "无极县")]


@pytest.fixture
def biomedicine(city):
    return Cluster.objects.create(
        code="biomedicine", name="生物医药产业集群", kind="hundred_billion", place=city, goal_wan=10_000_000
    )


def filed(counties, by, months=(NOVEMBER - 1, NOVEMBER)):
    """Firms of three classes in the first two counties; the third county's firm does not report."""
    first, second, third = counties
    firms = [
        firm(first, industry="2710", name="示例老厂"),
        firm(second, industry="2720", name="示例小升规", from_date=date(2021, 2, 1)),
        firm(second, industry="3910", name="示例新厂", from_date=date(2021, 6, 1), production_on=date(2021, 5, 1)),
    ]
    firm(third, industry="3910", name="示例未报")
    form = firm_form()
    for at, month in enumerate(months):
        reports = {report.enterprise_id: report for report in opened(form, month)}
        told = zip(firms, ((240_000, 200_000), (50_000, 100_000), (40_000, None)), strict=True)
        given = {
            reports[one.pk]: figures(
                form,
                output=now * (9 + at) // 10,
                output_ytd_last_year=before,
                revenue=now,
                profit=-now // 50 if before == 100_000 else now // 10,
            )
            for one, (now, before) in told
        }
        file(form, given, by, month=month)
    return firms


def made(city, by, kind="industry"):
    return make_briefing(place=city, month=NOVEMBER, heading=HEADING, by=by, at=NOW, tell=lambda step: None, kind=kind)


def test_every_figure_of_the_text_equals_the_measure_it_names(city, counties, dispatcher, biomedicine):
    firms = filed(counties, dispatcher)
    ClusterMembership.objects.create(cluster=biomedicine, enterprise=firms[0])
    facts = {"year": 2021, "source": "示例", "by": dispatcher, "at": NOW}
    set_target(measure="enterprises.entered_four_above_year", place=city, value=Decimal(5), **facts)
    set_target(measure="industry.output_ytd", place=city, value=Decimal(500_000), **facts)
    standing = queries.industry_month(city, NOVEMBER, person=dispatcher)

    circular = draft_industry(standing, office="示例", to="示例", on=date(2021, 12, 8))

    places = {called: place for place in Place.objects.all() for called in (place.name,)} | {"全市": city}
    named = [figure for figure in circular.figures if figure.note.code in MEASURES]
    assert len(named) > 10
    for figure in named:
        measured = MEASURES[figure.note.code].value(Scope(dispatcher, places[figure.place], NOVEMBER))
        assert figure.value == measured, (figure.note.code, figure.place)
    assert {"industry.output_ytd", "industry.output_growth", "industry.margin", "industry.losing_firms"} <= {
        figure.note.code for figure in named
    }


def test_parts_of_the_growth_add_up_to_the_whole(city, counties, dispatcher):
    filed(counties, dispatcher)

    standing = queries.industry_month(city, NOVEMBER, person=dispatcher)

    rate = standing.whole["output"].rate
    assert rate == Decimal("0.1")
    for parts in (
        standing.entries,
        standing.divisions,
        [one.parts["output"] for one in standing.counties if one.parts],
    ):
        assert sum(one.pull for one in parts if one.pull is not None) == pytest.approx(rate)
    assert (standing.due, standing.filed) == (4, 3)


def test_a_firm_that_was_asked_is_quoted(city, counties, dispatcher):
    old, *_others = filed(counties, dispatcher)
    report = UnitReport.objects.get(enterprise=old, month_on=NOVEMBER.first)
    asked = {"report": report, "column": "output.ytd", "vintage_number": 1, "question": "原因？"}
    CellQuery.objects.create(**asked, asked_by=dispatcher, asked_at=NOW, answer="新生产线投产。")

    standing = queries.industry_month(city, NOVEMBER, person=dispatcher)

    assert {row.name: row.reason for row in standing.moved.up} == {"示例老厂": "新生产线投产。", "示例新厂": ""}


def test_a_correction_shows_and_makes_a_second_version_beside_the_first(city, counties, dispatcher):
    firms = filed(counties, dispatcher)
    first = made(city, dispatcher)
    assert list(queries.corrected_since(first)) == []

    form = firm_form()
    report = UnitReport.objects.get(enterprise=firms[0], month_on=NOVEMBER.first)
    file(form, {report: figures(form, output=260_000, output_ytd_last_year=200_000)}, dispatcher, reason="更正")

    assert [place.name for place in queries.corrected_since(first)] == ["正定县"]
    second = made(city, dispatcher)
    texts = [
        "".join(line.text for line in Document(str(path_of(one.word.digest))).paragraphs) for one in (first, second)
    ]
    assert (first.number, second.number, list(queries.corrected_since(second))) == (1, 2, [])
    assert ["增长10.0%" in text for text in texts] == [True, False]
    book = openpyxl.load_workbook(BytesIO(path_of(second.dispatch.digest).read_bytes()))
    assert book.sheetnames == [
        "各县（市、区）规上工业运行情况表",
        "各行业大类规上工业总产值情况表",
        "规上工业总产值增长构成表",
        "本月报所用数据说明",
    ]
    table = book.worksheets[0]
    assert [cell.value for cell in table[4]][:4] == ["全市", 4, 3, 35]
    assert next(filter(None, (row[0].value for row in reversed(list(table))))) == "部门调度数，不作为统计上报依据"


def test_the_report_of_clusters_is_made_from_their_firms(city, counties, dispatcher, biomedicine):
    firms = filed(counties, dispatcher)
    for one in firms[:2]:
        ClusterMembership.objects.create(cluster=biomedicine, enterprise=one)

    standing = queries.clusters_month(city, NOVEMBER, person=dispatcher)

    (cluster,) = standing.clusters
    assert (cluster.revenue.total, cluster.revenue.units) == (290_000, 2)
    assert cluster.distance == 10_000_000 - 290_000
    assert made(city, dispatcher, "clusters").word.name == "石家庄市2021年11月集群月报_第1版.docx"


@pytest.mark.parametrize("kind", ["industry", "clusters"])
def test_a_month_that_was_not_opened_makes_no_report(city, dispatcher, kind):
    with pytest.raises(Refused, match=r"briefing\.no_reports"):
        made(city, dispatcher, kind)

    assert not Briefing.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_gathering_asks_the_same_whatever_there_is(city, counties, dispatcher, django_assert_num_queries, count):
    form = firm_form()
    firms = [firm(place, industry="2710") for place in counties[:count]]
    reports = {report.enterprise_id: report for report in opened(form)}
    file(form, {reports[one.pk]: figures(form) for one in firms}, dispatcher)
    queries.industry_month(city, NOVEMBER, person=dispatcher)

    with django_assert_num_queries(GATHERING):
        queries.industry_month(city, NOVEMBER, person=dispatcher)


def test_the_report_is_made_in_the_background_and_listed(client, city, counties, dispatcher):
    filed(counties, dispatcher)
    client.force_login(dispatcher)
    page = client.get(reverse("briefings:make"), {"kind": "industry", "month": "2021-11"})
    assert (page.context["state"].due, page.context["state"].filed) == (4, 3)
    assert page.context["state"].missing == ("无极县（1）",)

    words = {"office": "示例局", "recipients": "示例市人民政府", "dated_on": "2021-12-08", "month": "2021-11"}
    assert client.post(reverse("briefings:make"), words | {"kind": "industry"}).status_code == 302
    run(job_id=Job.objects.get(kind="briefings.make").pk)

    (made_one,) = client.get(reverse("briefings:briefings")).context["briefings"]
    assert (made_one.kind, made_one.number) == ("industry", 1)
    assert "工业运行月报" in client.get(made_one.get_absolute_url()).text


def test_an_unknown_kind_is_not_found(client, city, dispatcher):
    client.force_login(dispatcher)

    assert client.get(reverse("briefings:make"), {"kind": "weekly"}).status_code == 404
