"""Run every benchmark; the first lines say on what."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

from benchmarks import delivery, suspicion, turn, understanding

LIBRARIES = ("python-telegram-bot", "httpx", "aiohttp", "uvloop", "aiosqlite", "pydantic")


def main() -> None:
    """Print the heading, then each benchmark's table."""
    print(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES), end="\n\n")
    understanding.main()
    print(flush=True)
    suspicion.main()
    print(flush=True)
    turn.main()
    print(flush=True)
    delivery.main()


if __name__ == "__main__":
    main()
