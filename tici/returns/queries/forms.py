"""Which form is in force, who is to report on it, and the dictionary of indicators."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, Q, QuerySet

from tici.core.copying import AnyOf
from tici.engines.periods import Month
from tici.engines.sheets.text import plain
from tici.enterprises.models import Cluster, Enterprise, LibrarySpell
from tici.places.models import Place
from tici.returns.models import FormVersion, Indicator, SealedMonth, UnitKind, UnitReport

Unit = tuple[int, int | None, int | None]  # place, enterprise, cluster


def indicators() -> dict[str, Indicator]:
    """The dictionary of indicators by code, in its order."""
    return {one.code: one for one in Indicator.objects.all()}


def indicators_called(label: str, *, beside: Indicator | None) -> list[Indicator]:
    """The indicators of a name, blanks and dashes aside, without the one at hand."""
    return [one for one in indicators().values() if plain(one.label) == plain(label) and one != beside]


def form_on(code: str, month: Month) -> FormVersion:
    """The version of a form in force for a month.

    Raises
    ------
    FormVersion.DoesNotExist
        There is none yet.
    """
    newest = _in_force(month).filter(code=code).order_by("-from_month").first()
    if newest is None:
        raise FormVersion.DoesNotExist(f"No version of form {code!r} is in force in {month}.")
    return newest


def forms_in_force(month: Month) -> list[FormVersion]:
    """The version of every form in force for a month, in the order they were made."""
    newest = {form.code: form for form in _in_force(month).order_by("from_month")}
    return sorted(newest.values(), key=lambda form: form.pk)


def _in_force(month: Month) -> QuerySet[FormVersion]:
    return FormVersion.objects.filter(from_month__lte=month.first, is_published=True, is_retired=False)


def is_in_force(form: FormVersion, month: Month) -> bool:
    """Whether this version of a form is the one for a month."""
    newest = _in_force(month).filter(code=form.code).order_by("-from_month").values_list("pk", flat=True)
    return newest.first() == form.pk


def is_sealed(code: str, month: Month) -> bool:
    """Whether a month of a form was closed for good."""
    return SealedMonth.objects.filter(code=code, month_on=month.first).exists()


def is_open(code: str, month: Month) -> bool:
    """Whether reports of a month are awaited, or were."""
    return UnitReport.objects.of(code, month).exists()


def months_of_form(code: str) -> list[Month]:
    """Every month that was opened on a form, newest first."""
    days = UnitReport.objects.filter(code=code).order_by("-month_on").values_list("month_on", flat=True).distinct()
    return [Month.of(day) for day in days]


def latest_month_of(code: str) -> Month | None:
    """The newest month that was opened on a form; none before the first."""
    months = months_of_form(code)[:1]
    return months[0] if months else None


def units_of(form: FormVersion, month: Month) -> list[Unit]:
    """Who is to report on a form for a month: its ``who`` as it holds on the month's first day."""
    who: dict[str, Any] = form.who
    if form.unit_kind == UnitKind.ENTERPRISE:
        return [(place, pk, None) for place, pk in _enterprises(who, month).values_list("place_id", "pk")]
    if form.unit_kind == UnitKind.CLUSTER:
        return [(place, None, pk) for place, pk in _clusters(who).values_list("place_id", "pk")]
    places = _in_places(Place.objects.county_level(), who, "path")
    if who.get("kind"):
        places = places.filter(kind=who["kind"])
    return [(pk, None, None) for pk in places.values_list("pk", flat=True)]


def _enterprises(who: dict[str, Any], month: Month) -> QuerySet[Enterprise]:
    rows = Enterprise.objects.standing().order_by("pk")
    if who.get("sector"):
        rows = rows.in_library(month.first, who["sector"])
    rows = _in_places(rows, who, "place__path")
    if who.get("industries"):
        begins = Q()
        for code in who["industries"]:
            begins |= Q(industry__startswith=code)
        rows = rows.filter(begins)
    if who.get("clusters"):
        members = Q(memberships__cluster__code__in=who["clusters"]) & ~Q(memberships__origin="left_out")
        rows = rows.filter(members).distinct()
    return rows


def _clusters(who: dict[str, Any]) -> QuerySet[Cluster]:
    rows = _in_places(Cluster.objects.order_by("pk"), who, "place__path")
    if who.get("clusters"):
        rows = rows.filter(code__in=who["clusters"])
    return rows.filter(kind=who["kind"]) if who.get("kind") else rows


def _in_places(rows: Any, who: dict[str, Any], path: str) -> Any:
    if not who.get("places"):
        return rows
    within = Q()
    for found in Place.objects.filter(code__in=who["places"]).values_list("path", flat=True):
        within |= Q(**{f"{path}__startswith": found})
    return rows.filter(within) if within else rows.none()


def in_library_of(form: FormVersion, month: Month, enterprises: Collection[int]) -> set[int]:
    """Those of some enterprises that are in the form's library on the month's first day; all where it asks for none."""
    if form.unit_kind != UnitKind.ENTERPRISE or not form.who.get("sector"):
        return set(enterprises)
    still = Q(to_date__isnull=True) | Q(to_date__gt=month.first)
    spells = LibrarySpell.objects.filter(still, sector=form.who["sector"], from_date__lte=month.first)
    return set(spells.filter(AnyOf("enterprise_id", enterprises)).values_list(F("enterprise_id"), flat=True))
