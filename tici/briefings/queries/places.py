"""What documents call places."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tici.places.models import Place, PlaceKind


def called(place: Place) -> str:
    """A county by its full name; a park by the short one that documents use (高新区)."""
    return place.short_name if place.kind == PlaceKind.PARK else place.name


def whole_of(place: Place) -> str:
    """A place as a document about it says it: 全市, or a county by its name."""
    return _("全市") if not place.is_county_level else called(place)
