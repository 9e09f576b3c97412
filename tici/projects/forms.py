"""Text from pages turned into typed facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.documents import plain
from tici.core.forms import Day, FactsForm, OwnChoice, PastDay
from tici.places.models import Place

from . import facts
from .models import ApprovalKind, Category, Level, Precision, Project, Stage

NATURES = ("新建", "扩建", "改建", "技术改造", "迁建")


class MoveForm(forms.Form):
    to = forms.ChoiceField(label=_("推进到"), choices=Stage.choices)
    on = PastDay(label=_("推进日期"))
    evidence = forms.CharField(
        label=_("佐证"),
        required=False,
        max_length=200,
        help_text=_("如现场照片、施工合同、许可证的名称和日期。"),
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=200, help_text=_("退回较低阶段时须写明。"))


class CancelForm(forms.Form):
    on = PastDay(label=_("取消日期"))
    reason = forms.CharField(label=_("取消原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ReviveForm(forms.Form):
    reason = forms.CharField(label=_("恢复原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalsForm(forms.Form):
    """The number and the day of each approval; an empty number takes it away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in ApprovalKind.choices:
            self.fields[f"{kind}_number"] = forms.CharField(label=label, required=False, max_length=120)
            self.fields[f"{kind}_on"] = PastDay(label=_("%(approval)s批复日期") % {"approval": label}, required=False)

    def given(self) -> list[tuple[str, str, date | None]]:
        """Each approval as typed: kind, number, day."""
        data = self.cleaned_data
        return [(kind, data[f"{kind}_number"], data[f"{kind}_on"]) for kind in ApprovalKind.values]


TOGETHER = (frozenset(["year", "category", "plan_wan"]), frozenset(["owner_name", "owner_uscc"]))


class ProjectForm(FactsForm):
    """The facts of a project as an officer of its place types them; saved by actions, never by the form."""

    owner_name = forms.CharField(label=_("业主单位"), required=False, max_length=160)
    owner_uscc = forms.CharField(label=_("业主统一社会信用代码"), required=False, max_length=18)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100, required=False)
    category = forms.ChoiceField(label=_("年度类别"), choices=[("", "—"), *Category.choices], required=False)
    plan_wan = forms.DecimalField(
        label=_("年度计划投资(万元)"), min_value=0, max_digits=14, decimal_places=4, required=False
    )

    class Meta:
        model = Project
        fields = facts.FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("content", "capacity", "highlight", "remark")}
        field_classes = {
            name: Day if name.startswith("planned_") else PastDay for name in facts.FIELDS if name.endswith("_on")
        }

    GROUPS = (
        (
            _("项目"),
            (
                "name", "code", "owner_name", "owner_uscc", "site", "industry", "cluster", "level", "nature",
                "content", "capacity",
            ),
        ),
        (_("投资与效益"), ("investment_wan", "equipment_wan", "fund_source", "output_wan", "tax_wan", "jobs")),
        (_("年度安排"), ("year", "category", "plan_wan")),
        (
            _("时间"),
            (
                "signed_on", "planned_start_on", "planned_start_precision", "started_on", "started_precision",
                "planned_finish_on", "planned_finish_precision", "completed_on", "completed_precision",
                "performing_on", "statistics_on", "statistics_code",
            ),
        ),
        (_("其他"), ("highlight", "remark")),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", "—"), *Level.choices]  # type: ignore[attr-defined]
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = plain(value)  # 1200, not 1200.0000
        for name in facts.PRECISION_OF.values():
            self.fields[name].choices = [("", _("到日")), *Precision.choices[1:]]  # type: ignore[attr-defined]
        self.fields["statistics_on"].help_text = _("填入统当月任一日，不晚于今天。")
        self.fields["code"].help_text = _("24位，形如2101-130123-04-01-123456。")

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields as the page sets them out."""
        return [(label, [self[name] for name in names]) for label, names in self.GROUPS]

    def clean_statistics_on(self) -> date | None:
        """Statistics take a project in by the month."""
        day: date | None = self.cleaned_data["statistics_on"]
        return day.replace(day=1) if day else None

    def clean_category(self) -> str:
        category: str = self.cleaned_data["category"]
        if category and not self.cleaned_data.get("year"):
            raise forms.ValidationError(_("年度类别属于某一年度。请填写年度。"))
        return category

    def validate_unique(self) -> None:
        """The action looks for the code, in its own transaction."""

    def facts(self) -> dict[str, Any]:
        """What was typed anew, as the actions take it: a year with all that is planned in it, an owner whole."""
        changed = self.changed()
        for whole in TOGETHER:
            changed |= whole if whole & changed else set()
        return {name: value for name, value in self.cleaned_data.items() if name in changed}


class PlaceForm(forms.Form):
    place = OwnChoice(label=_("县（市、区）"), queryset=Place.objects.none())

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choose_among(places)  # type: ignore[attr-defined]
