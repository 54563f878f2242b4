"""Long lists made short, for what has to be kept in a talk between two turns."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def pack(rows: list[Any]) -> str:
    """Plain JSON values as a short text."""
    plain = json.dumps(rows, ensure_ascii=False).encode()
    return base64.b85encode(zlib.compress(plain)).decode()


def unpack(packed: str) -> list[Any]:
    """The values that `pack` made short."""
    rows: list[Any] = json.loads(zlib.decompress(base64.b85decode(packed)))
    return rows
