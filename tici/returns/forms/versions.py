"""A version of a form as it is put together: what it is, who reports, and its columns."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.rule_titles import title_of
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.enterprises.models import Cluster, ClusterKind, Sector
from tici.places.models import Place
from tici.returns.models import Basis, FormColumn, FormVersion, Indicator, UnitKind

from .indicators import LinesField

INDUSTRY = re.compile(r"[A-T]|\d{2,4}", re.ASCII)


class MonthField(forms.CharField):
    """A month written as 2021-11."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=7, **kwargs)

    def clean(self, value: Any) -> Month:
        """The month, or what to write instead."""
        try:
            return Month.parse(super().clean(value))
        except ValueError:
            raise forms.ValidationError(_("月份写作“2021-11”的样子。请重新填写。")) from None


def calendars() -> list[tuple[str, str]]:
    """The rules of when a form is due, by their key in the rulebook, in words."""
    content = rulebook.load("returns/calendar").content
    return [(key, _in_words(rule)) for key, rule in content.items() if isinstance(rule, dict)]


def _in_words(rule: dict[str, Any]) -> str:
    if "working_day" in rule:
        return str(_("次月第%(n)s个工作日") % {"n": rule["working_day"]})
    moved = {"next": _("遇休息日顺延"), "previous": _("遇休息日提前")}.get(rule.get("moved", "next"), _("不顺延"))
    return str(_("次月%(day)s日，%(moved)s") % {"day": rule["day"], "moved": moved})


def check_files() -> list[tuple[str, str]]:
    """The files of checks in the rulebook that a form may name."""
    return [(name, title_of(name)) for name in rulebook.names("returns/form_checks")]


class CopyForm(forms.Form):
    """From which month a copy of a form is to stand, and under which number and name."""

    from_month = MonthField(label=_("起用月份"))
    code = forms.SlugField(
        label=_("表号"), max_length=40, help_text=_("与原表相同，就是该表的新版本；另写一个，就是一张新表。")
    )
    name = forms.CharField(label=_("表名"), max_length=80)

    def given(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        return self.cleaned_data | {"from_month": self.cleaned_data["from_month"].first}


class VersionForm(forms.Form):
    """What a version is, who reports, when it is due, by what it is checked, and who signs."""

    name = forms.CharField(label=_("表名"), max_length=80)
    from_month = MonthField(label=_("起用月份"))
    unit_kind = forms.ChoiceField(label=_("填报单位"), choices=UnitKind.choices)
    calendar = forms.ChoiceField(label=_("报送期限规则"))
    checks = forms.ChoiceField(label=_("审核规则"), required=False)
    signers = LinesField(
        label=_("签报"), required=False, help_text=_("一行一个岗位，如单位负责人、统计负责人、填表人。")
    )
    sector = forms.ChoiceField(label=_("行业门类"), required=False, choices=[("", _("不限")), *Sector.choices])
    kind = forms.ChoiceField(label=_("集群类别"), required=False, choices=[("", _("不限")), *ClusterKind.choices])
    places = forms.MultipleChoiceField(
        label=_("地区"), required=False, help_text=_("不选为全部。"), widget=forms.CheckboxSelectMultiple
    )
    clusters = forms.MultipleChoiceField(
        label=_("产业集群"), required=False, help_text=_("不选为全部。"), widget=forms.CheckboxSelectMultiple
    )
    industries = LinesField(
        label=_("行业代码"), required=False, help_text=_("国民经济行业分类代码，如27或C27，一行一个；不填为全部。")
    )

    FACTS = ("name", "from_month", "unit_kind", "calendar", "checks", "signers")
    WHO = ("sector", "industries", "places", "clusters", "kind")

    def __init__(self, *args: Any, city: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "calendar": calendars(),
            "checks": [("", _("不审核")), *check_files()],
            "places": [(one.code, one.name) for one in Place.objects.within(city).county_level()],
            "clusters": list(Cluster.objects.values_list("code", "name")),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @staticmethod
    def of(version: FormVersion) -> dict[str, Any]:
        """What a version says, to begin from."""
        facts = {name: getattr(version, name) for name in VersionForm.FACTS}
        return facts | dict(version.who) | {"from_month": Month.of(version.from_month)}

    def facts(self) -> list[forms.BoundField]:
        """The fields of what it is."""
        return [self[name] for name in self.FACTS]

    def who(self) -> list[forms.BoundField]:
        """The fields of who reports."""
        return [self[name] for name in self.WHO]

    def clean_industries(self) -> list[str]:
        """Codes without the letter of their section, or what to write instead."""
        codes: list[str] = [code.upper() for code in self.cleaned_data["industries"]]
        codes = [code[1:] if re.fullmatch(r"[A-T]\d{2,4}", code) else code for code in codes]
        if wrong := [code for code in codes if not INDUSTRY.fullmatch(code)]:
            raise forms.ValidationError(
                _("“%(code)s”不是行业代码。请写国民经济行业分类的2至4位代码，如27。"), params={"code": wrong[0]}
            )
        return codes

    def given(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        facts = {name: data[name] for name in self.FACTS} | {"from_month": data["from_month"].first}
        return facts | {"who": {name: data[name] for name in self.WHO if data[name]}}


class ColumnForm(forms.Form):
    """One column to add: an indicator of the dictionary at a basis."""

    indicator = forms.ChoiceField(label=_("指标"))
    basis = forms.ChoiceField(label=_("口径"), choices=Basis.choices)
    is_required = forms.BooleanField(label=_("必填"), required=False)
    is_locked = forms.BooleanField(label=_("锁定"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            (one.code, _("%(label)s（%(unit)s）") % {"label": one.name, "unit": one.unit_name})
            for one in Indicator.objects.filter(is_retired=False)
        ]

    def column(self) -> FormColumn:
        """The column."""
        return FormColumn(**self.cleaned_data)


class ColumnsForm:
    """The columns of a version after what was pressed: one moved, taken out, or their marks kept."""

    def __init__(self, columns: tuple[FormColumn, ...], data: Any) -> None:
        self.columns, self.data = columns, data

    def changed(self) -> list[FormColumn] | None:
        """The columns as they are to stand; None where what was pressed makes no sense."""
        columns = [self._marked(column) for column in self.columns]
        verb, _colon, code = self.data.get("do", "").partition(":")
        codes = [column.code for column in columns]
        if verb == "marks":
            return columns
        if code not in codes:
            return None
        at = codes.index(code)
        match verb:
            case "up" if at > 0:
                columns[at - 1], columns[at] = columns[at], columns[at - 1]
            case "down" if at < len(columns) - 1:
                columns[at + 1], columns[at] = columns[at], columns[at + 1]
            case "remove":
                del columns[at]
            case _:
                return None
        return columns

    def _marked(self, column: FormColumn) -> FormColumn:
        required = column.code in self.data.getlist("is_required")
        return column._replace(is_required=required, is_locked=column.code in self.data.getlist("is_locked"))
