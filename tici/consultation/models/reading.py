"""What was read in opinions: points with their place in the text, the machine's reading, the person's, and groups."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .intake import Submission
from .notices import Notice


class PointQuerySet(models.QuerySet["Point"]):
    def counted(self) -> Self:
        """Points of opinions that count."""
        return self.filter(
            submission__withdrawn_at__isnull=True, submission__disowned_at__isnull=True, submission__item__held=""
        )

    def unconfirmed(self) -> Self:
        """Points nobody has confirmed, or whose confirmation was undone."""
        return self.exclude(confirmations__undone_at__isnull=True, confirmations__isnull=False)


class Point(models.Model):
    """One point (要点) of an opinion: a stretch of its text that asks for one thing."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(_("序号"))
    start = models.PositiveIntegerField(_("起"))
    end = models.PositiveIntegerField(_("止"))
    text = models.TextField(_("要点"))

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("要点")
        verbose_name_plural = _("要点")
        ordering = ["submission", "position"]
        constraints = [
            models.UniqueConstraint(name="one_point_a_position", fields=["submission", "position"]),
            models.CheckConstraint(
                name="a_point_ends_after_it_starts",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("要点的止点须在起点之后。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Slots(models.Model):
    """What a point is about, whoever says so: machine or person."""

    aspects = models.JSONField(_("方面"), default=list)  # codes; the first is the main one
    lines = models.JSONField(_("线路"), default=list)  # codes of subjects
    schools = models.JSONField(_("学校"), default=list)
    places = models.JSONField(_("地点"), default=list)  # as written
    times = models.JSONField(_("时间"), default=list)  # [{"minutes": 1010, "role": "asked"}]
    shifts = models.JSONField(_("调整分钟"), default=list)  # +15 is later

    class Meta:
        abstract = True


class Reading(Slots):
    """What the machine read in a point, with its certainty; a newer reading is a new row (机读结果)."""

    point = models.ForeignKey(Point, models.CASCADE, related_name="readings")
    scores = models.JSONField(_("方面得分"), default=list)  # [["T", 0.83], ["S", 0.11]]
    score = models.FloatField(_("置信度"), default=0)
    engine = models.CharField(_("程序"), max_length=60)
    read_at = models.DateTimeField(_("机读时间"))
    is_current = models.BooleanField(_("现行"), default=True)

    class Meta:
        verbose_name = _("机读结果")
        verbose_name_plural = _("机读结果")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="one_current_reading", fields=["point"], condition=Q(is_current=True))
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.score:.2f}"


class AutoAcceptance(models.Model):
    """One trial of the machine's word, and what was taken on it; a person may undo each of it, or all (自动采信)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="acceptances")
    at = models.DateTimeField(_("时间"))
    engine = models.CharField(_("程序"), max_length=60)
    labels = models.PositiveIntegerField(_("检验要点数"))  # confirmed by people, tried on learning that left them out
    threshold = models.FloatField(_("起始置信度"), null=True, blank=True)  # none: no score held
    precision = models.FloatField(_("检验准确率"))  # of those at or above the threshold; of all where there is none

    class Meta:
        verbose_name = _("自动采信")
        verbose_name_plural = _("自动采信")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_acceptance_held_a_fraction",
                condition=(Q(threshold__isnull=True) | Q(threshold__range=(0, 1))) & Q(precision__range=(0, 1)),
                violation_error_message=_("置信度和准确率须在0与1之间。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.pk}"


class Confirmation(Slots):
    """What a person says a point is about; undoing it leaves the row with its end (人工确认)."""

    point = models.ForeignKey(Point, models.CASCADE, related_name="confirmations")
    by = models.CharField(_("确认人"), max_length=150)
    at = models.DateTimeField(_("确认时间"))
    is_automatic = models.BooleanField(_("自动采信"), default=False)  # above the score that held on own labels
    acceptance = models.ForeignKey(
        AutoAcceptance,
        models.PROTECT,
        related_name="confirmations",
        verbose_name=_("自动采信批次"),
        null=True,
        blank=True,
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("人工确认")
        verbose_name_plural = _("人工确认")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_confirmation_holds", fields=["point"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="what_is_automatic_names_its_run",
                condition=Q(is_automatic=True, acceptance__isnull=False)
                | Q(is_automatic=False, acceptance__isnull=True),
                violation_error_message=_("自动采信须写明批次。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.by}"


class GroupKind(models.TextChoices):
    """What holds a group together."""

    SINGLE = "single", _("单独")
    COPIES = "copies", _("内容相同")  # one template, one set of slots


class Group(models.Model):
    """Points that ask for the same thing and are decided once (意见组)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="groups")
    kind = models.CharField(_("种类"), max_length=8, choices=GroupKind, default=GroupKind.SINGLE)
    family = models.PositiveIntegerField(_("模板族"), null=True, blank=True)  # one template, other slots: a weaker link
    size = models.PositiveIntegerField(_("要点数"), default=0)
    # What became of it: a page of a room above, named by that room, so that this one never needs to know it. It may be
    # there before anybody decided, and stays when a decision is replaced.
    matter_url_name = models.CharField(max_length=60, blank=True)  # "buslines:scenario"
    matter_id = models.PositiveBigIntegerField(null=True, blank=True)
    matter_label = models.CharField(_("办理事项"), max_length=600, blank=True)  # with its figures, whole

    class Meta:
        verbose_name = _("意见组")
        verbose_name_plural = _("意见组")
        ordering = ["-size", "pk"]
        indexes = [models.Index(fields=["notice", "-size"], name="group_by_size")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Membership(models.Model):
    """That a point belongs to a group: the machine proposes it, a person confirms it (入组)."""

    point = models.OneToOneField(Point, models.CASCADE, related_name="membership")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    is_representative = models.BooleanField(_("代表"), default=False)
    confirmed_by = models.CharField(_("确认人"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("入组")
        verbose_name_plural = _("入组")
        constraints = [
            models.UniqueConstraint(
                name="one_representative_a_group", fields=["group"], condition=Q(is_representative=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.group_id}"
