"""The signs of a scam in a message, and whether they are enough to warn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from content.models.scams import Messages, Scams, Sign
from handlers.talk.suspicion.ideas import Ideas, Places
from handlers.talk.suspicion.likeness import Likeness

#: What cannot be excused by the words around it.
_LINKS = frozenset({"link_fake", "link_odd", "link_hidden", "link_strange", "apk"})


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What was seen in a message: its signs, the strongest first, and whether to warn."""

    signs: tuple[Sign, ...]
    warn: bool
    #: It tells that money or a code has been given away already.
    lost: bool


class Suspecting:
    """Reads messages for signs of a scam, knowing them and having learnt from messages."""

    def __init__(self, known: Scams, messages: Messages) -> None:
        self._known = known
        self._ideas = Ideas(known)
        #: Every message is read for these, so that no other is looked for.
        self._of_cries = {idea for pattern in known.cries for idea in pattern.split()}
        self._is_like_scams = Likeness(messages.scams, messages.honest)

    def read(self, text: str) -> Suspicion:
        """The signs in a message of any length."""
        known, places = self._known, dict(self._ideas.found(text))
        for idea, patterns in known.compounds.items():
            places[idea] = [at for pattern in patterns for at in self._places_of(pattern, places)]
        alike = self._is_like_scams(text)
        if self._any(known.warnings, places):
            alike, places = False, {idea: at for idea, at in places.items() if idea in _LINKS}
        strong = [sign for sign in known.signs if self._any(sign.strong, places)]
        weak = [s for s in known.signs if s not in strong and self._any(s.weak, places)]
        if alike and not strong and not weak:  # there is nothing better to name
            weak = [sign for sign in known.signs if self._any(sign.weak, {"alike": [0]})]
        return Suspicion(
            signs=(*strong, *weak),
            warn=bool(strong) or alike,
            lost=self._any(known.lost, places),
        )

    def cries(self, text: str) -> bool:
        """Whether a text cries for help: somebody wants a code now."""
        return self._any(self._known.cries, self._ideas.found(text, self._of_cries))

    def _any(self, patterns: Iterable[str], places: Places) -> bool:
        return any(self._places_of(pattern, places) for pattern in patterns)

    def _places_of(self, pattern: str, places: Places) -> list[int]:
        """Where the first idea of a pattern is with all the others near it."""
        first, *others = pattern.split()
        near = self._known.reach
        return [
            at
            for at in places.get(first, ())
            if all(any(abs(at - other) <= near for other in places.get(o, ())) for o in others)
        ]
