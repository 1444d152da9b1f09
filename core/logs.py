"""Structured logs, in English: constant event names with fields; never customer words, phones or secrets."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

QUIET = ("aiosqlite", "httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram", "twilio", "asyncio")
"""Libraries that log addresses or parameters: a bot token stands in every Telegram address (G39)."""

SILENT = logging.CRITICAL + 1


def configure(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Send every log line to `stream` as JSON, one a line."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_failed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    quiet_libraries()


def quiet_libraries() -> None:
    """Libraries speak from warnings on; Bolt, which warns of every request it leaves alone, of errors.

    Telegram's is silent: as an error it writes down an answer it cannot read, with a customer's words in it.
    """
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    logging.getLogger("telegram").setLevel(SILENT)


def _where_it_failed(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Of an exception, its type and the lines it went through: its message may hold customers' words."""
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["trace"] = _lines(error)
    return entry


def _lines(error: BaseException) -> list[str]:
    trace, lines = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return lines[-8:]
