"""Whether the features are right, where the load is too large or too quick to compute it another way."""

from __future__ import annotations

from bench.database import Database
from bench.errors import MeasurementError, WrongAnswerError
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed


def audit(testbed: Testbed, database: Database, rows: int) -> None:
    """Compare all features with SQL over the stored experiments, by our own command; and count the experiments.

    Raises:
        WrongAnswerError: they differ, or there are more or fewer experiments than `rows`.
    """
    environment = {**testbed.environment, "DATABASE_URL": database.url}
    try:
        with Measured(python("streams.audit"), environment, testbed.folder / "audit.log") as command:
            command.wait(LIMIT)
    except MeasurementError as error:
        raise WrongAnswerError(str(error)) from error
    if database.value("SELECT count(*) FROM experiments") != rows:
        raise WrongAnswerError("our worker: not as many experiments as were sent")
