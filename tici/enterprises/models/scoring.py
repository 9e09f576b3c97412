"""What the scorecards of the tiers ask of an enterprise, and how it fared when the register was last judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

from .enterprises import Enterprise
from .ladders import Tier

if TYPE_CHECKING:
    from tici.accounts.models import Person


class ScoringFacts(models.Model):
    """What a scorecard asks of an enterprise for a year beside its figures; what is not among them is not known.

    Facts are named as the scorecards of the rulebook name them, so that a new standard needs no new column.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="scoring_facts")
    year = models.PositiveSmallIntegerField(_("年度"))
    values = models.JSONField(_("评分事实"), default=dict)  # code -> number as text, true or false, or a choice
    evidence = models.JSONField(_("依据"), default=dict)  # code -> words
    noted_by = models.ForeignKey("accounts.Person", models.PROTECT, verbose_name=_("填写人"), related_name="+")
    noted_at = models.DateTimeField(_("填写时间"))

    class Meta:
        verbose_name = _("评分事实")
        verbose_name_plural = _("评分事实")
        ordering = ["enterprise", "-year"]
        constraints = [models.UniqueConstraint(name="one_set_of_facts_a_year", fields=["enterprise", "year"])]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.year}"


class Verdict(models.TextChoices):
    """What a scorecard says of an enterprise (自测结论)."""

    PASSES = "passes", _("达标")
    OPEN = "open", _("待定")
    FAILS = "fails", _("未达标")


class TierScoreQuerySet(models.QuerySet["TierScore"]):
    def visible_to(self, person: Person) -> Self:
        """Scores of enterprises in the place a person holds, and in the places inside it."""
        return self.none() if person.place is None else self.within(person.place)

    def within(self, place: Place) -> Self:
        """Scores of enterprises that stand on their own in a place and in the places inside it."""
        inside = list(Place.objects.within(place).order_by().values_list("pk", flat=True))
        return self.filter(enterprise__place__in=inside, enterprise__merged_into__isnull=True)


class TierScore(models.Model):
    """How an enterprise fared against the scorecard of a tier when the register was last judged (梯度自测)."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="scores")
    tier = models.CharField(_("层级"), max_length=12, choices=Tier)
    judged_on = models.DateField(_("判定日"))
    verdict = models.CharField(_("结论"), max_length=6, choices=Verdict)
    points = models.PositiveSmallIntegerField(_("确定得分"), null=True, blank=True)  # None: the card has no points
    at_best = models.PositiveSmallIntegerField(_("最高可得分"), null=True, blank=True)
    lacking = models.PositiveSmallIntegerField(_("缺项数"))  # requirements not met, or not known to be
    only_lack = models.CharField(_("所缺一项"), max_length=40, blank=True)  # its code, where it is exactly one
    is_known = models.BooleanField(_("所缺一项已知"), default=False)  # known not to be met, not merely unknown
    words = models.CharField(_("差多少"), max_length=200, blank=True)
    distance = models.FloatField(_("相对差距"), null=True, blank=True)  # as a share of the bound

    objects = TierScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("梯度自测")
        verbose_name_plural = _("梯度自测")
        ordering = ["enterprise", "tier"]
        constraints = [
            models.UniqueConstraint(name="one_score_an_enterprise_and_tier", fields=["enterprise", "tier"]),
            models.CheckConstraint(
                name="only_lack_is_named_where_one_lacks",
                condition=Q(only_lack="") | Q(lacking=1),
                violation_error_message=_("只缺一项的才写明所缺一项。"),
            ),
        ]
        indexes = [
            models.Index(fields=["tier", "lacking", "distance", "id"], name="score_by_distance"),
            models.Index(fields=["tier", "verdict", "id"], name="score_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.tier} {self.verdict}"
