"""Lists of enterprises to be matched, with the truth: firms, and the ways other offices write them.

Firms are generated, or read from a file of names and codes; addresses and telephone numbers are always invented.
The spellings follow fixed shares, drawn from a seed, so that every run sees the same lists:

of the list's codes 40 % are missing, 3 % have one wrong digit, 3 % are of the 15 digits before 2015; of names 5 % are
another brand (更名), 25 % change 有限公司 and 有限责任公司, 20 % gain or lose a place and 8 % of the rest swap it, 10 %
lose a trade word, 4 % the legal form, 10 % have a wrong character (half of them one of the same sound), 4 % are in
traditional characters, 15 % in other widths, 5 % have a blank inside. ``hard``: records without a code of 18
characters are spelt anew twice over, and lose 30 % of addresses and half of the telephone numbers.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tici.engines.linkage.characters import simplified, sounds
from tici.engines.linkage.codes import CREDIT_LETTERS

FORMS = ("有限责任公司", "股份有限公司", "有限公司")
_TRADES = (
    "商贸 贸易 科技 机械 机电 电子 化工 建材 食品 医药 建筑 工程 装饰 实业 投资 咨询 物流 "
    "运输 服饰 纺织 塑料 五金 制造 设备 销售 服务 发展 材料 技术 工业 经贸"
)
TRADES = tuple(_TRADES.split())
_MORE_TRADES = (
    "汽车零部件 生物技术 农业开发 环保科技 新能源 信息技术 网络科技 文化传媒 包装制品 医疗器械 "
    "橡胶制品 钢铁铸造 精密铸件 饲料 乳业 制药 种业 玻璃制品 陶瓷 门窗 家具 印刷 造纸 水泥 "
    "电缆 阀门 轴承 变压器 自动化 仪器仪表 软件 广告 餐饮管理"
)
MORE_TRADES = tuple(_MORE_TRADES.split())
BRANDS = (
    "恒华鑫金瑞德盛隆泰兴达通宏永信诚东方天海龙凤宇星光明中联合众友利丰源润康健安宁佳美雅博智远航飞腾跃升"
    "辉煌创新锐科正大国民邦立基业成万千百年春秋日月江河山川林木森荣茂昌富贵祥和顺平福禄寿喜庆阳晨曦旭朝晖"
    "彩虹云霞雨露冰雪玉石珠宝银铜铁钢力强威武雄豪杰英才俊贤良善仁义礼嘉惠慧聪敏捷迅奇特优卓越超凡圣尊皇帝"
    "王冠领先锋前沿环球亚欧美澳太洋四"
)
CITIES = {
    "河北": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水",
    "山东": "济南 青岛 淄博 烟台 潍坊 济宁 泰安 临沂",
    "江苏": "南京 无锡 徐州 常州 苏州 南通 扬州",
    "浙江": "杭州 宁波 温州 嘉兴 绍兴 金华 台州",
    "广东": "广州 深圳 珠海 佛山 东莞 中山 惠州",
    "河南": "郑州 洛阳 开封 新乡 南阳",
    "四川": "成都 绵阳 德阳 宜宾 泸州",
    "湖北": "武汉 宜昌 襄阳 荆州",
    "福建": "福州 厦门 泉州 漳州",
    "辽宁": "沈阳 大连 鞍山 锦州",
}
_ROADS = "中山 建设 裕华 槐安 和平 新华 人民 解放 胜利 友谊 红旗 光华 长江 黄河 泰山 珠江 工业 科技 创新 兴业 富强 迎宾"
ROADS = tuple(_ROADS.split())
_DISTRICTS = "长安区 桥西区 新华区 裕华区 高新区 城关镇 开发区 工业园区 东城区 南关区"
DISTRICTS = tuple(_DISTRICTS.split())


@dataclass(frozen=True)
class Firm:
    """One firm as registered, before anybody else writes it down."""

    name: str
    code: str
    province: str
    city: str


@dataclass(frozen=True)
class Lists:
    """A list, the register it is matched to, and for each record the key of its firm, -1 if in no register."""

    records: pl.DataFrame
    register: pl.DataFrame
    truth: np.ndarray
    has_code: np.ndarray


def credit_code(stem: str) -> str:
    """Return a code of 17 characters with its check character."""
    total = sum(CREDIT_LETTERS.index(c) * pow(3, at, 31) for at, c in enumerate(stem))
    return stem + CREDIT_LETTERS[-total % 31]


def read_firms(path: Path, *, held_out: bool | None = None) -> list[Firm]:
    """Read name, uscc, province, city; all rows, the three quarters held out from tuning, or the other quarter."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        firms = [
            Firm(row["name"].replace("\0", ""), row["uscc"], row["province"], row["city"])
            for row in csv.DictReader(file)
        ]
    quarter = [int(hashlib.sha1(firm.code.encode()).hexdigest()[8:12], 16) % 4 for firm in firms]
    return [firm for firm, q in zip(firms, quarter, strict=True) if held_out is None or (q != 0) == held_out]


def generated_firms(count: int, seed: int) -> list[Firm]:
    """Invent firms; brands are as unevenly common as real ones, and no two firms of a city share a name."""
    chance, seen, firms = random.Random(seed), set(), []
    places = [(province, city) for province, cities in CITIES.items() for city in cities.split()]
    weights = [1 / (1 + rank) ** 0.6 for rank in range(len(BRANDS))]
    trades = TRADES + MORE_TRADES
    while len(firms) < count:
        length = chance.choices((2, 3, 4), (0.62, 0.25, 0.13))[0]
        brand = "".join(_brand_character(chance, weights) for _character in range(length))
        trade = chance.choice(trades) + (chance.choice(TRADES) if chance.random() < 0.3 else "")
        province, city = chance.choice(places)
        form = chance.choices(FORMS, (0.3, 0.05, 0.65))[0]
        before = chance.choices((city + "市", city, province + "省", province, ""), (0.45, 0.35, 0.05, 0.1, 0.05))[0]
        name = before + brand + trade + form
        if (name, city) in seen:
            continue
        seen.add((name, city))
        stem = f"91{chance.randrange(110000, 659999)}MA{''.join(chance.choices(CREDIT_LETTERS, k=7))}"
        firms.append(Firm(name, credit_code(stem), province, city))
    return firms


def _brand_character(chance: random.Random, weights: list[float]) -> str:
    """Draw a favourite character of brands, or any of the 3,755 common ones (first level of GB 2312)."""
    if chance.random() < 0.55:
        return chance.choices(BRANDS, weights)[0]
    row, cell = divmod(chance.randrange(3755), 94)
    return bytes([0xB0 + row, 0xA1 + cell]).decode("gb2312")


class Speller:
    """Writes firms down the way other offices do."""

    def __init__(self, firms: list[Firm], seed: int) -> None:
        self.chance = random.Random(seed)
        common = Counter(c for firm in firms[:100_000] for c in firm.name).most_common(1500)
        self.characters = [c for c, _n in common if "\u4e00" <= c <= "\u9fff"]
        self.alike = defaultdict(list)
        for c in self.characters:
            self.alike[sounds()[ord(c)]].append(c)
        found = (re.match(rf"^.{{2,6}}?(..)(?:{'|'.join(TRADES)})", firm.name) for firm in firms[:100_000])
        self.brands = [match.group(1) for match in found if match]
        table = simplified()
        traditional = (table != np.arange(len(table))).nonzero()[0]
        self.traditional = {
            int(table[p]): int(p) for p in traditional[::-1] if 0x4E00 <= p <= 0x9FFF and table[p] > 255
        }

    def name(self, name: str, province: str, city: str) -> str:
        """Return a name as another office writes it."""
        chance = self.chance
        if chance.random() < 0.05:
            name = self._another_brand(name, province, city)
        if chance.random() < 0.25:
            name = other_form(name)
        name = self._place(name, province, city)
        if chance.random() < 0.10:
            name = without_trade(name)
        if chance.random() < 0.04:
            ending = "公司" if chance.random() < 0.5 else ""
            name = re.sub(r"(?:有限责任|股份有限|集团有限|有限)公司$", ending, name)
        if chance.random() < 0.10:
            name = self._wrong_character(name)
        if chance.random() < 0.04:
            name = name.translate(self.traditional)
        if chance.random() < 0.15:
            name = name.replace("（", "(").replace("）", ")")
            name = wide(name) if chance.random() < 0.5 else name
        if chance.random() < 0.05 and len(name) > 1:
            at = chance.randrange(1, len(name))
            name = name[:at] + " " + name[at:]
        return name

    def _another_brand(self, name: str, province: str, city: str) -> str:
        match = re.match(rf"^((?:{re.escape(province)}省?|{re.escape(city)}市?)*)(.{{2,4}})(.*)$", name)
        return match.group(1) + self.chance.choice(self.brands) + match.group(3) if match else name

    def _place(self, name: str, province: str, city: str) -> str:
        chance = self.chance
        forms = (f"{province}省{city}市", province + city, province + "省", city + "市", province, city)
        if chance.random() < 0.20:
            for form in forms:
                if name.startswith(form) and len(name) - len(form) >= 6:
                    return name[len(form) :]
            return chance.choice([province + "省", province, city + "市", city]) + name
        if chance.random() < 0.08:
            for form in (city + "市", city):
                if name.startswith(form) and len(name) - len(form) >= 6:
                    return province + name[len(form) :]
        return name

    def _wrong_character(self, name: str) -> str:
        chance = self.chance
        at = chance.randrange(len(name) - 4 if len(name) > 6 else len(name))
        kind, alike = chance.random(), [c for c in self.alike[sounds()[ord(name[at])]] if c != name[at]]
        if kind < 0.5 and alike:
            return name[:at] + chance.choice(alike) + name[at + 1 :]
        if kind < 0.7:
            return name[:at] + chance.choice(self.characters) + name[at + 1 :]
        if kind < 0.85:
            return name[:at] + name[at + 1 :]
        return name[:at] + chance.choice(self.characters) + name[at:]

    def address(self, address: str, province: str, city: str, others: list[str]) -> str:
        """Return an address as another office writes it; another address, or none, for some."""
        chance = self.chance
        if chance.random() < 0.08:
            return ""
        if chance.random() < 0.08:
            return chance.choice(others)
        if chance.random() < 0.4:
            for form in (f"{province}省{city}市", city + "市", city, province + "省"):
                if address.startswith(form):
                    address = address[len(form) :]
                    break
            else:
                address = f"{city}市{address}"
        if chance.random() < 0.3:
            address = re.sub(r"[0-9]+(?:室|层|楼|单元)", "", address)
        if chance.random() < 0.2:
            address = address.replace("号", "")
        if chance.random() < 0.1:
            address = wide(address)
        if chance.random() < 0.1 and len(address) > 8:
            at = chance.randrange(len(address))
            address = address[:at] + address[at + 1 :]
        return address


def lists_of(firms: list[Firm], *, records: int, seed: int, overlap: float = 0.6, hard: bool = True) -> Lists:
    """Deal firms out to a list and a register and spell the list anew.

    ``overlap`` of the records are firms of the register; every firm left over is in the register alone.
    """
    chance, spell = random.Random(seed), Speller(firms, seed + 1)
    firms = chance.sample(firms, len(firms))
    both = int(records * overlap)
    listed, registered = firms[:records], firms[:both] + firms[records:]
    addresses = {firm: _address(firm, chance) for firm in firms}
    phones = {firm: _phone(chance) for firm in firms}
    others = [addresses[firm] for firm in firms[:50_000]]

    register = [
        {
            "name": firm.name,
            "code": firm.code if chance.random() > 0.02 else "",
            "address": addresses[firm],
            "phone": phones[firm] if chance.random() < 0.7 else "",
            "place": firm.city,
        }
        for firm in registered
    ]
    rows, has_code = [], []
    for firm in listed:
        name, code = spell.name(firm.name, firm.province, firm.city), _code(firm.code, chance)
        phone = phones[firm] if chance.random() >= 0.2 else _phone(chance)
        row = {
            "name": name,
            "code": code,
            "address": spell.address(addresses[firm], firm.province, firm.city, others),
            "phone": phone if chance.random() < 0.6 else "",
            "place": firm.city if chance.random() < 0.9 else "",
        }
        if hard and len(code) != 18:
            long = row["name"] if len(row["name"]) > 5 else row["name"] + "有限公司"
            row["name"] = spell.name(long, firm.province, firm.city)
            row["address"] = "" if chance.random() < 0.3 else row["address"]
            row["phone"] = "" if chance.random() < 0.5 else row["phone"]
        rows.append(row)
        has_code.append(code == firm.code)
    where = chance.sample(range(len(register)), len(register))
    at = {number: key for key, number in enumerate(where)}
    truth = np.array([at[number] if number < both else -1 for number in range(records)])
    order = chance.sample(range(records), records)
    frame = pl.DataFrame(rows)[order].with_columns(pl.int_range(records, dtype=pl.Int64).alias("key"))
    held = pl.DataFrame(register)[where].with_columns(pl.int_range(len(register), dtype=pl.Int64).alias("key"))
    return Lists(frame, held, truth[order], np.array(has_code)[order])


def other_form(name: str) -> str:
    """Return a name with 有限公司 for 有限责任公司, or the other way round."""
    if name.endswith("有限责任公司"):
        return name.removesuffix("有限责任公司") + "有限公司"
    if name.endswith("有限公司") and not name.endswith("股份有限公司"):
        return name.removesuffix("有限公司") + "有限责任公司"
    return name


def without_trade(name: str) -> str:
    """Return a name without the first trade word in it, if anything stands before it."""
    for trade in TRADES:
        if (at := name.find(trade, 2)) > 3:
            return name[:at] + name[at + len(trade) :]
    return name


def wide(text: str) -> str:
    """Return a text with its letters and figures in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _code(code: str, chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < 0.40:
        return ""
    if drawn < 0.43:
        at = chance.randrange(18)
        return code[:at] + chance.choice("0123456789") + code[at + 1 :]
    if drawn < 0.46:
        return "".join(chance.choices("0123456789", k=15))
    return code


def _phone(chance: random.Random) -> str:
    # 示例: exchanges that are not given out.
    if chance.random() < 0.5:
        return "100" + "".join(chance.choices("0123456789", k=8))
    return "0000-" + "".join(chance.choices("0123456789", k=8))


def _address(firm: Firm, chance: random.Random) -> str:
    """Invent an address: a village without a number for a quarter, one of the city's few office houses for a sixth."""
    if (kind := chance.random()) < 0.25:
        village = f"{chance.choice(BRANDS[:40])}{chance.choice('家庄河沟头营寨屯')}"
        return (
            f"{firm.city}市{chance.choice(DISTRICTS)}{village}{chance.choice(['村', '镇工业区', '村委会东', '村北'])}"
        )
    if kind < 0.40:
        house = f"{chance.choice(ROADS)}大厦"
        street = f"{firm.province}省{firm.city}市{chance.choice(ROADS)}路{chance.randrange(1, 9)}号"
        return f"{street}{house}{chance.randrange(101, 2999)}室"
    road = chance.choice(ROADS) + chance.choice(["路", "大街", "街", "东路", "西路", "南大街"])
    place = f"{firm.province}省{firm.city}市" if chance.random() < 0.4 else f"{firm.city}市"
    room = f"{chance.randrange(1, 30)}{chance.choice(['室', '层', '楼', '单元'])}" if chance.random() < 0.4 else ""
    return f"{place}{chance.choice(DISTRICTS)}{road}{chance.randrange(1, 400)}号{room}"
