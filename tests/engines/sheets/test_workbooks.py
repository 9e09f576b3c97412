"""Real files: what only a file has, and what no file may do to the process that reads it."""

import struct
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from tici.engines.sheets import (
    ENTERPRISES,
    FATAL,
    SENTENCES,
    Problem,
    Stopped,
    read_in_child,
    recognise,
    sentence,
    shipped_gazetteer,
)
from tici.engines.sheets.markup import grids_of_markup
from tici.engines.sheets.wire import dump, load

CITY = shipped_gazetteer()
ROWS = [
    ["赵县2021年11月调度表（单位：万元）"],
    ["序号", "项目名称", "总投资", "年度计划投资", "1-11月累计完成", "完成率", "计划开工时间"],
    [1, "示例甲项目", 5000, 500, 100, 0.2, date(2021, 3, 15)],
    [2, "示例乙项目", 6000, 800, 400, 0.5, date(2021, 4, 15)],
    [3, "示例丙项目", 7000, 500, 400, 0.8, date(2021, 5, 15)],
]


@pytest.fixture
def book(tmp_path):
    def write(change=None, name="赵县.xlsx"):
        workbook = openpyxl.Workbook()
        for row in ROWS:
            workbook.active.append(row)
        if change:
            change(workbook.active)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def repacked(book, tmp_path):
    """The workbook with parts added or changed."""

    def write(parts=None, change=None):
        with (
            zipfile.ZipFile(book()) as source,
            zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in set(source.namelist()) - set(parts or {}):
                content = source.read(name)
                target.writestr(name, change(content) if change and "sheet1" in name else content)
            for name, content in (parts or {}).items():
                target.writestr(name, content)
        return tmp_path / "b.xlsx"

    return write


def test_a_workbook_is_read_in_a_child_as_in_the_same_process(book):
    assert read_in_child(book(), CITY) == read_in_child(book(), CITY, subject=None) == recognise(book(), CITY)
    assert len(read_in_child(book(), CITY).rows) == 3


def test_a_reading_nobody_wants_any_more_is_ended(tmp_path):
    path = tmp_path / "长名单.csv"
    rows = "\n".join(f"{n},示例企业{n}有限公司,示例大街{n}号,{n}" for n in range(30_000))
    path.write_text(f"序号,企业名称,地址,营业收入(万元)\n{rows}\n", encoding="utf-8")
    told = []

    with pytest.raises(Stopped):
        read_in_child(path, CITY, subject=ENTERPRISES, seconds=60, tell=lambda passed: told.append(passed) or False)

    assert len(told) == 1
    assert told[0] >= 1


def test_a_reading_comes_back_from_json_as_it_was(book):
    reading = recognise(book(lambda sheet: sheet.cell(4, 3, "待定")), CITY)

    assert load(dump(reading)) == reading


def test_number_formats_say_the_precision_of_a_date_and_the_scale_of_a_share(book):
    def change(sheet):
        sheet["G3"].number_format = 'yyyy"年"m"月"'
        sheet["G4"].number_format = "yyyy-mm-dd"
        for row in range(3, 6):
            sheet.cell(row, 6).number_format = "0.0%"

    rows = recognise(book(change), CITY).rows

    assert [row.values["planned_start"][::3] for row in rows[:2]] == [
        (date(2021, 3, 1), "month"),
        (date(2021, 4, 15), "day"),
    ]
    assert [row.get("completion_pct") for row in rows] == [Decimal("0.2"), Decimal("0.5"), Decimal("0.8")]


def test_the_format_a_chinese_excel_writes_by_number_alone_shows_a_month(repacked):
    xf = b'<xf numFmtId="57" fontId="0" fillId="0" borderId="0"/>'
    styles = (
        b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3">%s</cellXfs>'
    )
    parts = {"xl/styles.xml": styles % (xf * 3) + b"</styleSheet>"}

    rows = recognise(repacked(parts), CITY).rows

    assert [row.values["planned_start"][::3] for row in rows[:2]] == [
        (date(2021, 3, 1), "month"),
        (date(2021, 4, 1), "month"),
    ]


def test_hidden_rows_are_read_and_told(book):
    def change(sheet):
        sheet.row_dimensions[4].hidden = True

    reading = recognise(book(change), CITY)

    assert [row.hidden for row in reading.rows] == [False, True, False]
    assert [(p.code, p.params["count"]) for p in reading.problems] == [("hidden_rows", "1")]


def test_a_formulas_error_is_told_with_its_cell(book):
    def change(sheet):
        sheet["C4"].value = "#REF!"
        sheet["C4"].data_type = "e"

    reading = recognise(book(change), CITY)

    assert [(p.code, p.cell, p.params["value"]) for p in reading.problems] == [("formula_error", "C4", "#REF!")]
    assert reading.rows[1].values["total_investment_wan"] == (None, "C4", "#REF!", None)


def test_a_formula_counts_by_its_kept_value_and_is_never_run(repacked):
    kept = b'<c r="C3"><f>1+1</f><v>5000</v></c>'
    reading = recognise(repacked(change=lambda xml: xml.replace(b'<c r="C3" t="n"><v>5000</v></c>', kept)), CITY)

    assert reading.rows[0].get("total_investment_wan") == 5000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_csv_is_read_in_every_encoding(tmp_path, encoding, separator):
    path = tmp_path / "赵县.csv"
    path.write_bytes("\r\n".join(separator.join(map(str, row)) for row in ROWS).encode(encoding))

    reading = recognise(path, CITY)

    assert [row.get("name") for row in reading.rows] == ["示例甲项目", "示例乙项目", "示例丙项目"]
    assert (reading.problems, str(reading.month)) == ((), "2021-11")


def test_an_xlsx_named_xls_is_read_and_the_suffix_told(book):
    reading = recognise(book(), CITY, name="赵县.xls")

    assert (len(reading.rows), [p.code for p in reading.problems]) == (3, ["wrong_suffix"])


def html_table(rows, charset="gb2312"):
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows[1:]]
    body = f"<tr><td colspan={len(rows[1])}>{rows[0][0]}</td></tr>" + "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<html><head><meta charset='{charset}'><script>alert('<td>')</script></head><table>{body}</table></html>"


def table_of_2003(rows):
    def cell(value):
        kind = "Number" if isinstance(value, int | float) else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    body = "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in rows)
    return f'<?xml version="1.0"?><Workbook><Worksheet ss:Name="11月"><Table>{body}</Table></Worksheet></Workbook>'


@pytest.mark.parametrize(
    ("write", "encoding"),
    [(html_table, "gb18030"), (html_table, "utf-8"), (html_table, "utf-16"), (table_of_2003, "utf-8")],
)
def test_a_table_that_a_web_system_calls_excel_is_read(tmp_path, write, encoding):
    path = tmp_path / "赵县.xls"
    path.write_bytes(write(ROWS).encode(encoding))

    reading = read_in_child(path, CITY)

    assert [row.get("name") for row in reading.rows] == ["示例甲项目", "示例乙项目", "示例丙项目"]
    assert ([p.code for p in reading.problems], str(reading.month)) == (["wrong_suffix"], "2021-11")


def test_cells_of_a_web_table_stand_where_a_browser_shows_them():
    (grid,) = grids_of_markup(
        "<table><tr><td rowspan=2>序号<td rowspan='2'>项目<br>名称<td colspan=2>投资 (万元)</tr>"
        "<tr><th>总投资</th><th>累计</th></tr>"
        "<tr><td>1<td>示例<table><tr><td>甲</td></tr></table>项目<td x:num='5000.25'>5,000<td>&nbsp;</tr></table>"
    )

    assert grid.rows == [
        ["序号", "项目\n名称", "投资 (万元)", ""],
        ["", "", "总投资", "累计"],
        ["1", "示例甲项目", 5000.25, ""],
    ]
    assert grid.merges == [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]


def test_a_web_table_that_grows_without_end_is_refused(tmp_path):
    path = tmp_path / "赵县.xls"
    path.write_bytes(b"<table>" + b"<tr>" + b"<td colspan=1000>" * 900_000 + b"</table>")

    assert read_in_child(path, CITY).refused.code in {"out_of_memory", "too_slow"}


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500)
FILES = {
    "empty_file": b"",
    "html_table": "\ufeff<html><table><tr><td>项目名称</td></tr></table></html>".encode(),
    "encrypted": OLE + "EncryptedPackage".encode("utf-16-le"),
    "macros": OLE + "_VBA_PROJECT".encode("utf-16-le"),
    "broken": OLE + "Workbook".encode("utf-16-le") + bytes(600),
    "not_a_workbook": b"%PDF-1.7 ...",
    "encoding": bytes(range(256)) * 8,
    "too_big": bytes(20 * 1024 * 1024 + 1),
    "truncated": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("code", FILES)
def test_what_is_no_workbook_is_refused_with_a_sentence(tmp_path, code):
    path = tmp_path / ("赵县.csv" if code == "encoding" else "赵县.xls")
    path.write_bytes(FILES[code])

    reading = read_in_child(path, CITY)

    assert (reading.refused.code, reading.rows) == (code, ())
    assert sentence(reading.refused).count("。") >= 2


def test_a_cell_merged_in_the_last_column_holds_for_all_its_rows(book):
    def merge(sheet):
        head = next(cell.row for cell in sheet["B"] if cell.value == "项目名称")
        leaders, last = sheet.max_column + 1, sheet.max_row
        sheet.cell(head, leaders, "包联领导")
        sheet.cell(head + 1, leaders, "副县长A")
        sheet.merge_cells(start_row=head + 1, end_row=last, start_column=leaders, end_column=leaders)

    reading = recognise(book(merge), CITY)

    assert len(reading.rows) >= 2
    assert {row.get("duty_leader") for row in reading.rows} == {"副县长A"}


def test_bytes_without_meaning_are_no_workbook_whatever_their_name_says(tmp_path):
    path = tmp_path / "赵县.xlsx"
    path.write_bytes(FILES["encoding"])

    assert read_in_child(path, CITY).refused.code == "not_a_workbook"


def test_half_a_workbook_is_told_as_truncated(book):
    path = book()
    path.write_bytes(path.read_bytes()[:2000])

    assert recognise(path, CITY).refused.code == "truncated"


@pytest.mark.parametrize(
    ("part", "code"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "external_links")]
)
def test_macros_and_links_to_other_files_are_refused(repacked, part, code):
    assert recognise(repacked({part: b"x"}), CITY).refused.code == code


def test_a_bomb_is_refused_before_it_bursts(repacked):
    assert recognise(repacked(change=lambda xml: xml + b" " * 60_000_000), CITY).refused.code == "bomb"


def test_a_bomb_that_lies_about_its_size_is_refused(repacked):
    path = repacked({"xl/worksheets/sheet9.xml": b" " * 60_000_000})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    path.write_bytes(bytes(data))

    assert read_in_child(path, CITY).refused.code in ("bomb", "broken")


def test_too_many_parts_are_refused(repacked):
    parts = {f"xl/media/{number}.png": b"" for number in range(2_001)}

    assert recognise(repacked(parts), CITY).refused.code == "too_many_parts"


def test_entities_in_a_sheet_are_refused(repacked):
    def change(xml):
        declared = b'<!DOCTYPE x [<!ENTITY a "b">]>'
        return declared + xml.replace(b"<sheetData>", b'<cols><col min="9" max="9" hidden="1"/></cols><sheetData>')

    assert recognise(repacked(change=change), CITY).refused.code == "broken"


def test_a_stray_cell_at_the_end_of_the_sheet_does_not_take_the_memory(book):
    reading = read_in_child(book(lambda sheet: sheet.cell(1_048_576, 16_384, "x")), CITY)

    assert reading.refused.code == "out_of_memory"


def test_a_child_without_memory_ends_with_a_sentence(repacked):
    def many(xml):
        head, _, tail = xml.partition(b"<sheetData>")
        rows = b"".join(b"<row>" + b"<c><v>%d</v></c>" % number * 8 + b"</row>" for number in range(120_000))
        return head + b"<sheetData>" + rows + tail

    assert read_in_child(repacked(change=many), CITY, memory_bytes=96 * 1024 * 1024).refused.code == "out_of_memory"


def test_a_child_without_time_ends_with_a_sentence(book):
    assert read_in_child(book(), CITY, seconds=0).refused.code == "too_slow"


def test_every_sentence_says_what_is_wrong_and_then_the_way_out():
    assert [code for code, text in SENTENCES.items() if text.count("。") < 2 or not text.endswith("。")] == []
    assert SENTENCES.keys() >= FATAL


def test_a_sentence_is_filled_from_its_params():
    problem = Problem("unknown_place", "台账", 7, "B7", "place_code", {"value": "滹沱区", "label": "县(市、区)"})

    assert sentence(problem) == "“滹沱区”不是本市的县（市、区）或开发区。请核对地名。"
