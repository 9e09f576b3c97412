"""What people type: an opinion on the public page, a notice at the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from altcha_django import AltchaField, AltchaMixin, AltchaWidget
from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from tici.core.forms import Day

from .models import Channel, Consent, Question, QuestionKind, Relation
from .rules import intake as rules

TOKEN = "consultation.form"
TOKEN_HOLDS_S = 2 * 24 * 60 * 60


class ManyFilesInput(forms.ClearableFileInput):
    """Files, several at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFiles(forms.FileField):
    """Several files, each taken as it is."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        several = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(one, initial) for one in several if one]


class ProofInput(AltchaWidget):
    """The challenge in a hidden field, solved by a script of our own: the vendored widget breaks our policy."""

    template_name = "consultation/public/_proof.html"


class Words(forms.CharField):
    """The opinion itself: asked for, though a file may stand in its place; the rules judge that over the whole form."""

    def validate(self, value: str) -> None:
        """Say nothing here of what is missing."""


class OpinionForm(AltchaMixin, forms.Form):
    """The public form, made from a notice's own questions. It never asks for a child's name."""

    token = forms.CharField(widget=forms.HiddenInput)
    text = Words(
        label=_("您的意见"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("请写明学校或线路，以及希望怎样改。请不要写孩子的姓名、班级。"),
    )
    files = ManyFiles(label=_("附件"), required=False, help_text=_("PDF、图片、DOCX或TXT，最多5个，每个不超过20 MB。"))  # type: ignore[assignment]
    relation = forms.ChoiceField(
        label=_("您的身份"), choices=Relation.choices, initial=Relation.UNSAID, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("怎样称呼您"), required=False, max_length=40, help_text=_("请填您本人的称呼，不要填孩子的姓名。")
    )
    contact = forms.CharField(
        label=_("联系方式"),
        required=False,
        max_length=80,
        help_text=_("手机号或邮箱，只用于答复，加密保存，到期删除。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = forms.ChoiceField(
        label=_("是否同意公开"),
        choices=Consent.choices,
        initial=Consent.MASKED,
        widget=forms.RadioSelect,
        help_text=_("公开前会隐去姓名、电话、住址等个人信息。"),
    )
    captcha = AltchaField(
        required=False,
        widget=ProofInput(challenge_mode="inline"),
        error_messages=dict.fromkeys(
            ("malformed", "invalid_signature", "invalid_solution", "expired", "replayed", "unverified"),
            _("浏览器验证已失效。您填写的内容还在，请再点一次“提交意见”。"),
        ),
    )

    def __init__(self, questions: Sequence[Question], *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        self.questions = [one for one in questions if one.kind != QuestionKind.TEXT]
        asked = {f"q{one.position}": _field_of(one) for one in self.questions}
        self.fields = {"token": self.fields["token"], **asked, **self.fields}
        texts = [one for one in questions if one.kind == QuestionKind.TEXT]
        if texts:
            self.fields["text"].label = texts[0].label
        self.fields["text"].required = bool(texts) or not self.questions

    @staticmethod
    def token_in(told: Mapping[str, Any]) -> str:
        """The token of the page a form was filled in on; empty where it is none of ours, or too old."""
        try:
            token: str = signing.loads(told.get("token", ""), salt=TOKEN, max_age=TOKEN_HOLDS_S)
        except signing.BadSignature:
            return ""
        return token

    def clean_token(self) -> str:
        if not (token := self.token_in(self.cleaned_data)):
            raise forms.ValidationError(_("页面打开太久了。您填写的内容还在，请再点一次“提交意见”。"))
        return token

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        files = [(one.name, one.size, _start_of(one)) for one in told.get("files") or []]
        facts = {"text": told.get("text", ""), "contact": told.get("contact", ""), "chosen": bool(self.answers())}
        for refusal in rules.against_sending(**facts, files=files, asks_words=self.fields["text"].required):
            self.add_error(refusal.field, str(refusal.message))
        if self.errors and files:  # a browser sends a file once; what is typed stands in the page again
            self.add_error("files", _("附件没有保留。改正其他各处后，请重新选择附件。"))
        return told

    def answers(self) -> dict[str, list[str]]:
        """Question position -> what was ticked."""
        found = {}
        for one in self.questions:
            told = self.cleaned_data.get(f"q{one.position}") or []
            if chosen := ([told] if isinstance(told, str) else list(told)):
                found[str(one.position)] = chosen
        return found

    @property
    def is_proven(self) -> bool:
        return bool(self.cleaned_data.get("captcha"))


def _field_of(question: Question) -> forms.Field:
    choices = [(one, one) for one in question.choices]
    if question.kind == QuestionKind.ONE:
        return forms.ChoiceField(label=question.label, choices=choices, required=False, widget=forms.RadioSelect)
    return forms.MultipleChoiceField(
        label=question.label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _start_of(file: Any) -> bytes:
    start: bytes = file.read(16)
    file.seek(0)
    return start


class LookUpForm(forms.Form):
    """Number and code from a receipt."""

    number = forms.CharField(label=_("受理编号"), max_length=24, help_text=_("例如 2021-000123-0"))
    code = forms.CharField(label=_("查询码"), max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class NoticeForm(forms.Form):
    """A notice: its words, its days, and what hangs on it, one thing a line."""

    title = forms.CharField(label=_("标题"), max_length=120)
    code = forms.SlugField(
        label=_("代码"), max_length=40, help_text=_("用于网址，小写字母、数字和连字符，如school-lines-2021。")
    )
    text = forms.CharField(label=_("公告正文"), widget=forms.Textarea(attrs={"rows": 12}))
    office = forms.CharField(label=_("受理单位"), max_length=80)
    opens_on = Day(label=_("开始日期"))
    closes_on = Day(label=_("截止日期"))
    period_shortened_reason = forms.CharField(
        label=_("期限不足30日的理由"),
        max_length=300,
        required=False,
        help_text=_("期限不足30日的须写明，公告中一并公布。"),
    )
    retention_months = forms.IntegerField(
        label=_("个人信息保存月数"), min_value=1, max_value=60, initial=12,
        help_text=_("截止后满此月数，提交人信息和原始件自动清除，公开文字保留。"),
    )  # fmt: skip
    questions = forms.CharField(
        label=_("问题"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一个。文字题只写问题；单选、多选写“单选｜问题｜选项1、选项2”。"),
    )
    aspects = forms.CharField(
        label=_("方面"), widget=forms.Textarea(attrs={"rows": 5}), help_text=_("一行一个，写“代码｜名称”。")
    )
    subjects = forms.CharField(
        label=_("对象"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一个，写“种类｜代码｜名称｜别名1、别名2｜经度,纬度”，后两项可不写。种类如line、school、stop、place；写了经纬度的画入意见分布图。"),
    )  # fmt: skip
    offers = forms.CharField(
        label=_("渠道"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一个，写“渠道｜地址或号码｜须注明”。渠道为web、mail、fax、letter、counter或hotline。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("变更说明"), max_length=200, required=False, help_text=_("公告已发布的，写明这次改了什么。")
    )

    def clean_questions(self) -> list[tuple[str, str, list[str]]]:
        """Each line as (label, kind, choices)."""
        kinds = {str(kind.label): kind.value for kind in QuestionKind}
        found: list[tuple[str, str, list[str]]] = []
        for words in _lines(self.cleaned_data["questions"]):
            if words[0] not in kinds:
                found.append((words[0], QuestionKind.TEXT, []))
            elif len(words) == 3 and (choices := _several(words[2])):
                found.append((words[1], kinds[words[0]], choices))
            else:
                raise forms.ValidationError(_wrong_line(words))
        return found

    def clean_aspects(self) -> list[tuple[str, str]]:
        """Each line as (code, label)."""
        return [(words[0], words[1]) for words in self._of_length("aspects", 2)]

    def clean_subjects(self) -> list[tuple[Any, ...]]:
        """Each line as (kind, code, label, aliases), and where it is if that is said."""
        found: list[tuple[Any, ...]] = []
        for words in self._of_length("subjects", 3):
            aliases, place = [*words[3:], "", ""][:2]
            place = place.replace("，", ",").replace(" ", "")
            if place and not _is_on_earth(place):
                raise forms.ValidationError(_wrong_line(words))
            found.append((words[0], words[1], words[2], _several(aliases), *([place] if place else [])))
        return found

    def clean_offers(self) -> list[tuple[str, str, str]]:
        """Each line as (channel, address, remark)."""
        found: list[tuple[str, str, str]] = []
        for words in self._of_length("offers", 1):
            if words[0] not in Channel.values:
                raise forms.ValidationError(_wrong_line(words))
            address, remark = [*words[1:], "", ""][:2]
            found.append((words[0], address, remark))
        return found

    def _of_length(self, name: str, least: int) -> list[list[str]]:
        rows = list(_lines(self.cleaned_data[name]))
        for words in rows:
            if len(words) < least or not all(words[:least]):
                raise forms.ValidationError(_wrong_line(words))
        return rows


def lines_of(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as the form shows them, one a line."""
    said = [[_joined(one) for one in row] for row in rows]
    return "\n".join("｜".join(words).rstrip("｜") for words in said)


def lines_of_questions(rows: Sequence[tuple[str, str, list[str]]]) -> str:
    """Questions as the form shows them."""
    return "\n".join(
        label if kind == QuestionKind.TEXT else f"{QuestionKind(kind).label}｜{label}｜{_joined(choices)}"
        for label, kind, choices in rows
    )


def _joined(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip():
            yield [word.strip() for word in line.replace("|", "｜").split("｜")]


def _several(words: str) -> list[str]:
    return [word.strip() for word in words.split("、") if word.strip()]


def _is_on_earth(place: str) -> bool:
    """Whether words are a longitude and a latitude."""
    try:
        longitude, latitude = map(float, place.split(","))
    except ValueError:
        return False
    return abs(longitude) <= 180 and abs(latitude) <= 90


def _wrong_line(words: Sequence[str]) -> str:
    return _("“%(line)s”写法不对。请按说明改写这一行。") % {"line": "｜".join(words)}
