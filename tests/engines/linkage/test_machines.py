"""A register held by other machines: processes that speak over sockets and share nothing else."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engines.linkage import generated
from tici.engines.linkage import Settings, match
from tici.engines.linkage.machines import KEY, LostMachine, match_machines

ROOT = Path(__file__).resolve().parents[3]
SECRET = b"example secret"
SETTINGS = Settings(rows_at_once=400)


@contextmanager
def machine(secret=SECRET):
    environment = os.environ | {KEY: secret.decode(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tici.engines.linkage.machines", "127.0.0.1:0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_machines_together_find_what_one_finds():
    lists = generated()
    thirds = [lists.register[part::3] for part in range(3)]

    with machine() as one, machine() as other:
        found = match_machines(lists.records, thirds, [one, other], SETTINGS, key=SECRET)

    whole = match(lists.records, lists.register, SETTINGS)
    assert found.results.equals(whole.results)
    assert found.cuts == whole.cuts


def test_who_does_not_know_the_secret_is_hung_up_on():
    lists = generated()

    with machine(b"another") as one, pytest.raises(LostMachine, match=re.escape(one)):
        match_machines(lists.records, [lists.register], [one], SETTINGS, key=SECRET)


def test_a_machine_that_is_not_there_is_named():
    lists = generated()

    with pytest.raises(LostMachine, match=r"127\.0\.0\.1:9"):
        match_machines(lists.records, [lists.register], ["127.0.0.1:9"], SETTINGS, key=SECRET)
