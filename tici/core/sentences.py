"""What the fields of every form say of what was typed: what is wrong, then the way out, where Django stops halfway."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

CHOOSE = _("未选择。请选择一项。")
NO_SUCH_CHOICE = _("没有这个选项，或已不可选。请从列表中重新选择。")
NO_NUMBER = _("不是数字。请只填数字，单位和说明不写在这里。")
NO_FILE = _("未选择文件。请选择要上传的文件。")

OF_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("未填写。请填写此项。")},
    forms.BooleanField: {"required": _("未勾选。请勾选此项。")},
    forms.IntegerField: {"invalid": _("不是整数。请只填整数，如12。")},
    forms.FloatField: {"invalid": NO_NUMBER},
    forms.DecimalField: {"invalid": NO_NUMBER},
    forms.DateField: {"invalid": _("日期无法识别。请按2021-11-30的样式填写。")},
    forms.TimeField: {"invalid": _("时间无法识别。请按08:30的样式填写。")},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": NO_SUCH_CHOICE},
    forms.MultipleChoiceField: {"invalid_choice": NO_SUCH_CHOICE, "invalid_list": NO_SUCH_CHOICE},
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": NO_SUCH_CHOICE},
    forms.FileField: {
        "required": NO_FILE,
        "invalid": NO_FILE,
        "missing": NO_FILE,
        "empty": _("文件是空的。请核对后重新选择文件。"),
        "max_length": _("文件名超过%(max)d个字(现有%(length)d个)。请改短文件名后重新选择。"),
    },
}

OF_VALIDATORS: dict[type[Any], Any] = {
    validators.MinLengthValidator: _("只有%(show_value)d个字，至少要%(limit_value)d个。请补充。"),
    validators.MaxLengthValidator: _("有%(show_value)d个字，最多%(limit_value)d个。请缩短。"),
    validators.MinValueValidator: _("小于%(limit_value)s。请填写不小于%(limit_value)s的数。"),
    validators.MaxValueValidator: _("大于%(limit_value)s。请填写不大于%(limit_value)s的数。"),
    validators.ProhibitNullCharactersValidator: _("含有看不见的空字符。请删去后重新填写。"),
}

OF_SLUGS = _("含有不能用的字符。请只用字母、数字、下划线和连字符。")
OF_DECIMALS: dict[str, Any] = {
    "invalid": NO_NUMBER,
    "max_digits": _("数字超过%(max)s位。请核对数值和单位。"),
    "max_decimal_places": _("小数超过%(max)s位。请四舍五入到%(max)s位小数。"),
    "max_whole_digits": _("整数部分超过%(max)s位。请核对数值和单位。"),
}


def speak() -> None:
    """Let Django's fields and validators speak these sentences, in every form of every room."""
    for field, sentences in OF_FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}
    for validator, sentence in OF_VALIDATORS.items():
        validator.message = sentence
    validators.validate_slug.message = OF_SLUGS
    validators.DecimalValidator.messages = OF_DECIMALS
