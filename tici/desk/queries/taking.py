"""What can be taken in of a file now, and whether the registers are still as they were when it was shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from tici.core.copying import AnyOf
from tici.desk.models import ACCEPTABLE, DroppedFile, FileSubject, Part, Proposal, ProposalState, Taken
from tici.desk.rules import fields
from tici.desk.rules.lines import MONTHLY
from tici.engines.sheets.text import plain
from tici.enterprises.models import EnterpriseChange
from tici.enterprises.queries import by_credit_code, by_name
from tici.projects.models import Change, Project

AT_ONCE = 5000  # lines of a file read from the database while those before them are made out
DOCUMENTS = ("facts", "figures", "texts", "duty", "differences", "sources")
OFFER_FIELDS = ("id", "name", "code", "place_id", "project_id", "enterprise_id")


class Offer(NamedTuple):
    """One line that may be taken in, with its values as the registers hold them."""

    id: int
    name: str
    code: str
    place_id: int
    project_id: int | None
    facts: dict[str, Any]
    figures: dict[str, Any]
    texts: dict[str, str]
    duty: dict[str, str]
    differences: dict[str, Any]
    sources: list[dict[str, Any]]
    taken: frozenset[str] = frozenset()
    enterprise_id: int | None = None

    @property
    def speaks_of_the_month(self) -> bool:
        """Whether the line reports on the month: a monthly row always does, even where it is blank."""
        return bool(self.figures or self.texts) or any(source["kind"] == MONTHLY for source in self.sources)


def offers_of(file: DroppedFile, states: Collection[str], chosen: Collection[int] | None) -> list[Offer]:
    """The lines of a file in some states, all of them or those chosen, with the parts taken in already."""
    proposals = Proposal.objects.filter(file=file, state__in=ACCEPTABLE & set(states))
    if chosen is not None:
        proposals = proposals.filter(AnyOf("pk", chosen))
    taken: dict[int, set[str]] = {}
    project_of: dict[int, int] = {}
    rows = Taken.objects.filter(proposal__file=file).values_list("proposal_id", "part", "project_id")
    for proposal_id, part, project_id in rows:
        taken.setdefault(proposal_id, set()).add(part)
        project_of[proposal_id] = project_id
    # As text: Django would read the JSON of a large file, four times slower.
    texts = [Cast(name, TextField()) for name in DOCUMENTS]
    found = proposals.order_by("position").values_list(*OFFER_FIELDS, *texts)
    return [_offer(row, taken, project_of) for row in found.iterator(chunk_size=AT_ONCE)]


def _offer(row: tuple[Any, ...], taken: dict[int, set[str]], project_of: dict[int, int]) -> Offer:
    pk, name, code, place_id, project_id, enterprise_id, *documents = row
    facts, figures, texts, duty, differences, sources = map(orjson.loads, documents)
    project_id = project_of.get(pk, project_id)
    facts, figures = fields.typed_all(facts), fields.typed_all(figures)
    already = frozenset(taken.get(pk, ()))
    return Offer(
        pk, name, code, place_id, project_id, facts, figures, texts, duty, differences, sources, already, enterprise_id
    )  # fmt: skip


def changed_since(file: DroppedFile, offers: Sequence[Offer]) -> int:
    """How many lines no longer say what they said: their project has changed, or has come into being since."""
    fresh = [offer for offer in offers if not offer.taken]
    if file.subject == FileSubject.ENTERPRISES:
        return firms_changed_since(file, fresh)
    news = [offer for offer in fresh if offer.project_id is None]
    codes = {offer.code for offer in news if offer.code}
    now = Project.objects.filter(AnyOf("code", codes)).count() if codes else 0
    places = {offer.place_id for offer in news}
    keys = {(offer.place_id, plain(offer.name)) for offer in news if not offer.code}
    if keys:
        named = Project.objects.filter(place__in=places).values_list("place_id", "name")
        now += sum((place_id, plain(name)) in keys for place_id, name in named.iterator())
    known = [offer.project_id for offer in fresh if offer.project_id is not None]
    if file.compared_at is None:
        return len(offers)
    since = Q(changed_at__gt=file.compared_at) | Q(undone_at__gt=file.compared_at)
    moved = (
        Change.objects.filter(since, AnyOf("project_id", known)).values("project").distinct().count() if known else 0
    )
    return now + moved


def firms_changed_since(file: DroppedFile, fresh: Sequence[Offer]) -> int:
    """The same for lines of enterprises: changed by a list or by hand, or entered since under the code or the name."""
    if file.compared_at is None:
        return len(fresh)
    known = [offer.enterprise_id for offer in fresh if offer.enterprise_id is not None]
    since = Q(changed_at__gt=file.compared_at) | Q(undone_at__gt=file.compared_at)
    moved = (
        EnterpriseChange.objects.filter(since, AnyOf("enterprise_id", known)).order_by().values("enterprise").distinct()
    )
    news = [offer for offer in fresh if offer.enterprise_id is None]
    codes = by_credit_code({offer.code for offer in news if offer.code})
    names = by_name({offer.place_id for offer in news}, {offer.name for offer in news if not offer.code})
    return moved.count() + len(codes) + sum(map(len, names.values()))


def has_parts_left(file: DroppedFile) -> bool:
    """Whether some line of a file waits for an answer, or has a part that may be taken in and was not."""
    held = Proposal.objects.filter(file=file, state=ProposalState.HELD)
    return held.exists() or with_parts_left(Proposal.objects.filter(file=file, state__in=ACCEPTABLE)).exists()


def with_parts_left(lines: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Those of some acceptable lines that have a part nobody has taken in yet."""

    def not_taken(part: Part) -> Any:
        return ~Exists(Taken.objects.filter(proposal=OuterRef("pk"), part=part))

    left = Q(not_taken(Part.FACTS)) | ~Q(duty={}) & Q(not_taken(Part.DUTY))
    left |= (~Q(figures={}) | ~Q(texts={})) & Q(not_taken(Part.FIGURES))
    return lines.filter(left)
