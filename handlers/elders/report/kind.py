"""Which kind of thing was done: from a list that is never longer than three, or in words."""

from __future__ import annotations

from handlers.elders.report.draft import fits, heard_words, item_data
from handlers.talk.flow import Data, Heard, Option, Prompt, Said, yes_or_no
from handlers.talk.scene import Scene

#: How many things are shown at a time; when there are more, the last one leads on.
SHOWN = 3
_MENU, _MORE = "menu:", "more"
#: The list of groups.
_GROUPS = "groups"


def known(_scene: Scene, data: Data) -> Heard | None:
    """A sentence or a button told it already."""
    if data.get("nothing"):
        return Heard("nothing")
    return Heard("chosen") if data.get("activity") else None


def ask(scene: Scene, data: Data) -> Prompt:
    """The kinds, a few at a time."""
    entries = _entries(scene, data.get("menu"))
    start = data.get("from", 0)
    page = entries[start:]
    if len(page) > SHOWN:
        page = [*page[: SHOWN - 1], Option(_MORE, scene.say("report.kind_more"))]
    return Prompt(scene.say("report.kind"), tuple(page))


def _entries(scene: Scene, menu: str | None) -> list[Option]:
    kinds = scene.content.activities
    if menu == _GROUPS:
        used = {one.group for one in kinds.activities}
        return [Option(f"{_MENU}{one.key}", one.name) for one in kinds.groups if one.key in used]
    here = [Option(one.key, one.name) for one in kinds.activities if one.group == menu]
    if menu is None and any(one.group for one in kinds.activities):
        here.append(Option(f"{_MENU}{_GROUPS}", scene.say("report.kind_more")))
    return here


def choose(_scene: Scene, data: Data, key: str) -> Heard:
    """A kind, or the way to more of them."""
    if key == _MORE:
        return Heard("more", {"from": data.get("from", 0) + SHOWN - 1})
    if key.startswith(_MENU):
        return Heard("more", {"menu": key.removeprefix(_MENU), "from": 0})
    return Heard("chosen", {"activity": key, "quantity": None})


def hear(scene: Scene, data: Data, said: Said) -> Heard | None:
    """A kind told in words, perhaps with all the rest."""
    understood = scene.reader.understand(said.text, scene.today)
    if understood.negated:
        return Heard("nothing", heard_words(data, said))
    if not understood.items:
        return None
    item = understood.items[0]
    keep = {"quantity": None, **item_data(scene, item, understood), **heard_words(data, said)}
    if item.amount and not fits(scene, item.amount):
        keep["quantity"] = None
    return Heard("chosen", keep)


# --- nothing at all


def known_nothing(_scene: Scene, data: Data) -> Heard | None:
    """A button said it already."""
    return Heard("yes") if data.get("told_by_button") else None


def ask_nothing(scene: Scene, _data: Data) -> Prompt:
    """Whether really nothing was done."""
    return yes_or_no(
        scene,
        scene.say("report.nothing_sure"),
        ("yes", scene.say("report.nothing_yes")),
        ("no", scene.say("report.nothing_no")),
    )


def choose_nothing(_scene: Scene, _data: Data, key: str) -> Heard:
    """Nothing, or something after all."""
    return Heard(key, {"nothing": key == "yes"})
