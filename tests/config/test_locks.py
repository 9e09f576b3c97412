"""The locks hold what pyproject.toml asks for, each file with its digest, from no particular address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-uv.lock", "frontend/node.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, str]:
    """Each locked package with its version."""
    words = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", words, re.MULTILINE))


def names(asked: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9.-]+", one)[0].lower() for one in asked}


def test_every_package_asked_for_is_locked():
    asked = PROJECT["project"]["dependencies"]

    assert names(asked) - set(locked("requirements.lock")) == set()
    assert names(asked + PROJECT["dependency-groups"]["dev"]) - set(locked("requirements-test.lock")) == set()


def test_what_is_tested_is_what_is_served():
    tested = locked("requirements-test.lock")

    assert {name: tested.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_digests_and_no_address(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())

    assert [block for block in blocks if "--hash=sha256:" not in block or "://" in block] == []
