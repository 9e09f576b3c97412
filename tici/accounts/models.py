"""People who sign in, each with one role in one place."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is here for. One person holds one role, so the three administrators are never one person."""

    NONE = "none", _("待授权")
    DISPATCHER = "dispatcher", _("调度员")
    COUNTY_REPORTER = "county_reporter", _("填报员")
    DUTY_OFFICER = "duty_officer", _("包联干部")
    LEADER = "leader", _("领导")
    CONSULTATION_CLERK = "consult_clerk", _("征求意见受理员")
    CONSULTATION_REVIEWER = "consult_reviewer", _("征求意见审核员")
    FIRM_REPORTER = "firm_reporter", _("企业填报员")
    LINE_PLANNER = "line_planner", _("线路规划员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


#: The three separate administrators (三权分立). They hold no place, so no register shows them a row.
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


#: Roles that hold no place: the administrators, and who reports for one firm alone, which that firm's county names.
PLACELESS = (*ADMINISTRATORS, Role.FIRM_REPORTER)


class Person(AbstractUser):
    """Someone who signs in, holding one role in one place."""

    role = models.CharField(_("角色"), max_length=20, choices=Role, default=Role.NONE)
    place = models.ForeignKey("places.Place", models.PROTECT, verbose_name=_("地区"), null=True, blank=True)
    department = models.ForeignKey(
        "places.Department", models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="people"
    )
    display_name = models.CharField(_("称呼"), max_length=60, blank=True)
    preferences = models.JSONField(
        _("个人设置"), default=dict, blank=True
    )  # {"columns:projects": [...], "size": "large"}
    must_change_password = models.BooleanField(_("须改密码"), default=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            models.CheckConstraint(
                name="some_roles_hold_no_place",
                condition=~Q(role__in=["system_admin", "security_admin", "audit_admin", "firm_reporter"])
                | Q(place__isnull=True),
                violation_error_message=_("管理员和企业填报员不授予地区，因而看不到地区的业务数据。"),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_administrator(self) -> bool:
        return self.role in ADMINISTRATORS
