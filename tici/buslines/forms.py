"""Text from pages turned into typed facts of school lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import Day
from tici.engines.roads import LABELS, Datum

from .models import ChangeKind, ListKind
from .rules.scenarios import MOST_MINUTES, WANTED


class ListForm(forms.Form):
    """A workbook of schools, stops or demand, a GTFS feed, or a CSV of driven times."""

    kind = forms.ChoiceField(label=_("清单"), choices=ListKind.choices)
    file = forms.FileField(
        label=_("文件"), help_text=_("xlsx、xls、csv。站点也收GTFS压缩包或stops.txt，实测行车时间用csv。")
    )
    datum = forms.ChoiceField(
        label=_("坐标系"),
        choices=[(one.value, _(label)) for one, label in LABELS.items()],
        initial=Datum.WGS84.value,
        help_text=_("坐标取自哪家地图。填错会整体偏移数百米，收取时会核对。"),
    )


class RoadsForm(forms.Form):
    """An extract of the roads of the city."""

    file = forms.FileField(label=_("路网文件"), help_text=_("OpenStreetMap的.osm.pbf，裁到本市范围。"))


class LimitsForm(forms.Form):
    """What a plan keeps to; none of it is law."""

    walk_metres = forms.IntegerField(label=_("步行上限(米)"), min_value=50, max_value=3000)
    ride_minutes = forms.IntegerField(label=_("乘车上限(分钟)"), min_value=5, max_value=120)
    minimum_riders = forms.IntegerField(label=_("每班最少学生"), min_value=0, max_value=60)
    dwell_seconds = forms.IntegerField(label=_("每次停靠(秒)"), min_value=0, max_value=300)
    dwell_seconds_per_person = forms.IntegerField(label=_("每人上下车(秒)"), min_value=0, max_value=60)
    buses_per_stop = forms.IntegerField(label=_("一站最多几班"), min_value=1, max_value=6)

    @classmethod
    def shown(cls, limits: Mapping[str, Any]) -> dict[str, Any]:
        """Kept limits as the form shows them."""
        return {name: limits.get(name) for name in cls.base_fields} | {
            "ride_minutes": round(limits["ride_seconds"] / 60)
        }

    def limits(self, default: Mapping[str, Any]) -> dict[str, Any]:
        """The limits as they are kept; what the form does not ask stays as it was."""
        said = dict(self.cleaned_data)
        return {**default, "ride_seconds": said.pop("ride_minutes") * 60, **said}


class BellForm(forms.Form):
    """When lessons begin and end."""

    arrive_by = forms.TimeField(label=_("上课时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    dismiss_at = forms.TimeField(label=_("放学时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class VehicleForm(forms.Form):
    """A type of vehicle."""

    code = forms.CharField(label=_("车型"), max_length=30)
    seats = forms.IntegerField(label=_("座位"), min_value=1, max_value=120)
    count = forms.IntegerField(label=_("数量"), min_value=1, max_value=999, required=False, help_text=_("不填为不限。"))


class TermForm(forms.Form):
    """A term."""

    name = forms.CharField(label=_("学期"), max_length=40)
    first_on = Day(label=_("开学"))
    last_on = Day(label=_("放假"))


class DayForm(forms.Form):
    """A day on which lessons are held or not, whatever the calendar says."""

    on = Day(label=_("日期"))
    has_lessons = forms.TypedChoiceField(
        label=_("安排"),
        choices=[("1", _("补课，专线开行")), ("0", _("停课，专线停开"))],
        coerce=lambda text: text == "1",
    )
    reason = forms.CharField(label=_("原因"), max_length=80)


class InForceForm(forms.Form):
    """From which day a version holds."""

    on = Day(label=_("启用日期"))


class DeclineForm(forms.Form):
    """Why a change is not made."""

    reason = forms.CharField(
        label=_("不采纳的理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会写进给市民的答复。"),
    )  # fmt: skip


DIRECTIONS = [("both", _("上学和放学")), ("morning", _("上学")), ("afternoon", _("放学"))]
Choice = tuple[Any, Any]


class ChangeForm(forms.Form):
    """A change of one kind: it asks for just what that kind says, and may name only what there is."""

    title = forms.CharField(label=_("名称"), max_length=120)
    opinions = forms.IntegerField(label=_("意见数"), min_value=0, initial=0, help_text=_("有多少条意见提出。"))
    asked_in = forms.CharField(label=_("出处"), max_length=120, required=False, help_text=_("在哪次征求意见中提出。"))

    def __init__(
        self,
        data: Any,
        *,
        kind: str,
        lines: Sequence[Choice],
        called: Sequence[Choice],
        free: Sequence[Choice],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        named = called if kind in {ChangeKind.MOVE_STOP, ChangeKind.REMOVE_STOP} else free
        fields: dict[str, forms.Field] = {
            "line": forms.TypedChoiceField(label=_("专线"), choices=lines, coerce=int),
            "direction": forms.ChoiceField(label=_("方向"), choices=DIRECTIONS),
            "stop": forms.ChoiceField(label=_("站点"), choices=named),
            "to": forms.ChoiceField(label=_("迁到"), choices=free),
            "minutes": forms.IntegerField(
                label=_("分钟"), min_value=-MOST_MINUTES, max_value=MOST_MINUTES, help_text=_("提前写负数，如-5。")
            ),
            "stops": forms.CharField(
                label=_("站点顺序"),
                help_text=_("按行车先后写站点代码，用逗号隔开。"),
                widget=forms.Textarea({"rows": 2}),
            ),
        }
        wanted = {name: fields[name] for name in WANTED[kind]}
        self.fields = {"title": self.fields["title"], **wanted, **self.fields}

    def clean_stops(self) -> list[str]:
        """The codes of an order."""
        text = str(self.cleaned_data["stops"]).replace("，", ",").replace("、", ",").replace("\n", ",")
        return [code.strip() for code in text.split(",") if code.strip()]

    @property
    def change(self) -> dict[str, Any]:
        """The change as it is declared."""
        return {name: self.cleaned_data[name] for name in WANTED[self.kind]}
