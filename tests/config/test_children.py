"""What we start ends with us, also when we are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tici.config.children import Child, Family
from tici.config.stops import Stop

ROOT = Path(__file__).parents[2]
STARTER = """
import sys, time
from pathlib import Path
from tici.config.children import Child
child = Child("sleeper", ("/bin/sleep", "600"), Path(sys.argv[1]) / "sleeper.log")
child.start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_when_its_starter_is_killed(tmp_path):
    words = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as starter:
        child = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
        starter.wait()

        gone, _alive = psutil.wait_procs([child], timeout=10)

    assert gone == [child] or child.status() == psutil.STATUS_ZOMBIE


def test_a_child_that_ended_is_started_again_and_given_up_when_it_ends_again_and_again(tmp_path, capsys):
    family = Family()
    family.start(Child("sleeper", ("/bin/sleep", "600"), tmp_path / "sleeper.log"))
    sleeper = family.members[0]
    for _ in range(3):
        sleeper.process.kill()
        sleeper.process.wait()
        family.look_after()
        assert not sleeper.has_ended()
    sleeper.process.kill()
    sleeper.process.wait()

    with pytest.raises(Stop, match="ended 4 times within a minute"):
        family.look_after()

    assert capsys.readouterr().out == "The sleeper ended unasked and is started again.\n" * 3
    family.stop()
