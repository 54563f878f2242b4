"""Content files: what is wrong with them is said whole, with file and key."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path
from string import Formatter

import pytest

from content import checks
from content.loader import Content, load, programs
from content.problems import ContentError
from handlers.reports import pictures
from handlers.talk.scene import Library, address_words
from handlers.talk.understanding.text import fold
from tests.contents import copy_to, spoil

#: A lesson with pictures of a phone.
PHONE = "lessons/bat_dau/01-chu-to/lesson.toml"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the content that may be spoilt."""
    return copy_to(tmp_path)


def problems(root: Path) -> str:
    """What loading says is wrong."""
    with pytest.raises(ContentError) as refused:
        load("phu_thinh", root)
    return str(refused.value)


@pytest.mark.parametrize("program", programs())
def test_every_program_loads(program: str) -> None:
    assert load(program).plan.id == program


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("programs/phu_thinh/plan.toml", "goal = 90", "gaol = 90", ["plan.toml: targets.0.gaol", "goal"]),
        ("programs/phu_thinh/plan.toml", "goal = 90", 'goal = "ninety"', ["plan.toml: targets.0.goal", "integer"]),
        ("programs/phu_thinh/plan.toml", 'basis = "share"', 'basis = "shared"', ["targets.0.basis", "per_year"]),
        ("programs/phu_thinh/plan.toml", 'lead = "pt_hoi_nct"', 'lead = "nobody"', ["plan.toml", "no agency has the key 'nobody'"]),
        ("programs/phu_thinh/plan.toml", 'id = "phu_thinh"', 'id = "phu_thinh', ["plan.toml", "not correct TOML"]),
        ("programs/phu_thinh/units.toml", 'parent = "05800"', 'parent = "nowhere"', ["units.toml", "no unit has the code 'nowhere'"]),
        ("programs/phu_thinh/plan.toml", '"online_safety",', '"onlin_safety",', ["plan.toml: skills.required", "no skill 'onlin_safety'"]),
        ("programs/phu_thinh/plan.toml", 'counts = "confirmed"', 'counts = "sure"', ["plan.toml: skills.counts", "'learnt', 'says' or 'confirmed'"]),
        ("lessons/de_an_379/02-bon-viec/lesson.toml", 'skill = "the_plan"', 'skill = "a_plan"', ["02-bon-viec/lesson.toml: skill", "no skill 'a_plan'"]),
        ("skills.toml", 'key = "the_plan"', 'key = "business"', ["skills.toml", "two skills have this key"]),
        ("activities.toml", 'units = ["cay"]', 'units = ["cayy"]', ["activities.toml", "no unit has the key 'cayy'"]),
        (PHONE, 'drawing = "dien_thoai"', 'drawing = "may_bay"', ["chu-to/lesson.toml: cards.2.picture", "'may_bay'", "dien_thoai"]),
        (PHONE, 'title = "Cài đặt"', "", ["chu-to/lesson.toml: cards.2.picture.dien_thoai.title", "required"]),
        (PHONE, '"Âm thanh"', '"Âm thanh và thông báo của điện thoại"', ["cards.2.picture.dien_thoai.rows.0", "at most 28"]),
        (PHONE, '"Âm thanh"', '"Âm thanh của {bác}"', ["cards.2.picture.dien_thoai.rows.0", "the same for everybody"]),
        (PHONE, 'press = "Màn hình"', 'press = "Man hinh"', ["cards.2.picture.dien_thoai", "press: 'Man hinh' is none of: Âm thanh"]),
        (PHONE, 'press = "Màn hình"', 'button = "Màn hình"', ["cards.2.picture.dien_thoai.button", "not permitted"]),
        (PHONE, 'icon = "banh_rang"', 'icon = "banh_ran"', ["cards.1.picture.man_hinh_chinh.apps.3.icon", "'banh_ran'", "banh_rang"]),
        ("phrases.toml", "{Bác} muốn báo việc gì ạ?", "{Bác muốn báo việc gì ạ?", ["phrases.toml: say.report.kind", "brace"]),
        ("phrases.toml", "{Bác} muốn báo việc gì ạ?", "{Bác} muo\u0302\u0301n", ["phrases.toml", "NFC"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_key(
    copied: Path, file: str, old: str, new: str, told: list[str]
) -> None:
    spoil(copied / file, re.escape(old), new)
    said = problems(copied)
    for part in told:
        assert part in said


def test_what_a_program_for_writing_did_is_told_with_its_line(copied: Path) -> None:
    lesson = copied / PHONE
    whole = lesson.read_text(encoding="utf-8")
    for spoilt, told in {
        "\ufeff" + whole: "line 1 begins with an unseen mark (BOM); save it again",
        whole.replace('title = "Chữ', "title = “Chữ", 1): "has curly quotes around a text; type",
        unicodedata.normalize("NFD", whole): "has letters in two pieces; type it again",
    }.items():
        lesson.write_text(spoilt, encoding="utf-8")
        found = re.search(r"chu-to/lesson.toml: line (\d+) (.*)", problems(copied))
        assert found
        assert told.removeprefix("line 1 ") in found[2]
        assert spoilt.splitlines()[int(found[1]) - 1] != whole.splitlines()[int(found[1]) - 1]


def test_a_form_of_address_is_not_written_out(copied: Path) -> None:
    content = load("phu_thinh", copied)
    lesson = content.lessons["bat_dau_chu_to"]
    assert not list(checks.addressed_by_form(lesson))
    card = lesson.cards[0].model_copy(update={"text": "Bác ơi, Bác Hồ dạy {bác} trồng cây."})
    [(key, told)] = checks.addressed_by_form(lesson.model_copy(update={"cards": (card,)}))
    assert key == "cards.0.text"
    assert "'Bác' written out; write {Bác}" in told


def test_a_picture_that_no_phone_could_show_is_named_with_file_and_card(copied: Path) -> None:
    spoil(copied / PHONE, '"Âm thanh"', '"WWWWWWWWWWWWWWWWWWWWW"')
    [told] = pictures.problems_of_cards(load("phu_thinh", copied))
    assert told.startswith(f"content/{PHONE}: cards.2.picture: “WWW")
    assert "too long to be read" in told


def test_all_mistakes_are_told_at_once(copied: Path) -> None:
    spoil(copied / "activities.toml", r'units = \["cay"\]', 'units = ["cayy"]')
    spoil(copied / "programs/phu_thinh/plan.toml", "goal = 90", "gaol = 90")
    lesson = next((copied / "lessons").rglob("lesson.toml"))
    spoil(lesson, "answer = ", "answer = 3 # ")
    said = problems(copied)
    assert "cayy" in said
    assert "gaol" in said


def test_an_unknown_program_is_told_which_there_are() -> None:
    with pytest.raises(ContentError, match=r"BOT_PROGRAM.*lai_chau, phu_thinh"):
        load("ha_noi")


def test_every_phrase_names_only_what_is_filled_in(phu_thinh: Content) -> None:

    words = address_words(next(iter(phu_thinh.forms.values())))
    for lesson in phu_thinh.lessons.values():
        texts = [lesson.title, lesson.practice.text, *(card.text for card in lesson.cards)]
        for quiz in lesson.quiz:
            texts += [quiz.question, quiz.right, quiz.wrong, *quiz.choices]
        for text in texts:
            assert "{" not in text.format_map(words)


def test_the_words_for_one_place_lead_nowhere_else(phu_thinh: Content) -> None:
    told = [
        fold(word)
        for key, words in phu_thinh.phrases.items()
        if key.startswith("words.")
        for word in words.split(",")
    ]
    assert len(told) == len(set(told))


def test_whoever_says_a_phrase_fills_all_its_places(phu_thinh: Content) -> None:
    forms = address_words(next(iter(phu_thinh.forms.values())))
    for file in (*Path("bot").rglob("*.py"), *Path("handlers").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match call:
                case ast.Call(ast.Attribute(attr="say" | "reply"), [ast.Constant(str(key))], told):
                    places = {place for _, place, *_ in Formatter().parse(phu_thinh.phrases[key])}
                    given = {one.arg for one in told}  # None: it is handed a mapping
                    assert None in given or places <= {*given, *forms, None}, f"{file}: {key}"


@pytest.mark.parametrize("program", programs())
def test_a_reader_can_be_made_for_every_program(program: str) -> None:
    assert Library(load(program)).reader
