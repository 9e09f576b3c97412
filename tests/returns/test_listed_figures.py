"""Lists of other offices beside reports: a tax list is handed in, a report is filed, and both figures are told."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse

from tests import make
from tests.enterprises.listing import code, workbook
from tests.returns.industrial import NOVEMBER, figures, file, firm, firm_form, listed, opened
from tici.accounts.models import Role
from tici.core.tasks import run
from tici.enterprises.actions import merge_enterprises
from tici.enterprises.models import ListedFirm, OfficeList
from tici.enterprises.queries import figures_listed

pytestmark = pytest.mark.django_db
HEAD = ("序号", "纳税人名称", "纳税人识别号", "主管税务机关", "注册地址", "行业代码", "增值税申报销售额(万元)")


@pytest.fixture
def county(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return make.place("正定县", within=make.city(), code="130123")


def test_a_tax_list_is_uploaded_and_a_report_that_differs_opens_to_its_row(client, county):
    reporter = make.person(place=county, role=Role.COUNTY_REPORTER)
    enterprise = firm(county, name="示例恒瑞制药有限公司", uscc=code(1))
    client.force_login(reporter)

    book = BytesIO(workbook([[1, enterprise.name, code(1), "正定县", "", "2710", 9000]], head=HEAD))
    book.name = "税务.xlsx"
    given = {"kind": "vat", "place": county.pk, "year": 2021, "through": 11, "file": book}
    client.post(reverse("enterprises:office_list_new"), given)
    run(OfficeList.objects.get().job_id)
    [report] = opened(form := firm_form())
    file(form, {report: figures(form)}, reporter)

    page = client.get(report.get_absolute_url()).text
    assert "营业收入11500万元与增值税申报销售额9000万元相差2500万元" in page.replace(",", "")
    row = ListedFirm.objects.get()
    assert f'href="{row.get_absolute_url()}"' in page
    assert client.get(row.get_absolute_url()).status_code == 200


def test_who_may_not_open_a_list_of_the_city_reads_its_figure_alone(client, county):
    enterprise = firm(county)
    [report] = opened(firm_form())
    of_city = listed(county.parent, enterprise, vat_sales_wan=9000)
    client.force_login(make.person(place=county, role=Role.COUNTY_REPORTER))

    page = client.get(report.get_absolute_url()).text

    assert "增值税开票名单 9,000" in page
    assert of_city.firms.get().get_absolute_url() not in page


def figure(enterprise) -> Decimal | None:
    found = figures_listed(NOVEMBER, [enterprise.pk])["vat"].get(enterprise.pk)
    return found.figure if found else None


def test_the_list_that_came_last_counts(county):
    enterprise = firm(county)
    listed(county, enterprise, vat_sales_wan=9000)
    listed(county, enterprise, vat_sales_wan=9500)

    assert figure(enterprise) == 9500


def test_rows_of_the_same_name_are_added_up_and_those_of_two_names_are_not_compared(county):
    one, other = firm(county), firm(county)
    listed(county, one, one, (other, "甲厂"), (other, "乙厂"), vat_sales_wan=400)

    assert (figure(one), figure(other)) == (800, None)


def test_a_row_of_a_firm_that_was_merged_counts_for_the_one_that_was_kept(county):
    kept, gone = firm(county), firm(county)
    listed(county, gone, vat_sales_wan=700)
    merge_enterprises(kept=kept, gone=gone, reason="同一企业", by=make.person(place=county), at=make.NOW)

    assert figure(kept) == 700


@pytest.mark.parametrize("over", [{"through": 10}, {"vat_sales_wan": None}])
def test_a_list_of_another_month_or_without_figures_says_nothing(county, over):
    enterprise = firm(county)
    listed(county, enterprise, **{"vat_sales_wan": 900} | over)

    assert figure(enterprise) is None


@pytest.mark.parametrize("count", [1, 3])
def test_many_firms_cost_as_many_queries_as_one(county, count, django_assert_num_queries):
    firms = [firm(county) for _ in range(count)]
    listed(county, *firms, vat_sales_wan=900)

    with django_assert_num_queries(3):
        figures_listed(NOVEMBER, [one.pk for one in firms])
