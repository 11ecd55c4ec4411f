from __future__ import annotations

import pytest

from tests.unit.cli.test_imports import imported_by


@pytest.mark.parametrize("module", ["producers.csv", "streams.app"])
def test_pandas_is_left_alone_where_it_is_installed(module: str) -> None:
    pytest.importorskip("pandas")
    found = imported_by(module)
    assert "pyarrow" in found
    assert "pandas" not in found
