"""Lists of other offices beside the register: what is matched, who is missing, and what speaks for a candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Exists, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tici.core.copying import AnyOf
from tici.engines.linkage import Flag
from tici.engines.sheets import Gazetteer, everyday_names
from tici.engines.sheets import Place as Unit
from tici.enterprises.models import Enterprise, FormerName, LibrarySpell, ListedFirm, ListedState, OfficeList
from tici.places.models import Place

from .lists import open_on

REASONS = {
    "code_equal": gettext_lazy("统一社会信用代码相同"),
    "organisation_code_equal": gettext_lazy("组织机构代码相同"),
    "code_nearly_equal": gettext_lazy("代码只差一两位"),
    "codes_differ": gettext_lazy("代码不同"),
    "name_equal": gettext_lazy("名称相同"),
    "core_equal": gettext_lazy("去掉地名和组织形式后名称相同"),
    "name_alike": gettext_lazy("名称有%(share)s相同"),
    "sounds_alike": gettext_lazy("名称同音"),
    "name_unlike": gettext_lazy("名称只有%(share)s相同"),
    "former_name": gettext_lazy("与曾用名“%(text)s”有%(share)s相同"),
    "phone_equal": gettext_lazy("电话相同"),
    "address_equal": gettext_lazy("地址相同"),
    "address_alike": gettext_lazy("地址相近（%(share)s）"),
    "address_differs": gettext_lazy("地址不同（%(share)s）"),
    "place_equal": gettext_lazy("地区相同"),
    "place_differs": gettext_lazy("地区不同"),
    "namesakes": gettext_lazy("台账有%(figure)s家字号相同"),
    "group": gettext_lazy("一方是集团，可能是母子公司"),
    "branch": gettext_lazy("一方是分支机构"),
    "numbers_differ": gettext_lazy("名称里的序数不同"),
    "rivals": gettext_lazy("有%(figure)s家同样相像"),
}
FLAGS = {
    Flag.FIRM_SHARED: gettext_lazy("多行对应同一台账企业"),
    Flag.CODE_SHARED: gettext_lazy("一个代码多个名称"),
    Flag.CODE_REPEATED: gettext_lazy("台账有多家用同一代码"),
    Flag.CODES_DIFFER: gettext_lazy("最相像的企业代码不同"),
    Flag.GROUP: gettext_lazy("集团与子公司"),
    Flag.BRANCH: gettext_lazy("总公司与分支机构"),
    Flag.NUMBERS_DIFFER: gettext_lazy("名称序数不同"),
    Flag.RIVALS: gettext_lazy("两家以上同样相像"),
}

HINTS = {
    Flag.FIRM_SHARED: gettext_lazy("名单有多行对应同一台账企业，金额没有相加。各行和合计列在下面，由您判断。"),
    Flag.CODE_SHARED: gettext_lazy("一个代码下写了不同名称：可能是更名，也可能是挂靠，请核对后再定。"),
    Flag.CODE_REPEATED: gettext_lazy("台账有多家企业用同一代码，请先在“重复企业”里处理，再核对本行。"),
    Flag.CODES_DIFFER: gettext_lazy("名称相像但代码不同，一般是两家企业。"),
    Flag.GROUP: gettext_lazy(
        "一方是集团。集团合并数不是任何一家法人的数：请选“都不是”，依据写“集团合并数”；确是同一法人才选“是这一家”。"
    ),
    Flag.BRANCH: gettext_lazy("一方是分支机构，不是法人。属于该企业的选“是这一家”，只作对应，不另列入培育库。"),
    Flag.NUMBERS_DIFFER: gettext_lazy("名称里的序数不同（如第一、第二），一般是两家企业。"),
    Flag.RIVALS: gettext_lazy("有两家以上同样相像，请按代码、地址区分。"),
}


def gazetteer_in(place: Place) -> Gazetteer:
    """The county-level units of the city a place lies in, as a workbook may name them."""
    root = place.path.split("/")[0]
    city = Place.objects.filter(code=root).first()
    units = Place.objects.county_level().filter(path__startswith=f"{root}/").values_list("code", "name")
    return Gazetteer([Unit(code, name) for code, name in units], city.name if city else "", everyday_names())


def register_frame(place: Place) -> pl.DataFrame:
    """The firms of a place as the linkage engine takes a register; what was merged counts among former names."""
    columns: dict[str, list[Any]] = {"key": [], "name": [], "code": [], "address": []}
    rows = Enterprise.objects.standing().within(place).order_by()
    for row in rows.values_list("pk", "name", "uscc", "address").iterator(chunk_size=20_000):
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    former: dict[int | None, list[str]] = {}
    names = FormerName.objects.filter(enterprise__place__path__startswith=place.path).order_by()
    gone = Enterprise.objects.within(place).filter(merged_into__isnull=False).order_by()
    for pairs in (names.values_list("enterprise", "name"), gone.values_list("merged_into", "name")):
        for pk, name in pairs:
            former.setdefault(pk, []).append(name)
    earlier = [former.get(pk, []) for pk in columns["key"]]
    schema = {"key": pl.Int64, "name": pl.String, "code": pl.String, "address": pl.String}
    return pl.DataFrame(columns, schema=schema).with_columns(
        pl.Series("former", earlier, dtype=pl.List(pl.String)),
    )


def with_waiting(lists: QuerySet[OfficeList]) -> QuerySet[OfficeList]:
    """Lists with how many of their rows wait for the desk."""
    rows = ListedFirm.objects.filter(office_list=OuterRef("pk"), state=ListedState.DESK).order_by()
    counted = rows.values("office_list").annotate(n=Count("pk")).values("n")
    return lists.annotate(waiting=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def in_any_library(on: date, enterprise: Any) -> Exists:
    """Whether a firm named by a path is in the library, of whichever sector, on a day."""
    return Exists(LibrarySpell.objects.filter(open_on(on), enterprise=enterprise))


def missing(office_list: OfficeList, on: date) -> QuerySet[ListedFirm]:
    """The rows over the line that are not in the library on a day (应统未统); rows that wait are not yet among them."""
    rows = ListedFirm.objects.filter(office_list=office_list, is_over_line=True).exclude(state=ListedState.DESK)
    stands_for = Coalesce(OuterRef("enterprise__merged_into"), OuterRef("enterprise"))
    has_closed = Q(enterprise__isnull=False, enterprise__closed_on__isnull=False, enterprise__closed_on__lte=on)
    return rows.exclude(has_closed).filter(~in_any_library(on, stands_for))


@dataclass(frozen=True)
class Counts:
    """How many rows of a list stand where."""

    matched: int
    desk: int
    leads: int
    missing: int
    waiting_over_line: int  # at the desk, over the line: not yet counted as missing


def counts_of(office_list: OfficeList, on: date) -> Counts:
    """How many rows of a list were matched, wait, are leads, and are missing from the library."""
    is_matched = Q(state__in=[ListedState.AUTOMATIC, ListedState.DECIDED])
    is_waiting = Q(state=ListedState.DESK)
    found = ListedFirm.objects.filter(office_list=office_list).aggregate(
        matched=Count("pk", filter=is_matched),
        desk=Count("pk", filter=is_waiting),
        leads=Count("pk", filter=Q(state=ListedState.LEAD)),
        waiting_over_line=Count("pk", filter=is_waiting & Q(is_over_line=True)),
    )
    return Counts(**found, missing=missing(office_list, on).count())


@dataclass(frozen=True)
class Turn:
    """Where a row stands among those that wait at the desk, and which come before and after it."""

    number: int
    total: int
    before: int | None
    after: int | None


def turn_of(firm: ListedFirm) -> Turn:
    """The turn of a row at the desk; of one that does not wait, the next that does."""
    waiting = ListedFirm.objects.filter(office_list=firm.office_list_id, state=ListedState.DESK).order_by()
    told = waiting.aggregate(
        number=Count("pk", filter=Q(pk__lte=firm.pk)),
        total=Count("pk"),
        before=Max("pk", filter=Q(pk__lt=firm.pk)),
        after=Min("pk", filter=Q(pk__gt=firm.pk)),
    )
    return Turn(**told)


@dataclass(frozen=True)
class Beside:
    """A firm of the register that a row may be, with what speaks for and against it."""

    enterprise: Enterprise
    probability: float
    reasons: list[str]
    former_names: list[str]
    is_in_library: bool


def candidates_of(firm: ListedFirm, on: date) -> list[Beside]:
    """The firms of the register a row may be, likeliest first; those gone meanwhile are left out."""
    ids = [one["firm"] for one in firm.candidates]
    if firm.enterprise_id is not None and firm.enterprise_id not in ids:
        ids.append(firm.enterprise_id)
    rows = Enterprise.objects.standing().filter(AnyOf("pk", ids)).select_related("place").defer("search_pairs")
    found = {row.pk: row for row in rows.annotate(held=in_any_library(on, OuterRef("pk")))}
    former: dict[int, list[str]] = {}
    for pk, name in FormerName.objects.filter(AnyOf("enterprise_id", ids)).values_list("enterprise_id", "name"):
        former.setdefault(pk, []).append(name)
    said: Mapping[int, Mapping[str, Any]] = {one["firm"]: one for one in firm.candidates}
    return [
        Beside(
            found[pk],
            said[pk]["probability"] if pk in said else 0.0,
            [reason_sentence(one) for one in said[pk]["reasons"]] if pk in said else [_("由人指定")],
            former.get(pk, []),
            found[pk].held,
        )
        for pk in ids
        if pk in found
    ]


def reason_sentence(reason: Sequence[Any]) -> str:
    """One reason as it is kept (code, figure, text) in words."""
    code, figure, text = reason
    number = figure or 0
    return str(REASONS[code]) % {"share": f"{number:.0%}", "figure": f"{number:.0f}", "text": text}


def flag_hints(flags: Sequence[str]) -> list[tuple[str, str]]:
    """The flags of a row, each with what to do about it."""
    return [(str(FLAGS[Flag(flag)]), str(HINTS[Flag(flag)])) for flag in flags]
