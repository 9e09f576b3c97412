"""The tree of places as pages list it."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Department, Place, PlaceKind, Post


def _counted(model: type[Department] | type[Post]) -> Coalesce:
    counted = model.objects.filter(place=OuterRef("pk")).order_by().values("place").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def tree() -> QuerySet[Place]:
    """Provinces, cities and county-level places in official order, with how much each holds."""
    inner = Place.objects.filter(parent=OuterRef("pk"), kind=PlaceKind.TOWNSHIP).order_by().values("parent")
    townships = Coalesce(Subquery(inner.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    return Place.objects.exclude(kind=PlaceKind.TOWNSHIP).annotate(
        townships=townships, departments_held=_counted(Department), posts_held=_counted(Post)
    )
