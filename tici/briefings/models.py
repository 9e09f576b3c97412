"""Briefings as they were made: each version keeps its files and the vintages its figures were drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import Upload
from tici.engines.periods import Month
from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def visible_to(self, person: Person) -> Self:
        """Briefings of the place a person holds, of those inside it, and of those above it: a circular is sent down."""
        if person.place is None:
            return self.none()
        codes = person.place.path.strip("/").split("/")
        return self.filter(Q(place__path__startswith=person.place.path) | Q(place__code__in=codes))


class BriefingKind(models.TextChoices):
    """What a document of a month is about."""

    PROJECTS = "projects", _("调度表与通报")
    INDUSTRY = "industry", _("工业运行月报")
    CLUSTERS = "clusters", _("集群月报")
    POOL = "pool", _("培育库通报")


class Briefing(models.Model):
    """The tables and the text of one place and month, in one version: 月度调度表 and 通报, or a 月报 with its annex."""

    kind = models.CharField(_("类别"), max_length=10, choices=BriefingKind, default=BriefingKind.PROJECTS)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="briefings")
    month_on = models.DateField(_("月份"))
    number = models.PositiveSmallIntegerField(_("版次"))
    office = models.CharField(_("发文单位"), max_length=80)
    recipients = models.CharField(_("主送"), max_length=200)
    official_no = models.CharField(_("发文字号"), max_length=60, blank=True)
    dated_on = models.DateField(_("成文日期"))
    answer_by = models.DateField(_("整改反馈期限"), null=True, blank=True)
    vintages = models.JSONField(default=dict)  # {place code: what its figures were drawn from}
    dispatch = models.ForeignKey(Upload, models.PROTECT, verbose_name=_("表格(Excel)"), related_name="+")
    word = models.ForeignKey(Upload, models.PROTECT, verbose_name=_("正文(Word)"), related_name="+")
    printed = models.ForeignKey(
        Upload, models.PROTECT, verbose_name=_("正文(PDF)"), related_name="+", null=True, blank=True
    )  # none where the machine had no fonts
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("生成人"))

    objects = BriefingQuerySet.as_manager()

    class Meta:
        verbose_name = _("文稿")
        verbose_name_plural = _("文稿")
        ordering = ["-month_on", "place", "kind", "-number"]
        constraints = [
            models.UniqueConstraint(name="briefings_are_numbered", fields=["kind", "place", "month_on", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.month} {self.get_kind_display()} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("briefings:briefing", args=[self.pk])

    @property
    def month(self) -> Month:
        return Month.of(self.month_on)
