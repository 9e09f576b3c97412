"""The drop box when things go wrong at once: a connection that is cut, two people at the same file."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

from tests import make
from tests.desk import dropping
from tici.core.models import Job, Record, Upload
from tici.core.refusals import Refused
from tici.core.uploads import path_of
from tici.desk.actions.acceptances import Choice, accept_file
from tici.desk.actions.many import start_accepting
from tici.desk.models import Acceptance, DroppedFile
from tici.projects.models import Project
from tici.returns.actions import accept_filing
from tici.returns.models import Entry, Filing, Vintage

pytestmark = pytest.mark.django_db(transaction=True)
BOUNDARY = "----month"
TOLD = "本月已经审核过了，可能是同事刚刚办理。请刷新页面查看。"


@pytest.fixture(autouse=True)
def uploads_of_our_own(settings, tmp_path):
    """Folders of this test's own, of files on their way and of those kept: other tests receive at the same time."""
    settings.FILE_UPLOAD_TEMP_DIR, settings.TICI_DATA = str(tmp_path), tmp_path / "data"


def upload_of(data: bytes, token: str) -> bytes:
    """The body of a form with one file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n',
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="month"\r\n\r\n2021-11\r\n',
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="november.xlsx"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n",
    ]
    return "".join(parts).encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def head_of(length: int, cookies: dict[str, str], address: str) -> bytes:
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    lines = [
        "POST /drop/ HTTP/1.1", f"Host: {address}", f"Cookie: {said}", f"Origin: http://{address}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {length}",
        "Accept: application/json", "Connection: close",
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def sent(address: str, data: bytes) -> bytes:
    """Send bytes, say that no more will come, and hear what is answered until the other side hangs up."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := line.recv(65536):
            heard += piece
    return heard


def kept_files() -> set[Path]:
    """Every file kept, and every one on its way."""
    folders = [(settings.TICI_DATA, "*"), (Path(settings.FILE_UPLOAD_TEMP_DIR), "*.upload*")]
    return {path for folder, names in folders for path in folder.rglob(names) if path.is_file()}


@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_connection_cut_in_the_middle_of_a_file_leaves_nothing_behind(client, live_server, reporter, share):
    client.force_login(reporter)
    client.get("/drop/?month=2021-11")
    cookies = {name: client.cookies[name].value for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)}
    address = urlsplit(live_server.url).netloc
    data = random.Random(11).randbytes(4 * 2**20)  # more than is kept in memory
    body = upload_of(data, cookies[settings.CSRF_COOKIE_NAME])
    head = head_of(len(body), cookies, address)
    before = kept_files()

    sent(address, head + body[: int(len(body) * share)])

    assert (DroppedFile.objects.count(), Upload.objects.count(), Job.objects.count()) == (0, 0, 0)
    assert kept_files() == before
    assert sent(address, head + body).startswith(b"HTTP/1.1 200 ")
    file = DroppedFile.objects.get()
    assert path_of(file.upload.digest).read_bytes() == data


def test_of_files_sent_as_one_form_those_before_the_cut_are_received_whole(client, live_server, reporter):
    client.force_login(reporter)
    client.get("/drop/?month=2021-11")
    cookies = {name: client.cookies[name].value for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)}
    address = urlsplit(live_server.url).netloc
    first, second = dropping.workbook(), dropping.workbook(dropping.ROWS[:1])
    token = cookies[settings.CSRF_COOKIE_NAME]
    body = upload_of(first, token).removesuffix(b"--\r\n") + upload_of(second, token)[2 + len(BOUNDARY) :]

    sent(address, head_of(len(body), cookies, address) + body[:-1000])

    assert [file.upload.size for file in DroppedFile.objects.select_related("upload")] == [len(first)]


def both(one: Callable[[], object], other: Callable[[], object]) -> list[object]:
    """Do two things at the same moment, each on a connection of its own; what came of each, or why it was refused."""
    start = threading.Barrier(2)
    came: list[object] = [None, None]

    def do(place: int, act: Callable[[], object]) -> None:
        start.wait(timeout=20)
        try:
            came[place] = act()
        except Refused as refused:
            came[place] = refused.sentence
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate((one, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


@pytest.mark.parametrize("_time", range(3))
def test_of_two_people_accepting_a_file_at_once_one_takes_it_in_and_the_other_is_told(reporter, _time):
    file = dropping.drop(dropping.workbook(), by=reporter)
    people = [reporter, make.person(place=dropping.county().parent)]

    came = both(*(partial(accept_file, file=file, choice=Choice(), by=person, at=make.NOW) for person in people))

    done = Acceptance.objects.get()
    assert done in came
    came.remove(done)
    assert came == [f"“正定县11月调度表.xlsx”已由{done.accepted_by}接收，没有重复接收。"]
    assert (Project.objects.count(), Entry.objects.count(), Vintage.objects.count()) == (3, 3, 1)
    assert Record.objects.filter(what="drop.accepted").count() == 1


@pytest.mark.parametrize("_time", range(3))
def test_of_two_people_accepting_two_files_of_one_county_at_once_nothing_comes_twice(reporter, _time):
    files = [
        dropping.drop(dropping.workbook(), by=reporter),
        dropping.drop(dropping.workbook(dropping.with_change(r0c5=410)), by=reporter, name="更正.xlsx"),
    ]

    came = both(*(partial(accept_file, file=file, choice=Choice(), by=reporter, at=make.NOW) for file in files))

    assert sorted(isinstance(one, Acceptance) for one in came) == [False, True]
    told = next(one for one in came if isinstance(one, str))
    assert told == "您查看之后，登记册又有变动，涉及本文件3行。已重新比对，请看过后再接收。"
    assert (Project.objects.count(), Entry.objects.count()) == (3, 3)


@pytest.mark.parametrize("_time", range(3))
def test_of_two_people_accepting_a_filing_at_once_one_accepts_it_and_the_other_is_told(reporter, _time):
    accept_file(file=dropping.drop(dropping.workbook(), by=reporter), choice=Choice(), by=reporter, at=make.NOW)
    filing = Filing.objects.get(place=reporter.place)
    people = [make.person(place=dropping.county().parent) for _one in range(2)]

    came = both(*(partial(accept_filing, filing=filing, by=by, at=make.NOW, reason="已核对") for by in people))

    assert filing in came
    came.remove(filing)
    assert came == [TOLD]
    assert Record.objects.filter(what="return.accepted").count() == 1
    filing.refresh_from_db()
    assert filing.state == "accepted"


def test_the_same_form_sent_twice_at_once_starts_one_job(reporter):
    file = dropping.drop(dropping.workbook(), by=reporter)
    start = partial(start_accepting, files=[file], month=make.NOVEMBER, by=reporter, at=make.NOW)

    came = both(start, start)

    assert "所选文件正在接收，没有重复开始。" in came
    assert Job.objects.filter(kind="desk.accept_files").count() == 1
