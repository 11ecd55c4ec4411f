"""Rows to records, for the rows that most files are made of, at several times the speed of producers.rows.validation.

Each encoder takes what it recognises at a glance and gives None for everything else, right or wrong: that goes to
producers.rows.validation. Whatever is taken here is taken there too, with an equal value; a property test holds them
together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any

import orjson

from models.rows import MAX_ROW_BYTES, PLAIN_RUN_TIME, WHOLE_ID
from producers.rows import file_kinds
from producers.rows.column_mapping import ColumnMapping
from producers.rows.suspect_values import LONGEST_MARKER, NULL_MARKERS, SuspectValues

Encode = Callable[[list[str]], tuple[bytes, bytes] | None]
"""The key and the JSON value of a row's record; None if the row is not recognised."""

COMPOUND_IDS = f"(?:{WHOLE_ID}(?:;{WHOLE_ID})*+)?+"
_IS_ID = re.compile(WHOLE_ID).fullmatch
_IS_EXPERIMENT = re.compile(rf"{WHOLE_ID}\n{WHOLE_ID}\n{COMPOUND_IDS}\n{PLAIN_RUN_TIME}").fullmatch
"""For the four columns joined by line breaks: one match is twice as fast as four, and as caches of what was seen."""
MAX_EXPERIMENT_CHARACTERS = 10_000
"""Safely fewer than what MAX_COMPOUNDS ids of one digit or MAX_ROW_BYTES take."""
_REMEMBERED_DATES = 65_536
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def fast_encoder(layout: ColumnMapping, suspects: SuspectValues | None = None) -> Encode:
    """The encoder for files of this layout; of deletions it recognises none.

    Args:
        layout: of the file.
        suspects: counts its texts that may be meant otherwise; the first row that has some is not recognised.
    """
    if layout.deletes:
        return lambda _: None
    encode, null = _ENCODERS[layout.kind.name](layout, suspects or SuspectValues(layout)), layout.null
    if null:
        return lambda fields: encode(["" if field.strip() in null else field for field in fields])
    return encode


def _experiment_encoder(layout: ColumnMapping, _: SuspectValues) -> Encode:
    width = len(layout.header)
    columns: Callable[[list[str]], tuple[str, str, str, str]] = itemgetter(*layout.positions)

    def encode(fields: list[str]) -> tuple[bytes, bytes] | None:
        if len(fields) != width:
            return None
        experiment = columns(fields)
        joined = "\n".join(experiment)
        if not _IS_EXPERIMENT(joined) or len(joined) > MAX_EXPERIMENT_CHARACTERS:
            return None
        experiment_id, user_id, compound_ids, run_time = experiment
        value = (
            f'{{"experiment_id":{experiment_id},"user_id":{user_id},'
            f'"experiment_compound_ids":[{compound_ids.replace(";", ",")}],"experiment_run_time":{run_time}}}'
        )
        return user_id.encode(), value.encode()

    return encode


def _user_encoder(layout: ColumnMapping, suspects: SuspectValues) -> Encode:
    width = len(layout.header)
    columns: Callable[[list[str]], tuple[str, str, str, str]] = itemgetter(*layout.positions)
    dates: set[str] = set()

    def encode(fields: list[str]) -> tuple[bytes, bytes] | None:
        if len(fields) != width:
            return None
        user_id, name, email, signup_date = columns(fields)
        if not _IS_ID(user_id) or (signup_date not in dates and not _is_date(signup_date, dates)):
            return None
        row: dict[str, Any] = {"user_id": int(user_id), "name": name, "email": email, "signup_date": signup_date}
        return _text_record(user_id, row, "name", "email", suspects)

    return encode


def _is_date(text: str, remembered: set[str]) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    if len(remembered) >= _REMEMBERED_DATES:
        remembered.clear()
    remembered.add(text)
    return True


def _compound_encoder(layout: ColumnMapping, suspects: SuspectValues) -> Encode:
    width = len(layout.header)
    columns: Callable[[list[str]], tuple[str, str, str]] = itemgetter(*layout.positions)

    def encode(fields: list[str]) -> tuple[bytes, bytes] | None:
        if len(fields) != width:
            return None
        compound_id, name, structure = columns(fields)
        if not _IS_ID(compound_id):
            return None
        row: dict[str, Any] = {
            "compound_id": int(compound_id),
            "compound_name": name,
            "compound_structure": structure,
        }
        return _text_record(compound_id, row, "compound_name", "compound_structure", suspects)

    return encode


def _text_record(
    key: str, row: dict[str, Any], required: str, optional: str, suspects: SuspectValues
) -> tuple[bytes, bytes] | None:
    """The record of a row whose two texts, in these columns, are as they should be; None if one is not."""
    name, other = row[required].strip(), row[optional].strip()
    if not name or "\x00" in name or "\x00" in other:
        return None
    row[required], row[optional] = name, other or None
    is_suspect = name[0] == "'" or other[:1] == "'" or (len(other) <= LONGEST_MARKER and other in NULL_MARKERS)
    if is_suspect and not suspects.count(row):
        return None
    try:
        value = orjson.dumps(row)
    except orjson.JSONEncodeError:  # bytes that were not UTF-8
        return None
    return (key.encode(), value) if len(value) <= MAX_ROW_BYTES else None


_ENCODERS: dict[str, Callable[[ColumnMapping, SuspectValues], Encode]] = {
    file_kinds.USERS.name: _user_encoder,
    file_kinds.COMPOUNDS.name: _compound_encoder,
    file_kinds.EXPERIMENTS.name: _experiment_encoder,
}
