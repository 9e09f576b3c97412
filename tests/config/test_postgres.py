"""Our own PostgreSQL, started for real: what a restart, a stranger, a killing or another account does to it."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Thread

import psutil
import psycopg
import pytest

from tici.config import postgres, processes
from tici.config.postgres import Cluster
from tici.config.stops import Stop

from .conftest import ask, cluster_at

ROOT = Path(__file__).parents[2]
NAME_A_STRANGER = "{number}\n{data}\n{began}\n5432\n{sockets}\n\n  5432001         0\nready\n"
KEEPER = """
import sys, time
from pathlib import Path
from tests.config.conftest import cluster_at
server = cluster_at(Path(sys.argv[1])).start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


def name_in_pid_file(cluster: Cluster, number: int) -> None:
    words = NAME_A_STRANGER.format(number=number, data=cluster.data, began=int(time.time()), sockets=cluster.sockets)
    (cluster.data / "postmaster.pid").write_text(words, encoding="utf-8")


@contextmanager
def keeper_of(cluster: Cluster) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """Another process that keeps the server, and the server."""
    words = [sys.executable, "-c", KEEPER, str(cluster.data.parent)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as keeper:
        try:
            yield keeper, psutil.Process(int(keeper.stdout.readline()))
        finally:
            keeper.kill()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_cluster_is_made_served_and_stopped(tmp_path, start):
    cluster = cluster_at(tmp_path)

    server = start(cluster)

    assert ask(cluster, "select current_user") == "tici"
    assert cluster.is_ready()
    server.stop()
    assert (cluster.status(), processes.postmaster_of(cluster.data)) == ("", None)


def test_the_role_of_the_pages_is_no_superuser(cluster, start):
    start(cluster)

    assert ask(cluster, "select rolsuper from pg_roles where rolname = current_user") is False


def test_a_making_cut_off_half_way_is_begun_anew(tmp_path, start):
    cluster = cluster_at(tmp_path)
    half = tmp_path / "postgresql.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")

    start(cluster)

    assert ask(cluster, "select 1") == 1


def test_folders_above_the_data_keep_their_mode(tmp_path, start):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "tici").mkdir(mode=0o711)

    start(cluster_at(home / "tici"))

    assert [mode(tmp_path), mode(home), mode(home / "tici")] == [0o700, 0o700, 0o711]
    assert mode(home / "tici" / "postgresql") == mode(home / "tici" / "socket") == 0o700


def test_a_path_too_long_for_a_socket_gets_a_short_closed_folder(tmp_path, start):
    cluster = cluster_at(tmp_path / ("long" * 20) / ("path" * 20))

    start(cluster)

    assert ask(cluster, "select 1") == 1
    assert len(os.fsencode(cluster.sockets)) < 90
    assert mode(cluster.sockets) == 0o700


def test_a_pid_file_that_names_a_living_stranger_is_not_believed(cluster, start):
    name_in_pid_file(cluster, os.getpid())

    assert not cluster.is_ready()
    start(cluster)

    assert ask(cluster, "select 1") == 1


def test_a_pid_file_that_names_somebody_elses_server_is_not_believed(cluster, tmp_path, start):
    other = start(cluster_at(tmp_path / "other"))
    name_in_pid_file(cluster, other.process.pid)

    assert not cluster.is_ready()
    start(cluster)

    assert ask(cluster, "select 1") == 1
    assert other.process.poll() is None


def test_a_killed_server_nobody_has_reaped_is_not_taken_for_a_living_one(cluster, start):
    dead = subprocess.Popen(["/bin/sleep", "0"])
    while psutil.Process(dead.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    name_in_pid_file(cluster, dead.pid)

    start(cluster)

    assert ask(cluster, "select 1") == 1
    dead.wait()


def test_what_was_acknowledged_is_there_after_the_server_was_killed(cluster, start):
    server = start(cluster)
    with psycopg.connect(postgres.url(cluster.sockets), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    for process in [*psutil.Process(server.process.pid).children(), psutil.Process(server.process.pid)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.process.wait()
    server.lock.close()

    start(cluster)

    assert ask(cluster, "select count(*) from kept") == 1000


def test_the_server_ends_when_its_keeper_is_killed_and_the_next_start_waits_for_it(cluster, start):
    with keeper_of(cluster) as (keeper, server):
        keeper.kill()
        keeper.wait()

        start(cluster)

        assert ask(cluster, "select 1") == 1
        assert not processes.works_in(server, cluster.data)


def test_a_second_start_on_the_same_data_is_told_so(cluster):
    with keeper_of(cluster) as (_keeper, server):
        with pytest.raises(Stop, match="already runs"):
            cluster.start()

        assert processes.postmaster_of(cluster.data) == server


def test_two_starts_at_once_make_one_server(cluster, start):
    outcomes = Queue()

    def try_to_start() -> None:
        try:
            outcomes.put(start(cluster))
        except Stop as stop:
            outcomes.put(str(stop))

    threads = [Thread(target=try_to_start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first, second = sorted([outcomes.get(), outcomes.get()], key=lambda outcome: isinstance(outcome, str))
    assert first.process.pid == processes.postmaster_of(cluster.data).pid
    assert "already runs" in second


def test_data_of_another_version_is_left_alone(cluster):
    (cluster.data / "PG_VERSION").write_text("9\n", encoding="ascii")

    with pytest.raises(Stop, match="written by PostgreSQL 9"):
        cluster.start()


def test_a_server_that_cannot_start_says_why(cluster):
    (cluster.data / "global" / "pg_control").unlink()

    with pytest.raises(Stop, match="pg_control"):
        cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another account")
def test_another_account_of_the_machine_does_not_come_in(cluster, start):
    start(cluster)
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({str(cluster.sockets / '.s.PGSQL.5432')!r})"
    other = pwd.getpwnam("nobody")

    tried = subprocess.run(
        ["/usr/bin/python3", "-c", connect], user=other.pw_uid, group=other.pw_gid, capture_output=True, text=True
    )

    assert "PermissionError" in tried.stderr


def test_an_account_let_through_to_the_socket_is_still_refused_by_the_server(cluster, start):
    """The folder is one wall; that the server asks the kernel who is calling is the other."""
    start(cluster)

    with pytest.raises(psycopg.OperationalError, match=r"[Pp]eer authentication failed"):
        psycopg.connect(postgres.url(cluster.sockets, role="somebody"))
