"""Text from pages turned into typed facts of enterprises, clusters and platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.core.forms import Day, FactsForm, OwnChoice, PastDay
from tici.engines.periods import Month
from tici.places.models import Department, Place, Post

from .models import (
    Candidacy,
    Cluster,
    Enterprise,
    ExitReason,
    LeftAside,
    ListingBoard,
    ListKind,
    PlatformKind,
    PoolReason,
    PoolState,
    ScoringFacts,
    Sector,
    Tier,
    Window,
    YearFacts,
)
from .rules import EVIDENCE_LENGTH, AskedFact, FactKind, pool, typed_fact

FACTS = (
    "uscc", "park", "address", "industry", "products", "founded_on", "production_on", "closed_on", "is_key",
)  # fmt: skip
YEAR_FACTS = (
    "people", "revenue_wan", "main_revenue_wan", "assets_wan", "liabilities_wan", "profit_wan", "rnd_wan",
    "rnd_people",
)  # fmt: skip
ANY_DAY = _("填当月任一日。")
YES_NO = (("", _("未知")), ("true", _("是")), ("false", _("否")))


class EnterpriseForm(FactsForm):
    """The facts of an enterprise as an officer of its place types them; saved by actions, never by the form."""

    class Meta:
        model = Enterprise
        fields = FACTS
        field_classes = {name: PastDay for name in FACTS if name.endswith("_on")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uscc"].help_text = _("18位，按营业执照填写；没有可不填。")
        self.fields["industry"].help_text = _("国民经济行业分类(GB/T 4754-2017)小类代码，如2710。")

    def validate_unique(self) -> None:
        """The action looks for the code, in its own transaction."""

    def facts(self) -> dict[str, Any]:
        """What was typed anew, as the actions take it."""
        changed = self.changed()
        return {name: value for name, value in self.cleaned_data.items() if name in changed}


class IdentityForm(forms.Form):
    """Under which name and in which place an enterprise is entered."""

    name = forms.CharField(label=_("企业名称"), max_length=160)
    place = OwnChoice(label=_("县（市、区）"), queryset=Place.objects.none())

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choose_among(places)  # type: ignore[attr-defined]


class YearForm(FactsForm):
    """The facts of one year; what is left empty is not known."""

    class Meta:
        model = YearFacts
        fields = ("year", *YEAR_FACTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"] = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = format(value.normalize(), "f")  # 1200, not 1200.0000

    def validate_unique(self) -> None:
        """A year that is known already is corrected."""

    def facts(self) -> dict[str, Any]:
        """What was typed of the year, as the actions take it; what is empty says nothing of a year not shown."""
        is_shown = self.cleaned_data["year"] == self.initial["year"]
        changed = self.changed()
        typed = {name: self.cleaned_data[name] for name in YEAR_FACTS if name in changed}
        return {name: value for name, value in typed.items() if is_shown or value not in {None, ""}}


class RenameForm(forms.Form):
    name = forms.CharField(label=_("新名称"), max_length=160)
    until_on = PastDay(label=_("原名用至"))


class EnterForm(forms.Form):
    sector = forms.ChoiceField(label=_("专业"), choices=Sector.choices)
    on = Day(label=_("入库月份"), help_text=ANY_DAY)
    window = forms.ChoiceField(label=_("入库批次"), choices=Window.choices)


class LeaveForm(forms.Form):
    sector = forms.ChoiceField(label=_("专业"), choices=Sector.choices)
    on = Day(label=_("退库月份"), help_text=_("自该月起不再在库；填当月任一日。"))
    reason = forms.ChoiceField(label=_("退库原因"), choices=ExitReason.choices)

    def __init__(self, *args: Any, held: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [one for one in Sector.choices if one[0] in held]  # type: ignore[attr-defined]


class CertifyForm(forms.Form):
    tier = forms.ChoiceField(label=_("层级"), choices=Tier.choices)
    on = PastDay(label=_("认定日期"))
    until = Day(
        label=_("有效期止"),
        required=False,
        help_text=_("不再有效的第一天；不填则按该层级标准的有效期。"),
    )
    batch = forms.CharField(label=_("认定批次"), max_length=40, required=False)


class ListingForm(forms.Form):
    board = forms.ChoiceField(label=_("板块"), choices=ListingBoard.choices)
    on = PastDay(label=_("上市挂牌日期"))
    stock_code = forms.CharField(label=_("证券代码"), max_length=12, required=False)


class DelistForm(forms.Form):
    on = PastDay(label=_("退市摘牌日期"))


class PutInForm(forms.Form):
    cluster = forms.ModelChoiceField(label=_("产业集群"), queryset=Cluster.objects.none())
    node = forms.CharField(label=_("产业链环节"), max_length=40, required=False)
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, clusters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = clusters  # type: ignore[attr-defined]


class ReporterForm(forms.Form):
    username = forms.CharField(label=_("用户名"), max_length=150)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class MergeForm(forms.Form):
    kept = forms.TypedChoiceField(label=_("保留"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("依据"), max_length=200, help_text=_("如：营业执照代码相同，系更名。"))

    def __init__(self, *args: Any, pair: tuple[Enterprise, Enterprise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left, right = pair
        choices = [(left.pk, _("左边的一条")), (right.pk, _("右边的一条"))]
        self.fields["kept"].choices = choices  # type: ignore[attr-defined]


class PlatformForm(forms.Form):
    kind = forms.ChoiceField(label=_("平台类别"), choices=PlatformKind.choices)
    name = forms.CharField(label=_("平台名称"), max_length=120)
    on = Day(label=_("启用日期"))


class ClosePlatformForm(forms.Form):
    on = Day(label=_("停用日期"))


class ScoringFactsForm(forms.Form):
    """What the cards ask of an enterprise; what is left empty is not known. Shares are typed in percent."""

    def __init__(self, *args: Any, asked: Mapping[str, AskedFact], noted: ScoringFacts | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for code, one in asked.items():
            self.fields[code] = _field(one)
            label = _("%(fact)s的依据") % {"fact": one.name.label}
            self.fields[_evidence(code)] = forms.CharField(label=label, max_length=EVIDENCE_LENGTH, required=False)
            if noted is not None and code in noted.values:
                self.initial[code] = _shown(one, noted.values[code])
                self.initial[_evidence(code)] = noted.evidence.get(code, "")

    def pairs(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Each fact with its evidence."""
        for code in self.asked:
            yield self[code], self[_evidence(code)]

    def noted(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What was typed, as the actions take it: values and evidence by code."""
        values = {}
        for code, one in self.asked.items():
            typed = self.cleaned_data[code]
            if typed in (None, ""):
                continue
            if one.kind is FactKind.YES_NO:
                values[code] = typed == "true"
            else:
                values[code] = typed / 100 if one.name.unit == "%" else typed
        return values, {code: self.cleaned_data[_evidence(code)] for code in values}


def _evidence(code: str) -> str:
    return f"{code}_evidence"


def _field(one: AskedFact) -> forms.Field:
    label = f"{one.name.label}({one.name.unit})" if one.name.unit else one.name.label
    match one.kind:
        case FactKind.YES_NO:
            return forms.ChoiceField(label=label, choices=YES_NO, required=False)
        case FactKind.CHOICE:
            choices = [("", _("未知")), *one.name.choices.items()]
            return forms.ChoiceField(label=label, choices=choices, required=False)
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=14, decimal_places=4)


def _shown(one: AskedFact, kept: Any) -> Any:
    typed = typed_fact(one.kind, kept)
    if isinstance(typed, bool):
        return "true" if typed else "false"
    if isinstance(typed, Decimal):
        number = typed * 100 if one.name.unit == "%" else typed
        return f"{number.normalize():f}"
    return typed or ""


class MissedForm(forms.Form):
    code = forms.ChoiceField(label=_("原因"), choices=[("", _("请选择")), *PoolReason.choices])
    words = forms.CharField(label=_("原因说明"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class StepForm(forms.Form):
    """A step of a candidacy: where to, when, and why where that is asked."""

    to = forms.ChoiceField(label=_("办理为"))
    on = PastDay(label=_("日期"))
    window = forms.ChoiceField(
        label=_("申报窗口"), choices=[("", "—"), *Window.choices], required=False, help_text=_("申报时填写。")
    )
    reason_code = forms.ChoiceField(
        label=_("原因"), choices=[("", "—"), *PoolReason.choices], required=False, help_text=_("未通过、退出时选择。")
    )
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, candidacy: Candidacy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(step, PoolState(step).label) for step in pool.steps_from(candidacy.state)]
        self.fields["to"].choices = steps  # type: ignore[attr-defined]


class ChargeForm(forms.Form):
    """What blocks a candidacy, and which post and department see to it."""

    blocker = forms.CharField(label=_("卡点"), max_length=200, required=False, help_text=_("办结后清空。"))
    post = forms.ModelChoiceField(label=_("包联岗位"), queryset=Post.objects.none(), required=False)
    department = forms.ModelChoiceField(label=_("责任单位"), queryset=Department.objects.none(), required=False)
    officer = forms.CharField(label=_("联系岗位"), max_length=60, required=False, help_text=_("填岗位，不填姓名。"))

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        around = [code for code in place.path.split("/") if code]
        for name, model in (("post", Post), ("department", Department)):
            rows = model.objects.filter(place__code__in=around).select_related("place")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class MonthsForm(forms.Form):
    """Revenue and output of the last months of a firm, a row a month; what is left empty stays unknown."""

    def __init__(self, *args: Any, known: list[tuple[Month, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for month, facts in known:
            for name, label in (("revenue", _("营业收入")), ("output", _("工业总产值"))):
                standing = getattr(facts, f"{name}_wan", None)
                field = forms.DecimalField(
                    label=f"{month} {label}", max_digits=16, decimal_places=4, required=False,
                    initial=None if standing is None else standing.normalize(),
                )  # fmt: skip
                self.fields[f"{name}-{month}"] = field

    def lines(self) -> list[tuple[Month, forms.BoundField, forms.BoundField]]:
        """The fields by month."""
        return [(month, self[f"revenue-{month}"], self[f"output-{month}"]) for month, _facts in self.known]

    def given(self) -> dict[Month, tuple[Decimal | None, Decimal | None]]:
        """The months that hold anything, or held it before."""
        data = self.cleaned_data
        told = {month: (data[f"revenue-{month}"], data[f"output-{month}"]) for month, _facts in self.known}
        return {month: told[month] for month, facts in self.known if facts is not None or told[month] != (None, None)}


class WindowForm(forms.Form):
    """A window as the statistics office's notice says."""

    place = forms.ModelChoiceField(label=_("地区"), queryset=Place.objects.none(), empty_label=None)
    window = forms.ChoiceField(label=_("入库批次"), choices=Window.choices)
    closes_on = Day(label=_("截止日期"))
    through = Day(label=_("据以审核的月份"), help_text=_("该月累计数据作为审核依据；填当月任一日。"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("通知名称或文号。"))

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean_through(self) -> Month:
        return Month.of(self.cleaned_data["through"])


class ForgetWindowForm(forms.Form):
    """The closing day of a window, typed again before it goes."""

    typed = forms.CharField(label=_("照写截止日期以确认"), max_length=20)

    def __init__(self, *args: Any, closes_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = closes_on.isoformat()
        self.fields["typed"].help_text = _("照写“%(day)s”。") % {"day": self.wanted}

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed != self.wanted:
            raise forms.ValidationError(
                _("与这个窗口的截止日期不一致，没有删除。请照写“%(day)s”。") % {"day": self.wanted}
            )
        return typed


class OfficeListForm(forms.Form):
    """A list of another office as it is handed in."""

    kind = forms.ChoiceField(label=_("来源"), choices=ListKind)
    place = forms.ModelChoiceField(
        label=_("地区"), queryset=Place.objects.none(), help_text=_("只与这个地区台账里的企业匹配。")
    )
    year = forms.IntegerField(label=_("数据年度"), min_value=2000, max_value=2100)
    through = forms.IntegerField(
        label=_("截至月份"), min_value=1, max_value=12, initial=12, help_text=_("金额为当年1月至该月累计；全年填12。")
    )
    file = forms.FileField(label=_("名单文件"), help_text=_("xlsx、xls或csv，表头和列序不限。"), allow_empty_file=True)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """Which firm of the register a row of a list is; its number in the register, or 0 for none."""

    enterprise = forms.IntegerField(label=_("台账企业"), min_value=0)
    reason = forms.CharField(label=_("依据"), max_length=200, required=False)
    also = forms.BooleanField(label=_("名单上同一家的其他未核对行一并核对"), required=False)


class ListedPlaceForm(forms.Form):
    """In which county a firm known from a list alone is entered."""

    place = forms.ModelChoiceField(label=_("县（市、区）"), queryset=Place.objects.none())

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class LeftAsideForm(forms.Form):
    """Why a row over the line is not put into the pool."""

    reason = forms.ChoiceField(label=_("不列入原因"), choices=LeftAside)
    words = forms.CharField(label=_("说明"), max_length=200, required=False)


class RemoveListForm(forms.Form):
    """The name of a list, typed again before it goes, and why it goes."""

    typed = forms.CharField(label=_("照原样输入文件名"), max_length=255)
    reason = forms.CharField(label=_("移除原因"), max_length=200)
