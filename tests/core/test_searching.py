import pytest

from tests import make
from tici.core.searching import initials, matching, searchable
from tici.projects.models import Project


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("长安区增长极", "caqzzj"),
        ("石家庄重组蛋白生产线", "sjzczdbscx"),
        ("5G基站(二期)", "5gjzeq"),
        ("科林银行", "klyh"),
        ("", ""),
    ],
)
def test_a_character_of_several_readings_is_read_as_its_word_is(name, letters):
    assert initials(name) == letters


def test_the_search_text_holds_every_part_and_the_initials_of_the_first():
    assert searchable("重组蛋白", "", "示例企业(医药)") == "重组蛋白 示例企业(医药) czdb"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("蛋白", ["重组蛋白生产线"]),
        ("CZDB", ["重组蛋白生产线"]),
        ("示例 空间", ["溪颜空间"]),
        ("线", ["重组蛋白生产线"]),
        ("白蛋", []),
        ("%", []),
        ("__", []),
        ("\\", []),
        ("100%", ["溪颜空间100%产能"]),
        ("'; drop", []),
    ],
)
def test_every_word_must_be_found_as_it_is_written(words, found):
    place = make.place()
    names = ["重组蛋白生产线", "溪颜空间100%产能" if "100" in words else "溪颜空间"]
    for name in names:
        make.project(place=place, name=name, search_text=searchable(name, "", "示例企业"))

    assert list(matching(Project.objects.all(), words).values_list("name", flat=True)) == found


@pytest.mark.django_db
def test_the_pairs_follow_the_text_by_themselves():
    project = make.project(place=make.place(), search_text="溪颜空间")

    Project.objects.filter(pk=project.pk).update(search_text="重组蛋白")

    assert [matching(Project.objects.all(), word).count() for word in ("溪颜", "重组")] == [0, 1]
