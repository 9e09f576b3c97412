"""What invented projects are called. Trades are those of the city's five clusters; every name says 示例."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """One trade: its cluster, its GB/T 4754 class, and what is built in it."""

    name: str
    cluster: str
    industry: str
    products: tuple[str, ...]
    unit: str


TRADES = (
    Trade(
        "医药", "生物医药", "生物药品制造", ("重组蛋白", "化学原料药", "中药配方颗粒", "医药中间体", "生物制剂"), "吨"
    ),
    Trade(
        "电子", "新一代电子信息", "电子元件及电子专用材料制造", ("光电模组", "半导体材料", "智能终端", "传感器"), "万套"
    ),
    Trade("装备", "先进装备制造", "专用设备制造", ("轨道交通部件", "环保装备", "智能机床", "农机总成"), "台套"),
    Trade("食品", "现代食品", "食品制造", ("乳制品", "烘焙食品", "调味品", "功能饮料"), "万吨"),
    Trade("物流", "现代商贸物流", "多式联运和运输代理业", ("冷链仓储", "智慧物流园", "城市配送中心"), "万平方米"),
    Trade("化工", "", "专用化学产品制造", ("水性涂料", "电子化学品", "高分子助剂"), "万吨"),
    Trade("建材", "", "非金属矿物制品业", ("装配式构件", "节能玻璃", "新型墙材"), "万平方米"),
)
WORKS = ("生产线项目", "数字化车间技术改造项目", "产业园项目", "扩建项目", "研发及中试基地项目", "绿色化改造项目")
LEADERS = {
    "district": ("区委书记", "区长", "常务副区长", "副区长(工业)", "区人大主任", "区政协主席"),
    "county": ("县委书记", "县长", "常务副县长", "副县长(工业)", "县人大主任", "县政协主席"),
    "county_city": ("市委书记", "市长", "常务副市长", "副市长(工业)", "市人大主任", "市政协主席"),
    "park": ("党工委书记", "管委会主任", "管委会常务副主任", "管委会副主任(工业)"),
}  # by kind of place
DEPARTMENTS = ("发展和改革局", "工业和信息化局", "自然资源和规划局", "行政审批局", "商务局")
OFFICERS = ("项目办主任", "副局长", "科长", "开发区管委会副主任")
PROGRESS = (
    (0.1, "正在办理施工前手续"),
    (0.25, "场地平整完成，正在进行基础施工"),
    (0.5, "主体结构施工至二层，设备开始订货"),
    (0.75, "主体完工，正在进行内外装修和设备安装"),
    (1.0, "设备安装基本完成，正在调试"),
    (9.0, "主要工程完成，正在试生产"),
)
PROBLEMS = (
    "土地组卷未批复，需市自然资源部门协调",
    "融资缺口较大，银行授信尚在审查",
    "环评批复时限较长，影响施工许可办理",
    "主要设备进口交货延迟",
    "施工队伍不足，冬季施工受限",
)


def progress_text(share: float) -> str:
    """What a project whose works are a share done would report."""
    return next(text for limit, text in PROGRESS if share < limit or limit == PROGRESS[-1][0])
