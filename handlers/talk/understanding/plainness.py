"""Whether a sentence says anything that the bot does not know the meaning of.

"Hôm nay 5 cây nhé" is a report though it has no verb. "Từ đây ra chợ 12 cây" is none: its other
words are strange, so the bot asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.tokens import NAME, Token, flags


class Plainness:
    """Knows the words that turn no amount into anything else."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        talk, people = known.talk, known.people
        self._light = flags([*talk.light, *talk.lost, *talk.alive, *known.answers.polite])
        collected = [one for one in kinds.activities if one.amount == "asked" and not one.things]
        self._topics = flags([word for one in collected for word in one.words])
        self._achieved = Ending(talk.achieved)
        self._plain = flags(
            [
                *talk.plain, *talk.light, *talk.more, *talk.total, *talk.fix, *talk.fix_weak,
                *talk.fix_behind, *talk.not_this, *talk.lost, *talk.alive, *talk.of_which,
                *talk.each, *talk.done_verbs, *talk.breaks, *talk.not_later, *talk.not_, *talk.any,
                *known.answers.yes, *known.answers.polite, *known.classifiers.words,
                *known.approximate.before, *known.approximate.after, *known.calendar.vague,
                *people.self_, *people.family, *people.group, *people.titles, *people.names, NAME,
                *people.with_, *people.this_is_me, *people.not_who, *people.counted,
                *known.not_amounts.people, *known.not_amounts.after_these, *species,
                *(word for one in kinds.activities for word in (*one.verbs, *one.words)),
                *(word for one in kinds.units for word in (one.name, *one.words)),
            ]
        )  # fmt: skip

    def is_light(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a word at the end of a clause is none that a number could count."""
        return self._light.at(tokens, place) is not None

    def holds(
        self,
        tokens: Sequence[Token],
        amounts: Sequence[Told],
        days: Sequence[Day],
        places: Sequence[int],
    ) -> bool:
        """Whether every word outside amounts and days is a plain one, or it is plain anyway."""
        known = {place for told in amounts for place in range(told.start, told.end)}
        topical = self._topics.search(tokens) is not None
        for told in amounts:
            named = told.what or (told.unit and topical)
            if named and self._achieved.ends_at(tokens, told.start):
                return True
        known |= {place for day in days for place in range(day.start, day.start + day.length)}
        for place in range(len(tokens)):
            found = self._plain.at(tokens, place)
            if found:
                known.update(range(place, place + found.length))
        strange = (place for place in places if place not in known)
        return not any(tokens[place].text.isalpha() for place in strange)
