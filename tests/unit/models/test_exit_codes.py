from __future__ import annotations

import pytest

from models import errors
from models.exit_codes import ExitCode, of_fixed_form
from producers.errors import InterruptedLoadError, LoadOptionError, NothingLoadableError, TooManyRejectsError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsError, 2),
        (errors.KafkaUnreachableError, 3),
        (errors.TopicCreationError, 3),
        (errors.DatabaseUnreachableError, 4),
        (errors.UnsupportedDatabaseError, 4),
        (NothingLoadableError, 2),
        (LoadOptionError, 2),
        (TooManyRejectsError, 5),
        (InterruptedLoadError, 130),
    ],
)
def test_an_error_knows_its_exit_code(error: type[errors.ExactFeaturesError], code: int) -> None:
    assert error.exit_code == code


@pytest.mark.parametrize(
    ("module", "code", "number"),
    [
        ("producers.csv", ExitCode.POSTGRES, 4),
        ("streams.audit", ExitCode.PARTLY, 1),
        ("streams.audit", ExitCode.POSTGRES, 3),
        ("streams.report", ExitCode.NOTHING, 3),
        ("streams.schema", ExitCode.POSTGRES, 75),
    ],
)
def test_the_fixed_forms_keep_the_numbers_that_scripts_rely_on(module: str, code: ExitCode, number: int) -> None:
    assert of_fixed_form(module, code) == number
