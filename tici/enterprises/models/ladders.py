"""Where an enterprise stands, as spells from a day to a day: 规上库, 专精特新, listing. Transitions are computed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow

from .enterprises import Enterprise


class Sector(models.TextChoices):
    """The parts of the 四上 library; which line counts is a rule of the sector."""

    INDUSTRY = "industry", _("规上工业")
    CONSTRUCTION = "construction", _("资质内建筑业")
    WHOLESALE = "wholesale", _("限上批发")
    RETAIL = "retail", _("限上零售")
    LODGING = "lodging", _("限上住宿餐饮")
    REAL_ESTATE = "real_estate", _("房地产开发经营")
    SERVICE = "service", _("规上服务业")


class Window(models.TextChoices):
    """By which entry window a firm came into the library (入库批次)."""

    ANNUAL_FIRST = "annual_first", _("年度第一批")
    ANNUAL_SECOND = "annual_second", _("年度第二批")
    MONTHLY = "monthly", _("月度")


class ExitReason(models.TextChoices):
    """Why a firm left the library (退库原因)."""

    CANCELLED = "cancelled", _("注销")
    BANKRUPT = "bankrupt", _("破产")
    STOPPED = "stopped", _("停产")
    BELOW_LINE = "below_line", _("连续未达标")
    OTHER_TRADE = "other_trade", _("转专业")
    MOVED = "moved", _("迁出")


class EntryClass(models.TextChoices):
    """How a firm came into the library; computed from its spells and its day of production, never kept."""

    NEW_BUILD = "new_build", _("新进规")
    GROWN = "grown", _("小升规")
    RETURNED = "returned", _("退复规")


class LibrarySpell(models.Model):
    """A stay in the library of firms above designated size (规上库), from the month it counts to the month it left.

    新进规, 小升规, 退规 and 退复规 are computed from spells and the day of production, never kept.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="spells")
    sector = models.CharField(_("专业"), max_length=14, choices=Sector, default=Sector.INDUSTRY)
    from_date = models.DateField(_("入库月份"))  # first day of the first month that counts
    to_date = models.DateField(_("退库月份"), null=True, blank=True)  # first day of the first month that no longer does
    window = models.CharField(_("入库批次"), max_length=14, choices=Window, blank=True)
    exit_reason = models.CharField(_("退库原因"), max_length=12, choices=ExitReason, blank=True)
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)

    class Meta:
        verbose_name = _("在库期间")
        verbose_name_plural = _("在库期间")
        ordering = ["enterprise", "from_date"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_spell_a_sector", fields=["enterprise", "sector"], condition=Q(to_date__isnull=True)
            ),
            models.CheckConstraint(
                name="spell_ends_after_it_begins",
                condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")),
                violation_error_message=_("退库月份须晚于入库月份。"),
            ),
        ]
        indexes = [models.Index(fields=["sector", "from_date", "to_date"], name="spell_by_sector_and_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.sector} {self.from_date:%Y-%m}"


class Tier(models.TextChoices):
    """The tiers of fine small firms (优质中小企业梯度), lowest first."""

    INNOVATIVE = "innovative", _("创新型")
    SRDI = "srdi", _("专精特新")
    GIANT = "giant", _("专精特新小巨人")


class TierSpell(models.Model):
    """A tier certificate (认定) with its validity."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="tiers")
    tier = models.CharField(_("层级"), max_length=12, choices=Tier)
    from_date = models.DateField(_("认定日期"))
    to_date = models.DateField(_("有效期止"), null=True, blank=True)  # first day it no longer holds
    batch = models.CharField(_("认定批次"), max_length=40, blank=True)
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)

    class Meta:
        verbose_name = _("梯度认定")
        verbose_name_plural = _("梯度认定")
        ordering = ["enterprise", "from_date"]
        constraints = [
            models.UniqueConstraint(name="one_certificate_a_tier_and_day", fields=["enterprise", "tier", "from_date"]),
            models.CheckConstraint(
                name="tier_ends_after_it_begins",
                condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")),
                violation_error_message=_("有效期止须晚于认定日期。"),
            ),
        ]
        indexes = [models.Index(fields=["tier", "from_date", "to_date"], name="tier_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.tier} {self.from_date}"


class ListingBoard(models.TextChoices):
    """Where an enterprise is listed (上市挂牌)."""

    MAIN = "main", _("主板")
    STAR = "star", _("科创板")
    GROWTH = "growth", _("创业板")
    BEIJING = "beijing", _("北交所")
    NEEQ = "neeq", _("新三板")
    REGIONAL = "regional", _("区域股权市场")
    ABROAD = "abroad", _("境外")


class Listing(models.Model):
    """One listing of an enterprise on one board."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="listings")
    board = models.CharField(_("板块"), max_length=10, choices=ListingBoard)
    from_date = models.DateField(_("上市挂牌日期"))
    to_date = models.DateField(_("退市摘牌日期"), null=True, blank=True)
    stock_code = models.CharField(_("证券代码"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("上市挂牌")
        verbose_name_plural = _("上市挂牌")
        ordering = ["enterprise", "from_date"]
        constraints = [
            models.UniqueConstraint(name="one_listing_a_board_and_day", fields=["enterprise", "board", "from_date"])
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.board}"
