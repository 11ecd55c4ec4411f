"""The page at `/` and the files that it is made of."""

from __future__ import annotations

from importlib.resources import files
from typing import ClassVar

from faust.web import Request, Response

from streams.web.access import OPEN
from streams.web.operations import Operation, Page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # A page of one version with a script of another would be neither.
    "Cache-Control": "no-cache",
}

START = "index.html"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def page_files() -> dict[str, tuple[bytes, str]]:
    """Content and media type of each file of the page, by its name."""
    return {
        file.name: (file.read_bytes(), _TYPES[suffix])
        for file in (files("streams.web") / "page").iterdir()
        if (suffix := "." + file.name.rpartition(".")[2]) in _TYPES
    }


class PageFileView(Page):
    """A file of the page, to whoever asks: none holds data."""

    view_path = "/page/{name}"
    files: ClassVar[dict[str, tuple[bytes, str]]] = page_files()

    @Operation("A file of the page for people.", access=OPEN)
    async def get(self, request: Request, name: str = START) -> Response:  # noqa: ARG002  # the name says it all
        """The file."""
        if name not in self.files:
            return self.text("There is no such file.", status=404, headers=dict(HEADERS))
        content, media_type = self.files[name]
        return self.bytes(content, headers={**HEADERS, "Content-Type": media_type})


class PageView(PageFileView):
    """The page itself."""

    view_path = "/"
