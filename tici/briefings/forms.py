"""What a clerk says of a briefing before it is made."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import Day


class MakeForm(forms.Form):
    """The words of a document that no register holds."""

    office = forms.CharField(label=_("发文单位"), max_length=80)
    recipients = forms.CharField(label=_("主送"), max_length=200)
    official_no = forms.CharField(
        label=_("发文字号"), max_length=60, required=False, help_text=_("例如：石重办〔2021〕12号；暂无可不填。")
    )
    dated_on = Day(label=_("成文日期"))
    answer_by = Day(label=_("整改反馈期限"), required=False)
