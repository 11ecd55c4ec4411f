"""The app and the worker's process.

See the package for what the classes are.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import faust

if TYPE_CHECKING:
    from faust.types import AgentT


class AppBase(faust.App):
    """The app."""

    def _new_transport(self) -> Any:  # noqa: ANN401  # Faust's signature
        return self.new_transport()

    @abstractmethod
    def new_transport(self) -> Any:  # noqa: ANN401  # Faust's signature
        """The way to Kafka."""

    def _new_web(self) -> Any:  # noqa: ANN401  # Faust's signature
        return self.new_web_server()

    @abstractmethod
    def new_web_server(self) -> Any:  # noqa: ANN401  # Faust's signature
        """The web server."""

    def is_stopping(self) -> bool:
        """Whether the app was asked to stop."""
        return self._stopped.is_set()

    def _crash(self, reason: BaseException) -> None:
        # Whatever part of the worker crashes, Faust reports it to all those above it.
        self.on_crash(reason)
        super()._crash(reason)

    @abstractmethod
    def on_crash(self, reason: BaseException) -> None:
        """A part of the worker has crashed."""

    async def _on_agent_error(self, agent: AgentT[Any], exc: BaseException) -> None:
        await self.on_failed_agent(agent, exc)

    @abstractmethod
    async def on_failed_agent(self, agent: AgentT[Any], error: BaseException) -> None:
        """An agent has failed."""


class WorkerBase(faust.Worker):
    """The worker's process."""

    def _on_sigint(self) -> None:
        self.on_stop_signal()
        super()._on_sigint()

    def _on_sigterm(self) -> None:
        self.on_stop_signal()
        super()._on_sigterm()

    @abstractmethod
    def on_stop_signal(self) -> None:
        """The process is asked to stop."""

    def _shutdown_loop(self) -> None:
        self.end_loop()

    @abstractmethod
    def end_loop(self) -> None:
        """End the event loop: all services are stopped."""

    def _setup_logging(self) -> None:
        self.before_logging()
        super()._setup_logging()

    @abstractmethod
    def before_logging(self) -> None:
        """Logging is set up next, by `loglevel` and the like."""
