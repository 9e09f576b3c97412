"""Many rows at once: what is written by COPY is what was given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import make
from tici.core.actions import Source, keep_sources
from tici.core.copying import copy_in, copy_over
from tici.core.documents import as_json
from tici.core.models import SourceRow, Upload
from tici.projects.models import Project

pytestmark = pytest.mark.django_db
AWKWARD = (
    "quoted \"twice\" and 'once'",
    "two\nlines",
    "two\r\nlines of Windows",
    "a bare return\rwithin",
    "a\ttab",
    "back\\slash and \\N and \\.",
    "commas, semicolons; 逗号，",
    "the marks themselves \x1f \x1e \x1e\x1f",
    " blanks around ",
    "\\.",
)


def enter(*rows, fields):
    """Write projects of which only some fields are given; the others hold what a form left empty would leave."""
    others = [field for field in Project._meta.concrete_fields if not field.generated and not field.primary_key]
    copy_in(Project, fields, rows, {one.name: one.get_default() for one in others if one.name not in fields})


def test_texts_of_every_kind_come_back_as_they_were_given():
    place = make.place("藁城区", code="130109")

    enter(*((place.pk, "示例项目", text) for text in AWKWARD), fields=("place", "name", "remark"))

    assert tuple(Project.objects.order_by("pk").values_list("remark", flat=True)) == AWKWARD


def test_what_is_not_given_is_null_in_a_number_or_a_day_and_empty_in_a_text():
    place = make.place("藁城区", code="130109")

    enter((place.pk, "示例项目", "", None, None), fields=("place", "name", "remark", "investment_wan", "started_on"))

    project = Project.objects.get()
    assert (project.remark, project.investment_wan, project.started_on) == ("", None, None)


def test_a_character_the_database_refuses_is_left_out_of_texts_and_of_documents():
    upload = Upload.objects.create(digest="0" * 64, size=1, name="台账.xlsx", received_at=make.NOW, received_by="-")

    keep_sources([Source(upload.pk, "台\x00账", 4, {"name": "B\x004"})])

    row = SourceRow.objects.get()
    assert (row.sheet, row.cells) == ("台账", {"name": "B4"})


def test_rows_are_changed_by_their_number_and_others_stay():
    place = make.place("藁城区", code="130109")
    first, second = make.project(place=place), make.project(place=place)

    changed = copy_over(Project, ("investment_wan", "remark"), [(first.pk, Decimal("1200.5"), "改\n过")])

    first.refresh_from_db()
    assert (changed, first.investment_wan, first.remark) == (1, Decimal("1200.5"), "改\n过")
    assert Project.objects.get(pk=second.pk).remark == ""


def test_documents_keep_money_without_zeros_at_its_end_and_days_as_days():
    document = {"plan_wan": Decimal("1200.0000"), "on": date(2021, 11, 30), "by": ["十", None]}

    assert as_json(document) == '{"plan_wan":"1200","on":"2021-11-30","by":["十",null]}'
