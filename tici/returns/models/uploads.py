"""Workbooks sent for a form: what was read of each, what was asked and refused, and the batch it was filed as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Role
from tici.core.models import Job, Upload
from tici.engines.periods import Month
from tici.places.models import Place

from .forms import FormVersion

if TYPE_CHECKING:
    from tici.accounts.models import Person


class UploadState(models.TextChoices):
    """How far a filled template has come."""

    READING = "reading", _("读取中")
    READ = "read", _("待确认")
    REFUSED = "refused", _("未能读取")
    FILING = "filing", _("报送中")
    FILED = "filed", _("已报送")
    UNDONE = "undone", _("已撤销")
    WITHDRAWN = "withdrawn", _("已撤回")


class FormUploadQuerySet(models.QuerySet["FormUpload"]):
    def visible_to(self, person: Person) -> Self:
        """What was sent for the place a person holds, and for the places inside it; for a firm, by the person."""
        if person.role == Role.FIRM_REPORTER:
            return self.filter(sent_by=person)
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)

    def under_way(self) -> Self:
        """What is read, waits to be confirmed, or is filed now."""
        return self.filter(state__in=[UploadState.READING, UploadState.READ, UploadState.FILING])


class FormUpload(models.Model):
    """A filled template, or a workbook of the sender's own, for a form, a month and a place.

    Its rows are read from the kept file whenever needed. ``settled`` are a person's answers: what columns mean, by
    their fingerprint, and which report a row is for, by sheet and row.
    """

    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="uploads")
    month_on = models.DateField(_("月份"))
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="+")
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=255)
    sent_at = models.DateTimeField(_("上传时间"))
    sent_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("上传人"), related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=UploadState, default=UploadState.READING)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("更正说明"), max_length=400, blank=True)
    said = models.CharField(_("结果"), max_length=400, blank=True)  # why it could not be read, or what was filed
    read = models.PositiveIntegerField(_("读出行数"), default=0)
    refused = models.PositiveIntegerField(_("退回行数"), default=0)
    refusals = models.JSONField(_("退回的行"), default=list)  # [{"row": 7, "unit": "…", "sentence": "…"}]
    counts = models.JSONField(_("报送结果"), default=dict)  # {"filed": 20, "unchanged": 1, "stops": 0, …}
    is_own = models.BooleanField(_("自有表格"), default=False, db_default=False)
    questions = models.JSONField(_("待确认的列"), default=list)  # [{"fingerprint", "header", "where", "samples", …}]
    unsure = models.JSONField(_("待选定的行"), default=list)  # [{"key", "unit", "sentence", "offered": [[7, "…"]]}]
    settled = models.JSONField(_("已确定"), default=dict)  # {"columns": {"…": "output.ytd"}, "rows": {"表1!12": 7}}
    batch = models.UUIDField(_("接收批次"), null=True, blank=True)

    objects = FormUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("模板上传")
        verbose_name_plural = _("模板上传")
        indexes = [models.Index(fields=["form", "month_on", "place", "-id"], name="form_upload_by_month")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("returns:workbook", args=[self.pk])

    @property
    def month(self) -> Month:
        return Month.of(self.month_on)

    @property
    def is_busy(self) -> bool:
        """Whether the worker has it."""
        return self.state in {UploadState.READING, UploadState.FILING}
