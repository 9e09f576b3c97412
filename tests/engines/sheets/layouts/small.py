"""Sheets as small as a layout can be, read as a county's workbook."""

from tici.engines.sheets.grid import Grid
from tici.engines.sheets.places import shipped_gazetteer
from tici.engines.sheets.reading import read_grids

CITY = shipped_gazetteer()
TITLE = "赵县2021年11月调度表（单位：万元）"
HEAD = ["序号", "项目名称", "总投资", "年度计划投资", "1-11月累计完成", "实际开工时间", "责任人"]


def read(*sheets, file="赵县11月.xlsx", **answers):
    grids = [sheet if isinstance(sheet, Grid) else Grid("Sheet1", sheet) for sheet in sheets]
    return read_grids(grids, file, CITY, month=answers.get("month"), mapping=answers.get("mapping", {}))


def column(reading, code):
    return [row.get(code) for row in reading.rows]


def line(number, name, total=5000.0, plan=500.0, done=100.0, start="2021.3", person="张岗"):
    return [number, name, total, plan, done, start, person]
