import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import make
from tests.enterprises.listing import code, hand_in, matched, of, row, workbook
from tici.accounts.models import Role
from tici.core.tasks import run
from tici.enterprises.models import OfficeList

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path


@pytest.fixture
def county():
    return make.place("正定县", within=make.city(), code="130123")


@pytest.fixture
def officer(county, client):
    person = make.person(place=county)
    client.force_login(person)
    return person


def names(response):
    return [row["name"] for row in response.context["listing"].rows]


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_database_the_same_number_of_times(client, django_assert_num_queries, county, officer, count):
    for number in range(count):
        hand_in(workbook([row(number, "示例甲厂")]), place=county, by=officer, name=f"{number}.xlsx")

    with django_assert_num_queries(8):
        response = client.get(reverse("enterprises:office_lists"))

    assert len(names(response)) == count


@pytest.mark.parametrize("tab", ["matched", "desk", "leads", "missing"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_database_the_same_number_of_times(
    client, django_assert_num_queries, county, officer, count, tab
):
    rows = []
    for number in range(1, count + 1):
        make.enterprise(place=county, name=f"示例{'甲乙丙'[number - 1]}制药有限公司", uscc=code(number))
        rows.append(row(number, f"示例{'甲乙丙'[number - 1]}制药有限公司", uscc=code(number), wan=100))
        rows.append(row(number, f"示例{'东西南'[number - 1]}渔具厂", uscc=code(number + 10), wan=3000))
    kept = matched(workbook(rows), place=county, by=officer)
    expected = {"matched": count, "desk": 0, "leads": count, "missing": count}[tab]

    # An empty tab has no rows to look up; that of the missing counts those nobody has put into the pool.
    with django_assert_num_queries((11 if expected else 10) + (tab == "missing")):
        response = client.get(kept.get_absolute_url(), {"tab": tab})

    assert len(names(response)) == expected


def test_a_list_is_handed_in_on_a_page_and_refused_beside_its_field(client, county, officer):
    url = reverse("enterprises:office_list_new")
    said = {"kind": "vat", "place": county.pk, "year": 2020, "through": 12}

    taken = client.post(url, said | {"file": SimpleUploadedFile("开票.xlsx", workbook([row(1, "示例甲厂")]))})
    refused = client.post(url, said | {"file": SimpleUploadedFile("空.xlsx", b"")})

    made = OfficeList.objects.get()
    assert (taken.status_code, taken["Location"], made.kind) == (302, made.get_absolute_url(), "vat")
    assert refused.status_code == 422
    assert refused.context["form"].errors["file"] == ["“空.xlsx”是空的。请核对后重新上传。"]


def test_the_page_of_a_waiting_list_asks_again_until_it_is_matched(client, county, officer):
    made = hand_in(workbook([row(1, "示例甲厂")]), place=county, by=officer)

    page = client.get(made.get_absolute_url())
    url = f"{made.get_absolute_url()}?progress=1"
    waiting = client.get(url, headers={"HX-Request": "true"})
    run(made.job_id)
    done = client.get(url, headers={"HX-Request": "true"})

    assert "可以离开本页" in page.text
    assert "every 1s" in waiting.text
    assert "查看结果" in done.text
    assert [one for one in (waiting.text, done.text) if "<html" in one] == []
    assert "every 1s" not in done.text


def test_the_desk_shows_reasons_and_a_decision_leads_to_the_next_row(client, county, officer):
    firm = make.enterprise(place=county, name="示例恒瑞制药有限公司", uscc=code(1))
    rows = [row(1, firm.name, uscc=code(1)), row(2, "示例大同饲料有限公司", uscc=code(1))]
    kept = matched(workbook(rows), place=county, by=officer)
    waiting = of(kept, "示例大同饲料有限公司")

    page = client.get(waiting.get_absolute_url())
    answer = client.post(waiting.get_absolute_url(), {"enterprise": 0, "reason": "另一家"})

    assert "统一社会信用代码相同" in page.text
    assert "一个代码多个名称" in page.text
    assert answer["Location"] == kept.get_absolute_url()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("lead", "另一家")


def test_an_unreadable_decision_changes_nothing(client, county, officer):
    kept = matched(workbook([row(1, "示例远洋渔具厂")]), place=county, by=officer)
    found = of(kept, "示例远洋渔具厂")

    assert client.post(found.get_absolute_url(), {"enterprise": "x"}).status_code == 422
    assert client.post(found.get_absolute_url(), {"enterprise": 10**9}).status_code == 404
    assert of(kept, found.name).decided_by is None


def test_the_rows_are_taken_away_as_they_are_seen(client, county, officer):
    kept = matched(workbook([row(1, "示例远洋渔具厂", wan=3000)]), place=county, by=officer)

    answer = client.get(kept.get_absolute_url(), {"tab": "missing", "as": "csv"})

    assert "示例远洋渔具厂" in answer.getvalue().decode()


def test_a_list_is_not_there_for_another_county(client, county, officer):
    kept = matched(workbook([row(1, "示例远洋渔具厂")]), place=county, by=officer)
    client.force_login(make.person(place=make.place("赵县", within=county.parent), role=Role.COUNTY_REPORTER))

    assert client.get(kept.get_absolute_url()).status_code == 404
    assert client.get(of(kept, "示例远洋渔具厂").get_absolute_url()).status_code == 404


def test_a_list_is_removed_on_a_page_once_its_name_is_typed(client, county, officer):
    kept = matched(workbook([row(1, "示例远洋渔具厂")]), place=county, by=officer)
    url = reverse("enterprises:office_list_remove", args=[kept.pk])

    assert client.post(url, {"typed": "名单", "reason": "传错"}).status_code == 422
    assert client.post(url, {"typed": "名单.xlsx", "reason": "传错"}).status_code == 302
    assert not OfficeList.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.DISPATCHER, 200), (Role.LEADER, 404)])
def test_the_cell_of_a_list_opens_for_those_who_keep_the_register(client, county, officer, role, status):
    kept = matched(workbook([row(1, "示例远洋渔具厂", wan=3000)]), place=county, by=officer)
    client.force_login(make.person(place=county, role=role))

    answer = client.get(reverse("desk:cell", args=[kept.upload.digest]), {"sheet": "名单", "cell": "G4"})

    assert answer.status_code == status


def test_a_search_stays_in_its_tab(client, county, officer):
    rows = [row(1, "示例远洋渔具厂", wan=3000), row(2, "示例近海渔网厂", wan=10)]
    kept = matched(workbook(rows), place=county, by=officer)

    answer = client.get(kept.get_absolute_url(), {"tab": "leads", "q": "近海"})

    assert names(answer) == ["示例近海渔网厂"]
    assert '<input type="hidden" name="tab" value="leads">' in answer.text
