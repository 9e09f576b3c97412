"""What is typed into the pages of the project month: reasons, answers, and the month to open."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.engines.periods import Month


class SendBackForm(forms.Form):
    """Why a filing is sent back."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写清哪个项目、哪一栏、为什么，填报员凭此更正。"),
    )  # fmt: skip


class AcceptForm(forms.Form):
    """Why a filing passes although something is not explained."""

    reason = forms.CharField(
        label=_("通过的理由"), max_length=400, required=False, help_text=_("有审核提示没有说明时须填写。")
    )


class UnlockForm(forms.Form):
    """Why a filing is unlocked."""

    reason = forms.CharField(label=_("解锁原因"), max_length=400)


class AnswerForm(forms.Form):
    """What the reporter says to a finding."""

    answer = forms.CharField(label=_("说明"), max_length=400)


class MonthForm(forms.Form):
    """A month written as 2021-11."""

    month = forms.CharField(label=_("月份"), max_length=7)

    def clean_month(self) -> Month:
        """The month, or what to write instead."""
        try:
            return Month.parse(self.cleaned_data["month"])
        except ValueError:
            raise forms.ValidationError(_("月份写作“2021-11”的样子。请重新填写。")) from None
