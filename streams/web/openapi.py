"""The OpenAPI document of the web pages, from the definitions of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from streams.web import answers
from streams.web import page_answers as page
from streams.web import parameters as queries

_VERSION = "1"
_REFERENCE = "#/components/schemas/{model}"
_REFUSALS: Mapping[int, type[BaseModel]] = {401: answers.Failure, 403: answers.Failure}
_FAILURES: Mapping[int, type[BaseModel]] = {
    **_REFUSALS,
    409: answers.Busy,
    422: answers.Failure,
    503: answers.Failure,
}
_LOAD: Mapping[int, type[BaseModel]] = {200: answers.LoadResult, **_FAILURES}

_PAGES: Mapping[tuple[str, str], tuple[str, Mapping[int, type[BaseModel]]]] = {
    ("/etl/", "get"): ("Load the folder DATA_DIR, and answer when everything is applied.", _LOAD),
    ("/etl/", "post"): ("The same.", _LOAD),
    ("/loads", "get"): (
        "List the latest loads.",
        {200: answers.LoadList, 403: answers.Failure, 422: answers.Failure, 503: answers.Failure},
    ),
    ("/loads", "post"): (
        "Load the files that are sent, and answer when everything is applied.",
        {**_LOAD, 400: answers.Failure, 413: answers.Failure, 415: answers.Failure},
    ),
    ("/loads/{load_id}", "get"): (
        "One load: its files, and how far Postgres is.",
        {200: answers.LoadDetails, 403: answers.Failure, 404: answers.Failure, 503: answers.Failure},
    ),
    ("/events", "get"): (
        "The state of the moment, as server-sent events: each one's data is a State.",
        {200: page.State, **_REFUSALS, 503: answers.Failure},
    ),
    ("/report", "get"): (
        "Users and their features, by the page.",
        {200: page.Report, **_REFUSALS, 422: answers.Failure, 503: answers.Failure},
    ),
    ("/rejects", "get"): (
        "Rejected rows, the latest first.",
        {200: page.RejectList, **_REFUSALS, 422: answers.Failure, 503: answers.Failure},
    ),
    ("/rejects/export", "get"): (
        "Rejected rows as CSV files to be corrected, in one archive.",
        {200: page.Archive, **_REFUSALS, 422: answers.Failure, 503: answers.Failure},
    ),
    ("/health", "get"): ("Whether Kafka and Postgres answer.", {200: answers.Healthy, 503: answers.Unhealthy}),
}

_MEDIA_TYPES = {page.State: "text/event-stream", page.Archive: "application/zip"}
"""Of the answers that are no JSON."""

_ASKED: Mapping[str, type[BaseModel]] = {
    "/report": queries.UsersAsked,
    "/rejects": queries.RejectsAsked,
    "/rejects/export": queries.ExportAsked,
}


def _parameters(asked: type[BaseModel]) -> list[dict[str, Any]]:
    properties = asked.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in properties.items()]


_PARAMETERS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("/loads", "get"): [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 20}},
        {
            "name": "state",
            "in": "query",
            "schema": {"enum": ["publishing", "published", "applied", "failed"]},
        },
    ],
    ("/loads", "post"): _parameters(queries.ReadingAsked),
    ("/loads/{load_id}", "get"): [
        {"name": "load_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    ],
}

_UPLOAD = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        }
    },
}

_WITH_TOKEN = {
    ("/etl/", "get"),
    ("/etl/", "post"),
    ("/loads", "post"),
    *((path, "get") for path in ("/events", *_ASKED)),
}
_SECURITY_SCHEMES = {"token": {"type": "http", "scheme": "bearer", "description": "WEB_TOKEN, if the worker has one"}}


def document() -> dict[str, Any]:
    """The document, as JSON knows it."""
    models = {model for _, found in _PAGES.values() for model in found.values()}
    _, schemas = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template=_REFERENCE,
    )
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), (summary, found) in _PAGES.items():
        paths.setdefault(path, {})[method] = _operation(path, method, summary, found)
    return {
        "openapi": "3.1.0",
        "info": {"title": "exact-features", "version": _VERSION},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": _SECURITY_SCHEMES},
    }


def _operation(path: str, method: str, summary: str, found: Mapping[int, type[BaseModel]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {str(status): _response(model) for status, model in sorted(found.items())},
    }
    if path in _ASKED:
        operation["parameters"] = _parameters(_ASKED[path])
    if (path, method) in _PARAMETERS:
        operation["parameters"] = _PARAMETERS[path, method]
    if (path, method) in _WITH_TOKEN:
        # Either: which one holds is the worker's setting.
        operation["security"] = [{"token": []}, {}]
    if (path, method) == ("/loads", "post"):
        operation["requestBody"] = _UPLOAD
    return operation


def _response(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {
        "description": (model.__doc__ or "").splitlines()[0],
        "content": {_MEDIA_TYPES.get(model, "application/json"): {"schema": schema}},
    }
