"""Judgement about targets: how far they are met against the time that has passed, and shares that add up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal
from tici.engines.periods import Month
from tici.places.models import Place


def met_rate(value: Decimal | int | None, target: Decimal) -> Decimal | None:
    """The fraction of a target that is met, never capped; None where nothing is known or the target is 0."""
    return None if value is None or not target else Decimal(value) / target


def lag(rate: Decimal | None, month: Month) -> Decimal | None:
    """The difference to schedule (序时差): the fraction met less the fraction of the year that has passed."""
    return None if rate is None else rate - Decimal(month.number) / 12


def year_end(value: Decimal | int | None, month: Month) -> Decimal | None:
    """What the year comes to if it goes on as it went until now."""
    return None if value is None else Decimal(value) * 12 / month.number


def against_setting(value: Decimal, *, is_known: bool) -> list[Refusal]:
    """Every reason why a target may not be set."""
    refusals = []
    if not is_known:
        refusals.append(Refusal("target.measure", _("没有这一指标。请从列表中选择。"), "measure"))
    if value <= 0:
        refusals.append(Refusal("target.value", _("目标值须大于0。"), "value"))
    return refusals


def against_sharing(whole: Place, value: Decimal, shares: Mapping[Place, Decimal]) -> list[Refusal]:
    """Every reason why a target may not be shared out as said: shares lie inside it, and add up to it."""
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
