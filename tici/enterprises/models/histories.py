"""What lists brought to an enterprise, so that it can be put back, and which entries a person found to be two firms."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow

from .enterprises import Enterprise


class EnterpriseChange(models.Model):
    """What one row of a list changed of an enterprise: old and new by key, and the row with the cell of each.

    Keys are flat: ``industry``, ``2021.revenue_wan``, ``spell.industry.2021-03-01``. The newest change that names a
    key tells where the fact came from; undoing the acceptance puts the old back.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="changes", db_index=False)
    old = models.JSONField(_("变更前"), default=dict)  # {} where the enterprise was new
    new = models.JSONField(_("变更后"), default=dict)
    changed_at = models.DateTimeField(_("时间"))
    changed_by = models.ForeignKey(
        "accounts.Person",
        models.PROTECT,
        verbose_name=_("经办人"),
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)  # one acceptance of the drop box
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("企业变更")
        verbose_name_plural = _("企业变更")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="change_of_enterprise"),
            models.Index(fields=["batch"], name="enterprise_change_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.changed_at:%Y-%m-%d}"


class KnownApart(models.Model):
    """Two entries that look like one enterprise and are two, as a person said; they are not offered again."""

    left = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    right = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    reason = models.CharField(_("依据"), max_length=200)
    said_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("答复人"), related_name="+")
    said_at = models.DateTimeField(_("答复时间"))

    class Meta:
        verbose_name = _("并非同一企业")
        verbose_name_plural = _("并非同一企业")
        constraints = [
            models.UniqueConstraint(name="said_apart_once", fields=["left", "right"]),
            models.CheckConstraint(
                name="known_apart_lower_first",
                condition=Q(left__lt=F("right")),
                violation_error_message=_("两家企业须按编号先后登记。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} ≠ {self.right_id}"
