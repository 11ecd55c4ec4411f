"""What requests may ask for: the definition of their parameters."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Literal, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from models.declaration.model import GroupColumn, Model
from models.errors import ExactFeaturesError
from models.rows import MAX_ID
from models.types.column_types import WholeNumber
from streams.loads.queries import STATES
from streams.queries.page import GroupQuery, RejectQuery
from streams.queries.report_statements import LABEL

if TYPE_CHECKING:
    from typing import Self

    from multidict import MultiMapping

_MOST_LISTED = 1000


class QueryError(ExactFeaturesError):
    """A parameter's value cannot be used."""


class Parameters(BaseModel):
    """Base of the parameters of a query."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def of(cls, query: MultiMapping[str]) -> Self:
        """The parameters of a request.

        Raises:
            QueryError: one of them cannot be used; the message names it.
        """
        repeatable = {name for name, field in cls.model_fields.items() if get_origin(field.annotation) is list}
        try:
            return cls.model_validate(
                {name: query.getall(name) if name in repeatable else query[name] for name in query}
            )
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            if first["type"] == "missing":
                raise QueryError(f"{name} is missing: add it to the address, after a ?") from None
            raise QueryError(f"{name}={first['input']}: {first['msg']}") from None


def _listed(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= _MOST_LISTED:
        raise QueryError(f"limit={text}: give a number from 1 to {_MOST_LISTED}")
    return int(text)


def _state(text: str) -> str:
    if text not in STATES:
        raise QueryError(f"state={text}: give one of {', '.join(STATES)}")
    return text


class LoadsAsked(Parameters):
    """Parameters of `GET /loads`."""

    # Others were never refused.
    model_config = ConfigDict(extra="ignore")

    limit: Annotated[int, BeforeValidator(_listed)] = Field(20, ge=1, le=_MOST_LISTED)
    state: Annotated[str | None, AfterValidator(_state), WithJsonSchema({"enum": [*STATES]})] = Field(
        default_factory=lambda: None, description="all, if left out"
    )


class GroupsAsked(Parameters):
    """Parameters of `/report`."""

    table: str | None = Field(None, description="a feature table; the first one, if left out")
    search: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="a key, or a part of it or its label")
    sort: str | None = Field(None, description=f"a column, or {LABEL}; the first column, if left out")
    direction: Literal["up", "down"] = "up"
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=10_000, description="groups left out before the first; for more, search")

    def query(self, model: Model) -> GroupQuery:
        """The same, as it is read.

        Raises:
            QueryError: there is no such table or column.
        """
        tables = {table.name: table for table in model.features}
        features = tables[one_of(tables, "table", self.table)]
        columns = [*(group.name for group in features.group), *(output.name for output in features.outputs), LABEL]
        text = self.search.strip()
        number = _whole_number(text, features.group[0])
        return GroupQuery(
            features.name,
            number,
            text if text and number is None else None,
            one_of(columns, "sort", self.sort),
            self.direction,
            self.limit,
            self.offset,
        )


def one_of(names: Collection[str], parameter: str, name: str | None) -> str:
    """The name that was given, or the first one.

    Raises:
        QueryError: it is not one of these.
    """
    if not names:
        raise QueryError("the model declares no features")
    if name is not None and name not in names:
        raise QueryError(f"{parameter}={name}: give one of {', '.join(names)}")
    return next(iter(names)) if name is None else name


def _whole_number(text: str, group: GroupColumn) -> int | None:
    """The number that a text is, where the column holds such; None: it is something else."""
    is_asked = isinstance(group.column.type, WholeNumber) and re.fullmatch("-?[0-9]{1,19}", text)
    return int(text) if is_asked and abs(int(text)) <= MAX_ID else None


class RejectsAsked(Parameters):
    """Parameters of `/rejects`."""

    state: Literal["open", "resolved", "all"] = "open"
    before: int | None = Field(None, ge=1, le=MAX_ID, description="only rejects with a lower number")
    limit: int = Field(20, ge=1, le=100)

    def query(self) -> RejectQuery:
        """The same, as it is read."""
        return RejectQuery(None if self.state == "all" else self.state, self.before, self.limit)


class ExportAsked(Parameters):
    """Parameters of `/rejects/export`."""

    state: Literal["open", "resolved", "all"] = "open"


class ReadingAsked(Parameters):
    """Parameters of `POST /loads`: how the files are to be read, as `ingest load` takes it."""

    encoding: str | None = None
    delimiter: str | None = None
    columns: list[str] = Field([], description="THEIRS=OURS; may be repeated")
    skip_lines: int = Field(0, ge=0)
    comment: str | None = None
    null: list[str] = Field([], description="a text that means nothing; may be repeated")
    quote: str | None = None
    escape: str | None = None
