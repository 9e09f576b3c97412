"""Words that only pages of school lines say."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def minutes(seconds: float | None) -> str:
    """Seconds as minutes, to one place where they are short."""
    if seconds is None:
        return "—"
    value = seconds / 60
    return _("%(minutes)s分钟") % {
        "minutes": f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
    }
