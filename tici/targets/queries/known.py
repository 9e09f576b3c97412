"""The measures that may have a target."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from tici.core.measures import Measure, Unit
from tici.duties.measures import MEASURES as DUTIES
from tici.engines.periods import Month
from tici.enterprises.measures import MEASURES as ENTERPRISES
from tici.places.models import Place
from tici.projects.measures import MEASURES as PROJECTS
from tici.returns.measures import MEASURES as RETURNS

MEASURES: dict[str, Measure] = {measure.code: measure for measure in (*ENTERPRISES, *PROJECTS, *RETURNS, *DUTIES)}


def adds_up(measure: Measure) -> bool:
    """Whether the counties' values add up to the city's: numbers and amounts do, rates do not."""
    return measure.unit in {Unit.COUNT, Unit.WAN, Unit.KWH}


def accumulates(measure: Measure) -> bool:
    """Whether a value grows from January to December; measures named _year or _ytd count so."""
    return adds_up(measure) and measure.code.endswith(("_year", "_ytd"))


def measure_url(code: str, place: Place, month: Month) -> str:
    return f"{reverse('desk:measure', args=[code])}?{urlencode({'place': place.code, 'month': str(month)})}"
