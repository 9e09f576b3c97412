"""Recognition carries to layouts nobody configured: drawn at random, read without a fault."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.sheets.messy import draw
from tici.engines.sheets.grid import Grid
from tici.engines.sheets.places import shipped_gazetteer
from tici.engines.sheets.reading import read_grids
from tici.engines.sheets.text import plain

CITY = shipped_gazetteer()
HEAD = ["序号", "项目名称", "总投资", "年度计划投资", "11月完成投资", "1-11月累计完成投资", "实际开工时间", "责任单位"]
ROWS = st.lists(
    st.tuples(
        st.integers(600, 90_000), st.integers(5, 60), st.integers(1, 50), st.dates(date(2019, 1, 1), date(2021, 11, 30))
    ),
    min_size=4,
    max_size=12,
)


def read(grid, file="赵县11月.xlsx"):
    return read_grids([grid], file, CITY, month=None, mapping={})


def comparable(code, value):
    if isinstance(value, Decimal):
        return round(value, 3 if code.endswith("_pct") else 1)
    return plain(value) if isinstance(value, str) else value


def facts(reading, codes=None):
    return [
        {code: comparable(code, value.value) for code, value in row.values.items() if codes is None or code in codes}
        for row in reading.rows
    ]


def sheet(rows, unit="万元", scale=Decimal(1), order=None):
    lines = []
    for number, (total, plan, done, day) in enumerate(rows, 1):
        planned = Decimal(total) * plan / 100
        ytd = planned * done / 50
        amounts = [float(amount / scale) for amount in (Decimal(total), planned, ytd / 4, ytd)]
        lines.append([float(number), f"示例{number}号泵阀生产线项目", *amounts, day.isoformat(), "工信局"])
    table = [HEAD, *lines]
    if order:
        table = [[line[at] for at in order] for line in table]
    return Grid("Sheet1", [[f"赵县2021年11月工业项目表（单位：{unit}）"], *table])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_a_drawn_workbook_is_read_as_its_sender_meant_it(seed):
    mess = draw(seed)

    reading = read_grids(mess.grids, mess.file, CITY, month=None, mapping={})

    found = {(row.sheet, row.row, row.table): row for row in reading.rows}
    assert found.keys() == mess.rows.keys()
    for key, truth in mess.rows.items():
        given_values = {code: comparable(code, found[key].get(code)) for code in truth}
        assert given_values == {code: comparable(code, value) for code, value in truth.items()}
    assert (str(reading.month), reading.problems) == ("2021-11", ())


@settings(max_examples=40, deadline=None)
@given(ROWS, st.permutations(range(len(HEAD))))
def test_the_order_of_columns_does_not_matter(rows, order):
    assert facts(read(sheet(rows, order=order))) == facts(read(sheet(rows)))


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from([("亿元", Decimal(10_000)), ("元", Decimal("0.0001")), ("千元", Decimal("0.1"))]))
def test_the_unit_of_money_does_not_matter(rows, unit):
    assert facts(read(sheet(rows, *unit))) == facts(read(sheet(rows)))


@settings(max_examples=40, deadline=None)
@given(
    ROWS, st.lists(st.tuples(st.integers(2, 12), st.sampled_from([[], ["", "注：数据为部门调度数"], HEAD])), max_size=4)
)
def test_blank_lines_notes_and_repeated_headers_change_no_row(rows, noise):
    grid = sheet(rows)
    lines = list(grid.rows)
    for at, line in noise:
        lines.insert(min(at, len(lines)), [*line, *[""] * (len(HEAD) - len(line))])

    assert facts(read(replace(grid, rows=lines))) == facts(read(grid))


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(0, 4), st.integers(0, 3))
def test_blank_rows_and_columns_before_the_table_only_move_the_addresses(rows, down, right):
    grid = sheet(rows)
    moved = replace(grid, rows=[[] for _ in range(down)] + [[*[""] * right, *line] for line in grid.rows])

    reading, plain_reading = read(moved), read(grid)

    assert facts(reading) == facts(plain_reading)
    assert [row.row - down for row in reading.rows] == [row.row for row in plain_reading.rows]


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_every_value_stands_in_the_cell_it_names(rows):
    grid = sheet(rows)

    for row in read(grid).rows:
        for value in row.values.values():
            column, line = ord(value.cell[:1] or "A") - 65, int(value.cell[1:] or 1) - 1
            assert value.cell == "" or grid.text(line, column) == value.raw


@pytest.mark.parametrize("seed", range(40))
def test_a_reading_does_not_depend_on_anything_but_the_file(seed):
    mess = draw(seed)

    assert read_grids(mess.grids, mess.file, CITY, month=None, mapping={}) == read_grids(
        draw(seed).grids, mess.file, CITY, month=None, mapping={}
    )
