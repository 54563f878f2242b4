"""Writing an announcement on a board: the words, what goes with them, and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.boards.parts import Asked, Board, Done, Field, Form, Lines, Link, Links, Part, at
from handlers.boards.sending import ANNOUNCEMENTS, COMPOSE, SEND
from handlers.leaders import drafts
from handlers.leaders.sending import named, one_each, scope
from handlers.talk.enclosing import keep_enclosed
from handlers.talk.flow import Heard, Misheard, Said
from handlers.talk.messages import Event
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene
from storage import enclosures, mailings
from storage.announcements import UNLEARNT, UNREAD
from storage.database import Tx
from storage.enclosures import Enclosure


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """A form for a new one, or to write one's own anew (`so`)."""
    person, number = scene.person, number_in(asked.get("so", ""))
    assert person is not None  # noqa: S101 - boards are for who has come in
    mailing = await mailings.get(tx, number) if number is not None else None
    if mailing is None or mailing.author_id != person.id:
        return await _board(tx, scene, asked, None)
    enclosed = await enclosures.of(tx, mailings.owner(mailing.id))
    told = {
        "loi": mailing.words,
        "gui": f"{mailing.audience}:{mailing.about}" if mailing.about else mailing.audience,
        "noi": scope(scene, mailing.units) if mailing.units else "",
    }
    return await _board(tx, scene, told, enclosed[0] if enclosed else None)


async def _board(
    tx: Tx,
    scene: Scene,
    asked: Asked,
    enclosed: Enclosure | None,
    wrong: Mapping[str, str] | None = None,
) -> Board | None:
    assert scene.person is not None  # noqa: S101 - boards are for who has come in
    if not drafts.may(scene):
        return None
    back = Link(scene.say("board.to_announcements"), at(ANNOUNCEMENTS))
    parts: list[Part] = [Links(label=scene.say("board.back"), links=[back])]
    whom = await _whom(tx, scene)
    if whom:
        parts.append(_form(scene, asked, enclosed, whom, wrong or {}))
    else:
        parts.append(Lines(lines=[scene.say("announce.nobody")], tone="warning"))
    return Board(title=scene.say("board.compose"), parts=parts)


async def _whom(tx: Tx, scene: Scene) -> dict[str, str]:
    """Every audience there is, by its key (`all`, `unlearnt:bao_mat`), and how it is called."""
    found, options = await drafts.whom(tx, scene), dict[str, str]()
    for name in found.audiences:
        if name == UNLEARNT:
            for skill in scene.content.skills.values():
                told = scene.say("announce.to_unlearnt_skill", name=skill.name)
                options[f"{name}:{skill.key}"] = told
        elif name == UNREAD:
            for number, words in found.unread.items():
                options[f"{name}:{number}"] = scene.say("board.to_unread", words=words)
        else:
            options[name] = scene.say(f"announce.to_{name}")
    return options


def _form(
    scene: Scene,
    asked: Asked,
    enclosed: Enclosure | None,
    whom: Mapping[str, str],
    wrong: Mapping[str, str],
) -> Form:
    def field(name: str, **more: object) -> Field:
        return Field(
            name=name,
            label=scene.say(f"board.field_{name}"),
            value=asked.get(name, ""),
            wrong=wrong.get(name, ""),
            **more,  # type: ignore[arg-type]
        )

    hint = scene.say("board.file_hint")
    kept = scene.say("board.file_kept", name=enclosed.name) if enclosed else ""
    fields = [
        field("loi", kind="words", hint=scene.say("board.words_hint", count=drafts.LONGEST)),
        field("tep", kind="file", hint=f"{kept} {hint}".strip()),
    ]
    if enclosed:
        fields.append(field("bo_tep", kind="check"))
    fields.append(field("gui", kind="select", options=list(whom.items())))
    if drafts.several_units(scene):
        where = scene.say("board.where_hint", scope=scope(scene))
        fields.append(field("noi", hint=where))
    return Form(
        go=at(COMPOSE),
        button=scene.say("board.look_first"),
        fields=fields,
        hidden={"kem": str(enclosed.id)} if enclosed else {},
        tall=True,
    )


async def take(tx: Tx, scene: Scene, asked: Asked, event: Event) -> Done | Board | None:
    """Keep what was written as a draft, by the rules of the chat, and go on to how it looks."""
    if not drafts.may(scene):
        return None
    said, wrong = await _said(tx, scene, asked, event), dict[str, str]()
    if said.media and (refused := drafts.refused(scene, said)):
        wrong["tep"], said = refused.reply.text, replace(said, media=None, enclosure=None)
    heard, whom = drafts.hear_words(scene, said), await _whom(tx, scene)
    units = one_each(scene, named(scene, asked.get("noi", "")))
    if isinstance(heard, Misheard):
        wrong["loi"] = heard.reply.text
    elif heard.key == "wordless":
        wrong["loi"] = scene.say("announce.words_unclear")
    if isinstance(units, Misheard):
        wrong["noi"] = units.reply.text
    if asked.get("gui") not in whom:
        wrong["gui"] = scene.say("board.whom_gone")
    if wrong or not isinstance(heard, Heard) or isinstance(units, Misheard):
        return await _board(tx, scene, asked, said.enclosure, wrong)
    audience, _, about = asked["gui"].partition(":")
    id_, kept = await drafts.keep(
        tx,
        scene,
        words=heard.keep["words"],
        audience=audience,
        about=about,
        units=sorted(units),
        enclosed=said.enclosure.id if said.enclosure else None,
    )
    return Done(at(SEND, so=id_), "" if kept else "file_gone")


async def _said(tx: Tx, scene: Scene, asked: Asked, event: Event) -> Said:
    """The words, with the file that came now, or the one that came before and is kept."""
    assert scene.person is not None  # noqa: S101 - boards are for who has come in
    said = Said.of(asked.get("loi", ""))
    if event.media:
        return await keep_enclosed(tx, scene, event, said)
    number = number_in(asked.get("kem", ""))
    if number is None or asked.get("bo_tep"):
        return said
    kept = await enclosures.get(tx, number, scene.person.id)
    return replace(said, media=kept.kind, enclosure=kept) if kept else said
