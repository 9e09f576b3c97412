"""A declared change to a plan (方案), evaluated against it; who asks for it, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.consultation.models import Group

from .network import School
from .plans import Plan

if TYPE_CHECKING:
    from tici.accounts.models import Person


class ChangeKind(models.TextChoices):
    """What a scenario changes."""

    ADD_STOP = "add_stop", _("增设停靠")
    MOVE_STOP = "move_stop", _("迁移停靠")
    REMOVE_STOP = "remove_stop", _("取消停靠")
    RETIME = "retime", _("调整时刻")
    ADD_TRIP = "add_trip", _("增加班次")
    EXTEND = "extend", _("延长线路")
    REORDER = "reorder", _("调整顺序")
    REDRAW = "redraw", _("改画走向")
    OPEN_LINE = "open_line", _("新开线路")


class ScenarioState(models.TextChoices):
    """What became of a scenario."""

    WAITING = "waiting", _("待定")
    ACCEPTED = "accepted", _("已采纳")
    DECLINED = "declined", _("未采纳")


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, person: Person) -> Self:
        """Scenarios of the schools in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(school__place__path__startswith=person.place.path)


class Scenario(models.Model):
    """One change, declared; its cards hold what it would do, as asked, with the best repair, and planned anew."""

    school = models.ForeignKey(School, models.CASCADE, verbose_name=_("学校"), related_name="scenarios")
    plan = models.ForeignKey(
        Plan, models.SET_NULL, verbose_name=_("对照版本"), null=True, blank=True, related_name="scenarios"
    )  # none where the school has no line yet
    kind = models.CharField(_("变更"), max_length=12, choices=ChangeKind)
    change: Any = models.JSONField(_("变更内容"), default=dict)
    title = models.CharField(_("名称"), max_length=120)
    opinions = models.PositiveIntegerField(_("意见数"), default=0)  # that ask for it, as counted when it was declared
    asked_in = models.CharField(_("出处"), max_length=120, blank=True)  # the consultation it was asked for in
    group = models.ForeignKey(
        Group, models.SET_NULL, verbose_name=_("意见组"), null=True, blank=True, related_name="+"
    )  # the opinions it came from, whose answer says what became of it
    cards: Any = models.JSONField(_("评估"), default=dict)  # how -> card
    evaluated_at = models.DateTimeField(_("评估时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ScenarioState, default=ScenarioState.WAITING)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    became = models.ForeignKey(
        Plan, models.SET_NULL, verbose_name=_("成为版本"), null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField(_("提出时间"))
    declared_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("提出人"), related_name="+")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("调整方案")
        verbose_name_plural = _("调整方案")
        ordering = ["-opinions", "pk"]
        constraints = [
            models.CheckConstraint(
                name="scenario_declined_with_a_reason",
                condition=~Q(state="declined") | ~Q(reason=""),
                violation_error_message=_("不采纳须写明理由。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("buslines:scenario", args=[self.pk])
