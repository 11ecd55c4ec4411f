"""`/features`: the features of one group, or of several, for programs."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import unquote

import orjson
from faust.web import Request, Response
from pydantic import TypeAdapter, ValidationError

from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.wire.definition import NotARowError, json_of_bytes
from models.wire.keys import group_of_texts, group_values
from streams.web.answers import Group, Groups
from streams.web.operations import HEADERS, Operation, Page
from streams.web.parameters import QueryError

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable
    from streams.queries.features import FeatureQueries, GroupsFound

MOST_KEYS = 1000
"""Of one request."""

MOST_BYTES = 1024 * 1024
"""Of the body of one request."""

_NOT_MODIFIED = 304
_TAG_BYTES = 16
_KEYS: TypeAdapter[dict[str, list[Any]]] = TypeAdapter(dict[str, list[Any]])
_TABLE = {"type": "string", "description": "a feature table of the model"}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["keys"],
                "additionalProperties": False,
                "properties": {
                    "keys": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_KEYS,
                        "items": {"description": "a value; an array of values where a key has several columns"},
                    }
                },
            }
        }
    },
}


class UnknownError(ExactFeaturesError):
    """There is no such table, or no such group."""


class TooLargeError(ExactFeaturesError):
    """What was sent is larger than what is read."""


class FeaturePage(Page):
    """What both pages share."""

    queries: ClassVar[FeatureQueries]
    headers = {**HEADERS, "Cache-Control": "no-cache"}  # noqa: RUF012  # a ClassVar of the base

    def features(self, table: str) -> FeatureTable:
        """The feature table of that name.

        Raises:
            UnknownError: there is none.
        """
        declared = {features.name: features for features in model_named(self.settings.model).features}
        if table not in declared:
            raise UnknownError(f"{table} is not a feature table; there are: {', '.join(declared) or 'none'}")
        return declared[table]

    def answered(self, content: bytes, **headers: str) -> Response:
        """An answer in JSON that Postgres has written: its numbers have all their digits."""
        return self.bytes(content, headers={**self.headers, "Content-Type": "application/json", **headers})

    def failure(self, error: ExactFeaturesError) -> Response:
        """The answer to an error of ours."""
        status = {UnknownError: 404, TooLargeError: 413}.get(type(error))
        return super().failure(error) if status is None else self.failed(status, error)


class FeatureView(FeaturePage):
    """Answers for one group."""

    view_path = "/features/{table}/{key:.+}"

    @Operation(
        "The features of one group.",
        {200: Group},
        (404, 422, 503),
        path_parameters={
            "table": _TABLE,
            "key": {"type": "string", "description": "the group; of several columns each in a segment of its own"},
        },
        without_content={_NOT_MODIFIED: "What If-None-Match names is still what would be answered."},
    )
    async def get(self, request: Request, table: str, key: str) -> Any:  # noqa: ANN401  # aiohttp's response
        """The group whose key the path names."""
        features = self.features(table)
        # As it was sent: a slash within a value is encoded, and one between two is not.
        _, _, _, *segments = cast("Any", request).rel_url.raw_parts
        try:
            values = group_of_texts(features, [unquote(part, errors="strict") for part in segments])
        except UnicodeDecodeError:
            raise QueryError(f"{key}: is not UTF-8") from None
        except NotARowError as error:
            raise QueryError(_said(error, key)) from None
        found = await self.queries.read(features, [values])
        [group] = found.groups
        if group is None:
            more = f", but records of {features.rows.name} wait to be applied" if found.waiting else ""
            raise UnknownError(f"{table} has no group {key}{more}")
        content = _opened(table, found) + b"," + group.encode()[1:]
        mark = _entity_tag(content)
        if _names(cast("Any", request).headers.get("If-None-Match", ""), mark):
            return self.bytes(b"", status=_NOT_MODIFIED, headers={**self.headers, "ETag": mark})
        return self.answered(content, ETag=mark)


class FeaturesView(FeaturePage):
    """Answers for several groups."""

    view_path = "/features/{table}"

    @Operation(
        "The features of several groups, in the order of their keys.",
        {200: Groups},
        (404, 413, 422, 503),
        path_parameters={"table": _TABLE},
        request_body=_BODY,
    )
    async def post(self, request: Request, table: str) -> Response:
        """The groups of the keys that were sent."""
        features = self.features(table)
        keys = _keys_of(features, await _body(request))
        found = await self.queries.read(features, keys)
        groups = ",".join(group or "null" for group in found.groups)
        return self.answered(_opened(table, found) + b',"groups":[' + groups.encode() + b"]}")


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for block in cast("Any", request).content.iter_chunked(MOST_BYTES):
        content += block
        if len(content) > MOST_BYTES:
            raise TooLargeError(f"the request has more than {MOST_BYTES:,} bytes: ask for fewer keys at once")
    return bytes(content)


def _keys_of(features: FeatureTable, body: bytes) -> list[tuple[object, ...]]:
    try:
        members = _KEYS.validate_python(json_of_bytes(body), strict=True)
    except (ValidationError, ValueError, RecursionError):
        members = {}
    if members.keys() != {"keys"}:
        raise QueryError('send JSON of the form {"keys": […]}')
    keys = members["keys"]
    if not 1 <= len(keys) <= MOST_KEYS:
        raise QueryError(f"keys: there are {len(keys):,}; ask for 1 to {MOST_KEYS:,} at once")
    return [_key_of(features, place, key) for place, key in enumerate(keys)]


def _key_of(features: FeatureTable, place: int, key: object) -> tuple[object, ...]:
    several = len(features.group) > 1
    if several and not isinstance(key, list):
        raise QueryError(f"keys[{place}]: is not an array, while a key of {features.name} has several columns")
    try:
        return group_values(features, key if several and isinstance(key, list) else [key])
    except NotARowError as error:
        raise QueryError(_said(error, f"keys[{place}]")) from None


def _said(error: NotARowError, key: str) -> str:
    return f"{key}: {error.reason}" if error.field is None else f"{key}: {error.field} {error.reason}"


def _opened(table: str, found: GroupsFound) -> bytes:
    """The JSON object of an answer, without its end: what is true of all groups."""
    return orjson.dumps({"table": table, "waiting": found.waiting, "incomplete": found.incomplete})[:-1]


def _entity_tag(content: bytes) -> str:
    """Another one whenever the answer is another, as also while columns are filled, which leaves the version."""
    return f'"{blake2b(content, digest_size=_TAG_BYTES).hexdigest()}"'


def _names(if_none_match: str, mark: str) -> bool:
    """Whether the header names this entity tag, or any (RFC 9110, 13.1.2)."""
    return mark in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")} or if_none_match.strip() == "*"
