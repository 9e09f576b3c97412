"""Fields of forms that every room shares."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1949, 10, 1)
YEARS_AHEAD = 30  # as far as a plan, a term or a certificate reaches


class FactsForm(forms.ModelForm):
    """Facts as a person types them, saved by an action: its refusals say what a constraint forbids, and the way out.

    The page keeps what it showed beside what is typed. So only what the person changed is saved, and what somebody
    else changed meanwhile is asked about, once.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = lambda exclude=None: None
        for field in self.fields.values():
            field.show_hidden_initial = self.instance.pk is not None

    def changed(self) -> set[str]:
        """The fields in which something else was typed than the page showed; all of them where it kept nothing."""
        return {name for name in self.fields if not self._was_kept(name) or name in self.changed_data}

    def clean(self) -> dict[str, Any] | None:
        for name in filter(self._was_kept, self.changed_data):
            now, field = self.get_initial_for_field(self.fields[name], name), self[name]
            if isinstance(now, str):  # as it is shown: 1680, where 1680.0000 is kept
                now = field.field.to_python(now)
            shown = self.data[field.html_initial_name]
            if field.field.has_changed(_plain(now), _plain(shown)) and field.field.has_changed(now, field.data):
                data = cast("QueryDict", self.data).copy()
                data[field.html_initial_name] = field.field.prepare_value(now)  # so that it is asked once
                self.data = data
                said = "—" if now in (None, "") else str(field.field.prepare_value(now))
                self.add_error(
                    name,
                    _("打开本页后，此项已由他人改为“%(now)s”。请核对；仍按所填的保存，请再保存一次。") % {"now": said},
                )
        return super().clean()

    def _was_kept(self, name: str) -> bool:
        return self.fields[name].show_hidden_initial and self[name].html_initial_name in self.data


def _plain(value: Any) -> Any:
    """A text with its lines broken as the database keeps them; a browser sends them broken otherwise."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


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
