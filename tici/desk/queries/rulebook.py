"""The rulebook as people read it: every rule, its versions, and its content line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tici.engines import rulebook
from tici.engines.rulebook import Rule

TITLES: dict[str, Any] = {
    "briefings/circular": _("通报文句"),
    "briefings/dispatch": _("月度调度表"),
    "demonstration/city_2023": _("示例核对：2023年全市工业"),
    "demonstration/published": _("示范城市公开数据"),
    "enterprises/clusters": _("产业集群"),
    "enterprises/documents": _("入库材料清单"),
    "enterprises/exits": _("退库基数口径"),
    "enterprises/ladders": _("四大工程"),
    "enterprises/platforms": _("集群平台全覆盖"),
    "enterprises/pool": _("规上培育库"),
    "enterprises/reviews": _("入库复盘"),
    "enterprises/scorecards/giant": _("专精特新小巨人标准"),
    "enterprises/scorecards/innovative": _("创新型中小企业标准"),
    "enterprises/scorecards/srdi": _("专精特新中小企业标准"),
    "enterprises/sizes": _("大中小微型划分"),
    "enterprises/thresholds": _("四上标准"),
    "enterprises/windows": _("入库窗口"),
    "projects/gates": _("五批次进阶条件"),
    "projects/oc4ids": _("OC4IDS 阶段对照"),
    "returns/calendar": _("报送日历"),
    "returns/checks": _("月报校验"),
    "returns/lights": _("亮灯规则"),
    "sheets/columns": _("列名同义词"),
    "sheets/enterprises": _("企业名单列名同义词"),
    "sheets/industries": _("国民经济行业分类代码"),
    "sheets/places": _("地区名称识别"),
    "sheets/words": _("表格用词"),
}


@dataclass(frozen=True)
class Entry:
    """One line of a rule's content: how deep it lies, its key, and its value unless more lies below it."""

    depth: int
    key: str
    value: str

    @property
    def levels(self) -> range:
        return range(self.depth)


@dataclass(frozen=True)
class Listed:
    """One rule in the list of all rules."""

    name: str
    title: Any
    versions: tuple[Rule, ...]
    is_replaced: bool

    @property
    def newest(self) -> Rule:
        return self.versions[-1]


def every_rule() -> list[Listed]:
    """All rules there are, the city's own included."""
    return [listed(name) for name in rulebook.names()]


def listed(name: str) -> Listed:
    """One rule with its versions."""
    return Listed(name, TITLES.get(name, name), rulebook.versions(name), rulebook.is_replaced(name))


def entries(content: Mapping[str, Any], depth: int = 0) -> Iterator[Entry]:
    """A rule's content line by line, tables within tables set deeper."""
    for key, value in content.items():
        yield from _entry(key, value, depth)


def _entry(key: str, value: Any, depth: int) -> Iterator[Entry]:
    if isinstance(value, Mapping):
        yield Entry(depth, key, "")
        yield from entries(value, depth + 1)
    elif _is_plain_list(value):
        yield Entry(depth, key, "、".join(map(str, value)))
    elif isinstance(value, list):
        yield Entry(depth, key, "")
        for number, one in enumerate(value, start=1):
            yield from _entry(str(number), one, depth + 1)
    else:
        yield Entry(depth, key, str(value))


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and not any(isinstance(v, Mapping) for v in value)
