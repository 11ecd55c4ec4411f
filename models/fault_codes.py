"""Stable codes for what is wrong with a row of a file: for programs, where the reason is for people."""

from __future__ import annotations

from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong. A code keeps its meaning for ever; docs/input.md lists them all."""

    EMPTY = "empty"
    """A field that must hold something is empty."""
    BAD_ID = "bad_id"
    """Not a whole number in decimal digits."""
    ID_OUT_OF_RANGE = "id_out_of_range"
    """A whole number, but not from 1 to 2^63-1."""
    EMPTY_COMPOUND_ID = "empty_compound_id"
    """Nothing between two semicolons of a compound list."""
    TOO_MANY_COMPOUNDS = "too_many_compounds"
    NOT_A_NUMBER = "not_a_number"
    DECIMAL_COMMA = "decimal_comma"
    THOUSANDS_SEPARATOR = "thousands_separator"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_MANY_DECIMALS = "too_many_decimals"
    BAD_DATE = "bad_date"
    """Not a date in any form that is read."""
    DATE_FORM = "date_form"
    """A date in a form that the file as a whole does not settle."""
    NO_SUCH_DAY = "no_such_day"
    """A date by its form, but no day of the calendar."""
    NUL_BYTE = "nul_byte"
    NOT_UTF8 = "not_utf8"
    """Bytes that are not text in the file's encoding, most often UTF-8."""
    TOO_FEW_FIELDS = "too_few_fields"
    TOO_MANY_FIELDS = "too_many_fields"
    UNCLOSED_QUOTE = "unclosed_quote"
    QUOTED_WRONGLY = "quoted_wrongly"
    """A row that is quoted as a whole, but does not hold one row."""
    TOO_LONG = "too_long"
    """A line, a field or the row as a whole."""
    NOT_VALID = "not_valid"
    """The row's model refuses it for another reason."""
