"""Every page declares what it answers, and the OpenAPI document says it."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

import faust
import pytest
from faust.web import View

import streams.web
from models.settings.environment import load_settings
from streams.web import openapi, routes
from streams.web.operations import operations

NOT_DESCRIBED = {"/", "/page/{name}", "/metrics", "/openapi.json"}
"""What is no data of ours: files, another format, the document itself."""


def kinds(base: type[View]) -> Iterator[type[View]]:
    """All pages of the worker that nothing is derived from."""
    derived = base.__subclasses__()
    if not derived and base.__module__.startswith("streams.web."):
        yield base
    for kind in derived:
        yield from kinds(kind)


@pytest.fixture(scope="module")
def served() -> dict[str, View]:
    """The pages that the worker serves, by path."""
    app = faust.App("pages", broker="kafka://127.0.0.1:9")
    before = set(app.web.views)
    routes.register(cast("Any", app), load_settings())
    return {path: view for path, view in app.web.views.items() if path not in before}


def test_every_page_is_served_at_its_path(served: dict[str, View]) -> None:
    for module in pkgutil.iter_modules(streams.web.__path__):
        import_module(f"streams.web.{module.name}")
    assert set(kinds(View)) <= {type(view) for view in served.values()}
    assert {path: type(view) for path, view in served.items()} == {page.view_path: page for page in routes.PAGES}


def test_every_method_that_a_page_handles_is_declared(served: dict[str, View]) -> None:
    for path, view in served.items():
        declared = {method.upper() for method in operations(type(view))}
        # Faust answers HEAD by GET.
        assert declared == view.get_methods() - {"HEAD"}, path


def test_every_page_that_answers_data_is_described_and_no_other(served: dict[str, View]) -> None:
    described = openapi.document(routes.PAGES)["paths"]
    assert described.keys() == served.keys() - NOT_DESCRIBED
    for path, methods in described.items():
        assert methods.keys() == operations(type(served[path])).keys()
        for operation in methods.values():
            named = {part["name"] for part in operation.get("parameters", ()) if part["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
