"""What lines are planned on: schools and their days, stops, where families start from, vehicles, and driven times.

Every point is stored in WGS-84. Demand is counted at rounded points; no row names a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import Job, Upload
from tici.core.searching import pairs_of
from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person

LONGITUDE = (MinValueValidator(73.0), MaxValueValidator(136.0))
LATITUDE = (MinValueValidator(3.0), MaxValueValidator(54.0))


class InPlace(models.QuerySet[Any]):
    """Rows that stand in a place."""

    def visible_to(self, person: Person) -> Self:
        """Rows in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)


class SchoolKind(models.TextChoices):
    """Whom a school teaches; small children need an adult each."""

    PRIMARY = "primary", _("小学")
    KINDERGARTEN = "kindergarten", _("幼儿园")


class School(models.Model):
    """A school or kindergarten: the point of its gate, and when its lessons begin and end."""

    code = models.CharField(_("学校代码"), max_length=20, unique=True)
    name = models.CharField(_("学校名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=20, blank=True)  # 神兴 for 神兴小学, as families say it
    kind = models.CharField(_("类别"), max_length=14, choices=SchoolKind, default=SchoolKind.PRIMARY)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="schools")
    longitude = models.FloatField(_("校门经度"), validators=LONGITUDE)
    latitude = models.FloatField(_("校门纬度"), validators=LATITUDE)
    arrive_by = models.TimeField(_("上课时间"), null=True, blank=True)
    dismiss_at = models.TimeField(_("放学时间"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("位置为示意"), default=False)
    is_example = models.BooleanField(_("示例"), default=False)
    search_text = models.TextField(editable=False, default="")
    search_pairs = pairs_of("search_text")

    objects = InPlace.as_manager()

    class Meta:
        verbose_name = _("学校")
        verbose_name_plural = _("学校")
        ordering = ["code"]
        indexes = [GinIndex(fields=["search_pairs"], name="school_search")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("buslines:school", args=[self.pk])


class Term(models.Model):
    """A term: lessons are held on its working days, as the state's calendar of holidays has them."""

    name = models.CharField(_("学期"), max_length=40, unique=True)
    first_on = models.DateField(_("开学"))
    last_on = models.DateField(_("放假"))

    class Meta:
        verbose_name = _("学期")
        verbose_name_plural = _("学期")
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                name="term_begins_before_it_ends",
                condition=Q(first_on__lt=models.F("last_on")),
                violation_error_message=_("放假日期须在开学日期之后。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DayChange(models.Model):
    """A day on which lessons are held though none were due, or the other way round (停课、补课)."""

    on = models.DateField(_("日期"), unique=True)
    has_lessons = models.BooleanField(_("上课"))
    reason = models.CharField(_("原因"), max_length=80)

    class Meta:
        verbose_name = _("停课与补课")
        verbose_name_plural = _("停课与补课")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.reason}"


class StopKind(models.TextChoices):
    """What a stop is (after Beijing's rules for school buses of 2023)."""

    PLATFORM = "platform", _("现有公交站台")
    NEW = "new", _("新设专用站")
    ESTATE = "estate", _("小区门口")


class Stop(models.Model):
    """A place where buses may call: which side of the road, whether one can wait there, what to mind."""

    code = models.CharField(_("站点代码"), max_length=20, unique=True)
    name = models.CharField(_("站点名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=StopKind, default=StopKind.PLATFORM)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="bus_stops")
    longitude = models.FloatField(_("经度"), validators=LONGITUDE)
    latitude = models.FloatField(_("纬度"), validators=LATITUDE)
    side = models.CharField(_("路侧"), max_length=20, blank=True)  # 路东, 路北
    has_shelter = models.BooleanField(_("有候车处"), default=False)
    safety = models.CharField(_("安全提示"), max_length=120, blank=True)
    is_closed = models.BooleanField(_("停用"), default=False)
    is_example = models.BooleanField(_("示例"), default=False)
    search_text = models.TextField(editable=False, default="")
    search_pairs = pairs_of("search_text")

    objects = InPlace.as_manager()

    class Meta:
        verbose_name = _("站点")
        verbose_name_plural = _("站点")
        ordering = ["code"]
        indexes = [GinIndex(fields=["search_pairs"], name="bus_stop_search")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("buslines:stop", args=[self.pk])


class DemandQuerySet(models.QuerySet["Demand"]):
    def of(self, school: School) -> Self:
        """What is asked for now at a school."""
        return self.filter(school=school, is_gone=False)


class Demand(models.Model):
    """Families of one school who start from about one place: how many pupils, how many adults who ride along.

    The point is rounded on arrival to about 100 metres, so that it is a neighbourhood and not a door.
    """

    school = models.ForeignKey(School, models.CASCADE, verbose_name=_("学校"), related_name="demand")
    code = models.CharField(_("需求点"), max_length=30)
    area = models.CharField(_("小区或村"), max_length=60, blank=True)
    longitude = models.FloatField(_("经度"), validators=LONGITUDE)
    latitude = models.FloatField(_("纬度"), validators=LATITUDE)
    pupils = models.PositiveSmallIntegerField(_("学生"))
    guardians = models.PositiveSmallIntegerField(_("陪同家长"))
    is_gone = models.BooleanField(_("已撤销"), default=False)  # by a later list; plans that seat it stay as they are

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = _("乘车需求")
        verbose_name_plural = _("乘车需求")
        ordering = ["school", "code"]
        constraints = [models.UniqueConstraint(name="one_demand_point_of_a_code_a_school", fields=["school", "code"])]

    def __str__(self) -> str:
        return f"{self.school} {self.code}"


class Vehicle(models.Model):
    """Vehicles alike (车型): how many seats, and how many there are."""

    code = models.CharField(_("车型"), max_length=30, unique=True)
    seats = models.PositiveSmallIntegerField(_("座位"), validators=[MinValueValidator(2)])
    count = models.PositiveSmallIntegerField(_("数量"), null=True, blank=True)  # blank: as many as needed

    class Meta:
        verbose_name = _("车型")
        verbose_name_plural = _("车型")
        ordering = ["-seats", "code"]

    def __str__(self) -> str:
        return self.code


class MeasuredLeg(models.Model):
    """How long a bus takes between two points by trial runs; it stands before every reckoned time."""

    origin = models.CharField(_("起点代码"), max_length=20)  # of a stop or a school
    destination = models.CharField(_("终点代码"), max_length=20)
    seconds = models.FloatField(_("行车秒数"))
    metres = models.FloatField(_("里程(米)"), null=True, blank=True)
    measured_on = models.DateField(_("实测日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("实测行车时间")
        verbose_name_plural = _("实测行车时间")
        constraints = [models.UniqueConstraint(name="one_time_a_leg", fields=["origin", "destination"])]

    def __str__(self) -> str:
        return f"{self.origin} → {self.destination}"


class RoadNetwork(models.Model):
    """Roads read from an OpenStreetMap extract; the newest that was read is what times are reckoned along."""

    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    nodes = models.PositiveIntegerField(_("节点"), default=0)
    arcs = models.PositiveIntegerField(_("路段"), default=0)  # 0: not read yet, or not to be read
    asked_at = models.DateTimeField(_("导入时间"))
    asked_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("导入人"), related_name="+")

    class Meta:
        verbose_name = _("路网")
        verbose_name_plural = _("路网")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.upload.name


class ListKind(models.TextChoices):
    """What a list is of."""

    SCHOOLS = "schools", _("学校与幼儿园")
    STOPS = "stops", _("站点")
    DEMAND = "demand", _("乘车需求")
    LEGS = "legs", _("实测行车时间")


class ReceivedList(models.Model):
    """A list that was handed in: the file unchanged, what was taken, and every row that was not, with its reason."""

    kind = models.CharField(_("清单"), max_length=10, choices=ListKind)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="+")
    made = models.PositiveIntegerField(_("新增"))
    changed = models.PositiveIntegerField(_("更新"))
    bad: Any = models.JSONField(_("未收"), default=list)  # [{sheet, row, name, sentence}]
    notes: Any = models.JSONField(_("说明"), default=list)
    received_at = models.DateTimeField(_("收到时间"))
    received_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("收到人"), related_name="+")

    objects = InPlace.as_manager()

    class Meta:
        verbose_name = _("收到的清单")
        verbose_name_plural = _("收到的清单")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.upload.name

    def get_absolute_url(self) -> str:
        return reverse("buslines:received", args=[self.pk])
