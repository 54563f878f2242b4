"""What a step may know while it speaks: the day, the person, the content, and the phrases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from content.loader import Content
from content.models.phrases import Form
from handlers.talk.messages import Reply
from handlers.talk.suspicion.reading import Suspecting
from handlers.talk.suspicion.secrets import tells_secret
from handlers.talk.understanding.reader import Reader
from handlers.talk.understanding.writing import in_digits
from storage.people import Person

#: Days are the days of Vietnam; instants are UTC everywhere else.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: From here on a number is written with points.
_LARGE = 1000


def local_day(instant: datetime) -> date:
    """The Vietnamese day on which an instant falls."""
    return instant.astimezone(ZONE).date()


def day_begins(day: date) -> datetime:
    """The instant at which a Vietnamese day begins."""
    return datetime.combine(day, time.min, tzinfo=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """How much a channel carries of what comes from our side."""

    #: Messages a second.
    pace: float
    #: Messages a month, those kept back for answers aside; None: any number.
    monthly: int | None = None


@dataclass(frozen=True)
class Library:
    """What is the same for every message: the content and the readers made from it."""

    content: Content
    #: Where people find the web page, without a slash at its end.
    public_url: str = ""
    #: Whether people are left alone at an instant.
    quiet: Callable[[datetime], bool] = lambda _instant: False
    #: What each channel carries, by its name.
    carries: Mapping[str, Carries] = field(default_factory=dict)
    reader: Reader = field(init=False)
    suspecting: Suspecting = field(init=False)

    def __post_init__(self) -> None:
        content = self.content
        species = (*content.vocabulary.things.species, *content.plan.species)
        reader = Reader(content.vocabulary, content.activities, species)
        object.__setattr__(self, "reader", reader)
        suspecting = Suspecting(content.scams, content.scam_messages)
        object.__setattr__(self, "suspecting", suspecting)


@dataclass(frozen=True)
class Scene:
    """One turn of talk with one person."""

    library: Library
    now: datetime
    channel: str
    address: str
    person: Person | None
    form_key: str | None = None
    #: Whether others use this phone too.
    shared: bool = False
    #: When the person said it; reports count from that day.
    said_at: datetime | None = None

    @property
    def content(self) -> Content:
        """Everything written for this program."""
        return self.library.content

    @property
    def reader(self) -> Reader:
        """The reader of Vietnamese reports."""
        return self.library.reader

    @cached_property
    def today(self) -> date:
        """The Vietnamese day on which the person spoke."""
        return local_day(min(self.said_at or self.now, self.now))

    @property
    def form(self) -> Form:
        """How this person is addressed; the first form while they have not said."""
        key = self.form_key or (self.person.form if self.person else None)
        forms = self.content.forms
        return forms.get(key or "") or next(iter(forms.values()))

    def tells_secret(self, text: str) -> bool:
        """Whether a text tells a code or a password of the person's own."""
        return tells_secret(text, self.content.phrases["leads.secret"].split(", "))

    def addressed(self, form_key: str | None) -> Scene:
        """The same scene, speaking to the person in another form."""
        return replace(self, form_key=form_key)

    @cached_property
    def _address(self) -> Mapping[str, str]:
        return address_words(self.form)

    def fill(self, text: str, **values: object) -> str:
        """A text with the forms of address and its other placeholders filled in."""
        told = {key: _told(value) for key, value in values.items()}
        return text.format_map({**self._address, **told})

    def say(self, key: str, **values: object) -> str:
        """The phrase under `key` in content/phrases.toml, addressed to this person."""
        return self.fill(self.content.phrases[key], **values)

    def reply(self, key: str, **values: object) -> Reply:
        """The phrase under `key` as a reply."""
        return Reply(text=self.say(key, **values))


def address_words(form: Form) -> Mapping[str, str]:
    """What {bác}, {Bác}, {cháu} and {Cháu} stand for in this form of address."""
    return {
        "bác": form.person,
        "Bác": form.person[:1].upper() + form.person[1:],
        "cháu": form.bot,
        "Cháu": form.bot[:1].upper() + form.bot[1:],
    }


def _told(value: object) -> object:
    """A large number as it is written in Vietnamese: 1.200."""
    return in_digits(Decimal(value)) if type(value) is int and value >= _LARGE else value
