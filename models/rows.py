"""The wire rows: what one Kafka record of each input topic holds, as JSON.

These pydantic models are the definition. `streams.decoding.row_decoder` decodes the same rows faster; a property test
holds the two together. They also give the message for one bad row.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MAX_ID = 2**63 - 1
"""Ids are 64-bit integers greater than 0."""
RUN_TIME_LIMIT = 10**12
"""Run times are below this, so that with three decimals a double still holds them exactly (15 digits)."""
PLAIN_ID_DIGITS = 18
"""Of an id in plain digits: so many are below 2^63."""
PLAIN_WHOLE_DIGITS, PLAIN_DECIMALS = 12, 3
"""Of a run time in plain digits, before and after its point."""
WHOLE_ID = f"[1-9][0-9]{{0,{PLAIN_ID_DIGITS - 1}}}+"
"""Regular expression of ids in plain digits."""
PLAIN_RUN_TIME = rf"(?:0|[1-9][0-9]{{0,{PLAIN_WHOLE_DIGITS - 1}}}+)(?:\.[0-9]{{1,{PLAIN_DECIMALS}}}+)?+"
"""Regular expression of run times in plain digits, below RUN_TIME_LIMIT and with three decimals at most."""
MAX_ROW_BYTES = 512 * 1024
"""The longest JSON value published, well within Kafka's default limit of 1 MiB a record."""
MAX_ORIGINAL = 64 * 1024
"""Characters that are kept of a rejected row's text; one of so many was cut."""
MAX_COMPOUNDS = 20_000
"""The most compound ids in one experiment; all of them at 19 digits still fit in MAX_ROW_BYTES."""


def thousandths_of(run_time: float) -> int:
    """A run time in whole thousandths, so that sums never drift.

    Raises:
        ValueError: it has more than three decimals.
    """
    thousandths = round(run_time * 1000)
    if thousandths / 1000 != run_time:
        raise ValueError("has more than three decimals")
    return thousandths


def _at_most_three_decimals(run_time: float) -> float:
    thousandths_of(run_time)
    return run_time


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which Postgres cannot store")
    return text


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_date(value: object) -> object:
    if isinstance(value, str):
        if not _ISO_DATE.fullmatch(value):
            raise ValueError("is not a date of the form YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a date of the form YYYY-MM-DD") from None
    return value


def _true(mark: bool) -> bool:  # noqa: FBT001  # a validator's form
    if not mark:
        raise ValueError("is not true")
    return mark


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
RunTime = Annotated[float, Field(ge=0, lt=RUN_TIME_LIMIT, allow_inf_nan=False), AfterValidator(_at_most_three_decimals)]
Text = Annotated[str, AfterValidator(_without_nul)]
RequiredText = Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]
# Not Literal[True], which takes the number 1 as well.
Mark = Annotated[bool, AfterValidator(_true)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class User(_Row):
    """A record of topic `users`, keyed by user_id."""

    user_id: Id
    name: RequiredText
    email: Text | None = None
    signup_date: IsoDate


class Compound(_Row):
    """A record of topic `compounds`, keyed by compound_id."""

    compound_id: Id
    compound_name: RequiredText
    compound_structure: Text | None = None


class Experiment(_Row):
    """A record of topic `experiments`, keyed by user_id. Compound ids are listed in order, repeats included."""

    experiment_id: Id
    user_id: Id
    experiment_compound_ids: Annotated[list[Id], Field(max_length=MAX_COMPOUNDS)]
    experiment_run_time: RunTime


class _Marked(_Row):
    deleted: bool = False


# The mark comes first in the order of fields: of several faults, one in the mark is reported.
class PublishedExperiment(Experiment, _Marked):
    """A record of topic `experiments` that holds a row: an experiment that is not marked as deleted."""


class DeletedExperiment(_Row):
    """A record of topic `experiments` that deletes one, whatever else it holds. Goes before PublishedExperiment."""

    experiment_id: Id
    deleted: Mark


class Fault(_Row):
    """One thing that is wrong with a row."""

    code: RequiredText
    """What kind of fault it is, for programs: one of docs/input.md, and never changed."""
    field: Text | None = None
    """The column at fault; None if it is the row as a whole."""
    value: Text | None = None
    """The text in that column; None if the fault is not one of a value."""
    reason: RequiredText
    """What is wrong, in words for people."""


class Reject(_Row):
    """A record of topic `rejects`: one row of a file that did not become a record, and why."""

    file: RequiredText
    line: Annotated[int, Field(ge=0, le=MAX_ID)]
    field: Text | None = None
    value: Text | None = None
    reason: RequiredText
    code: Text | None = None
    """These four are of the first fault."""
    faults: list[Fault] = []
    """Every fault of the row."""
    original: Text | None = None
    """The row as it stands in the file, quotes and line breaks included; cut at MAX_ORIGINAL characters."""
    kind: Text | None = None
    """The topic that the row would have gone to; None for a row that deletes."""
    row_id: int | Text | None = None
    """The row's key, if it could be read: one number as such, else the JSON of the key on the wire."""
