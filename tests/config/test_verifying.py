"""The chained record, checked from the command line, with anchors kept outside the database."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import make
from tici.config import verifying
from tici.core.audit import record
from tici.core.verification import anchors_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(tmp_path, settings):
    settings.TICI_DATA = tmp_path
    place = make.place()
    for what in ("place.created", "place.changed"):
        record(what, subject=place, by="tici", at=make.NOW)


def test_a_whole_record_is_anchored(records, capsys):
    assert verifying.verify(at=make.NOW) == 0

    assert capsys.readouterr().out == "2 records and 0 uploads checked, 0 not as written.\n"
    assert len(anchors_file().read_text(encoding="ascii").splitlines()) == 1


def test_a_record_cut_off_at_the_end_shows(records, capsys):
    verifying.verify(at=make.NOW)
    with connection.cursor() as cursor:
        cursor.execute("alter table core_record disable trigger user")
        cursor.execute("delete from core_record where id = (select max(id) from core_record)")
        cursor.execute("alter table core_record enable trigger user")

    assert verifying.verify(at=make.NOW) == 1

    assert "记录被截断或改写" in capsys.readouterr().out
