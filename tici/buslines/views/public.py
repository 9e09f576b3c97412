"""What everybody may open: the lines in force, one page a line, its leaflet, its stops' posters, the feed."""

from __future__ import annotations

from io import BytesIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tici.buslines.models import Line, PlanState, Stop
from tici.buslines.printing import leaflet as leaflet_of
from tici.buslines.printing import poster as poster_of
from tici.buslines.queries import maps
from tici.buslines.queries import plans as queries
from tici.buslines.queries.feed import feed_of
from tici.engines import gtfs, rulebook

IN_FORCE = {"patterns__plan__state": PlanState.IN_FORCE}


def line_for(pk: int) -> Line:
    """A line that runs now."""
    return get_object_or_404(Line.objects.filter(**IN_FORCE).select_related("school__place").distinct(), pk=pk)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Every line that runs, by district and school."""
    found = Line.objects.filter(**IN_FORCE).select_related("school__place").distinct()
    return render(
        request, "buslines/public/lines.html", {"lines": found.order_by("school__place__position", "school", "number")}
    )


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: its strip, its timetable, its map, who may ride."""
    shown = line_for(pk)
    strips = queries.line_in_force(shown)
    plan = strips[0].pattern.plan
    context = {
        "line": shown,
        "school": shown.school,
        "strips": strips,
        "plan": plan,
        "card": rulebook.load("buslines/planning")["card"],
        "map": maps.map_of(shown.school, strips, walk_metres=plan.limits.get("walk_metres", 500), with_demand=False),
    }
    return render(request, "buslines/public/line.html", context)


@require_safe
def leaflet(request: HttpRequest, pk: int) -> FileResponse:
    """A line on one sheet of paper."""
    shown = line_for(pk)
    strips = queries.line_in_force(shown)
    content = leaflet_of(shown, strips, strips[0].pattern.plan, rulebook.load("buslines/planning")["card"])
    return FileResponse(BytesIO(content), filename=f"{shown}.pdf", content_type="application/pdf")


@require_safe
def poster(request: HttpRequest, pk: int) -> FileResponse:
    """What hangs at a stop."""
    stop = get_object_or_404(Stop, pk=pk)
    content = poster_of(stop, queries.strips_at(stop))
    return FileResponse(BytesIO(content), filename=f"{stop}.pdf", content_type="application/pdf")


@require_safe
def feed(request: HttpRequest) -> FileResponse:
    """Every line in force as GTFS."""
    found = feed_of(timezone.localdate(), address=settings.TICI_ADDRESS)
    if found is None:
        raise Http404("No line runs.")
    content = BytesIO(gtfs.write(found))
    return FileResponse(content, as_attachment=True, filename="gtfs.zip", content_type="application/zip")
