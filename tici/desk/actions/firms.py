"""Lines of a list of enterprises: which enterprise each means, and how it becomes a row of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tici.core.actions import Source
from tici.core.copying import AnyOf
from tici.desk.queries.taking import Offer
from tici.desk.rules.lines import Line
from tici.enterprises.actions import EnterpriseRow
from tici.enterprises.actions.keyed import row_of
from tici.enterprises.actions.recognising import recognised
from tici.enterprises.models import Enterprise
from tici.places.models import Place


def find_firms(lines: Sequence[Line]) -> None:
    """Find the enterprise each line means, as taking it in would; a line that may mean several is handed back."""
    live = [(line, line.place_id) for line in lines if line.place_id is not None and not line.is_stopped]
    who = recognised([(None, place, line.name, line.code) for line, place in live])
    homes = _homes({pk for pk in who.found if pk is not None and pk >= 0})
    names = dict(Place.objects.values_list("pk", "name"))
    for number, ((line, place), pk) in enumerate(zip(live, who.found, strict=True)):
        line.enterprise_id = pk if pk is not None and pk >= 0 else None
        for code, sentence in who.questions.get(number, ()):
            (line.stop if code == "namesakes" else line.ask)("said", "uscc", sentence=sentence)
        if pk is not None and homes.get(pk, place) != place:
            line.stop("firm_elsewhere", "place", place=names[homes[pk]])


def _homes(ids: Iterable[int]) -> dict[int, int]:
    return dict(Enterprise.objects.filter(AnyOf("pk", ids)).values_list("pk", "place_id"))


def firm_row(offer: Offer, upload_id: int) -> EnterpriseRow:
    """What a line says of an enterprise, with the cell of each fact."""
    first = offer.sources[0]
    source = Source(upload_id, first["sheet"], first["row"], dict(first["cells"]))
    return row_of(offer.enterprise_id, offer.place_id, offer.facts, source)
