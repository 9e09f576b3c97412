"""What every room stands on: the chained record, kept uploads, the rows things came from, and background jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """One thing that was done, as it was done. Rows are added, never changed; a trigger refuses anything else.

    It holds no foreign key, so the history of a thing outlives the thing. Each row carries the digest
    of the row before it, so that a change to the past shows (``tici verify``).
    """

    what = models.CharField(_("事项"), max_length=60)  # "project.moved"
    subject = models.CharField(_("对象"), max_length=80)  # "projects.project:12"
    by = models.CharField(_("经办人"), max_length=150)
    at = models.DateTimeField(_("时间"))
    old = models.JSONField(_("变更前"), default=dict)
    new = models.JSONField(_("变更后"), default=dict)
    previous = models.CharField(_("上一条摘要"), max_length=64, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        indexes = [
            models.Index(fields=["subject", "-id"], name="record_of_subject"),
            models.Index(fields=["by", "-id"], name="record_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.subject}"


class Upload(models.Model):
    """A file as it came in, kept unchanged under its digest. The same bytes are kept once."""

    digest = models.CharField(_("摘要(SHA-256)"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("字节数"))
    name = models.CharField(_("文件名"), max_length=255)
    received_at = models.DateTimeField(_("收到时间"))
    received_by = models.CharField(_("收到人"), max_length=150)

    class Meta:
        verbose_name = _("原始文件")
        verbose_name_plural = _("原始文件")

    def __str__(self) -> str:
        return self.name


class SourceRow(models.Model):
    """The row of a kept workbook that a figure came from, with the cell of each field."""

    upload = models.ForeignKey(Upload, models.PROTECT, related_name="source_rows", db_index=False, db_constraint=False)
    sheet = models.CharField(_("工作表"), max_length=120)
    row = models.PositiveIntegerField(_("行"))
    cells = models.JSONField(_("单元格"), default=dict)  # {"investment_wan": "F12"}

    class Meta:
        verbose_name = _("来源行")
        verbose_name_plural = _("来源行")

    def __str__(self) -> str:
        return f"{self.upload} {self.sheet} {self.row}"


class JobState(models.TextChoices):
    """The life of a background job."""

    WAITING = "waiting", _("等待")
    RUNNING = "running", _("进行中")
    FINISHED = "finished", _("已完成")
    REFUSED = "refused", _("未能完成")
    STOPPED = "stopped", _("已停止")


class Job(models.Model):
    """Work done in the background, with its progress; it can be left, come back to, and stopped."""

    kind = models.CharField(_("种类"), max_length=60)  # "desk.read_file"
    title = models.CharField(_("事项"), max_length=200)
    args = models.JSONField(_("参数"), default=dict)
    by = models.CharField(_("发起人"), max_length=150)
    state = models.CharField(_("状态"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    total = models.PositiveIntegerField(_("共"), default=0)
    message = models.TextField(_("说明"), blank=True)
    started_at = models.DateTimeField(_("发起时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        indexes = [models.Index(fields=["by", "-id"], name="job_by_person")]
        constraints = [
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(total=0) | Q(done__lte=models.F("total")),
                violation_error_message=_("已完成数不能大于总数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state not in {JobState.WAITING, JobState.RUNNING}
