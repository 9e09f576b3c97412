"""What happened to a project: its moves on the ladder, and the changes of its facts with their sources."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow

from .projects import Project, Stage

# History is written in bulk with ids drawn in the same transaction, and people and sources are never deleted
# (PROTECT says so to Django): their keys carry no constraint, whose check of each row cost a tenth of an acceptance.


class Move(models.Model):
    """One step of a project up or down its ladder (推进). Rows are added, never changed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="moves", db_constraint=False)
    from_stage = models.CharField(_("自"), max_length=12, choices=Stage, blank=True)  # blank: entered the register here
    to_stage = models.CharField(_("至"), max_length=12, choices=Stage)
    moved_on = models.DateField(_("推进日期"))
    moved_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("经办人"), db_index=False, db_constraint=False
    )
    evidence = models.CharField(_("佐证"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)

    class Meta:
        ordering = ["moved_on", "pk"]
        verbose_name = _("推进")
        verbose_name_plural = _("推进")
        indexes = [models.Index(fields=["moved_on"], name="move_by_day")]

    def __str__(self) -> str:
        return f"{self.project}: {self.from_stage} → {self.to_stage}"


class Change(models.Model):
    """One change of a project's facts: old and new values by field, who, when, and the workbook row it came from.

    The newest change that names a field tells where the fact came from; undoing an acceptance puts the old back.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes", db_index=False, db_constraint=False)
    old = models.JSONField(_("变更前"), default=dict)  # {} where the project was new
    new = models.JSONField(_("变更后"), default=dict)
    changed_at = models.DateTimeField(_("时间"))
    changed_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("经办人"), db_index=False, db_constraint=False
    )
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)  # one acceptance of the drop box
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("变更")
        verbose_name_plural = _("变更")
        indexes = [
            models.Index(fields=["project", "-id"], name="change_of_project"),
            models.Index(fields=["batch"], name="change_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.changed_at:%Y-%m-%d}"
