"""From where photos, voices and files that people sent are fetched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

#: Letters of an ending.
_LONGEST = 4


def on_hosts(url: Any, hosts: Iterable[str]) -> str | None:
    """A URL, if it is one on these hosts or below one of them."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    known = any(host == one or host.endswith(f".{one}") for one in hosts)
    return url if known and parts.scheme in {"https", "http"} else None


def ending_of(url: str | None, otherwise: str) -> str:
    """The ending of the file at a URL, without its dot; `otherwise` where it has none."""
    ending = PurePosixPath(urlsplit(url or "").path).suffix[1:].lower()
    return ending if ending.isalnum() and len(ending) <= _LONGEST else otherwise
