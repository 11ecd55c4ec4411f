"""What pydantic finds wrong with a row, in the words of people."""

from __future__ import annotations

from pydantic import ValidationError


def explanation(error: ValidationError) -> tuple[str | None, str]:
    """The first fault that pydantic found, as (field, reason) for people."""
    first = error.errors(include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else None
    return field, first["msg"].removeprefix("Value error, ")
