"""The card of an indicator as it is typed."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from tici.core.forms import FactsForm
from tici.returns.models import Aggregate, Indicator

PARTS = re.compile(r"[\n、，,；;]+")


class LinesField(forms.CharField):
    """Several words, one a line; commas part them too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A list is shown one word a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        """The words without those that stand twice."""
        words = (word.strip() for word in PARTS.split(super().clean(value)))
        return list(dict.fromkeys(word for word in words if word))


class IndicatorForm(FactsForm):
    """The card of an indicator; saved by actions, never by the form."""

    synonyms = LinesField(
        label=_("同义表头"), required=False, help_text=_("报送单位可能写的叫法，一行一个，识别工作簿时用。")
    )

    class Meta:
        model = Indicator
        fields = (
            "label", "code", "unit", "is_stock", "aggregate", "numerator", "denominator", "synonyms", "meaning",
            "alert", "measures_taken", "good", "frequency", "way", "department", "owner_post", "leader_post",
            "is_retired",
        )  # fmt: skip
        widgets = {"meaning": forms.Textarea(attrs={"rows": 3})}

    GROUPS = (
        (_("指标"), ("label", "code", "unit", "is_stock", "aggregate", "numerator", "denominator", "synonyms")),
        (_("含义与阈值"), ("meaning", "alert", "measures_taken", "good")),
        (
            _("更新与负责"),
            ("frequency", "way", "department", "owner_post", "leader_post", "is_retired"),
        ),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("英文小写，如output；定后不改。")
        self.fields["is_stock"].help_text = _("资产、人数等期末数请勾选；产值、收入等累计数不勾。")
        if not is_new:
            del self.fields["code"]
        summed = Indicator.objects.exclude(aggregate=Aggregate.RATIO)
        codes = [("", "—"), *((one.code, one.name) for one in summed)]
        for name in ("numerator", "denominator"):
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=codes, help_text=_("比率指标须写明。")
            )

    @staticmethod
    def of(indicator: Indicator | None) -> dict[str, Any]:
        """What stands on a card, to begin from."""
        return {} if indicator is None else model_to_dict(indicator)

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields as the page sets them out."""
        return [(label, [self[name] for name in names if name in self.fields]) for label, names in self.GROUPS]

    def validate_unique(self) -> None:
        """The action looks for the code, in its own transaction."""
