"""Where a fact came from: what every page of facts says beside each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from .models import SourceRow


@dataclass(frozen=True)
class Origin:
    """Where a fact came from: a cell of a kept workbook, or someone who typed it."""

    at: datetime
    by: str
    source: SourceRow | None
    cell: str

    @property
    def url(self) -> str:
        """The cell in its surroundings; empty where the fact was typed."""
        if self.source is None:
            return ""
        here = {"sheet": self.source.sheet, "row": str(self.source.row)} | ({"cell": self.cell} if self.cell else {})
        return reverse("desk:cell", args=[self.source.upload.digest], query=here)
