"""What people type about accounts, turned into values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from tici.places.models import Place

from . import queries
from .models import Role

if TYPE_CHECKING:
    from .models import Person

USERNAME_RULE = _("用户名只能由汉字、字母、数字和 @ . + - _ 组成。")


def username_field(label: Any, **over: Any) -> forms.CharField:
    """A field for an account's name."""
    return forms.CharField(
        label=label, max_length=60, validators=[UnicodeUsernameValidator(message=USERNAME_RULE)], **over
    )


class SignInForm(AuthenticationForm):
    """Name and password, checked by Django and counted by axes."""

    error_messages = {
        "invalid_login": _("用户名或密码不对。请重新输入；连续输错5次将锁定15分钟。"),
        "inactive": _("该账号已停用。请联系本单位系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["username"].widget.attrs["autocomplete"] = "username"


class FirstAdministratorsForm(forms.Form):
    """The token that ./run printed, and a name for each of the three administrators."""

    token = forms.CharField(
        label=_("一次性密码"), max_length=80, help_text=_("启动时在终端中显示。"), widget=forms.TextInput
    )
    system_admin = username_field(_("系统管理员用户名"), help_text=_("管账号、地区和后台任务。"))
    security_admin = username_field(_("安全管理员用户名"), help_text=_("管授权、解锁和重置密码。"))
    audit_admin = username_field(_("审计管理员用户名"), help_text=_("查阅、导出和校验操作记录。"))

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not queries.is_first_administrator_token(token):
            raise forms.ValidationError(_("密码不对。请从启动程序的终端中复制。"))
        return token


class PersonForm(forms.Form):
    """A new account: its name, and what the person is called."""

    username = username_field(_("用户名"), help_text=_("登录时使用，开通后不能更改。"))
    display_name = forms.CharField(label=_("称呼"), max_length=60, help_text=_("如“正定县填报员”。"))


class GrantForm(forms.Form):
    """The role and place to give to a person."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    place = forms.ModelChoiceField(
        label=_("地区"),
        queryset=Place.objects.exclude(kind="township"),
        required=False,
        help_text=_("只看得到该地区及其下级的数据；管理员、企业填报员和待授权人员留空。"),
    )


class NameForm(forms.Form):
    """What a person wants to be called."""

    display_name = forms.CharField(label=_("称呼"), max_length=60)


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    old = forms.CharField(label=_("现在的密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少10个字符，不能全是数字，不能与用户名相近，也不能是常见密码。"),
    )
    again = forms.CharField(
        label=_("再输一次新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.person.check_password(old):
            raise forms.ValidationError(_("现在的密码不对。请重新输入。"))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        if new == self.cleaned_data.get("old"):
            raise forms.ValidationError(_("新密码与现在的密码相同。请换一个。"))
        password_validation.validate_password(new, self.person)
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if (new := self.cleaned_data.get("new")) and again != new:
            raise forms.ValidationError(_("两次输入的新密码不同。请重新输入。"))
        return again
