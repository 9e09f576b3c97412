"""What the drop box refuses, of a file and of a line, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.desk.models import Acceptance, DroppedFile, FileState
from tici.desk.rules.fields import LABELS
from tici.engines.periods import Month
from tici.engines.sheets.problems import SENTENCES

if TYPE_CHECKING:
    from tici.places.models import Place

LARGEST_FILE = 20 * 1024 * 1024
MOST_MEMBERS = 200  # of a zip of workbooks
LARGEST_ZIP = 100 * 1024 * 1024  # unpacked
STEEPEST = 100  # unpacked to packed, of one member over 1 MB

#: Problems that only the registers or the place of the sender show; the engine's own are in ``SENTENCES``.
OWN_SENTENCES = {
    "other_county": gettext_lazy("这一行属于%(place)s，本文件是%(own)s报送的。请由%(place)s报送，或改正地区。"),
    "no_place": gettext_lazy("多县汇总表的这一行没有写县（市、区）。请补填地区。"),
    "too_long": gettext_lazy("%(label)s超过%(limit)s个字。请精简后再报。"),
    "too_large": gettext_lazy("%(label)s的数字过大。请核对金额单位。"),
    "left_out": gettext_lazy("%(label)s为%(value)s，这一格没有收入。请核对后填大于0的数。"),
    "rows_disagree": gettext_lazy("同一项目的%(label)s，一处是%(here)s，另一处是%(there)s。请核对。"),
    "no_firms": gettext_lazy("没有找到企业名单：没有一张表有企业名称。请核对文件，或按项目报表读取。"),
    "no_period": gettext_lazy("营业收入没有写明是哪一年的，未收。请在表头写明，如“上年营业收入”。"),
    "counted_month": gettext_lazy("该企业%(month)s在库，营业收入以月报为准，本月营业收入未收。"),
    "no_day_of_tier": gettext_lazy("梯度层级没有认定日期，未收。请补填认定时间。"),
    "namesakes": gettext_lazy("本地有多家同名企业，无法判定是哪一家。请补填统一社会信用代码。"),
    "firm_elsewhere": gettext_lazy("这家企业登记在%(place)s。请核实归属，由%(place)s报送，或先改正登记。"),
    "said": gettext_lazy("%(sentence)s"),
    "not_yet": gettext_lazy("%(label)s是%(day)s，在%(month)s之后。请核对；还没有发生的，请填在计划一栏。"),
    "months_before": gettext_lazy("%(sentence)s"),
    "stage_below": gettext_lazy("%(sentence)s"),
}

MONTHS = frozenset({"month", "latest"})  # kept as 2021-11, said as months are said


def sentence(problem: Mapping[str, Any]) -> str:
    """The words of a problem kept with a file or a line."""
    code = problem["code"]
    template = str(OWN_SENTENCES[code]) if code in OWN_SENTENCES else _(SENTENCES[code])
    params = {"label": str(LABELS.get(problem.get("field", ""), _("该项")))} | problem.get("params", {})
    return template % (params | {name: _in_words(params[name]) for name in MONTHS if name in params})


def _in_words(month: str) -> str:
    """A month kept with a problem as a sentence writes it; other words stay."""
    try:
        return month_words(Month.parse(month))
    except ValueError:
        return month


def against_receiving(name: str, size: int) -> list[Refusal]:
    """Why a file is not even kept: there is nothing in it, or far too much."""
    if size == 0:
        return [Refusal("drop.empty", _("“%(name)s”是空的。请核对后重新投递。") % {"name": name})]
    if size > LARGEST_FILE:
        words = _("“%(name)s”有%(size)s MB，超过%(limit)s MB上限。请删去图片和无关工作表后再投递。")
        facts = {"name": name, "size": -(-size // 2**20), "limit": LARGEST_FILE // 2**20}
        return [Refusal("drop.too_big", words % facts)]
    return []


def against_the_place(sender: Place, read: Place | None) -> list[Refusal]:
    """Why a file of one place may not be dropped for another."""
    if read is None or read.path.startswith(sender.path):
        return []
    words = _("此文件是%(read)s的，您报送的是%(sender)s。没有收入任何数据；请核对文件，或由%(read)s投递。")
    return [Refusal("drop.other_place", words % {"read": read.name, "sender": sender.name})]


def against_accepting(file: DroppedFile, last: Acceptance | None) -> list[Refusal]:
    """Why nothing of a file can be taken in now."""
    if file.is_open:
        return []
    if file.state == FileState.ACCEPTED and last is not None:
        words = _("“%(file)s”已由%(person)s接收，没有重复接收。")
        return [Refusal("drop.accepted", words % {"file": file.name, "person": last.accepted_by})]
    words = _("“%(file)s”%(state)s，不能接收。请先处理后再接收。")
    return [Refusal("drop.not_open", words % {"file": file.name, "state": file.get_state_display()})]


def against_reading_again(file: DroppedFile, *, is_taken: bool) -> list[Refusal]:
    """Why a file may not be read anew: what was taken in from it stands on its lines."""
    if not is_taken:
        return []
    words = _("“%(file)s”已有内容接收。请先撤销接收，再重新读取。")
    return [Refusal("drop.taken", words % {"file": file.name})]


def nothing_chosen() -> Refusal:
    """Said where an acceptance would take nothing in."""
    return Refusal("drop.nothing", _("没有可接收的行：所选的行已接收、待确认或已退回。请另选后再接收。"))


def changed_meanwhile(count: int) -> Refusal:
    """Said where the registers moved on after a proposal was shown."""
    words = _("您查看之后，登记册又有变动，涉及本文件%(count)s行。已重新比对，请看过后再接收。")
    return Refusal("drop.changed_meanwhile", words % {"count": count})


def no_file_to_accept() -> Refusal:
    """Said where none of the files that were chosen has anything left to take in."""
    words = _("所选文件没有可接收的行，没有接收。请先办理待确认的文件，或等读取完成。")
    return Refusal("drop.none_acceptable", words)


def under_way() -> Refusal:
    """Said where all files that were chosen are being taken in already."""
    return Refusal("drop.under_way", _("所选文件正在接收，没有重复开始。"))


def left_for_later() -> str:
    """The mark beside a part that was not chosen."""
    return pgettext("part of a line", "未接收")
