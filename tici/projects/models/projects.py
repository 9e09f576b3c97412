"""A project as its ledger (项目台账) describes it, with the plan of each year and the approvals it holds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.searching import matching, pairs_of
from tici.enterprises.models import Enterprise
from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person

DUTY_LINE_WAN = Decimal(500)  # 500万元以上项目责任包联


class Stage(models.TextChoices):
    """The project ladder (梯次), lowest rung first."""

    PLANNED = "planned", _("谋划")
    RESERVED = "reserved", _("储备")
    STARTED = "started", _("开工")
    BUILDING = "building", _("建设")
    PERFORMING = "performing", _("达效")


class Category(models.TextChoices):
    """What a project is for in one year (年度类别); a scheme of its own beside the ladder."""

    TO_START = "to_start", _("计划开工")
    CONTINUING = "continuing", _("续建")
    TO_COMPLETE = "to_complete", _("保投产")
    PRELIMINARY = "preliminary", _("前期")


class Level(models.TextChoices):
    """Whose key project it is (重点级别)."""

    PROVINCE = "province", _("省重点")
    CITY = "city", _("市重点")
    COUNTY = "county", _("县重点")


KEY_LEVELS = (Level.PROVINCE, Level.CITY)  # 省市重点


class Precision(models.TextChoices):
    """How exactly a date was given; the date kept is the first day of its period."""

    DAY = "day", _("日")
    MONTH = "month", _("月")
    QUARTER = "quarter", _("季度")
    YEAR = "year", _("年")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, person: Person) -> Self:
        """Projects in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.within(person.place)

    def within(self, place: Place) -> Self:
        """Projects in a place and in the places inside it."""
        return self.filter(place__path__startswith=place.path)

    def alive(self) -> Self:
        """Projects that were not cancelled; cancelled ones are kept, and counted nowhere."""
        return self.filter(cancelled_on__isnull=True)

    def over_duty_line(self) -> Self:
        """Projects large enough that someone must answer for them (责任包联)."""
        return self.filter(investment_wan__gte=DUTY_LINE_WAN)

    def matching(self, words: str) -> Self:
        """Projects whose name, code or owner holds every word."""
        found: Self = matching(self, words)  # type: ignore[assignment]
        return found


class Project(models.Model):
    """An investment project, from first plan to full output.

    Facts are what its county reported. They change only by the county's own return or by an officer of
    its place, and every change keeps the old value and the cell it came from (``Change``).
    """

    # What it is
    name = models.CharField(_("项目名称"), max_length=200)
    code = models.CharField(_("项目代码"), max_length=24, blank=True)  # GB/T 40058: YYMM-地区-部门-类型-随机校验
    place = models.ForeignKey(
        Place, models.PROTECT, verbose_name=_("地区"), related_name="projects", db_index=False, db_constraint=False
    )  # the indexes below begin with it
    owner = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name=_("业主单位"), related_name="projects", null=True, blank=True
    )
    site = models.CharField(_("建设地点"), max_length=200, blank=True)
    industry = models.CharField(_("项目行业"), max_length=80, blank=True)
    cluster = models.CharField(_("所属产业链(集群)"), max_length=80, blank=True)
    level = models.CharField(_("重点级别"), max_length=10, choices=Level, blank=True)
    nature = models.CharField(_("建设性质"), max_length=30, blank=True)
    content = models.TextField(_("建设内容及规模"), blank=True)
    capacity = models.TextField(_("建成后新增能力"), blank=True)
    highlight = models.TextField(_("亮点"), blank=True)
    remark = models.TextField(_("备注"), blank=True)
    # Money, 万元
    investment_wan = models.DecimalField(_("总投资(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    equipment_wan = models.DecimalField(_("其中设备投资(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    fund_source = models.CharField(_("资金来源及说明"), max_length=200, blank=True)
    output_wan = models.DecimalField(_("达效后年产值(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    tax_wan = models.DecimalField(_("达效后年税收(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)
    jobs = models.PositiveIntegerField(_("达效后用工(人)"), null=True, blank=True)
    # Where it stands
    stage = models.CharField(_("阶段"), max_length=12, choices=Stage, default=Stage.PLANNED)
    signed_on = models.DateField(_("签约日期"), null=True, blank=True)
    planned_start_on = models.DateField(_("计划开工"), null=True, blank=True)
    planned_start_precision = models.CharField(_("计划开工精度"), max_length=8, choices=Precision, blank=True)
    started_on = models.DateField(_("实际开工"), null=True, blank=True)
    started_precision = models.CharField(_("实际开工精度"), max_length=8, choices=Precision, blank=True)
    planned_finish_on = models.DateField(_("计划竣工"), null=True, blank=True)
    planned_finish_precision = models.CharField(_("计划竣工精度"), max_length=8, choices=Precision, blank=True)
    completed_on = models.DateField(_("实际竣工"), null=True, blank=True)
    completed_precision = models.CharField(_("实际竣工精度"), max_length=8, choices=Precision, blank=True)
    performing_on = models.DateField(_("达效日期"), null=True, blank=True)
    statistics_on = models.DateField(_("入统月份"), null=True, blank=True)  # first day of the month
    statistics_code = models.CharField(_("统计代码"), max_length=40, blank=True)
    cancelled_on = models.DateField(_("取消日期"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    # For looking things up
    search_text = models.TextField(editable=False, default="")  # name, code, owner, pinyin initials; kept by actions
    search_pairs = pairs_of("search_text")
    is_example = models.BooleanField(_("示例"), default=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        indexes = [
            # With the day of cancelling, lists of those in force are counted from the index alone.
            models.Index(fields=["place", "id"], include=["cancelled_on"], name="project_of_place"),
            models.Index(fields=["place", "stage", "id"], include=["cancelled_on"], name="project_of_place_and_stage"),
            models.Index(fields=["stage", "id"], include=["cancelled_on"], name="project_of_stage"),
            models.Index(fields=["started_on", "id"], name="project_by_start"),
            models.Index(
                models.F("investment_wan").desc(nulls_last=True), models.F("id").desc(), name="project_by_investment"
            ),
            models.Index(fields=["name", "id"], name="project_by_name"),
            GinIndex(fields=["search_pairs"], name="project_search"),
        ]
        constraints = [
            models.UniqueConstraint(name="one_project_a_code", fields=["code"], condition=~Q(code="")),
            models.CheckConstraint(
                name="project_completed_after_it_started",
                condition=Q(completed_on__isnull=True)
                | Q(started_on__isnull=True)
                | ~Q(completed_precision="day")
                | Q(completed_on__gte=models.F("started_on")),
                violation_error_message=_("竣工日期不能早于开工日期。"),
            ),
            models.CheckConstraint(
                name="project_cancelled_with_a_reason",
                condition=Q(cancelled_on__isnull=True) | ~Q(cancel_reason=""),
                violation_error_message=_("取消项目须写明原因。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:project", args=[self.pk])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_on is not None


class ProjectYear(models.Model):
    """What a project is to do in one year: its category (年度类别) and its planned investment."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="years", db_index=False, db_constraint=False)
    year = models.PositiveSmallIntegerField(_("年度"))
    category = models.CharField(_("年度类别"), max_length=12, choices=Category, blank=True)
    plan_wan = models.DecimalField(_("年度计划投资(万元)"), max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("年度计划")
        verbose_name_plural = _("年度计划")
        constraints = [models.UniqueConstraint(name="one_plan_a_project_and_year", fields=["project", "year"])]
        indexes = [models.Index(fields=["year", "category"], name="project_year_by_category")]

    def __str__(self) -> str:
        return f"{self.project} {self.year}"


class ApprovalKind(models.TextChoices):
    """The preliminary approvals (前期手续) of a project, in the order in which they are had."""

    FILING = "filing", _("立项(备案/核准/审批)")
    LAND = "land", _("用地")
    PLANNING = "planning", _("规划许可")
    ENVIRONMENT = "environment", _("环评")
    ENERGY = "energy", _("能评")
    PERMIT = "permit", _("施工许可")


class Approval(models.Model):
    """One approval a project holds: its number and its day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="approvals", db_index=False)
    kind = models.CharField(_("手续"), max_length=12, choices=ApprovalKind)
    number = models.CharField(_("文号"), max_length=120)
    granted_on = models.DateField(_("批复日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("审批手续")
        verbose_name_plural = _("审批手续")
        constraints = [models.UniqueConstraint(name="one_approval_a_project_and_kind", fields=["project", "kind"])]
        indexes = [models.Index(fields=["kind", "granted_on"], name="approval_by_kind_and_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
