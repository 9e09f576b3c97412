"""What people call the keys of a rule's content: the fields of the registers, and the words most rules are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tici.desk.rules.fields import LABELS
from tici.projects.models import Stage
from tici.returns.models import Form, LightKind, Severity

#: Words of the files themselves; they stand before the registers' own, whose fields are named alike.
WORDS: dict[str, Any] = {
    "aggregate": _("汇总方式"),
    "alert": _("触警条件"),
    "aspect": _("意见方面"),
    "assets_wan": _("资产总额(万元)"),
    "basis": _("口径"),
    "calendar": _("报送日历"),
    "check": _("审核关系"),
    "checks": _("审核关系"),
    "cluster": _("产业集群"),
    "code": _("代码"),
    "columns": _("栏目"),
    "condition": _("条件"),
    "day": _("次月几日"),
    "denominator": _("分母"),
    "department": _("责任单位"),
    "document": _("材料"),
    "except": _("除外"),
    "exempt": _("免报月份"),
    "factor": _("系数"),
    "field": _("指标"),
    "for": _("适用于"),
    "form": _("报表"),
    "frequency": _("频次"),
    "from_month": _("起用月份"),
    "goal_wan": _("目标(万元)"),
    "good": _("向好的方向"),
    "head": _("表头"),
    "heading": _("小标题"),
    "indicator": _("指标"),
    "industries": _("行业代码"),
    "is_stock": _("时点数"),
    "kind": _("种类"),
    "label": _("名称"),
    "lead": _("导语"),
    "leader_post": _("分管领导岗位"),
    "left": _("左边"),
    "like": _("也认作"),
    "line": _("标准线"),
    "line_wan": _("起点(万元)"),
    "meaning": _("指标含义"),
    "measure": _("指标"),
    "measures_taken": _("触警后措施"),
    "moved": _("遇节假日"),
    "multiples": _("倍数"),
    "name": _("名称"),
    "names": _("列名"),
    "needs": _("要件"),
    "node": _("环节"),
    "note": _("说明"),
    "numerator": _("分子"),
    "open_after_due": _("期限后继续提示(天)"),
    "opening": _("开头"),
    "optional": _("可不备"),
    "owner_post": _("责任岗位"),
    "people": _("从业人员(人)"),
    "period": _("时期"),
    "place": _("地区"),
    "policy": _("口径"),
    "red_months": _("红灯(月)"),
    "red_points": _("红灯(低于序时)"),
    "relation": _("关系"),
    "required": _("必填"),
    "revenue_wan": _("营业收入(万元)"),
    "right": _("右边"),
    "rung": _("阶段"),
    "sector": _("行业"),
    "sentence": _("提示语"),
    "severity": _("程度"),
    "share": _("比例"),
    "short_name": _("简称"),
    "signers": _("签字人"),
    "source": _("出处"),
    "status": _("状态"),
    "synonyms": _("同义词"),
    "text": _("文句"),
    "title": _("标题"),
    "tolerance": _("容差"),
    "total": _("合计"),
    "unit": pgettext_lazy("of a figure", "单位"),
    "unit_kind": _("报送单位种类"),
    "unlike": _("不认作"),
    "value": _("数值"),
    "wan": _("标准(万元)"),
    "way": _("取得方式"),
    "weights": _("各月权重"),
    "when": _("适用条件"),
    "width": _("列宽"),
    "window": _("入库窗口"),
    "working_day": _("第几个工作日"),
    "year": _("年度"),
    "yellow_months": _("黄灯(月)"),
    "yellow_points": _("黄灯(低于序时)"),
}
KEYS: dict[str, Any] = LABELS | dict(Stage.choices) | dict(LightKind.choices) | dict(Form.choices) | WORDS
#: What the values of some keys stand for.
VALUES: Mapping[str, Mapping[str, Any]] = dict.fromkeys(("field", "left", "right"), LABELS) | {
    "severity": dict(Severity.choices)
}
OWN = ("label", "name", "title", "head")  # what one of many calls itself


def word_for(key: str) -> str:
    """What people call a key; nothing where it has no other name."""
    return str(KEYS.get(key, ""))


def own_name(one: Mapping[str, Any]) -> str:
    """What one of many tables calls itself, or the field it is about."""
    named = (one[key] for key in OWN if isinstance(one.get(key), str))
    return next(named, "") or str(LABELS.get(one.get("field", ""), ""))


def said(key: str, value: Any) -> str:
    """A value as people read it."""
    return str(VALUES.get(key, {}).get(value, value))
