"""Lists of other offices (tax, electricity, business register): their rows, and which firm of the register each is.

They stand apart from what firms report: nothing else points at them, so that a list goes without a trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import Job, Upload
from tici.core.searching import pairs_of
from tici.places.models import Place

from .enterprises import Enterprise
from .pool import Candidacy

if TYPE_CHECKING:
    from tici.accounts.models import Person


class ListKind(models.TextChoices):
    """Whose list it is."""

    TAX = "tax", _("税务申报")
    VAT = "vat", _("增值税开票")
    ELECTRICITY = "electricity", _("用电")
    REGISTER = "register", _("市场主体登记")
    OTHER = "other", _("其他")


class ListState(models.TextChoices):
    """How far a list has come."""

    MATCHING = "matching", _("匹配中")
    MATCHED = "matched", _("已匹配")
    REFUSED = "refused", _("未收")


class ListedState(models.TextChoices):
    """What a row of a list is held to be."""

    AUTOMATIC = "automatic", _("自动匹配")
    DESK = "desk", _("待核对")
    DECIDED = "decided", _("人工确认")
    LEAD = "lead", _("台账以外")


class LeftAside(models.TextChoices):
    """Why a row over the line is not proposed for the cultivation pool."""

    GROUP = "group", _("集团合并数")
    BRANCH = "branch", _("分支机构，不是法人")
    TRADE = "trade", _("行业不符")
    ELSEWHERE = "elsewhere", _("不在本地经营")
    STOPPED = "stopped", _("已停产停业")
    FIGURE = "figure", _("名单金额有误")
    OTHER = "other", _("其他")


class OfficeListQuerySet(models.QuerySet["OfficeList"]):
    def visible_to(self, person: Person) -> Self:
        """Lists of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)


class OfficeList(models.Model):
    """A list that another office keeps, as it was given to this bureau."""

    kind = models.CharField(_("来源"), max_length=12, choices=ListKind)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="+")
    year = models.PositiveSmallIntegerField(
        _("数据年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    through = models.PositiveSmallIntegerField(_("截至月份"), default=12)  # figures are of January to this month
    name = models.CharField(_("文件"), max_length=255)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="office_lists")
    received_at = models.DateTimeField(_("收到时间"))
    received_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("收到人"), related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=ListState, default=ListState.MATCHING)
    said = models.CharField(_("说明"), max_length=500, blank=True)  # why it was refused
    notes = models.JSONField(_("核查提示"), default=list)  # [{"code": "codes_scientific", "count": 12}, …]
    rows = models.PositiveIntegerField(_("行数"), default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = OfficeListQuerySet.as_manager()

    class Meta:
        verbose_name = _("外部名单")
        verbose_name_plural = _("外部名单")
        constraints = [
            models.CheckConstraint(
                name="list_ends_in_a_month",
                condition=Q(through__gte=1, through__lte=12),
                violation_error_message=_("截至月份须在1与12之间。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("enterprises:office_list", args=[self.pk])


class ListedFirm(models.Model):
    """One row of another office's list, with the firm it is taken for, how likely that is, and why.

    Kept by COPY. What matching found stays beside what a person said, so that a decision can be taken back.
    """

    office_list = models.ForeignKey(OfficeList, models.CASCADE, related_name="firms", db_index=False)
    sheet = models.CharField(_("工作表"), max_length=120)
    row = models.PositiveIntegerField(_("行"))
    cells = models.JSONField(_("单元格"), default=dict)  # {"name": "B7", "figure_wan": "F7"}
    name = models.CharField(_("名单上的名称"), max_length=160)
    uscc = models.CharField(_("名单上的代码"), max_length=40, blank=True)  # as written, sound or not
    address = models.CharField(_("地址"), max_length=200, blank=True)
    district = models.CharField(_("名单上的地区"), max_length=80, blank=True)
    industry = models.CharField(_("行业代码"), max_length=4, blank=True)
    revenue_wan = models.DecimalField(_("营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    vat_sales_wan = models.DecimalField(_("开票销售额(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    electricity_wan_kwh = models.DecimalField(
        _("用电量(万千瓦时)"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    # Which firm it is
    state = models.CharField(_("匹配结果"), max_length=10, choices=ListedState)
    enterprise = models.ForeignKey(
        Enterprise, models.SET_NULL, verbose_name=_("台账企业"), null=True, blank=True, related_name="+"
    )
    probability = models.FloatField(_("把握"))  # of the likeliest candidate; 0 where there is none
    flags = models.JSONField(default=list)  # codes of the linkage engine's Flag
    candidates = models.JSONField(default=list)  # [{"firm", "probability", "reasons": [[code, figure, text], …]}, …]
    found_state = models.CharField(max_length=10, choices=ListedState)
    found = models.ForeignKey(Enterprise, models.SET_NULL, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("核对人"), null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("核对时间"), null=True)
    reason = models.CharField(_("核对依据"), max_length=200, blank=True)
    # Whether it belongs in the library by the list's own figures
    line_wan = models.DecimalField(_("入库标准(万元)"), max_digits=16, decimal_places=4, null=True)
    is_over_line = models.BooleanField(_("达到标准"), default=False)
    # What came of a row over the line: a candidate for the library, or the reason why not
    candidacy = models.ForeignKey(
        Candidacy, models.SET_NULL, verbose_name=_("培育对象"), null=True, blank=True, related_name="+"
    )
    left_aside = models.CharField(_("不列入原因"), max_length=10, choices=LeftAside, blank=True)
    left_aside_words = models.CharField(_("不列入说明"), max_length=200, blank=True)
    search_text = models.TextField(editable=False)
    search_pairs = pairs_of("search_text")

    class Meta:
        verbose_name = _("名单上的企业")
        verbose_name_plural = _("名单上的企业")
        constraints = [
            models.CheckConstraint(
                name="listed_firm_is_taken_for_with_a_probability",
                condition=Q(probability__gte=0, probability__lte=1),
                violation_error_message=_("把握须在0与1之间。"),
            ),
            models.CheckConstraint(
                name="undecided_row_is_no_firm",
                condition=~Q(state__in=[ListedState.DESK, ListedState.LEAD]) | Q(enterprise__isnull=True),
                violation_error_message=_("待核对和台账以外的行不对应台账企业。"),
            ),
            models.CheckConstraint(
                name="listed_firm_is_proposed_or_left_aside",
                condition=Q(candidacy__isnull=True) | Q(left_aside=""),
                violation_error_message=_("已列入培育库的行没有不列入的原因。"),
            ),
        ]
        indexes = [
            models.Index(fields=["office_list", "state", "id"], name="listed_by_state"),
            models.Index(fields=["office_list", "id"], condition=Q(is_over_line=True), name="listed_over_line"),
            GinIndex(fields=["search_pairs"], name="listed_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:listed_firm", args=[self.pk])

    @property
    def is_decided(self) -> bool:
        return self.decided_by_id is not None
