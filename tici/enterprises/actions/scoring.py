"""Noting what the scorecards ask of an enterprise, and judging the register by them (梯度自测)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.copying import AnyOf, copy_in
from tici.core.documents import plain
from tici.core.refusals import Refused
from tici.enterprises import rules
from tici.enterprises.models import Enterprise, ScoringFacts, TierScore
from tici.enterprises.queries.register_scores import TierResult, judged
from tici.enterprises.queries.scoring import asked_for
from tici.places.models import Place

from .editing import locked

FIELDS = (
    "enterprise", "tier", "judged_on", "verdict", "points", "at_best", "lacking", "only_lack", "is_known", "words",
    "distance",
)  # fmt: skip
WORDS = 200


@transaction.atomic
def note_scoring_facts(
    *,
    enterprise: Enterprise,
    year: int,
    values: Mapping[str, Any],
    evidence: Mapping[str, str],
    by: Person,
    at: datetime,
) -> ScoringFacts | None:
    """Note what the scorecards ask of an enterprise for a year, each with its evidence; None when nothing differs.

    What is left out is taken away: it is not known. A firm that was judged before is judged anew.

    Raises:
        Refused: It was merged into another, or a fact is not asked for, not of its kind, or without evidence.
    """
    enterprise = locked(enterprise)
    values = {code: _kept(value) for code, value in values.items() if value not in (None, "")}
    evidence = {code: evidence.get(code, "").strip()[: rules.EVIDENCE_LENGTH] for code in values}
    refusals = rules.against_editing(enterprise) + rules.against_scoring_facts(asked_for(year), values, evidence)
    if refusals:
        raise Refused(*refusals)
    known = enterprise.scoring_facts.filter(year=year).first()
    old = (known.values, known.evidence) if known else ({}, {})
    if old == (values, evidence):
        return known
    given = {"values": values, "evidence": evidence, "noted_by": by, "noted_at": at}
    noted, _made = enterprise.scoring_facts.update_or_create(year=year, defaults=given)
    changed = {code: (old[0].get(code), values.get(code)) for code in old[0].keys() | values.keys()}
    record("enterprise.facts_noted", subject=enterprise, by=by, at=at, year=(None, year), **changed)
    if (score := enterprise.scores.first()) is not None:
        _judge_anew(score.judged_on, [enterprise.pk], ids=[enterprise.pk])
    return noted


@transaction.atomic
def judge_register(*, place: Place, on: date, by: Person, at: datetime) -> int:
    """Judge all enterprises of a place by the scorecards in force on a day, in place of what was judged before.

    Returns how many enterprises were judged.

    Raises:
        Refused: No scorecard was in force on the day, or its text is not in the rulebook.
    """
    if refusals := rules.against_judging(on):
        raise Refused(*refusals)
    places = list(Place.objects.within(place).order_by().values_list("pk", flat=True))
    standing = TierScore.objects.filter(enterprise__place__in=places).order_by().values_list("enterprise", flat=True)
    ids = _judge_anew(on, standing, places=places)
    record("enterprises.judged", subject=place, by=by, at=at, on=(None, on.isoformat()), count=(None, len(ids)))
    return len(ids)


def _judge_anew(on: date, standing: Iterable[int], **whose: Any) -> list[int]:
    """Judge firms in place of what stands of them; the words kept are in the city's language, whoever asked."""
    with override(settings.LANGUAGE_CODE):
        results = judged(on, **whose)
        ids: list[int] = results[0].facts.enterprise_ids.tolist()
        TierScore.objects.filter(AnyOf("enterprise_id", {*ids, *standing})).delete()
        copy_in(TierScore, FIELDS, _rows(results, on))
    return ids


def _rows(results: Sequence[TierResult], on: date) -> Iterator[tuple[Any, ...]]:
    for result in results:
        tier = result.scores.card.tier
        for pk, verdict, points, at_best, lacking, lack in result.lines():
            if lack is None:
                yield (pk, tier, on, verdict, points, at_best, lacking, "", False, "", None)
                continue
            told = (lack.code, lack.is_known, lack.words[:WORDS], lack.distance)
            yield (pk, tier, on, verdict, points, at_best, lacking, *told)


def _kept(value: Any) -> Any:
    return value if isinstance(value, bool) else str(plain(value))
