"""Finding enterprises by their identity as ledgers name them, or entering them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from tici.core.copying import copy_in, copy_over, reserve_ids
from tici.core.searching import searchable
from tici.enterprises import queries, rules
from tici.enterprises.models import Enterprise


class Identity(NamedTuple):
    """An enterprise as a ledger names it."""

    place_id: int
    name: str
    uscc: str = ""


@transaction.atomic
def identify_enterprises(identities: Sequence[Identity]) -> list[int | None]:
    """Find the enterprises ledgers name, entering those not known yet; None where no name is given.

    A valid credit code decides; without one an enterprise is known by its name in its place. A code with a
    wrong check digit is passed over, never kept. No record is written: what names the enterprise writes its own.
    """
    once = {identity: _tidied(identity) for identity in set(identities)}
    tidied = [once[identity] for identity in identities]
    named = {identity for identity in tidied if identity.name}
    known = _Known(named)
    missing = sorted((one for one in named if known.find(one) is None), key=lambda one: (not one.uscc, one.name))
    fresh = (
        (pk, one.name, one.uscc, one.place_id, searchable(one.name, one.uscc))
        for pk, one in zip(reserve_ids(Enterprise, len(missing)), missing, strict=True)
        if known.find(one) is None and known.learn(pk, one)  # the one before may be the same under another spelling
    )
    copy_in(Enterprise, ("id", "name", "uscc", "place", "search_text"), fresh)
    copy_over(Enterprise, ("uscc", "search_text"), _with_text(known.codes_learnt(named)))
    found = {identity: known.find(identity) for identity in named}
    return [found.get(identity) for identity in tidied]


def _tidied(identity: Identity) -> Identity:
    code = identity.uscc.strip().upper()
    name = " ".join(identity.name.split())[: rules.NAME_LENGTH]
    return Identity(identity.place_id, name, code if rules.is_credit_code(code) else "")


def _with_text(learnt: Sequence[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Codes newly learnt, each with the text its enterprise is searched by from now on."""
    if not learnt:
        return []
    texts = queries.search_texts([pk for pk, _code in learnt])
    return [(pk, code, " ".join(filter(None, [texts[pk], code.lower()]))) for pk, code in learnt]


class _Known:
    """The enterprises known so far, by code and by name."""

    def __init__(self, named: set[Identity]) -> None:
        self._by_code = queries.by_credit_code({one.uscc for one in named if one.uscc})
        self._by_name = queries.by_name({one.place_id for one in named}, {one.name for one in named})

    def find(self, one: Identity) -> int | None:
        if one.uscc in self._by_code:
            return self._by_code[one.uscc]
        namesakes = self._by_name.get((one.place_id, one.name), [])
        return next((pk for pk, uscc in namesakes if not one.uscc or uscc in {"", one.uscc}), None)

    def learn(self, pk: int, one: Identity) -> bool:
        """Know of one more; always true."""
        self._by_name.setdefault((one.place_id, one.name), []).append((pk, one.uscc))
        if one.uscc:
            self._by_code[one.uscc] = pk
        return True

    def codes_learnt(self, named: set[Identity]) -> list[tuple[int, str]]:
        """The enterprises known by name alone until now, with the code they are given."""
        learnt: dict[int, str] = {}
        for one in sorted(named, key=lambda one: one.uscc):
            pk = self.find(one)
            if one.uscc and pk is not None and one.uscc not in self._by_code:
                learnt.setdefault(pk, one.uscc)
        return list(learnt.items())
