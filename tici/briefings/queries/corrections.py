"""What a document's figures were drawn from, so that a later correction shows."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from tici.briefings.models import Briefing, BriefingKind
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns.models import UnitReport, Vintage

FORMS = {BriefingKind.INDUSTRY: ("industry_firm",), BriefingKind.CLUSTERS: ("industry_firm", "cluster_month"),
         BriefingKind.POOL: ()}  # fmt: skip  # the pool is drawn from no return


def reports_of(place: Place, month: Month, kind: str) -> QuerySet[UnitReport]:
    """The reports of firms or clusters that a document of a kind is drawn from."""
    codes = FORMS[BriefingKind(kind)]
    return UnitReport.objects.filter(code__in=codes, month_on=month.first, place__path__startswith=place.path)


def current_vintages(place: Place, month: Month, kind: str = BriefingKind.PROJECTS) -> dict[str, int]:
    """What counts of each place, by place code: the vintage of its return, or how often its units filed."""
    if kind == BriefingKind.PROJECTS:
        rows = Vintage.objects.filter(
            filing__month_on=month.first, filing__place__path__startswith=place.path, undone_at__isnull=True
        )
        return dict(rows.order_by("number").values_list("filing__place__code", "pk"))
    counted = (
        reports_of(place, month, kind)
        .filter(vintage_number__gt=0)
        .order_by()
        .values("place__code")
        .annotate(filed=Sum("vintage_number"))
    )
    return dict(counted.values_list("place__code", "filed"))


def corrected_since(briefing: Briefing) -> QuerySet[Place]:
    """The places that filed, corrected or took back figures after a document was made, in official order."""
    now = current_vintages(briefing.place, briefing.month, briefing.kind)
    changed = {code for code in now.keys() | briefing.vintages.keys() if now.get(code) != briefing.vintages.get(code)}
    return Place.objects.filter(code__in=changed).order_by("position", "code")
