"""Filing a month as a new vintage, and taking vintages back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tici.core.actions import keep_sources
from tici.core.audit import record
from tici.core.copying import copy_in, many_objects, reserve_ids
from tici.core.refusals import Refusal, Refused
from tici.engines.checks import evaluate
from tici.places.models import Place
from tici.projects.models import Project
from tici.returns import queries, rules
from tici.returns.models import FIGURES, TEXTS, Entry, Filing, FilingState, Finding, Severity, Vintage
from tici.returns.rules import EntryRow

from .lights import set_lights

if TYPE_CHECKING:
    from tici.accounts.models import Person

ENTRY = ("id", "vintage", "place", "month_on", "project", "is_current", "source", *FIGURES, *TEXTS)
FINDING = ("entry", "check_code", "field", "severity", "facts", "rule_since", "answer")
NAMED = 3  # so many projects are named in a refusal


@transaction.atomic
def file_entries(
    *,
    filing: Filing,
    rows: Sequence[EntryRow],
    channel: str,
    by: Person,
    at: datetime,
    batch: UUID | None = None,
    reason: str = "",
) -> Vintage:
    """File what a place reports for a month as a new vintage, with what the checks say of it.

    The filing is locked first, so two vintages never share a number. Findings stop nobody here: they stand
    beside the cells until the place corrects them, and a filing with a stop among them is never accepted.

    Raises
    ------
    Refused
        The month is accepted or locked, there are no rows, a project stands twice, belongs to another place
        or is reported by another one, or a figure is too large to be one.
    """
    filing = Filing.objects.select_for_update(of=("self",)).select_related("place").get(pk=filing.pk)
    if refusals := [*rules.against_filing(filing, rows), *_strangers(filing, rows)]:
        raise Refused(*refusals)
    earlier = list(filing.vintages.values_list("pk", flat=True))
    old, number = filing.state, len(earlier) + 1
    vintage = filing.vintages.create(
        number=number, channel=channel, reason=reason[:400], made_at=at, made_by=by, batch=batch
    )
    if earlier:  # named one by one: a join on tables just filled may be planned as if they were empty
        Entry.objects.filter(vintage__in=earlier, is_current=True).update(is_current=False)
    with many_objects():
        counts = _check(vintage, rows, _copy_entries(vintage, rows))
    filing.state = FilingState.FILED
    filing.first_filed_at = filing.first_filed_at or at
    filing.last_filed_at = at
    filing.save(update_fields=["state", "first_filed_at", "last_filed_at"])
    filing.draft_rows.all().delete()
    set_lights(filing.month, filing.place)
    changes = {"state": (old, filing.state), "vintage": (number - 1, number), "entries": (None, len(rows))}
    record("return.filed", subject=filing, by=by, at=at, **changes, findings=(None, counts), reason=("", reason))
    return vintage


def _strangers(filing: Filing, rows: Sequence[EntryRow]) -> list[Refusal]:
    """Projects that this place does not report: not in the register, another place's, or reported by another."""
    ids = {row.project_id for row in rows}
    own = set(Project.objects.within(filing.place).values_list("pk", flat=True))
    refusals = []
    if strange := ids - own:
        names = _named(Project.objects.filter(pk__in=strange).values_list("name", flat=True)[:NAMED])
        sentence = _("有%(count)s个项目不属于%(place)s（%(names)s）。请报送给项目所在地区，或先更正项目的地区。")
        facts = {"count": len(strange), "place": filing.place, "names": names}
        refusals.append(Refusal("filing.other_place", sentence % facts))
    others = Entry.objects.current(filing.month).filter(project__place__path__startswith=filing.place.path)
    others = others.exclude(vintage__filing=filing)
    if taken := [one for one in others.values_list("project__name", "place__name", "project_id") if one[2] in ids]:
        sentence = _("%(names)s本月已由%(place)s报送。请与对方核对由谁报送，一方退回后再报。")
        facts = {"names": _named(name for name, *_rest in taken[:NAMED]), "place": taken[0][1]}
        refusals.append(Refusal("filing.reported_elsewhere", sentence % facts))
    return refusals


def _named(names: Any) -> str:
    return "、".join(f"“{name}”" for name in names)


def _copy_entries(vintage: Vintage, rows: Sequence[EntryRow]) -> list[int]:
    filing = vintage.filing
    kept = iter(keep_sources([row.source for row in rows if row.source is not None]))
    ids = reserve_ids(Entry, len(rows))
    head = (vintage.pk, filing.place_id, filing.month_on)

    def lines() -> Iterator[tuple[Any, ...]]:
        for pk, row in zip(ids, rows, strict=True):
            figure, text = row.figures.get, row.texts.get
            source = row.source_id if row.source is None else next(kept)
            yield (
                pk,
                *head,
                row.project_id,
                True,
                source,
                *map(figure, FIGURES),
                *(text(name) or "" for name in TEXTS),
            )

    copy_in(Entry, ENTRY, lines())
    return ids


def _check(vintage: Vintage, rows: Sequence[EntryRow], ids: Sequence[int]) -> dict[str, int]:
    """Store what the checks say of a vintage; returns how many findings there are of each severity.

    What the reporter answered about the same figures of an earlier vintage is carried over.
    """
    found, since = found_in(vintage.filing, rows)
    answers = _answered(vintage.filing)
    counts = dict.fromkeys(Severity.values, 0)
    lines = []
    for row, check, figures in found:
        counts[check.severity] += 1
        facts = {name: str(value) for name, value in figures.items()}
        answer = answers.get((rows[row].project_id, check.code, tuple(sorted(facts.items()))), "")
        lines.append((ids[row], check.code, check.field, check.severity, facts, since, answer))
    copy_in(Finding, FINDING, lines)
    return counts


def found_in(filing: Filing, rows: Sequence[EntryRow]) -> tuple[list[Any], Any]:
    """What the checks say of rows, and since when the rule is in force; nothing is stored."""
    rule, checks = rules.checks_on(filing.month.last)
    known = queries.histories([row.project_id for row in rows], filing.month)
    return evaluate(checks, rules.columns_of(rows, known, filing.month), len(rows)), rule.since


def _answered(filing: Filing) -> dict[tuple[int, str, tuple[Any, ...]], str]:
    answered = Finding.objects.filter(entry__vintage__filing=filing).exclude(answer="").order_by("pk")
    columns = answered.values_list("entry__project_id", "check_code", "facts", "answer")
    return {(project, code, tuple(sorted(facts.items()))): answer for project, code, facts, answer in columns}


@transaction.atomic
def undo_vintages(batch: UUID, *, by: Person, at: datetime) -> list[Vintage]:
    """Take back every vintage of one acceptance; the one before it counts again, and the vintage itself is kept.

    Raises
    ------
    Refused
        A month among them was accepted or locked since.
    """
    owned = Vintage.objects.filter(batch=batch, undone_at__isnull=True)
    filings = Filing.objects.filter(pk__in=owned.values("filing")).order_by("pk")
    list(filings.select_for_update())
    vintages = list(owned.select_related("filing__place").order_by("pk"))
    if refusals := rules.against_undoing(vintages):
        raise Refused(*refusals)
    for vintage in vintages:
        vintage.undone_at = at
        vintage.save(update_fields=["undone_at"])
        _stand_again(vintage.filing)
    for place in Place.objects.filter(filings__vintages__in=vintages).distinct():
        for month in {vintage.filing.month for vintage in vintages if vintage.filing.place_id == place.pk}:
            set_lights(month, place)
    for vintage in vintages:
        state = vintage.filing.state
        changes = {"vintage": (vintage.number, None), "state": (FilingState.FILED, state)}
        record("return.undone", subject=vintage.filing, by=by, at=at, **changes)
    return vintages


def _stand_again(filing: Filing) -> None:
    """Let the newest vintage that was not undone count, and the filing stand as that vintage left it."""
    standing = list(filing.vintages.filter(undone_at__isnull=True).order_by("number"))
    current = standing[-1] if standing else None
    entries = Entry.objects.filter(vintage__in=list(filing.vintages.values_list("pk", flat=True)))
    entries.filter(is_current=True).exclude(vintage=current).update(is_current=False)
    if current is None:
        filing.state, filing.first_filed_at, filing.last_filed_at = FilingState.AWAITED, None, None
    else:
        entries.filter(vintage=current, is_current=False).update(is_current=True)
        sent_back = filing.sent_back_at is not None and filing.sent_back_at > current.made_at
        filing.state = FilingState.SENT_BACK if sent_back else FilingState.FILED
        filing.first_filed_at, filing.last_filed_at = standing[0].made_at, current.made_at
    filing.save(update_fields=["state", "first_filed_at", "last_filed_at"])
