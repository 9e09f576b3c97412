import os
from pathlib import Path

import pytest

from tici.briefings import fonts


@pytest.fixture(scope="session")
def faces() -> fonts.Faces:
    """The faces that ./run fetched; fetched now if they are not there yet."""
    folder = Path(os.environ.get("TICI_DATA", Path(__file__).parents[2] / "var")) / "fonts"
    try:
        fonts.fetch(folder)
        return fonts.faces(folder)
    except fonts.NoFaces as fault:
        pytest.skip(str(fault))
