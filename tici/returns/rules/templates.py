"""What is said of a filled template and of its rows: what is wrong, then the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tici.core.refusals import Refusal

FILES = {
    "too_big": _("文件超过%(limit)s MB。请删去图片和无关工作表后再报。"),
    "encrypted": _("文件有打开密码，无法读取。请在Excel中取消密码后另存再报。"),
    "macros": _("文件带有宏或引用了其他工作簿，不予读取。请把数字粘贴到下载的模板中再报。"),
    "not_a_template": _("这不是本系统下载的模板。请下载本月模板填报；自己的表格请交由县（市、区）在“报表填报”中上传。"),
    "not_ours": _(
        "模板的校验信息与本系统不符，可能是别的城市的模板，或隐藏的校验信息被改动。请重新下载本月模板，把数字粘贴过来再报。"
    ),
    "no_rows": _("模板里一个单位也没有了。请重新下载本月模板填报。"),
    "heads": _(
        "第%(row)s行的表头“%(head)s”被改成了“%(found)s”，无法确认各列的指标和单位。请恢复表头，或重新下载模板填报。"
    ),
    "other_form": _("这是“%(found)s”的模板，这里收的是“%(form)s”。请到对应报表上传。"),
    "other_month": _("这是%(found)s的模板，这里收的是%(month)s。请下载%(month)s的模板填报，或到%(found)s上传。"),
    "other_version": _("这张表已改版，模板是旧版的。请重新下载本月模板，把数字粘贴过来再报。"),
    "too_slow": _("文件过于复杂，没有在规定时间内读完。请删去无关工作表后再报，或分县（市、区）上传。"),
    "out_of_memory": _("文件展开后占用内存过大。请删去空白行列和无关工作表后再报。"),
    "broken": _("文件已损坏，无法读取。请用Excel打开修复并另存后再报。"),
}
ROWS = {
    "added": _("这一行不是模板里原有的单位，没有收。新增单位请先登记入库，再重新下载模板。"),
    "twice": _("同一单位在模板中出现了两次，两行都没有收。请只留正确的一行再报。"),
    "locked": _("锁定的“%(head)s”由“%(was)s”改成了“%(now)s”，没有收。请恢复原值；原值有误的，请先更正台账或上年月报。"),
    "tampered": _("这一行的锁定内容与下载时不同，没有收。请重新下载模板填报这一行。"),
    "beyond": _("这一行在表格右侧多出了内容，没有收。请删去多出的列再报。"),
    "not_a_number": _("“%(head)s”填了“%(text)s”，读不出数字。请填数字，单位%(unit)s；没有的留空。"),
}


def file_refusal(code: str, **facts: object) -> Refusal:
    """Why a file is not taken as a template."""
    return Refusal(f"template.{code}", FILES[code] % facts, "file")


def template_row_refusal(code: str, **facts: object) -> Refusal:
    """Why a row of a template is not taken."""
    return Refusal(f"template.{code}", ROWS[code] % facts)
