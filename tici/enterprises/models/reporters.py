"""Who files a firm's own reports: people of the role 企业填报员, each named for one firm."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enterprises import Enterprise


class FirmReporter(models.Model):
    """A person who files the reports of one firm and answers for them. Whoever is named for none sees nothing."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, verbose_name=_("企业"), related_name="reporters")
    person = models.OneToOneField(
        "accounts.Person", models.CASCADE, verbose_name=_("填报账号"), related_name="firm_reporter"
    )
    named_at = models.DateTimeField(_("指定时间"))
    named_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("指定人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("企业填报账号")
        verbose_name_plural = _("企业填报账号")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.enterprise_id}"
