"""One row of another office's list: a person says which firm it is, or that it is a new one; each can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.enterprises.models import Enterprise, ListedFirm, ListedState
from tici.enterprises.rules import is_credit_code
from tici.enterprises.rules import office_lists as rules
from tici.places.models import Place

from .entering import enter_enterprise

if TYPE_CHECKING:
    from tici.accounts.models import Person

DECIDED = ("state", "enterprise", "decided_by", "decided_at", "reason")


def _locked(firm: ListedFirm) -> ListedFirm:
    rows = ListedFirm.objects.select_for_update(of=("self",)).select_related("office_list__place", "candidacy")
    held = rows.defer("search_pairs", "candidacy__search_pairs").get(pk=firm.pk)
    if refusals := rules.against_using_list(held.office_list):
        raise Refused(*refusals)
    return held


@transaction.atomic
def decide_listed(
    *, firm: ListedFirm, enterprise: Enterprise | None, by: Person, at: datetime, reason: str = ""
) -> ListedFirm:
    """Say which firm of the register a row is; none: no firm of the register.

    Raises:
        Refused: The list is not matched, a candidate of the pool rests on the row, or the firm is of another place
            or was merged away.
    """
    held = _locked(firm)
    if refusals := rules.against_deciding_again(held):
        raise Refused(*refusals)
    if enterprise is not None:
        known = Enterprise.objects.standing().within(held.office_list.place).filter(pk=enterprise.pk)
        if not known.exists():
            message = _("这家企业不在名单所属地区的台账里，或已并入另一企业。请重新选择。")
            raise Refused(Refusal("listed.not_here", message))
    return _decide(held, enterprise, by=by, at=at, reason=reason)


@transaction.atomic
def decide_together(
    *, firm: ListedFirm, others: Iterable[ListedFirm], enterprise: Enterprise | None, by: Person, at: datetime,
    reason: str = "",
) -> int:  # fmt: skip
    """Say of a row, and of others of its list that stand for the same firm, which firm they are; returns how many.

    Raises:
        Refused: Any of them may not be decided; then none is.
    """
    rows = sorted([firm, *others], key=lambda row: row.pk)
    for row in rows:
        decide_listed(firm=row, enterprise=enterprise, by=by, at=at, reason=reason)
    return len(rows)


def _decide(held: ListedFirm, enterprise: Enterprise | None, *, by: Person, at: datetime, reason: str) -> ListedFirm:
    state = ListedState.DECIDED if enterprise else ListedState.LEAD
    pk = enterprise.pk if enterprise else None
    changes = {"state": (held.state, state), "enterprise": (held.enterprise_id, pk), "reason": (held.reason, reason)}
    held.state, held.enterprise, held.decided_by, held.decided_at, held.reason = state, enterprise, by, at, reason
    held.save(update_fields=DECIDED)
    record("listed.decided", subject=held.office_list, by=by, at=at, row=(None, held.row), **changes)
    return held


@transaction.atomic
def enter_listed(*, firm: ListedFirm, place: Place, by: Person, at: datetime) -> Enterprise:
    """Enter a row that is no firm of the register as a new one, with what the list says of it; figures stay here.

    Raises:
        Refused: The row stands for a firm already, or one of its code or name is in the register.
    """
    held = _locked(firm)
    if refusals := rules.against_entering_listed(held):
        raise Refused(*refusals)
    code = held.uscc.strip().upper()
    facts = {"address": held.address, "industry": held.industry}
    entered = enter_enterprise(
        name=held.name,
        place=place,
        uscc=code if is_credit_code(code) else "",
        by=by,
        at=at,
        **{name: value for name, value in facts.items() if value},
    )
    _decide(held, entered, by=by, at=at, reason=_("登记为新企业"))
    return entered


@transaction.atomic
def take_back_listed(*, firm: ListedFirm, by: Person, at: datetime) -> ListedFirm:
    """Put a row back to what matching found; a firm entered from it stays in the register.

    Raises:
        Refused: Nobody decided it, or a candidate of the pool rests on it.
    """
    held = _locked(firm)
    if refusals := [*rules.against_taking_back(held), *rules.against_deciding_again(held)]:
        raise Refused(*refusals)
    is_gone = held.found_state == ListedState.AUTOMATIC and held.found_id is None
    state = ListedState.DESK if is_gone else held.found_state
    changes = {"state": (held.state, state), "enterprise": (held.enterprise_id, held.found_id)}
    held.state, held.enterprise_id, held.decided_by, held.decided_at, held.reason = state, held.found_id, None, None, ""
    held.save(update_fields=DECIDED)
    record("listed.taken_back", subject=held.office_list, by=by, at=at, row=(None, held.row), **changes)
    return held
