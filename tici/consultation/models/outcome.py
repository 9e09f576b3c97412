"""What was decided about a group, what its people were answered, and what was published of it all."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.core.models import Upload

from .channels import Channel
from .intake import Submission
from .notices import Notice
from .reading import Group


class Outcome(models.TextChoices):
    """What is done with an opinion (采纳情况)."""

    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("未采纳")
    PASSED_ON = "passed_on", _("转办")
    OUT_OF_SCOPE = "out_of_scope", _("不在范围")


class Decision(models.Model):
    """What is done with a group, why, and by whom; a later decision replaces it and leaves it standing (采纳决定)."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("采纳情况"), max_length=12, choices=Outcome)
    reason = models.TextField(_("理由"))
    unit = models.CharField(_("责任单位"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("决定时间"))
    decided_by = models.CharField(_("决定人"), max_length=150)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("采纳决定")
        verbose_name_plural = _("采纳决定")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="one_decision_holds", fields=["group"], condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(
                name="a_decision_says_why", condition=~Q(reason=""), violation_error_message=_("决定须写明理由。")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.group_id}"


class AnswerState(models.TextChoices):
    """How far an answer has got."""

    WAITING = "waiting", _("待发出")
    SENDING = "sending", _("正在发出")  # found so after a breakdown: it may be out; a person decides, no machine
    SENT = "sent", _("已发出")
    FAILED = "failed", _("未能发出")


class Answer(models.Model):
    """What a sender is answered, on the channel the opinion came by (答复)."""

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="answer")
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    text = models.TextField(_("答复内容"))
    state = models.CharField(_("状态"), max_length=8, choices=AnswerState, default=AnswerState.WAITING)
    written_at = models.DateTimeField(_("拟写时间"))
    written_by = models.CharField(_("拟写人"), max_length=150)
    printed_at = models.DateTimeField(_("打印时间"), null=True, blank=True)  # as a letter
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    sent_by = models.CharField(_("发出人"), max_length=150, blank=True)
    trouble = models.CharField(_("故障"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("答复")
        verbose_name_plural = _("答复")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.submission_id}"


class Masked(models.Model):
    """The words a group is published in: never the original, and always confirmed by a person (公开文字)."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="masked")
    text = models.TextField(_("公开文字"))
    is_left_out = models.BooleanField(_("不列入"), default=False)
    confirmed_by = models.CharField(_("确认人"), max_length=150)
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("公开文字")
        verbose_name_plural = _("公开文字")

    def __str__(self) -> str:
        return self.text[:40]


class PublicationState(models.TextChoices):
    """Published only once a second person has confirmed it."""

    PROPOSED = "proposed", _("待复核")
    PUBLISHED = "published", _("已公布")
    WITHDRAWN = "withdrawn", _("已撤下")


class Publication(models.Model):
    """A frozen account of what came in and what was done with it (意见采纳情况)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField(_("期次"))
    content = models.JSONField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=PublicationState, default=PublicationState.PROPOSED)
    proposed_at = models.DateTimeField(_("提交时间"))
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提交人"))
    confirmed_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("复核人"), null=True, blank=True
    )
    printed = models.ForeignKey(Upload, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("意见采纳情况")
        verbose_name_plural = _("意见采纳情况")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="one_publication_a_number", fields=["notice", "number"]),
            models.CheckConstraint(
                name="publication_needs_a_second_person",
                condition=~Q(state="published") | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                violation_error_message=_("公布须由提交人以外的人复核。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.number}"
