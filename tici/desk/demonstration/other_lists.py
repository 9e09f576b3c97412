"""Invented lists of other offices (tax, electricity, business register), as untidy as such lists are."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from tici.core.exports import SAFE

from .firms import LAST_YEAR, Firm

Row = list[Any]
TAX_HEAD = (
    "序号",
    "纳税人名称",
    "纳税人识别号",
    "主管税务机关",
    "注册地址",
    "行业代码",
    f"{LAST_YEAR}年增值税应税销售额(元)",
)
POWER_HEAD = ("用电户名称", "用电地址", "供电单位", f"{LAST_YEAR}年用电量(万千瓦时)")
REGISTER_HEAD = ("市场主体名称", "统一社会信用代码", "住所", "登记机关", "行业代码")
IN_REGISTER, UNKNOWN = 400, 60  # so many firms of the register on each list, and so many that are in none
YUAN = 10_000
CODE_LENGTH = 18


def tax_list(firms: Sequence[Firm], *, seed: int) -> bytes:
    """What firms declared to the tax office; some passed the line unnoticed, some codes were spoilt."""
    chance = Random(f"tax {seed}")
    rows: list[Row] = []
    for firm in _some(chance, firms):
        revenue = firm.facts.get(LAST_YEAR, {}).get("revenue_wan", 0) or chance.randrange(100, 1900)
        wan = revenue * chance.uniform(0.97, 1.03)
        if not firm.stays and chance.random() < 0.15:
            wan = chance.uniform(2000, 6000)  # over the line by the tax office, and nobody noticed
        code = firm.uscc
        if (luck := chance.random()) < 0.25:
            code = ""
        elif luck < 0.3:
            code = f"{firm.uscc[:6]}E+17" if luck < 0.29 else firm.uscc[:17]
        rows.append(
            [_written(chance, firm), code, f"{firm.county.name}税务局", _address(firm), firm.industry, wan * YUAN]
        )
    double = next(row for row in rows if len(row[1]) == CODE_LENGTH)
    rows.append([f"示例挂靠{chance.randrange(1000)}加工部", *double[1:]])  # two firms under one code
    for name, number, firm in _strangers(chance, firms):
        code = _code(firm, number)
        wan = chance.uniform(300, 5000)
        rows.append([name, code, f"{firm.county.name}税务局", _address(firm), firm.industry, wan * YUAN])
    chance.shuffle(rows)
    numbered = [[number, *row[:-1], round(row[-1], 2)] for number, row in enumerate(rows, start=1)]
    return _workbook(f"{LAST_YEAR}年度增值税申报名单（示例）", TAX_HEAD, numbered)


def electricity_list(firms: Sequence[Firm], *, seed: int) -> bytes:
    """The power company's customers: no codes, and a firm as often as it has meters."""
    chance = Random(f"electricity {seed}")
    rows: list[Row] = []
    for firm in _some(chance, firms):
        for _meter in range(chance.choice((1, 1, 1, 2, 3))):
            used = round(chance.uniform(5, 900), 2)
            rows.append([_written(chance, firm), _address(firm), f"{firm.county.name}供电公司", used])
    for name, _number, firm in _strangers(chance, firms):
        rows.append([name, _address(firm), f"{firm.county.name}供电公司", round(chance.uniform(5, 300), 2)])
    chance.shuffle(rows)
    return _workbook(f"{LAST_YEAR}年工业用电名单（示例）", POWER_HEAD, rows)


def register_list(firms: Sequence[Firm], *, seed: int) -> bytes:
    """The business register: sound codes, new names, and firms nobody entered."""
    chance = Random(f"register {seed}")
    rows: list[Row] = [
        [firm.name, firm.uscc, _address(firm), f"{firm.county.name}市场监督管理局", firm.industry]
        for firm in _some(chance, firms)
    ]
    for name, number, firm in _strangers(chance, firms):
        office = f"{firm.county.name}市场监督管理局"
        rows.append([name, _code(firm, number), _address(firm), office, firm.industry])
    chance.shuffle(rows)
    return _workbook("新登记市场主体名单（示例）", REGISTER_HEAD, rows)


def write_other_lists(folder: Path, firms: Sequence[Firm], *, seed: int) -> list[Path]:
    """Write the lists as files that a newcomer may upload."""
    books = {
        f"税务局{LAST_YEAR}年增值税申报名单(示例).xlsx": tax_list(firms, seed=seed),
        f"供电公司{LAST_YEAR}年工业用电名单(示例).xlsx": electricity_list(firms, seed=seed),
        "市场监管局市场主体名单(示例).xlsx": register_list(firms, seed=seed),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, book in books.items():
        (folder / name).write_bytes(book)
    return [folder / name for name in books]


def _some(chance: Random, firms: Sequence[Firm]) -> list[Firm]:
    known = [firm for firm in firms if firm.double_of is None and firm.closed_on is None and firm.trade.is_industry]
    return chance.sample(known, min(IN_REGISTER, len(known)))


def _strangers(chance: Random, firms: Sequence[Firm]) -> list[tuple[str, int, Firm]]:
    """Firms in no register: a name, a number of their own, and a neighbour that lends place and trade."""
    after = max(firm.number for firm in firms)
    near = [firm for firm in firms if firm.trade.is_industry]
    return [
        (f"示例新设{number:04d}({firm.trade.name})厂", number, firm)
        for number, firm in enumerate(chance.choices(near, k=UNKNOWN), start=after + 1)
    ]


def _code(firm: Firm, number: int) -> str:
    organisation = f"91{firm.county.code}EXAMP{number:04d}"
    return organisation + str(uscc.calc_check_digit(organisation))


def _address(firm: Firm) -> str:
    return f"{firm.county.name}示例大街{firm.number}号"


def _written(chance: Random, firm: Firm) -> str:
    """A name as another office writes it: the former one, with its place, shortened, in other brackets."""
    ways = [firm.name] * 5 + [
        firm.former_name or firm.name,
        f"{firm.county.name}{firm.name}",
        firm.name.replace("(", "（").replace(")", "）"),
        firm.name.replace("有限公司", "有限责任公司"),
        firm.name.replace("有限公司", ""),
        firm.name.replace("企业", "企 业"),
    ]
    return chance.choice(ways)


def _workbook(title: str, head: Sequence[str], rows: Sequence[Row]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, SAFE | {"in_memory": True})
    sheet = book.add_worksheet("名单")
    sheet.write_string(0, 0, title)
    for at, cells in enumerate([list(head), *rows], start=2):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            else:
                sheet.write_number(at, column, cell)
    book.close()
    return file.getvalue()
