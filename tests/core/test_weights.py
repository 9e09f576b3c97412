"""What a page makes a browser fetch stays within its budget."""

from __future__ import annotations

import pytest

from bench import weights


@pytest.mark.skipif(not weights.BUILT.exists(), reason="the front end is not built")
def test_files_and_pages_keep_to_their_budgets():
    assert [(name, round(weight, 1)) for name, weight, most in weights.weights() if weight > most] == []
