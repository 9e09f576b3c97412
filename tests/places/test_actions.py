"""A tree of places comes in whole or not at all, with every reason said."""

import pytest

from tests import make
from tests.make import NOW, TODAY
from tici.core.models import Record
from tici.core.refusals import Refused
from tici.places import actions
from tici.places.models import Place, PlaceKind

pytestmark = pytest.mark.django_db

OFFICIAL_ORDER = (
    "长安 桥西 新华 矿区 裕华 藁城 鹿泉 栾城 井陉 正定 行唐 灵寿 高邑 深泽 赞皇 无极 平山 元氏 赵县 "
    "辛集 晋州 新乐 高新区 循环化工园区"
)


def take_in(text, encoding="utf-8"):
    return actions.import_places(text.encode(encoding), by="测试", at=NOW)


def reasons(text):
    with pytest.raises(Refused) as refused:
        take_in(text)
    return [(refusal.code, str(refusal.message)) for refusal in refused.value.refusals]


def test_the_demonstration_city_has_its_units_in_official_order():
    imported = actions.load_demonstration_city(by="测试", at=NOW)

    assert (imported.created, imported.changed, imported.unchanged) == (305, 0, 0)
    assert " ".join(Place.objects.county_level().values_list("short_name", flat=True)) == OFFICIAL_ORDER
    assert Place.objects.filter(kind=PlaceKind.TOWNSHIP).count() == 280
    assert Place.objects.get(code="130123100").path == "130100/130123/130123100/"


def test_loading_the_demonstration_city_again_changes_nothing():
    actions.load_demonstration_city(by="测试", at=NOW)
    records = Record.objects.count()

    imported = actions.load_demonstration_city(by="测试", at=NOW)

    assert (imported.created, imported.changed, imported.unchanged) == (0, 0, 305)
    assert Record.objects.count() == records


def test_the_demonstration_city_costs_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        actions.load_demonstration_city(by="测试", at=NOW)


def test_another_city_comes_from_a_list_in_chinese_saved_by_excel():
    take_in("区划代码,名称,上级代码\n640100,银川市,640000\n640104,兴庆区,640100\n640181,灵武市,\n\n,,\n", "gb18030")

    assert list(Place.objects.values_list("code", "short_name", "kind", "path")) == [
        ("640100", "银川", "city", "640100/"),
        ("640104", "兴庆", "district", "640100/640104/"),
        ("640181", "灵武", "county_city", "640100/640181/"),
    ]


def test_parents_may_stand_below_their_children_in_the_file():
    take_in("code,name\n130123100,正定镇\n130123,正定县\n130100,石家庄市\n")

    assert Place.objects.get(code="130123100").path == "130100/130123/130123100/"


def test_every_wrong_row_is_named_at_once_and_nothing_is_taken_in():
    text = (
        "code,name,kind,parent\n"
        "130100,石家庄市,,\n"
        "13010,长安区,,130100\n"
        "130123,正定县,,130100\n"
        "130123,正定县,,130100\n"
        "130125,,,130100\n"
        "130126,灵寿县,镇,130100\n"
        "130127,高邑县,,139900\n"
    )

    assert reasons(text) == [
        ("places.code", "第3行：区划代码“13010”不对。县级及以上为6位数字，乡镇街道为9位或12位。"),
        ("places.duplicate", "第5行：区划代码130123与第4行重复。请删去一行，或改正代码。"),
        ("places.name", "第6行：没有名称。请填写地区名称。"),
        ("places.kind", "第7行：类别“镇”不认识。可填：省、市、市辖区、县、县级市、园区、乡镇街道，或留空。"),
        ("places.parent", "第8行：上级代码139900不在文件中，也不在已有地区中。请补上该地区，或改正代码。"),
    ]
    assert not Place.objects.exists()
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "places.columns"),
        ("代码,人口\n130100,1\n".encode(), "places.columns"),
        (b"code,name\n", "places.empty"),
        (b"\xff\xfe\x00\x81\x81\xff\xff", "places.encoding"),
        (b"code,name,parent\n130123,a,130125\n130125,b,130123\n", "places.ring"),
    ],
)
def test_a_file_that_is_no_tree_gets_a_sentence(content, code):
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        actions.import_places(content, by="测试", at=NOW)


def test_a_new_name_is_taken_over_and_recorded():
    take_in("code,name\n130100,石家庄市\n130130,无极县\n")

    imported = take_in("code,name\n130130,无极市\n")

    assert (imported.created, imported.changed, imported.unchanged) == (0, 1, 0)
    assert Record.objects.order_by("-pk")[0].old == {"name": "无极县", "kind": "county"}
    assert Place.objects.get(code="130130").short_name == "无极"


def test_a_place_is_not_moved_by_a_file():
    take_in("code,name\n130100,石家庄市\n130600,保定市\n130123,正定县\n")

    assert [code for code, _ in reasons("code,name,parent\n130123,正定县,130600\n")] == ["places.moved"]


def test_departments_and_posts_are_added_once_a_place():
    county, other = make.place("正定县"), make.place("行唐县")
    actions.add_department(place=county, name="发展和改革局", by="测试", at=NOW)
    actions.add_department(place=other, name="发展和改革局", by="测试", at=NOW)
    actions.add_post(place=county, title="常务副县长", by="测试", at=NOW)

    with pytest.raises(Refused, match=r"department\.taken"):
        actions.add_department(place=county, name="发展和改革局", by="测试", at=NOW)
    with pytest.raises(Refused, match=r"post\.taken"):
        actions.add_post(place=county, title="常务副县长", by="测试", at=NOW)

    assert list(Record.objects.order_by("pk").values_list("what", flat=True)) == [
        "department.added",
        "department.added",
        "post.added",
    ]


def test_a_department_is_removed_and_added_again():
    county = make.place("正定县")
    department = make.department(place=county, name="发展和改革局")

    actions.remove_department(department=department, by="测试", at=NOW)
    actions.add_department(place=county, name="发展和改革局", by="测试", at=NOW)

    assert [one.name for one in county.departments.all()] == ["发展和改革局"]
    assert list(Record.objects.order_by("pk").values_list("what", "old")) == [
        ("department.removed", {"place": county.code, "name": "发展和改革局"}),
        ("department.added", {"place": None, "name": None}),
    ]


def test_a_post_is_vacated_and_filled_again():
    post = make.post(place=make.place())

    actions.vacate_post(post=post, on=TODAY, by="测试", at=NOW)
    with pytest.raises(Refused, match=r"post\.vacant"):
        actions.vacate_post(post=post, on=TODAY, by="测试", at=NOW)
    actions.fill_post(post=post, by="测试", at=NOW)
    with pytest.raises(Refused, match=r"post\.filled"):
        actions.fill_post(post=post, by="测试", at=NOW)

    assert list(Record.objects.order_by("pk").values_list("what", "old", "new")) == [
        ("post.vacated", {"vacated_on": None}, {"vacated_on": "2021-12-06"}),
        ("post.filled", {"vacated_on": "2021-12-06"}, {"vacated_on": None}),
    ]
