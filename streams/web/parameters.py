"""What requests may ask of the page's data: the definition of their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import ExactFeaturesError
from models.rows import MAX_ID
from streams.queries.page import RejectQuery, UserQuery

if TYPE_CHECKING:
    from multidict import MultiMapping


class QueryError(ExactFeaturesError):
    """A parameter's value cannot be used."""


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


Query = TypeVar("Query", bound=_Query)


class UsersAsked(_Query):
    """Parameters of `/report`."""

    search: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="a user's id, or a part of the name")
    sort: Literal["user", "name", "experiments", "run_time", "compound"] = "user"
    direction: Literal["up", "down"] = "up"
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=10_000, description="rows left out before the first; for more, search")

    def query(self) -> UserQuery:
        """The same, as it is read."""
        text = self.search.strip()
        is_id = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID)) and int(text) <= MAX_ID
        return UserQuery(
            int(text) if is_id else None,
            text if text and not is_id else None,
            self.sort,
            self.direction,
            self.limit,
            self.offset,
        )


class RejectsAsked(_Query):
    """Parameters of `/rejects`."""

    state: Literal["open", "resolved", "all"] = "open"
    before: int | None = Field(None, ge=1, le=MAX_ID, description="only rejects with a lower number")
    limit: int = Field(20, ge=1, le=100)

    def query(self) -> RejectQuery:
        """The same, as it is read."""
        return RejectQuery(None if self.state == "all" else self.state, self.before, self.limit)


class ExportAsked(_Query):
    """Parameters of `/rejects/export`."""

    state: Literal["open", "resolved", "all"] = "open"


class ReadingAsked(_Query):
    """Parameters of `POST /loads`: how the files are to be read, as `ingest load` takes it."""

    encoding: str | None = None
    delimiter: str | None = None
    columns: list[str] = Field([], description="THEIRS=OURS; may be repeated")
    skip_lines: int = Field(0, ge=0)
    comment: str | None = None
    null: list[str] = Field([], description="a text that means nothing; may be repeated")
    quote: str | None = None
    escape: str | None = None

    @classmethod
    def of(cls, query: MultiMapping[str]) -> ReadingAsked:
        """The parameters of a request.

        Raises:
            QueryError: one of them cannot be used.
        """
        repeatable = {"columns", "null"}
        return asked(cls, {name: query.getall(name) if name in repeatable else query[name] for name in query})


def asked(kind: type[Query], parameters: Mapping[str, object]) -> Query:
    """The parameters of a request.

    Raises:
        QueryError: one of them cannot be used; the message names it.
    """
    try:
        return kind.model_validate(dict(parameters))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise QueryError(f"{name}={first['input']}: {first['msg']}") from None
