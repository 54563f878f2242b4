"""Logging to standard error, with every known secret kept out of it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

#: Libraries that write URLs at INFO; a Telegram URL holds the token.
_TALKATIVE = ("fontTools", "aiohttp", "apscheduler", "httpcore", "httpx", "telegram")


class _Redacting(logging.Formatter):
    """Writes a line and its traceback with secrets replaced."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up(secrets: Iterable[str]) -> None:
    """Log to standard error from INFO up, libraries from WARNING up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
