import pytest

from tests import make
from tici.enterprises.actions import Identity, identify_enterprises
from tici.enterprises.models import Enterprise
from tici.enterprises.rules import against_credit_code

CODE = "91110108551385082Q"


@pytest.mark.parametrize(
    ("code", "refused"),
    [("", []), (CODE, []), ("91110108551385082A", ["enterprise.uscc"]), ("9111", ["enterprise.uscc"])],
)
def test_a_credit_code_needs_its_check_digit(code, refused):
    assert [refusal.code for refusal in against_credit_code(code)] == refused


@pytest.mark.django_db
def test_an_enterprise_named_twice_is_entered_once():
    place = make.place()

    found = identify_enterprises(
        [Identity(place.pk, "示例 企业"), Identity(place.pk, ""), Identity(place.pk, " 示例  企业 ")]
    )

    assert found == [Enterprise.objects.get().pk, None, Enterprise.objects.get().pk]


@pytest.mark.django_db
def test_a_credit_code_decides_wherever_the_enterprise_is():
    city = make.city()
    here, there = make.place(within=city), make.place(within=city)
    known = make.enterprise(place=there, name="示例企业", uscc=CODE)

    assert identify_enterprises([Identity(here.pk, "示例企业有限公司", CODE.lower())]) == [known.pk]


@pytest.mark.django_db
def test_the_same_name_in_two_places_is_two_enterprises():
    city = make.city()
    here, there = make.place(within=city), make.place(within=city)

    found = identify_enterprises([Identity(here.pk, "示例企业"), Identity(there.pk, "示例企业")])

    assert len(set(found)) == Enterprise.objects.count() == 2


@pytest.mark.django_db
def test_an_enterprise_known_by_name_learns_its_code_and_a_wrong_code_is_passed_over():
    place = make.place()
    known = make.enterprise(place=place, name="示例企业")

    wrong = identify_enterprises([Identity(place.pk, "示例企业", "91110108551385082A")])
    right = identify_enterprises([Identity(place.pk, "示例企业", CODE)])

    known.refresh_from_db()
    assert (wrong, right, known.uscc) == ([known.pk], [known.pk], CODE)


@pytest.mark.django_db
def test_one_name_under_two_codes_is_two_enterprises():
    place = make.place()
    known = make.enterprise(place=place, name="示例企业", uscc=CODE)

    [found] = identify_enterprises([Identity(place.pk, "示例企业", "91350100M000100Y43")])

    assert found != known.pk
    assert Enterprise.objects.count() == 2
