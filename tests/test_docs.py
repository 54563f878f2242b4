"""The documents cannot drift from the program."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bot.__main__ import cli
from bot.routes import ROUTES
from bot.settings import Settings
from content.loader import Content
from content.models.drawing import DRAWING, icons
from handlers.reports import pictures
from handlers.talk.understanding.text import fold

FIRST_DAY = Path("docs/ngay-dau-truong-chi-hoi.md").read_text(encoding="utf-8")
PICTURES = Path("docs/tranh-trong-bai.md").read_text(encoding="utf-8")
README = Path("README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`{name.upper()}`" in README
        default = field.get_default()
        if not hasattr(default, "get_secret_value") and default:
            assert f"`{default}`" in README, name


def test_every_command_is_in_the_readme() -> None:
    for name in cli.commands:
        assert re.search(rf"\| `{name}\b", README), name


def test_every_chat_command_is_in_the_readme() -> None:
    for route in ROUTES:
        if route.command:
            assert f"`/{route.command}" in README, route.command


def test_every_address_of_the_page_is_in_the_readme() -> None:
    page = Path("bot/channels/web.py").read_text(encoding="utf-8")
    addresses = re.findall(r'web\.(?:get|post)\("(/[a-z/]+[a-z])', page)
    assert len(addresses) == 7
    for address in addresses:
        assert f"`{address}" in README, address


def test_every_make_target_is_in_the_readme() -> None:
    targets = re.findall(r"^([a-z]+):", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for target in set(targets) - {"clean"}:
        assert f"`make {target}`" in README, target


def test_the_tally_as_the_readme_tells_it() -> None:
    forms = Path("handlers/reports/forms.py").read_text(encoding="utf-8")
    for key in re.findall(r'^        "([a-z_]+)":', forms, re.MULTILINE):
        assert f"`{key}`" in README, key


def test_every_drawing_is_shown_to_teachers_as_it_is() -> None:
    shown = set()
    for example in re.findall(r"^```toml\n(.*?)^```", PICTURES, re.MULTILINE | re.DOTALL):
        drawn = DRAWING.validate_python(tomllib.loads(example))
        assert pictures.draw(drawn.template, drawn.values)
        shown.add(drawn.template)
    assert shown == {name for name in pictures.names() if "/" in name}


def test_every_icon_is_told_to_teachers() -> None:
    told = PICTURES.partition("## Tên các hình nhỏ")[2]
    assert set(re.findall(r"`(\w+)`", told)) == set(icons())


def test_what_a_leader_types_and_presses_on_the_first_day_is_there(phu_thinh: Content) -> None:
    """What stands in bold is a button's label, or words that lead somewhere or mean something."""
    labels = {fold(said.partition("{")[0]) for said in phu_thinh.phrases.values()}
    words = {fold(word) for said in phu_thinh.phrases.values() for word in said.split(", ")}
    for told in re.findall(r"\*\*([^*]+)\*\*", " ".join(FIRST_DAY.split())):
        assert fold(told) in labels | words | {"0", "huy"}, told
