"""The log of the service: a line of JSON for each event on standard error, tracebacks without the values of variables."""

from __future__ import annotations

import sys

import structlog


def keep_log() -> None:
    """Write every later event so; values of variables would carry what people typed and sent."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
