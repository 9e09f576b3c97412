"""Lists of enterprises and months of forms as bureaus might send them, drawn at random, with their truth.

Every firm is made up and marked 示例. Heads, orders and forms are chosen apart from the rulebook's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tici.engines.sheets.amounts import MEASURES, UNITS
from tici.engines.sheets.checks import uscc_check_is_right
from tici.engines.sheets.grid import Grid

COUNTIES = {"长安区": "130102", "赵县": "130133", "正定县": "130123", "藁城区": "130109", "高新区": "130171"}
HEADS: dict[str, list[tuple[str, ...]]] = {
    "seq": [("序号",), ("序 号",), ("编号",)],
    "name": [
        ("企业名称",),
        ("企业\n名称",),
        ("单位详细名称",),
        ("基本情况", "企业全称"),
        ("培育企业名称",),
        ("纳税人名称",),
    ],
    "uscc": [("统一社会信用代码",), ("社会信用代码（18位）",), ("基本情况", "信用代码"), ("纳税人识别号",)],
    "place_code": [("县（市、区）",), ("所属县区",), ("基本情况", "属地"), ("所在县（市、区）",)],
    "industry_code": [("行业代码",), ("国民经济行业代码（4位）",), ("行业小类代码",)],
    "products": [("主要产品",), ("主导产品名称",), ("基本情况", "主营产品")],
    "entry_kind": [("类型",), ("入库类型",), ("新进规/小升规/退复规",)],
    "founded_on": [("成立时间",), ("注册成立日期",)],
    "revenue_last_year_wan": [("2020年营业收入",), ("上年营收",), ("营业收入", "2020年"), ("去年主营业务收入",)],
    "revenue_ytd_wan": [("2021年1-11月营业收入",), ("1—11月营收",), ("营业收入", "1-11月"), ("今年累计营业收入",)],
    "revenue_12m_wan": [("近12个月营业收入",), ("近十二个月营收",), ("营业收入", "近12个月")],
    "revenue_forecast_wan": [("预计全年营业收入",), ("营业收入", "全年预计"), ("2021年预计营收",)],
    "vat_sales_wan": [("增值税销售额",), ("增值税应税销售额",), ("税务开票收入",)],
    "electricity_wan_kwh": [("用电量",), ("企业用电量",)],
    "employees": [("从业人员",), ("职工人数",), ("期末从业人员数",)],
    "assets_wan": [("资产总额",), ("资产总计",)],
    "tier": [("专精特新层级",), ("认定级别",)],
    "valid_to": [("有效期止",), ("证书到期时间",)],
    "batch": [("拟入库批次",), ("计划入统时间",)],
    "blocker": [("卡点",), ("存在的困难问题",)],
    "duty_person": [("包联人",), ("首席服务员",), ("包联责任", "责任人")],
    "duty_unit": [("包联单位",), ("包联责任", "单位")],
    "pool_state": [("状态",), ("培育进展",)],
    "remark": [("备注",)],
}
KINDS = {
    "新进规": ["新进规", "新建投产", "当年新开业"],
    "小升规": ["小升规", "规下升规上"],
    "退复规": ["退复规", "退规再入库"],
}
TIERS = {
    "小巨人": ["国家级专精特新“小巨人”", "小巨人"],
    "专精特新": ["省级专精特新", "专精特新中小企业"],
    "创新型": ["创新型中小企业"],
}
STATES = {
    "摸排": ["摸排", "初步摸底"],
    "培育": ["培育", "培育中"],
    "已申报": ["已申报", "已上报"],
    "已入统": ["已入统", "已纳统"],
}
INDUSTRIES = ["2710", "1361", "2614", "3311", "0610"]
MONEY = [code for code in HEADS if code.endswith("_wan")]
ORDINALS = "一二三四五六"


def a_code(rng: random.Random) -> str:
    """A credit code with a right check character."""
    front = f"9113010{rng.randint(0, 9)}MA{rng.randrange(10**7):07d}"
    return next(front + c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc_check_is_right(front + c))


@dataclass
class Listing:
    """One workbook drawn at random: its grid, file name, and the rows a perfect reader finds."""

    file: str
    grid: Grid
    rows: dict[int, dict[str, object]] = field(default_factory=dict)


def draw(seed: int) -> Listing:
    """Return the list of enterprises of a seed."""
    return _List(random.Random(seed)).listing()


class _List:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        pick = rng.choice
        self.unit = pick(["万元", "万元", "亿元", "元", "千元"])
        self.unit_at = pick(["line", "title", "header"])
        self.power_unit = pick(["万千瓦时", "千瓦时", "万度"])
        self.merged = rng.random() < 0.6
        self.grouping = pick(["county", "kind", "none"])
        self.totals = pick(["first", "last", "none"])
        self.text_numbers = rng.random() < 0.4
        self.rows: list[list[object]] = []
        self.merges: list[tuple[int, int, int, int]] = []

    def listing(self) -> Listing:
        columns = self._columns()
        title = "石家庄市2021年11月" + self.rng.choice(["规上企业培育库台账", "拟入库企业名单", "工业企业情况表"])
        self.rows.append([title + (f"（单位：{self.unit}）" if self.unit_at == "title" else "")])
        if self.unit_at == "line":
            self.rows.append(["填报单位：工信局", "", f"单位：{self.unit}、人、{self.power_unit}"])
        self._head(columns)
        truth = self._body(columns)
        width = len(columns)
        grid = Grid("Sheet1", [row + [""] * (width - len(row)) for row in self.rows], self.merges)
        return Listing("企业名单.xlsx", grid, truth)

    def _columns(self) -> list[tuple[str, tuple[str, ...]]]:
        grouped = {"county": "place_code", "kind": "entry_kind", "none": ""}[self.grouping]
        must = ["name", "revenue_last_year_wan", "uscc"]
        may = [c for c in HEADS if c not in [*must, "seq", grouped] and self.rng.random() < 0.55]
        codes = must[1:] + may
        self.rng.shuffle(codes)
        codes = [*(["seq"] if self.rng.random() < 0.8 else []), "name", *codes]
        heads = [(code, self.rng.choice(HEADS[code])) for code in codes]
        ordered: list[tuple[str, tuple[str, ...]]] = []
        for head in heads:
            if head not in ordered:
                ordered.append(head)
                ordered += [h for h in heads if h not in ordered and len(h[1]) > 1 and h[1][0] == head[1][0]]
        return ordered

    def _head(self, columns: list[tuple[str, tuple[str, ...]]]) -> None:
        depth = max(len(path) for _, path in columns)
        head: list[list[object]] = [[""] * len(columns) for _ in range(depth)]
        top, start = len(self.rows), 0
        for at, (code, path) in enumerate(columns):
            texts = list(path)
            if code in MONEY and self.unit_at == "header":
                texts[-1] += f"（{self.unit}）"
            if code == "electricity_wan_kwh":
                texts[-1] += f"（{self.power_unit}）"
            begins = at == 0 or len(path) == 1 or columns[at - 1][1][0] != path[0] or len(columns[at - 1][1]) == 1
            start = at if begins else start
            if begins or len(path) == 1:
                head[0][at] = texts[0]
            if len(path) > 1:
                head[1][at] = texts[1]
            ends = at + 1 == len(columns) or columns[at + 1][1][0] != path[0] or len(columns[at + 1][1]) == 1
            if self.merged and depth > 1 and len(path) == 1:
                self.merges.append((top, at, top + 1, at))
            elif self.merged and len(path) > 1 and ends and at > start:
                self.merges.append((top, start, top, at))
        self.rows += head

    def _body(self, columns: list[tuple[str, tuple[str, ...]]]) -> dict[int, dict[str, object]]:
        groups: list[str | None] = {"county": list(COUNTIES)[:3], "kind": list(KINDS), "none": [None]}[self.grouping]
        plan = [(group, [self._firm(group) for _ in range(self.rng.randint(3, 6))]) for group in groups]
        everything = [firm for _, firms in plan for firm in firms]
        truth: dict[int, dict[str, object]] = {}
        if self.totals == "first":
            self._sum(columns, everything)
        number = 0
        for index, (group, firms) in enumerate(plan):
            if group:
                at = 1 if columns[0][0] == "seq" and self.rng.random() < 0.5 else 0
                shown = group if self.grouping == "county" else f"{group}企业"
                text = self.rng.choice(
                    [f"{ORDINALS[index]}、{shown}（{len(firms)}户）", f"（{ORDINALS[index]}）{shown}"]
                )
                self.rows.append([""] * at + [text])
                if self.merged:
                    self.merges.append((len(self.rows) - 1, at, len(self.rows) - 1, len(columns) - 1))
            for firm in firms:
                number += 1
                self.rows.append([self._cell(code, firm, number) for code, _ in columns])
                kept = {code: firm[code] for code, _ in columns if code in firm and code != "remark"}
                heading = {"county": "place_code", "kind": "entry_kind"}.get(self.grouping)
                truth[len(self.rows)] = kept | ({heading: firm[heading]} if heading else {})
        if self.totals == "last":
            self._sum(columns, everything)
        return truth

    def _firm(self, group: str | None) -> dict[str, object]:
        rng = self.rng
        last = Decimal(rng.randint(900, 9000))
        ytd = (last * rng.randint(60, 120) / 100).quantize(Decimal(1))
        county = group if self.grouping == "county" else rng.choice(list(COUNTIES))
        called = f"示例{rng.randrange(1000, 9999)}{rng.choice(['制药', '机械', '新材料科技', '食品'])}"
        where, kind = (
            rng.choice(["", "石家庄市", "赵县", "正定"]),
            rng.choice(["有限公司", "股份有限公司", "厂", "集团"]),
        )
        return {
            "name": where + called + kind,
            "uscc": a_code(rng),
            "place_code": COUNTIES[str(county)],
            "industry_code": rng.choice(INDUSTRIES),
            "products": rng.choice(["原料药", "泵阀", "膜材料"]),
            "entry_kind": group if self.grouping == "kind" else rng.choice(list(KINDS)),
            "founded_on": date(rng.randint(2005, 2020), rng.randint(1, 12), 1),
            "revenue_last_year_wan": last,
            "revenue_ytd_wan": ytd,
            "revenue_12m_wan": ytd + 100,
            "revenue_forecast_wan": ytd + 200,
            "vat_sales_wan": ytd - 50,
            "electricity_wan_kwh": Decimal(rng.randint(2, 900)),
            "employees": Decimal(rng.randint(12, 800)),
            "assets_wan": last * 2,
            "tier": rng.choice(list(TIERS)),
            "valid_to": date(rng.randint(2022, 2024), rng.randint(1, 12), 1),
            "batch": rng.choice(["2021年12月", "第二批"]),
            "blocker": rng.choice(["无财务报表", "投产资料不全", None]),
            "duty_person": "工信局副局长",
            "duty_unit": "工信局",
            "pool_state": rng.choice(list(STATES)),
            "remark": None,
        }

    def _cell(self, code: str, firm: dict[str, object], number: int) -> object:
        if code == "seq":
            return float(number)
        value = firm[code]
        if value is None:
            return self.rng.choice(["", "—", "无"])
        if code in MONEY:
            return self._figure(value / UNITS[self.unit])
        if code == "electricity_wan_kwh":
            return self._figure(value / MEASURES["energy"][self.power_unit])
        if code == "employees":
            return self.rng.choice([float(value), f"{value}人", str(value)])
        if code == "industry_code":
            return self.rng.choice([value, f"C{value}" if value[0] != "0" else value, float(value), f"{value}示例行业"])
        if code == "place_code":
            return next(name for name, own in COUNTIES.items() if own == value)
        if isinstance(value, date):
            return self.rng.choice([f"{value.year}年{value.month}月", f"{value.year}-{value.month:02d}"])
        words = {"entry_kind": KINDS, "tier": TIERS, "pool_state": STATES}.get(code)
        return self.rng.choice(words[value]) if words else value

    def _figure(self, figure: Decimal) -> object:
        if self.text_numbers and self.rng.random() < 0.5:
            text = f"{figure:,f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return float(figure)

    def _sum(self, columns: list[tuple[str, tuple[str, ...]]], firms: list[dict[str, object]]) -> None:
        cells: list[object] = []
        for code, _ in columns:
            if code == "name":
                cells.append(self.rng.choice(["合计", "总计", "合  计"]))
            elif code in MONEY:
                cells.append(self._figure(sum((f[code] for f in firms), Decimal(0)) / UNITS[self.unit]))
            else:
                cells.append("")
        self.rows.append(cells)
