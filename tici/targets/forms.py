"""What people type about targets, turned into values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import PastDay
from tici.places.models import Place

from . import queries, rules


class TargetForm(forms.Form):
    """A target for one's own place or one inside it."""

    measure = forms.ChoiceField(label=_("指标"))
    place = forms.ModelChoiceField(label=_("地区"), queryset=Place.objects.none())
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    value = forms.DecimalField(
        label=_("目标值"),
        max_digits=16,
        decimal_places=4,
        help_text=_("金额按万元填写；比率按小数填写，如0.9即90%。"),
    )
    profile = forms.ChoiceField(
        label=_("月度进度"), required=False, help_text=_("全年目标预计怎样逐月完成；序时差和全年推算以此为准。")
    )
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("文件名称和文号，或公开出处。"))
    source_on = PastDay(label=_("来源日期"), required=False)

    def __init__(self, own: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measure, place = self.fields["measure"], self.fields["place"]
        measure.choices = [(code, one.label) for code, one in queries.MEASURES.items()]  # type: ignore[attr-defined]
        self.fields["profile"].choices = [(one.code, one.label) for one in rules.profiles().values()]  # type: ignore[attr-defined]
        place.queryset = Place.objects.within(own).exclude(kind="township")  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    """One share for each place inside the target's place."""

    def __init__(self, inside: Sequence[Place], held: Mapping[int, Decimal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inside = inside
        for place in inside:
            self.fields[place.code] = forms.DecimalField(
                label=place.short_name,
                min_value=0,
                max_digits=16,
                decimal_places=4,
                initial=_short(held.get(place.pk, Decimal(0))),
            )

    def shares(self) -> dict[Place, Decimal]:
        return {place: self.cleaned_data[place.code] for place in self.inside}


def _short(value: Decimal) -> Decimal:
    """A whole number without the zeros behind its point."""
    whole = value.to_integral_value()
    return whole if whole == value else value
