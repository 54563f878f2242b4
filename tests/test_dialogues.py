"""Golden dialogues: whole talks as an officer can read them, in `tests/dialogues/*.txt`.

    # a heading                 what the talk shows
    @ lan                       whose phone it is from here on
    @ leader pt-go-vu           a phone that registers with an invite for that role and unit
    + 40 ngày                   so many days pass
    > trồng 5 cây               the person types
    * Đúng rồi                  the person presses a button
    (anything else)             what the bot says; choices are the indented lines

`pytest --update` writes what the bot says now; read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.rendering import button_label
from handlers.talk.messages import Reply
from tests.talking import Phone, Village

FOLDER = Path(__file__).parent / "dialogues"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
async def test_the_talk_goes_as_written(
    name: str, village: Village, request: pytest.FixtureRequest
) -> None:
    path = FOLDER / f"{name}.txt"
    written = path.read_text(encoding="utf-8")
    played = await play(village, written)
    if request.config.getoption("--update"):
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


async def play(village: Village, written: str) -> str:
    """Play the people's lines of a dialogue; the whole dialogue as it goes now."""
    phone: Phone | None = None
    lines: list[str] = []
    for line in written.splitlines():
        kind, rest = line[:2], line[2:].strip()
        if kind not in {"# ", "@ ", "+ ", "> ", "* "}:
            continue
        lines.append(("" if kind == "# " and not lines else "\n") + line)
        if kind == "@ ":
            phone = await _phone(village, rest)
        elif kind == "+ ":
            village.clock.passes(days=int(rest.split()[0]))
        elif kind in {"> ", "* "}:
            assert phone, "a dialogue begins with whose phone it is"
            await (phone.says(rest) if kind == "> " else phone.taps(rest))
            lines.append("\n\n".join(map(_shown, phone.latest)))
    return "\n".join(lines) + "\n"


async def _phone(village: Village, who: str) -> Phone:
    name, _, unit = who.partition(" ")
    if name in {"leader", "officer", "admin"}:
        return await village.staff(name, unit or None)
    return village.phone(name)


def _shown(reply: Reply) -> str:
    choices = [f"    {button_label(choice)}" for choice in reply.choices]
    return "\n".join([reply.text, *choices])
