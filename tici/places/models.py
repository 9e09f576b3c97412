"""The one tree of places (地区), the departments in them (单位), and the leaders' posts (岗位)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    """What a place is in the administrative tree; a park (园区) stands beside the counties."""

    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    DISTRICT = "district", _("市辖区")
    COUNTY = "county", _("县")
    COUNTY_CITY = "county_city", _("县级市")
    PARK = "park", _("园区")
    TOWNSHIP = "township", _("乡镇街道")


COUNTY_LEVEL = frozenset({PlaceKind.DISTRICT, PlaceKind.COUNTY, PlaceKind.COUNTY_CITY, PlaceKind.PARK})


class PlaceQuerySet(models.QuerySet["Place"]):
    def within(self, place: Place) -> Self:
        """The place itself and everything in it."""
        return self.filter(path__startswith=place.path)

    def county_level(self) -> Self:
        """Districts, counties, county-level cities and parks: those that report to the city, in official order."""
        return self.filter(kind__in=COUNTY_LEVEL).order_by("position", "code")


class Place(models.Model):
    """A city, county, district or park, placed in the one tree of places."""

    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30)  # 正定 for 正定县, as tables and sentences say it
    code = models.CharField(_("区划代码"), max_length=12, unique=True)  # GB/T 2260
    kind = models.CharField(_("类别"), max_length=12, choices=PlaceKind)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name=_("上级"), null=True, blank=True)
    path = models.CharField(_("路径"), max_length=120, unique=True)  # "130100/130171/"
    position = models.PositiveIntegerField(_("行政区划顺序"), default=0)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["position", "code"]
        indexes = [models.Index(fields=["path"], name="place_by_path", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.CheckConstraint(
                name="place_path_ends_with_its_code",
                condition=Q(path__endswith="/"),
                violation_error_message=_("路径须以“/”结尾。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:place", args=[self.code])

    @property
    def is_county_level(self) -> bool:
        return self.kind in COUNTY_LEVEL


class Department(models.Model):
    """A department or unit (单位) of a place that leads work or answers for it."""

    name = models.CharField(_("名称"), max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="departments")
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["place", "position", "name"]
        constraints = [models.UniqueConstraint(name="one_department_of_a_name_a_place", fields=["place", "name"])]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A leader's post (岗位), never a person's name: who holds it may change, the duty stays with the post."""

    title = models.CharField(_("职务"), max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="posts")
    position = models.PositiveIntegerField(_("排序"), default=0)
    vacated_on = models.DateField(_("空缺自"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ["place", "position", "title"]
        constraints = [models.UniqueConstraint(name="one_post_of_a_title_a_place", fields=["place", "title"])]

    def __str__(self) -> str:
        return self.title
