"""What people type about places, turned into values."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import Day

LARGEST = 20 * 1024 * 1024


class ImportForm(forms.Form):
    """A tree of places as a CSV file."""

    file = forms.FileField(
        label=_("CSV 文件"),
        help_text=_("首行为“区划代码,名称,类别,上级代码”；类别和上级代码可留空，按代码推定。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过20 MB。请分省导入。"))
        content: bytes = file.read()
        return content


class DepartmentForm(forms.Form):
    """A department to add."""

    name = forms.CharField(label=_("单位名称"), max_length=80)


class PostForm(forms.Form):
    """A leader's post to add: a title, never a name."""

    title = forms.CharField(label=_("职务"), max_length=60, help_text=_("只写职务，如“常务副县长”，不写姓名。"))


class VacateForm(forms.Form):
    """The day from which a post is vacant."""

    on = Day(label=_("空缺自"))
