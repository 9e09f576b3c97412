"""The pool gone through: firms proposed, figures brought up to date, those in the library settled, risks kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tici.core.audit import Deed, record_many
from tici.core.copying import AnyOf, copy_in, copy_over, reserve_ids
from tici.enterprises import rules
from tici.enterprises.models import (
    Candidacy,
    CandidacyMove,
    Enterprise,
    ExitRisk,
    PoolState,
)
from tici.enterprises.rules.judged import RECKONED, AtRisk, Judged

NEW = ("id", "enterprise", "kind", "state", "since", "stands_since", "reason_code", "reason", "why", "papers_shown",
       "papers_asked", "blocker", "officer", *RECKONED)  # fmt: skip
MOVE = ("candidacy", "from_state", "to_state", "moved_on", "moved_by", "window", "reason_code", "reason")
RISK = ("enterprise", "place", "as_of", "line_wan", "rolling_wan", "expected_wan", "chance", "method")


@dataclass(frozen=True)
class GoneThrough:
    """What came of going through the pool."""

    proposed: int
    refreshed: int
    settled: int  # found to be in the library
    dismissed: int  # would be proposed, had they not been dismissed with figures like today's
    at_risk: int


@transaction.atomic
def go_through_pool(
    rows: Sequence[Judged], risks: Sequence[AtRisk] = (), *, on: date, by: object, at: datetime
) -> GoneThrough:
    """Propose firms for the pool, bring open candidacies up to date, and keep who may leave the library.

    Doing it twice changes nothing. A firm whose last candidacy was refused or left is proposed again only when its
    figures have moved materially since. The table is locked, so that two who go through it propose nobody twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("lock table enterprises_candidacy in share row exclusive mode")
    settled = _settle(on)
    found = Candidacy.objects.open().filter(AnyOf("enterprise_id", [row.enterprise_id for row in rows]))
    open_now = dict(found.values_list("enterprise_id", "pk"))
    refreshed = [(open_now[row.enterprise_id], *row.reckoned) for row in rows if row.enterprise_id in open_now]
    copy_over(Candidacy, RECKONED, refreshed)
    asked = [row for row in rows if row.why and row.enterprise_id not in open_now]
    ended = _ended(row.enterprise_id for row in asked)
    fresh = [row for row in asked if _is_new(row, ended.get(row.enterprise_id))]
    _enter(fresh, on)
    ExitRisk.objects.all().delete()
    copy_in(ExitRisk, RISK, [
        (one.enterprise_id, one.place_id, one.as_of, one.line, one.rolling, one.expected, one.chance, one.method)
        for one in risks
    ])  # fmt: skip
    done = GoneThrough(len(fresh), len(refreshed), settled, len(asked) - len(fresh), len(risks))
    told = {"proposed": done.proposed, "refreshed": done.refreshed, "settled": settled, "at_risk": done.at_risk}
    record_many([Deed("pool.gone_through", f"enterprises.pool:{on}", {}, told)], by=by, at=at)
    return done


def _enter(rows: Sequence[Judged], on: date) -> None:
    ids = reserve_ids(Candidacy, len(rows))
    asked = {kind: rules.pool.papers_asked(kind) for kind in {row.kind for row in rows}}
    copy_in(Candidacy, NEW, [
        (pk, row.enterprise_id, row.kind, PoolState.SURVEYED, on, on, "", "", list(row.why), 0, asked[row.kind], "", "",
         *row.reckoned)
        for pk, row in zip(ids, rows, strict=True)
    ])  # fmt: skip
    copy_in(CandidacyMove, MOVE, [(pk, "", PoolState.SURVEYED, on, None, "", "", "") for pk in ids])


def _ended(ids: Iterable[int]) -> dict[int, tuple[str, Decimal | None]]:
    """The state and the year's revenue that the newest candidacy of some firms ended with."""
    over = Candidacy.objects.filter(AnyOf("enterprise_id", ids)).exclude(state__in=rules.pool.OPEN)
    newest = over.order_by("enterprise_id", "-pk").distinct("enterprise_id")
    return {pk: (state, year) for pk, state, year in newest.values_list("enterprise_id", "state", "year_wan")}


def _is_new(row: Judged, ended: tuple[str, Decimal | None] | None) -> bool:
    """Whether a firm is proposed: never looked at, once entered and out again, or moved since it was dismissed."""
    if ended is None or ended[0] == PoolState.ENTERED:
        return True
    return rules.pool.is_material(ended[1], row.figures.year, row.figures.line)


def _settle(on: date) -> int:
    """Close the candidacies of firms that stand in the library by now, however they came in."""
    inside = Enterprise.objects.in_library(on).values("pk")
    found = list(Candidacy.objects.open().filter(enterprise__in=inside).values_list("pk", "state"))
    ids = [pk for pk, _state in found]
    Candidacy.objects.filter(AnyOf("id", ids)).update(state=PoolState.ENTERED, stands_since=on)
    said = _("已在规上库")
    copy_in(CandidacyMove, MOVE, [(pk, state, PoolState.ENTERED, on, None, "", "", said) for pk, state in found])
    return len(found)
