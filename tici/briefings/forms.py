"""What a clerk says of a briefing before it is made."""

from __future__ import annotations

from typing import Any

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

    def clean(self) -> dict[str, Any]:
        """Ask for no answer before the document is dated."""
        said: dict[str, Any] = super().clean() or {}
        dated_on, answer_by = said.get("dated_on"), said.get("answer_by")
        if dated_on and answer_by and answer_by < dated_on:
            self.add_error("answer_by", _("期限早于成文日期。请填成文日期之后的日期，或改成文日期。"))
        return said
