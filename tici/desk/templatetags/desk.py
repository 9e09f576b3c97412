"""How a measure's figures are written on composed pages."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tici.core.measures import Measure, Unit
from tici.core.templatetags.tici import NOTHING, Number, amount, number, percent, points, wan
from tici.desk.queries.figures import Figure
from tici.places.models import Place

register = template.Library()

WRITTEN = {Unit.COUNT: number, Unit.RATE: percent, Unit.POINTS: points}


OF_LIGHTS = frozenset({"returns.red", "returns.yellow"})  # counted in lights: one project may show three


@register.filter
def shown_unit(measure: Measure, place: Place) -> str:
    """A city's money is written in 亿元, a county's in 万元; lights are counted as such; other units stay."""
    if measure.code in OF_LIGHTS:
        return _("盏")
    return "yi" if measure.unit == Unit.WAN and not place.is_county_level else measure.unit


@register.filter
def unit_words(measure: Measure) -> str:
    """The unit as a table's head says it."""
    if measure.code in OF_LIGHTS:
        return _("盏")
    words = {
        Unit.COUNT: _("个"),
        Unit.WAN: _("万元"),
        Unit.KWH: _("万千瓦时"),
        Unit.RATE: "%",
        Unit.POINTS: _("百分点"),
    }
    return words[measure.unit]


@register.simple_tag
def bare_figure(found: Figure) -> SafeString:
    """A figure in a table whose head says the unit: the number alone, opening to its rows."""
    write = WRITTEN.get(found.measure.unit)
    text = write(found.value).removesuffix("%") if write else wan(found.value, found.places)
    return SafeString(text if text == NOTHING else f'<a class="figure" href="{escape(found.url)}">{text}</a>')


@register.simple_tag
def told(value: Number, unit: str, url: str = "") -> SafeString:
    """A figure in a table whose head says the unit: ``{% told line.total asked.unit line.total_url %}``."""
    text, _words = amount(value, unit)
    if text == NOTHING or not url:
        return SafeString(text)
    return format_html('<a class="figure" href="{}">{}</a>', url, text)
