"""Who is who: laws of matching, then what an office means by them."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.lists import credit_code
from tests.engines.linkage import code, generated, rows
from tici.engines.linkage import BadFrame, Cancelled, Flag, Outcome, Progress, Settings, Stage, match, match_shards
from tici.engines.linkage.comparing import together
from tici.engines.linkage.matching import WholeRegister, places_of
from tici.engines.linkage.preparing import checked, prepare
from tici.engines.linkage.shards import count_shard, pairs_of_shard

law = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SETTINGS = Settings(rows_at_once=400)
# Firms whose names share no more than a character or two.
STRANGERS = [
    "示例恒泰纺织",
    "示例远航物流",
    "示例金穗饲料",
    "示例康宁制药",
    "示例创锐电子",
    "示例永固建材",
    "示例云帆传媒",
    "示例青禾种业",
]
WRITTEN = st.lists(st.sampled_from(STRANGERS), min_size=1, max_size=6, unique=True)
FORMS = st.sampled_from(["有限公司", "有限责任公司", "股份有限公司"])


def _firm(name: str, number: int, **facts: object) -> dict[str, object]:
    return {"name": f"石家庄{name}有限公司", "code": code(number), "place": "石家庄", **facts}


REGISTER = rows(*(_firm(name, number) for number, name in enumerate(STRANGERS)))


def _outcome(matching, record: int = 0) -> tuple[Outcome, int | None]:
    verdict = matching.verdict(record)
    return verdict.outcome, verdict.firm


@law
@given(WRITTEN, FORMS)
def test_a_record_equal_to_a_row_of_the_register_is_that_firm(names, form):
    register = rows(*({"name": f"唐山{name}{form}", "place": "唐山"} for name in names))

    matching = match(register, register)

    assert matching.results["firm"].to_list() == list(range(len(names)))


@law
@given(WRITTEN, st.integers(0, 7))
def test_an_equal_code_always_wins(names, number):
    records = rows(*({"name": f"示例{name}公司", "code": code(number)} for name in names[:1]))

    assert _outcome(match(records, REGISTER)) == (Outcome.MATCHED, number)


@pytest.mark.parametrize("namesakes", [2, 3, 4, 5])
def test_a_name_that_several_firms_bear_waits_for_a_person(namesakes):
    alike = rows(*({"name": "示例康宁制药有限公司", "code": code(20 + at)} for at in range(namesakes)))

    outcome, firm = _outcome(match(rows({"name": "示例康宁制药有限公司"}), alike))

    assert (outcome, firm) == (Outcome.UNCERTAIN, None)


@law
@given(st.integers(0, 7), st.text("示例恒华泰纺织物流饲料", min_size=2, max_size=8))
def test_another_row_of_the_register_never_turns_a_match_by_code(number, name):
    stranger = rows(_firm(name, 99)).with_columns(key=pl.lit(500, pl.Int64))
    records = rows({"name": f"{name}有限公司", "code": code(number)})

    assert _outcome(match(records, pl.concat([REGISTER, stranger]))) == (Outcome.MATCHED, number)


def test_the_order_of_rows_changes_nothing():
    lists = generated()
    backwards = match(lists.records.reverse(), lists.register.sample(fraction=1, shuffle=True, seed=3), SETTINGS)

    straight = match(lists.records, lists.register, SETTINGS)

    assert backwards.results.equals(straight.results)
    assert backwards.candidates.equals(straight.candidates)


def test_parts_of_a_register_together_find_what_the_whole_finds():
    lists = generated()
    parts = lists.register.with_columns(province=pl.col("place").hash(1) % 4).partition_by("province")

    sharded = match_shards(lists.records, parts, SETTINGS, processes=2)

    whole = match(lists.records, lists.register, SETTINGS)
    assert sharded.results.equals(whole.results)
    assert sharded.candidates.equals(whole.candidates)


def test_pairs_of_a_part_need_nothing_but_frames():
    lists = generated()
    records, register = checked(lists.records), checked(lists.register)
    places = places_of(records, register, SETTINGS)
    parts = [register[:700], register[700:]]
    census = count_shard(parts[0], places) + count_shard(parts[1], places)
    asked = prepare(records.head(300), places)

    found = together([pairs_of_shard(asked, part, places, census) for part in parts])

    assert found.equals(WholeRegister(register, places).pairs(asked))


def test_how_many_records_are_judged_at_once_changes_nothing():
    lists = generated()

    few, all_at_once = (match(lists.records, lists.register, Settings(rows_at_once=rows)) for rows in (100, 10_000))

    assert few.results.equals(all_at_once.results)


def test_probabilities_are_shares_and_those_of_a_record_add_up_to_one_at_most():
    lists = generated()
    matching = match(lists.records, lists.register, SETTINGS)
    sums = matching.candidates.group_by("record").agg(pl.col("probability").sum())["probability"]

    assert matching.results["probability"].is_between(0, 1).all()
    assert (sums <= 1 + 1e-9).all()


def test_generated_lists_are_matched_rightly():
    lists = generated(12_000, 11)

    found = match(lists.records, lists.register)

    truth = pl.Series(lists.truth)
    taken = found.results["outcome"] == Outcome.MATCHED
    right = (found.results["firm"] == truth).fill_null(False)
    leads = found.results["outcome"] == Outcome.LEAD
    assert found.is_learnt
    assert right.filter(taken).mean() >= 0.995
    assert (right & taken).sum() / (truth >= 0).sum() >= 0.9
    assert (leads & (truth < 0)).sum() / (truth < 0).sum() >= 0.97
    assert ((truth < 0) & leads).sum() / leads.sum() >= 0.92


def test_lists_that_give_no_telephone_numbers_teach_as_well():
    lists = generated()

    found = match(lists.records.drop("phone", "place"), lists.register.drop("phone", "place"), SETTINGS)

    assert found.is_learnt
    assert found.count(Outcome.MATCHED) > 0


def test_a_renamed_firm_is_found_by_its_former_name():
    register = rows(*REGISTER.drop("key").to_dicts(), _firm("示例新光医药", 50, former=["石家庄市示例星火化工厂"]))
    records = rows({"name": "石家庄示例星火化工厂", "place": "石家庄"})

    verdict = match(records, register).verdict(0)

    assert verdict.candidates[0].firm == len(STRANGERS)
    assert ("former_name", "石家庄市示例星火化工厂") in [(r.code, r.text) for r in verdict.candidates[0].reasons]
    assert verdict.outcome is Outcome.MATCHED


def test_a_group_and_its_subsidiary_are_not_merged():
    register = rows(*REGISTER.drop("key").to_dicts(), _firm("示例四方药业集团", 51))
    records = rows({"name": "石家庄示例四方药业有限公司", "place": "石家庄"})

    verdict = match(records, register).verdict(0)

    assert verdict.outcome is not Outcome.MATCHED
    assert verdict.candidates[0].firm == len(STRANGERS)
    assert "group" in [reason.code for reason in verdict.candidates[0].reasons]


def test_a_branch_is_not_its_firm():
    records = rows({"name": "石家庄示例康宁制药有限公司第一分公司", "place": "石家庄"})

    assert match(records, REGISTER).verdict(0).outcome is not Outcome.MATCHED


def test_two_firms_under_one_code_go_to_the_desk():
    records = rows({"name": "示例天工机械", "code": code(3)}, {"name": "示例百味餐饮", "code": code(3)})

    matching = match(records, REGISTER)

    assert [_outcome(matching, record) for record in (0, 1)] == [(Outcome.UNCERTAIN, None)] * 2
    assert matching.verdict(0).flags == (Flag.CODE_SHARED,)


def test_of_two_firms_under_one_code_the_one_the_register_names_is_that_firm():
    records = rows(
        {"name": f"石家庄{STRANGERS[3]}有限公司", "code": code(3)}, {"name": "示例百味餐饮", "code": code(3)}
    )

    matching = match(records, REGISTER)

    assert [_outcome(matching, record) for record in (0, 1)] == [(Outcome.MATCHED, 3), (Outcome.UNCERTAIN, None)]


def test_a_code_that_the_register_holds_twice_goes_to_the_desk():
    register = rows(_firm("示例恒泰纺织", 1), _firm("示例远航物流", 1))

    verdict = match(rows({"name": "石家庄示例恒泰纺织有限公司", "code": code(1)}), register).verdict(0)

    assert (verdict.outcome, verdict.flags) == (Outcome.UNCERTAIN, (Flag.CODE_REPEATED,))
    assert {candidate.firm for candidate in verdict.candidates} == {0, 1}


def test_one_firm_under_three_names_is_one_firm_and_said_to_be():
    names = ["石家庄示例康宁制药有限公司", "石家庄市示例康宁制药有限责任公司", "示例康寧製藥"]
    records = rows(*({"name": name, "place": "石家庄"} for name in names))

    matching = match(records, REGISTER)

    assert [_outcome(matching, record) for record in range(3)] == [(Outcome.MATCHED, 3)] * 3
    assert [matching.verdict(record).flags for record in range(3)] == [(Flag.FIRM_SHARED,)] * 3


def test_another_sound_code_keeps_an_equal_name_from_being_taken():
    records = rows({"name": "石家庄示例康宁制药有限公司", "place": "石家庄", "code": code(77)})

    verdict = match(records, REGISTER).verdict(0)

    assert verdict.outcome is not Outcome.MATCHED
    assert verdict.candidates[0].reasons[0].code == "codes_differ"


def test_a_code_turned_into_a_figure_still_speaks_for_its_firm():
    whole = next(found for n in range(100) if (found := credit_code(f"911301001234567{n:02d}")).isdigit())
    register = rows(*REGISTER.drop("key").to_dicts(), _firm("示例四方药业", 0) | {"code": whole})
    records = rows({"name": "示例四方药", "code": f"{whole[0]}.{whole[1:15]}E+17"})

    verdict = match(records, register).verdict(0)

    assert verdict.candidates[0].firm == len(STRANGERS)
    assert verdict.candidates[0].reasons[0].code == "code_nearly_equal"


def test_a_stranger_is_a_lead():
    verdict = match(rows({"name": "石家庄示例玄武岩矿业有限公司", "place": "石家庄"}), REGISTER).verdict(0)

    assert (verdict.outcome, verdict.firm) == (Outcome.LEAD, None)


def test_reasons_say_what_agrees():
    register = rows(
        {"name": "石家庄示例恒泰纺织有限公司", "address": "建设路12号", "phone": "10012345678", "place": "石家庄"}
    )
    records = rows(
        {"name": "石家庄市示例横泰纺织", "address": "建设路12号", "phone": "10012345678", "place": "石家庄市"}
    )

    (candidate,) = match(records, register).verdict(0).candidates

    assert [reason.code for reason in candidate.reasons] == [
        "sounds_alike",
        "phone_equal",
        "address_equal",
        "place_equal",
    ]


@pytest.mark.parametrize(("records", "register"), [(0, 8), (1, 0), (0, 0)])
def test_empty_lists_are_lists(records, register):
    matching = match(rows(*[{"name": "示例"}][:records]), REGISTER.head(register))

    assert matching.results["outcome"].to_list() == [Outcome.LEAD] * records


def test_a_record_without_a_name_or_anything_is_a_lead():
    assert match(rows({"name": None}, {"name": "( )"}), REGISTER).count(Outcome.LEAD) == 2


def test_a_list_without_keys_or_names_is_refused():
    with pytest.raises(BadFrame, match="key and name"):
        match(REGISTER.drop("key"), REGISTER)
    with pytest.raises(BadFrame, match="key of its own"):
        match(pl.concat([REGISTER, REGISTER]), REGISTER)


def test_progress_is_told_and_a_matching_can_be_stopped():
    lists, steps = generated(), []

    def tell(step: Progress) -> None:
        steps.append(step)

    with pytest.raises(Cancelled):
        match(lists.records, lists.register, SETTINGS, tell=tell, is_cancelled=lambda: len(steps) == 6)

    assert [step.stage for step in steps[:4]] == [Stage.PREPARING, Stage.PREPARING, Stage.LEARNING, Stage.LEARNING]
    assert [step.done for step in steps[4:]] == [0, 400]
