"""Every sentence a reading may say: what is wrong, then the way out.

The sentences are Chinese templates with named places, so a room can pass them through
gettext. ``FATAL`` codes refuse the whole file.
"""

from __future__ import annotations

from tici.engines.sheets.results import Problem

SENTENCES: dict[str, str] = {
    # The file cannot be read at all.
    "too_big": "文件有%(size)s MB，超过%(limit)s MB上限。请删去图片和无关工作表后再报。",
    "bomb": "文件解压后过大，不予读取。请在Excel中另存为新的工作簿后再报。",
    "too_many_parts": "文件内部有%(count)s个部件，超过%(limit)s个上限。请把表格复制到新工作簿后再报。",
    "encrypted": "文件有打开密码，无法读取。请在Excel中取消密码后另存再报。",
    "macros": "文件带有宏，不予读取。请另存为不含宏的xlsx工作簿后再报。",
    "external_links": "文件引用了其他工作簿，不予读取。请把引用的数字粘贴为数值后再报。",
    "truncated": "文件不完整，可能没有传完。请重新上传。",
    "html_table": "文件实为网页，其中没有读得出的表格。请用Excel打开后另存为xlsx再报。",
    "not_a_workbook": "文件不是Excel工作簿或CSV表格，无法读取。请另存为xlsx后再报。",
    "broken": "文件已损坏，无法读取。请用Excel打开修复并另存后再报。",
    "empty_file": "文件是空的。请核对后重新上传。",
    "too_slow": "文件过于复杂，%(seconds)s秒内没有读完。请只保留台账和调度表后再报。",
    "out_of_memory": "文件展开后占用内存过大。请删去空白行列和无关工作表后再报。",
    "encoding": "无法判断CSV文件的文字编码。请另存为xlsx或UTF-8编码的CSV后再报。",
    # The file can be read, but there is nothing in it, or not what was asked for.
    "no_table": "没有找到项目表。请确认表头有“项目名称”一列、下面有项目行；企业月报请到“报表填报”上传，"
    "企业名单请按企业名单读取。",
    "no_list": "没有找到要读的表。请确认表头有“%(label)s”一列、下面有数据行。",
    "wrong_suffix": "文件名后缀是%(suffix)s，内容实为%(real)s，已按内容读取。请改正后缀。",
    # A sheet.
    "earlier_month": "本表是%(month)s的数据，早于本次的%(latest)s，没有读取。如应读取，请单独上报。",
    "sheet_copy": "本表与工作表“%(other)s”内容相同，没有重复读取。请核对后删去一份。",
    "hidden_sheet": "本表处于隐藏状态，已照常读取。请确认是否应报。",
    "hidden_rows": "本表有%(count)s行处于隐藏状态，已照常读取。请确认是否应报。",
    "unit_missing": "本表没有写金额单位，按数值大小判断为%(unit)s。请在表头右上角注明单位。",
    "unit_assumed": "本表没有写金额单位，按本表式规定的%(unit)s读取。请在表头右上角注明单位。",
    "unit_suspect": "写的金额单位是%(stated)s，按数值大小应为%(real)s，已按%(real)s读取。请核对单位。",
    "column_unknown": "“%(header)s”一列没有对应的指标，没有读取。如需读取，请在列对应页指定。",
    "personal_column": "“%(header)s”一列属个人信息，没有读取。请删去该列后再报；如是个人名单，请核对是否报错了表。",
    "repeated_column": "“%(header)s”与%(other)s列是同一指标，只读取了%(other)s列。请核对。",
    # A row or a cell.
    "missing_name": "这一行没有项目名称。请补填项目名称。",
    "missing_row_name": "这一行没有%(label)s。请补填%(label)s。",
    "firm_twice": "“%(value)s”在第%(row)s行已经出现。请核对后删去一行。",
    "code_shared": "代码%(value)s在第%(row)s行属于“%(other)s”，一个代码不能属于两家企业。请对照营业执照核对。",
    "unknown_industry": "行业代码“%(value)s”不在国民经济行业分类（GB/T 4754-2017）中。请核对代码。",
    "ends_before_begins": "有效期止（%(finish)s）早于有效期起（%(start)s）。请核对日期。",
    "negative_amount": "%(label)s为负数（%(value)s）。请核对数字。",
    "done_gt_total": "%(label)s（%(done)s万元）大于总投资（%(total)s万元）。请核对这两个数。",
    "ytd_lt_last_month": "年初至今完成（%(ytd)s万元）小于上月止累计（%(before)s万元）。请核对，或说明调减原因。",
    "finish_before_start": "竣工时间（%(finish)s）早于开工时间（%(start)s）。请核对日期。",
    "uscc_check": "统一社会信用代码的校验位不对（%(value)s）。请对照营业执照核对。",
    "uscc_form": "统一社会信用代码不是18位（%(value)s）。请对照营业执照核对。",
    "code_rounded": "%(label)s被Excel当作数字，末尾数位已丢失（%(value)s）。请把该列设为文本格式后重新填写。",
    "unknown_place": "“%(value)s”不是本市的县（市、区）或开发区。请核对地名。",
    "non_numeric": "%(label)s应填数字，现为“%(value)s”。请填数字，没有的留空。",
    "inexact": "%(label)s写作“%(value)s”，按其中的数字读取。请填确数。",
    "unknown_choice": "%(label)s“%(value)s”不在可选项内，没有读取。请按规定的分类填写。",
    "unreadable_date": "%(label)s写作“%(value)s”，认不出是哪一天或哪一月。请按“2021年11月”的形式填写。",
    "ambiguous_date": "%(label)s写作“%(value)s”，可能是1月或10月，按%(taken)s读取。请改写为“2021年10月”的形式。",
    "formula_error": "单元格是公式差错（%(value)s），没有数字。请修正公式或填写数值。",
    "total_mismatch": "%(label)s的合计为%(given)s万元，各行之和为%(sum)s万元。请核对合计或各行。",
    "count_mismatch": "%(label)s的合计为%(given)s%(unit)s，各行之和为%(sum)s%(unit)s。请核对合计或各行。",
}

FATAL = frozenset(
    [
        "too_big",
        "bomb",
        "too_many_parts",
        "encrypted",
        "macros",
        "external_links",
        "truncated",
        "html_table",
        "not_a_workbook",
        "broken",
        "empty_file",
        "too_slow",
        "out_of_memory",
        "encoding",
    ]
)

#: The kinds that fault a figure or a code of a row, rather than remark on the file.
FAULTS = frozenset(
    [
        "negative_amount",
        "done_gt_total",
        "ytd_lt_last_month",
        "finish_before_start",
        "uscc_check",
        "unknown_place",
        "non_numeric",
        "total_mismatch",
        "missing_name",
        "missing_row_name",
        "firm_twice",
        "code_shared",
        "unknown_industry",
        "ends_before_begins",
        "count_mismatch",
        "formula_error",
        "unit_suspect",
    ]
)


class Unreadable(Exception):
    """The file cannot be read; carries the one problem to tell the sender."""

    def __init__(self, code: str, **params: object) -> None:
        self.problem = Problem(code, params={key: str(value) for key, value in params.items()})
        super().__init__(sentence(self.problem))


def sentence(problem: Problem) -> str:
    """Return the Chinese sentence of a problem, filled in."""
    return SENTENCES[problem.code] % problem.params
