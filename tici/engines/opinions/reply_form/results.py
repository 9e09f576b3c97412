"""What a form says once it is read."""

from __future__ import annotations

from dataclasses import dataclass

from tici.engines.opinions.pages import PageImage


@dataclass(frozen=True, eq=False)
class FormReading:
    """A page of a form read.

    Attributes
    ----------
    ticks
        Code of each box of the page: whether it is ticked.
    scores
        Code of each box: share of ink in it.
    unsure
        Codes of boxes between empty and ticked, which a person should look at.
    areas
        Code of each question with ruled lines: the pixels of what was written there.
    """

    notice: str
    form: str
    page: int
    ticks: dict[str, bool]
    scores: dict[str, float]
    unsure: tuple[str, ...]
    areas: dict[str, PageImage]
