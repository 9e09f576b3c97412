import pytest

from tests.desk import dropping


@pytest.fixture
def reporter():
    """Who files for one county of the city."""
    dropping.a_city()
    return dropping.reporter()
