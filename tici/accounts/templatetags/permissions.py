"""What a template may ask of a person's permissions, to leave out what would only be refused."""

from __future__ import annotations

from django import template

from tici.accounts import permissions
from tici.accounts.models import Person
from tici.accounts.permissions import Permission

register = template.Library()


@register.filter
def holds(person: Person, name: str) -> bool:
    """Whether a person holds a permission somewhere: ``{% if user|holds:"OPINION_TAKE" %}``."""
    return permissions.holds(person, Permission[name])
