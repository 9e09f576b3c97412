"""Fields of forms that every room shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1949, 10, 1)
YEARS_AHEAD = 30  # as far as a plan, a term or a certificate reaches


class FactsForm(forms.ModelForm):
    """Facts as a person types them, saved by an action: its refusals say what a constraint forbids, and the way out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = lambda exclude=None: None


class OwnChoice(forms.ModelChoiceField):
    """A choice among rows that depend on the person; the only one there is stands chosen."""

    def choose_among(self, rows: QuerySet[Any]) -> None:
        """Offer some rows."""
        self.queryset = rows
        only = list(rows[:2])
        self.initial = only[0] if len(only) == 1 else None


class DayInput(forms.DateInput):
    """A day picked in the browser's own calendar; the browser takes and gives it as 2021-11-30 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Day(forms.DateField):
    """A day that may lie ahead, as a plan or a deadline does, but not in a year that can only be a slip."""

    widget = DayInput
    default_error_messages = {
        "far_past": _("日期早于1949年10月1日。请核对年份。"),
        "far_ahead": _("日期在30年之后。请核对年份。"),
        "future": _("日期在今天之后。请填写已发生的日期。"),
    }

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and (slip := self.slip(value, timezone.localdate())):
            raise forms.ValidationError(self.error_messages[slip], code=slip)

    def slip(self, day: date, today: date) -> str:
        """What is wrong with a day, by the code of its sentence; empty where nothing is."""
        if day < EARLIEST:
            return "far_past"
        return "far_ahead" if day.year > today.year + YEARS_AHEAD else ""


class PastDay(Day):
    """A day on which something has happened: today or before."""

    def slip(self, day: date, today: date) -> str:
        return "future" if day > today else super().slip(day, today)
