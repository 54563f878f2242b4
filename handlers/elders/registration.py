"""Getting to know each other: consent, form of address, name, unit, 60 or over; and invites."""

from __future__ import annotations

import re
from dataclasses import replace

from content.loader import Content
from handlers.elders.places import named_whole, unit_steps
from handlers.elders.wording import read_name, right_in_words
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Option,
    Prompt,
    Said,
    Step,
    without_courtesy,
    yes_or_no,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import ANOTHER, HERE, MENU, REGISTER, REPORT, WORDS
from handlers.talk.scene import Scene
from handlers.talk.sharers import labelled
from handlers.talk.sharing import MOST_SHARERS
from handlers.talk.telling import tell
from handlers.talk.understanding.text import fold
from storage import addresses, cards, invites, people, registering, visits
from storage.database import Tx
from storage.invites import Invite
from storage.people import Grant, Person
from storage.visits import Look

SIXTY, YOUNGEST, OLDEST = 60, 18, 120
_UNSURE = {"chua", "gan", "thieu", "sap", "duoi", "khong"}
#: "Đủ rồi" says it too.
_ENOUGH = {"du", "du roi", "qua roi"}
_OR_MORE = {"hon", "ngoai", "tren"}
#: The QR shown at a gathering: whoever scans it is there.
_AT_A_GATHERING = re.compile(r"den(\d{4})")
#: Forms offered by button, to people who take part and to staff.
ELDER_FORMS, STAFF_FORMS = ("bac", "ong", "ba"), ("anh", "chi", "bac")
#: Roles of people who serve the program but do not take part in it.
STAFF = ("officer", "admin", "helper")


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Look at the code a person came with, if it is one; the rest are their first words.

    `another` begins with someone else who uses this phone too.
    """
    if argument == ANOTHER and scene.person is not None:
        return await _begin_another(tx, scene, scene.person)
    data: Data = {}
    kind, _, words = argument.partition(":")
    code = words.strip() if kind == WORDS else argument.strip()
    if found := _AT_A_GATHERING.fullmatch(code.lower()):
        go = f"{HERE}:{found[1]}"
        return Ending(go=go) if scene.person is not None else {"go": go}
    if code and (holder := await _card_holder(tx, scene, code)) is not None:
        return holder
    invite = await _invite(tx, scene, code) if code else None
    unit = scene.content.units.get(code.lower())
    if isinstance(invite, Invite):
        grant = invite.grant
        data |= {"invite": invite.id, "role": grant.role, "agency": grant.agency}
        data |= {"unit": grant.unit or scene.content.root_unit.code}
    elif invite is not None:
        data["notice"] = scene.say(f"register.code_{invite}")
    elif unit is not None:
        # The QR of a unit that became a part of another is still on some wall.
        data["offered_unit"] = scene.content.today(unit).code
    elif kind == WORDS:
        data |= _wish(scene, code) | _home(scene, code)
    elif code:
        gone = await cards.was_one(tx, code)
        key = "register.card_gone" if gone else "register.code_unknown"
        data["notice"] = scene.say(key, code=code[:20])
    if scene.person is not None and "invite" not in data:
        return _known(scene, data)
    return data


async def _invite(tx: Tx, scene: Scene, code: str) -> Invite | str | None:
    """The invite behind a code, or why it cannot be taken: nobody gives rights to themselves."""
    found = await invites.find(tx, code, scene.now)
    mine = isinstance(found, Invite) and scene.person and scene.person.id == found.given_by
    return "own" if mine else found


async def _card_holder(tx: Tx, scene: Scene, code: str) -> Data | Ending | None:
    """Whose card a code is from, if it is from one: they need no questions."""
    id_ = await cards.owner(tx, code)
    person = await people.get(tx, id_) if id_ is not None else None
    if person is None:
        return None
    sharers = {one.id for one in await addresses.sharing(tx, scene.channel, scene.address)}
    if scene.person is not None and person.id == scene.person.id:
        return _known(scene, {})
    if person.id not in sharers and len(sharers) >= MOST_SHARERS:
        return Ending((scene.reply("sharing.full", count=MOST_SHARERS),))
    return {"card": person.id}


async def _begin_another(tx: Tx, scene: Scene, host: Person) -> Data:
    """Most often it is husband or wife, who live in the same place."""
    sharers = await addresses.sharing(tx, scene.channel, scene.address)
    data: Data = {"another": True, "labels": [labelled(scene, one) for one in sharers]}
    known = host.unit in scene.content.units and host.unit != scene.content.root_unit.code
    return {**data, "offered_unit": host.unit} if known else data


def _newcomer(scene: Scene, data: Data) -> Scene:
    """The scene speaking to who registers, whoever was talking on this phone before."""
    first = next(iter(scene.content.forms)) if data.get("another") else None
    return scene.addressed(data.get("form", first))


def _wish(scene: Scene, words: str) -> Data:
    """What a person came with, if it is a report: it is met once we know each other."""
    understood = scene.reader.understand(words, scene.today)
    return {"go": f"{REPORT}:{words}"} if any(one.amount for one in understood.items) else {}


def _home(scene: Scene, words: str) -> Data:
    """The unit that somebody names who comes from a poster on a channel whose links carry none."""
    unit = named_whole(scene, words)
    return {"offered_unit": unit.code} if unit else {}


def _known(scene: Scene, data: Data) -> Ending:
    person = scene.person
    assert person is not None  # noqa: S101 - only called for someone registered
    if "notice" in data:
        return Ending(_notice(data), go=MENU)
    unit = scene.content.units.get(person.unit, scene.content.root_unit).name
    return Ending((scene.reply("register.known", name=person.name, unit=unit),), go=MENU)


def _notice(data: Data) -> tuple[Reply, ...]:
    return (Reply(text=data["notice"]),) if "notice" in data else ()


def _grant_words(scene: Scene, data: Data) -> dict[str, str]:
    granted = Grant(role=data["role"], unit=data["unit"], agency=data.get("agency"))
    return right_in_words(scene, granted)


def _ask_grant(scene: Scene, data: Data) -> Prompt:
    question = yes_or_no(
        scene,
        scene.say("register.grant", **_grant_words(scene, data)),
        ("yes", scene.say("register.grant_yes")),
        ("no", scene.say("register.grant_no")),
    )
    return replace(question, back=False)


def _ask_consent(scene: Scene, data: Data) -> Prompt:
    scene = _newcomer(scene, data)
    shared = (scene.reply("sharing.seen"),) if data.get("another") else ()
    question = yes_or_no(
        scene,
        scene.say("register.consent"),
        ("yes", scene.say("register.consent_yes")),
        ("no", scene.say("register.consent_no")),
    )
    return replace(
        question,
        before=(
            *_notice(data),
            scene.reply("register.who", operator=scene.content.plan.operator),
            scene.reply("register.never"),
            scene.reply("register.kept"),
            scene.reply("register.seen"),
            *shared,
        ),
        back=False,
    )


def _ask_consent_there(scene: Scene, data: Data) -> Prompt:
    """The question alone, to who told their unit in place of an answer."""
    unit = scene.content.units[data["offered_unit"]].name
    question = yes_or_no(
        scene,
        scene.say("register.consent_there", unit=unit),
        ("yes", scene.say("register.consent_yes")),
        ("no", scene.say("register.consent_no")),
    )
    return replace(question, back=False)


def _hear_consent(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    if home := _home(scene, said.text):
        return Heard("home", home)
    return Misheard(_newcomer(scene, data).reply("register.consent_unclear"))


def _ask_form(scene: Scene, data: Data) -> Prompt:
    forms = scene.content.forms
    keys = STAFF_FORMS if data.get("role") in STAFF else ELDER_FORMS
    return Prompt(
        _newcomer(scene, data).say("register.form"),
        tuple(Option(key, forms[key].label, (forms[key].person,)) for key in keys if key in forms),
    )


def _choose_form(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("chosen", {"form": key})


def _hear_form(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    words = fold(said.text).split()
    for form in scene.content.forms.values():
        if fold(form.label) in words:
            return Heard("chosen", {"form": form.key})
    return Misheard(_newcomer(scene, data).reply("register.form_unclear"))


def _ask_name(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.addressed(data["form"]).say("register.name"))


def _hear_name(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    scene = scene.addressed(data["form"])
    name = read_name(scene, said.text)
    if name is None or said.media:
        return Misheard(scene.reply("register.name_unclear"))
    label = f"{scene.form.person} {name}"
    if fold(label) in map(fold, data.get("labels", [])):
        return Misheard(scene.reply("sharing.same_name", name=label))
    return Heard("named", {"name": name})


def _known_unit(_scene: Scene, data: Data) -> Heard | None:
    if "unit" in data:
        return Heard("staff")
    return None if "offered_unit" in data else Heard("ask")


def _ask_offered_unit(scene: Scene, data: Data) -> Prompt:
    scene = scene.addressed(data["form"])
    unit = scene.content.units[data["offered_unit"]]
    return yes_or_no(
        scene,
        scene.say("register.unit_from_code", unit=unit.name),
        ("yes", scene.say("register.unit_yes")),
        ("ask", scene.say("register.unit_no")),
    )


def _choose_offered_unit(_scene: Scene, data: Data, key: str) -> Heard:
    return Heard(key, {"unit": data["offered_unit"]} if key == "yes" else {})


def _ask_over60(scene: Scene, data: Data) -> Prompt:
    scene = scene.addressed(data["form"])
    return yes_or_no(
        scene,
        scene.say("register.over60"),
        ("yes", scene.say("register.over60_yes")),
        ("no", scene.say("register.over60_no")),
    )


def _choose_over60(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"over60": key == "yes"})


def _hear_over60(scene: Scene, _data: Data, said: Said) -> Heard | None:
    """An age or a year of birth says it too; neither is kept. "Gần 60" is asked again."""
    if without_courtesy(fold(said.text), scene) in _ENOUGH:
        return Heard("told", {"over60": True})
    numbers = [number for number in scene.reader.numbers(said.text) if number >= YOUNGEST]
    if len(numbers) != 1 or not _UNSURE.isdisjoint(fold(said.text).split()):
        return None
    age = scene.today.year - numbers[0] if numbers[0] > OLDEST else numbers[0]
    # Someone born 60 years ago may have the birthday still before them; "hơn 50" may be 60.
    unclear = (numbers[0] > OLDEST and age == SIXTY) or (
        age < SIXTY and not _OR_MORE.isdisjoint(fold(said.text).split())
    )
    if unclear or not YOUNGEST <= age <= OLDEST:
        return None
    return Heard("told", {"over60": age >= SIXTY})


def _known_over60(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data.get("role") in STAFF else None


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the person with their consent, and give the right an invite carries."""
    if outcome == "registered":
        return await _register(tx, scene.addressed(data["form"]), data)
    if outcome == "recognised":
        return await _recognise(tx, scene, data["card"])
    if data.get("another"):
        return Ending((scene.reply("sharing.not_added"),))
    if outcome == "granted":
        assert scene.person is not None  # noqa: S101 - only a registered person is asked
        return Ending((await _take(tx, scene, data, scene.person.id),))
    if outcome == "declined" or (outcome == LEFT and scene.person is None):
        return Ending((scene.reply("register.declined"),), forget=True)
    return Ending((scene.reply("register.grant_declined"),))


async def _register(tx: Tx, scene: Scene, data: Data) -> Ending:
    person_id = await registering.register(
        tx,
        channel=scene.channel,
        at=scene.address,
        name=data["name"],
        form=data["form"],
        unit=data["unit"],
        unit_words=data.get("unit_words"),
        over60=data.get("over60"),
        consent_version=scene.content.plan.consent_version,
        now=scene.now,
    )
    unit = scene.content.units.get(data["unit"], scene.content.root_unit).name
    replies = [scene.reply("register.done", name=data["name"], unit=unit)]
    if data.get("another"):
        replies.append(scene.reply("sharing.added"))
        return Ending(tuple(replies), talks=person_id)
    if "invite" in data:
        replies.append(await _take(tx, scene, data, person_id))
    return Ending(tuple(replies), go=data.get("go", MENU))


async def _recognise(tx: Tx, scene: Scene, person_id: int) -> Ending:
    """Let the holder of a card talk here, beside whoever does already."""
    person = await people.get(tx, person_id)
    assert person is not None  # noqa: S101 - it was there when the card was looked at
    key = f"card:{person_id}:{scene.now.isoformat()}"
    await tell(tx, scene, person_id, key, lambda theirs: theirs.reply("link.news"))
    await addresses.add(tx, person_id, scene.channel, scene.address, scene.now)
    theirs = replace(scene, person=person)
    operator = scene.content.plan.operator
    replies = (
        theirs.reply("register.card", name=person.name, operator=operator),
        theirs.reply("register.never"),
        theirs.reply("register.card_seen"),
    )
    return Ending(replies, go=MENU, talks=person_id)


async def _take(tx: Tx, scene: Scene, data: Data, person_id: int) -> Reply:
    if not await invites.take(tx, data["invite"], person_id, scene.now):
        return scene.reply("register.grant_late")
    words = _grant_words(scene, data)
    asked = scene.say("invite.right", **words)
    look = Look(person_id=person_id, at=scene.now, did=visits.TAKE, asked=asked)
    await visits.note(tx, look)
    return scene.reply("register.granted", **words)


def _known_grant(scene: Scene, data: Data) -> Heard | None:
    if "card" in data:
        return Heard("card")
    return Heard("new") if scene.person is None or data.get("another") else None


def _stands(content: Content, data: Data) -> bool:
    # The unit of an invite may be gone: the right was given, and is kept.
    told = {data.get("unit")} if "invite" not in data else set()
    units = {*told, data.get("offered_unit"), *data.get("candidates", ())} - {None}
    agencies = {one.key for one in content.plan.agencies}
    return units <= set(content.units) and data.get("agency") in {None, *agencies}


_AGREES = {"yes": "form", "no": "declined", "home": "consent_there"}

FLOW = Flow(
    name=REGISTER,
    first="grant",
    steps={
        "grant": Step(
            ask=_ask_grant,
            known=_known_grant,
            to={"card": "recognised", "new": "consent", "yes": "granted", "no": "kept"},
        ),
        "consent": Step(ask=_ask_consent, hear=_hear_consent, to=_AGREES),
        "consent_there": Step(ask=_ask_consent_there, hear=_hear_consent, to=_AGREES),
        "form": Step(ask=_ask_form, choose=_choose_form, hear=_hear_form, to={"chosen": "name"}),
        "name": Step(
            ask=_ask_name,
            hear=_hear_name,
            takes_anything=True,
            names=True,
            to={"named": "offered_unit"},
        ),
        "offered_unit": Step(
            ask=_ask_offered_unit,
            choose=_choose_offered_unit,
            known=_known_unit,
            to={"yes": "over60", "ask": "unit", "staff": "over60"},
        ),
        **unit_steps(then="over60"),
        "over60": Step(
            ask=_ask_over60,
            choose=_choose_over60,
            hear=_hear_over60,
            known=_known_over60,
            to={"told": "registered"},
        ),
    },
    ends=frozenset({"recognised", "declined", "granted", "kept", "registered"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("register.recap"),
    stands=_stands,
    holds=False,
)
