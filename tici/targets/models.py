"""Targets (目标) for a measure, a place and a year, and figures that were published, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, person: Person) -> Self:
        """Targets of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)


class PublishedQuerySet(models.QuerySet["Published"]):
    def visible_to(self, person: Person) -> Self:
        """Published totals of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)


class Target(models.Model):
    """What a measure is to reach in a place and year (目标)."""

    measure = models.CharField(_("指标"), max_length=60)  # code of a Measure: "projects.started"
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="targets")
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("目标值"), max_digits=16, decimal_places=4)
    profile = models.CharField(_("月度进度"), max_length=30, blank=True)  # of ``targets/profiles``; blank: its default
    source = models.CharField(_("来源"), max_length=200)
    source_on = models.DateField(_("来源日期"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        constraints = [
            models.UniqueConstraint(name="one_target_a_measure_place_year", fields=["measure", "place", "year"])
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.year} {self.measure}"


class Published(models.Model):
    """A total as it was published, to compare with what our own rows add up to (公开数据)."""

    measure = models.CharField(_("指标"), max_length=60, blank=True)  # blank where we compute nothing like it
    label = models.CharField(_("名称"), max_length=120)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="published")
    period = models.CharField(_("时期"), max_length=40)  # "2021", "2021-08"
    value = models.DecimalField(_("数值"), max_digits=16, decimal_places=4)
    unit = models.CharField(_("单位"), max_length=20)
    source = models.CharField(_("来源"), max_length=300)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = _("公开数据")
        verbose_name_plural = _("公开数据")

    def __str__(self) -> str:
        return f"{self.label} {self.period}"
