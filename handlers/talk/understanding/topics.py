"""The tree that a sentence speaks of, where an amount names none: "luồng nhà tôi 50 gốc"."""

from __future__ import annotations

from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.verbs import Verb


class TopicReader:
    """Looks for it in the clause of the amount, then before it, then behind."""

    def __init__(self, things: ThingReader) -> None:
        self._things = things

    def find(self, said: Sentence, clause: Clause, told: Told, verb: Verb | None) -> str | None:
        """The tree that is spoken of, where the amount itself names none."""
        tokens = said.tokens
        start = clause.start + tokens[clause.start].is_sign
        first = self._things.topic(tokens, start, told.start)
        if first:
            return first
        at = verb.place + verb.length if verb else told.start
        behind = self._things.behind_verb(tokens, at, told.start)
        if behind or any(one.end <= told.start for one in said.amounts):
            return behind or self._things.all_of(tokens, told.end)
        named = self._before(said, clause) or self._things.all_of(tokens, told.end)
        return named or self._after(said, clause)

    def _after(self, said: Sentence, clause: Clause) -> str | None:
        """The tree that a later clause names: "mỗi cháu một cây, trồng cây bàng"."""
        for one in said.clauses:
            verb = next((verb for verb in one.verbs if verb.activity), None)
            if one.start > clause.start and verb and not any(said.told_in(one)):
                return self._things.behind_verb(said.tokens, verb.place + verb.length, one.end)
        return None

    def _before(self, said: Sentence, clause: Clause) -> str | None:
        """The tree that an earlier clause named: "trồng sưa đỏ, 11 gốc"."""
        for one in said.clauses:
            if one.start >= clause.start or one.planned:
                break
            start = one.start + said.tokens[one.start].is_sign
            named = self._things.topic(said.tokens, start, one.end)
            verb = next((verb for verb in one.verbs if verb.activity), None)
            if named is None and verb:
                at = verb.place + verb.length
                named = self._things.behind_verb(said.tokens, at, one.end)
            if named:
                return named
        return None
