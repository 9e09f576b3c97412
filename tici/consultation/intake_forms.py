"""What the desk types in: letters and visits in words, scans and sheets as files, why somebody is looked up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import PastDay

from .actions import Sender, digest_of
from .actions.registering import TYPED, typed
from .forms import ManyFiles
from .models import Channel, Consent, Relation
from .rules.intake import media_type_of

PAPER = [Channel.LETTER, Channel.FAX, Channel.COUNTER, Channel.HOTLINE]


class TypedForm(forms.Form):
    """One opinion typed at the desk: a letter, a visit, a call."""

    channel = forms.ChoiceField(label=_("渠道"), choices=[(one.value, one.label) for one in PAPER])
    text = forms.CharField(label=_("意见原文"), widget=forms.Textarea(attrs={"rows": 7}))
    postmarked_on = PastDay(label=_("邮戳日期"), required=False, help_text=_("信函按邮戳日期判断是否逾期。"))
    name = forms.CharField(label=_("姓名"), max_length=40, required=False, help_text=_("提交人姓名，不填孩子的姓名。"))
    contact = forms.CharField(label=_("联系方式"), max_length=80, required=False)
    address = forms.CharField(label=_("地址"), max_length=120, required=False, help_text=_("只在须寄信答复时填写。"))
    relation = forms.ChoiceField(label=_("身份"), choices=Relation.choices, initial=Relation.UNSAID)
    consent = forms.ChoiceField(label=_("公开意愿"), choices=Consent.choices, initial=Consent.MASKED)
    key = forms.CharField(widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(12))  # a form sent twice

    def item(self) -> dict[str, Any]:
        """What the intake takes."""
        told = self.cleaned_data
        sender = Sender(told["name"], told["contact"], told["address"])
        content = typed(
            text=told["text"], sender=sender, relation=told["relation"], consent=told["consent"],
            wants_reply=bool(told["contact"] or told["address"]),
        )  # fmt: skip
        return {
            "channel": told["channel"], "source_key": f"desk:{told['key']}", "content": content, "name": "desk.json",
            "media_type": TYPED, "postmarked_on": told["postmarked_on"],
        }  # fmt: skip


class PaperForm(forms.Form):
    """Scans and faxes as files, each an item of its own; or the hotline's sheet, each row one."""

    channel = forms.ChoiceField(label=_("渠道"), choices=[(one.value, one.label) for one in PAPER])
    files = ManyFiles(label=_("文件"), help_text=_("PDF、TIFF、图片，每份一件；热线电话请上传xlsx表格，每行一件。"))  # type: ignore[assignment]
    postmarked_on = PastDay(label=_("邮戳日期"), required=False)

    def items(self, calls_in: Callable[[bytes], Any]) -> list[dict[str, Any]]:
        """What the intake takes: one of each file, or of each call."""
        told, found = self.cleaned_data, []
        for file in told["files"]:
            content = file.read()
            kind, digest = media_type_of(content[:16], file.name), digest_of(content)
            if told["channel"] == Channel.HOTLINE and kind == "application/zip":
                found += [_call(one, digest, file.name) for one in calls_in(content)]
            else:
                found.append(
                    {
                        "channel": told["channel"],
                        "source_key": f"scan:{digest}",
                        "content": content,
                        "name": file.name,
                        "media_type": kind,
                        "postmarked_on": told["postmarked_on"],
                    }
                )
        return found


def _call(call: Any, digest: str, name: str) -> dict[str, Any]:
    content = typed(text=call.text, sender=Sender(call.name, call.contact), wants_reply=bool(call.contact))
    sheet = digest_of(call.sheet.encode())[:16]
    return {
        "channel": Channel.HOTLINE, "source_key": f"sheet:{digest[:40]}:{sheet}:{call.row}",
        "content": content, "name": name, "media_type": TYPED, "origin": f"{name} {call.sheet} {call.row}",
    }  # fmt: skip


class RevealForm(forms.Form):
    """Why somebody wants to see who sent an opinion."""

    why = forms.CharField(label=_("查看原因"), max_length=100, help_text=_("查看会记入操作记录。"))
