"""What the pages of the drop box show, and the lines of a file as they were written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.core.models import Upload
from tici.desk.models import Acceptance, ColumnMeaning, DroppedFile, FileState, MergeSuggestion, Proposal, Taken
from tici.desk.rules.fields import typed_all
from tici.desk.rules.lines import Line
from tici.engines.sheets import Gazetteer, everyday_names
from tici.engines.sheets import Place as Unit
from tici.enterprises.models import EnterpriseChange, OfficeList
from tici.places.models import Place
from tici.projects.models import Change
from tici.returns.models import Entry, FormUpload

LINE_FIELDS = (
    "position", "name", "code", "place_id", "project_id", "place__code",
    "facts", "figures", "texts", "duty", "problems", "sources", "state", "differences", "last_month",
)  # fmt: skip
#: Said by the registers when lines were compared; compared again, they are said anew.
OF_THE_COMPARISON = frozenset({"rows_disagree"})


def lines_of(proposals: QuerySet[Proposal]) -> list[Line]:
    """The lines of proposals, in their order, without what the registers said to them."""
    return [_line(row) for row in proposals.order_by("position").values_list(*LINE_FIELDS)]


def _line(row: Sequence[Any]) -> Line:
    position, name, code, place_id, _project, place_code, facts, figures, texts, duty, problems, sources = row[:12]
    return Line(
        name=name, code=code, place_code=place_code, facts=typed_all(facts), figures=typed_all(figures), texts=texts,
        duty=duty, problems=problems, sources=sources, position=position, place_id=place_id,
    )  # fmt: skip


def files_of(person: Person) -> QuerySet[DroppedFile]:
    """The files a person may see, newest first, with what their list shows."""
    files = DroppedFile.objects.visible_to(person).exclude(state=FileState.WITHDRAWN)
    return files.select_related("place", "dropped_by", "job", "upload").order_by("-pk")


def suggestions_of(file: DroppedFile) -> QuerySet[MergeSuggestion]:
    """The open questions about names of a file, with both mentions."""
    return file.suggestions.select_related("proposal", "other", "project__owner", "project__place").order_by(
        "proposal__position"
    )


def acceptances_of(file: DroppedFile) -> QuerySet[Acceptance]:
    """What was taken in of a file, newest first."""
    return file.acceptances.select_related("accepted_by", "undone_by")


def parts_taken(proposals: Sequence[Proposal]) -> dict[int, dict[str, int]]:
    """For each proposal, the parts that were taken in and the project or the enterprise they went to."""
    taken: dict[int, dict[str, int]] = {}
    rows = Taken.objects.filter(proposal__in=[proposal.pk for proposal in proposals])
    for proposal_id, part, went_to in rows.values_list("proposal_id", "part", Coalesce("project_id", "enterprise_id")):
        taken.setdefault(proposal_id, {})[part] = went_to
    return taken


def meanings_of(place: Place | None) -> dict[str, str]:
    """What was settled of the columns of a sender: fingerprint -> field."""
    if place is None:
        return {}
    return dict(ColumnMeaning.objects.filter(place=place).values_list("fingerprint", "field"))


def meanings_of_code(code: str) -> dict[str, str]:
    """What was settled of the columns of the sender with a place code."""
    return meanings_of(Place.objects.filter(code=code).first())


def gazetteer_of(file: DroppedFile) -> Gazetteer:
    """The places a file may speak of: the county-level units of the city it was dropped in."""
    own = file.dropped_by.place
    root = own.path.split("/")[0] if own else ""
    city = Place.objects.filter(code=root).first()
    units = Place.objects.county_level().filter(path__startswith=f"{root}/").values_list("code", "name")
    return Gazetteer([Unit(code, name) for code, name in units], city.name if city else "", everyday_names())


def uploads_visible_to(person: Person) -> QuerySet[Upload]:
    """Uploads a person may open: dropped, filled in or taken in for a place the person may see."""
    if person.place is None:
        return Upload.objects.none()
    path = person.place.path
    dropped = DroppedFile.objects.visible_to(person).filter(upload=OuterRef("pk"))
    other = DroppedFile.objects.filter(upload=OuterRef("pk"))
    said = Entry.objects.filter(source__upload=OuterRef("pk"), place__path__startswith=path)
    changed = Change.objects.filter(source__upload=OuterRef("pk"), project__place__path__startswith=path)
    firms = EnterpriseChange.objects.filter(source__upload=OuterRef("pk"), enterprise__place__path__startswith=path)
    filled = FormUpload.objects.visible_to(person).filter(upload=OuterRef("pk"))
    listed = OfficeList.objects.visible_to(person).filter(upload=OuterRef("pk"))
    taken = Exists(said) | Exists(changed) | Exists(firms)
    if not holds(person, Permission.ENTERPRISE_EDIT):  # lists of other offices are for those who keep the register
        listed = listed.none()
    return Upload.objects.filter(Exists(dropped) | Exists(filled) | Exists(listed) | ~Exists(other) & taken)


def recognised_head_rows(upload: Upload, sheet: str) -> list[int]:
    """The header rows that were found in a sheet of an upload, for showing a cell under its heads."""
    file = DroppedFile.objects.filter(upload=upload).exclude(sheets=[]).order_by("-pk").first()
    found = (one["header_rows"] for one in (file.sheets if file else []) if one["name"] == sheet)
    return list(next(found, []))


def open_files(person: Person) -> QuerySet[DroppedFile]:
    """Files that wait for a person: to be settled or to be taken in."""
    waiting = Q(state__in=[FileState.ASKING, FileState.READ, FileState.PARTLY])
    return DroppedFile.objects.visible_to(person).filter(waiting)
