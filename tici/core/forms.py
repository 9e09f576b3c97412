"""Fields of forms that every room shares."""

from __future__ import annotations

from django import forms


class DayInput(forms.DateInput):
    """A day picked in the browser's own calendar; the browser takes and gives it as 2021-11-30 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
