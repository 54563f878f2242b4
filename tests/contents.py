"""Copies of the content that may be spoilt."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from content.loader import ROOT


def copy_to(folder: Path) -> Path:
    """A copy of every content file; its root."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "models")
    return Path(shutil.copytree(ROOT, folder / "content", ignore=ignored))


def spoil(path: Path, old: str, new: str, times: int = 1) -> None:
    """Change something in a file, found by a regular expression (times 0: everywhere)."""
    text = path.read_text(encoding="utf-8")
    changed, found = re.subn(old, lambda _: new, text, count=times, flags=re.DOTALL)
    assert found, f"{path}: nothing like {old}"
    path.write_text(changed, encoding="utf-8")
