"""A notice (征求意见公告): what is asked, about what, from when to when, and by which channels people may answer."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.places.models import Place

from .channels import Channel


class NoticeState(models.TextChoices):
    """The life of a notice. Whether it takes opinions now follows from its days."""

    DRAFT = "draft", _("起草")
    ISSUED = "issued", _("已发布")


class QuestionKind(models.TextChoices):
    """How a question is answered: in words, or by ticking."""

    TEXT = "text", _("文字")
    ONE = "one", _("单选")
    MANY = "many", _("多选")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> Self:
        """Notices of the place a person holds, and of the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)

    def public(self) -> Self:
        """Those that everybody may read."""
        return self.filter(state=NoticeState.ISSUED)

    def open_on(self, day: date) -> Self:
        """Those that take opinions on a day."""
        return self.public().filter(opens_on__lte=day, closes_on__gte=day)


class Notice(models.Model):
    """A notice that asks residents what they think (征求意见公告)."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)  # in public addresses and in receipts' files
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="notices")
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("公告正文"))
    office = models.CharField(_("受理单位"), max_length=80)
    opens_on = models.DateField(_("开始日期"))
    closes_on = models.DateField(_("截止日期"))
    period_shortened_reason = models.CharField(_("期限不足30日的理由"), max_length=300, blank=True)
    retention_months = models.PositiveSmallIntegerField(_("个人信息保存月数"), default=12)
    state = models.CharField(_("状态"), max_length=8, choices=NoticeState, default=NoticeState.DRAFT)
    issued_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    is_example = models.BooleanField(_("示例"), default=False)
    accepts_by_itself = models.BooleanField(_("自动采信"), default=False)  # a clerk switches it on, for this notice

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("征求意见公告")
        verbose_name_plural = _("征求意见公告")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_closes_after_it_opens",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                name="an_issued_notice_says_when",
                condition=Q(state="draft") | Q(issued_at__isnull=False),
                violation_error_message=_("已发布的公告须有发布时间。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultation:notice", args=[self.code])

    @property
    def days(self) -> int:
        """How many days people have, the first and the last counted."""
        return (self.closes_on - self.opens_on).days + 1

    def takes_opinions_on(self, day: date) -> bool:
        return self.state == NoticeState.ISSUED and self.opens_on <= day <= self.closes_on


class Question(models.Model):
    """One question of a notice; the web form and the printed reply form are made from them."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("序号"))
    label = models.CharField(_("问题"), max_length=200)
    kind = models.CharField(_("答法"), max_length=4, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.JSONField(_("选项"), default=list, blank=True)  # ["提前", "推后"]; for ticking only

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="one_question_a_position", fields=["notice", "position"]),
            models.CheckConstraint(
                name="ticking_needs_choices",
                condition=Q(kind="text") | ~Q(choices=[]),
                violation_error_message=_("选择题须有选项。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Aspect(models.Model):
    """One aspect (方面) opinions are sorted into; the engine suggests it by its code, a person confirms it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="aspects")
    position = models.PositiveSmallIntegerField(_("序号"))
    code = models.CharField(_("代码"), max_length=20)
    label = models.CharField(_("方面"), max_length=60)

    class Meta:
        verbose_name = _("意见方面")
        verbose_name_plural = _("意见方面")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_aspect_a_code", fields=["notice", "code"])]

    def __str__(self) -> str:
        return self.label


class Subject(models.Model):
    """Something listed that a notice is about: a line, a school, a stop, or anything else, found by its names."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="subjects")
    kind = models.CharField(_("种类"), max_length=20)  # "line", "school", "stop", or what the notice is about
    code = models.CharField(_("代码"), max_length=40)
    label = models.CharField(_("名称"), max_length=80)
    aliases = models.JSONField(_("别名"), default=list, blank=True)  # confirmed by people
    longitude = models.FloatField(_("经度"), null=True, blank=True)  # where it is, for the map of wishes
    latitude = models.FloatField(_("纬度"), null=True, blank=True)

    class Meta:
        verbose_name = _("意见对象")
        verbose_name_plural = _("意见对象")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_subject_a_code", fields=["notice", "kind", "code"]),
            models.CheckConstraint(
                name="a_subject_lies_somewhere_or_nowhere",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False)
                & Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                violation_error_message=_("经度和纬度须同时填写，并在范围之内。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def place_words(self) -> str:
        """Where it is, as it is typed; nothing where nobody knows."""
        return "" if self.longitude is None else f"{self.longitude},{self.latitude}"


class ChannelOffer(models.Model):
    """A channel a notice offers, with the address people are told and the remark they are asked for."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="offers")
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    address = models.CharField(_("地址或号码"), max_length=160, blank=True)
    remark = models.CharField(_("须注明"), max_length=120, blank=True)  # what to write on the envelope

    class Meta:
        verbose_name = _("受理渠道")
        verbose_name_plural = _("受理渠道")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="a_channel_is_offered_once", fields=["notice", "channel"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.address}".strip()


class NoticeVersion(models.Model):
    """A notice as it stood when it was issued or changed; people answered the version of their day."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    facts = models.JSONField(_("内容"))
    reason = models.CharField(_("变更说明"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("发布时间"))
    issued_by = models.CharField(_("发布人"), max_length=150)

    class Meta:
        verbose_name = _("公告版次")
        verbose_name_plural = _("公告版次")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="one_version_a_number", fields=["notice", "number"])]

    def __str__(self) -> str:
        return f"{self.notice} {self.number}"
