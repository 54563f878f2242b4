"""Which activity an amount belongs to, and whether it could as well be another."""

from __future__ import annotations

from collections.abc import Sequence

from content.models.activity import Activities, Activity
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.verbs import Verb


class Belonging:
    """Gives amounts to activities: by the verb, the unit, or what else is spoken of."""

    def __init__(self, kinds: Activities) -> None:
        self._kinds = {activity.key: activity for activity in kinds.activities}
        self._owner = {unit: one.key for one in kinds.activities for unit in one.own_units}
        self._of_things = next((one.key for one in kinds.activities if one.things), None)
        #: Activities of which one tells the fate of the other, so that they are no rivals.
        self._kin = {
            frozenset((one.key, one.follow_up.activity))
            for one in kinds.activities
            if one.follow_up
        }

    def activity(self, said: Sentence, told: Told, clause: Clause) -> Activity | None:
        """The activity of an amount; None when none that is spoken of is told in such a unit."""
        verb = clause.verb_before(told.start)
        owner = self._owner.get(told.unit or "")
        if owner is None and told.unit is None and told.what:
            owner = self._of_things
        near = [verb.activity] if verb and verb.activity else []
        for key in [*near, owner] if owner else [*near, *_spoken(said.clauses, clause)]:
            if told.unit in (*self._kinds[key].units, None):
                return self._kinds[key]
        return None

    def is_rivalled(self, said: Sentence, clause: Clause, told: Told, activity: Activity) -> bool:
        """Whether the only amount of a clause could as well be of its other verb."""
        rivals = {
            verb.activity
            for verb in clause.verbs
            if verb.activity and not _is_purpose(said, told, verb)
        } - {activity.key}
        alone = len(list(said.told_in(clause))) == 1
        if not alone and clause.verb_before(told.start) is None and clause.verbs:
            rivals = {*clause.topics} - {activity.key}  # "1 bao rác và 2 xô rác bếp đổ hố ủ"
        elif not alone:
            return False
        return any(
            told.unit in self._kinds[key].units and frozenset((key, activity.key)) not in self._kin
            for key in rivals
        )


def _is_purpose(said: Sentence, told: Told, verb: Verb) -> bool:
    """Whether a verb behind an amount only tells what it is for: "4 cân rác để ủ phân"."""
    return verb.place > told.end and said.tokens[verb.place - 1].text == "để"


def _spoken(clauses: Sequence[Clause], clause: Clause) -> list[str]:
    """The activities spoken of: in the clause, then before it, nearest first, then anywhere."""
    before = [one for one in clauses if one.start <= clause.start]
    return [
        key
        for one in (*reversed(before), *clauses)
        for key in (*(verb.activity for verb in reversed(one.verbs)), *one.topics)
        if key is not None
    ]
