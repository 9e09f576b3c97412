"""Projects of the invented city, one with two parts, one hostile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.briefings.city import november
from tici.briefings.dispatch import Dispatch, Line, ProjectRow

CATEGORIES = ("计划开工", "续建", "保投产", "前期")


def line(seed: int, part: str = "") -> Line:
    plan = Decimal(2000 + 137 * seed % 5000)
    return Line(
        part=part,
        total_wan=plan * 4,
        plan_wan=plan,
        month_plan_wan=plan / 10,
        month_done_wan=plan / 11,
        done_wan=plan * (80 + seed % 40) / 100,
        same_period_wan=plan / 2,
        since_start_wan=plan * 2,
        due_start_on=date(2021, 3, 1 + seed % 28),
        started_on=date(2021, 4, 1 + seed % 28),
        entered="2021-06",
        progress_plan="主体工程施工",
        progress_done="主体工程完成80%",
        next_plan="设备安装",
        problem="" if seed % 3 else "用地手续未办结",
        light=("绿", "黄", "红")[seed % 3],
    )


def project(seed: int, county_code: str, parts: int = 0) -> ProjectRow:
    return ProjectRow(
        county_code=county_code,
        name=f"示例项目{seed:04d}年产{seed}吨新材料生产线建设项目",
        code=f"2101-1301{seed % 99:02d}-89-01-{seed:06d}",
        owner=f"示例企业{seed:04d}有限公司",
        uscc=f"91130100MA{seed:08d}",
        site="开发区创业路",
        industry="化学药品制剂制造",
        category=CATEGORIES[seed % 4],
        level=("省", "市", "县")[seed % 3],
        content="新建厂房及配套设施，购置生产设备",
        years="2020—2022年",
        duty="某副市长；示例市工信局",
        lines=(line(seed), *(line(seed + n, f"其中：{n}期") for n in range(1, parts + 1))),
    )


def dispatch() -> Dispatch:
    city = november()
    projects = [
        project(100 * place + n, county.code, parts=2 if n == 1 else 0)
        for place, county in enumerate(city.counties)
        if county.is_reported
        for n in range(3)
    ]
    return Dispatch(city=city, projects=tuple(projects), office="示例市工业和信息化局", on=date(2021, 12, 3))
