"""``tici places import`` says what came of a file, line by line where it is wrong."""

import pytest

from tici.config.places import take_in
from tici.config.stops import Stop

pytestmark = pytest.mark.django_db


def test_a_tree_is_taken_in_once(capsys):
    tree = "code,name\n640100,银川市\n640104,兴庆区\n".encode()

    take_in(tree)
    take_in(tree)

    assert capsys.readouterr().out == (
        "2 places created, 0 changed, 0 as they were.\n0 places created, 0 changed, 2 as they were.\n"
    )


def test_a_wrong_file_is_refused_with_its_lines():
    with pytest.raises(Stop, match="第2行"):
        take_in("code,name\n64,银川市\n".encode())
