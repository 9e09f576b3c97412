"""What people type about duties and visits."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person, Role
from tici.core.forms import Day, PastDay
from tici.places.models import Department, Place, Post


class AssignForm(forms.Form):
    """Who is to answer for a project, from when."""

    post = forms.ModelChoiceField(label=_("包联领导"), queryset=Post.objects.none(), empty_label=_("请选择"))
    department = forms.ModelChoiceField(
        label=_("责任单位"), queryset=Department.objects.none(), required=False, empty_label=_("暂不指定")
    )
    officer = forms.ModelChoiceField(
        label=_("包联干部"), queryset=Person.objects.none(), required=False, empty_label=_("暂不指定")
    )
    officer_title = forms.CharField(label=_("责任人(岗位)"), max_length=80, required=False)
    from_date = Day(label=_("自"))

    def __init__(self, *args: object, place: Place, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        here = Q(place__code__in=place.path.strip("/").split("/"))
        self.fields["post"].queryset = Post.objects.filter(here).select_related("place")  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(here)  # type: ignore[attr-defined]
        self.fields["officer"].queryset = Person.objects.filter(here, role=Role.DUTY_OFFICER)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """When a duty ends."""

    on = Day(label=_("结束日期(当日起不再包联)"))


class VisitForm(forms.Form):
    """What was seen on a visit."""

    visited_on = PastDay(label=_("走访日期"))
    note = forms.CharField(
        label=_("走访记录"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明进展、企业反映的问题和承诺的事项；不写个人电话。"),
    )
