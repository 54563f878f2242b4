"""Content files: what is wrong with them is said whole, with file and key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from content.loader import ROOT, Content, ContentError, load, programs
from handlers.talk.scene import Library
from handlers.talk.understanding.text import fold

CODE = [*Path("handlers").rglob("*.py"), *Path("bot").rglob("*.py")]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the content that may be spoilt."""
    root = tmp_path / "content"
    for part in ("programs", "lessons"):
        shutil.copytree(ROOT / part, root / part)
    for path in ROOT.glob("*.toml"):
        shutil.copy(path, root)
    return root


def spoil(path: Path, old: str, new: str) -> None:
    """Change one thing in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


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
        ("phrases.toml", "{Bác} muốn báo việc gì ạ?", "{Bác muốn báo việc gì ạ?", ["phrases.toml: say.report.kind", "brace"]),
        ("phrases.toml", "{Bác} muốn báo việc gì ạ?", "{Bác} muo\u0302\u0301n", ["phrases.toml", "NFC"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_key(
    copied: Path, file: str, old: str, new: str, told: list[str]
) -> None:
    spoil(copied / file, old, new)
    said = problems(copied)
    for part in told:
        assert part in said


def test_all_mistakes_are_told_at_once(copied: Path) -> None:
    spoil(copied / "activities.toml", 'units = ["cay"]', 'units = ["cayy"]')
    spoil(copied / "programs/phu_thinh/plan.toml", "goal = 90", "gaol = 90")
    lesson = next((copied / "lessons").rglob("lesson.toml"))
    spoil(lesson, "answer = ", "answer = 3 # ")
    said = problems(copied)
    assert "cayy" in said
    assert "gaol" in said


def test_an_unknown_program_is_told_which_there_are() -> None:
    with pytest.raises(ContentError, match=r"BOT_PROGRAM.*lai_chau, phu_thinh"):
        load("ha_noi")


def used_phrases() -> tuple[set[str], set[str]]:
    """The keys the code asks for, and the beginnings of keys it completes itself."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    whole = set(re.findall(r'"([a-z]+\.[a-z0-9_]+)"', text))
    begun = set(re.findall(r'f"([a-z]+\.[a-z_]*)\{', text))
    return whole, begun


def test_every_phrase_is_used_and_every_phrase_used_is_there(phu_thinh: Content) -> None:
    whole, begun = used_phrases()
    begun.discard("words.")
    parts = {key.split(".")[0] for key in phu_thinh.phrases}
    missing = {key for key in whole if key.split(".")[0] in parts} - phu_thinh.phrases.keys()
    assert missing == set()
    unused = {
        key
        for key in phu_thinh.phrases.keys() - whole
        if not key.startswith("words.") and not any(key.startswith(start) for start in begun)
    }
    assert unused == set()


def test_every_phrase_names_only_what_is_filled_in(phu_thinh: Content) -> None:
    from handlers.talk.scene import address_words

    words = address_words(next(iter(phu_thinh.forms.values())))
    for lesson in phu_thinh.lessons().values():
        texts = [lesson.title, lesson.practice.text, *(card.text for card in lesson.cards)]
        for quiz in lesson.quiz:
            texts += [quiz.question, quiz.right, quiz.wrong, *quiz.choices]
        for text in texts:
            assert "{" not in text.format_map(words)


@pytest.mark.parametrize("program", programs())
def test_the_choices_of_a_question_differ_without_accents(program: str) -> None:
    for lesson in load(program).lessons().values():
        for quiz in lesson.quiz:
            folded = [fold(choice) for choice in quiz.choices]
            assert len(set(folded)) == len(folded), (lesson.id, quiz.question)
            assert all(len(choice) <= 40 for choice in quiz.choices), (lesson.id, quiz.question)


@pytest.mark.parametrize("program", programs())
def test_cards_are_short(program: str) -> None:
    for lesson in load(program).lessons().values():
        for card in lesson.cards:
            assert len(card.text.splitlines()) <= 3, lesson.id


def test_the_words_for_one_place_lead_nowhere_else(phu_thinh: Content) -> None:
    told = [
        fold(word)
        for key, words in phu_thinh.phrases.items()
        if key.startswith("words.")
        for word in words.split(",")
    ]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("program", programs())
def test_a_reader_can_be_made_for_every_program(program: str) -> None:
    assert Library(load(program)).reader
