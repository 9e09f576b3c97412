"""Making a briefing: gather, write, keep. An earlier version is never replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.briefings import queries
from tici.briefings.circular.content import Circular
from tici.briefings.circular.printed import chart_png, pdf
from tici.briefings.circular.word import docx_file
from tici.briefings.circular.workbook import tables_file
from tici.briefings.clusters import draft_clusters
from tici.briefings.dispatch import Dispatch, xlsx_file
from tici.briefings.fonts import Faces, NoFaces, faces
from tici.briefings.industry import draft_industry
from tici.briefings.models import Briefing, BriefingKind
from tici.briefings.pool import draft_pool
from tici.briefings.sentences import draft_circular
from tici.core.actions import keep_upload
from tici.core.audit import record
from tici.core.dates import month_words
from tici.core.models import Upload
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.enterprises.queries.pool import progress
from tici.places.models import Place

FILES = {
    BriefingKind.PROJECTS: ("项目调度表", "项目通报"),
    BriefingKind.INDUSTRY: ("工业运行月报附表", "工业运行月报"),
    BriefingKind.CLUSTERS: ("集群月报附表", "集群月报"),
    BriefingKind.POOL: ("培育进展表", "培育库通报"),
}
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
    *,
    place: Place,
    month: Month,
    heading: Heading,
    by: Person,
    at: datetime,
    tell: Callable[[int], object],
    kind: str = BriefingKind.PROJECTS,
) -> Briefing:
    """Make the next version of a month's document of a kind from what is reported now.

    Raises:
        Refused: The month was not opened for the place, or nothing was to be reported.
    """
    tell(1)
    vintages = queries.current_vintages(place, month, kind)
    if kind == BriefingKind.PROJECTS:
        table, circular = _projects(place, month, heading, by, tell)
    else:
        drafts = {BriefingKind.INDUSTRY: _industry, BriefingKind.CLUSTERS: _clusters, BriefingKind.POOL: _pool}
        circular = drafts[BriefingKind(kind)](place, month, heading, by)
        tell(2)
        table = tables_file(circular)
        tell(3)
    tell(4)
    word, printed = _written(circular)
    return _keep(kind, place, month, heading, vintages, (table, word, printed), by=by, at=at)


def _projects(
    place: Place, month: Month, heading: Heading, by: Person, tell: Callable[[int], object]
) -> tuple[bytes, Circular]:
    """The dispatch table and the circular of the projects."""
    city = queries.city_month(place, month, person=by)
    if not city.counties:
        sentence = _("%(month)s没有应报送的县（市、区）。请先在“月度调度”中开启该月。")
        raise Refused(Refusal("briefing.no_month", sentence % {"month": month_words(month)}))
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
    return dispatch, draft_circular(city, answer_by=heading.answer_by, **_said(heading))


def _industry(place: Place, month: Month, heading: Heading, by: Person) -> Circular:
    standing = queries.industry_month(place, month, person=by)
    if standing is None:
        raise Refused(_not_opened(month))
    return draft_industry(standing, **_said(heading))


def _clusters(place: Place, month: Month, heading: Heading, by: Person) -> Circular:
    standing = queries.clusters_month(place, month, person=by)
    if standing is None:
        raise Refused(_not_opened(month))
    return draft_clusters(standing, **_said(heading))


def _pool(place: Place, month: Month, heading: Heading, by: Person) -> Circular:
    return draft_pool(progress(Place.objects.within(place).county_level(), place, month), month, **_said(heading))


def _not_opened(month: Month) -> Refusal:
    sentence = _("%(month)s没有应报月报的企业或集群。请先在“报表”中开启该月。")
    return Refusal("briefing.no_reports", sentence % {"month": month_words(month)})


def _said(heading: Heading) -> dict[str, Any]:
    """What a document takes from its heading."""
    return {
        "office": heading.office,
        "to": f"{heading.recipients.rstrip(' ：:')}：",  # GB/T 9704-2012: a full-width colon after the last of them
        "on": heading.dated_on,
        "number": heading.official_no,
        "link": queries.link_of(),
    }


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
    kind: str,
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
    earlier = (
        Briefing.objects.filter(kind=kind, place=place, month_on=month.first).aggregate(last=Max("number"))["last"] or 0
    )
    number = earlier + 1
    title = f"{place.name}{month.year}年{month.number}月"

    def kept(content: bytes, name: str) -> Upload:
        return keep_upload(BytesIO(content), name=name, by=by, at=at)

    table, word, printed = files
    tables_named, text_named = FILES[BriefingKind(kind)]
    briefing = Briefing.objects.create(
        kind=kind,
        place=place,
        month_on=month.first,
        number=number,
        office=heading.office,
        recipients=heading.recipients,
        official_no=heading.official_no,
        dated_on=heading.dated_on,
        answer_by=heading.answer_by,
        vintages=vintages,
        dispatch=kept(table, f"{title}{tables_named}_第{number}版.xlsx"),
        word=kept(word, f"{title}{text_named}_第{number}版.docx"),
        printed=kept(printed, f"{title}{text_named}_第{number}版.pdf") if printed else None,
        made_at=at,
        made_by=by,
    )
    told = {"kind": (None, kind), "number": (None, number), "month": (None, str(month))}
    record("briefing.made", subject=briefing, by=by, at=at, **told)
    return briefing
