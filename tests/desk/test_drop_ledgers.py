"""The counties' real workbooks, dropped as they are and taken in: the city's figures come out."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal

import pytest
from django.db.models import Sum

from tests import make
from tests.desk import dropping
from tici.desk.actions.acceptances import ChangedMeanwhile, Choice, accept_file
from tici.desk.actions.drops import answer_names
from tici.desk.actions.proposing import compare_again
from tici.desk.models import DroppedFile, MergeSuggestion, Proposal
from tici.desk.rules.matching import plain_names
from tici.engines.sheets.text import plain
from tici.projects.models import Project
from tici.returns.models import Entry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not dropping.LEDGERS.is_dir(), reason="the counties' workbooks lie beside the checkout only"),
]
STOPS = {"missing_name", "non_numeric", "unknown_place", "formula_error"}


class Truth:
    """What a perfect reader, who hands back what must be handed back, would find."""

    def __init__(self) -> None:
        held = json.loads((dropping.LEDGERS / "truth.json").read_text(encoding="utf-8"))
        self.project_of = {}
        rows: dict[str, list[tuple[dict, bool]]] = defaultdict(list)
        for book in held["workbooks"]:
            stopped = {
                (sheet["name"], error["row"])
                for sheet in book["sheets"]
                for error in sheet["errors"]
                if error["kind"] in STOPS
            }
            for sheet in book["sheets"]:
                for row in sheet["rows"]:
                    self.project_of[book["file"], sheet["name"].strip(), row["row"]] = row["project"]
                    rows[row["project"]].append((row, (sheet["name"], row["row"]) in stopped))
        self.projects = {
            project: [row for row, is_stopped in given if not is_stopped]
            for project, given in rows.items()
            if not all(is_stopped for _row, is_stopped in given)
        }

    def total(self, field: str) -> Decimal:
        """The sum of a field, each project once: the first row that gives it speaks."""
        firsts = (next((r[field] for r in rows if r.get(field) is not None), 0) for rows in self.projects.values())
        return Decimal(str(sum(firsts)))

    def is_same(self, file: DroppedFile, suggestion: MergeSuggestion) -> bool:
        """What a dispatcher who knows every project would answer."""
        here = self._project(file.name, suggestion.proposal)
        if suggestion.other is not None:
            return here == self._project(file.name, suggestion.other)
        names = {plain(row["name"]) for row in self.projects.get(here, []) if row["name"]}
        return suggestion.project is not None and plain(suggestion.project.name) in names

    def _project(self, name: str, proposal: Proposal) -> str | None:
        source = proposal.sources[0]
        return self.project_of.get((name, source["sheet"].strip(), source["row"]))


def test_all_workbooks_dropped_as_they_are_give_the_citys_projects_and_sums():
    truth, city = Truth(), dropping.a_city()
    officer = make.person(place=city)

    for path in sorted(dropping.LEDGERS.glob("*.[xc][ls][sv]*")):
        file = dropping.drop(path.read_bytes(), by=officer, name=path.name)
        assert (file.state, file.reason) == ("read", "")
        suggestions = MergeSuggestion.objects.filter(file=file).select_related("proposal", "other", "project")
        answer_names(
            file=file,
            answers=[(*plain_names(one), truth.is_same(file, one)) for one in suggestions],
            by=officer,
            at=make.NOW,
        )
        compare_again(file=file, at=make.NOW)
        assert not file.suggestions.exists()
        try:
            accept_file(file=file, choice=Choice(), by=officer, at=make.NOW)
        except ChangedMeanwhile:
            compare_again(file=file, at=make.NOW)
            accept_file(file=file, choice=Choice(), by=officer, at=make.NOW)

    assert DroppedFile.objects.filter(state="accepted").count() == 24
    assert abs(Project.objects.alive().count() - len(truth.projects)) <= 10  # of 7,100
    money = Project.objects.alive().aggregate(total=Sum("investment_wan"))["total"]
    month = Entry.objects.current(make.NOVEMBER).aggregate(total=Sum("done_month_wan"), year=Sum("done_ytd_wan"))
    assert float(money) == pytest.approx(float(truth.total("total_investment_wan")), rel=0.003)
    assert float(month["total"]) == pytest.approx(float(truth.total("done_month_wan")), rel=0.003)
    assert float(month["year"]) == pytest.approx(float(truth.total("done_ytd_wan")), rel=0.003)
