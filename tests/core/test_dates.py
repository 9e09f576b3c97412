"""How months and days are written in sentences, in both languages."""

from datetime import date

import pytest
from django.utils import translation

from tici.core.dates import day_words, month_words
from tici.engines.periods import Month


@pytest.mark.parametrize(
    ("language", "month", "day"), [("zh-hans", "2021年11月", "12月6日"), ("en", "November 2021", "6 December")]
)
def test_a_month_has_its_year_and_a_day_goes_without(language, month, day):
    with translation.override(language):
        assert (month_words(Month(2021, 11)), month_words(date(2021, 11, 1))) == (month, month)
        assert (day_words(date(2021, 12, 6)), day_words(None)) == (day, "")
