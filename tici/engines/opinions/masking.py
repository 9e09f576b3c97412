"""What tells who a person is: proposed spans, which a person confirms, and the text without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "child", "phone", "email", "identity", "plate", "house", "class"]


@dataclass(frozen=True)
class Span:
    """A stretch of a text that tells who somebody is."""

    start: int
    end: int
    kind: Kind
    text: str


def spans(text: str, *, use_model: bool = True) -> tuple[Span, ...]:
    """Return what should be masked, in order and without overlaps."""
    raise NotImplementedError


def mask(text: str, found: Iterable[Span]) -> str:
    """Return a text with its spans replaced; it never grows."""
    raise NotImplementedError
