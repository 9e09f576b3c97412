"""An enterprise as its registration and its ledger describe it, with the size facts of each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.core.models import SourceRow
from tici.core.searching import matching, pairs_of
from tici.places.models import Place

if TYPE_CHECKING:
    from datetime import date

    from tici.accounts.models import Person


class Size(models.TextChoices):
    """Sizes of enterprises in statistics (统计上大中小微型企业), smallest first; judged by rule, kept for lists."""

    MICRO = "micro", _("微型")
    SMALL = "small", _("小型")
    MEDIUM = "medium", _("中型")
    LARGE = "large", _("大型")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, person: Person) -> Self:
        """Enterprises in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.within(person.place)

    def within(self, place: Place) -> Self:
        """Enterprises in a place and in the places inside it."""
        return self.filter(place__path__startswith=place.path)

    def standing(self) -> Self:
        """Enterprises that were not merged into another; those that were are kept so that it can be undone."""
        return self.filter(merged_into__isnull=True)

    def in_library(self, on: date, sector: str = "industry") -> Self:
        """Enterprises above designated size (规上) on a day, of a sector."""
        still = Q(spells__to_date__isnull=True) | Q(spells__to_date__gt=on)
        held = Enterprise.objects.filter(still, spells__sector=sector, spells__from_date__lte=on, pk=OuterRef("pk"))
        return self.filter(Exists(held))

    def matching(self, words: str) -> Self:
        """Enterprises whose name, former name, code or product holds every word."""
        found: Self = matching(self, words)  # type: ignore[assignment]
        return found


class NameKey(Func):
    """A name as doubles are looked for: case, brackets, blanks and the spelling of 有限公司 make no difference."""

    template = "replace(lower(translate(%(expressions)s, '（）　 ·•・.．-－_,，', '()')), '有限责任公司', '有限公司')"
    output_field = models.TextField()


class Enterprise(models.Model):
    """A legal unit, known by its unified social credit code where one is given, else by its name in its place.

    Columns that other rooms fill by COPY have their default in the database.
    """

    name = models.CharField(_("企业名称"), max_length=160)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    place = models.ForeignKey(
        Place, models.PROTECT, verbose_name=_("地区"), related_name="enterprises", db_constraint=False
    )
    park = models.CharField(_("园区"), max_length=80, blank=True, db_default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, db_default="")
    industry = models.CharField(_("行业代码"), max_length=4, blank=True, db_default="")  # GB/T 4754-2017
    products = models.CharField(_("主要产品"), max_length=200, blank=True, db_default="")
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    production_on = models.DateField(_("投产日期"), null=True, blank=True)
    closed_on = models.DateField(_("注销或停业日期"), null=True, blank=True)
    is_key = models.BooleanField(_("重点企业"), db_default=False)
    is_example = models.BooleanField(_("示例"), db_default=False)
    size = models.CharField(_("规模"), max_length=6, choices=Size, blank=True, db_default="")  # by its newest year
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)
    search_text = models.TextField(editable=False, db_default="")
    search_pairs = pairs_of("search_text")

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        constraints = [
            models.UniqueConstraint(name="one_enterprise_a_credit_code", fields=["uscc"], condition=~Q(uscc="")),
            models.UniqueConstraint(
                name="one_enterprise_of_a_name_a_place_without_code", fields=["place", "name"], condition=Q(uscc="")
            ),
            models.CheckConstraint(
                name="enterprise_is_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                violation_error_message=_("企业不能并入自身。"),
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="enterprise_by_name"),
            models.Index(NameKey("name"), name="enterprise_by_name_key"),
            models.Index(fields=["place", "industry", "id"], name="enterprise_by_place_industry"),
            models.Index(fields=["industry", "id"], name="enterprise_by_industry"),
            models.Index(fields=["size", "id"], name="enterprise_by_size"),
            GinIndex(fields=["search_pairs"], name="enterprise_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:enterprise", args=[self.pk])


class FormerName(models.Model):
    """A name an enterprise had before, so that old lists still find it."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField(_("曾用名"), max_length=160)
    until_on = models.DateField(_("用至"), null=True, blank=True)

    class Meta:
        verbose_name = _("曾用名")
        verbose_name_plural = _("曾用名")
        constraints = [models.UniqueConstraint(name="one_former_name_once", fields=["enterprise", "name"])]
        indexes = [models.Index(fields=["name"], name="former_name_by_name")]

    def __str__(self) -> str:
        return self.name


class YearFacts(models.Model):
    """What an enterprise was in one year: the facts its size and its ladders are judged by. Amounts in 万元."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("年度"))
    people = models.PositiveIntegerField(_("从业人员(人)"), null=True, blank=True)
    revenue_wan = models.DecimalField(_("营业收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    main_revenue_wan = models.DecimalField(
        _("主营业务收入(万元)"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    assets_wan = models.DecimalField(_("资产总额(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    liabilities_wan = models.DecimalField(_("负债总额(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    profit_wan = models.DecimalField(_("净利润(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    rnd_wan = models.DecimalField(_("研发费用(万元)"), max_digits=16, decimal_places=4, null=True, blank=True)
    rnd_people = models.PositiveIntegerField(_("研发人员(人)"), null=True, blank=True)
    size = models.CharField(_("规模"), max_length=6, choices=Size, blank=True, db_default="")
    source = models.ForeignKey(SourceRow, models.PROTECT, null=True, blank=True, db_index=False, db_constraint=False)

    class Meta:
        verbose_name = _("年度数据")
        verbose_name_plural = _("年度数据")
        ordering = ["enterprise", "-year"]
        indexes = [models.Index(fields=["year", "size", "enterprise"], name="year_by_size")]
        constraints = [
            models.UniqueConstraint(name="one_year_an_enterprise", fields=["enterprise", "year"]),
            models.CheckConstraint(
                name="year_revenue_is_not_negative",
                condition=Q(revenue_wan__isnull=True) | Q(revenue_wan__gte=0),
                violation_error_message=_("营业收入不能为负。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.year}"


class Merging(models.Model):
    """Two entries found to be one enterprise: which was kept, what was moved, and by whom; it can be undone."""

    kept = models.ForeignKey(Enterprise, models.PROTECT, related_name="mergings")
    gone = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    reason = models.CharField(_("依据"), max_length=200)
    moved = models.JSONField(default=dict)  # what was changed, as needed to put it back
    merged_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("合并时间"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("企业合并")
        verbose_name_plural = _("企业合并")
        constraints = [
            models.UniqueConstraint(name="one_merging_at_a_time", fields=["gone"], condition=Q(undone_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
