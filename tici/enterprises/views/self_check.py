"""The register judged by the scorecards: who passes, who lacks one item and by how much, one firm's card, its facts."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, may, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused, settled
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.enterprises import actions, rules
from tici.enterprises.forms import ScoringFactsForm
from tici.enterprises.models import Enterprise, Tier, TierScore, Verdict
from tici.enterprises.queries import asked_for, cards_on, scoring_facts
from tici.enterprises.queries import self_check as queries
from tici.enterprises.rules import Card
from tici.places.models import Place

from .changes import asked, enterprise_for
from .lists import counties_of, in_place_of

COUNTS: dict[str, Any] = {
    Verdict.PASSES.value: gettext_lazy("达标"),
    queries.ONE_KNOWN: gettext_lazy("只差一项"),
    queries.ONE_UNKNOWN: gettext_lazy("只有一项未知"),
    Verdict.OPEN.value: gettext_lazy("待定"),
    Verdict.FAILS.value: gettext_lazy("未达标"),
}
LACKS = (
    ("0", gettext_lazy("不缺")),
    ("1", gettext_lazy("只缺一项")),
    (queries.ONE_KNOWN, gettext_lazy("只差一项")),
    (queries.ONE_UNKNOWN, gettext_lazy("只有一项未知")),
    ("more", gettext_lazy("缺两项以上")),
)
HELD = (("no", gettext_lazy("尚无有效证书")), ("yes", gettext_lazy("已有有效证书")))


def asked_day(request: Request, name: str = "on") -> date | None:
    """The day in the URL; one that is none is not there (404)."""
    written = request.GET.get(name, "")
    try:
        day = parse_date(written) if written else None
    except ValueError:
        day = None
    if written and day is None:
        raise Http404(written)
    return day


@login_required
@require_safe
def self_check(request: Request) -> HttpResponse:
    """Each tier: who passes, who lacks one item, how the points lie, county by county; every number opens."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    place, today = request.user.place, timezone.localdate()
    counties = list(Place.objects.within(place).county_level()) if place else []
    tiers = [_tier(one, counties) for one in queries.summaries(place, counties)] if place else []
    context = {
        "tiers": tiers,
        "heads": list(COUNTS.values()),
        "unknown": [card for card in cards_on(today) if card.is_unknown],
        "trial_on": queries.trial_day(place, today) if place else today,
        "may_judge": place is not None and may(request.user, Permission.ENTERPRISE_EDIT, place),
    }
    return render(request, "enterprises/self_check.html", context)


def _tier(of: queries.TierSummary, counties: list[Place]) -> dict[str, Any]:
    tier = of.card.tier
    lines = [(None, of.counts), *((county, of.by_county[county.pk]) for county in counties)]
    return {
        "tier": tier,
        "card": of.card,
        "days": sorted(of.judged),
        "total": sum(of.judged.values()),
        "lines": [
            (place, [(counts[kind], _url(tier, kind, place)) for kind in COUNTS])
            for place, counts in lines[: 1 if len(counties) == 1 else None]
        ],
        "chart": _chart(of) if of.bands else None,
        "all_url": reverse("enterprises:self_check_tier", args=[tier]),
    }


def _url(tier: str, kind: str, place: Place | None) -> str:
    wanted = {"lack": kind} if kind in (queries.ONE_KNOWN, queries.ONE_UNKNOWN) else {"verdict": kind}
    if place is not None:
        wanted["place"] = place.code
    return f"{reverse('enterprises:self_check_tier', args=[tier])}?{urlencode(wanted)}"


def _chart(of: queries.TierSummary) -> dict[str, Any]:
    bands = range(of.card.highest // queries.BAND + 1)
    low = [band * queries.BAND for band in bands]
    url = reverse("enterprises:self_check_tier", args=[of.card.tier])
    return {
        "title": _("%(tier)s得分分布") % {"tier": _(of.card.label)},
        "basis": _("按确定得分，未知项不计分；达标线%(points)s分。") % {"points": of.card.pass_points},
        "head": _("得分"),
        "labels": [f"{one}—{one + queries.BAND - 1}" for one in low],
        "series": [
            {
                "name": _("企业数"),
                "kind": "bar",
                "unit": _("家"),
                "values": [of.bands[band] for band in bands],
                "links": [f"{url}?points={one}" for one in low],
            }
        ],
        "size": "low",
    }


@login_required
@require_POST
def judge(request: Request) -> HttpResponse:
    """Judge all enterprises of one's place on a day."""
    place = request.user.place
    require(request.user, Permission.ENTERPRISE_EDIT, place)
    assert place is not None
    try:
        on = parse_date(request.POST.get("on", ""))
    except ValueError:
        on = None
    if on is None:
        messages.warning(request, _("判定日有误。请按年-月-日填写。"))
        return redirect("enterprises:self_check")
    try:
        count = actions.judge_register(place=place, on=on, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        said = ngettext("已自测%(count)s家企业。", "已自测%(count)s家企业。", count)
        messages.success(request, said % {"count": count})
    return redirect("enterprises:self_check")


def _columns(card: Card | None) -> tuple[Column, ...]:
    requirements = tuple(rules.requirements_of(card)) if card else ()
    return (
        Column("enterprise__name", gettext_lazy("企业名称"), link="enterprise_id", link_url="enterprises:tier_cards"),
        Column("enterprise__place__short_name", gettext_lazy("县（市、区）"), sort="enterprise__place__position"),
        Column("enterprise__uscc", gettext_lazy("统一社会信用代码"), Kind.CODE, is_shown=False),
        Column("enterprise__industry", gettext_lazy("行业代码"), Kind.CODE, is_shown=False),
        Column("verdict", gettext_lazy("结论"), choices=tuple(Verdict.choices)),
        Column("points", gettext_lazy("确定得分"), Kind.COUNT),
        Column("at_best", gettext_lazy("最高可得分"), Kind.COUNT),
        Column("lacking", gettext_lazy("缺项数"), Kind.COUNT),
        Column("only_lack", gettext_lazy("所缺一项"), choices=requirements),
        Column("words", gettext_lazy("差多少"), is_sortable=False),
        Column("distance", gettext_lazy("相对差距"), Kind.RATE),
        Column("judged_on", gettext_lazy("判定日"), Kind.DATE, is_shown=False),
    )


@login_required
@require_safe
def self_check_tier(request: Request, tier: str) -> HttpResponseBase:
    """The enterprises of one tier, those that lack least first: the list a clerk works from."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    if tier not in rules.TIERS:
        raise Http404(tier)
    today, rows = timezone.localdate(), TierScore.objects.visible_to(request.user).filter(tier=tier)
    newest = rows.order_by("-judged_on").values_list("judged_on", flat=True).first()
    card = rules.scorecard(tier, newest) if newest else None
    items = rules.requirements_of(card) if card else []
    bands = range(0, card.highest + 1, queries.BAND) if card and card.pass_points is not None else ()
    register = Register(
        name=f"self_check:{tier}",
        title=_("%(tier)s自测") % {"tier": Tier(tier).label},
        columns=_columns(card),
        filters=(
            Filter("place", gettext_lazy("县（市、区）"), counties_of, in_place_of("enterprise__place")),
            by_choices("verdict", gettext_lazy("结论"), Verdict),
            Filter("lack", gettext_lazy("缺项"), lambda request: LACKS, queries.with_requirement),
            Filter("item", gettext_lazy("所缺一项"), lambda request: items, lambda of, code: of.filter(only_lack=code)),
            Filter(
                "points",
                gettext_lazy("确定得分"),
                lambda request: [(str(low), f"{low}—{low + queries.BAND - 1}") for low in bands],
                queries.in_band,
            ),
            Filter(
                "held",
                gettext_lazy("认定证书"),
                lambda request: HELD,
                lambda of, held: queries.by_certificate(of, held, today),
            ),
        ),
        is_searchable=False,
        order="distance",
        template="enterprises/self_check_tier.html",
        empty=gettext_lazy("尚未自测。请在“梯度自测”页点“自测全部企业”。"),
    )
    return register.page(request, rows, card=card, judged_on=newest)


@login_required
@require_safe
def tier_cards(request: Request, pk: int) -> HttpResponse:
    """One enterprise's cards: each condition and item with its points, threshold, what is known and what is not."""
    enterprise = enterprise_for(request, pk, Permission.ENTERPRISE_VIEW)
    judged_on = enterprise.scores.order_by("-judged_on").values_list("judged_on", flat=True).first()
    on = asked_day(request) or judged_on or timezone.localdate()
    cards = cards_on(on)
    facts = scoring_facts(enterprise, on, cards)
    found = []
    for card in cards:
        score = rules.score(card, facts)
        lacks = [] if card.is_unknown else rules.shortfalls(score, facts)
        groups = [(group, *score.by_group[group.code]) for group in card.groups]
        found.append({"score": score, "lacks": lacks, "groups": groups, "steps": list(rules.one_step(score))})
    context = {
        "enterprise": enterprise,
        "on": on,
        "cards": found,
        "may_edit": may(request.user, Permission.ENTERPRISE_EDIT, enterprise.place),
    }
    return render(request, "enterprises/tier_cards.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tier_facts(request: Request, pk: int) -> HttpResponse:
    """Note what the scorecards ask of an enterprise for a year (``?year=2021``), each fact with its evidence."""
    enterprise = enterprise_for(request, pk)
    written = request.GET.get("year", "")
    is_year = written.isascii() and written.isdecimal() and len(written) == 4
    year = int(written) if is_year and int(written) > 1999 else _figures_year(enterprise)
    noted = enterprise.scoring_facts.filter(year__lte=year).order_by("-year").first()
    form = ScoringFactsForm(request.POST or None, asked=asked_for(year), noted=noted)

    def note() -> None:
        values, evidence = form.noted()
        actions.note_scoring_facts(
            enterprise=enterprise, year=year, values=values, evidence=evidence, by=request.user, at=timezone.now()
        )

    if settled(form, note):
        messages.success(
            request, _("%(enterprise)s%(year)s年的评分事实已保存。") % {"enterprise": enterprise, "year": year}
        )
        return redirect("enterprises:tier_cards", pk=enterprise.pk)
    context = {"enterprise": enterprise, "year": year, "carried": noted.year if noted and noted.year < year else None}
    return asked(request, "enterprises/tier_facts.html", form, **context)


def _figures_year(enterprise: Enterprise) -> int:
    """The year whose facts are asked for: that of the last judgement, else the last full one."""
    judged_on = enterprise.scores.order_by("-judged_on").values_list("judged_on", flat=True).first()
    return (judged_on or timezone.localdate()).year - 1
