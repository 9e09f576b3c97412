"""One form for each name, code, address and number, however an office writes it."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.lists import wide
from tests.engines.linkage import code
from tici.engines.linkage.addresses import bare_phones, read_addresses
from tici.engines.linkage.characters import mapped, neighbours, plain, simplified, sounds
from tici.engines.linkage.codes import CodeKind, read_codes
from tici.engines.linkage.names import places_in, taken_apart
from tici.engines.linkage.persons import looks_like_persons

law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = places_in(pl.Series(["石家庄市正定县", "唐山"]))
NAMES = st.text(
    st.sampled_from("石家庄市唐山河北省恒泰华药贸易科技有限责任公司集团股份(北京)A1b"), min_size=1, max_size=16
)


def _one(name: str) -> dict[str, object]:
    return taken_apart(pl.Series([name]), PLACES).row(0, named=True)


@law
@given(NAMES, st.integers(0, 16))
def test_width_blanks_and_case_change_nothing_of_a_name(name, at):
    written = [wide(name), name[:at] + " \u3000" + name[at:], name.lower(), "\ufeff" + name]

    assert [_one(other) for other in written] == [_one(name)] * len(written)


@law
@given(st.text("聯華龍東實業貿醫藥國際廣電機械", min_size=1, max_size=8))
def test_traditional_characters_are_read_as_simplified_ones(name):
    assert _one(name) == _one(plain(pl.Series([name]))[0])
    assert "聯" not in _one(name)["name"]


@law
@given(NAMES)
def test_one_form_is_kept_when_brought_to_one_form_again(name):
    once = plain(pl.Series([name]))

    assert plain(once).to_list() == once.to_list()


@law
@given(NAMES)
def test_something_is_left_of_every_name(name):
    found = _one(name)

    assert found["core"] or not found["name"].strip("()")


@pytest.mark.parametrize(
    "name",
    [
        "河北省石家庄市示例商贸有限公司",
        "石家庄示例商贸有限责任公司",
        "示例商贸(石家庄)有限公司",
        "示例商貿",
        "正定县示例商贸有限公司",
    ],
)
def test_places_and_legal_forms_are_no_part_of_the_core(name):
    assert _one(name)["core"] == "示例商贸"


def test_a_district_without_its_ending_may_be_a_brand():
    places = places_in(pl.Series(["石家庄市新华区"]))
    cores = taken_apart(pl.Series(["新华区示例药业有限公司", "石家庄新华示例药业有限公司"]), places)["core"]

    assert cores.to_list() == ["示例药业", "新华示例药业"]


def test_groups_and_branches_are_marked():
    found = taken_apart(pl.Series(["示例集团有限公司", "示例有限公司石家庄分公司", "示例有限公司"]), PLACES)

    assert found["is_group"].to_list() == [True, False, False]
    assert found["is_branch"].to_list() == [False, True, False]


def test_nothing_comes_of_an_empty_column():
    nothing = pl.Series([], dtype=pl.String)

    assert plain(nothing).to_list() == []
    assert mapped(nothing, simplified()).to_list() == []
    assert [part.tolist() for part in neighbours(nothing)] == [[], []]


@law
@given(st.lists(st.text("甲乙丙丁", max_size=5), max_size=6))
def test_a_text_has_as_many_pairs_of_neighbours_as_characters(texts):
    of, _pair = neighbours(pl.Series(texts, dtype=pl.String))

    assert of.tolist() == [number for number, text in enumerate(texts) for _character in text]


def test_characters_of_one_sound_become_one():
    assert mapped(pl.Series(["恒泰", "横太", "A1"]), sounds()).n_unique() == 2


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (code(1), CodeKind.CREDIT),
        (f"’{code(1).lower()} ", CodeKind.CREDIT),
        (wide(code(1)), CodeKind.CREDIT),
        (code(1).replace("0", "O"), CodeKind.CREDIT),
        (code(1)[:-1] + ("1" if code(1)[-1] == "0" else "0"), CodeKind.FAULTY),
        ("9.1130100123457E+17", CodeKind.SCIENTIFIC),
        ("130100000012345", CodeKind.OLD),
        ("", CodeKind.NONE),
        (None, CodeKind.NONE),
        ("无", CodeKind.NONE),
    ],
)
def test_a_code_says_what_it_is(written, kind):
    assert read_codes(pl.Series([written], dtype=pl.String))["kind"].to_list() == [kind]


# GB 11714's own example of a code and its check character: D2143569X.
@pytest.mark.parametrize("written", ["D2143569-X", "130100D2143569X"])
def test_an_organisation_code_is_found_alone_and_in_an_old_tax_number(written):
    found = read_codes(pl.Series([written])).row(0, named=True)

    assert (found["kind"], found["organisation"], found["code"]) == (CodeKind.ORGANISATION, "D2143569X", "")


def test_two_ways_of_writing_an_address_name_one_building():
    written = ["河北省石家庄市长安区建设路12号3楼", "长安区建设路 12", "石家庄市建设路12号"]

    assert read_addresses(pl.Series(written))["building"].n_unique() == 1


def test_a_telephone_number_is_its_digits():
    assert bare_phones(pl.Series(["+86 100-1234-5678", "10012345678", "12", None])).to_list() == [
        "10012345678",
        "10012345678",
        "",
        "",
    ]


def test_a_list_of_persons_is_known_by_names():
    persons, firms = ["张某甲", "李某", "王某某"], ["示例商贸有限公司", "李记示例店", "示例厂"]

    assert looks_like_persons(pl.Series([*persons, firms[0]]))
    assert not looks_like_persons(pl.Series([persons[0], *firms]))
    assert not looks_like_persons(pl.Series([], dtype=pl.String))


def test_a_list_of_persons_is_known_by_identity_numbers():
    # 示例: a place that does not exist.
    assert looks_like_persons(pl.Series(["某人甲", "某人乙"]), pl.Series(["199999199001011234", None]))
    assert not looks_like_persons(pl.Series(["示例公司"]), pl.Series([code(1)]))
