"""Every page declares what it answers, the OpenAPI document says it, and the handler is called by it."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

import faust
import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from faust.web import Request, Response, View

import streams.web
from models.errors import DatabaseUnreachableError
from models.settings.environment import Settings, load_settings
from streams.web import openapi, routes
from streams.web.access import OWN_NAME
from streams.web.answers import LoadList
from streams.web.operations import Operation, Page, operations
from streams.web.parameters import LoadsAsked

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
    for module in pkgutil.walk_packages(streams.web.__path__, "streams.web."):
        import_module(module.name)
    assert set(kinds(View)) <= {type(view) for view in served.values()}
    assert {path: type(view) for path, view in served.items()} == {page.view_path: page for page in routes.PAGES}


def test_every_method_that_a_page_handles_is_declared(served: dict[str, View]) -> None:
    for path, view in served.items():
        declared = {method.upper() for method in operations(type(view))}
        # Faust answers HEAD by GET.
        assert declared == view.get_methods() - {"HEAD"}, path


def test_every_page_that_answers_data_is_described_and_no_other(served: dict[str, View]) -> None:
    described = openapi.document(routes.PAGES)["paths"]
    served = {openapi.plain_path(type(view)): view for view in served.values()}
    assert described.keys() == served.keys() - NOT_DESCRIBED
    for path, methods in described.items():
        assert methods.keys() == operations(type(served[path])).keys()
        for operation in methods.values():
            named = {part["name"] for part in operation.get("parameters", ()) if part["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


class Listing(Page):
    """A page that knows what it was asked, and fails with it."""

    settings = Settings()

    @Operation("A list.", {200: LoadList}, (422, 503), access=OWN_NAME, asked=LoadsAsked)
    async def get(self, request: Request, asked: LoadsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        raise DatabaseUnreachableError(f"asked for {asked.limit}")


@pytest.mark.parametrize(
    ("path", "host", "status", "error"),
    [
        ("/list", "features.example", 403, "ask for the worker by its address"),
        ("/list?limit=x", "localhost", 422, "limit=x: give a number"),
        ("/list?limit=7", "localhost", 503, "asked for 7"),
        ("/list", "localhost", 503, "asked for 20"),
    ],
)
async def test_a_handler_is_called_for_who_may_ask_with_what_is_asked_and_its_errors_are_answered(
    path: str, host: str, status: int, error: str
) -> None:
    app = faust.App("listing", broker="kafka://127.0.0.1:9")
    answer: Any = await Listing(app, app.web).get(make_mocked_request("GET", path, {"Host": host}))
    assert answer.status == status
    assert orjson.loads(answer.body)["error"].startswith(error)
    assert set(operations(Listing)["get"].responses) == {200, 403, 422, 503}
