"""The forms and indicators as the rulebook ships them, and every reason why a form may not be used for a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.returns.models import Basis, FormColumn, FormVersion, UnitKind

CUMULATIVE = frozenset({Basis.YTD, Basis.YTD_LAST_YEAR})
LAST_YEAR = {
    Basis.YTD: Basis.YTD_LAST_YEAR,
    Basis.MONTH: Basis.MONTH_LAST_YEAR,
    Basis.END: Basis.END_LAST_YEAR,
}
THIS_YEAR = {then: now for now, then in LAST_YEAR.items()}
UNIT_FIELD = {UnitKind.ENTERPRISE: "enterprise", UnitKind.PLACE: "place", UnitKind.CLUSTER: "cluster"}


def shipped_indicators() -> list[dict[str, Any]]:
    """The dictionary of indicators as shipped: one mapping of model fields each, in order."""
    return [dict(one) for one in rulebook.load("returns/indicators")["indicator"]]


def shipped_forms() -> list[dict[str, Any]]:
    """The forms as shipped: one mapping of model fields each."""
    return [_form(one) for one in rulebook.load("returns/forms")["form"]]


def _form(declared: Mapping[str, Any]) -> dict[str, Any]:
    required = set(declared.get("required", ()))
    columns = []
    for code in declared["columns"]:
        indicator, _dot, basis = code.partition(".")
        columns.append([indicator, basis, code in required, basis in THIS_YEAR])
    facts = {name: value for name, value in declared.items() if name not in {"columns", "required"}}
    return facts | {"columns_data": columns}


def calendar_of(form: FormVersion, month: Month) -> Mapping[str, Any] | None:
    """When the form of a month is due, as the calendar in force says; none where it does not know the form."""
    found: Mapping[str, Any] | None = rulebook.load("returns/calendar", month.last).get(form.calendar)
    return found


def is_exempt(form: FormVersion, month: Month) -> bool:
    """Whether nothing is reported for a month (1月免报)."""
    calendar = calendar_of(form, month)
    return calendar is not None and month.number in calendar.get("exempt", ())


def is_first_period(form: FormVersion, month: Month) -> bool:
    """Whether a month is the first that is reported in its year: January, or February where January is exempt."""
    return all(is_exempt(form, earlier) for earlier in month.year_start.until(month - 1))


def against_opening(form: FormVersion, month: Month, *, is_in_force: bool, is_sealed: bool) -> list[Refusal]:
    """Every reason why a form may not be opened for a month."""
    words = {"form": form, "month": month_words(month)}
    if not form.is_published:
        return [Refusal("form.not_published", _("“%(form)s”还没有启用。请先启用，再开表。") % words)]
    if not is_in_force:
        sentence = _("“%(form)s”的这一版不用于%(month)s。请选用该月有效的版本。") % words
        return [Refusal("form.not_in_force", sentence)]
    calendar = calendar_of(form, month)
    if calendar is None:
        sentence = _("报送期限规则中没有“%(form)s”。请在规则 returns/calendar 中加上它的期限，再开表。") % words
        return [Refusal("form.no_calendar", sentence)]
    if is_exempt(form, month):
        sentence = _("“%(form)s”%(month)s免报，1—2月合并报送。请开2月的表。") % words
        return [Refusal("form.exempt", sentence)]
    if is_sealed:
        return [Refusal("form.sealed", _("“%(form)s”%(month)s已封账，不能再开表。") % words)]
    return []


def against_withdrawing_form_month(form: FormVersion, month: Month, begun: int, *, is_sealed: bool) -> list[Refusal]:
    """Every reason why a month of a form is not taken back; ``begun`` reports and workbooks are there for it."""
    words = {"form": form, "month": month_words(month), "count": begun}
    if is_sealed:
        return [Refusal("form.sealed", _("“%(form)s”%(month)s已封账，不能撤销。") % words)]
    if begun:
        sentence = _("“%(form)s”%(month)s已有%(count)s份报送、草稿或上传的文件，不能撤销。填错的，请逐个退回。")
        return [Refusal("form.begun", sentence % words)]
    return []


def against_publishing(form: FormVersion, known: set[str]) -> list[Refusal]:
    """Every reason why a form may not come into use; ``known`` are the codes of the dictionary."""
    refusals = []
    if form.is_published:
        refusals.append(Refusal("form.published", _("“%(form)s”已经启用。") % {"form": form}))
    if missing := sorted({column.indicator for column in form.columns} - known):
        sentence = _("指标字典中没有%(codes)s。请先在字典中加上这些指标，或从报表中去掉。")
        refusals.append(Refusal("form.unknown_indicator", sentence % {"codes": _("、").join(missing)}, "columns_data"))
    if not calendar_exists(form):
        absent = _("报送期限规则中没有“%(form)s”。请在规则 returns/calendar 中加上它的期限，再开表。")
        refusals.append(Refusal("form.no_calendar", absent % {"form": form}, "calendar"))
    return refusals


def against_removing_form(form: FormVersion) -> list[Refusal]:
    """Why a version of a form stays: it is in use, and what was reported refers to it."""
    if not form.is_published:
        return []
    return [Refusal("form.in_use", _("“%(form)s”已启用，不能删除。要改，请从它另存一个新版本。") % {"form": form})]


def calendar_exists(form: FormVersion) -> bool:
    return calendar_of(form, Month.of(form.from_month)) is not None


def against_saving(form: FormVersion, *, is_used: bool) -> list[Refusal]:
    """Every reason why a version of a form may not be changed as asked."""
    refusals = []
    columns = form.columns
    if not columns:
        refusals.append(Refusal("form.empty", _("报表没有栏目。请至少选一个指标。"), "columns_data"))
    if len({column.code for column in columns}) < len(columns):
        twice = _("有指标在报表中出现了两次。请去掉重复的栏目。")
        refusals.append(Refusal("form.column_twice", twice, "columns_data"))
    if strange := sorted({column.basis for column in columns} - set(Basis.values)):
        unknown = _("不认识的口径：%(codes)s。请从所列口径中选。") % {"codes": _("、").join(strange)}
        refusals.append(Refusal("form.basis", unknown, "columns_data"))
    if form.from_month.day != 1:
        refusals.append(Refusal("form.from_month", _("起用月份须为某月1日。"), "from_month"))
    if is_used:
        used = _("这一版已经开表，不能再改。请另存为从以后月份起用的新版本。")
        refusals.append(Refusal("form.used", used))
    return refusals


def paired(columns: tuple[FormColumn, ...]) -> dict[str, str]:
    """Columns of last year to the columns of this year that they repeat a year later."""
    codes = {column.code for column in columns}
    pairs = {
        column.code: f"{column.indicator}.{THIS_YEAR[Basis(column.basis)]}"
        for column in columns
        if column.basis in THIS_YEAR
    }
    return {then: now for then, now in pairs.items() if now in codes}


def unit_key(form: FormVersion) -> str:
    """The column of a report that says which unit it is of."""
    return f"{UNIT_FIELD[UnitKind(form.unit_kind)]}_id"
