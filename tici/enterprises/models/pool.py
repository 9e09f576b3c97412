"""The cultivation pool (培育库): firms that may come into the library, and how far each has come; firms that may leave.

Candidacies are proposed from figures, never typed. What is reckoned (figures, chances, papers counted) is kept in the
row, so that a list of very many sorts and pages by index; the desk's job brings it up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.searching import pairs_of
from tici.places.models import Department, Place, Post

from .enterprises import Enterprise
from .ladders import Window

if TYPE_CHECKING:
    from tici.accounts.models import Person


class PoolKind(models.TextChoices):
    """As what a firm would come into the library."""

    NEW_BUILD = "new_build", _("新进规")
    GROWN = "grown", _("小升规")
    RETURNED = "returned", _("退复规")
    PROJECT = "project", _("项目投产")


class PoolState(models.TextChoices):
    """How far a candidacy has come."""

    SURVEYED = "surveyed", _("摸排")
    FOSTERED = "fostered", _("培育")
    APPLIED = "applied", _("已申报")
    REVIEWED = "reviewed", _("审核中")
    ENTERED = "entered", _("已入统")
    REFUSED = "refused", _("未通过")
    LEFT = "left", _("已退出")


OPEN_STATES = (PoolState.SURVEYED, PoolState.FOSTERED, PoolState.APPLIED, PoolState.REVIEWED)


LIKELIEST = F("chance").desc(nulls_last=True)  # as lists sort: those that cannot be judged come last


class PoolReason(models.TextChoices):
    """Why a candidacy was refused, or left the pool."""

    BELOW = "below", _("未过线")
    PAPERS = "papers", _("材料不全")
    LATE = "late", _("错过窗口")
    TRADE = "trade", _("行业不符")
    STOPPED = "stopped", _("已停产")
    UNWILLING = "unwilling", _("企业暂不申报")
    OTHER = "other", _("其他")


class Band(models.TextChoices):
    """How likely a firm is to cross the line by the next window, in words."""

    HIGH = "high", _("高")
    MIDDLE = "middle", _("中")
    LOW = "low", _("低")
    UNKNOWN = "unknown", _("不能判断")


class Method(models.TextChoices):
    """How a probability was reckoned; the same codes as the forecasting engine's."""

    REACHED = "reached", _("已有数据即可判定")
    COHORT = "cohort", _("往年同类企业")
    OWN_SPREAD = "own_spread", _("本企业分月波动")
    LAST_YEAR = "last_year", _("上年全年数")
    UNKNOWN = "unknown", _("数据不足")


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def visible_to(self, person: Person) -> Self:
        """Candidacies of firms in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        inside = Place.objects.within(person.place).order_by().values_list("pk", flat=True)
        return self.filter(place__in=list(inside))

    def open(self) -> Self:
        """Candidacies that are not over."""
        return self.filter(state__in=OPEN_STATES)


class Candidacy(models.Model):
    """One firm on its way into the library: why it was proposed, how near it is, its papers, and who sees to it."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="candidacies")
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="+", db_index=False)
    kind = models.CharField(_("类别"), max_length=10, choices=PoolKind)
    state = models.CharField(_("状态"), max_length=10, choices=PoolState, default=PoolState.SURVEYED)
    since = models.DateField(_("入池日期"))
    stands_since = models.DateField(_("现状态自"))
    reason_code = models.CharField(_("原因"), max_length=10, choices=PoolReason, blank=True)
    reason = models.CharField(_("原因说明"), max_length=200, blank=True)
    why = models.JSONField(_("入池依据"), default=list)  # [{"code": "rolling", "wan": "1712.5"}, …]
    # What is known, amounts in 万元; the year is the last twelve months, or last year's where no months are known
    as_of = models.DateField(_("数据截至"), null=True, blank=True)  # first day of the newest month known
    line_wan = models.DecimalField(_("标准(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    year_wan = models.DecimalField(_("近一年营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    ytd_wan = models.DecimalField(_("本年累计营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    chance = models.FloatField(_("过线概率"), null=True, blank=True)  # by the next window
    band = models.CharField(_("过线可能"), max_length=8, choices=Band, default=Band.UNKNOWN)
    method = models.CharField(_("测算方法"), max_length=10, choices=Method, default=Method.UNKNOWN)
    learned_from = models.PositiveIntegerField(_("对照企业数"), default=0)
    forecast = models.JSONField(_("各窗口测算"), default=list)  # [{"window", "closes_on", "through", "chance", …}]
    window = models.CharField(_("下一窗口"), max_length=14, choices=Window, blank=True)
    closes_on = models.DateField(_("窗口截止"), null=True, blank=True)
    # The work
    papers_shown = models.PositiveSmallIntegerField(_("已备材料"), default=0)
    papers_asked = models.PositiveSmallIntegerField(_("应备材料"), default=0)
    blocker = models.CharField(_("卡点"), max_length=200, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("包联岗位"), null=True, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("责任单位"), null=True, blank=True)
    officer = models.CharField(_("联系岗位"), max_length=60, blank=True)  # a post's name, never a person's
    search_text = models.TextField(editable=False)
    search_pairs = pairs_of("search_text")

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("培育对象")
        verbose_name_plural = _("培育对象")
        constraints = [
            models.UniqueConstraint(
                name="one_open_candidacy_an_enterprise", fields=["enterprise"], condition=Q(state__in=OPEN_STATES)
            ),
            models.CheckConstraint(
                name="candidacy_chance_is_a_probability",
                condition=Q(chance__isnull=True) | Q(chance__gte=0, chance__lte=1),
                violation_error_message=_("概率须在0与1之间。"),
            ),
            models.CheckConstraint(
                name="ended_candidacy_says_why",
                condition=~Q(state__in=[PoolState.REFUSED, PoolState.LEFT]) | ~Q(reason_code=""),
                violation_error_message=_("未通过、已退出须选明原因。"),
            ),
        ]
        indexes = [
            models.Index("place", LIKELIEST, F("id").desc(), name="candidacy_by_place"),
            models.Index(LIKELIEST, F("id").desc(), name="candidacy_by_chance"),
            models.Index(fields=["state", "place"], name="candidacy_by_state"),
            models.Index(fields=["place", "kind", "band", "state"], name="candidacy_by_kind_and_band"),
            models.Index(fields=["closes_on", "id"], name="candidacy_by_window"),
            GinIndex(fields=["search_pairs"], name="candidacy_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.kind} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("enterprises:candidacy", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class CandidacyMove(models.Model):
    """One step of a candidacy. Rows are added, never changed."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="moves")
    from_state = models.CharField(_("自"), max_length=10, choices=PoolState, blank=True)  # blank: proposed
    to_state = models.CharField(_("至"), max_length=10, choices=PoolState)
    moved_on = models.DateField(_("日期"))
    moved_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("经办人"), null=True, blank=True, related_name="+"
    )  # none: proposed or settled by the system
    window = models.CharField(_("申报窗口"), max_length=14, choices=Window, blank=True)
    reason_code = models.CharField(_("原因"), max_length=10, choices=PoolReason, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("培育进展")
        verbose_name_plural = _("培育进展")
        ordering = ["moved_on", "pk"]
        indexes = [models.Index(fields=["to_state", "moved_on"], name="pool_move_by_state_and_day")]

    def __str__(self) -> str:
        return f"{self.candidacy_id}: {self.from_state} → {self.to_state}"


class CandidacyPaper(models.Model):
    """One paper of the checklist that a candidate has ready."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="papers")
    code = models.CharField(_("材料"), max_length=40)  # of the rule enterprises/documents
    shown_on = models.DateField(_("备齐日期"))
    seen_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("核对人"), related_name="+")

    class Meta:
        verbose_name = _("申报材料")
        verbose_name_plural = _("申报材料")
        constraints = [models.UniqueConstraint(name="one_paper_once_a_candidacy", fields=["candidacy", "code"])]

    def __str__(self) -> str:
        return f"{self.candidacy_id} {self.code}"


class MonthFacts(models.Model):
    """What a firm below the line earned in one month (分月台账); what it gave at entry is next year's 上年同期."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="months")
    month_on = models.DateField(_("月份"))  # first day of the month
    revenue_wan = models.DecimalField(_("营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    output_wan = models.DecimalField(_("工业总产值(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    given_at = models.DateTimeField(_("填报时间"))
    given_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("填报人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("分月数据")
        verbose_name_plural = _("分月数据")
        ordering = ["enterprise", "month_on"]
        constraints = [models.UniqueConstraint(name="one_month_an_enterprise", fields=["enterprise", "month_on"])]
        indexes = [models.Index(fields=["month_on", "enterprise"], name="facts_by_month")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.month_on:%Y-%m}"


class EntryWindowDay(models.Model):
    """A day until which the statistics office of a place takes papers, as its notice says; none is made up."""

    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="entry_windows")
    window = models.CharField(_("入库批次"), max_length=14, choices=Window)
    closes_on = models.DateField(_("截止日期"))
    through_on = models.DateField(_("据以审核的月份"))  # first day of the month whose cumulative figures count
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("入库窗口")
        verbose_name_plural = _("入库窗口")
        ordering = ["closes_on", "place"]
        constraints = [
            models.UniqueConstraint(name="one_window_a_place_and_day", fields=["place", "window", "closes_on"]),
            models.CheckConstraint(
                name="window_rests_on_a_month_before_it_closes",
                condition=Q(through_on__lt=models.F("closes_on")),
                violation_error_message=_("据以审核的月份须早于截止日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.window} {self.closes_on}"


class ExitRisk(models.Model):
    """How likely a firm in the library is below the line three months ahead (退规风险), as last reckoned."""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, related_name="exit_risk")
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="+", db_index=False)
    as_of = models.DateField(_("数据截至"))
    line_wan = models.DecimalField(_("标准(万元)"), max_digits=16, decimal_places=4)
    rolling_wan = models.DecimalField(
        _("近12个月营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    expected_wan = models.DecimalField(_("三个月后预计(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    chance = models.FloatField(_("退规风险"))
    method = models.CharField(_("测算方法"), max_length=10, choices=Method)

    class Meta:
        verbose_name = _("退规风险")
        verbose_name_plural = _("退规风险")
        constraints = [
            models.CheckConstraint(
                name="exit_risk_is_a_probability",
                condition=Q(chance__gte=0, chance__lte=1),
                violation_error_message=_("概率须在0与1之间。"),
            )
        ]
        indexes = [
            models.Index(fields=["place", "-chance", "-id"], name="exit_risk_by_place"),
            models.Index(fields=["-chance", "-id"], name="exit_risk_by_chance"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.chance:.2f}"
