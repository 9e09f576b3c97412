"""What may be wrong with a problem or a plan, in sentences: what is wrong, then the way out.

The sentences are Chinese templates with named places, so that a room can pass them through gettext.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: dict[str, str] = {
    # The problem cannot be planned at all.
    "no_bell": "学校“%(school)s”没有%(bell)s时间。请在学校资料中填写%(bell)s时间后再编线。",
    "no_stops": "没有候选站点。请至少登记一个站点。",
    "no_demand": "没有乘车需求。请先导入需求点。",
    "no_vehicles": "没有车型。请至少登记一种车型和座位数。",
    "code_twice": "%(what)s代码“%(code)s”出现了两次。请改正其中一个。",
    "negative": "%(what)s“%(code)s”的%(field)s是%(value)s，不能小于%(least)s。请核对。",
    "shape": "%(matrix)s应为%(wanted)s，实为%(got)s。请按站点和需求点的顺序重新生成。",
    "negative_time": "%(matrix)s中“%(from)s”到“%(to)s”是负数（%(value)s）。请核对。",
    "unknown_objective": "没有“%(objective)s”这个目标。可用的目标是：%(known)s。",
    "objective_twice": "目标“%(objective)s”写了两次。请删去一个。",
    "no_objective": "没有写目标。请至少写一个，如vehicles。",
    "unknown_direction": "方向写作“%(direction)s”。请写morning（上学）或afternoon（放学）。",
    "window": "%(field)s的时间窗从%(low)s秒到%(high)s秒，先后颠倒或为负。请核对。",
    "unknown_in_plan": "现行方案第%(route)s条线引用了不存在的%(what)s（序号%(value)s）。请核对现行方案。",
    "nothing_to_plan": "没有一个需求点可以编入线路：%(reasons)s",
    # One demand point, stop or leg; the rest is planned.
    "unreachable": "需求点“%(demand)s”在步行%(limit)s米之内没有站点，最近的在%(nearest)s米外。请增设站点或放宽上限。",
    "unreachable_unknown": "需求点“%(demand)s”到各站点都没有步行距离。请核对其坐标，或补填步行距离。",
    "kindergarten_alone": "幼儿园需求点“%(demand)s”没有家长陪同。请为每户至少填一名家长。",
    "family_too_large": "需求点“%(demand)s”一户要%(seats)s个座位，最大的车只有%(largest)s座。请增加更大的车型。",
    "only_bad_stops": "需求点“%(demand)s”步行可到的站点都不能用：%(stops)s。请看这些站点的说明，或增设站点。",
    "stop_cut_off": "站点“%(stop)s”与学校之间没有行车时间。请补填实测时间，或改用别的站点。",
    "stop_too_far": "站点“%(stop)s”到学校要%(seconds)s秒，连同停靠超过乘车上限%(limit)s秒。请放宽上限或换近些的站点。",
    "leg_missing": "“%(from)s”到“%(to)s”没有行车时间，编线时按不通处理。如可通行，请补填实测时间。",
    "too_few_seats": "需求点“%(demand)s”有%(pupils)s名学生没有座位：运力和乘车上限之内排不下。请增加车辆或放宽上限。",
    "too_few_riders": "需求点“%(demand)s”有%(pupils)s名学生所在班次不足%(least)s人，不开行。请并到邻近站点或降低下限。",
    # A file.
    "not_json": "第%(line)s行不是合法的JSON：%(said)s。请核对文件。",
    "field_missing": "缺少“%(field)s”一项。请补填。",
    "field_wrong": "“%(field)s”写作%(value)s，读不出来。请写成%(wanted)s。",
    "not_xpress": "%(said)s。第一行应为：站点数 学生数 车辆数 座位数 步行上限。",
    "unknown_code": "“%(field)s”里的代码“%(code)s”没有登记。请核对。",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a stable code, and what fills its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The Chinese sentence: what is wrong, then the way out."""
        return SENTENCES[self.code] % self.params


class Unplannable(ValueError):
    """Raised where nothing can be planned; carries every fault found, not only the first."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("".join(fault.sentence for fault in faults))
        self.faults = faults
