"""What is typed about units' reports: reasons, questions about a cell, the template sent back, and the seal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.engines.sheets import WORKBOOKS


class ReportSendBackForm(forms.Form):
    """Why a unit's report is sent back."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写清哪个指标、为什么，填报员凭此更正。"),
    )  # fmt: skip


class AskForm(forms.Form):
    """A question about one cell, to its reporter."""

    column = forms.ChoiceField(label=_("栏目"))
    question = forms.CharField(label=_("疑问"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: object, columns: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["column"].choices = columns  # type: ignore[attr-defined]


class CellAnswerForm(forms.Form):
    """What the reporter says to a question."""

    answer = forms.CharField(label=_("答复"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class TemplateForm(forms.Form):
    """A filled template."""

    file = forms.FileField(
        label=_("填好的模板"), widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("没有选择文件。请选择从本页下载并填好的模板。")},
    )  # fmt: skip


class OwnWorkbookForm(forms.Form):
    """A workbook of the sender's own, of any layout."""

    own = forms.FileField(
        label=_("自己的表格"), widget=forms.FileInput(attrs={"accept": ",".join(WORKBOOKS)}),
        help_text=_("不必改成模板的格式；拿不准的列和单位会问您。"),
        error_messages={"required": _("没有选择文件。请选择要上传的表格。")},
    )  # fmt: skip


class UploadReasonForm(forms.Form):
    """Why what stands in a template replaces what was filed before."""

    reason = forms.CharField(
        label=_("更正说明"), max_length=400, required=False, help_text=_("封账后更正须填写，两版都会保留。")
    )


class SealForm(forms.Form):
    """The month typed again, so that nobody closes one by a slip."""

    as_they_are = forms.BooleanField(label=_("所列单位照此封账"), required=False)
    confirmation = forms.CharField(label=_("请照写月份以确认"), max_length=20)

    def __init__(self, *args: object, wanted: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.wanted = wanted
        self.fields["confirmation"].help_text = _("照写“%(month)s”。") % {"month": wanted}

    def clean_confirmation(self) -> str:
        """The month as written on the page."""
        typed: str = self.cleaned_data["confirmation"].strip()
        if typed != self.wanted:
            raise forms.ValidationError(
                _("与要封账的月份不一致，没有封账。请照写“%(month)s”。") % {"month": self.wanted}
            )
        return typed
