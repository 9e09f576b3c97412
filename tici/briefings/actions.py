"""Making a briefing: gather, write, keep. An earlier version is never replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.briefings import queries
from tici.briefings.circular.content import Circular
from tici.briefings.circular.printed import chart_png, pdf
from tici.briefings.circular.word import docx_file
from tici.briefings.dispatch import Dispatch, xlsx_file
from tici.briefings.fonts import Faces, NoFaces, faces
from tici.briefings.models import Briefing
from tici.briefings.sentences import draft_circular
from tici.core.actions import keep_upload
from tici.core.audit import record
from tici.core.models import Upload
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.places.models import Place

NUMBERING = 0x71C1_0003  # one briefing at a time draws the next number


@dataclass(frozen=True)
class Heading:
    """What stands on a circular that no register holds."""

    office: str
    recipients: str
    dated_on: date
    official_no: str = ""
    answer_by: date | None = None


def make_briefing(
    *, place: Place, month: Month, heading: Heading, by: Person, at: datetime, tell: Callable[[int], object]
) -> Briefing:
    """Make the next version of a month's dispatch table and circular from what is reported now.

    Raises:
        Refused: The place has no counties, or the month was not opened.
    """
    tell(1)
    city = queries.city_month(place, month, person=by)
    if not city.counties:
        sentence = _("%(month)s没有应报送的县(市、区)。请先在“月度调度”中开启该月。")
        raise Refused(Refusal("briefing.no_month", sentence % {"month": month}))
    vintages = queries.current_vintages(place, month)
    tell(2)
    dispatch = xlsx_file(
        Dispatch(
            city=city,
            projects=queries.project_rows(place, month, person=by),
            office=heading.office,
            on=heading.dated_on,
        )
    )
    tell(3)
    circular = draft_circular(
        city,
        office=heading.office,
        to=heading.recipients,
        on=heading.dated_on,
        number=heading.official_no,
        answer_by=heading.answer_by,
        link=queries.link_of(),
    )
    tell(4)
    word, printed = _written(circular)
    return _keep(place, month, heading, vintages, (dispatch, word, printed), by=by, at=at)


def _written(circular: Circular) -> tuple[bytes, bytes | None]:
    """The circular for Word and in print; without fonts there is no print, and Word has no chart."""
    try:
        found: Faces = faces(Path(settings.TICI_DATA) / "fonts")
    except NoFaces:
        return docx_file(circular, None), None
    chart = chart_png(circular.chart, found) if circular.chart else None
    return docx_file(circular, chart), pdf(circular, found)


@transaction.atomic
def _keep(
    place: Place,
    month: Month,
    heading: Heading,
    vintages: dict[str, int],
    files: tuple[bytes, bytes, bytes | None],
    *,
    by: Person,
    at: datetime,
) -> Briefing:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [NUMBERING])
    earlier = Briefing.objects.filter(place=place, month_on=month.first).aggregate(last=Max("number"))["last"] or 0
    number = earlier + 1
    title = f"{place.name}{month.year}年{month.number}月"

    def kept(content: bytes, name: str) -> Upload:
        return keep_upload(BytesIO(content), name=name, by=by, at=at)

    dispatch, word, printed = files
    briefing = Briefing.objects.create(
        place=place,
        month_on=month.first,
        number=number,
        office=heading.office,
        recipients=heading.recipients,
        official_no=heading.official_no,
        dated_on=heading.dated_on,
        answer_by=heading.answer_by,
        vintages=vintages,
        dispatch=kept(dispatch, f"{title}项目调度表_第{number}版.xlsx"),
        word=kept(word, f"{title}项目通报_第{number}版.docx"),
        printed=kept(printed, f"{title}项目通报_第{number}版.pdf") if printed else None,
        made_at=at,
        made_by=by,
    )
    record("briefing.made", subject=briefing, by=by, at=at, number=(None, number), month=(None, str(month)))
    return briefing
