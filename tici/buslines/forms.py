"""Text from pages turned into typed facts of school lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import DayInput
from tici.engines.roads import LABELS, Datum

from .models import ListKind


class ListForm(forms.Form):
    """A workbook of schools, stops or demand, or a CSV of driven times."""

    kind = forms.ChoiceField(label=_("清单"), choices=ListKind.choices)
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls、csv；实测行车时间用csv，GTFS的stops.txt按站点收。"))
    datum = forms.ChoiceField(
        label=_("坐标系"),
        choices=[(one.value, label) for one, label in LABELS.items()],
        initial=Datum.WGS84.value,
        help_text=_("坐标取自哪家地图。填错会整体偏移数百米，收取时会核对。"),
    )


class LimitsForm(forms.Form):
    """What a plan keeps to; none of it is law."""

    walk_metres = forms.IntegerField(label=_("步行上限(米)"), min_value=50, max_value=3000)
    ride_minutes = forms.IntegerField(label=_("乘车上限(分钟)"), min_value=5, max_value=120)
    minimum_riders = forms.IntegerField(label=_("每班最少学生"), min_value=0, max_value=60)
    dwell_seconds = forms.IntegerField(label=_("每次停靠(秒)"), min_value=0, max_value=300)
    dwell_seconds_per_person = forms.IntegerField(label=_("每人上下车(秒)"), min_value=0, max_value=60)
    buses_per_stop = forms.IntegerField(label=_("一站最多几条线"), min_value=1, max_value=6)

    @classmethod
    def shown(cls, limits: dict[str, Any]) -> dict[str, Any]:
        """Kept limits as the form shows them."""
        return {name: limits.get(name) for name in cls.base_fields} | {
            "ride_minutes": round(limits["ride_seconds"] / 60)
        }

    def limits(self, default: dict[str, Any]) -> dict[str, Any]:
        """The limits as they are kept; what the form does not ask stays as it was."""
        said = dict(self.cleaned_data)
        return default | {"ride_seconds": said.pop("ride_minutes") * 60} | said


class BellForm(forms.Form):
    """When lessons begin and end."""

    arrive_by = forms.TimeField(label=_("上课时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    dismiss_at = forms.TimeField(label=_("放学时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class VehicleForm(forms.Form):
    """A type of vehicle."""

    code = forms.CharField(label=_("车型"), max_length=30)
    seats = forms.IntegerField(label=_("座位"), min_value=1, max_value=120)
    count = forms.IntegerField(label=_("数量"), min_value=1, max_value=999, required=False, help_text=_("不填为不限。"))


class InForceForm(forms.Form):
    """From which day a version holds."""

    on = forms.DateField(label=_("启用日期"), widget=DayInput())


class DecideForm(forms.Form):
    """Why a change is not made."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
