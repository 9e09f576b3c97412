"""The record: chained by digest, only ever added to, and checked against anchors outside the database."""

from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction

from tests import make
from tests.make import NOW
from tici.config.verifying import verify
from tici.core.actions import anchor_record, keep_upload
from tici.core.audit import Deed, digest_of, record, record_many
from tici.core.models import Record
from tici.core.uploads import path_of
from tici.core.verification import anchors_file, check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return tmp_path


def write(count):
    with transaction.atomic():
        return record_many(
            [
                Deed("project.moved", f"projects.project:{n}", {"stage": "planned"}, {"stage": "reserved"})
                for n in range(count)
            ],
            by="测试",
            at=NOW,
        )


def tamper(statement, *values):
    """Change the record as somebody with the database's own rights could, past its guard."""
    with connection.cursor() as cursor:
        cursor.execute("alter table core_record disable trigger records_are_only_added")
        cursor.execute(statement, values)
        cursor.execute("alter table core_record enable trigger records_are_only_added")


def breaks():
    return list(check().breaks)


def test_records_are_chained_each_to_the_one_before():
    rows = write(3)

    assert [row.previous for row in rows] == ["", rows[0].digest, rows[1].digest]
    assert check().sentence == "已校验3条记录、0个原始文件，全部与写入时一致。"


def test_an_empty_record_is_whole():
    assert breaks() == []


@pytest.mark.parametrize("statement", ["update core_record set by = 'x'", "delete from core_record"])
def test_the_database_refuses_to_change_the_record(statement):
    write(1)

    with pytest.raises(DatabaseError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_record_belongs_to_its_actions_transaction(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        record_many([Deed("x.y", "z:1")], by="测试", at=NOW)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("what", "project.cancelled"),
        ("subject", "projects.project:9"),
        ("by", "somebody"),
        ("at", "2021-12-07T00:00:00Z"),
        ("old", '{"stage": "started"}'),
        ("new", '{"stage": "reserved", "more": 1}'),
    ],
)
def test_a_changed_record_is_named(column, value):
    rows = write(3)
    tamper(f"update core_record set {column} = %s where id = %s", value, rows[1].pk)

    found = breaks()

    assert len(found) == 1
    assert found[0].startswith(f"第{rows[1].pk}条记录（")


def test_a_removed_record_is_noticed_at_the_next():
    rows = write(3)
    tamper("delete from core_record where id = %s", rows[1].pk)

    assert breaks() == [f"第{rows[2].pk}条记录：它之前的记录有缺失，或是后来加入的。"]


def test_a_record_rewritten_with_a_fitting_digest_breaks_the_next():
    rows = write(2)
    rows[0].by = "somebody"
    tamper("update core_record set by = 'somebody', digest = %s where id = %s", digest_of(rows[0], ""), rows[0].pk)

    assert breaks() == [f"第{rows[1].pk}条记录：它之前的记录有缺失，或是后来加入的。"]


def test_an_end_cut_off_shows_by_the_anchor_and_by_nothing_else():
    rows = write(3)
    anchor_record(at=NOW)
    tamper("delete from core_record where id >= %s", rows[1].pk)

    assert breaks() == [
        f"2021-12-06T01:30:00+00:00校验时在册的第{rows[2].pk}条记录已不在，或已不同：记录被截断或改写。"
    ]


def test_an_anchor_holds_while_the_record_grows():
    write(2)
    anchor_record(at=NOW)
    write(2)

    assert breaks() == []


def test_a_spoilt_anchor_is_named():
    write(1)
    anchors_file().write_text("nonsense\n", encoding="utf-8")

    assert breaks() == ["锚点文件第1行不是校验时写入的样子。"]


def test_an_upload_is_kept_once_and_missed_when_it_is_gone_or_changed():
    kept = keep_upload(BytesIO(b"figures"), name="11月.xlsx", by="测试", at=NOW)
    again = keep_upload(BytesIO(b"figures"), name="copy.xlsx", by="测试", at=NOW)
    assert (again.pk, breaks()) == (kept.pk, [])

    path_of(kept.digest).write_bytes(b"Figures")
    assert breaks() == [f"第{kept.pk}个原始文件（11月.xlsx）：内容与收到时不同。"]

    path_of(kept.digest).unlink()
    assert breaks() == [f"第{kept.pk}个原始文件（11月.xlsx）：文件不在了。"]


def test_a_check_that_is_stopped_says_nothing():
    write(501)

    assert check(lambda done, total: False) is None


def test_a_check_tells_how_far_it_has_come():
    write(1001)
    told = []

    check(lambda done, total: told.append((done, total)) or True)

    assert told == [(500, 1001), (1000, 1001), (1001, 1001)]


def test_the_command_prints_breaks_and_anchors_only_what_is_whole(capsys):
    rows = write(2)

    assert verify(at=NOW) == 0
    assert capsys.readouterr().out == "2 records and 0 uploads checked, 0 not as written.\n"
    assert anchors_file().read_text(encoding="ascii").split()[1:] == [str(rows[1].pk), rows[1].digest]

    tamper("update core_record set by = 'x' where id = %s", rows[0].pk)
    assert verify(at=NOW) == 1
    assert len(anchors_file().read_text(encoding="ascii").splitlines()) == 1


def test_a_record_names_its_subject_and_its_author_by_account():
    person = make.person(place=make.place(), display_name="某局长")
    with transaction.atomic():
        row = record("person.renamed", subject=person, by=person, at=NOW, display_name=("甲", "乙"))

    assert (row.subject, row.by) == (f"accounts.person:{person.pk}", person.username)
    assert (Record.objects.get().old, Record.objects.get().new) == ({"display_name": "甲"}, {"display_name": "乙"})
