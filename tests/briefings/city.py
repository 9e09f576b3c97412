"""A November of an invented city: 24 counties in administrative order, two of them late."""

from __future__ import annotations

from decimal import Decimal

from tici.briefings.standing import CityMonth, Reason, Standing
from tici.engines.periods import Month

# fmt: off
PLACES = (
    "长安区", "桥西区", "新华区", "井陉矿区", "裕华区", "藁城区", "鹿泉区", "栾城区",
    "井陉县", "正定县", "行唐县", "灵寿县", "高邑县", "深泽县", "赞皇县", "无极县",
    "平山县", "元氏县", "赵县", "辛集市", "晋州市", "新乐市", "高新区", "循环化工园区",
)
# fmt: on
REASONS = ("用地手续未办结", "资金未到位", "环评批复未取得", "施工许可证未办理")


def standing(position: int, month: int, **facts: object) -> Standing:
    """One county whose figures follow from its place in the list and the month."""
    plan = Decimal(180000 + 23000 * (position % 7))
    pace = Decimal(70 + (position * 37) % 45) / 100
    late = pace < Decimal("0.85")
    told: dict[str, object] = {
        "code": f"1301{position:02d}",
        "place": PLACES[position],
        "projects": 9 + position % 8,
        "total_wan": plan * 7,
        "plan_wan": plan,
        "done_wan": (plan * pace * month / 11).quantize(Decimal(1)),
        "same_period_wan": plan * month / 13,
        "due_starts": 4 + position % 3,
        "started": 3 + position % 2 if late else 4 + position % 3,
        "due_entries": 4,
        "entered": 4 if position % 5 else 3,
        "completed": position % 3,
        "red": 2 if late else 0,
        "yellow": position % 2,
        "reasons": (Reason(REASONS[position % 4], 2), Reason(REASONS[(position + 1) % 4], 1)) if late else (),
    }
    return Standing(**{**told, **facts})  # type: ignore[arg-type]


def october() -> CityMonth:
    return CityMonth(
        month=Month(2021, 10), code="1301", counties=tuple(standing(n, 9 + n % 2) for n in range(len(PLACES)))
    )


def november() -> CityMonth:
    counties = [standing(n, 11) for n in range(len(PLACES))]
    counties[3] = Standing(code="130103", place=PLACES[3], is_reported=False)
    counties[14] = Standing(code="130114", place=PLACES[14], is_reported=False, remark="经两次催报仍未报送")
    counties[23] = standing(23, 11, plan_wan=Decimal(0))
    counties[18] = standing(18, 8)
    return CityMonth(month=Month(2021, 11), code="1301", counties=tuple(counties), previous=october())
