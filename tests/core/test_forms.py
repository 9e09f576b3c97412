"""What every form asks of a day, and the sentences in which it says no."""

from datetime import timedelta

import pytest
from django import forms
from django.utils import timezone, translation

from tici.core.forms import Day, PastDay

FUTURE = "日期在今天之后。请填写已发生的日期。"
FAR_PAST = "日期早于1949年10月1日。请核对年份。"
FAR_AHEAD = "日期在30年之后。请核对年份。"


class Noted(forms.Form):
    seen_on = PastDay(required=False)
    planned_on = Day(required=False)


def said(**typed):
    return {name: list(errors) for name, errors in Noted(typed).errors.items()}


def test_what_has_happened_lies_not_after_today():
    today = timezone.localdate()

    assert said(seen_on=today.isoformat()) == {}
    assert said(seen_on=(today + timedelta(days=1)).isoformat()) == {"seen_on": [FUTURE]}


def test_a_plan_may_lie_ahead():
    ahead = timezone.localdate().replace(day=1) + timedelta(days=3 * 365)

    assert said(planned_on=ahead.isoformat()) == {}


@pytest.mark.parametrize(
    ("day", "sentence"), [("1021-03-01", FAR_PAST), ("1949-09-30", FAR_PAST), ("9999-12-31", FAR_AHEAD)]
)
def test_a_year_that_can_only_be_a_slip_is_asked_about(day, sentence):
    assert said(planned_on=day) == {"planned_on": [sentence]}


def test_the_first_day_of_the_republic_is_a_day():
    assert said(seen_on="1949-10-01", planned_on="1949-10-01") == {}


class Asked(forms.Form):
    title = forms.CharField(max_length=4)
    people = forms.IntegerField(min_value=1, max_value=9)
    invested_wan = forms.DecimalField(max_digits=6, decimal_places=2)
    kind = forms.ChoiceField(choices=[("old", "旧"), ("new", "新")])
    begins_at = forms.TimeField()
    seen_on = PastDay()
    code = forms.SlugField()
    paper = forms.FileField()


REFUSED = [
    ({}, "title", "未填写。请填写此项。", "Left empty. Fill it in."),
    ({}, "kind", "未选择。请选择一项。", "Nothing is chosen. Choose one."),
    ({}, "paper", "未选择文件。请选择要上传的文件。", "No file is chosen. Choose the file to upload."),
    ({"title": "五个字长了"}, "title", "有5个字，最多4个。请缩短。", "5 characters, at most 4. Shorten it."),
    (
        {"people": "多"}, "people", "不是整数。请只填整数，如12。",
        "Not a whole number. Enter a whole number such as 12.",
    ),
    (
        {"people": "0"}, "people", "小于1。请填写不小于1的数。", "Less than 1. Enter a number of at least 1.",
    ),
    (
        {"people": "10"}, "people", "大于9。请填写不大于9的数。", "More than 9. Enter a number of at most 9.",
    ),
    (
        {"invested_wan": "0.125"}, "invested_wan", "小数超过2位。请四舍五入到2位小数。",
        "More than 2 decimals. Round it to 2 decimals.",
    ),
    (
        {"kind": "other"}, "kind", "没有这个选项，或已不可选。请从列表中重新选择。",
        "There is no such choice, or no longer. Choose again from the list.",
    ),
    (
        {"begins_at": "早上"}, "begins_at", "时间无法识别。请按08:30的样式填写。",
        "The time cannot be read. Write it as 08:30.",
    ),
    (
        {"seen_on": "上月"}, "seen_on", "日期无法识别。请按2021-11-30的样式填写。",
        "The date cannot be read. Write it as 2021-11-30.",
    ),
    (
        {"code": "a b"}, "code", "含有不能用的字符。请只用字母、数字、下划线和连字符。",
        "It holds characters that cannot be used. Use only letters, digits, underscores and hyphens.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "field", "chinese", "english"), REFUSED)
def test_a_field_says_what_is_wrong_and_the_way_out_in_both_languages(typed, field, chinese, english):
    for language, sentence in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert Asked(typed).errors[field] == [sentence]
