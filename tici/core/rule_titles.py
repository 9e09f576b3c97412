"""What people call the rules of the rulebook, in every room that names one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

TITLES: dict[str, Any] = {
    "briefings/circular": _("通报文句"),
    "briefings/cluster": _("集群月报文句"),
    "briefings/dispatch": _("月度调度表"),
    "briefings/industry": _("工业运行月报文句"),
    "briefings/pool": _("培育库通报文句"),
    "buslines/planning": _("专线编制口径"),
    "buslines/roads": _("行车时间估算"),
    "consultation/limits": _("意见接收限额"),
    "consultation/period": _("征求意见期限"),
    "consultation/reading": _("机器识读的采信界限"),
    "demonstration/city_2023": _("示例核对：2023年全市工业"),
    "demonstration/lines": _("示例公交专线"),
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
    "opinions/aspects": _("意见的方面和用词"),
    "opinions/masking": _("公开文字的遮盖"),
    "opinions/words": _("时间用词"),
    "projects/gates": _("五批次进阶条件"),
    "projects/oc4ids": _("OC4IDS 阶段对照"),
    "returns/calendar": _("报送日历"),
    "returns/checks": _("月报校验"),
    "returns/form_checks/cluster_month": _("集群月报审核"),
    "returns/form_checks/industry_county": _("县级工业月报审核"),
    "returns/form_checks/industry_firm": _("企业月报审核"),
    "returns/forms": _("自带的报表"),
    "returns/indicators": _("自带的指标字典"),
    "returns/lights": _("亮灯规则"),
    "returns/panel": _("可比口径和累计数"),
    "sheets/bus_stops": _("站点清单列名同义词"),
    "sheets/columns": _("列名同义词"),
    "sheets/demand": _("乘车需求列名同义词"),
    "sheets/enterprises": _("企业名单列名同义词"),
    "sheets/industries": _("国民经济行业分类代码"),
    "sheets/places": _("地区名称识别"),
    "sheets/schools": _("学校清单列名同义词"),
    "sheets/words": _("表格用词"),
    "targets/profiles": _("全年目标的月度进度"),
}


def title_of(name: str) -> Any:
    """A rule as people call it; one that only a city has goes by the name of its file."""
    return TITLES.get(name, name)
