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

RESUME, WORDS, MENU, THANKS = "resume", "words", "menu", "thanks"
REGISTER, REPORT, SAFETY = "register", "report", "safety"
WHO, ANOTHER = "who", "another"
CORRECT, UNDO, PROXY = "correct", "undo", "proxy"
LEARN, RECALL, CERTIFICATE = "learn", "recall", "certificate"
ASK_HELP, HELPED, PRACTISED = "ask_help", "helped", "practised"
CONFIRM, UNCONFIRM = "confirm", "unconfirm"
ASK, CLEAR, UNCLEAR, QUESTIONS = "ask", "clear", "unclear", "questions"
ANSWER, PROPOSE = "answer", "propose"
REMINDERS = "reminders"
CONSENT, PRIVACY = "consent", "privacy"
#: Behind ASK: words that were told as a question, words or a voice that may be one, and photos that
#: wait.
TOLD, OFFERED, SPOKEN, SHOWN = "told", "offered", "spoken", "shown"
LINK, LINK_CODE = "link", "link_code"
MEMBERS, ADD_MEMBER, MEMBER_UNDO = "members", "add_member", "member_undo"
ADD_MEMBERS = "add_members"
#: Behind ADD_MEMBERS: a file came before it was asked for.
AGAIN = "again"
PRINT = "print"
BOARDS = "boards"
INVITE, CODES = "invite", "codes"
ANNOUNCE, ANNOUNCED, READ = "announce", "announced", "read"
GATHER, GATHERING, COMING, INVITED = "gather", "gathering", "coming", "invited"
CHANGE_GATHERING, ROLL, CODE, HERE = "change_gathering", "roll", "roll_code", "here"
RESULT = "result"
PREVIEW, SECOND, MAILINGS = "preview", "second", "mailings"
SURVEY, SURVEYS, SURVEY_LATER = "survey", "surveys", "survey_later"
NEW_SURVEY, SURVEYED = "new_survey", "surveyed"
#: A place for one person only: "for:12:report".
FOR = "for"
#: Digits that fit a column of the database.
_LONGEST_NUMBER = 18
PHOTO = "photo"

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
    #: Its words may go on with a period, which it begins with: tổng hợp tháng 10.
    of_period: bool = False
    #: Its words are heeded in any talk, even where any words are an answer.
    at_once: bool = False
    #: It reads or writes for one person: on a shared phone it must be known who is talking.
    personal: bool = True
    #: It is open to who has not agreed to the newest words of consent.
    owes_nothing: bool = False


class Routes:
    """The routes of the program, looked up by name, by command, or by words."""

    def __init__(self, content: Content, routes: Sequence[Route]) -> None:
        self._content = content
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
        self._home = {fold(said) for said in answers.home}
        self._cancel = {fold(said) for said in answers.cancel}
        self._cancel_to_the_letter = {said for said in answers.cancel if not said.isascii()}
        self._cries = [fold(said) for said in answers.help]

        said = content.phrases
        self._fixes = _folded(said["leads.fix"])
        self._fixes_inside = _folded(said["leads.fix_inside"])
        self._undoes = _folded(said["leads.undo"])
        self._asks = _folded(said["leads.ask"])
        self._invites = _folded(said["leads.gather"])
        self._periods = _folded(said["leads.period"])

    def corrects(self, text: str) -> str | None:
        """The route of a text about a report told before: to correct it, or to take it back."""
        told = f"{fold(text)} "
        if any(told.startswith(f"{lead} ") for lead in self._undoes):
            return UNDO
        inside = any(f" {words} " in f" {told}" for words in self._fixes_inside)
        return CORRECT if inside or any(told.startswith(f"{o} ") for o in self._fixes) else None

    def asks(self, text: str) -> bool:
        """Whether a text says of itself that it is a question or a suggestion."""
        told = fold(text)
        return any(told.startswith(f"{lead} ") for lead in self._asks)

    def invites(self, text: str) -> str | None:
        """The route of a text that begins like an invitation to a gathering."""
        told = fold(text)
        return GATHER if any(told.startswith(f"{lead} ") for lead in self._invites) else None

    def of_period(self, text: str) -> tuple[Route, str] | None:
        """The route of words that go on with a period, and that period as it is told."""
        told = text.split()
        for many in range(1, len(told)):
            route = self._by_words.get(fold(" ".join(told[:many])))
            rest = " ".join(told[many:])
            if route and route.of_period and _begins(fold(rest), self._periods):
                return route, rest
        return None

    def flow(self, frame: Frame) -> Flow | None:
        """The flow of a frame, or None when the program no longer has that flow or step."""
        route = self._by_name.get(frame.flow)
        known = route and isinstance(route.to, Flow) and frame.step in route.to.steps
        return route.to if route and known and isinstance(route.to, Flow) else None

    def takes(self, frame: Frame | None) -> frozenset[str]:
        """What the question of a frame takes beside words; outside any, a voice may be one."""
        if frame is None:
            return frozenset({"voice"})
        flow = self.flow(frame)
        return flow.steps[frame.step].takes if flow else frozenset()

    def stands(self, frame: Frame) -> bool:
        """Whether a person can go on at a frame: its step is there, and what its data names."""
        flow = self.flow(frame)
        return flow is not None and flow.stands(self._content, frame.data)

    def command(self, name: str) -> Route | None:
        """The route of a slash command."""
        return self._by_command.get(name)

    def by_words(self, said: str) -> Route | None:
        """The route that folded words ask for."""
        return self._by_words.get(said)

    def named(self, name: str) -> Route | None:
        """The route with this name."""
        return self._by_name.get(name)

    def at_once(self, text: str) -> Route | None:
        """The route that a text asks for and that waits for no answer."""
        route = self._by_words.get(fold(text))
        return route if route and route.at_once else None

    def means_back(self, said: str) -> bool:
        """Whether folded words ask for the question before."""
        return said in self._back

    def means_home(self, said: str) -> bool:
        """Whether folded words ask for the menu wherever they are said: nobody is called so."""
        return said in self._home

    def means_cancel(self, text: str, *, to_the_letter: bool = False) -> bool:
        """Whether a text asks to stop what is going on.

        To the letter, accents and all, where any words are an answer: Huy is a name, hủy is not.
        """
        if to_the_letter:
            return text.casefold() in self._cancel_to_the_letter
        return fold(text) in self._cancel

    def cries_for_help(self, text: str) -> bool:
        """Whether a text says that someone is being cheated, whatever else it says."""
        said = f" {fold(text)} "
        return any(f" {cry} " in said for cry in self._cries)


def _begins(told: str, leads: Sequence[str]) -> bool:
    return any(f"{told} ".startswith(f"{lead} ") for lead in leads)


def _folded(listed: str) -> list[str]:
    return [fold(words) for words in listed.split(",")]


def split(go: str) -> tuple[str, str]:
    """A place to go ("undo:12") as its name and its argument."""
    name, _, argument = go.partition(":")
    return name, argument


def number_in(text: str) -> int | None:
    """The number of a record in an argument; None for anything else, and for what is too large."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
