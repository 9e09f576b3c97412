"""Where each rule is read: the pages, measures and checks that say what they say because of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tici.core.measures import Measure

from .figures import MEASURES


@dataclass(frozen=True)
class Use:
    """One place where a rule is read, in words: the module that reads it, and the page that shows it if one does."""

    label: Any
    module: str  # where the rule's name stands in the code; a test holds it
    page: str = ""  # a URL name without arguments


_LIBRARY = "tici/enterprises/rules/library.py"
_SIZES = "tici/enterprises/rules/sizes.py"
_CLUSTERS = "tici/enterprises/rules/clusters.py"
_TIERS = "tici/enterprises/rules/tiers.py"

USES: dict[str, tuple[Use, ...]] = {
    "briefings/circular": (
        Use(_("通报的章节与文句"), "tici/briefings/sentences/__init__.py", "briefings:briefings"),
    ),
    "briefings/dispatch": (Use(_("月度调度表的列"), "tici/briefings/dispatch/workbook.py", "briefings:briefings"),),
    "enterprises/clusters": (
        Use(_("企业按规则列入哪些集群、在哪个环节"), _CLUSTERS, "enterprises:clusters"),
    ),
    "enterprises/documents": (Use(_("入库须备的材料"), _LIBRARY),),
    "enterprises/exits": (Use(_("可比口径增速中退库企业的基数"), _LIBRARY),),
    "enterprises/ladders": (Use(_("四大工程看板、企业页的下一档"), _SIZES, "enterprises:board"),),
    "enterprises/platforms": (Use(_("平台覆盖表中哪些类别算缺"), _CLUSTERS, "enterprises:platforms"),),
    "enterprises/pool": (
        Use(_("谁列入培育库，过线可能如何分档"), "tici/enterprises/rules/pool.py", "enterprises:pool"),
    ),
    "enterprises/reviews": (
        Use(_("入库复盘中应入库的月份"), "tici/enterprises/rules/reviews.py", "enterprises:missed"),
    ),
    "enterprises/scorecards/giant": (Use(_("小巨人认定的有效期、门槛与评分"), _TIERS, "enterprises:self_check"),),
    "enterprises/scorecards/innovative": (Use(_("创新型认定的有效期、门槛与评分"), _TIERS, "enterprises:self_check"),),
    "enterprises/scorecards/srdi": (Use(_("专精特新认定的有效期、门槛与评分"), _TIERS, "enterprises:self_check"),),
    "enterprises/sizes": (
        Use(_("企业台账的规模，企业页各年度的规模"), _SIZES, "enterprises:register"),
        Use(_("小型提升、中型跨越还差多少"), _SIZES, "enterprises:board"),
    ),
    "enterprises/thresholds": (Use(_("规下入统还差多少"), _LIBRARY, "enterprises:board"),),
    "enterprises/windows": (
        Use(_("入库按新进规还是小升规计，下一个入库窗口"), _LIBRARY, "enterprises:transitions"),
    ),
    "projects/gates": (Use(_("项目推进到各阶段须有的材料"), "tici/projects/rules.py", "projects:board"),),
    "projects/oc4ids": (Use(_("项目台账导出的OC4IDS状态"), "tici/projects/rules.py", "projects:register"),),
    "returns/calendar": (Use(_("各月报送的截止日"), "tici/returns/actions/months.py", "returns:month"),),
    "returns/checks": (Use(_("月报校验的疑问与退回"), "tici/returns/rules/findings.py", "returns:entries"),),
    "returns/lights": (Use(_("项目亮灯及其原因"), "tici/returns/rules/lights.py", "returns:lights"),),
    "sheets/columns": (Use(_("投递箱识别项目报表的列"), "tici/engines/sheets/subjects.py", "desk:drops"),),
    "sheets/enterprises": (Use(_("投递箱识别企业名单的列"), "tici/engines/sheets/subjects.py", "desk:drops"),),
    "sheets/places": (Use(_("投递箱识别地区的简称"), "tici/engines/sheets/places.py", "desk:drops"),),
}  # fmt: skip


def measures_by(rule: str) -> list[Measure]:
    """The measures that are computed by a rule."""
    return [measure for measure in MEASURES.values() if measure.rule == rule]
