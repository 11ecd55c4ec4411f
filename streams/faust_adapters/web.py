"""The web server.

See the package for what the classes are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faust.web.drivers.aiohttp import Web

if TYPE_CHECKING:
    from aiohttp.web import AppRunner


class WebServer(Web):
    """The web server."""

    def run_by(self, runner: AppRunner) -> None:
        """Serve by another runner; before the server starts."""
        self._runner = runner
