"""What was missed (年度复盘): who came into the library late, or passed the line and is not in it, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

from .enterprises import Enterprise
from .ladders import EntryClass, Window
from .pool import PoolReason

if TYPE_CHECKING:
    from tici.accounts.models import Person


class Timing(models.TextChoices):
    """Whether a firm came into the library when it should have (入库及时性)."""

    ON_TIME = "on_time", _("按时入库")
    LATE = "late", _("迟入库")
    NOT_IN = "not_in", _("达线未入")
    UNJUDGED = "unjudged", _("无数据可判")


class Basis(models.TextChoices):
    """By which of a firm's own figures the line was found to be passed."""

    MONTHS = "months", _("分月数据")
    YEARS = "years", _("年度数据")


class EntryReviewQuerySet(models.QuerySet["EntryReview"]):
    def visible_to(self, person: Person) -> Self:
        """Reviews of enterprises in the place a person holds, and in the places inside it."""
        return self.none() if person.place is None else self.within(person.place)

    def within(self, place: Place) -> Self:
        """Reviews of enterprises that stand on their own in a place and in the places inside it."""
        inside = list(Place.objects.within(place).order_by().values_list("pk", flat=True))
        return self.filter(enterprise__place__in=inside, enterprise__merged_into__isnull=True)


class EntryReview(models.Model):
    """One firm in the review of one year: when it passed the line, when it should have entered, and when it did."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="reviews")
    year = models.PositiveSmallIntegerField(_("复盘年度"))
    timing = models.CharField(_("入库及时性"), max_length=8, choices=Timing)
    entry = models.CharField(_("入库方式"), max_length=10, choices=EntryClass)
    passed_on = models.DateField(_("首次达线月份"), null=True, blank=True)  # first day of the month
    basis = models.CharField(_("达线依据"), max_length=6, choices=Basis, blank=True)
    due_on = models.DateField(_("应入库月份"), null=True, blank=True)
    window = models.CharField(_("应赶窗口"), max_length=14, choices=Window, blank=True)
    closes_on = models.DateField(_("窗口截止"), null=True, blank=True)  # None: no notice of it is entered
    entered_on = models.DateField(_("实际入库月份"), null=True, blank=True)
    months_late = models.PositiveSmallIntegerField(_("迟几个月"), null=True, blank=True)
    pooled_on = models.DateField(_("入池日期"), null=True, blank=True)  # when the pool first held it, before it entered
    reason_code = models.CharField(_("原因"), max_length=10, choices=PoolReason, blank=True)  # blank: not known
    reason = models.CharField(_("原因说明"), max_length=200, blank=True)
    is_said = models.BooleanField(_("人工填写原因"), default=False)  # kept when the year is reviewed again

    objects = EntryReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("入库复盘")
        verbose_name_plural = _("入库复盘")
        ordering = ["enterprise", "year"]
        constraints = [
            models.UniqueConstraint(name="one_review_an_enterprise_and_year", fields=["enterprise", "year"]),
            models.CheckConstraint(
                name="late_entry_says_by_how_much",
                condition=~Q(timing="late") | Q(months_late__gt=0, entered_on__isnull=False),
                violation_error_message=_("迟入库须写明迟几个月。"),
            ),
            models.CheckConstraint(
                name="not_in_has_not_entered",
                condition=~Q(timing="not_in") | Q(entered_on__isnull=True),
                violation_error_message=_("达线未入的没有入库月份。"),
            ),
        ]
        indexes = [models.Index(fields=["year", "timing", "id"], name="review_by_year_and_timing")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.year} {self.timing}"
