"""Correcting the facts of one enterprise, and giving it a new name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.documents import plain
from tici.core.refusals import Refusal, Refused
from tici.core.searching import searchable
from tici.enterprises import facts as written
from tici.enterprises import queries, rules
from tici.enterprises.models import Enterprise, EnterpriseChange

from .assigning import put_by_rule
from .standing import BLANK, Standing, standing, write


def locked(enterprise: Enterprise) -> Enterprise:
    """The enterprise as it stands, its row held until the transaction ends."""
    return Enterprise.objects.select_for_update().get(pk=enterprise.pk)


@transaction.atomic
def edit_enterprise(
    *,
    enterprise: Enterprise,
    by: Person,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    years: Mapping[int, Mapping[str, Any]] | None = None,
) -> EnterpriseChange | None:
    """Change facts of an enterprise and figures of its years, keeping the old ones; None when nothing differs.

    Facts left out stay as they are; one given blank is taken away. Its size is judged anew, and its clusters where
    its industry changed.

    Raises:
        Refused: It was merged into another, or a fact cannot stand.
    """
    facts, years = facts or {}, years or {}
    enterprise = locked(enterprise)
    code = str(facts.get("uscc", enterprise.uscc)).strip().upper()
    refusals = rules.against_editing(enterprise) + rules.against_facts(_own(facts), years)
    refusals += _against_code(enterprise, code)
    if refusals:
        raise Refused(*refusals)
    one = standing([enterprise.pk])[enterprise.pk]
    kept = _put(one, _own(facts), years)
    if code != one.uscc:
        kept["uscc"], one.uscc = (one.uscc, code), code
    if not kept:
        return None
    one.judge_size(rules.Sizer())
    write([], [one], {})
    if "industry" in kept:
        put_by_rule([one.pk])
    return _written_down(enterprise, kept, by=by, at=at)


@transaction.atomic
def rename_enterprise(
    *, enterprise: Enterprise, name: str, by: Person, at: datetime, until_on: date | None = None
) -> EnterpriseChange:
    """Give an enterprise its new name, and keep the old one so that old lists still find it.

    Raises:
        Refused: It was merged into another, the name is empty or its own, or taken by one without a code there.
    """
    enterprise = locked(enterprise)
    name = " ".join(name.split())[: rules.NAME_LENGTH]
    if refusals := rules.against_renaming(enterprise, name, is_taken=queries.has_namesake(enterprise, name)):
        raise Refused(*refusals)
    old = enterprise.name
    enterprise.former_names.update_or_create(name=old, defaults={"until_on": until_on})
    enterprise.name = name
    enterprise.search_text = search_text(enterprise)
    enterprise.save(update_fields=["name", "search_text"])
    return _written_down(enterprise, {"name": (old, name), f"former.{old}": (None, True)}, by=by, at=at)


def search_text(enterprise: Enterprise) -> str:
    """What an enterprise is found by, as it stands now."""
    former = list(enterprise.former_names.order_by("pk").values_list("name", flat=True))
    return searchable(*written.text_of(enterprise.name, enterprise.uscc, enterprise.products, former))


def _own(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The given facts that are fields of an enterprise, blank ones as the register has them blank."""
    return {name: BLANK[name] if facts[name] in (None, "") else facts[name] for name in written.FIELDS if name in facts}


def _against_code(enterprise: Enterprise, code: str) -> list[Refusal]:
    refusals = [Refusal(one.code, one.message, "uscc") for one in rules.against_credit_code(code)]
    holder = queries.by_credit_code([code]).get(code) if code else None
    return refusals + rules.against_code_of_another(enterprise.pk, holder)


def _put(one: Standing, facts: Mapping[str, Any], years: Mapping[int, Mapping[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """Set the given facts; return what differs, as (old, new), as kept."""
    kept: dict[str, tuple[Any, Any]] = {}
    for name, value in facts.items():
        if value != one.values[name]:
            kept[name] = (plain(one.values[name]), plain(value))
            one.values[name] = value
    for year, figures in years.items():
        stands = one.years.setdefault(year, {})
        for name in written.YEAR_FIELDS:
            if name in figures and figures[name] != stands.get(name):
                kept[f"{year}.{name}"] = (plain(stands.get(name)), plain(figures[name]))
                stands[name] = figures[name]
                one.changed_years.add(year)
    return kept


def _written_down(
    enterprise: Enterprise, kept: Mapping[str, tuple[Any, Any]], *, by: Person, at: datetime
) -> EnterpriseChange:
    old = {key: pair[0] for key, pair in kept.items()}
    new = {key: pair[1] for key, pair in kept.items()}
    record("enterprise.edited", subject=enterprise, by=by, at=at, **kept)
    return enterprise.changes.create(old=old, new=new, changed_at=at, changed_by=by)
