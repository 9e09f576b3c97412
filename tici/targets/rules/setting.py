"""Why a target may not be set, or not be shared out as said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal
from tici.places.models import Place

from .profiles import profiles


def against_setting(value: Decimal, *, is_known: bool, profile: str = "") -> list[Refusal]:
    """Every reason why a target may not be set."""
    refusals = []
    if not is_known:
        refusals.append(Refusal("target.measure", _("没有这一指标。请从列表中选择。"), "measure"))
    if value <= 0:
        refusals.append(Refusal("target.value", _("目标值须大于0。"), "value"))
    if profile and profile not in profiles():
        refusals.append(Refusal("target.profile", _("没有这种月度进度。请从列表中选择。"), "profile"))
    return refusals


def against_sharing(
    whole: Place, value: Decimal, shares: Mapping[Place, Decimal], *, adds_up: bool = True
) -> list[Refusal]:
    """Every reason why a target may not be shared out as said: shares lie inside it, and add up to it."""
    if not adds_up:
        return [Refusal("target.rate", _("比率不能分解相加。请为各地区分别设定目标。"))]
    refusals = [
        Refusal("target.outside", _("%(place)s不在%(whole)s内。") % {"place": place, "whole": whole})
        for place in shares
        if place.parent_id != whole.pk
    ]
    if any(share < 0 for share in shares.values()):
        refusals.append(Refusal("target.negative", _("分解数不能小于0。")))
    total = sum(shares.values(), Decimal(0))
    if total != value:
        sentence = _("分解合计%(total)s，目标%(value)s，相差%(gap)s。请调整到一致。")
        words = {"total": _plain(total), "value": _plain(value), "gap": _plain(abs(total - value))}
        refusals.append(Refusal("target.sum", sentence % words))
    return refusals


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
