"""Every place a talk can go, and how a person's words find it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from content.loader import Content
from handlers.talk import rights
from handlers.talk.flow import BACK, Ending, Flow, Frame
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage.database import Tx

RESUME, WORDS, MENU, REGISTER, REPORT = "resume", "words", "menu", "register", "report"

Page = Callable[[Tx, Scene, str], Awaitable[Ending]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One place to go: a flow or a page, by name, command, or words, for whoever has the right."""

    name: str
    to: Flow | Page
    command: str | None = None
    #: Key under [words] in content/phrases.toml: ways to ask for it in plain words.
    words: str | None = None
    right: rights.Right = "person"


class Routes:
    """The routes of the program, looked up by name, by command, or by words."""

    def __init__(self, content: Content, routes: Sequence[Route]) -> None:
        self._by_name: Mapping[str, Route] = {route.name: route for route in routes}
        self._by_command = {route.command: route for route in routes if route.command}
        self._by_words = {
            fold(said): route
            for route in routes
            if route.words
            for said in content.phrases[f"words.{route.words}"].split(",")
        }
        answers = content.vocabulary.answers
        self._back = {fold(said) for said in (BACK, *answers.back)}
        self._cancel = {fold(said) for said in answers.cancel}

    def flow(self, frame: Frame) -> Flow | None:
        """The flow of a frame, or None when the program no longer has that flow or step."""
        route = self._by_name.get(frame.flow)
        known = route and isinstance(route.to, Flow) and frame.step in route.to.steps
        return route.to if route and known and isinstance(route.to, Flow) else None

    def command(self, name: str) -> Route | None:
        """The route of a slash command."""
        return self._by_command.get(name)

    def by_words(self, said: str) -> Route | None:
        """The route that folded words ask for."""
        return self._by_words.get(said)

    def named(self, name: str) -> Route | None:
        """The route with this name."""
        return self._by_name.get(name)

    def means_back(self, said: str) -> bool:
        """Whether folded words ask for the question before."""
        return said in self._back

    def means_cancel(self, said: str) -> bool:
        """Whether folded words ask to stop what is going on."""
        return said in self._cancel
