"""Golden dialogues: whole talks as an officer can read them, in `tests/dialogues/*.txt`.

    # a heading                 what the talk shows
    @ lan                       whose phone it is from here on
    @ leader pt-go-vu           a phone that registers with an invite for that role and unit
    + 40 ngày                   so many days (or giờ: hours) pass, and what is due then goes out
    > trồng 5 cây               the person types; ⏎ begins a new line
    * Đúng rồi                  the person presses a button
    ^ vườn nhà tôi              the person sends a photo, with a caption or without
    v mời các bác đi họp        the person sends a voice, with a caption or without
    ~ lan                       what reaches a phone by itself, because its time has come
    (anything else)             what the bot says; [ảnh: …] is a picture, [tệp: …] a file,
                                [lời nói] a voice; indented lines are choices

`pytest --update` writes what the bot says now; read the difference before committing it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.rendering import button_label
from content.loader import Content
from handlers.talk.messages import Enclosed, Reply
from storage.database import Store
from tests.talking import Phone, Village
from tests.villages import on_telegram, on_web, on_zalo_bot

FOLDER = Path(__file__).parent / "dialogues"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def _has_voice(name: str) -> bool:
    """Whether somebody speaks: what is said cannot be handed on from everywhere."""
    return "\nv" in (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


#: A village on a channel.
Place = Callable[[Store, Content], AbstractAsyncContextManager[Village]]
#: On Zalo, which has no buttons, all are played; where there are buttons, some are enough.
EVERYWHERE = (
    "lam-quen",
    "bao-cay",
    "hoc-bai",
    "hoi-hoi",
    "truong-chi-hoi",
    "thong-bao",
    "hoi-vien",
)


@pytest.mark.parametrize("name", NAMES)
async def test_the_talk_goes_as_written(
    name: str, village: Village, request: pytest.FixtureRequest
) -> None:
    path = FOLDER / f"{name}.txt"
    written = path.read_text(encoding="utf-8")
    played = await play(village, written)
    if request.config.getoption("--update"):
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        *((name, on_zalo_bot) for name in NAMES if not _has_voice(name)),
        *((name, channel) for name in EVERYWHERE for channel in (on_web, on_telegram)),
    ],
)
async def test_the_talk_goes_the_same_on_every_channel(
    name: str, channel: Place, sqlite_store: Store, anywhere: Content
) -> None:
    """Over the real channel, to a faithful server; on Zalo digits are typed for buttons."""
    written = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    async with channel(sqlite_store, anywhere) as village:
        assert await play(village, written) == _without_pictures(written)


@pytest.fixture(scope="session")
def anywhere(phu_thinh: Content) -> Content:
    """The content, with every channel called as the one of the dialogues is."""
    say = dict(phu_thinh.phrases)
    for name in ("web", "telegram", "zalo_bot"):
        say |= {f"channels.{name}": say["channels.phone"], f"announce.channel_{name}": "phone"}
    return replace(phu_thinh, phrases=say)


def _without_pictures(written: str) -> str:
    """A dialogue without what the fakes do not tell by name."""
    return re.sub(r"^\[(?:ảnh|tệp): .*\]\n", "", written, flags=re.MULTILINE)


async def play(village: Village, written: str) -> str:
    """Play the people's lines of a dialogue; the whole dialogue as it goes now."""
    phone: Phone | None = None
    phones: dict[str, Phone] = {}
    lines: list[str] = []
    for line in written.splitlines():
        kind, rest = line[:2].ljust(2), line[2:].strip()
        if kind not in {"# ", "@ ", "+ ", "> ", "* ", "^ ", "v "}:
            continue
        lines.append(("" if kind == "# " and not lines else "\n") + line)
        if kind == "@ ":
            phone = phones[rest] = phones.get(rest) or await _phone(village, rest)
        elif kind == "+ ":
            many, what = rest.split()
            village.clock.passes(**{"hours" if what == "giờ" else "days": int(many)})
            heard = {name: len(one.replies) for name, one in phones.items()}
            await village.ticks()
            for name, one in phones.items():
                if one.replies[heard[name] :]:
                    lines.append(f"\n~ {name}")
                    lines.append("\n\n".join(map(_shown, one.replies[heard[name] :])))
        elif kind != "# ":
            assert phone, "a dialogue begins with whose phone it is"
            if kind == "^ ":
                await phone.shows("photo", rest)
            elif kind == "v ":
                voice = Enclosed(name="voice.ogg", size=4, content=b"OggS")
                await phone.shows("voice", rest, enclosed=voice)
            else:
                said = rest.replace(" ⏎ ", "\n")
                await (phone.says(said) if kind == "> " else phone.taps(rest))
            lines.append("\n\n".join(map(_shown, phone.latest)))
    return "\n".join(lines) + "\n"


async def _phone(village: Village, who: str) -> Phone:
    name, _, unit = who.partition(" ")
    if name in {"leader", "helper", "officer", "admin"}:
        return await village.staff(name, unit or None)
    return village.phone(name)


def _shown(reply: Reply) -> str:
    choices = [f"    {button_label(choice)}" for choice in reply.choices]
    picture = [f"[ảnh: {reply.picture.name}]"] if reply.picture else []
    file: list[str] = []
    if reply.document:
        file = ["[lời nói]" if reply.document.voice else f"[tệp: {reply.document.name}]"]
    return "\n".join([*picture, *file, reply.text, *choices])
