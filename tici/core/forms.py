"""Fields of forms that every room shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet


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
