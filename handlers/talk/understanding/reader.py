"""The last stage: a sentence into reports, or into what is still to be asked.

Rather than guess, it asks: an amount said without being sure, a number left over, a sentence with
strange words come back with what is missing; a plan or a purchase comes back as no report at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from content.models.activity import Activities, Activity
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import AmountReader, Told
from handlers.talk.understanding.belonging import Belonging
from handlers.talk.understanding.certainty import Certainty
from handlers.talk.understanding.clauses import Clause, ClauseReader
from handlers.talk.understanding.corrections import DayCorrector
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.days import DayReader
from handlers.talk.understanding.drafting import Drafter, without_parts
from handlers.talk.understanding.drafts import Draft, Entry
from handlers.talk.understanding.items import Amount, Item, Missing, Understanding
from handlers.talk.understanding.moments import Coming, MomentReader
from handlers.talk.understanding.naming import NameReader
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.occasions import OccasionReader
from handlers.talk.understanding.received import Planted, ReceivedReader
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.sharing import Share, ShareReader
from handlers.talk.understanding.spelling import Speller
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.tokens import Token, flags, tokens_of
from handlers.talk.understanding.topics import TopicReader
from handlers.talk.understanding.uncounted import Uncounted
from handlers.talk.understanding.verbs import Verb

__all__ = ["Amount", "Item", "Missing", "Reader", "Understanding"]

#: An answer to "how many?" that is longer than this is no bare number any more.
_LONGEST_ANSWER = 6
#: Where only the places of days matter; far from either end of the calendar.
_ANY_DAY = date(2000, 1, 1)


class Reader:
    """Reads sentences; made once from the content, used for every message."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        self._kinds = {activity.key: activity for activity in kinds.activities}
        self._names = NameReader(known, kinds, species)
        self._speller = Speller(known, kinds, species)
        self._numbers = NumberReader(known.numbers)
        self._days = DayReader(known, kinds, self._numbers)
        self._moments = MomentReader(known, self._numbers)
        self._corrector = DayCorrector(known, self._numbers)
        things = ThingReader(known, kinds, species)
        self._topics = TopicReader(things)
        self._amounts = AmountReader(known, kinds, things, self._numbers)
        self._shares = ShareReader(known, self._numbers, things)
        self._clauses = ClauseReader(known, kinds)
        self._belonging = Belonging(kinds)
        self._received = ReceivedReader(known, kinds)
        self._drafter = Drafter(known, kinds, self._numbers)
        self._occasions = OccasionReader(known, kinds, self._numbers)
        self._uncounted = Uncounted(known, kinds, self._numbers)
        self._holders = flags(known.talk.holders)
        self._certainty = Certainty(known, kinds, species)
        self._over = flags(known.talk.over)
        self._latest: tuple[str, date, Understanding] | None = None

    def understand(self, text: str, today: date) -> Understanding:
        """What a free sentence reports. An amount counts only beside its unit or its kind."""
        # One turn asks more than once: whether a sentence reports anything, then what.
        if self._latest is None or self._latest[:2] != (text, today):
            self._latest = (text, today, self._understand(text, today))
        return self._latest[2]

    def amount(self, text: str, activity: Activity) -> Amount | None:
        """The amount in an answer to "how many?", where a bare number is enough."""
        tokens = self._tokens(text)
        found = [
            told
            for told in self._amounts.find(tokens, self._days.find(tokens, _ANY_DAY))
            if told.quantity is not None and told.unit in (*activity.units, None)
        ]
        if found:
            last = found[-1]
            quantity = last.quantity or Decimal(0)
            unit = last.unit or activity.units[0]
            quantity = -quantity if last.negative else quantity
            return Amount(quantity=quantity, unit_of_measure=unit, what=last.what)
        bare = self.numbers(text)
        if len(bare) != 1 or len(tokens) > _LONGEST_ANSWER:
            return None
        return Amount(quantity=bare[0], unit_of_measure=activity.units[0])

    def day(self, text: str, today: date) -> date | None:
        """The day in an answer to "when?"; None when it names none, or one that has not come."""
        tokens = self._tokens(text)
        days, _ = self._corrector.settle(tokens, self._days.find(tokens, today))
        return next((day.on for day in days if day.on is not None), None)

    def moment(self, text: str, now: datetime) -> Coming:
        """The moments to come that an answer to "when?" may mean; `now` in the zone of its days."""
        return self._moments.read(tokens_of(text), now)

    def number(self, text: str) -> Decimal | None:
        """The number that a text is, or None when it is anything more or less than one number."""
        return self._numbers.whole(text)

    def numbers(self, text: str) -> list[Decimal]:
        """Every number in a text, in order."""
        tokens, found, at = tokens_of(text), [], 0
        while at < len(tokens):
            number = self._numbers.read(tokens, at)
            if number:
                found.append(number.value)
            at += number.length if number else 1
        return found

    # --- the stages in a row

    def _tokens(self, text: str) -> list[Token]:
        return self._speller.mend(self._names.mark(tokens_of(text)))

    def _understand(self, text: str, today: date) -> Understanding:
        said = self._sentence(text, today)
        draft, used = Draft(), list[Told]()
        shares = {told: self._shares.find(said, told) for told in said.amounts}
        factors = {share.factor for share in shares.values() if share}
        for clause in said.clauses:
            occasions = self._occasions.find(said.tokens, clause)
            while occasions and occasions[0] is clause.verbs[0]:
                used += self._add_occasion(draft, said, clause, occasions.pop(0))
            for told in said.told_in(clause):
                if told.start in factors or self._is_how_often(said, told):
                    used.append(told)
                    continue
                self._add_amount(draft, said, clause, told, used, shares[told])
            for occasion in occasions:
                used += self._add_occasion(draft, said, clause, occasion)
            self._add_uncounted(draft, said, clause)
        items = [item for item in without_parts(draft.items) if not _is_zero(item)]
        if draft.items and not items:
            return Understanding(negated=True)
        if not items or not said.has_come():
            return self._without_amount(said, used)
        sure = draft.believed and self._certainty.holds(said, items, used)
        missing: Missing | None = None if sure else "sure"
        if any(item.amount is None for item in items):
            missing = "quantity"
            if len(items) == 1 and said.tokens[-1].text == "?":
                return Understanding()  # "1 sào trồng bao nhiêu cây?"
        return Understanding(items=tuple(items), missing=missing)

    def _sentence(self, text: str, today: date) -> Sentence:
        tokens = self._tokens(text)
        days, settled = self._corrector.settle(tokens, self._days.find(tokens, today))
        if self._over.search(tokens):
            days = [_doubted(day, tokens) for day in days]
        amounts = self._amounts.find(tokens, days)
        clauses = self._clauses.split(tokens, amounts, days)
        return Sentence(tokens, days, amounts, clauses, settled)

    def _add_amount(
        self,
        draft: Draft,
        said: Sentence,
        clause: Clause,
        told: Told,
        used: list[Told],
        share: Share | None,
    ) -> None:
        planted = self._received.planted(said, told, clause)
        if planted:
            self._add_planted(draft, said, planted, told, used)
            return
        activity = self._belonging.activity(said, told, clause)
        floor = said.end_before(told.start)
        lost = bool(draft.items) and self._drafter.is_loss(said.tokens, told, floor)
        if not activity or not (lost or self._is_report(said, told, clause, activity)):
            return
        alive = not draft.items and self._drafter.is_alive(said.tokens, told, clause)
        rivalled = self._belonging.is_rivalled(said, clause, told, activity)
        if clause.question or clause.unclear or rivalled or (alive and activity.follow_up):
            draft.doubt()
        if alive and activity.follow_up:  # "cây tôi trồng tháng trước còn 8 cây"
            activity = self._kinds[activity.follow_up.activity]
        entry = self._entry(draft, said, clause, told, activity, used)
        self._add_each(draft, entry, share, said.tokens)
        used.append(told)

    def _add_planted(
        self, draft: Draft, said: Sentence, planted: Planted, told: Told, used: list[Told]
    ) -> None:
        """Add what was received and then planted, on the day when it was planted."""
        if not planted.sure:
            draft.doubt()
        clause = said.clause_of(told)
        activity = self._kinds[planted.verb.activity or ""]
        entry = self._entry(draft, said, clause, told, activity, used)
        on = said.on(planted.verb.place, planted.clause)
        entry = replace(entry, behind=(), on=on, who=planted.clause.who, has_verb=True)
        self._drafter.add(draft, entry, said.tokens)
        used.append(told)

    def _add_each(
        self, draft: Draft, entry: Entry, share: Share | None, tokens: Sequence[Token]
    ) -> None:
        """Add an amount once, or for each of what it was told of."""
        quantity = entry.told.quantity
        if share is None or quantity is None:
            self._drafter.add(draft, entry, tokens)
            return
        entry = replace(entry, shared=True)
        told = replace(entry.told, quantity=quantity * share.times)
        for day in share.days or (entry.on,):
            for thing in share.things or (told.what,):
                each = replace(entry, told=replace(told, what=thing), on=day)
                self._drafter.add(draft, each, tokens)

    def _is_how_often(self, said: Sentence, told: Told) -> bool:
        """Whether it only says how often, beside how much: "hai buổi, được 20 chai"."""
        often = {one.uncounted for one in self._kinds.values()} - {None}
        if told.unit not in often:
            return False
        clause = said.clause_of(told)
        activity = self._belonging.activity(said, told, clause)
        if activity is None:
            return False
        on = said.on(told.start, clause)
        return any(
            one.unit in activity.units
            and one.unit != told.unit
            and self._belonging.activity(said, one, said.clause_of(one)) is activity
            and said.on(one.start, said.clause_of(one)) == on
            for one in said.amounts
        )

    def _entry(
        self,
        draft: Draft,
        said: Sentence,
        clause: Clause,
        told: Told,
        activity: Activity,
        used: Sequence[Told],
    ) -> Entry:
        """An amount with the words around it that say what it does to those before it."""
        tokens, verb = said.tokens, clause.verb_before(told.start)
        alive = any(
            one.follow_up and one.follow_up.activity == activity.key for one in self._kinds.values()
        )
        if told.unit is None and len(activity.units) > 1:
            named = self._amounts.unit_named(tokens[clause.start : told.start], activity.own_units)
            told = replace(told, unit=named)
        earlier = used or [one for one in said.amounts if self._certainty.is_refused(said, one)]
        end = max((one.end for one in earlier if one.start < told.start), default=0)
        start = end if draft.items else max(end, clause.start)
        behind_day = said.settled if start < said.settled <= told.start else start
        if any(token.is_sign for token in tokens[behind_day : told.start]):
            start = behind_day  # the correction was of the day alone
        after = max(start, verb.place + verb.length) if verb else start
        thing = self._topics.find(said, clause, told, verb)
        if activity.things and told.what is None and thing is None and not alive:
            thing = self._received.kind(said, told)
        return Entry(
            told=told,
            activity=activity,
            lead=tokens[start : told.start],
            refusing=tokens[behind_day : told.start],
            after_verb=tokens[after : told.start],
            behind=tokens[told.end : clause.end],
            has_verb=verb is not None,
            thing=thing,
            on=said.on(told.start, clause),
            who=clause.who,
        )

    def _add_occasion(self, draft: Draft, said: Sentence, clause: Clause, verb: Verb) -> list[Told]:
        """Add an occasion; the amounts that told how often it was."""
        kind = self._kinds[verb.activity or ""]
        if draft.last_amount(kind):
            return []
        amount = self._occasions.amount(said.tokens, clause, verb, kind)
        on = said.on(verb.place, clause)
        draft.append(Item(activity=kind.key, amount=amount, on=on, who=clause.who))
        if not self._occasions.is_sure(said.tokens, clause, verb, on):
            draft.doubt()
        often = (told for told in said.amounts if told.unit == kind.units[0])
        first = kind.amount == "first"
        return [told for told in often if amount and (first or told.quantity == amount.quantity)]

    def _add_uncounted(self, draft: Draft, said: Sentence, clause: Clause) -> None:
        """Add what was plainly done, where it need not be weighed: "phân loại rác rồi"."""
        kind = self._kinds[clause.verb] if clause.verb else None
        if kind is None or kind.uncounted is None or draft.last_amount(kind):
            return
        if any(
            told.unit in kind.units or clause.start <= told.start < clause.end
            for told in said.amounts
        ):
            return
        on = said.on(clause.verbs[0].place, clause)
        if self._uncounted.holds(said, clause, on):
            amount = Amount(quantity=Decimal(1), unit_of_measure=kind.uncounted)
            draft.append(Item(activity=kind.key, amount=amount, on=on, who=clause.who))

    def _is_report(self, said: Sentence, told: Told, clause: Clause, activity: Activity) -> bool:
        """Whether an amount is of what was done."""
        if not clause.is_done(told) or self._occasions.is_occasion(activity.key):
            return False
        if not clause.verbs and self._is_of_holder(said, clause, told):
            return False  # "thùng rác nhà tôi 20 lít"
        nearest = clause.verb_before(told.start)
        if nearest and self._occasions.is_occasion(nearest.activity or ""):
            return False  # "mua 3 cây giống trên mạng"
        if not told.bare:
            return True
        # A number alone is an amount only behind its verb, at the end of what is said.
        followed = any(other.start == told.end for other in said.amounts)
        followed = followed or any(verb.place >= told.end for verb in clause.verbs)
        if nearest is None or followed or self._certainty.is_money(said, told, clause):
            return False
        return self._certainty.is_closed(said, told, clause)

    def _is_of_holder(self, said: Sentence, clause: Clause, told: Told) -> bool:
        """Whether a vessel that is not itself counted ("1 xô rác") stands before an amount."""
        return any(
            self._holders.at(said.tokens, place)
            and not any(one.start <= place < one.end for one in said.amounts)
            for place in self._holders.places(said.tokens, clause.start, told.start)
        )

    def _without_amount(self, said: Sentence, used: Sequence[Told]) -> Understanding:
        """Nothing was done; or something was, and how much is still to be said; or neither."""
        if any(clause.negated for clause in said.clauses):
            return Understanding(negated=True)
        asked = said.tokens and said.tokens[-1].text == "?"
        if used or asked or any(day.to_come for day in said.days):
            return Understanding()
        for clause in said.clauses:
            done = clause.verb and not (clause.planned or clause.question)
            if not done or not clause.verb or self._occasions.is_occasion(clause.verb):
                continue
            if all(clause.is_done(told) for told in said.told_in(clause)):
                on = said.on(clause.start, clause)
                item = Item(activity=clause.verb, amount=None, on=on, who=clause.who)
                return Understanding(items=(item,), missing="quantity")
        return Understanding()


def _is_zero(item: Item) -> bool:
    return item.amount is not None and item.amount.quantity == 0


def _doubted(day: Day, tokens: Sequence[Token]) -> Day:
    """A date that has not come, where something is told to be over: the date is in doubt."""
    dated = any(token.is_number for token in tokens[day.start : day.start + day.length])
    return replace(day, to_come=False, doubtful=True) if day.to_come and dated else day
