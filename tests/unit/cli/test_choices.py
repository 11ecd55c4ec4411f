"""A choice that there is not is refused, and not taken for one that nothing fits."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from cli.main import app


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("loads --state aplied", "'aplied' is not one of 'publishing', 'published', 'applied', 'failed'"),
        ("rejects list --state opened", "'opened' is not one of 'open', 'resolved', 'all'"),
        ("rejects list --model models.lab --kind user", "user: one of users, compounds, experiments"),
        ("rejects export x --code bad", "'bad' is not one of 'empty', "),
        ("worker --log-level loud", "loud: one of debug, info"),
    ],
)
def test_the_choices_are_told(command: str, told: str) -> None:
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 2
    assert told in done.output
