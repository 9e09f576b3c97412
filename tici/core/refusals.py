"""How the product says no: in whole sentences, with the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django import forms
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Refusal:
    """One reason, worded for the person who asked: what is wrong, then what to do."""

    code: str  # stable, for tests and logs: "project.permit_no"
    message: str | _StrPromise
    field: str | None = None  # the form field it belongs beside


class Refused(Exception):
    """Raised by an action that did nothing; carries every reason, not only the first."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals

    @property
    def sentence(self) -> str:
        """All reasons as one text, for places without a form."""
        return "".join(str(refusal.message) for refusal in self.refusals)

    def show_on(self, form: forms.Form) -> None:
        """Put each reason beside the field it belongs to."""
        for refusal in self.refusals:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))


def settled(form: Any, do: Callable[[], object]) -> bool:
    """Whether the form was in order and the action was done; what was refused stands on the form."""
    if not form.is_valid():
        return False
    try:
        do()
    except Refused as refused:
        refused.show_on(form)
        return False
    return True
