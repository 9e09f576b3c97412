"""Lines and the versions of their plan: patterns of stops, and the trips that run them."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import Job

from .network import Demand, School, Stop, Vehicle

if TYPE_CHECKING:
    from tici.accounts.models import Person


class PlanState(models.TextChoices):
    """The life of a plan version."""

    DRAFT = "draft", _("草案")
    PROPOSED = "proposed", _("拟定")
    IN_FORCE = "in_force", _("现行")
    ENDED = "ended", _("已停用")


class Direction(models.TextChoices):
    """To school, or home."""

    MORNING = "morning", _("上学")
    AFTERNOON = "afternoon", _("放学")


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, person: Person) -> Self:
        """Plans of the schools in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(school__place__path__startswith=person.place.path)

    def in_force(self) -> Self:
        """The versions that buses drive now."""
        return self.filter(state=PlanState.IN_FORCE)


class Plan(models.Model):
    """One version of the lines of a school; versions are added, the trips of one never change once it is proposed."""

    school = models.ForeignKey(School, models.CASCADE, verbose_name=_("学校"), related_name="plans")
    number = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    based_on = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("依据版本"), null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    in_force_from = models.DateField(_("启用日期"), null=True, blank=True)
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)
    limits: Any = models.JSONField(_("限值"), default=dict)  # of the rulebook, as they were when it was made
    costs: Any = models.JSONField(_("代价"), default=dict)  # direction -> objective -> figure, from the checker
    proof: Any = models.JSONField(_("证明"), default=dict)  # direction -> [{objective, value, bound, status}]
    unserved: Any = models.JSONField(_("未排入"), default=list)  # [{direction, demand, pupils, sentence}]
    remarks: Any = models.JSONField(_("提示"), default=list)  # of the roads: [{code, params}]
    proof_job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")  # that proves it later
    made_at = models.DateTimeField(_("编制时间"))
    made_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("编制人"), related_name="+")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("线路方案")
        verbose_name_plural = _("线路方案")
        ordering = ["school", "-number"]
        constraints = [
            models.UniqueConstraint(name="one_plan_of_a_number_a_school", fields=["school", "number"]),
            models.UniqueConstraint(
                name="one_plan_in_force_a_school", fields=["school"], condition=Q(state=PlanState.IN_FORCE)
            ),
        ]

    def __str__(self) -> str:
        return _("%(school)s第%(number)s版") % {"school": self.school, "number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("buslines:plan", args=[self.pk])


class Line(models.Model):
    """A line by the name families know it by: 天苑小学专1. It lives through versions of the plan."""

    school = models.ForeignKey(School, models.CASCADE, verbose_name=_("学校"), related_name="lines")
    number = models.PositiveSmallIntegerField(_("专线号"))

    class Meta:
        verbose_name = _("专线")
        verbose_name_plural = _("专线")
        ordering = ["school", "number"]
        constraints = [models.UniqueConstraint(name="one_line_of_a_number_a_school", fields=["school", "number"])]

    def __str__(self) -> str:
        return _("%(school)s专%(number)s") % {"school": self.school, "number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("buslines:public_line", args=[self.pk])

    @property
    def short_name(self) -> str:
        return _("专%(number)s") % {"number": self.number}


class Pattern(models.Model):
    """The stops of a line in one direction in a plan, in the order they are driven; its trips all call at them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="patterns")
    line = models.ForeignKey(Line, models.PROTECT, verbose_name=_("专线"), related_name="patterns")
    direction = models.CharField(_("方向"), max_length=10, choices=Direction)
    metres = models.FloatField(_("里程(米)"), null=True, blank=True)

    class Meta:
        verbose_name = _("走向")
        verbose_name_plural = _("走向")
        ordering = ["line", "-direction"]
        constraints = [models.UniqueConstraint(name="one_pattern_a_line", fields=["plan", "line", "direction"])]

    def __str__(self) -> str:
        return f"{self.line} {self.get_direction_display()}"

    def get_absolute_url(self) -> str:
        return reverse("buslines:edit_line", args=[self.pk])

    @property
    def is_morning(self) -> bool:
        return self.direction == Direction.MORNING


class PatternStop(models.Model):
    """A stop of a pattern, and the leg that leads on from it (morning) or to it (afternoon).

    The school itself is no row: a morning ends there, an afternoon begins there.
    """

    pattern = models.ForeignKey(Pattern, models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField(_("序号"))
    stop = models.ForeignKey(Stop, models.PROTECT, verbose_name=_("站点"), related_name="patterns")
    leg_seconds = models.FloatField(_("行车秒数"))
    leg_source = models.PositiveSmallIntegerField(_("时间来源"), default=0)  # engines.roads.Source

    class Meta:
        verbose_name = _("停靠站")
        verbose_name_plural = _("停靠站")
        ordering = ["pattern", "position"]
        constraints = [models.UniqueConstraint(name="one_stop_a_position", fields=["pattern", "position"])]

    def __str__(self) -> str:
        return f"{self.pattern} {self.position} {self.stop}"


class Trip(models.Model):
    """One run of a pattern each school day."""

    pattern = models.ForeignKey(Pattern, models.CASCADE, related_name="trips")
    number = models.PositiveSmallIntegerField(_("班次"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, verbose_name=_("车型"), related_name="trips")
    leaves_at = models.TimeField(_("发车"))  # the first stop in the morning, the school in the afternoon
    arrives_at = models.TimeField(_("到达"))  # the school in the morning, the last stop in the afternoon
    slack_seconds = models.IntegerField(_("富余(秒)"))  # how late it may be and still keep the window of the bell
    shift_seconds = models.IntegerField(_("调整(秒)"), default=0)  # against the time reckoned from the bell

    class Meta:
        verbose_name = _("班次")
        verbose_name_plural = _("班次")
        ordering = ["pattern", "number"]
        constraints = [models.UniqueConstraint(name="one_trip_of_a_number", fields=["pattern", "number"])]

    def __str__(self) -> str:
        return f"{self.pattern} {self.leaves_at:%H:%M}"

    @property
    def at_school(self) -> time:
        return self.arrives_at if self.pattern.is_morning else self.leaves_at


class Call(models.Model):
    """A trip at a stop: when its doors open, how long it stands, who boards or alights there."""

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="calls")
    at = models.ForeignKey(PatternStop, models.CASCADE, related_name="calls")
    opens_at = models.TimeField(_("开门"))  # to the second; pages say the minute, rounded down
    stands_seconds = models.PositiveSmallIntegerField(_("停站(秒)"))
    pupils = models.PositiveSmallIntegerField(_("学生"))
    seats = models.PositiveSmallIntegerField(_("座位"))

    class Meta:
        verbose_name = _("停靠")
        verbose_name_plural = _("停靠")
        ordering = ["trip", "at__position"]
        constraints = [models.UniqueConstraint(name="one_call_a_stop", fields=["trip", "at"])]

    def __str__(self) -> str:
        return f"{self.trip} {self.at.stop}"


class Boarding(models.Model):
    """Who uses a call: so many of a demand point."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="boardings")
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="boardings")
    pupils = models.PositiveSmallIntegerField(_("学生"))
    seats = models.PositiveSmallIntegerField(_("座位"))
    walk_metres = models.FloatField(_("步行(米)"))

    class Meta:
        verbose_name = _("乘车安排")
        verbose_name_plural = _("乘车安排")

    def __str__(self) -> str:
        return f"{self.call} {self.demand}"


class Planning(models.Model):
    """Planning that was asked for: the job that does it, and the version that came of it."""

    school = models.ForeignKey(School, models.CASCADE, related_name="plannings")
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("编线任务")
        verbose_name_plural = _("编线任务")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.school} {self.job}"
