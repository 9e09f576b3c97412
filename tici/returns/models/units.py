"""What one unit reports on one form for one month: its vintages of figures, findings, questions, and the seal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Role
from tici.core.models import SourceRow, Upload
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, Enterprise
from tici.places.models import Place

from .forms import FormVersion
from .months import Channel, FilingState, Severity

if TYPE_CHECKING:
    from datetime import date

    from tici.accounts.models import Person


class UnitReportQuerySet(models.QuerySet["UnitReport"]):
    def visible_to(self, person: Person) -> Self:
        """Reports of units in the place a person holds, and in the places inside it; or of the person's own firm."""
        if person.role == Role.FIRM_REPORTER:
            return self.filter(enterprise__reporters__person=person)
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)

    def of(self, code: str, month: Month) -> Self:
        """The reports of a form for a month."""
        return self.filter(code=code, month_on=month.first)

    def late(self, on: date) -> Self:
        """Reports that came after their due day, or have not come although it is over on a day."""
        return self.filter(Q(first_filed_at__date__gt=F("due_on")) | Q(first_filed_at__isnull=True, due_on__lt=on))


class UnitReport(models.Model):
    """One unit's report on one form for one month: awaited, filed, sent back, accepted, locked.

    ``figures`` repeats the current vintage's, so that a month is read from one table; figure i belongs to column i
    of the form's version. Amounts are in the indicator's unit.
    """

    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="reports", db_index=False)
    code = models.CharField(_("表号"), max_length=40)  # the form's own, for the keys below
    month_on = models.DateField(_("月份"))  # first day of the month
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="reports", db_index=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="reports")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="reports", db_index=False
    )  # asked for by month only
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.AWAITED)
    due_on = models.DateField(_("报送期限"))
    first_filed_at = models.DateTimeField(_("首次报送"), null=True, blank=True)
    last_filed_at = models.DateTimeField(_("最近报送"), null=True, blank=True)
    sent_back_at = models.DateTimeField(_("退回时间"), null=True, blank=True)  # a vintage after it answers it
    sent_back_reason = models.CharField(_("退回原因"), max_length=400, blank=True, db_default="")
    vintage_number = models.PositiveSmallIntegerField(_("版次"), default=0, db_default=0)  # 0: nothing filed yet
    figures = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True), null=True, blank=True
    )
    stops = models.PositiveSmallIntegerField(_("须更正"), default=0, db_default=0)  # findings of the current vintage
    asks = models.PositiveSmallIntegerField(_("须说明"), default=0, db_default=0)  # of them, not yet answered

    objects = UnitReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位月报")
        verbose_name_plural = _("单位月报")
        constraints = [
            models.UniqueConstraint(
                name="one_report_an_enterprise",
                fields=["code", "month_on", "enterprise"],
                condition=Q(enterprise__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_report_a_cluster", fields=["code", "month_on", "cluster"], condition=Q(cluster__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_report_a_place",
                fields=["code", "month_on", "place"],
                condition=Q(enterprise__isnull=True, cluster__isnull=True),
            ),
            models.CheckConstraint(
                name="a_report_has_one_unit", condition=Q(enterprise__isnull=True) | Q(cluster__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["code", "month_on", "place", "id"], name="report_by_month_and_place"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.month_on:%Y-%m} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("returns:report", args=[self.pk])

    @property
    def unit(self) -> Enterprise | Cluster | Place:
        """Who reports."""
        return self.enterprise or self.cluster or self.place

    @property
    def month(self) -> Month:
        return Month.of(self.month_on)

    @property
    def is_open(self) -> bool:
        """Whether its unit may still file without giving a reason for a correction."""
        return self.state in {FilingState.AWAITED, FilingState.FILED, FilingState.SENT_BACK}


class UnitVintage(models.Model):
    """One version of a unit's report, kept for ever. The newest that was not undone is the current one."""

    report = models.ForeignKey(
        UnitReport, models.CASCADE, related_name="vintages", db_index=False, db_constraint=False
    )  # the numbering below is its index
    number = models.PositiveSmallIntegerField(_("版次"))
    figures = ArrayField(models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True))
    channel = models.CharField(_("报送方式"), max_length=10, choices=Channel)
    reason = models.CharField(_("更正说明"), max_length=400, blank=True, db_default="")
    is_after_seal = models.BooleanField(_("封账后更正"), default=False, db_default=False)
    made_at = models.DateTimeField(_("报送时间"))
    made_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("报送人"), db_index=False, db_constraint=False
    )
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("月报版次")
        verbose_name_plural = _("月报版次")
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(name="unit_vintages_are_numbered", fields=["report", "number"])]
        indexes = [models.Index(fields=["batch"], name="unit_vintage_by_batch", condition=Q(batch__isnull=False))]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"


class UnitFinding(models.Model):
    """What one check says of one cell of a vintage, and what the reporter answered."""

    vintage = models.ForeignKey(UnitVintage, models.CASCADE, related_name="findings", db_constraint=False)
    column = models.CharField(_("栏目"), max_length=60)  # "output.ytd"
    check_code = models.CharField(_("审核关系"), max_length=60)
    severity = models.CharField(_("程度"), max_length=6, choices=Severity)
    facts = models.JSONField(default=dict)  # the figures the sentence speaks of
    rule_since = models.DateField(_("规则起用"), null=True, blank=True)
    answer = models.CharField(_("说明"), max_length=400, blank=True, db_default="")
    answered_at = models.DateTimeField(_("说明时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("月报审核提示")
        verbose_name_plural = _("月报审核提示")

    def __str__(self) -> str:
        return f"{self.vintage_id} {self.check_code}"


class CellQuery(models.Model):
    """A question about one cell put to its reporter, and the answer; only the reporter changes the value."""

    report = models.ForeignKey(UnitReport, models.CASCADE, related_name="queries")
    column = models.CharField(_("栏目"), max_length=60)
    vintage_number = models.PositiveSmallIntegerField(_("所问版次"))
    question = models.CharField(_("疑问"), max_length=400)
    asked_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    answer = models.CharField(_("答复"), max_length=400, blank=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("了结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据查询")
        verbose_name_plural = _("数据查询")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.column}"


class ReportDraft(models.Model):
    """One unit's line of a form being typed on the screen, as typed, until it is filed."""

    report = models.OneToOneField(UnitReport, models.CASCADE, related_name="draft")
    cells = models.JSONField(default=dict)  # {"output.ytd": "１２0万"}
    version = models.PositiveIntegerField(default=0)  # counts the saves

    class Meta:
        verbose_name = _("月报草稿")
        verbose_name_plural = _("月报草稿")

    def __str__(self) -> str:
        return f"{self.report_id}"


class SealedMonth(models.Model):
    """A closed month of a form, kept as a Parquet snapshot with its digest. Later vintages do not change it."""

    code = models.CharField(_("表号"), max_length=40)
    month_on = models.DateField(_("月份"))
    snapshot = models.ForeignKey(Upload, models.PROTECT, related_name="+")  # the Parquet file, by its digest
    units = models.PositiveIntegerField(_("单位数"))
    sealed_at = models.DateTimeField(_("封账时间"))
    sealed_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("封账月份")
        verbose_name_plural = _("封账月份")
        constraints = [models.UniqueConstraint(name="one_seal_a_form_and_month", fields=["code", "month_on"])]

    def __str__(self) -> str:
        return f"{self.code} {self.month_on:%Y-%m}"
