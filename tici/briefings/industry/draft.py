"""A report of industry in the making."""

from __future__ import annotations

from dataclasses import dataclass

from tici.briefings.figures import Figure
from tici.briefings.industry.standing import IndustryMonth
from tici.briefings.panels import Mover, Part
from tici.briefings.sentences.wording import Wording


@dataclass(frozen=True, kw_only=True)
class IndustryDraft(Wording):
    """A report in the making: how industry stands, and the sentences it is told in."""

    standing: IndustryMonth

    def pull(self, part: Part, axis: str) -> Figure:
        """Return how much a part pulls the whole; ``axis`` names what it is a part of, for its link."""
        return self.figure(
            "part_pull", part.pull or 0, of_what=part.place, units=part.pairs, narrow=self.narrowed(axis, part.code)
        )

    def rate(self, part: Part, axis: str) -> Figure:
        """Return a part's growth."""
        narrow = self.narrowed(axis, part.code)
        return self.figure("part_growth", part.rate or 0, of_what=part.place, units=part.pairs, narrow=narrow)

    def mover_pull(self, mover: Mover) -> Figure:
        """Return how much one firm pulls the whole."""
        narrow = self.narrowed("unit", mover.unit)
        return self.figure("part_pull", mover.pull or 0, of_what=mover.name, units=1, narrow=narrow)

    def narrowed(self, axis: str, code: str) -> dict[str, str]:
        """Return what a figure's link is to be narrowed to: the firms compared in one industry, cluster or class."""
        return {"indicator": "output", "part": "compared", axis: code}
