"""What comes in and what goes out, the same on every channel."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from storage.enclosures import Enclosure, Kind

#: `hidden` is a message whose words the platform keeps from the bot.
MediaKind = Literal["photo", "voice", "file", "other", "hidden"]

#: The name of the picture that is a photo someone sent; of one that was sent to be handed on, which
#: is also what a document calls the number of a voice or a file that was.
PHOTO, ENCLOSED = "photo", "enclosed"
#: The most bytes that are taken to be handed on: of a voice that is half an hour, of a file what
#: reaches a bot by https://core.telegram.org/bots/api#getfile.
LARGEST = {"voice": 5 * 1024 * 1024, "file": 20 * 1024 * 1024}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A voice or a file that came with a message."""

    #: The name it is saved under; its ending says what kind of file it is.
    name: str
    #: How many bytes it has.
    size: int
    #: None until it is fetched, and when it cannot be.
    content: bytes | None = field(default=None, repr=False)
    #: Fetches it, where the channel has not yet; called only when the current question takes it.
    fetch: Callable[[], Awaitable[bytes | None]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a person did on a channel."""

    #: Unique over all channels: the channel's name and its own id ("telegram:81234").
    id: str
    channel: str
    address: str
    #: When it reached the program.
    at: datetime
    #: When the person said it, where the platform tells; it may have waited long.
    said_at: datetime | None = None
    text: str = ""
    #: The payload of the button that was pressed, if one was.
    tap: str | None = None
    media: MediaKind | None = None
    #: The photo itself, when one came that the channel could fetch; as it came, not yet looked at.
    photo: bytes | None = field(default=None, repr=False)
    #: The voice or the file, when one came.
    enclosed: Enclosed | None = None
    #: The person changed a message sent earlier.
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer offered under a reply: pressed as a button, or typed as its digit or its words."""

    digit: str
    label: str
    payload: str
    #: Other words that mean it ("có" for "Có, tôi báo").
    words: tuple[str, ...] = ()
    #: An amount typed instead is for this choice ("17" under "how many are alive?").
    hears: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to be sent with a message: told by its name, drawn or fetched only on its way out.

    `photo` with an `id` is a photo someone sent; any other name is a drawing in content/pictures,
    filled in with `values`.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to be sent with a message: told by what is in it, made only on its way out."""

    #: The name it is saved under; its ending says what kind of file it is.
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: It is somebody's voice, to be listened to where the channel can.
    voice: bool = False
    #: Where the channel cannot, this is said below the words instead.
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to a person."""

    text: str
    choices: tuple[Choice, ...] = ()
    picture: Picture | None = None
    document: Document | None = None
    #: Read it aloud where the channel can.
    aloud: bool = False
    #: The number it has in the outbox, once it is on its way.
    number: int = 0
    #: It will be changed while it stands in the talk.
    changing: bool = False
    #: What is an answer to it beside words; None where it is no question.
    takes: tuple[Kind, ...] | None = None
    #: What the platform calls the message whose place this one takes; "" when it is a new one.
    replaces: str = ""

    def enclosing(self, one: Enclosure | None, otherwise: str = "") -> Reply:
        """The reply with what somebody sent; `otherwise` is said where no voice can be carried."""
        if one is None:
            return self
        if one.kind == "photo":
            return replace(self, picture=Picture(name=ENCLOSED, values={"id": one.id}))
        voice, values = one.kind == "voice", {ENCLOSED: one.id}
        document = Document(name=one.name, values=values, voice=voice, otherwise=otherwise)
        return replace(self, document=document)

    def voiceless(self) -> Reply:
        """The reply as it goes where no voice can be carried: it says so instead."""
        if self.document is None or not self.document.voice:
            return self
        text = "\n".join(filter(None, (self.text, self.document.otherwise)))
        return replace(self, text=text, document=None)

    def to_json(self) -> str:
        """The reply as it is kept in the outbox."""
        choices = [
            {
                "digit": one.digit,
                "label": one.label,
                "payload": one.payload,
                "words": one.words,
                "hears": one.hears,
            }
            for one in self.choices
        ]
        fields: dict[str, Any] = {"text": self.text, "choices": choices, "aloud": self.aloud}
        if self.changing:
            fields["changing"] = True
        if self.takes is not None:
            fields["takes"] = self.takes
        if self.picture:
            fields["picture"] = {"name": self.picture.name, "values": dict(self.picture.values)}
        if self.document:
            document = self.document
            fields["document"] = {
                "name": document.name,
                "values": dict(document.values),
                "voice": document.voice,
                "otherwise": document.otherwise,
            }
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, body: str) -> Reply:
        """The reply that `to_json` wrote."""
        fields = json.loads(body)
        return cls(
            text=fields["text"],
            choices=tuple(
                Choice(**{**choice, "words": tuple(choice["words"])})
                for choice in fields["choices"]
            ),
            aloud=fields["aloud"],
            changing=fields.get("changing", False),
            takes=tuple(fields["takes"]) if "takes" in fields else None,
            picture=Picture(**fields["picture"]) if "picture" in fields else None,
            document=Document(**fields["document"]) if "document" in fields else None,
        )
