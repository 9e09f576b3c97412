"""The project month: a place's filing, its vintages of entries, what the checks say, and the lights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow
from tici.engines.periods import Month
from tici.places.models import Place
from tici.projects.models import Project

if TYPE_CHECKING:
    from tici.accounts.models import Person

FIGURES = (
    "plan_year_wan",
    "plan_month_wan",
    "done_month_wan",
    "done_ytd_wan",
    "done_total_wan",
    "done_ytd_last_year_wan",
    "funds_total_wan",
    "completion_rate_given",
)
TEXTS = ("progress_text", "next_text", "problem_text", "request_text")


class Form(models.TextChoices):
    """The forms a place files each month."""

    PROJECT_MONTH = "project_month", _("项目月度调度表")


class FilingState(models.TextChoices):
    """Where a place's return for a month stands."""

    AWAITED = "awaited", _("待报")
    FILED = "filed", _("已报")
    SENT_BACK = "sent_back", _("已退回")
    ACCEPTED = "accepted", _("已审核")
    LOCKED = "locked", _("已锁定")


#: States in which the reporter of a place may still file: not once its return is accepted or locked.
OPEN = frozenset({FilingState.AWAITED, FilingState.FILED, FilingState.SENT_BACK})


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, person: Person) -> Self:
        """Filings of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)

    def closed(self) -> Self:
        """Filings that are accepted or locked: nothing more is filed of them."""
        return self.exclude(state__in=OPEN)


class Filing(models.Model):
    """One place's return for one month: awaited, filed, sent back, accepted, locked."""

    form = models.CharField(_("报表"), max_length=20, choices=Form, default=Form.PROJECT_MONTH)
    month_on = models.DateField(_("月份"))  # first day of the month
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("报送单位"), related_name="filings")
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.AWAITED)
    due_on = models.DateField(_("报送期限"))
    first_filed_at = models.DateTimeField(_("首次报送"), null=True, blank=True)
    last_filed_at = models.DateTimeField(_("最近报送"), null=True, blank=True)
    sent_back_at = models.DateTimeField(_("退回时间"), null=True, blank=True)  # a vintage after it answers it
    sent_back_reason = models.CharField(_("退回原因"), max_length=400, blank=True)
    draft_version = models.PositiveIntegerField(default=0)  # counts the saves of the screen draft

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("上报")
        verbose_name_plural = _("上报")
        constraints = [
            models.UniqueConstraint(name="one_filing_a_month_and_place", fields=["form", "month_on", "place"])
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.month}"

    def get_absolute_url(self) -> str:
        return reverse("returns:filing", args=[self.pk])

    @property
    def month(self) -> Month:
        return Month.of(self.month_on)

    @property
    def is_open(self) -> bool:
        """Whether its reporter may still file."""
        return self.state in OPEN


class Channel(models.TextChoices):
    """How a vintage came in."""

    WORKBOOK = "workbook", _("工作簿")
    SCREEN = "screen", _("在线填报")
    TEMPLATE = "template", _("模板")


class Vintage(models.Model):
    """One version of a filing, kept for ever. The newest that was not undone is the current one."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="vintages")
    number = models.PositiveSmallIntegerField(_("版次"))
    channel = models.CharField(_("报送方式"), max_length=10, choices=Channel)
    reason = models.CharField(_("更正说明"), max_length=400, blank=True)
    made_at = models.DateTimeField(_("报送时间"))
    made_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("报送人"))
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("版次")
        verbose_name_plural = _("版次")
        ordering = ["filing", "number"]
        constraints = [models.UniqueConstraint(name="vintages_are_numbered", fields=["filing", "number"])]

    def __str__(self) -> str:
        return f"{self.filing} v{self.number}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, person: Person) -> Self:
        """Entries of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)

    def current(self, month: Month) -> Self:
        """The entries that count for a month: those of each filing's current vintage."""
        return self.filter(month_on=month.first, is_current=True)


class Entry(models.Model):
    """What a place reported for one project and month, as reported. Nobody else ever edits it.

    Cumulative figures are kept as given; the month is never derived from them in storage.
    """

    vintage = models.ForeignKey(Vintage, models.CASCADE, related_name="entries", db_index=False)
    place = models.ForeignKey(
        Place, models.PROTECT, verbose_name=_("报送单位"), related_name="entries", db_index=False, db_constraint=False
    )  # the vintage's own
    month_on = models.DateField(_("月份"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="entries")
    is_current = models.BooleanField(default=True)  # belongs to the filing's current vintage
    plan_year_wan = models.DecimalField(_("年度计划(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    plan_month_wan = models.DecimalField(_("本月计划(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    done_month_wan = models.DecimalField(_("本月完成(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    done_ytd_wan = models.DecimalField(_("本年累计(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    done_total_wan = models.DecimalField(
        _("开工以来累计(万元)"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    done_ytd_last_year_wan = models.DecimalField(
        _("上年同期累计(万元)"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    funds_total_wan = models.DecimalField(_("到位资金(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    completion_rate_given = models.DecimalField(
        _("上报完成率"), max_digits=9, decimal_places=6, null=True, blank=True
    )  # as the county computed it; shown, never used
    progress_text = models.TextField(_("形象进度"), blank=True)
    next_text = models.TextField(_("下月安排"), blank=True)
    problem_text = models.TextField(_("存在问题"), blank=True)
    request_text = models.TextField(_("需协调事项"), blank=True)
    source = models.ForeignKey(
        SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False
    )  # none where it was typed

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报")
        verbose_name_plural = _("填报")
        constraints = [
            models.UniqueConstraint(
                name="one_current_entry_a_project_and_month",
                fields=["month_on", "project"],
                condition=Q(is_current=True),
            ),
            models.UniqueConstraint(name="one_entry_a_project_and_vintage", fields=["vintage", "project"]),
        ]
        indexes = [
            models.Index(fields=["month_on", "place", "id"], name="entry_by_month_and_place"),
            models.Index(fields=["project", "-month_on"], name="entry_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month_on:%Y-%m}"


class Severity(models.TextChoices):
    """What a check asks of the reporter."""

    STOP = "stop", _("须更正")
    ASK = "ask", _("须说明")
    NOTE = "note", _("提示")


class Finding(models.Model):
    """What one check of the rulebook says of one reported cell, and what the reporter answered."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="findings")
    check_code = models.CharField(_("审核关系"), max_length=60)
    field = models.CharField(_("指标"), max_length=40)
    severity = models.CharField(_("程度"), max_length=6, choices=Severity)
    facts = models.JSONField(default=dict)  # the figures the sentence speaks of
    rule_since = models.DateField(_("规则起用"), null=True, blank=True)
    answer = models.CharField(_("说明"), max_length=400, blank=True)
    answered_at = models.DateTimeField(_("说明时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("审核提示")
        verbose_name_plural = _("审核提示")

    def __str__(self) -> str:
        return f"{self.entry} {self.check_code}"


class DraftRow(models.Model):
    """One project's line of a month being typed on the screen, as typed, until it is filed."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="draft_rows")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    cells = models.JSONField(default=dict)  # {"done_month_wan": "１２0万"}

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        constraints = [models.UniqueConstraint(name="one_draft_row_a_project", fields=["filing", "project"])]

    def __str__(self) -> str:
        return f"{self.filing} {self.project_id}"


class LightKind(models.TextChoices):
    """What a light watches."""

    START = "start", _("开工")
    PROGRESS = "progress", _("进度")
    STATISTICS = "statistics", _("入统")


class Colour(models.TextChoices):
    """A light's colour; always shown with its word and its reason."""

    GREEN = "green", _("绿灯")
    YELLOW = "yellow", _("黄灯")
    RED = "red", _("红灯")


class Light(models.Model):
    """One light of one project for one month, computed by a dated rule and carrying its reason."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="lights")
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # the project's own
    month_on = models.DateField(_("月份"))
    kind = models.CharField(_("类别"), max_length=12, choices=LightKind)
    colour = models.CharField(_("灯色"), max_length=6, choices=Colour)
    reason = models.CharField(_("原因"), max_length=40)  # code of the sentence in the rulebook
    facts = models.JSONField(default=dict)  # the figures the sentence speaks of
    rule_since = models.DateField(_("规则起用"), null=True, blank=True)

    class Meta:
        verbose_name = _("亮灯")
        verbose_name_plural = _("亮灯")
        constraints = [
            models.UniqueConstraint(name="one_light_a_kind_and_month", fields=["month_on", "project", "kind"])
        ]
        indexes = [models.Index(fields=["month_on", "colour", "place"], name="light_by_month_and_colour")]

    def __str__(self) -> str:
        return f"{self.project} {self.month_on:%Y-%m} {self.kind} {self.colour}"
