"""The worker's log: JSON for programs, coloured text on a terminal; lines name the load that they are about.

Everybody logs by the standard library, our modules as the others. What is special is how lines are written.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

from models.publication import is_load
from models.settings.log_format import LogFormat
from streams.columns.constant_column import ConstantColumn
from streams.operations.shutdown import StoppingWorker

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

    from streams.kafka.micro_batch import MicroBatches
    from streams.worker import Application


class LoggingWorker(StoppingWorker):
    """The worker's process, with a log in the format that LOG_FORMAT names."""

    app: Application

    def before_logging(self) -> None:
        """Have Faust know a level that logging does not."""
        # A choice of Faust's command line whose name logging does not know.
        if isinstance(self.loglevel, str) and self.loglevel.lower() == "crit":
            self.loglevel = logging.CRITICAL

    def on_setup_root_logger(self, logger: logging.Logger, level: int) -> None:
        """Have all that is logged written in that format, to where Faust has it written."""
        super().on_setup_root_logger(logger, level)
        formatter = formatter_of(self.app.settings.log_format, is_terminal=sys.stderr.isatty())
        for handler in logger.handlers:
            handler.setFormatter(formatter)


def formatter_of(log_format: LogFormat, *, is_terminal: bool) -> logging.Formatter:
    """What writes a record as a line.

    Args:
        log_format: as the setting says.
        is_terminal: whether people are looking on.
    """
    as_text = log_format is LogFormat.TEXT or (log_format is LogFormat.AUTO and is_terminal)
    ending: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=is_terminal, exception_formatter=structlog.dev.plain_traceback)]
        if as_text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
    )
    return ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            add_log_level,
            add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tidied,
        ],
        processors=[ProcessorFormatter.remove_processors_meta, *ending],
    )


def about(batches: MicroBatches) -> AbstractContextManager[Any]:
    """Inside, lines that are logged name the load that the batches's records come from, if it is one."""
    sources = batches[0].sources
    if not isinstance(sources, ConstantColumn):
        return nullcontext()
    load = sources.value.load_id
    if not is_load(load):
        return nullcontext()
    if not all(
        isinstance(batch.sources, ConstantColumn) and batch.sources.value.load_id == load for batch in batches[1:]
    ):
        return nullcontext()
    return bound_contextvars(load=str(load))


def _tidied(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    # Faust ends its messages with a space.
    event["event"] = str(event["event"]).strip()
    event["pid"] = os.getpid()
    return event


def _json(event: EventDict, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()
