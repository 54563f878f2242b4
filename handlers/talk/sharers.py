"""Several people on one phone: what each is called, and whom a text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.talk.flow import without_courtesy
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage.addresses import Address
from storage.people import Person


def called(scene: Scene, person: Person) -> str:
    """What a person is called: "bác Lan"."""
    return f"{replace(scene, person=person, form_key=None).form.person} {person.name}"


def labelled(scene: Scene, person: Person) -> str:
    """The same at the beginning of a line: "Bác Lan"."""
    name = called(scene, person)
    return name[:1].upper() + name[1:]


def introduces(scene: Scene, text: str) -> str | None:
    """Whom a text says is talking, folded: "tôi là Lan", "Lan đây"; None when it does not."""
    said = without_courtesy(fold(text), scene)
    for lead in map(fold, scene.content.phrases["words.i_am"].split(",")):
        rest = said.removeprefix(f"{lead} ").removesuffix(f" {lead}")
        if rest != said:
            return rest
    return None


def named(scene: Scene, names: Mapping[str, str], text: str) -> str | None:
    """Which one of several names (by key) a text names, whole or by its last word; else None."""
    said = introduces(scene, text) or without_courtesy(fold(text), scene)
    forms = {fold(form.person) for form in scene.content.forms.values()}
    first, _, rest = said.partition(" ")
    meant = {said, rest} if rest and first in forms else {said}
    folded = {key: fold(name) for key, name in names.items()}
    found = [key for key, name in folded.items() if not meant.isdisjoint({name, name.split()[-1]})]
    return found[0] if len(found) == 1 else None


def for_whom(scene: Scene, here: Address, reply: Reply) -> Reply:
    """A message from our side, beginning with whom it is for where several people may read it."""
    if not here.shared or here.person is None:
        return reply
    text = scene.say("sharing.for_whom", name=called(scene, here.person), words=reply.text)
    return replace(reply, text=text)
