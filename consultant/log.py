"""One log for the whole service: a line per happening, with the case id bound, and nothing of a mail in it.

Lines go to standard error, as words for a person or as JSON for a collector. Every line, of ours and of libraries, passes through
redaction (privacy.py). An exception is written as its type and the place in our code where it came up; its message is written
only when the exception is one of ours, whose messages are promised to be free of mail text (errors.py).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Any

import structlog

from consultant.errors import ConsultantError
from consultant.privacy import redact, redact_value

_OURS = Path(__file__).parent
# Libraries that write addresses, arguments or every request at their usual level.
_TALKATIVE = {
    "mail.log": logging.ERROR,
    "mail.debug": logging.ERROR,
    "asyncio": logging.WARNING,
    "celery": logging.WARNING,
    "celery.app.trace": logging.CRITICAL,
    "celery.redirected": logging.CRITICAL,
    "kombu": logging.WARNING,
    "amqp": logging.WARNING,
    "uvicorn": logging.WARNING,
    "flower": logging.ERROR,
    "sqlalchemy.engine": logging.WARNING,
    "alembic": logging.WARNING,
    "tornado": logging.WARNING,
    "urllib3": logging.WARNING,
}

Line = MutableMapping[str, Any]


def configure(*, level: str = "INFO", as_json: bool = False) -> None:
    """Set up the log of this process once, at its start. ``level`` is DEBUG, INFO, WARNING or ERROR."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_error,
        _redact_line,
    ]
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last], foreign_pre_chain=shared
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quieter in _TALKATIVE.items():
        logging.getLogger(name).setLevel(quieter)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one part of the service (``listener``, ``worker`` …)."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"consultant.{name}", part=name)
    return logger


@contextmanager
def about_case(case_id: int) -> Iterator[None]:
    """Bind the case id to every line that is written inside."""
    with structlog.contextvars.bound_contextvars(case=case_id):
        yield


def describe(error: BaseException) -> str:
    """An exception in one line without anything a mail could have put into it.

    Its type and the last place in our code it passed through; its message only when it is one of ours.
    """
    name = type(error).__name__
    if isinstance(error, ConsultantError):
        return f"{name}: {redact(str(error))}"
    ours = [(frame, line) for frame, line in walk_tb(error.__traceback__) if Path(frame.f_code.co_filename).is_relative_to(_OURS)]
    if not ours:
        return name
    frame, line = ours[-1]
    return f"{name} at {Path(frame.f_code.co_filename).relative_to(_OURS.parent)}:{line}"


def _name_the_error(_logger: object, _method: str, line: Line) -> Line:
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        line["error"] = describe(error)
    line.pop("stack_info", None)
    return line


def _redact_line(_logger: object, _method: str, line: Line) -> Line:
    # Names with an underscore belong to structlog itself and are removed before a line is written.
    for key, value in line.items():
        if not key.startswith("_") and key != "timestamp":
            line[key] = redact_value(value)
    return line
