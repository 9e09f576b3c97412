"""The dictionary of indicators (指标字典), and the forms made from it, each version in force from a month."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Aggregate(models.TextChoices):
    """How an indicator of many units becomes one figure."""

    SUM = "sum", _("求和")
    RATIO = "ratio", _("比率(分子和÷分母和)")
    MEAN = "mean", _("加权平均")
    GIVEN = "given", _("由统计部门反馈")


class Indicator(models.Model):
    """One indicator with its card: what it means, when it warns, what is then done, and who answers for it."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)  # "output"
    label = models.CharField(_("指标名称"), max_length=60)
    unit = models.CharField(_("计量单位"), max_length=20)  # 万元, 人, 万千瓦时, %, 户
    aggregate = models.CharField(_("汇总方式"), max_length=8, choices=Aggregate, default=Aggregate.SUM)
    numerator = models.CharField(_("分子"), max_length=40, blank=True)  # codes, of a ratio
    denominator = models.CharField(_("分母"), max_length=40, blank=True)
    is_stock = models.BooleanField(_("时点数"), default=False)  # 期末数; otherwise 流量, reported cumulatively
    meaning = models.TextField(_("含义"), blank=True)
    alert = models.CharField(_("触警阈值"), max_length=120, blank=True)
    measures_taken = models.CharField(_("触警措施"), max_length=200, blank=True)
    good = models.CharField(_("优质阈值"), max_length=120, blank=True)
    frequency = models.CharField(_("更新频率"), max_length=40, blank=True)
    way = models.CharField(_("更新方式"), max_length=40, blank=True)
    department = models.CharField(_("来源部门"), max_length=80, blank=True)
    owner_post = models.CharField(_("业务负责人(岗位)"), max_length=60, blank=True)
    leader_post = models.CharField(_("分管领导(岗位)"), max_length=60, blank=True)
    synonyms = models.JSONField(_("同义表头"), default=list)  # what senders call it, for messy workbooks
    is_retired = models.BooleanField(_("停用"), default=False)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="ratio_has_both_parts",
                condition=~Q(aggregate=Aggregate.RATIO) | ~Q(numerator="") & ~Q(denominator=""),
                violation_error_message=_("比率指标须写明分子和分母。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What a reader calls it: those that came with the product in the reader's language, a city's own as typed."""
        return gettext(self.label)

    @property
    def unit_name(self) -> str:
        """Its unit as a reader writes it."""
        return gettext(self.unit)


class UnitKind(models.TextChoices):
    """Who files a form: one enterprise, one county-level place, or one cluster."""

    ENTERPRISE = "enterprise", _("企业")
    PLACE = "place", _("县（市、区）")
    CLUSTER = "cluster", _("产业集群")


class Basis(models.TextChoices):
    """What period a column of a form speaks of."""

    YTD = "ytd", _("本年累计")
    YTD_LAST_YEAR = "ytd_last_year", _("上年同期累计")
    MONTH = "month", _("本月")
    MONTH_LAST_YEAR = "month_last_year", _("上年同月")
    END = "end", _("期末")
    END_LAST_YEAR = "end_last_year", _("上年同期期末")


class FormColumn(NamedTuple):
    """One column of a form: an indicator at a basis. Its place in the form is the place of its figure in a report."""

    indicator: str
    basis: str
    is_required: bool = False
    is_locked: bool = False  # carried over (上年同期), not typed

    @property
    def code(self) -> str:
        return f"{self.indicator}.{self.basis}"


class FormVersion(models.Model):
    """A form as it stands from a month on. A version that was filed is never changed; a change is a new version."""

    code = models.SlugField(_("表号"), max_length=40)  # "industry_firm"
    name = models.CharField(_("表名"), max_length=80)
    from_month = models.DateField(_("起用月份"))  # first day of the month
    unit_kind = models.CharField(_("填报单位"), max_length=10, choices=UnitKind)
    # Who reports, as a query: {"sector": "industry", "places": [], "industries": [], "clusters": [], "kind": ""}
    who = models.JSONField(_("填报范围"), default=dict)
    columns_data = models.JSONField(_("栏目"), default=list)  # [[indicator, basis, is_required, is_locked], …]
    calendar = models.CharField(_("报送期限规则"), max_length=40)  # key of returns/calendar
    checks = models.CharField(_("审核规则"), max_length=60, blank=True)  # name of a rule file
    signers = models.JSONField(_("签报"), default=list)  # titles: 单位负责人, 统计负责人, 填表人
    is_published = models.BooleanField(_("已启用"), default=False)
    is_retired = models.BooleanField(_("停用"), default=False)

    class Meta:
        verbose_name = _("报表")
        verbose_name_plural = _("报表")
        ordering = ["code", "-from_month"]
        constraints = [models.UniqueConstraint(name="one_form_version_a_month", fields=["code", "from_month"])]

    def __str__(self) -> str:
        return gettext(self.name)  # those that came with the product have their English

    @property
    def columns(self) -> tuple[FormColumn, ...]:
        """The columns in order; figure i of a report belongs to column i."""
        return tuple(FormColumn(*one) for one in self.columns_data)

    @property
    def positions(self) -> dict[str, int]:
        """Column code -> its place: ``{"output.ytd": 0, …}``."""
        return {column.code: at for at, column in enumerate(self.columns)}

    def labels(self, indicators: dict[str, Indicator]) -> list[dict[str, Any]]:
        """Each column's head, unit and code, given the dictionary."""
        return [
            {
                "code": column.code,
                "label": indicators[column.indicator].name,
                "basis": Basis(column.basis).label,
                "unit": indicators[column.indicator].unit_name,
            }
            for column in self.columns
        ]
