"""Finding enterprises by their identity; an entry merged into another leads to the one that was kept."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.functions import Coalesce

from tici.core.copying import AnyOf
from tici.enterprises.models import Enterprise, FormerName


def by_credit_code(codes: Collection[str]) -> dict[str, int]:
    """The enterprises of some credit codes, wherever they are."""
    rows = Enterprise.objects.filter(AnyOf("uscc", codes))
    return dict(rows.values_list("uscc", Coalesce("merged_into_id", "pk")))


def by_name(places: Collection[int], names: Collection[str]) -> dict[tuple[int, str], list[tuple[int, str]]]:
    """The enterprises of some names in some places: (place, name) to each one's id and credit code."""
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    rows = Enterprise.objects.filter(AnyOf("name", names), place__in=places).order_by("pk")
    code = Coalesce("merged_into__uscc", "uscc")
    for place, name, pk, uscc in rows.values_list("place_id", "name", Coalesce("merged_into_id", "pk"), code):
        found.setdefault((place, name), []).append((pk, uscc))
    return found


def by_former_name(places: Collection[int], names: Collection[str]) -> dict[tuple[int, str], list[tuple[int, str]]]:
    """The enterprises that had some names before: (place, former name) to each one's id and credit code."""
    # Names first, then whose they are: joined, the database may look every name up anew for every enterprise.
    rows = FormerName.objects.filter(AnyOf("name", names)).order_by("enterprise_id")
    had = list(rows.values_list("enterprise_id", "name"))
    owners = Enterprise.objects.standing().filter(AnyOf("id", {pk for pk, _name in had}), place__in=places)
    known = {pk: (place, uscc) for pk, place, uscc in owners.values_list("pk", "place_id", "uscc")}
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for pk, name in had:
        if pk in known:
            place, uscc = known[pk]
            found.setdefault((place, name), []).append((pk, uscc))
    return found


def has_namesake(enterprise: Enterprise, name: str) -> bool:
    """Whether another enterprise without a code has a name in the place of one."""
    others = Enterprise.objects.filter(place=enterprise.place_id, name=name, uscc="").exclude(pk=enterprise.pk)
    return others.exists()


def search_texts(ids: Collection[int]) -> dict[int, str]:
    """The text some enterprises are searched by."""
    return dict(Enterprise.objects.filter(AnyOf("id", ids)).values_list("pk", "search_text"))


def kept_of(ids: Collection[int]) -> dict[int, int]:
    """Of some enterprises those merged into another, each with the one that was kept."""
    rows = Enterprise.objects.filter(AnyOf("id", ids), merged_into__isnull=False)
    return {pk: kept for pk, kept in rows.values_list("pk", "merged_into_id") if kept is not None}
