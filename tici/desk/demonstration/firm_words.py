"""What invented firms make, where they stand, and how their year runs. Every name says 示例."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FLAT = (0.92, 0.86, 1.02, 1.0, 1.0, 1.03, 0.98, 0.98, 1.04, 1.0, 1.05, 1.12)
BUILDING = (0.62, 0.48, 0.95, 1.12, 1.18, 1.15, 1.05, 1.05, 1.15, 1.2, 1.1, 0.95)  # frost stops it
FEAST = (1.2, 0.85, 0.9, 0.9, 0.93, 0.95, 0.95, 1.05, 1.2, 0.98, 1.0, 1.09)  # before the feasts
HEATING = (1.55, 1.4, 1.15, 0.75, 0.7, 0.75, 0.85, 0.85, 0.7, 0.75, 1.2, 1.35)


@dataclass(frozen=True)
class FirmTrade:
    """One trade: what its firms make, how many and how large they are, and what their ratios lie around."""

    name: str  # 医药, as firms' names say it
    cluster: str  # code of the city's cluster that the rule puts its firms in, or none
    products: Mapping[str, str]  # GB/T 4754 class -> what is made
    sector: str
    share: float  # of the firms above size
    total_yi: float  # revenue of 2021, the firms above size together; 亿元
    growth: tuple[float, float]  # of 2020 and of 2021
    margin: float = 0.06
    rnd: float = 0.012
    exports: float = 0.03
    power: float = 0.035  # 千瓦时 for each 元 of output
    people: float = 0.008  # for each 万元 of revenue
    season: tuple[float, ...] = FLAT

    @property
    def is_industry(self) -> bool:
        return self.sector == "industry"


FIRM_TRADES = (
    FirmTrade(
        "医药",
        "biomedicine",
        {
            "2710": "化学原料药",
            "2720": "化学药品制剂",
            "2740": "中成药",
            "2730": "中药饮片",
            "2761": "生物药品",
            "2762": "重组蛋白疫苗",
            "2770": "卫生材料",
            "2750": "兽用药品",
        },
        "industry",
        0.085,
        771.0,
        (0.05, 0.13),
        margin=0.13,
        rnd=0.055,
        exports=0.14,
        people=0.007,
    ),
    FirmTrade(
        "电子",
        "electronics",
        {
            "3972": "半导体分立器件",
            "3973": "集成电路",
            "3976": "光电子器件",
            "3985": "电子专用材料",
            "3921": "通信系统设备",
            "3983": "传感器",
        },
        "industry",
        0.075,
        735.0,
        (0.06, 0.14),
        margin=0.075,
        rnd=0.045,
        exports=0.08,
        power=0.018,
        people=0.006,
    ),
    FirmTrade(
        "装备",
        "equipment",
        {
            "3441": "工业泵",
            "3443": "阀门",
            "3421": "数控机床",
            "3511": "矿山机械",
            "3572": "农业机械",
            "3660": "改装汽车",
            "3670": "汽车零部件",
            "3714": "铁路机车车辆配件",
            "3463": "水处理设备",
        },
        "industry",
        0.15,
        760.0,
        (0.02, 0.1),
        margin=0.06,
        rnd=0.028,
        exports=0.06,
        people=0.009,
    ),
    FirmTrade(
        "食品",
        "food",
        {
            "1441": "液体乳",
            "1411": "糕点",
            "1419": "饼干",
            "1462": "调味品",
            "1391": "玉米淀粉",
            "1353": "肉制品",
            "1524": "植物蛋白饮料",
            "1312": "小麦粉",
            "1329": "饲料",
            "1373": "果干",
        },
        "industry",
        0.12,
        690.0,
        (0.04, 0.08),
        margin=0.05,
        rnd=0.007,
        season=FEAST,
    ),
    FirmTrade(
        "化工",
        "",
        {
            "2614": "有机化工原料",
            "2641": "水性涂料",
            "2661": "助剂",
            "2621": "氮肥",
            "2669": "电子化学品",
            "2511": "成品油",
        },
        "industry",
        0.09,
        640.0,
        (-0.05, 0.17),
        margin=0.055,
        rnd=0.014,
        power=0.09,
        people=0.004,
    ),
    FirmTrade(
        "建材",
        "",
        {
            "3011": "水泥",
            "3021": "水泥制品",
            "3022": "装配式构件",
            "3071": "建筑陶瓷",
            "3099": "碳酸钙",
            "3041": "平板玻璃",
        },
        "industry",
        0.1,
        310.0,
        (0.01, 0.05),
        power=0.11,
        season=BUILDING,
    ),
    FirmTrade(
        "冶金",
        "",
        {"3120": "钢坯", "3130": "钢材", "3391": "铸件", "3252": "铝材"},
        "industry",
        0.035,
        640.0,
        (0.0, 0.16),
        margin=0.035,
        power=0.08,
        people=0.002,
    ),
    FirmTrade(
        "纺织",
        "",
        {"1711": "棉纱", "1712": "坯布", "1819": "服装", "1771": "床上用品"},
        "industry",
        0.09,
        290.0,
        (-0.06, 0.06),
        margin=0.035,
        rnd=0.006,
        exports=0.12,
        people=0.014,
    ),
    FirmTrade(
        "皮革",
        "",
        {"1910": "成品革", "1921": "皮革服装", "1952": "皮鞋", "1932": "毛皮服装"},
        "industry",
        0.05,
        180.0,
        (-0.1, 0.04),
        margin=0.04,
        exports=0.18,
        people=0.012,
    ),
    FirmTrade(
        "金属",
        "",
        {"3311": "钢结构", "3340": "金属丝网", "3321": "切削工具", "3351": "五金配件"},
        "industry",
        0.08,
        240.0,
        (0.01, 0.09),
        margin=0.04,
        exports=0.07,
        season=BUILDING,
    ),
    FirmTrade(
        "轻工",
        "",
        {"2110": "木质家具", "2439": "宫灯", "2231": "纸箱", "2319": "包装印刷", "2032": "木门", "2929": "塑料制品"},
        "industry",
        0.05,
        110.0,
        (-0.02, 0.07),
        margin=0.045,
        exports=0.05,
        people=0.011,
    ),
    FirmTrade(
        "能源",
        "",
        {"4412": "热电联产", "4430": "供热", "4511": "天然气供应", "4610": "自来水", "4415": "风力发电"},
        "industry",
        0.025,
        400.0,
        (0.02, 0.07),
        margin=0.05,
        rnd=0.002,
        exports=0.0,
        power=0.06,
        people=0.003,
        season=HEATING,
    ),
    FirmTrade(
        "物流",
        "logistics",
        {"5431": "公路货运", "5437": "城市配送", "5810": "多式联运", "5930": "低温仓储", "5990": "仓储"},
        "service",
        0.035,
        330.0,
        (0.03, 0.11),
        rnd=0.001,
        exports=0.0,
    ),
    FirmTrade(
        "批发",
        "logistics",
        {"5151": "药品批发", "5164": "钢材批发", "5123": "果品蔬菜批发", "5132": "服装批发"},
        "wholesale",
        0.03,
        490.0,
        (0.0, 0.12),
        margin=0.02,
        rnd=0.0,
        exports=0.0,
        people=0.002,
    ),
    FirmTrade(
        "研发服务",
        "",
        {
            "7320": "工程技术研发",
            "7452": "检验检测",
            "7224": "供应链管理",
        },
        "service",
        0.02,
        45.0,
        (0.05, 0.15),
        rnd=0.1,
    ),
    FirmTrade(
        "建筑",
        "",
        {"4720": "厂房建筑", "4813": "市政工程"},
        "construction",
        0.015,
        260.0,
        (0.02, 0.06),
        season=BUILDING,
    ),
)

# Where firms stand: the weight of each county-level unit, and the trades that are more at home there than elsewhere.
COUNTIES: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "130102": (1.5, {"纺织": 2, "能源": 3, "批发": 4, "建筑": 3}),
    "130104": (0.9, {"批发": 5, "建筑": 3, "研发服务": 2, "能源": 2}),
    "130105": (0.9, {"轻工": 4, "物流": 5, "批发": 4, "建筑": 2}),
    "130107": (0.5, {"冶金": 5, "建材": 2, "能源": 3}),
    "130108": (1.1, {"研发服务": 4, "批发": 3, "医药": 2}),
    "130109": (2.6, {"轻工": 2, "医药": 2, "食品": 2, "装备": 1.5}),
    "130110": (1.9, {"电子": 5, "建材": 2, "食品": 1.5}),
    "130111": (1.7, {"装备": 3, "医药": 2}),
    "130121": (1.0, {"建材": 6, "能源": 2}),
    "130123": (1.6, {"轻工": 5, "食品": 2, "物流": 4, "装备": 1.5}),
    "130125": (0.6, {"食品": 3, "建材": 1.5}),
    "130126": (0.6, {"建材": 4}),
    "130127": (0.7, {"建材": 2, "金属": 3}),
    "130128": (0.7, {"医药": 3, "化工": 2}),
    "130129": (0.4, {"食品": 3, "建材": 2}),
    "130130": (1.1, {"皮革": 8, "装备": 1.5}),
    "130131": (0.9, {"冶金": 8, "能源": 2}),
    "130132": (1.0, {"化工": 4, "装备": 1.5}),
    "130133": (1.2, {"食品": 4, "纺织": 2}),
    "130171": (3.9, {"医药": 5, "电子": 4, "装备": 2, "研发服务": 6}),
    "130172": (0.6, {"化工": 12}),
    "130181": (2.0, {"皮革": 9, "化工": 2, "装备": 1.5}),
    "130183": (1.5, {"纺织": 5, "金属": 2, "食品": 1.5}),
    "130184": (1.3, {"食品": 3, "金属": 2, "医药": 1.5}),
}
ORDINARY = (1.0, dict[str, float]())
EXITS = ("below_line", "stopped", "cancelled", "moved", "other_trade", "bankrupt")
EXIT_WEIGHTS = (42, 22, 14, 8, 8, 6)
