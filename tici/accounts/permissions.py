"""Who may do what. Where they may do it follows from the place they hold."""

from __future__ import annotations

from enum import StrEnum, auto

from django.core.exceptions import PermissionDenied

from tici.places.models import Place

from .models import Person, Role


class Permission(StrEnum):
    PROJECT_VIEW = auto()
    PROJECT_EDIT = auto()
    PROJECT_MOVE = auto()
    PROJECT_CANCEL = auto()
    RETURN_VIEW = auto()
    RETURN_FILE = auto()  # drop a workbook or type the month
    FIRM_FILE = auto()  # the reports of one's own firm, and what is asked about them
    RETURN_REVIEW = auto()  # query, send back, accept, lock
    DUTY_VIEW = auto()
    DUTY_ASSIGN = auto()
    VISIT_NOTE = auto()
    ENTERPRISE_VIEW = auto()
    ENTERPRISE_EDIT = auto()  # facts, spells, certificates, cluster membership
    ENTERPRISE_MERGE = auto()  # two entries found to be one, and undoing it
    FORM_EDIT = auto()  # indicators and forms
    RETURN_SEAL = auto()  # close a month for good
    MEASURE_VIEW = auto()
    TARGET_VIEW = auto()
    TARGET_SET = auto()  # set a target, share it out to the counties
    BRIEFING_MAKE = auto()
    CONSULTATION_VIEW = auto()  # opinions as they came in, without who sent them
    CONSULTATION_EDIT = auto()  # write and issue notices
    OPINION_TAKE = auto()  # intake, reading, transcribing
    OPINION_DECIDE = auto()  # decide, answer, propose what is published
    OPINION_REVEAL = auto()  # see who sent an opinion; each look is written down
    OPINION_PUBLISH = auto()  # confirm as the second person
    LINE_VIEW = auto()
    LINE_EDIT = auto()  # schools, stops, demand, vehicles
    LINE_PLAN = auto()  # plan lines, declare scenarios, put a version in force
    RULE_VIEW = auto()
    PLACE_EDIT = auto()  # system administrator
    PERSON_CREATE = auto()  # system administrator
    JOB_VIEW = auto()  # system administrator
    ROLE_GRANT = auto()  # security administrator
    PERSON_UNLOCK = auto()  # security administrator
    RECORD_VIEW = auto()  # audit administrator


_SEE = frozenset(
    {
        Permission.PROJECT_VIEW,
        Permission.RETURN_VIEW,
        Permission.DUTY_VIEW,
        Permission.ENTERPRISE_VIEW,
        Permission.MEASURE_VIEW,
        Permission.TARGET_VIEW,
        Permission.LINE_VIEW,
        Permission.RULE_VIEW,
    }
)

ROLES: dict[str, frozenset[Permission]] = {
    Role.NONE: frozenset(),
    Role.DISPATCHER: _SEE
    | {
        Permission.PROJECT_EDIT,
        Permission.PROJECT_MOVE,
        Permission.PROJECT_CANCEL,
        Permission.RETURN_FILE,
        Permission.RETURN_REVIEW,
        Permission.RETURN_SEAL,
        Permission.FORM_EDIT,
        Permission.ENTERPRISE_EDIT,
        Permission.ENTERPRISE_MERGE,
        Permission.DUTY_ASSIGN,
        Permission.VISIT_NOTE,
        Permission.TARGET_SET,
        Permission.BRIEFING_MAKE,
    },
    Role.COUNTY_REPORTER: _SEE
    | {
        Permission.PROJECT_EDIT,
        Permission.PROJECT_MOVE,
        Permission.RETURN_FILE,
        Permission.ENTERPRISE_EDIT,
        Permission.DUTY_ASSIGN,
        Permission.VISIT_NOTE,
    },
    Role.DUTY_OFFICER: _SEE | {Permission.VISIT_NOTE},
    Role.LEADER: _SEE | {Permission.BRIEFING_MAKE},
    Role.CONSULTATION_CLERK: frozenset(
        {
            Permission.CONSULTATION_VIEW,
            Permission.CONSULTATION_EDIT,
            Permission.OPINION_TAKE,
            Permission.OPINION_DECIDE,
            Permission.OPINION_REVEAL,
            Permission.RULE_VIEW,
        }
    ),
    Role.CONSULTATION_REVIEWER: frozenset(
        {
            Permission.CONSULTATION_VIEW,
            Permission.OPINION_DECIDE,
            Permission.OPINION_PUBLISH,
            Permission.RULE_VIEW,
        }
    ),
    Role.FIRM_REPORTER: frozenset({Permission.FIRM_FILE}),
    Role.LINE_PLANNER: frozenset(
        {Permission.LINE_VIEW, Permission.LINE_EDIT, Permission.LINE_PLAN, Permission.RULE_VIEW}
    ),
    Role.SYSTEM_ADMIN: frozenset(
        {Permission.PLACE_EDIT, Permission.PERSON_CREATE, Permission.JOB_VIEW, Permission.RULE_VIEW}
    ),
    Role.SECURITY_ADMIN: frozenset({Permission.ROLE_GRANT, Permission.PERSON_UNLOCK}),
    Role.AUDIT_ADMIN: frozenset({Permission.RECORD_VIEW}),
}


def holds(person: Person, permission: Permission) -> bool:
    """Return whether a person's role has a permission at all, wherever."""
    return permission in ROLES[person.role]


def may(person: Person, permission: Permission, place: Place) -> bool:
    """Return whether a person may do something in a place."""
    here = person.place is not None and place.path.startswith(person.place.path)
    return here and holds(person, permission)


def require(person: Person, permission: Permission, place: Place | None = None) -> None:
    """Let the request through, or answer 403. Without a place: what the person's role may do in their own place."""
    if not (holds(person, permission) if place is None else may(person, permission, place)):
        raise PermissionDenied(f"{person} lacks {permission} in {place}")
