"""Two entries found to be one enterprise: merged with everything that points at them, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, EnterpriseChange, KnownApart, LibrarySpell, MembershipOrigin, Merging

from .assigning import put_by_rule
from .editing import search_text

UNMOVED = (Merging, EnterpriseChange, KnownApart)  # what was done to an entry stays with it


@transaction.atomic
def merge_enterprises(*, kept: Enterprise, gone: Enterprise, reason: str, by: Person, at: datetime) -> Merging:
    """Merge one entry into another: every row of every room that points at the one then points at the other.

    Rows that would collide with one of the kept entry's (the same year, the same month's report) are left where they
    are, and named in ``moved``. The gone entry stays, out of every list, so that all can be put back.

    Raises:
        Refused: They have two credit codes, one of them was merged before, or no reason is given.
    """
    kept, gone = _both_locked(kept, gone)
    if refusals := rules.against_merging(kept, gone, reason):
        raise Refused(*refusals)
    gone.memberships.filter(origin=MembershipOrigin.RULE).delete()  # the rule gives them again
    moved: dict[str, list[Any]] = {}
    left: dict[str, list[Any]] = {}
    for model, field in _pointing_here():
        key = f"{model._meta.label}.{field.name}"
        went, stayed = _repointed(model, field, gone, kept)
        moved |= {key: went} if went else {}
        left |= {key: stayed} if stayed else {}
    former = gone.name if gone.name != kept.name and not kept.former_names.filter(name=gone.name).exists() else ""
    if former:
        kept.former_names.create(name=former)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    _find_anew(kept)
    put_by_rule([kept.pk, gone.pk])
    done = {"rows": moved, "left": left, "former": former}
    merging = Merging.objects.create(
        kept=kept, gone=gone, reason=reason.strip(), moved=done, merged_by=by, merged_at=at
    )
    counts = {"moved": (0, _count(moved)), "left": (0, _count(left)), "into": (None, kept.pk)}
    record("enterprise.merged", subject=gone, by=by, at=at, **counts)
    return merging


@transaction.atomic
def undo_merging(*, merging: Merging, by: Person, at: datetime) -> int:
    """Put back what a merging moved; returns how many rows could not be put back, having gone or moved on since.

    Raises:
        Refused: It was undone already, or the kept entry was merged into another since.
    """
    merging = Merging.objects.select_for_update().get(pk=merging.pk)
    kept, gone = _both_locked(merging.kept, merging.gone)
    if refusals := rules.against_undoing(merging, kept):
        raise Refused(*refusals)
    lost = 0
    for key, ids in merging.moved["rows"].items():
        label, _dot, name = key.rpartition(".")
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{"pk__in": ids, f"{name}_id": kept.pk})
        lost += len(ids) - rows.update(**{f"{name}_id": gone.pk})
    if former := merging.moved["former"]:
        kept.former_names.filter(name=former).delete()
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    merging.undone_at = at
    merging.save(update_fields=["undone_at"])
    _find_anew(kept)
    put_by_rule([kept.pk, gone.pk])
    record("enterprise.merging_undone", subject=gone, by=by, at=at, lost=(0, lost))
    return lost


@transaction.atomic
def tell_apart(*, left: Enterprise, right: Enterprise, reason: str, by: Person, at: datetime) -> KnownApart:
    """Say that two entries that look like one enterprise are two, so that they are not offered again.

    Raises:
        Refused: They are one entry, or no reason is given.
    """
    if refusals := rules.against_telling_apart(left, right, reason):
        raise Refused(*refusals)
    low, high = sorted((left, right), key=lambda one: one.pk)
    said = {"reason": reason.strip(), "said_by": by, "said_at": at}
    known, is_new = KnownApart.objects.get_or_create(left=low, right=high, defaults=said)
    if is_new:
        record("enterprise.told_apart", subject=low, by=by, at=at, other=(None, high.pk), reason=("", reason))
    return known


def _both_locked(kept: Enterprise, gone: Enterprise) -> tuple[Enterprise, Enterprise]:
    """Both entries as they stand, locked in the order of their ids, so that two clerks never wait for each other."""
    rows = Enterprise.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    found = {one.pk: one for one in rows}
    return found[kept.pk], found[gone.pk]


def _pointing_here() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column of every room that points at an enterprise, whichever rooms there are."""
    for relation in Enterprise._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in UNMOVED:
            yield relation.related_model, relation.field


def _repointed(
    model: type[models.Model], field: models.Field[Any, Any], gone: Enterprise, kept: Enterprise
) -> tuple[list[Any], list[Any]]:
    """Point rows at the kept entry, all at once, or one by one where some collide; return those moved and left."""
    rows = model._base_manager.filter(**{f"{field.name}_id": gone.pk})
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    fitting = _fitting_stays(rows, kept) if model is LibrarySpell else ids
    if fitting == ids and (not ids or _moves(rows, field, kept)):
        return ids, []
    went = [pk for pk in fitting if _moves(rows.filter(pk=pk), field, kept)]
    return went, [pk for pk in ids if pk not in set(went)]


def _fitting_stays(rows: models.QuerySet[Any], kept: Enterprise) -> list[int]:
    """Those stays in the library that overlap none of the kept entry's."""
    stays: dict[str, list[tuple[Any, Any]]] = {}
    for sector, start, end in kept.spells.values_list("sector", "from_date", "to_date"):
        stays.setdefault(sector, []).append((start, end))
    found = []
    for one in rows.order_by("pk"):
        others = stays.setdefault(one.sector, [])
        if not rules.against_dated("spell", one.from_date, one.to_date, others):
            others.append((one.from_date, one.to_date))
            found.append(one.pk)
    return found


def _moves(rows: models.QuerySet[Any], field: models.Field[Any, Any], kept: Enterprise) -> bool:
    try:
        with transaction.atomic():
            rows.update(**{f"{field.name}_id": kept.pk})
    except IntegrityError:
        return False
    return True


def _find_anew(kept: Enterprise) -> None:
    """Bring what is kept of an enterprise to be searched up to its years and names."""
    newest = kept.years.exclude(size="").order_by("-year").values_list("size", flat=True).first()
    kept.size = newest or ""
    kept.search_text = search_text(kept)
    kept.save(update_fields=["size", "search_text"])


def _count(rows: dict[str, list[Any]]) -> int:
    return sum(len(ids) for ids in rows.values())
