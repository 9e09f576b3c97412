"""Clusters (产业集群): the city's 千亿级 ones and the counties' own, their members and their public platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

from .enterprises import Enterprise

if TYPE_CHECKING:
    from tici.accounts.models import Person


class ClusterKind(models.TextChoices):
    """Whose cluster it is."""

    HUNDRED_BILLION = "hundred_billion", _("千亿级产业集群")
    COUNTY = "county", _("县域特色产业集群")


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def visible_to(self, person: Person) -> Self:
        """Clusters of the place a person holds, of the places inside it, and of the places around it."""
        if person.place is None:
            return self.none()
        around = [code for code in person.place.path.split("/") if code]
        return self.filter(Q(place__path__startswith=person.place.path) | Q(place__code__in=around))


class Cluster(models.Model):
    """A cluster. Who belongs to it is a rule (``enterprises/clusters``), with exceptions by hand."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=16, choices=ClusterKind)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="clusters")
    goal_wan = models.DecimalField(_("目标(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    position = models.PositiveIntegerField(_("排序"), default=0)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("产业集群")
        verbose_name_plural = _("产业集群")
        ordering = ["kind", "position", "code"]

    def __str__(self) -> str:
        return self.name


class MembershipOrigin(models.TextChoices):
    """How a firm came to belong to a cluster, or not to."""

    RULE = "rule", _("按规则")
    PUT_IN = "put_in", _("人工列入")
    LEFT_OUT = "left_out", _("人工剔除")


class ClusterMembership(models.Model):
    """An enterprise in a cluster: by the rule, put in by hand, or left out by hand although the rule would take it."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="memberships")
    node = models.CharField(_("产业链环节"), max_length=40, blank=True)
    origin = models.CharField(_("来由"), max_length=10, choices=MembershipOrigin, default=MembershipOrigin.RULE)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("集群成员")
        verbose_name_plural = _("集群成员")
        constraints = [models.UniqueConstraint(name="one_membership_a_cluster", fields=["cluster", "enterprise"])]
        indexes = [models.Index(fields=["enterprise", "cluster"], name="membership_of_enterprise")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.cluster_id} {self.origin}"


class PlatformKind(models.TextChoices):
    """The public service platforms a county cluster should have (公共服务平台)."""

    SHARED_MAKING = "shared_making", _("共享智造")
    TESTING = "testing", _("检验检测")
    INNOVATION = "innovation", _("创新平台")
    ENVOYS = "envoys", _("科技特派团")
    DESIGN = "design", _("工业设计")
    TRAINING = "training", _("人才培训")
    FINANCE = "finance", _("融资服务")
    LOGISTICS = "logistics", _("仓储物流")


class ClusterPlatform(models.Model):
    """One public platform that serves a cluster, from the day it opened."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="platforms")
    kind = models.CharField(_("平台类别"), max_length=14, choices=PlatformKind)
    name = models.CharField(_("平台名称"), max_length=120)
    from_date = models.DateField(_("启用日期"))
    to_date = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("公共服务平台")
        verbose_name_plural = _("公共服务平台")
        ordering = ["cluster", "kind", "from_date"]
        constraints = [
            models.CheckConstraint(
                name="platform_closes_after_it_opens",
                condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")),
                violation_error_message=_("停用日期须晚于启用日期。"),
            )
        ]

    def __str__(self) -> str:
        return self.name
