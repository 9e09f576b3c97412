"""Sheets as counties might send them, drawn at random, each with what a perfect reader would find.

Words, orders and forms here are chosen apart from the rulebook's, so that a reading of them
shows how far recognition carries to a layout nobody has seen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tici.engines.sheets.amounts import UNITS
from tici.engines.sheets.grid import Grid

MONTH = (2021, 11)
COUNTIES = {"桥东区": "130103", "赵县": "130133", "正定县": "130123", "藁城区": "130109", "晋州市": "130183"}
HEADS: dict[str, list[tuple[str, ...]]] = {
    "seq": [("序号",), ("序 号",), ("No.",), ("编号",), ("项目编号",)],
    "name": [
        ("项目名称",),
        ("项目（工程）名称",),
        ("建设项目\n名称",),
        ("重点工业项目名称",),
        ("基本情况", "项目名称"),
        ("技改项目名称",),
    ],
    "owner": [("建设单位",), ("业主名称",), ("基本情况", "投资主体"), ("项目法人单位名称",), ("企业全称",)],
    "project_code": [("项目代码",), ("发改备案项目代码",), ("全国投资项目在线审批监管平台代码",)],
    "uscc": [("统一社会信用代码",), ("企业统一社会信用代码",), ("信用代码（证照号）",)],
    "total_investment_wan": [
        ("总投资",),
        ("项目计划总投资额",),
        ("投资情况", "总投资"),
        ("概算总投资",),
        ("总投资", "合计"),
        ("计划投资总规模",),
    ],
    "plan_year_wan": [
        ("2021年计划投资",),
        ("年度投资目标",),
        ("2021年度计划完成投资额",),
        ("投资情况", "今年计划"),
        ("当年投资计划",),
        ("2021年投资任务",),
    ],
    "done_month_wan": [
        ("11月份完成投资",),
        ("本月实际完成投资额",),
        ("2021年完成投资", "11月"),
        ("完成投资情况", "当月"),
        ("2021年11月完成投资",),
        ("十一月完成投资",),
    ][:5],
    "prev_ytd_wan": [
        ("1-10月累计完成",),
        ("截至10月底累计完成投资",),
        ("完成投资情况", "截至上月"),
        ("1至10月完成投资",),
    ],
    "done_ytd_wan": [
        ("1-11月累计完成投资",),
        ("年初至11月底累计完成",),
        ("2021年完成投资", "1-11月"),
        ("完成投资情况", "年内累计"),
        ("1～11月份累计完成投资额",),
        ("今年以来完成投资",),
        ("截至11月底本年累计完成投资",),
    ],
    "done_total_wan": [
        ("开工以来累计完成投资",),
        ("自项目开工至今累计完成投资",),
        ("完成投资情况", "自开工以来"),
        ("建设以来累计投资",),
    ],
    "completion_pct": [("完成率",), ("完成全年计划比例（%）",), ("占年计划比重",), ("年度计划完成率%",)],
    "planned_start": [("计划开工时间",), ("开工时间", "计划"), ("预计开工年月",), ("拟开工时间",)],
    "actual_start": [("实际开工时间",), ("开工时间", "实际"), ("实际开工日期",)],
    "planned_finish": [("计划竣工时间",), ("竣工时间", "计划"), ("预计建成投产时间",), ("计划竣工投产日期",)],
    "category": [("年度类别",), ("项目分类",), ("项目类型",)],
    "level": [("重点级别",), ("项目级别",), ("重点项目级别",)],
    "stage": [("项目所处阶段",), ("当前状态",), ("建设阶段",)],
    "progress_text": [("形象进度",), ("工程建设进展情况",), ("目前进展情况",), ("截至目前形象进度",)],
    "problem_text": [("存在的困难和问题",), ("目前存在的主要问题",), ("存在问题",)],
    "duty_leader": [("包联县级领导",), ("包联责任", "领导"), ("包保领导姓名",)],
    "duty_unit": [("责任单位",), ("包联责任", "单位"), ("牵头责任部门",)],
    "duty_person": [("包联责任", "责任人"), ("具体责任人",), ("服务专员",)],
    "content": [("主要建设内容及规模",), ("建设规模及主要内容",)],
    "remark": [("备注",), ("备  注",)],
}
GROUPED = ["基本情况", "投资情况", "2021年完成投资", "完成投资情况", "开工时间", "竣工时间", "包联责任"]
CATEGORIES = {
    "计划开工": ["新开工", "计划新开工", "拟新开工"],
    "续建": ["续建", "结转续建"],
    "保投产": ["计划竣工投产", "保投产"],
    "前期": ["前期", "前期谋划"],
}
LEVELS = {"省": ["省重点", "省级"], "市": ["市重点", "市级重点"], "县": ["县重点", "县级"]}
STAGES = {
    "建设": ["在建", "建设"],
    "开工": ["已开工", "开工"],
    "达效": ["已投产", "达产达效"],
    "储备": ["储备"],
    "谋划": ["谋划"],
}
MONEY = [code for code in HEADS if code.endswith("_wan")]
DATES = ["planned_start", "actual_start", "planned_finish"]
WORKS = ["生产线项目", "技改工程", "产业园(二期)项目", "扩建"]
ORDINALS = "一二三四五六"


@dataclass
class Mess:
    """One workbook drawn at random: its grids, file name, and the rows a perfect reader finds."""

    file: str
    grids: list[Grid]
    rows: dict[tuple[str, int, int], dict[str, object]] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)


def draw(seed: int) -> Mess:
    """Return the workbook of a seed."""
    return _Sheet(random.Random(seed)).mess(seed)


class _Sheet:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        pick = rng.choice
        self.county = pick(["赵县", "正定县", "藁城区", "晋州市"])
        self.unit = pick(["万元", "万元", "亿元", "元", "千元"])
        self.unit_at = pick(["line", "title", "header", "row", "cell"])
        self.merged = rng.random() < 0.6
        self.grouping = pick(["section", "section", "column", "left", "none"])
        self.totals = pick(["first", "last", "none", "subtotals", "subtotals_first"])
        self.pages = rng.random() < 0.25
        self.offset = (rng.randrange(3), rng.randrange(2))
        self.text_numbers = rng.random() < 0.4
        self.date_form = pick(["dot", "cn", "iso", "serial", "mixed", "real"])
        self.tall = rng.random() < 0.12
        self.numbered = rng.random() < 0.85
        if self.unit == "千元" and self.unit_at == "cell":
            self.unit = "万元"
        self.rows: list[list[object]] = []
        self.merges: list[tuple[int, int, int, int]] = []

    def mess(self, seed: int) -> Mess:
        columns = self._columns()
        title = self.county + self.rng.choice(["2021年工业项目", "工业项目2021年11月", "重点项目"])
        title += self.rng.choice(["调度表", "台账", "推进情况表"])
        if self.unit_at == "title":
            title += f"（单位：{self.unit}）"
        up, left = self.offset
        self.rows += [[] for _ in range(up)]
        self.rows.append([*[""] * left, title])
        line: list[object] = [""] * left + [f"填报单位：{self.county}工信局", "", "", "截至2021年11月30日"]
        if self.unit_at in ("line", "row"):
            line.append(f"单位：{self.unit}、%")
        self.rows.append(line)
        if self.rng.random() < 0.3:
            self.rows.append([])
        width = left + len(columns)
        self.width = width
        head = self._header(columns, left)
        self._put_header(head)
        truth = self._body(columns, left, head)
        if self.rng.random() < 0.5:
            self.rows.append([*[""] * left, "注：本表数据为部门调度数，不作为统计依据。"])
        grid = Grid("Sheet1", [row + [""] * (width - len(row)) for row in self.rows], self.merges)
        options = {k: v for k, v in vars(self).items() if k not in ("rng", "rows", "merges")} | {"columns": columns}
        return Mess(f"{self.county}11月.xlsx", [grid], truth, options)

    def _columns(self) -> list[tuple[str, tuple[str, ...]]]:
        must = ["name", "total_investment_wan", "plan_year_wan", "done_ytd_wan"]
        may = [code for code in HEADS if code not in [*must, "seq", "category"] and self.rng.random() < 0.6]
        codes = must + may
        self.rng.shuffle(codes)
        if self.rng.random() < 0.7:
            codes.remove("name")
            codes.insert(0, "name")
        if self.numbered:
            codes.insert(0, "seq")
        if self.grouping == "column":
            codes.insert(self.rng.randrange(1, len(codes)), "category")
        if self.grouping == "left":
            codes.insert(0, "category")
        heads = [(code, self.rng.choice(HEADS[code])) for code in codes]
        return self._together(heads)

    def _together(self, heads: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
        """Bring columns of one group heading side by side, as a merge needs."""
        ordered: list[tuple[str, tuple[str, ...]]] = []
        for head in heads:
            if head in ordered:
                continue
            ordered.append(head)
            if len(head[1]) > 1:
                ordered += [h for h in heads if h not in ordered and len(h[1]) > 1 and h[1][0] == head[1][0]]
        first = [h for h in ordered if h[0] in ("seq",)] + [
            h for h in ordered if self.grouping == "left" and h[0] == "category"
        ]
        return (
            first[::-1] + [h for h in ordered if h not in first]
            if self.grouping == "left"
            else first + [h for h in ordered if h not in first]
        )

    def _header(self, columns: list[tuple[str, tuple[str, ...]]], left: int) -> list[list[object]]:
        depth = max(len(path) for _, path in columns)
        head: list[list[object]] = [[""] * (left + len(columns)) for _ in range(depth)]
        for at, (code, path) in enumerate(columns, left):
            texts = list(path)
            if self.unit_at == "header" and code in MONEY:
                texts[-1] += self.rng.choice([f"（{self.unit}）", f"({self.unit})", f"\n（{self.unit}）"])
            if len(texts) == 1:
                head[0][at] = texts[0]
            else:
                previous = columns[at - left - 1][1] if at > left else ()
                if not (len(previous) > 1 and previous[0] == path[0]):
                    head[0][at] = texts[0]
                head[1][at] = texts[1]
        if depth > 1:
            self._head_spans = self._spans(columns, left)
        else:
            self._head_spans = []
        if self.rng.random() < 0.15:
            head.append([""] * left + list(range(1, len(columns) + 1)))
        return head

    def _spans(self, columns: list[tuple[str, tuple[str, ...]]], left: int) -> list[tuple[int, int, int, int]]:
        spans, at = [], 0
        while at < len(columns):
            path, end = columns[at][1], at
            if len(path) == 1:
                spans.append((0, at + left, 1, at + left))
            else:
                while end + 1 < len(columns) and len(columns[end + 1][1]) > 1 and columns[end + 1][1][0] == path[0]:
                    end += 1
                if end > at:
                    spans.append((0, at + left, 0, end + left))
            at = end + 1
        return spans

    def _put_header(self, head: list[list[object]]) -> None:
        top = len(self.rows)
        self.rows += [list(row) for row in head]
        if self.merged:
            self.merges += [(t + top, lft, b + top, r) for t, lft, b, r in self._head_spans]

    def _body(self, columns: list[tuple[str, tuple[str, ...]]], left: int, head: list[list[object]]) -> dict:
        truth: dict[tuple[str, int, int], dict[str, object]] = {}
        groups = list(CATEGORIES) if self.grouping != "none" else [None]
        plan = [(group, [self._project(group) for _ in range(self.rng.randint(3, 7))]) for group in groups]
        everything = [project for _, projects in plan for project in projects]
        number = 0
        if self.totals == "first":
            self._sum(columns, left, "合计", everything)
        style = self.rng.choice(["{o}、{c}项目（{n}个）", "（{o}）{c}项目", "{o}、{c}项目{n}个", "{c}项目({n}项)"])
        at = self.rng.choice([0, 1]) if self.numbered else 0
        for index, (group, projects) in enumerate(plan):
            if self.grouping == "section":
                self._section(style, ORDINALS[index], group, len(projects), left + at)
            if self.totals == "subtotals_first":
                self._sum(columns, left, "小计", projects)
            first = len(self.rows)
            for project in projects:
                number += 1
                if self.pages and number % 9 == 0:
                    self._put_header(head)
                self._line(columns, left, project, number, truth, group)
            if self.grouping == "left" and group and not self.pages:
                self._left(left, columns, first)
            if self.totals == "subtotals":
                self._sum(columns, left, "小计", projects)
        if self.totals in ("last", "subtotals"):
            self._sum(columns, left, self.rng.choice(["合计", "总计", "合  计", f"{self.county}合计"]), everything)
        return truth

    def _section(self, style: str, ordinal: str, group: str, count: int, at: int) -> None:
        text = style.format(o=ordinal, c=self.rng.choice(CATEGORIES[group]), n=count)
        self.rows.append([""] * at + [text])
        if self.merged:
            row = len(self.rows) - 1
            self.merges.append((row, at, row, self.width - 1))

    def _left(self, left: int, columns: list[tuple[str, tuple[str, ...]]], first: int) -> None:
        """The category stands once, over all rows of its group."""
        at = left + next(i for i, (code, _) in enumerate(columns) if code == "category")
        for row in self.rows[first + 1 :]:
            if len(row) > at:
                row[at] = ""
        if self.merged:
            self.merges.append((first, at, len(self.rows) - 1, at))

    def _project(self, category: str | None) -> dict[str, object]:
        rng = self.rng
        total = Decimal(rng.randint(600, 90_000))
        plan = (total * Decimal(rng.randint(20, 60)) / 100).quantize(Decimal("1"))
        month = (plan * Decimal(rng.randint(2, 8)) / 100).quantize(Decimal("1"))
        before = (plan * Decimal(rng.randint(30, 80)) / 100).quantize(Decimal("1"))
        if category == "前期":
            month = before = Decimal(0)
        start = date(rng.randint(2020, 2021), rng.randint(1, 10), rng.randint(1, 28))
        level = rng.choice(list(LEVELS))
        serial = rng.randrange(1000, 9999)
        product, work = rng.choice(["膜材料", "注射剂", "泵阀", "豆制品"]), rng.choice(WORKS)
        return {
            "name": f"示例{serial}{product}{work}",
            "owner": f"示例企业{serial}有限公司",
            "project_code": f"2{rng.randint(0, 1)}0{rng.randint(1, 9)}-130109-26-01-{rng.randrange(100000, 999999)}",
            "uscc": None,
            "total_investment_wan": total,
            "plan_year_wan": plan,
            "done_month_wan": month,
            "prev_ytd_wan": before,
            "done_ytd_wan": before + month,
            "done_total_wan": before + month,
            "completion_pct": ((before + month) / plan).quantize(Decimal("0.001")),
            "planned_start": start.replace(day=1),
            "actual_start": start.replace(day=1),
            "planned_finish": date(start.year + 2, start.month, 1),
            "category": category,
            "level": level,
            "stage": rng.choice(list(STAGES)),
            "progress_text": rng.choice(["主体完工,正在装修", "设备安装完成60%", "正在办理施工许可"]),
            "problem_text": rng.choice([None, "用地指标未落实", "融资困难"]),
            "duty_leader": rng.choice(["副县长(工业)", "县政协主席"]),
            "duty_unit": rng.choice(["工信局", "发改局"]),
            "duty_person": rng.choice(["工信局副局长", "园区主任"]),
            "content": "占地50亩,建设厂房2万平方米,年产1000吨",
            "remark": rng.choice([None, "总投资调整"]),
        }

    def _line(self, columns, left, project, number, truth, group) -> None:
        cells: list[object] = [""] * left
        for code, _ in columns:
            cells.append(self._cell(code, project, number))
        self.rows.append(cells)
        row = len(self.rows)
        kept = {code: project[code] for code, _ in columns if code in project and code != "remark"}
        if group and self.grouping == "section":
            kept["category"] = group
        truth["Sheet1", row, 0] = kept
        if self.tall and not self.pages and self.grouping != "left":
            at = left + next(i for i, (code, _) in enumerate(columns) if code == "name")
            self.rows.append([""] * len(cells))
            self.merges.append((row - 1, at, row, at))

    def _cell(self, code: str, project: dict[str, object], number: int) -> object:
        if code == "seq":
            return float(number)
        value = project[code]
        if value is None:
            return self.rng.choice(["", "", "—", "无", "/"])
        if code in MONEY:
            return self._amount(value)
        if code == "completion_pct":
            return self.rng.choice([f"{value * 100:.1f}%"]) if self.text_numbers else float(round(value * 100, 2))
        if code in DATES:
            return self._date(value)
        words = {"category": CATEGORIES, "level": LEVELS, "stage": STAGES}.get(code)
        return self.rng.choice(words[value]) if words else value

    def _amount(self, value: Decimal) -> object:
        figure = value / UNITS[self.unit]
        if self.unit_at == "cell":
            return (
                f"{figure:f}".rstrip("0").rstrip(".") + self.unit if "." in f"{figure:f}" else f"{figure:f}{self.unit}"
            )
        if self.text_numbers and self.rng.random() < 0.5:
            text = f"{figure:,f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return self.rng.choice(
                [text, text.translate(str.maketrans("0123456789,", "０１２３４５６７８９，")), f" {text} "]
            )
        return float(figure)

    def _date(self, day: date) -> object:
        form = self.date_form if self.date_form != "mixed" else self.rng.choice(["dot", "cn", "iso"])
        if form == "serial":
            return float((day - date(1899, 12, 30)).days)
        if form == "real":
            return day
        return {
            "dot": f"{day.year}.{day.month}",
            "cn": f"{day.year}年{day.month}月",
            "iso": f"{day.year}-{day.month:02d}",
        }[form]

    def _sum(self, columns, left, label, projects) -> None:
        cells: list[object] = [""] * left
        for code, _ in columns:
            total = sum((p[code] for p in projects), Decimal(0)) if code in MONEY else None
            cells.append(self._amount(total) if total is not None else "")
        at = left + next((i for i, (code, _) in enumerate(columns) if code == "name"), 0)
        where = self.rng.choice([at, left])
        cells[where] = label
        self.rows.append(cells)
