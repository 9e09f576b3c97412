"""Which figures may be filed as they are."""

from decimal import Decimal

import pytest

from tici.returns.rules.reports import against_figures


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ((Decimal(5), None), ""),
        ((Decimal("9999999999.9999"), Decimal("-9999999999.9999")), ""),
        ((None, None), "report.empty"),
        ((Decimal(1), Decimal(10) ** 10), "report.too_large"),
        ((Decimal(-(10**10)), None), "report.too_large"),
        ((Decimal(1), Decimal("NaN")), "report.not_a_number"),
        ((Decimal("NaN"),), "report.not_a_number"),
        ((Decimal("-Infinity"), Decimal(3)), "report.not_a_number"),
    ],
)
def test_figures_that_cannot_be_filed_say_why(figures, code):
    assert against_figures(figures) == code
