"""Records' JSON values to columns, a whole batch at a time.

Equal to validating each value with the models of `models.rows`, about twenty times as fast: msgspec decodes a
batch of values as lines in one call; only if that fails is each value looked at alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Annotated, Generic, TypeVar

import msgspec
import numpy as np
from pydantic import BaseModel, ValidationError

from models import rows
from models.deletions import DECODE_FAULTS, Deletions, DeletionsByKey, DeletionsByMessage, NoDeletions
from models.explanation import explanation
from models.rows import MAX_COMPOUNDS, MAX_ID, RUN_TIME_LIMIT
from streams.columns.byte_column import ByteColumn
from streams.decoding.decoded import Decoded, Deleted, Undecodable

_Id = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
_Text = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00]*\Z")]
_RequiredText = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\A[^\x00]*\Z")]


class ExperimentRow(msgspec.Struct, gc=False):
    """One experiment as decoded; the run time is checked for its decimals when it becomes thousandths."""

    experiment_id: _Id
    user_id: _Id
    experiment_compound_ids: Annotated[list[_Id], msgspec.Meta(max_length=MAX_COMPOUNDS)]
    experiment_run_time: Annotated[float, msgspec.Meta(ge=0, lt=RUN_TIME_LIMIT)]
    deleted: bool = False
    """Never true in a row that `RowDecoder` gives: such a one is given as a deletion."""


class UserRow(msgspec.Struct, gc=False):
    """One user as decoded."""

    user_id: _Id
    name: _RequiredText
    signup_date: date
    email: _Text | None = None


class CompoundRow(msgspec.Struct, gc=False):
    """One compound as decoded."""

    compound_id: _Id
    compound_name: _RequiredText
    compound_structure: _Text | None = None


class FaultRow(msgspec.Struct, gc=False):
    """One thing that is wrong with a row, as decoded."""

    code: _RequiredText
    reason: _RequiredText
    field: _Text | None = None
    value: _Text | None = None


class RejectRow(msgspec.Struct, gc=False):
    """One row of a file that was rejected, as decoded."""

    file: _RequiredText
    line: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
    reason: _RequiredText
    field: _Text | None = None
    value: _Text | None = None
    code: _Text | None = None
    faults: list[FaultRow] = []
    original: _Text | None = None
    kind: _Text | None = None
    row_id: _Id | None = None


RowT = TypeVar("RowT", ExperimentRow, UserRow, CompoundRow, RejectRow)


class RowDecoder(Generic[RowT]):
    """Decodes the values of one topic."""

    def __init__(
        self,
        row_type: type[RowT],
        definition: type[BaseModel],
        deletions: Deletions,
        all_valid: Callable[[list[RowT]], bool] = lambda _: True,
    ) -> None:
        """Take what msgspec cannot express as `all_valid`, which judges a whole list of rows."""
        self._decoder: msgspec.json.Decoder[RowT] = msgspec.json.Decoder(row_type)
        self._definition = definition
        self._deletions = deletions
        self._all_valid: Callable[[list[RowT]], bool] = all_valid

    def may_delete(self, values: ByteColumn) -> bool:
        """Whether records with these values may delete something; False only if they surely do not."""
        return self._deletions.may_be_in(values)

    def decode(self, values: ByteColumn, key_of: Callable[[int], bytes | None] = lambda _: None) -> Decoded[RowT]:
        """Decode each value.

        Args:
            values: of consecutive records.
            key_of: the key of a record without value, by its index among the values.
        """
        found = self._decode_all_at_once(values)
        if found is not None:
            return Decoded(found, list(range(len(values))), [], [])
        return self._decode_one_by_one(values, key_of)

    def _decode_all_at_once(self, values: ByteColumn) -> list[RowT] | None:
        # A value must look like one object: then no two values can merge into one (a line break is not a comma, and
        # may not stand inside a string), and a value of two objects shows in the count.
        if values.absent or not _all_look_like_objects(values):
            return None
        try:
            found = self._decoder.decode_lines(values.block)
        except DECODE_FAULTS:
            return None
        return found if len(found) == len(values) and self._all_valid(found) else None

    def _decode_one_by_one(self, values: ByteColumn, key_of: Callable[[int], bytes | None]) -> Decoded[RowT]:
        decoded: Decoded[RowT] = Decoded([], [], [], [])
        for index, value in enumerate(values):
            try:
                if value is None:
                    raise ValueError("has no value")  # noqa: TRY301  # one place turns faults into reasons
                row = self._decoder.decode(value)
                if not self._all_valid([row]):
                    raise ValueError("is not a valid row")  # noqa: TRY301  # as above
                decoded.rows.append(row)
                decoded.indices.append(index)
            except (*DECODE_FAULTS, ValueError) as error:
                key = key_of(index) if value is None else None
                row_id = self._deletions.deleted_id(value, key)
                if row_id is None:
                    decoded.undecodable.append(Undecodable(index, *self._explain(value, key, error)))
                else:
                    decoded.deleted.append(Deleted(index, row_id))
        return decoded

    def _explain(self, value: bytes | None, key: bytes | None, error: Exception) -> tuple[str | None, str]:
        if value is None:
            return self._deletions.fault_without_value(key)
        try:
            self._definition.model_validate_json(value)
        except ValidationError as found:
            return explanation(found)
        return None, str(error)


def _all_look_like_objects(values: ByteColumn) -> bool:
    if not len(values):
        return True
    starts, ends = values.starts, values.ends
    if not (ends > starts).all():
        return False
    characters = np.frombuffer(values.block, np.uint8)
    return bool((characters[starts] == ord("{")).all() and (characters[ends - 1] == ord("}")).all())


def _kept_and_of_three_decimals(found: list[ExperimentRow]) -> bool:
    if any(map(_IS_DELETED, found)):
        return False
    run_times = np.fromiter(map(_RUN_TIME, found), np.float64, len(found))
    return bool((np.rint(run_times * 1000) / 1000 == run_times).all())


_IS_DELETED = attrgetter("deleted")
_RUN_TIME = attrgetter("experiment_run_time")

EXPERIMENTS = RowDecoder(ExperimentRow, rows.PublishedExperiment, DeletionsByMessage(), _kept_and_of_three_decimals)
USERS = RowDecoder(UserRow, rows.User, DeletionsByKey("user_id"))
COMPOUNDS = RowDecoder(CompoundRow, rows.Compound, DeletionsByKey("compound_id"))
REJECTS = RowDecoder(RejectRow, rows.Reject, NoDeletions())
