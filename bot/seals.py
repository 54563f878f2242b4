"""The secret that seals addresses: set by the operator, or made once and kept beside the data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import Settings

_SQLITE = "sqlite:///"


def secret_of(settings: Settings) -> bytes:
    """The secret. OSError when it is not set and cannot be kept."""
    if held := settings.bot_secret.get_secret_value():
        return held.encode()
    url = settings.bot_database_url
    folder = Path(url.removeprefix(_SQLITE)).parent if url.startswith(_SQLITE) else Path("data")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "secret"
    if not file.exists():
        part = folder / f"secret.{os.getpid()}"
        with open(part, "w", encoding="ascii", opener=_for_us_alone) as out:
            out.write(secrets.token_urlsafe(32))
        try:
            os.link(part, file)  # of two at once, one is first and both read what it wrote
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return file.read_bytes()


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
