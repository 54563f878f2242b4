"""When a learnt skill is asked about again: spaced repetition, by the FSRS algorithm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fsrs import Card, Rating, Scheduler

from handlers.talk.scene import local_day
from storage.recalls import Recall

#: Nobody is asked about one skill more often than this, nor less often than that.
SOONEST, LATEST = timedelta(days=14), timedelta(days=180)
#: Days, not minutes: there are no steps within a day. Nothing is random.
_SCHEDULER = Scheduler(
    learning_steps=(), relearning_steps=(), maximum_interval=LATEST.days, enable_fuzzing=False
)


def first(person_id: int, skill: str, now: datetime) -> Recall:
    """The first time a skill is asked about, after it was learnt just now."""
    begun = Recall(person_id=person_id, skill=skill, card="", due_on=local_day(now))
    return _rated(begun, Card(card_id=person_id, due=now), Rating.Good, now)


def after(recall: Recall, right: int, total: int, now: datetime) -> Recall:
    """The next time, after so many right answers now."""
    rating = Rating.Good if right == total else Rating.Hard if right else Rating.Again
    return _rated(recall, Card.from_json(recall.card), rating, now)


def _rated(recall: Recall, card: Card, rating: Rating, now: datetime) -> Recall:
    card, _ = _SCHEDULER.review_card(card, rating, now)
    due = max(card.due, now + SOONEST)
    return replace(recall, card=card.to_json(), due_on=local_day(due))
