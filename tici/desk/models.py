"""The drop box: files as they were dropped, what was read in them line by line, and what of it was taken in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import Job, Upload
from tici.engines.periods import Month
from tici.enterprises.models import Enterprise
from tici.places.models import Place
from tici.projects.models import Project

if TYPE_CHECKING:
    from tici.accounts.models import Person


class FileState(models.TextChoices):
    """Where a dropped file stands."""

    READING = "reading", _("读取中")
    REFUSED = "refused", _("未能读取")
    ASKING = "asking", _("待确认")
    READ = "read", _("待接收")
    PARTLY = "partly", _("部分接收")
    ACCEPTED = "accepted", _("已接收")
    WITHDRAWN = "withdrawn", _("已撤下")


#: States in which lines of a file can still be taken into the registers.
OPEN = frozenset({FileState.READ, FileState.PARTLY})


class FileSubject(models.TextChoices):
    """What the rows of a dropped file speak of."""

    PROJECTS = "projects", _("项目报表")
    ENTERPRISES = "enterprises", _("企业名单")


class DroppedFileQuerySet(models.QuerySet["DroppedFile"]):
    def visible_to(self, person: Person) -> Self:
        """Files of the place a person holds and of the places inside it, and those the person dropped there."""
        if person.place is None:
            return self.none()
        return self.filter(Q(place__path__startswith=person.place.path) | Q(place__isnull=True, dropped_by=person))


class DroppedFile(models.Model):
    """One file as somebody dropped it: for which place and month, what was recognised, and how far it was taken in."""

    upload = models.ForeignKey(Upload, models.PROTECT, verbose_name=_("原始文件"), related_name="drops")
    name = models.CharField(_("文件名"), max_length=255)  # as it was called this time
    dropped_at = models.DateTimeField(_("投递时间"))
    dropped_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("投递人"), related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("报送单位"), null=True, blank=True)
    month_on = models.DateField(_("月份"))  # first day of the month it is taken for
    month_read_on = models.DateField(_("文件所写月份"), null=True, blank=True)
    subject = models.CharField(_("内容"), max_length=12, choices=FileSubject, default=FileSubject.PROJECTS)
    subject_is_settled = models.BooleanField(_("内容已由人确定"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=FileState, default=FileState.READING)
    reason = models.TextField(_("说明"), blank=True)  # why it was refused, or what has to be settled first
    asks_place = models.BooleanField(_("须确定报送单位"), default=False)
    asks_month = models.BooleanField(_("须确定月份"), default=False)
    is_settled = models.BooleanField(_("已由人确定"), default=False)  # a person said for which place and month it is
    job = models.ForeignKey(Job, models.SET_NULL, verbose_name=_("读取任务"), null=True, blank=True)
    read_at = models.DateTimeField(_("读取时间"), null=True, blank=True)
    compared_at = models.DateTimeField(_("比对时间"), null=True, blank=True)
    sheets = models.JSONField(_("工作表"), default=list)  # what was recognised of each sheet
    questions = models.JSONField(_("待对应的列"), default=list)
    problems = models.JSONField(_("文件问题"), default=list)  # those of no single line
    counts = models.JSONField(_("行数"), default=dict)  # proposals by state

    objects = DroppedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("投递文件")
        verbose_name_plural = _("投递文件")
        indexes = [
            models.Index(fields=["place", "-id"], name="drop_of_place"),
            models.Index(fields=["state", "-id"], name="drop_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="drop_refused_with_a_reason",
                condition=~Q(state="refused") | ~Q(reason=""),
                violation_error_message=_("不予接收须写明原因。"),
            ),
            models.CheckConstraint(
                name="drop_read_for_a_place",
                condition=~Q(state__in=["read", "partly", "accepted"]) | Q(place__isnull=False),
                violation_error_message=_("接收前须确定报送单位。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:dropped_file", args=[self.pk])

    @property
    def month(self) -> Month:
        return Month.of(self.month_on)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ProposalState(models.TextChoices):
    """What taking in a line would do to the registers."""

    NEW = "new", _("新增")
    CHANGED = "changed", _("变动")
    SAME = "same", _("无变动")
    HELD = "held", _("待确认")
    REFUSED = "refused", _("退回")
    MERGED = "merged", _("已并入")


#: States of the lines that may be taken in.
ACCEPTABLE = frozenset({ProposalState.NEW, ProposalState.CHANGED, ProposalState.SAME})


class Part(models.TextChoices):
    """The groups of fields that may be taken in apart from each other."""

    FACTS = "facts", _("台账")
    FIGURES = "figures", _("月度数据")
    DUTY = "duty", _("包联")


class Proposal(models.Model):
    """What a file says of one project, from its ledger row and its monthly row, or of one enterprise, from its row.

    Values are kept as JSON under the names of the registers' fields; every value has its cell in ``sources``.
    """

    file = models.ForeignKey(DroppedFile, models.CASCADE, related_name="proposals")
    position = models.PositiveIntegerField()  # in the order of the file
    name = models.CharField(_("项目名称"), max_length=200, blank=True)
    code = models.CharField(_("项目代码"), max_length=24, blank=True)
    state = models.CharField(_("结果"), max_length=8, choices=ProposalState)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="+")  # spoken of
    enterprise = models.ForeignKey(Enterprise, models.SET_NULL, null=True, blank=True, related_name="+")  # or this
    facts = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    duty = models.JSONField(default=dict)
    differences = models.JSONField(default=dict)  # {"investment_wan": ["100.0000", "120"]}: register, file
    last_month = models.JSONField(default=dict)  # figures of the month before, as reported
    problems = models.JSONField(default=list)
    sources = models.JSONField(default=list)  # [{"sheet", "row", "kind", "cells": {field: "F12"}}]

    class Meta:
        verbose_name = _("建议")
        verbose_name_plural = _("建议")
        ordering = ["file", "position"]
        indexes = [models.Index(fields=["file", "state", "position"], name="proposal_of_file")]
        constraints = [models.UniqueConstraint(name="proposals_keep_their_order", fields=["file", "position"])]

    def __str__(self) -> str:
        return self.name or f"{self.file} {self.position}"


class Acceptance(models.Model):
    """One taking of lines into the registers, undone as a whole or not at all."""

    batch = models.UUIDField(_("批次"), unique=True, default=uuid.uuid4)
    file = models.ForeignKey(DroppedFile, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(_("接收时间"))
    accepted_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("接收人"), related_name="+")
    parts = models.JSONField(_("内容"), default=list)
    counts = models.JSONField(_("结果"), default=dict)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, verbose_name=_("撤销人"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("接收")
        verbose_name_plural = _("接收")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.file} {self.accepted_at:%Y-%m-%d %H:%M}"


class Taken(models.Model):
    """A part of a line that was taken in; the database lets no part in twice."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="taken", db_index=False)  # one_taking_a_part
    part = models.CharField(_("内容"), max_length=8, choices=Part)
    acceptance = models.ForeignKey(Acceptance, models.CASCADE, related_name="taken", db_constraint=False)
    project = models.ForeignKey(  # the one it went to
        Project, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, null=True, blank=True, related_name="+")  # or this

    class Meta:
        verbose_name = _("已接收内容")
        verbose_name_plural = _("已接收内容")
        constraints = [
            models.UniqueConstraint(name="one_taking_a_part", fields=["proposal", "part"]),
            models.CheckConstraint(
                name="a_part_goes_to_one_row",
                condition=Q(project__isnull=False, enterprise__isnull=True)
                | Q(project__isnull=True, enterprise__isnull=False),
                violation_error_message=_("接收的内容须归于一个项目或一家企业。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.part}"


class MergeKind(models.TextChoices):
    """Why two mentions may be one project."""

    OTHER_COUNTY = "other_county", _("两县重复")
    NEAR_NAME = "near_name", _("名称相近")
    SAME_SHEET = "same_sheet", _("表内重复")


class MergeSuggestion(models.Model):
    """Two mentions that may be one project: a line, and another line of its file or a project of the register."""

    file = models.ForeignKey(DroppedFile, models.CASCADE, related_name="suggestions")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="suggestions")
    other = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=12, choices=MergeKind)
    likeness = models.FloatField(_("相似度"), default=1.0)  # of the two names, 0 to 1

    class Meta:
        verbose_name = _("合并建议")
        verbose_name_plural = _("合并建议")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_suggestion_names_one_other",
                condition=Q(other__isnull=False, project__isnull=True) | Q(other__isnull=True, project__isnull=False),
                violation_error_message=_("合并建议须指明一个对象。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} ~ {self.other or self.project}"


class NameAnswer(models.Model):
    """What a person said once of two names of a place: one project or two. It is not asked again."""

    place = models.ForeignKey(Place, models.CASCADE, verbose_name=_("报送单位"), related_name="+")
    name_key = models.CharField(_("名称"), max_length=200)  # as names are compared
    other_key = models.CharField(_("另一名称"), max_length=200)
    is_same = models.BooleanField(_("同一项目"))
    said_at = models.DateTimeField(_("答复时间"))
    said_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("答复人"), related_name="+")

    class Meta:
        verbose_name = _("名称答复")
        verbose_name_plural = _("名称答复")
        constraints = [models.UniqueConstraint(name="one_answer_a_pair", fields=["place", "name_key", "other_key"])]

    def __str__(self) -> str:
        return f"{self.name_key} ~ {self.other_key}"


class ColumnMeaning(models.Model):
    """What a column of a sender's layout means, as a person said once; every later file of that sender is read so."""

    place = models.ForeignKey(Place, models.CASCADE, verbose_name=_("报送单位"), related_name="+")
    fingerprint = models.CharField(_("列特征"), max_length=120)
    header = models.CharField(_("表头"), max_length=200)
    field = models.CharField(_("指标"), max_length=40, blank=True)  # blank: the column is left out
    settled_at = models.DateTimeField(_("确定时间"))
    settled_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("确定人"), related_name="+")

    class Meta:
        verbose_name = _("列对应")
        verbose_name_plural = _("列对应")
        constraints = [models.UniqueConstraint(name="one_meaning_a_sender_and_column", fields=["place", "fingerprint"])]

    def __str__(self) -> str:
        return f"{self.place} {self.header} → {self.field}"
