"""Enterprises by their identity; ladders, clusters and forms come with the industrial month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

if TYPE_CHECKING:
    from tici.accounts.models import Person


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, person: Person) -> Self:
        """Enterprises in the place a person holds, and in the places inside it."""
        if person.place is None:
            return self.none()
        return self.filter(place__path__startswith=person.place.path)


class Enterprise(models.Model):
    """A legal unit, known by its unified social credit code where one is given, else by its name in its place."""

    name = models.CharField(_("企业名称"), max_length=160)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("地区"), related_name="enterprises")

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        constraints = [
            models.UniqueConstraint(name="one_enterprise_a_credit_code", fields=["uscc"], condition=~Q(uscc="")),
            models.UniqueConstraint(
                name="one_enterprise_of_a_name_a_place_without_code", fields=["place", "name"], condition=Q(uscc="")
            ),
        ]
        indexes = [models.Index(fields=["name"], name="enterprise_by_name")]

    def __str__(self) -> str:
        return self.name
