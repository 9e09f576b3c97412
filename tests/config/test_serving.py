"""What serving refuses before it starts anything, and who may be asked for by which name."""

from __future__ import annotations

import socket

import pytest

from tici.config import serving
from tici.config.serving import Wish
from tici.config.stops import Stop


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.1.2.3", "tici.example.gov.cn"])
def test_debugging_is_refused_where_others_can_reach_it(host):
    with pytest.raises(Stop, match="does not run with debugging"):
        serving.serve(Wish(host=host, is_debugging=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_debugging_is_open_on_this_machine(host):
    serving.refuse_debugging_in_public(Wish(host=host, is_debugging=True))


def test_a_taken_port_gets_a_sentence_before_anything_is_started():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(Stop, match="Choose another with --port"):
            serving.serve(Wish(port=other.getsockname()[1]))


def test_only_the_names_of_this_machine_are_answered():
    assert serving.own_names("127.0.0.1") == {"localhost", "127.0.0.1", "[::1]"}
    assert "10.1.2.3" in serving.own_names("10.1.2.3")
    assert serving.own_names("0.0.0.0") >= {"localhost", socket.gethostname()}
    assert "0.0.0.0" not in serving.own_names("0.0.0.0")
