"""The OpenAPI document of the web pages, from the operations that they declare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from faust.web import View
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from streams.web.access import UNAUTHORIZED
from streams.web.operations import Operation, Page, operations

_VERSION = "1"
_REFERENCE = "#/components/schemas/{model}"
_SECURITY_SCHEMES = {"token": {"type": "http", "scheme": "bearer", "description": "WEB_TOKEN, if the worker has one"}}


def document(pages: Iterable[type[Page]]) -> dict[str, Any]:
    """The document of these pages, as JSON knows it."""
    models: set[type[BaseModel]] = set()
    paths: dict[str, dict[str, Any]] = {}
    for page in pages:
        for method, operation in operations(page).items():
            if operation.answers:
                models.update(operation.responses.values())
                paths.setdefault(plain_path(page), {})[method] = _described(operation)
    _, schemas = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template=_REFERENCE,
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "exact-features", "version": _VERSION},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": _SECURITY_SCHEMES},
    }


def plain_path(page: type[View]) -> str:
    """The path of a page, without what its parts must look like."""
    return re.sub(r"{(\w+):[^}]*}", r"{\1}", page.view_path)


def _described(operation: Operation) -> dict[str, Any]:
    responses = sorted(operation.responses.items())
    found: dict[str, Any] = {
        "summary": operation.summary,
        "responses": {str(status): _response(operation, status, model) for status, model in responses}
        | {str(status): {"description": text} for status, text in operation.without_content.items()},
    }
    if parameters := _parameters(operation):
        found["parameters"] = parameters
    if UNAUTHORIZED in operation.access.statuses:
        # Either: which one holds is the worker's setting.
        found["security"] = [{"token": []}, {}]
    if operation.request_body:
        found["requestBody"] = operation.request_body
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = operation.path_parameters.items()
    in_query = operation.asked.model_json_schema()["properties"].items() if operation.asked else ()
    return [
        *({"name": name, "in": "path", "required": True, "schema": schema} for name, schema in in_path),
        *({"name": name, "in": "query", "schema": schema} for name, schema in in_query),
    ]


def _response(operation: Operation, status: int, model: type[BaseModel]) -> dict[str, Any]:
    media_type = operation.media_type if status == HTTPStatus.OK else "application/json"
    return {
        "description": (model.__doc__ or "").splitlines()[0],
        "content": {media_type: {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}},
    }
