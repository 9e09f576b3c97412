"""Points, slots, copies, themes and masks: what they promise, and the bars on opinions that were not tuned on."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.opinions import corpora
from tici.engines.opinions import duplicates, masking, points, slots, themes

TEXTS = st.text(
    st.sampled_from("我们希望3号线天苑小学改到7点半，。！\n 王秀英13803110000a（）二年级一班"), max_size=120
)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_every_offset_cuts_out_what_is_said_of_it(text):
    for point in points.split(text):
        assert text[point.start : point.end] == point.text
    found = slots.extract(text, corpora.gazetteer())
    for one in (*found.lines, *found.schools, *found.times, *found.shifts):
        assert 0 <= one.start < one.end <= len(text)
    for span in masking.spans(text, use_model=False):
        assert text[span.start : span.end] == span.text


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_mask_keeps_the_length_and_hides_each_span(text):
    spans = masking.spans(text, use_model=False)
    hidden = masking.mask(text, spans)
    assert len(hidden) == len(text)
    outside = [at for at in range(len(text)) if not any(span.start <= at < span.end for span in spans)]
    assert all(hidden[at] == text[at] for at in outside)
    assert masking.mask(hidden, ()) == hidden


@pytest.mark.parametrize("half", ["tuned", "blind"])
def test_lines_schools_and_times_are_found(half):
    scores = corpora.slot_scores(corpora.own(half))

    for field in ("line", "school"):
        precision, recall, _count = scores[field]
        assert precision >= 0.98, field
        assert recall >= 0.95, field
    precision, recall, _count = scores["requested time"]
    assert precision >= 0.85
    assert recall >= 0.75
    assert scores["any time"][1] >= 0.95


def test_a_campaign_is_one_group_and_its_twin_for_another_school_is_another():
    texts, truth = corpora.mixed_corpus()
    found = [slots.extract(text, corpora.gazetteer()) for text in texts]

    grouping = duplicates.group(texts, found)

    wrong, recall = corpora.pair_scores(grouping.groups, truth)
    assert wrong == 0
    assert recall >= 0.94
    campaign = [at for at, one in enumerate(truth) if one >= 10_000]
    assert len({grouping.families[at] for at in campaign}) == 1  # the same words, shown as a weaker link


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_groups_do_not_depend_on_the_order_of_texts(seed):
    texts, _truth = corpora.mixed_corpus(seed=11)
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    found = [slots.extract(text, corpora.gazetteer()) for text in texts]

    one = duplicates.group(texts, found).groups
    other = duplicates.group([texts[at] for at in order], [found[at] for at in order]).groups

    turned = {at: other[place] for place, at in enumerate(order)}
    pairs = {(one[a], turned[a]) for a in range(len(texts))}
    assert len(pairs) == len(set(one)) == len(set(turned.values()))


def test_a_theme_named_by_few_is_suggested_to_the_rest():
    told = corpora.own("tuned") + corpora.own("blind")
    texts, labels = [one["text"] for one in told], [one["theme"] for one in told]

    first, second = corpora.theme_scores(themes.PlainSuggester, texts, labels, 64)

    assert first >= 0.72
    assert second >= 0.88


def test_nothing_is_suggested_before_something_was_learned():
    with pytest.raises(themes.NotFitted):
        themes.PlainSuggester().suggest(["早上太早了"])
    with pytest.raises(ValueError, match="as many labels"):
        themes.PlainSuggester().fit(["早上太早了"], [])


def test_a_threshold_opens_only_where_people_agreed():
    assert themes.auto_threshold([0.9, 0.8, 0.7], [True, True, True]) is None  # three lucky ones prove nothing
    scores = [0.9] * 80 + [0.4] * 40
    assert themes.auto_threshold(scores, [True] * 80 + [False] * 40) == 0.9
    assert themes.auto_threshold(scores, [False] * 120) is None


def test_who_somebody_is_cannot_be_read_from_the_public_words():
    lines = corpora.masking_lines()
    assert len(lines) >= 200

    seen = asked = 0
    for text, secrets in lines:
        hidden = masking.mask(text, masking.spans(text))
        for kind, secret in secrets:
            asked += 1
            seen += (secret[1:] if kind == "person" else secret) in hidden

    assert seen / asked <= 0.02


def test_a_surname_stays_of_a_grown_person_and_nothing_of_a_child():
    text = "我叫王秀英，孩子李子轩在三年级2班，电话13803110000。"
    assert masking.mask(text, masking.spans(text)) == "我叫王**，孩子***在*****，电话***********。"


def test_a_request_is_no_secret():
    text = "希望3号线早上7:15在谈固小区站增加一班，16:50放学也要有车。"
    assert masking.mask(text, masking.spans(text)) == text
