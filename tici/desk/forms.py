"""What people send to the drop box beside files: what to take in, answers about names, columns, place and month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.desk.actions.acceptances import Choice
from tici.desk.models import ACCEPTABLE, DroppedFile, FileSubject, MergeSuggestion, Part, ProposalState
from tici.desk.queries.columns import ColumnOf, choices
from tici.desk.rules.matching import plain_names
from tici.engines.periods import Month
from tici.places.models import Place

ACCEPTED_STATES = [(s.value, s.label) for s in ProposalState if s in ACCEPTABLE]


class AcceptForm(forms.Form):
    """Which groups of fields of which lines to take in: all that can be, those of some states, or those ticked."""

    parts = forms.MultipleChoiceField(
        label=_("内容"), choices=Part.choices, initial=list(Part.values), widget=forms.CheckboxSelectMultiple
    )
    states = forms.MultipleChoiceField(
        label=_("行"),
        choices=ACCEPTED_STATES,
        initial=[state for state, _label in ACCEPTED_STATES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_whole_month = forms.BooleanField(label=_("本文件没有的项目，本月不再沿用已报数据"), required=False)
    pk = forms.TypedMultipleChoiceField(coerce=int, required=False)
    only_ticked = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = self.data.getlist("pk") if self.is_bound else []  # type: ignore[attr-defined]
        self.fields["pk"].choices = [(pk, pk) for pk in ticked if pk.isdigit()]  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """What was chosen, as the action takes it."""
        chosen = self.cleaned_data
        return Choice(
            parts=tuple(chosen["parts"]),
            states=tuple(ACCEPTABLE if chosen["only_ticked"] else chosen["states"]),
            proposals=tuple(chosen["pk"]) if chosen["only_ticked"] else None,
            is_whole_month=chosen["is_whole_month"],
        )


class SettleForm(forms.Form):
    """For which place and month a file is."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("报送单位"))
    month = forms.TypedChoiceField(label=_("月份"), coerce=Month.parse)

    def __init__(self, *args: Any, file: DroppedFile, person: Person, **kwargs: Any) -> None:
        initial = {"place": file.place_id, "month": str(file.month)}
        super().__init__(*args, **kwargs | {"initial": initial})
        if person.place is not None:
            own = Place.objects.filter(pk=person.place.pk)
            units = Place.objects.within(person.place).county_level()
            self.fields["place"].queryset = (own | units).order_by("position", "code")  # type: ignore[attr-defined]
        months = {file.month + step for step in (-2, -1, 0, 1)}
        if file.month_read_on:
            months.add(Month.of(file.month_read_on))
        self.fields["month"].choices = [(str(m), str(m)) for m in sorted(months, reverse=True)]  # type: ignore[attr-defined]


class NamesForm(forms.Form):
    """One answer a suggestion: the same project, two projects, or nothing yet."""

    def __init__(self, *args: Any, suggestions: Iterable[MergeSuggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions = list(suggestions)

    def answers(self) -> list[tuple[str, str, bool]]:
        """What was answered: the two names as they are compared, and whether they are one project."""
        for_all = self.data.get("all", "")
        said = []
        for suggestion in self.suggestions:
            answer = for_all or self.data.get(f"answer-{suggestion.pk}", "")
            if answer in {"same", "two"}:
                said.append((*plain_names(suggestion), answer == "same"))
        return said


class ColumnsForm(forms.Form):
    """What each column of a sender's layout means; only what differs from the reading, or was asked, is remembered."""

    def __init__(self, *args: Any, columns: Sequence[ColumnOf], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        options = [("", _("不读取此列")), *choices(columns[0].subject if columns else FileSubject.PROJECTS)]
        for number, column in enumerate(columns):
            first = [option for option in options if option[0] in column.candidates]
            rest = [option for option in options if option[0] not in column.candidates]
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column.header or column.letter,
                choices=[*first, *rest],
                initial=column.field,
                required=False,
            )

    def rows(self) -> list[tuple[ColumnOf, forms.BoundField]]:
        """Each column with its field of the form."""
        return [(column, self[f"column-{number}"]) for number, column in enumerate(self.columns)]

    def meanings(self) -> list[tuple[str, str, str]]:
        """Fingerprint, header and field of what was settled."""
        return [
            (column.fingerprint, column.header, self.cleaned_data[f"column-{number}"])
            for number, column in enumerate(self.columns)
            if column.is_asked or self.cleaned_data[f"column-{number}"] != column.field
        ]
