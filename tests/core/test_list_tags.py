"""How the rows of a register are written: each cell as its column's kind asks, and nothing that is not escaped."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tici.core.registers import Column, Kind
from tici.core.templatetags import lists

STAGES = (("planned", "谋划"), ("started", "开工"))


def page(column, value, **row):
    return SimpleNamespace(columns=(column,), rows=[{"pk": 7, column.field: value} | row])


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (Column("name", ""), "甲<乙>", '<td class="of-text"><span>甲&lt;乙&gt;</span></td>'),
        (Column("name", ""), "", '<td class="of-text"><span>—</span></td>'),
        (Column("level", "", choices=STAGES), "started", '<td class="of-text"><span>开工</span></td>'),
        (Column("level", "", choices=STAGES), "unknown", '<td class="of-text"><span>unknown</span></td>'),
        (Column("wan", "", Kind.WAN), Decimal("12300.50"), '<td class="num"><span>12,300.5</span></td>'),
        (Column("rate", "", Kind.RATE), Decimal("1.034"), '<td class="num"><span>103.4%</span></td>'),
        (Column("count", "", Kind.COUNT), None, '<td class="num"><span>—</span></td>'),
        (Column("on", "", Kind.DATE), date(2021, 3, 1), '<td class="of-date"><span>2021-03-01</span></td>'),
        (Column("on", "", Kind.MONTH), date(2021, 3, 1), '<td class="of-month"><span>2021-03</span></td>'),
        (
            Column("stage", "", Kind.STAGE, choices=STAGES), "started",
            '<td class="of-stage"><span><span class="rung rung-2">② 开工</span></span></td>',
        ),
        (Column("stage", "", Kind.STAGE, choices=STAGES), "", '<td class="of-stage"><span>—</span></td>'),
    ],
)  # fmt: skip
def test_a_cell_is_written_as_its_kind_asks(column, value, shown):
    assert lists.lines(page(column, value)) == f"<tr>{shown}</tr>\n"


class Reason(Column):
    """A column that says its values in words of its own."""

    def shown(self, value):
        return f"逾期{value['months']}个月"


def test_a_column_may_say_its_values_in_words_of_its_own():
    assert "<span>逾期3个月</span>" in lists.lines(page(Reason("words", ""), {"months": 3}))


def test_a_cell_opens_to_its_row_by_number_or_by_name():
    numbered = Column("name", "", link="owner", link_url="desk:project")
    named = Column("name", "", link="code", link_url="desk:place")

    assert 'href="/projects/12/"' in lists.lines(page(numbered, "甲", owner=12))
    assert "<a" not in lists.lines(page(numbered, "甲", owner=None))
    assert 'href="/places/130109/"' in lists.lines(page(named, "甲", code="130109"))


def test_rows_to_be_chosen_begin_with_a_box_that_says_what_it_chooses():
    written = lists.lines(page(Column("name", ""), '甲"乙'), "a template")

    assert written.count("<input") == 1
    assert 'value="7" aria-label="选择甲&quot;乙"' in written


def test_the_choice_made_is_selected():
    assert lists.options([("a", "甲"), (2, "<乙>")], "2") == (
        '<option value="a">甲</option><option value="2" selected>&lt;乙&gt;</option>'
    )
