"""Duty (责任包联): which post, unit and officer answer for which project, from when until when, and their visits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow
from tici.places.models import Department, Post
from tici.projects.models import Project

if TYPE_CHECKING:
    from tici.accounts.models import Person


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, person: Person) -> Self:
        """Duties for projects in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(project__place__path__startswith=person.place.path)

    def held(self, on: date) -> Self:
        """Duties that hold on a day."""
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gt=on), from_date__lte=on)


class Duty(models.Model):
    """A leader's post, the leading unit and the officer who answer for one project, from a day until a day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="duties")
    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("包联领导"), related_name="duties")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("责任单位"), related_name="duties", null=True, blank=True
    )
    officer = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("包联干部"), related_name="duties", null=True, blank=True
    )
    officer_title = models.CharField(_("责任人"), max_length=80, blank=True)  # as the ledger gives it: a post, no name
    from_date = models.DateField(_("自"))
    to_date = models.DateField(_("至(不含当日)"), null=True, blank=True)
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True)
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("责任包联")
        verbose_name_plural = _("责任包联")
        indexes = [models.Index(fields=["project", "from_date"], name="duty_of_project")]
        constraints = [
            models.CheckConstraint(
                name="duty_ends_after_it_begins",
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                violation_error_message=_("包联结束日期不能早于开始日期。"),
            ),
            models.UniqueConstraint(
                name="one_open_duty_a_post_and_project",
                fields=["project", "post"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("该领导已包联此项目。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.project}"


class Visit(models.Model):
    """One visit (走访) to a project under a duty, with what was seen."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="visits")
    visited_on = models.DateField(_("走访日期"))
    note = models.TextField(_("走访记录"))
    noted_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("记录人"), related_name="+")
    noted_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("走访")
        verbose_name_plural = _("走访")
        ordering = ["-visited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.duty} {self.visited_on}"
