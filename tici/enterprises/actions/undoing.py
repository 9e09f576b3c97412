"""Putting back what an acceptance of a list changed, as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.core.documents import plain
from tici.core.refusals import Refusal, Refused
from tici.enterprises import facts as written
from tici.enterprises import queries, rules
from tici.enterprises.models import Enterprise, EnterpriseChange, FormerName, YearFacts

from .assigning import put_by_rule
from .standing import KINDS, Standing, standing, write, write_months

NAMED = 3  # so many enterprises are named in a refusal


@transaction.atomic
def undo_enterprises(batch: UUID, *, by: Person, at: datetime) -> int:
    """Put the facts an acceptance changed back as they were, and take out the enterprises it entered.

    One it entered that other rooms, or other entries, hold something of stays, so that nothing of theirs is lost;
    returns how many those are. Done a second time, nothing happens.

    Raises:
        Refused: Facts it brought were changed again since.
    """
    changes = list(EnterpriseChange.objects.select_for_update().filter(batch=batch, undone_at=None).order_by("-pk"))
    if not changes:
        return 0
    months = {_month(key) for change in changes for key in _months_of(change)}
    stands = standing({change.enterprise_id for change in changes}, months)
    if later := [stands[one.enterprise_id].name for one in changes if _differs(stands[one.enterprise_id], one.new)]:
        raise Refused(_refusal(later))
    entered = {change.enterprise_id for change in changes if not change.old}
    gone: list[tuple[type[models.Model], Any]] = []
    for change in changes:
        if change.enterprise_id not in entered:
            for key, old in change.old.items():
                gone += _set_back(stands[change.enterprise_id], key, old)
        else:  # it goes, unless something else is held of it: the months it came with are not
            for key in _months_of(change):
                _set_back(stands[change.enterprise_id], key, None)
    back = [one for pk, one in stands.items() if pk not in entered]
    _write_back(back, gone)
    write_months(stands.values(), by=by, at=at)
    EnterpriseChange.objects.filter(pk__in=[change.pk for change in changes]).update(undone_at=at)
    held = queries.held_elsewhere(entered)
    Enterprise.objects.filter(pk__in=entered - held).delete()
    put_by_rule([one.pk for one in back])
    counts = {"removed": len(entered - held), "held": len(held), "put_back": len(back)}
    record_many([Deed("enterprises.undone", f"batch:{batch}", {}, counts)], by=by, at=at)
    return len(held)


def _refusal(later: Sequence[str]) -> Refusal:
    names = list(dict.fromkeys(later))
    message = _("这次接收之后，%(names)s等%(count)s家企业又有改动，不能整体撤销。请先在这些企业的“历次变更”中核对。")
    words = {"names": _("、").join(names[:NAMED]), "count": len(names)}
    return Refusal("enterprise.changed_since", message % words)


def _differs(one: Standing, new: Mapping[str, Any]) -> bool:
    """Whether anything a change brought is no longer as it brought it."""
    return any(_stands(one, key) != value for key, value in new.items())


def _stands(one: Standing, key: str) -> Any:
    """A fact as it stands now, as a change keeps it."""
    head, _dot, tail = key.partition(".")
    if key in written.IDENTITY:
        return getattr(one, key)
    if head.isdecimal():
        return plain(one.years.get(int(head), {}).get(tail))
    if head == "month":
        return plain(one.months.get(_month(key), {}).get(key.rpartition(".")[2]))
    if head == "former":
        return True if tail in one.former_names else None
    if head in KINDS:
        said = one.dated[head].get(_named(tail))
        return None if said is None else [plain(value) for value in said]
    return plain(one.values[key])


def _set_back(one: Standing, key: str, old: Any) -> Iterable[tuple[type[models.Model], Any]]:
    """Set one fact back to what it was; yields the rows beside the enterprise that go."""
    head, _dot, tail = key.partition(".")
    if key in written.IDENTITY:
        setattr(one, key, old)
    elif head.isdecimal():
        one.years[int(head)][tail] = written.typed(key, old)
        one.changed_years.add(int(head))
    elif head == "month":
        one.months[_month(key)][key.rpartition(".")[2]] = written.typed(key, old)
        one.changed_months.add(_month(key))
    elif head == "former":
        one.former_names.remove(tail)
        return [(FormerName, (one.pk, tail))]
    elif head in KINDS and old is None:
        del one.dated[head][_named(tail)]
        return [(KINDS[head].model, one.kept_dated[head][_named(tail)])]
    elif head in KINDS:
        first, *rest = old
        one.dated[head][_named(tail)] = [date.fromisoformat(first) if first else None, *rest]
        one.changed_dated.add((head, *_named(tail)))
    else:
        one.values[key] = written.typed(key, old)
    return []


def _months_of(change: EnterpriseChange) -> list[str]:
    return [key for key in change.new if key.startswith("month.")]


def _month(key: str) -> date:
    """The first day of the month a fact is of: month.2021-11.revenue_wan."""
    return date.fromisoformat(f"{key.split('.')[1]}-01")


def _named(tail: str) -> tuple[str, date]:
    code, _dot, day = tail.rpartition(".")
    return code, date.fromisoformat(day)


def _write_back(back: Sequence[Standing], gone: Sequence[tuple[type[models.Model], Any]]) -> None:
    sizer = rules.Sizer()
    for one in back:
        one.judge_size(sizer)
    for model in {model for model, _key in gone} - {FormerName}:
        model._default_manager.filter(pk__in=[key for kind, key in gone if kind is model]).delete()
    for pk, name in (key for kind, key in gone if kind is FormerName):
        FormerName.objects.filter(enterprise_id=pk, name=name).delete()
    write([], back, {})
    blank = {f"{name}__isnull": True for name in written.YEAR_FIELDS}
    YearFacts.objects.filter(enterprise__in=[one.pk for one in back], **blank).delete()
