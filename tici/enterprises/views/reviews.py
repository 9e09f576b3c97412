"""What was missed in a year: who entered late, who is still not in, for which reasons, and what the pool had found."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused, settled
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.enterprises import actions
from tici.enterprises.forms import MissedForm
from tici.enterprises.models import Basis, EntryClass, EntryReview, PoolReason, Timing, Window
from tici.enterprises.queries import reviews as queries
from tici.places.models import Place

from .changes import asked
from .lists import counties_of, in_place_of

UNKNOWN = "unknown"  # the reason nobody recorded, in the URL
POOLED = (("yes", gettext_lazy("入库前已在池")), ("no", gettext_lazy("入库前不在池")))
REASONS = (*PoolReason.choices, ("", gettext_lazy("未知")))
COLUMNS = (
    Column("enterprise__name", gettext_lazy("企业名称"), link="pk", link_url="enterprises:missed_firm"),
    Column("enterprise__place__short_name", gettext_lazy("县（市、区）"), sort="enterprise__place__position"),
    Column("enterprise__industry", gettext_lazy("行业代码"), Kind.CODE, is_shown=False),
    Column("timing", gettext_lazy("入库及时性"), choices=tuple(Timing.choices)),
    Column("entry", gettext_lazy("入库方式"), choices=tuple(EntryClass.choices)),
    Column("passed_on", gettext_lazy("首次达线月份"), Kind.MONTH),
    Column("basis", gettext_lazy("达线依据"), choices=tuple(Basis.choices), is_sortable=False, is_shown=False),
    Column("due_on", gettext_lazy("应入库月份"), Kind.MONTH),
    Column("entered_on", gettext_lazy("实际入库月份"), Kind.MONTH),
    Column("months_late", gettext_lazy("迟几个月"), Kind.COUNT),
    Column("window", gettext_lazy("应赶窗口"), choices=(*Window.choices, ("", gettext_lazy("通知未登记")))),
    Column("closes_on", gettext_lazy("窗口截止"), Kind.DATE),
    Column("pooled_on", gettext_lazy("入池日期"), Kind.DATE),
    Column("reason_code", gettext_lazy("原因"), choices=REASONS, is_sortable=False),
    Column("reason", gettext_lazy("原因说明"), is_sortable=False),
)


def _year(request: Request, fallback: int) -> int:
    """The year in ``?year=``; one that is none is not there (404)."""
    written = request.GET.get("year", "")
    if not written:
        return fallback
    if not (written.isascii() and written.isdecimal() and len(written) == 4 and int(written) > 1999):
        raise Http404(written)
    return int(written)


@login_required
@require_safe
def missed(request: Request) -> HttpResponse:
    """The review of a year by county, the reasons, and how many entries the pool had found; every number opens."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place, today = request.user.place, timezone.localdate()
    years = queries.reviewed_years(place) if place else []
    year = _year(request, years[0] if years else today.year)
    counties = list(Place.objects.within(place).county_level()) if place else []
    lines = queries.review_lines(place, counties if len(counties) > 1 else [], year) if place else []
    context = {
        "year": year,
        "years": years,
        "heads": list(Timing.labels),
        "lines": [_line(line, year) for line in lines] if year in years else [],
        "reasons": _reasons(place, year) if place else [],
        "may_review": place is not None and may(request.user, Permission.ENTERPRISE_EDIT, place),
    }
    return render(request, "enterprises/missed.html", context)


def _line(line: queries.ReviewLine, year: int) -> dict[str, Any]:
    place = {"place": line.place.code} if line.place else {}
    cells = [(line.counts[timing], _url(year, timing=timing, **place)) for timing in Timing.values]
    pooled = (line.pooled, _url(year, pooled="yes", **place))
    return {"place": line.place, "entered": line.entered, "cells": cells, "pooled": pooled, "recall": line.recall}


def _reasons(place: Place, year: int) -> list[tuple[str, list[tuple[int, str]]]]:
    found = []
    for code, label, late, not_in in queries.reasons(place, year):
        wanted = code or UNKNOWN
        cells = [
            (late, _url(year, timing=Timing.LATE, reason=wanted)),
            (not_in, _url(year, timing=Timing.NOT_IN, reason=wanted)),
        ]
        if late or not_in:
            found.append((label or _("未知"), cells))
    return found


def _url(year: int, **wanted: str) -> str:
    return f"{reverse('enterprises:missed_list', args=[year])}?{urlencode(wanted)}"


@login_required
@require_safe
def missed_list(request: Request, year: int) -> HttpResponseBase:
    """The firms of a year's review, the latest first; narrowed as the URL asks, taken away as seen."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    register = Register(
        name="missed",
        title=_("%(year)s年入库复盘名单") % {"year": year},
        columns=COLUMNS,
        filters=(
            Filter("place", gettext_lazy("县（市、区）"), counties_of, in_place_of("enterprise__place")),
            by_choices("timing", gettext_lazy("入库及时性"), Timing),
            by_choices("entry", gettext_lazy("入库方式"), EntryClass),
            Filter(
                "reason",
                gettext_lazy("原因"),
                lambda request: [*PoolReason.choices, (UNKNOWN, _("未知"))],
                lambda rows, code: rows.filter(reason_code="" if code == UNKNOWN else code),
            ),
            Filter("pooled", gettext_lazy("培育库"), lambda request: POOLED, _pooled),
        ),
        is_searchable=False,
        order="-months_late",
        template="enterprises/missed_list.html",
        empty=gettext_lazy("该年度尚未复盘，或没有企业。"),
    )
    return register.page(request, EntryReview.objects.visible_to(request.user).filter(year=year), year=year)


def _pooled(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Of those that entered: held by the pool before, or not."""
    if wanted not in ("yes", "no"):
        return rows
    return rows.filter(entered_on__isnull=False, pooled_on__isnull=wanted == "no")


@login_required
@require_POST
def review(request: Request) -> HttpResponse:
    """Review a year over one's own place."""
    place = request.user.place
    require(request.user, Permission.ENTERPRISE_EDIT, place)
    assert place is not None
    written = request.POST.get("year", "")
    if not (written.isascii() and written.isdecimal() and len(written) == 4):
        messages.warning(request, _("年度有误。请填四位年份。"))
        return redirect("enterprises:missed")
    year, today = int(written), timezone.localdate()
    try:
        count = actions.review_year(place=place, year=year, on=today, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("enterprises:missed")
    said = ngettext("%(year)s年复盘完成，涉及%(count)s家企业。", "%(year)s年复盘完成，涉及%(count)s家企业。", count)
    messages.success(request, said % {"year": year, "count": count})
    return redirect(f"{reverse('enterprises:missed')}?year={year}")


@login_required
@require_http_methods(["GET", "POST"])
def missed_firm(request: Request, pk: int) -> HttpResponse:
    """One firm of a review: what it rests on; why it was missed can be written down."""
    visible = EntryReview.objects.visible_to(request.user).select_related("enterprise__place")
    found = get_object_or_404(visible, pk=pk)
    place = found.enterprise.place
    require(request.user, Permission.ENTERPRISE_VIEW, place)
    may_say = found.timing in (Timing.LATE, Timing.NOT_IN) and may(request.user, Permission.ENTERPRISE_EDIT, place)
    if request.method == "POST":
        require(request.user, Permission.ENTERPRISE_EDIT, place)
    form = MissedForm(request.POST or None, initial={"code": found.reason_code, "words": found.reason})

    def say() -> None:
        actions.say_why_missed(review=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, say):
        messages.success(request, _("%(enterprise)s的原因已保存。") % {"enterprise": found.enterprise})
        return redirect(
            f"{reverse('enterprises:missed_list', args=[found.year])}?{urlencode({'timing': found.timing})}"
        )
    return asked(request, "enterprises/missed_firm.html", form, review=found, may_say=may_say)
