"""The same request sent more than once: groups of one template and the same slots; families of one template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tici.engines.opinions.slots import Slots


@dataclass(frozen=True)
class Grouping:
    """For each text the number of its group and of its family; numbers are those of the first text in them."""

    groups: tuple[int, ...]
    families: tuple[int, ...]


def group(texts: Sequence[str], slots: Sequence[Slots]) -> Grouping:
    """Group texts that make the same request in the same words."""
    raise NotImplementedError
