"""What a person may do about a unit's report: by the place it belongs to, or as the firm that reports."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from tici.accounts.models import Person, Role
from tici.accounts.permissions import Permission, holds, may
from tici.places.models import Place

OWN = frozenset({Permission.RETURN_VIEW, Permission.RETURN_FILE})


def allowed(person: Person, permission: Permission, place: Place) -> bool:
    """Whether a person may do something about a report of a place that ``visible_to`` showed the person.

    A firm reporter holds no place; what such a person is shown is of the own firm, to be looked at and filed.
    """
    if person.role == Role.FIRM_REPORTER:
        return permission in OWN and holds(person, Permission.FIRM_FILE)
    return may(person, permission, place)


def require_allowed(person: Person, permission: Permission, place: Place) -> None:
    """Let the request through, or answer 403."""
    if not allowed(person, permission, place):
        raise PermissionDenied(f"{person} lacks {permission} in {place}")
