from __future__ import annotations

import pytest

from models.errors import DatabaseUnreachableError
from models.exit_codes import ExitCode
from models.fixed_form import ended


def test_ctrl_c_ends_a_command_with_a_line_and_130(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> ExitCode:
        raise KeyboardInterrupt

    assert ended("streams.audit", interrupted, "audit: ") == 130
    assert capsys.readouterr().err == "audit: interrupted\n"


def test_an_error_is_one_line_and_the_number_of_the_fixed_form(capsys: pytest.CaptureFixture[str]) -> None:
    def away() -> ExitCode:
        raise DatabaseUnreachableError("Postgres does not answer")

    assert ended("streams.report", away, "report: ") == 3
    assert capsys.readouterr().err == "report: Postgres does not answer\n"


def test_what_the_body_came_to_is_passed_on() -> None:
    assert ended("streams.audit", lambda: ExitCode.PARTLY) == 1
