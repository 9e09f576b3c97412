"""What each deed in the record is called, and the record as the audit administrator searches it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tici.core.audit import subject_of
from tici.core.models import Job, Record
from tici.core.verification import VERIFY

DEEDS: dict[str, Any] = {
    "answer.failed": _("答复未送达"),
    "answer.sent": _("发出答复"),
    "answer.written": _("撰写答复"),
    "briefing.made": _("生成通报或调度表"),
    "department.added": _("新增单位"),
    "department.removed": _("删除单位"),
    "draft.saved": _("保存填报草稿"),
    "drop.accepted": _("接收投递文件"),
    "drop.columns_settled": _("确认列对应"),
    "drop.names_answered": _("答复合并建议"),
    "drop.read_again": _("重新读取投递文件"),
    "drop.received": _("收到投递文件"),
    "drop.settled": _("确认报送单位或月份"),
    "drop.undone": _("撤销接收"),
    "drop.withdrawn": _("撤下投递文件"),
    "duty.accepted": _("接收包联"),
    "duty.assigned": _("指定包联"),
    "duty.ended": _("结束包联"),
    "duty.undone": _("撤销包联接收"),
    "duty.visited": _("走访"),
    "finding.answered": _("说明校验提示"),
    "lights.set": _("亮灯"),
    "listed.aside_undone": _("撤销名单行不列入"),
    "listed.left_aside": _("名单行不列入培育库"),
    "pool.proposed": _("由名单列入培育库"),
    "pool.withdrawn": _("撤销由名单列入"),
    "notice.erased": _("清除公告的个人信息"),
    "notice.issued": _("发布公告"),
    "notice.written": _("撰写公告"),
    "opinion.confirmed": _("确认意见归类"),
    "opinion.accepted": _("自动采信意见归类"),
    "opinion.unaccepted": _("撤销自动采信"),
    "opinion.typing_settled": _("核定誊录"),
    "opinion.second_typing_waived": _("免誊录第二遍"),
    "notice.acceptance_switched": _("开关自动采信"),
    "opinion.decided": _("决定是否采纳"),
    "opinion.held": _("暂缓意见的读取"),
    "opinion.masked": _("遮盖公开文字"),
    "opinion.moved": _("改归类"),
    "opinion.not_one": _("登记为非意见"),
    "opinion.postmarked": _("登记邮戳日期"),
    "opinion.quarantined": _("意见暂存待查"),
    "opinion.received": _("收到意见"),
    "opinion.registered": _("登记意见"),
    "opinion.released": _("放回处理"),
    "opinion.resumed": _("继续读取暂缓的意见"),
    "opinion.retried": _("重新处理"),
    "opinion.tied": _("关联办理事项"),
    "opinion.transcribed": _("誊录"),
    "opinion.unconfirmed": _("撤销确认"),
    "opinion.undecided": _("撤销决定"),
    "month.opened": _("开启月份"),
    "month.withdrawn": _("撤销月份"),
    "form.month_withdrawn": _("撤销报表月份"),
    "person.created": _("新建账号"),
    "person.deactivated": _("停用账号"),
    "person.granted": _("授权"),
    "person.locked": _("登录锁定"),
    "person.password_changed": _("修改密码"),
    "person.password_reset": _("重置密码"),
    "person.preference_set": _("个人设置"),
    "person.reactivated": _("恢复账号"),
    "person.renamed": _("更改称呼"),
    "person.sign_in_refused": _("登录未通过"),
    "person.signed_in": _("登录"),
    "person.signed_out": _("退出登录"),
    "person.unlocked": _("解除锁定"),
    "publication.proposed": _("拟定意见公开"),
    "publication.published": _("公开意见采纳情况"),
    "publication.withdrawn": _("撤回拟公开内容"),
    "sender.revealed": _("查看提意见人"),
    "upload.erased": _("清除原始文件"),
    "day.changed": _("停课或补课"),
    "demand.taken": _("收下乘车需求"),
    "legs.taken": _("收下实测行车时间"),
    "list.taken": _("导入清单"),
    "plan.asked": _("开始编线"),
    "plan.ended": _("停用线路方案"),
    "plan.in_force": _("启用线路方案"),
    "plan.kept": _("保存线路方案"),
    "plan.proof_asked": _("开始证明"),
    "plan.proposed": _("拟定线路方案"),
    "plan.proven": _("完成证明"),
    "plan.removed": _("删除线路草案"),
    "roads.read": _("读取路网"),
    "roads.received": _("收到路网"),
    "scenario.accepted": _("采纳调整方案"),
    "scenario.declared": _("提出调整方案"),
    "scenario.declined": _("不采纳调整方案"),
    "scenario.evaluated": _("重新评估调整方案"),
    "school.bell": _("修改作息时间"),
    "school.taken": _("登记学校"),
    "stop.taken": _("登记站点"),
    "stop.closed": _("停用或恢复站点"),
    "term.opened": _("登记学期"),
    "vehicle.set": _("登记车型"),
    "place.changed": _("更改地区"),
    "place.created": _("新增地区"),
    "post.added": _("新增岗位"),
    "post.filled": _("岗位到任"),
    "post.removed": _("删除岗位"),
    "post.vacated": _("岗位空缺"),
    "cell.answered": _("答复单元格询问"),
    "cell.asked": _("询问单元格"),
    "cell.closed": _("了结单元格询问"),
    "form.opened": _("开启报表月份"),
    "form.published": _("启用报表"),
    "form.removed": _("删除报表草稿"),
    "form.saved": _("修改报表"),
    "form.sealed": _("封账"),
    "form_upload.received": _("收到报表文件"),
    "form_upload.settled": _("确认报表文件的对应"),
    "form_upload.withdrawn": _("撤下报表文件"),
    "forms.loaded": _("载入报表"),
    "indicator.saved": _("修改指标"),
    "list.matched": _("比对外部名单"),
    "list.matched_again": _("重新比对外部名单"),
    "list.received": _("收到外部名单"),
    "list.refused": _("外部名单未收"),
    "list.removed": _("移除外部名单"),
    "listed.decided": _("判定名单企业"),
    "listed.taken_back": _("撤销名单企业的判定"),
    "report.sent_back": _("退回单位月报"),
    "reports.filed": _("报送单位月报"),
    "reports.undone": _("撤销单位月报报送"),
    "cluster.left_out": _("人工剔除集群企业"),
    "cluster.loaded": _("载入产业集群"),
    "cluster.put_in": _("人工列入集群企业"),
    "cluster.returned_to_rule": _("集群成员恢复按规则"),
    "clusters.assigned": _("按规则归集群"),
    "enterprise.apart_forgotten": _("撤销“并非同一企业”"),
    "enterprise.certified": _("登记梯度认定"),
    "enterprise.delisted": _("登记退市摘牌"),
    "enterprise.edited": _("修改企业资料"),
    "enterprise.facts_noted": _("填写评分事实"),
    "enterprise.entered_library": _("企业入库"),
    "enterprise.left_library": _("企业退库"),
    "enterprise.entering_undone": _("撤销入库"),
    "enterprise.leaving_undone": _("撤销退库"),
    "enterprise.reporter_named": _("指定企业填报账号"),
    "enterprise.reporter_released": _("解除企业填报账号"),
    "enterprise.listed": _("登记上市挂牌"),
    "enterprise.merged": _("合并重复企业"),
    "enterprise.months_given": _("填报分月台账"),
    "enterprise.merging_undone": _("撤销企业合并"),
    "enterprise.missed_for": _("填写迟入库原因"),
    "enterprise.told_apart": _("判定并非同一企业"),
    "enterprises.accepted": _("接收企业名单"),
    "enterprises.judged": _("梯度自测"),
    "enterprises.reviewed": _("年度入库复盘"),
    "enterprises.sized": _("重新划分企业规模"),
    "enterprises.undone": _("撤销企业名单接收"),
    "platform.closed": _("停用公共服务平台"),
    "platform.opened": _("登记公共服务平台"),
    "pool.charged": _("安排培育对象"),
    "pool.gone_through": _("摸排培育库"),
    "pool.paper_ticked": _("勾选申报材料"),
    "pool.paper_unticked": _("撤销勾选材料"),
    "pool.stepped": _("办理培育对象"),
    "pool.window_forgotten": _("删除入库窗口"),
    "pool.window_noted": _("登记入库窗口"),
    "project.absorbed": _("并入其他项目"),
    "project.cancelled": _("取消项目"),
    "project.corrected": _("更改项目事实"),
    "project.entered": _("新增项目"),
    "project.filled": _("补填项目事实"),
    "project.moved": _("推进或退回项目"),
    "project.revived": _("恢复项目"),
    "projects.accepted": _("批量接收项目"),
    "projects.readmitted": _("批量恢复项目"),
    "projects.undone": _("撤销批量接收"),
    "published.noted": _("登记公开数据"),
    "return.accepted": _("审核通过月报"),
    "return.filed": _("报送月报"),
    "return.locked": _("锁定月报"),
    "return.sent_back": _("退回月报"),
    "return.undone": _("撤销月报接收"),
    "target.set": _("设定目标"),
}


def records_by(rows: QuerySet[Record], username: str) -> QuerySet[Record]:
    """Records of one account, by its name."""
    return rows.filter(by=username.strip())


def records_of(rows: QuerySet[Record], subject: str) -> QuerySet[Record]:
    """Records of one thing, as records name it (``projects.project:12``), or of one kind of thing."""
    subject = subject.strip()
    return rows.filter(subject=subject) if ":" in subject else rows.filter(subject__startswith=subject)


def of_subject(thing: Model, at_most: int) -> list[tuple[Any, Record]]:
    """The newest records of one thing, each with what was done in words."""
    rows = Record.objects.filter(subject=subject_of(thing)).order_by("-pk")[:at_most]
    return [(DEEDS.get(row.what, row.what), row) for row in rows]


def records_from(rows: QuerySet[Record], day: date) -> QuerySet[Record]:
    """Records from a day on, as the clock of the city counts it."""
    return rows.filter(at__gte=_morning(day))


def records_until(rows: QuerySet[Record], day: date) -> QuerySet[Record]:
    """Records up to the end of a day."""
    return rows.filter(at__lt=_morning(day + timedelta(days=1)))


def latest_check() -> Job | None:
    """The last check of the record that anybody started."""
    return Job.objects.filter(kind=VERIFY).order_by("-pk").first()


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
