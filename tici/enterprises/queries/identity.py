"""Finding enterprises by their identity."""

from __future__ import annotations

from collections.abc import Collection

from tici.core.copying import AnyOf

from tici.enterprises.models import Enterprise


def by_credit_code(codes: Collection[str]) -> dict[str, int]:
    """The enterprises of some credit codes, wherever they are."""
    return dict(Enterprise.objects.filter(AnyOf("uscc", codes)).values_list("uscc", "pk"))


def by_name(places: Collection[int], names: Collection[str]) -> dict[tuple[int, str], list[tuple[int, str]]]:
    """The enterprises of some names in some places: (place, name) to each one's id and credit code."""
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    rows = Enterprise.objects.filter(AnyOf("name", names), place__in=places).order_by("pk")
    for place, name, pk, uscc in rows.values_list("place_id", "name", "pk", "uscc"):
        found.setdefault((place, name), []).append((pk, uscc))
    return found
