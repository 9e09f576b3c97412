"""Certificates about to expire (复核提醒), with the text that reminds of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.enterprises.models import Enterprise, Tier, TierSpell
from tici.enterprises.queries import expiring as expiring_spells
from tici.enterprises.queries.lists import places_of

from .lists import counties_of, in_place_of
from .self_check import asked_day

MONTHS = ("3", "6", "12", "24")
DEFAULT_MONTHS = "6"
DAYS_A_MONTH = 31
NAMED = 30  # so many enterprises are named in the reminder
COLUMNS = (
    Column("enterprise__name", gettext_lazy("企业名称"), link="enterprise_id", link_url="desk:enterprise"),
    Column("enterprise__place__short_name", gettext_lazy("县（市、区）"), sort="enterprise__place__position"),
    Column("tier", gettext_lazy("层级"), choices=tuple(Tier.choices)),
    Column("batch", gettext_lazy("认定批次"), is_sortable=False),
    Column("from_date", gettext_lazy("认定日期"), Kind.DATE),
    Column("to_date", gettext_lazy("有效期止"), Kind.DATE),
)


@login_required
@require_safe
def expiring(request: Request) -> HttpResponseBase:
    """Certificates that end within some months of a day (``?on=``, else today), soonest first."""
    require(request.user, Permission.ENTERPRISE_VIEW)
    on = asked_day(request) or timezone.localdate()
    firms = Enterprise.objects.standing().filter(place__in=places_of(request.user))
    everything = expiring_spells(firms, on, int(MONTHS[-1]) * DAYS_A_MONTH)

    def within(rows: QuerySet[Any], months: str) -> QuerySet[Any]:
        wanted = int(months if months in MONTHS else DEFAULT_MONTHS)
        return rows.filter(to_date__lte=on + timedelta(days=wanted * DAYS_A_MONTH))

    register = Register(
        name="expiring",
        title=_("到期复核"),
        columns=COLUMNS,
        filters=(
            Filter("place", gettext_lazy("县（市、区）"), counties_of, in_place_of("enterprise__place")),
            by_choices("tier", gettext_lazy("层级"), Tier),
            Filter(
                "months",
                gettext_lazy("到期时间"),
                lambda request: [(one, _("%(months)s个月内") % {"months": one}) for one in MONTHS],
                within,
                DEFAULT_MONTHS,
            ),
        ),
        is_searchable=False,
        order="to_date",
        template="enterprises/expiring.html",
        empty=gettext_lazy("所选期限内没有到期的证书。"),
    )
    listed = register.narrowed(request, everything)
    return register.page(request, everything, on=on, reminder=_reminder(listed))


def _reminder(rows: QuerySet[TierSpell]) -> str:
    """What to send to the counties: who must apply again and until when; empty where nobody must."""
    found = list(rows.select_related("enterprise__place")[: NAMED + 1])
    if not found:
        return ""
    lines = [
        _("%(place)s %(enterprise)s：%(tier)s，有效期至%(day)s")
        % {
            "place": one.enterprise.place.short_name,
            "enterprise": one.enterprise,
            "tier": one.get_tier_display(),
            "day": one.to_date,
        }
        for one in found[:NAMED]
    ]
    if len(found) > NAMED:
        lines.append(_("其余见名单。"))
    head = _("以下企业的梯度认定即将到期，请提醒企业备齐材料、按期申请复核：")
    return "\n".join([head, *lines])
