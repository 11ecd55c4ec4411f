import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A temporary folder directly in the system's own.

    Not pytest's tmp_path: each pytest that starts closes that one's parent folder to other users, and with it the
    data of a Postgres which runs as one because we are root.
    """
    with tempfile.TemporaryDirectory(prefix="test-of-embedded-") as folder:
        yield Path(folder).resolve()
