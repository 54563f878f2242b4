"""Reads single content files, gathering problems instead of stopping at the first."""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from content.placeholders import ADDRESS, filled
from content.problems import Problem

_BOM = "\ufeff"
#: Where TOML wants a straight quotation mark.
_CURLY = re.compile(r"^\s*[\w.]+\s*=\s*\[?\s*[“”„]")
Model = TypeVar("Model", bound=BaseModel)


class Reading:
    """One run over the files below `root`, and the problems found on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def file(
        self,
        path: Path,
        model: type[Model],
        known: Collection[str] = ADDRESS,
        words: Mapping[str, str] | None = None,
    ) -> Model | None:
        """A file in its shape, `words` filled in; None after saying what is wrong with it."""
        data = self.toml(path)
        if data is None:
            return None
        self.check_placeholders(path, data, {*known, *(words or {})})
        return self.shaped(path, filled(data, words or {}), model)

    def toml(self, path: Path) -> dict[str, Any] | None:
        """What a file says, as TOML gives it."""
        try:
            text = path.read_text(encoding="utf-8")
            told = _typed_wrongly(text)
            data = tomllib.loads(text.removeprefix(_BOM))
        except OSError as error:
            self.say(path, "", f"cannot be read: {error.strerror}")
            return None
        except UnicodeDecodeError as error:
            self.say(path, "", f"is not saved as UTF-8: {error}")
            return None
        except tomllib.TOMLDecodeError as error:
            self.say(path, "", told or f"is not correct TOML: {error}")
            return None
        if told:
            self.say(path, "", told)
        return data

    def shaped(self, path: Path, data: object, model: type[Model]) -> Model | None:
        """The data in the shape of a model."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                if problem["type"] == "too_short" and not _too_few(problem):
                    continue  # some are wrong themselves, and told
                key = ".".join(str(part) for part in problem["loc"])
                self.say(path, key, problem["msg"].removeprefix("Value error, "))
            return None

    def check_placeholders(self, path: Path, data: object, known: Collection[str]) -> None:
        """Every {…} in every text must be something that is filled in."""
        for key, text in texts(data):
            try:
                parsed = [name for _, name, _, _ in string.Formatter().parse(text)]
            except ValueError as error:
                self.say(path, key, f"has a brace that opens or closes nothing: {error}")
                continue
            for name in parsed:
                if name is not None and name not in known:
                    self.say(path, key, f"has {{{name}}}, which nothing fills in")

    def say(self, path: Path, key: str, what: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.name(path), key, what))

    def name(self, path: Path) -> str:
        """A file as problems name it."""
        return f"content/{path.relative_to(self.root).as_posix()}"


def _too_few(problem: ErrorDetails) -> bool:
    """Whether a list is short as it was written, not only without what is wrong in it."""
    written: Collection[object] = problem["input"]
    return len(written) < int(problem["ctx"]["min_length"])


def _typed_wrongly(text: str) -> str | None:
    """What a program for writing did to a file, on which line, and what to do."""
    if text.startswith(_BOM):
        return "line 1 begins with an unseen mark (BOM); save it again as UTF-8 without BOM"
    for number, line in enumerate(text.splitlines(), 1):
        if _CURLY.search(line):
            return f'line {number} has curly quotes around a text; type straight ones: "'
        if not unicodedata.is_normalized("NFC", line):
            told = "has letters in two pieces; type it again, or save the file as Unicode NFC"
            return f"line {number} {told}"
    return None


def texts(data: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a TOML document with the path of its key."""
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from texts(value, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from texts(value, f"{key}.{number}")
