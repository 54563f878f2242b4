"""`check-content`: each mistake in a lesson is found, and all of them in one run."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app, checks
from bot.settings import Settings
from content.loader import load, programs
from handlers.elders.lesson.flow import FLOW
from handlers.talk.flow import Flow, Step
from handlers.talk.routes import Route
from tests.contents import copy_to, spoil

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEMPLATE = Path("docs/bai-mau/lesson.toml")
GUIDE = Path("docs/soan-bai-hoc.md")

CARD, CHOICES = r'text = """\n', r"choices = \[[^\]]*\]"
ONE_QUESTION = r"\[\[quiz\]\].*?(?=\[\[quiz\]\])"


def card(*lines: str) -> str:
    """A card that begins with these lines."""
    return 'text = """\n' + "".join(f"{line}\n" for line in lines)


#: Where, what is changed into what, how often, and what must be told of it.
MISTAKES = [
    ("lessons/an_toan/01-*/lesson.toml", r"answer = \d\n", "", 1, ": quiz.0.answer: Field required"),
    ("lessons/an_toan/02-*/lesson.toml", "skill = ", "skil = ", 1, ": skil: Extra inputs are not permitted"),
    ("lessons/an_toan/03-*/lesson.toml", CHOICES, 'choices = ["Rau", "Cá", "Gà", "Vịt"]', 1, ": quiz.0.choices: Tuple should have at most 3 items"),
    ("lessons/an_toan/04-*/lesson.toml", CARD, card("đi " * 16), 1, ": cards.0.text: has a line of 16 words, at most 15"),
    ("lessons/an_toan/05-*/lesson.toml", CARD, card("đi " * 10, "về " * 9), 1, ": cards.0.text: has a sentence of"),
    ("lessons/an_toan/06-*/lesson.toml", CARD, card("Một.", "Hai.", "Ba.", "Bốn."), 1, "at most 3"),
    ("lessons/an_toan/07-*/lesson.toml", CARD, card("Dùng smartphone."), 1, ": cards.0.text: 'smartphone' is no Vietnamese word"),
    ("lessons/bat_dau/01-*/lesson.toml", CHOICES, f'choices = ["{"lâu " * 11}", "Cá", "Gà"]', 1, ": quiz.0.choices.0: has 43 letters; a button"),
    ("lessons/bat_dau/02-*/lesson.toml", CHOICES, 'choices = ["Đèn bàn", "Den ban", "Khác"]', 1, ": quiz.0.choices: typing 'Den ban' for choice 2 chooses 1"),
    ("lessons/bat_dau/03-*/lesson.toml", CHOICES, 'choices = ["Cúp máy sau", "Cúp máy", "Khác"]', 1, ": quiz.0.choices: typing 'Cúp máy' for choice 1 chooses 2"),
    ("lessons/bat_dau/04-*/lesson.toml", r"answer = \d", "answer = 2", 0, ": quiz: every right answer is choice 2"),
    ("lessons/bat_dau/05-*/lesson.toml", r"sources = \[", 'sources = ["https://tin.example.com/a",', 1, ": sources.0: tin.example.com is not in content/sources.toml"),
    ("lessons/bat_dau/06-*/lesson.toml", r"sources = \[", 'sources = ["nghe người ta nói",', 1, ": sources.0: Input should be a valid URL"),
    ("lessons/dich_vu_cong/01-*/lesson.toml", r"valid_until = \S+", "valid_until = 2026-11-01", 1, ": valid_until: 2026-11-01 has passed"),
    ("lessons/dich_vu_cong/02-*/lesson.toml", r"valid_until = \S+", "valid_until = 2026-11-22", 1, ": valid_until: 2026-11-22 is not after reviewed_on"),
    ("lessons/dich_vu_cong/03-*/lesson.toml", CARD, card("Gọi {ai đó}."), 1, ": cards.0.text: has {ai đó}, which nothing fills in"),
    ("lessons/dich_vu_cong/04-*/lesson.toml", CARD, card("Gọi 0912 345 678."), 1, ": cards.0.text: has a telephone number (0912 345 678)"),
    ("lessons/dich_vu_cong/05-*/lesson.toml", ONE_QUESTION, "", 2, ": quiz: Tuple should have at least 5 items"),
    ("lessons/dich_vu_cong/06-*/lesson.toml", r'id = "[a-z_0-9]+"', 'id = "dich_vu_cong_la_gi"', 1, ": id: 'dich_vu_cong_la_gi' is already used by"),
    ("lessons/khoi_nghiep/01-*/lesson.toml", CARD, card("a" * 1030), 1, "Telegram takes 1024 here"),
    ("lessons/khoi_nghiep/03-*/lesson.toml", r'question = """\n', f'question = """\n{"a" * 2010}\n', 1, "Zalo takes 2000 here"),
    ("lessons/khoi_nghiep/04-*/lesson.toml", r'right = """\n', f'right = """\n{"a" * 4100}\n', 1, "Telegram takes 4096 here"),
    ("lessons/khoi_nghiep/05-*/lesson.toml", r'practice\]\ntext = """\n', 'practice]\ntext = "', 1, "is not correct TOML"),
    ("lessons/khoi_nghiep/07-*/lesson.toml", r'title = "[^"]*"', 'title = "Chon noi mua dang tin"', 1, ": title: 'Chon noi mua dang tin' reads like content/lessons/mua_sam/01"),
    ("lessons/mua_sam/02-*/lesson.toml", 'skill = "online', 'skill = "onlin', 1, ": skill: the other lessons of this track have 'online_shopping'"),
    ("lessons/mua_sam/track.toml", r'id = "mua_sam"', 'id = "an_toan"', 1, ": id: another track has the id 'an_toan'"),
    ("lessons/thanh_toan/track.toml", r"order = \d", "order = 1", 1, ": order: another track has the order 1"),
    ("lessons/nen_tang/track.toml", r'title = "[^"]*"', 'title = "Mua sam truc tuyen"', 1, ": title: 'Mua sam truc tuyen' reads like"),
    ("lessons/thanh_toan/01-*/lesson.toml", r"\A", "\ufeff", 1, ": line 1 begins with an unseen mark (BOM)"),
    ("lessons/thanh_toan/02-*/lesson.toml", r'title = "', "title = “", 1, "has curly quotes around a text"),
    ("lessons/thanh_toan/03-*/lesson.toml", CARD, card("Ba\u0300."), 1, "has letters in two pieces"),
    ("lessons/thanh_toan/04-*/lesson.toml", CARD, card("Mời bác."), 1, ": cards.0.text: has 'bác' written out; write {bác}"),
    ("lessons/thanh_toan/05-*/lesson.toml", "“Kẻ gian giục là để mình không kịp nghĩ.”", "Kẻ gian giục.", 1, ": quiz.4.question: asks whether a sentence is true"),
    ("programs/phu_thinh/plan.toml", r'"online_payment",', '"online_payments",', 1, ": skills.required: no lesson has the skill 'online_payments'"),
    ("programs/phu_thinh/plan.toml", r"ít nhất \{PT-I-3a.goal\}", "ít nhất {PT-I-9.goal}", 1, ": lesson_words.số cây: has {PT-I-9.goal}, which nothing fills in"),
    ("programs/lai_chau/plan.toml", r'"hàng quê mình" = "mắc ca"\n', "", 1, "lai_chau/plan.toml: lesson_words.hàng quê mình: another program has this word"),
    ("activities.toml", r'name = "Trồng cây"', 'name = "Cay con song"', 1, "reads like trees without accents"),
    ("activities.toml", r"(?<=\nchoices = )\[[^\]]*\]", '["Đúng rồi", "Đúng"]', 1, "large.choices: typing 'Đúng' for choice 1 chooses 2"),
    ("phrases.toml", 'label = "Cụ"', 'label = "Cò"', 1, ": forms.co: 'Cô' reads like forms.cu without accents"),
    ("phrases.toml", r"\[say.undo\]", '[say.undo]\nsung = "Lời {bác} không ai nói"', 1, ": say.undo.sung: nobody says this"),
    ("phrases.toml", r"\nkept = ", "\nkept_not = ", 0, ": say.undo.kept: is said somewhere but not written"),
]  # fmt: skip


def told(root: Path) -> str:
    """What is wrong with a copy, as it is printed."""
    return "\n".join(map(str, checks.problems(NOW, root)))


@pytest.fixture(scope="module")
def told_of_all(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one run says of a copy that has every mistake at once."""
    root = copy_to(tmp_path_factory.mktemp("spoilt"))
    for pattern, old, new, times, _ in MISTAKES:
        (path,) = root.glob(pattern)
        spoil(path, old, new, times)
    lessons = root / "lessons"
    (lessons / "khoi_nghiep/02-lai-lo").rename(lessons / "khoi_nghiep/01-lai-lo")
    (lessons / "khoi_nghiep/06-ocop").rename(lessons / "khoi_nghiep/ocop")
    (lessons / "nen_tang/06-moi").mkdir()
    (lessons / "nen_tang/06-moi/bai hoc.toml").touch()
    (lessons / "song_xanh/track.toml").unlink()
    (root / "pictures/my_page.svg").unlink()
    return told(root)


def test_a_lesson_in_the_wrong_shape_has_its_words_checked_too(tmp_path: Path) -> None:
    root = copy_to(tmp_path)
    (path,) = root.glob("lessons/an_toan/01-*/lesson.toml")
    spoil(path, r"answer = \d\n", "anwser = 1\n", 0)
    spoil(path, "skill = ", "skil = ")
    spoil(path, CARD, card("đi " * 16))
    spoil(path, r"valid_until = \S+", "valid_until = 2026-11-01")
    spoil(path, r"sources = \[", 'sources = ["https://tin.example.com/a",')
    found = told(root)
    for what in (
        ": skill: Field required",
        ": quiz.0.answer: Field required",
        ": quiz.4.anwser: Extra inputs are not permitted",
        ": cards.0.text: has a line of 16 words",
        ": valid_until: 2026-11-01 has passed",
        ": sources.0: tin.example.com is not in content/sources.toml",
    ):
        assert what in found
    # Only what the teacher wrote wrong is told.
    assert "at least 5 items" not in found
    assert "''" not in found


def test_the_content_has_no_mistake() -> None:
    assert checks.problems(NOW) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[-1][:50])
def test_a_mistake_is_found_among_many(
    told_of_all: str, mistake: tuple[str, str, str, int, str]
) -> None:
    pattern, *_, what = mistake
    folder = pattern.partition("*")[0]
    mine = [line for line in told_of_all.splitlines() if line.startswith(f"content/{folder}")]
    assert any(what in line for line in mine), "\n".join(mine)


@pytest.mark.parametrize(
    "what",
    [
        "content/lessons/khoi_nghiep/01-lai-lo/lesson.toml: another lesson here has the number 01",
        "content/lessons/khoi_nghiep/ocop/lesson.toml: its folder must begin with its number",
        "content/lessons/nen_tang/06-moi/lesson.toml: is missing",
        "content/lessons/song_xanh/track.toml: is missing",
        "content/pictures/my_page.svg: is missing",
    ],
)
def test_a_file_in_the_wrong_place_is_found_among_many(told_of_all: str, what: str) -> None:
    assert what in told_of_all


def test_the_guide_explains_what_is_told(told_of_all: str) -> None:
    table = GUIDE.read_text(encoding="utf-8").partition("| máy viết |")[2].partition("## ")[0]
    explained = [
        phrase
        for row in table.splitlines()[2:]
        for phrase in re.findall(r"`([^`]+)`", row.split("|")[1] if row else "")
    ]
    assert len(explained) > 12
    for phrase in explained:
        pattern = re.escape(phrase).replace("…", ".*").replace("has\\ 4\\ lines", r"has \d+ lines")
        assert re.search(pattern, told_of_all), phrase


def test_a_lesson_made_from_the_template_is_right(tmp_path: Path) -> None:
    root = copy_to(tmp_path)
    folder = root / "lessons/bat_dau/07-danh-ba"
    folder.mkdir()
    shutil.copy(TEMPLATE, folder / "lesson.toml")
    assert told(root) == ""
    assert "bat_dau_danh_ba" in load("phu_thinh", root).lessons


def test_a_program_begins_with_a_lesson_that_is_only_long(tmp_path: Path) -> None:
    root = copy_to(tmp_path)
    (lesson,) = root.glob("lessons/an_toan/04-*/lesson.toml")
    spoil(lesson, CARD, card("đi " * 16))
    assert "has a line of 16 words" in told(root)
    assert load("phu_thinh", root)


async def test_lessons_past_their_day_are_warned_of_and_taught(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = Settings(bot_database_url=f"sqlite:///{tmp_path}/bot.db", bot_web_port=0)
    later: Callable[[], datetime] = lambda: datetime(2040, 1, 1, tzinfo=UTC)  # noqa: E731
    with caplog.at_level(logging.WARNING):
        async with app.serve(held, later) as url:
            assert url.startswith("http://")
    warned = [record.getMessage() for record in caplog.records]
    assert any("valid_until: 2027-05-31 has passed" in line for line in warned)


def test_a_goal_whose_horizon_is_over_is_not_told_on() -> None:
    what = "phu_thinh/plan.toml: lesson_words.số cây: PT-I-3a ended on 2030-12-31"
    last_day, day_after = datetime(2030, 12, 31, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    assert what not in "\n".join(map(str, checks.problems(last_day)))
    assert what in "\n".join(map(str, checks.problems(day_after)))


def test_a_step_and_an_end_nobody_comes_to_are_found() -> None:
    lost = Step(ask=FLOW.steps["practice"].ask, to={"says": "practised"})
    flow = Flow(
        name="learn",
        first="pick",
        steps={**FLOW.steps, "lost": lost},
        ends=FLOW.ends | {"nowhere"},
        begin=FLOW.begin,
        finish=FLOW.finish,
        recap=FLOW.recap,
    )
    found = [str(problem) for problem in checks.flows([Route(name="learn", to=flow)])]
    assert found == [
        "flow learn: lost: no answer leads here",
        "flow learn: nowhere: no answer leads here",
    ]


def test_a_lesson_speaks_for_its_place() -> None:
    told_in = {
        program: {card.text for card in load(program).lessons["de_an_379_bon_viec"].cards}
        for program in programs()
    }
    here, there = told_in["phu_thinh"], told_in["lai_chau"]
    assert any("Riêng xã Phú Thịnh mong mỗi năm trồng ít nhất 100 nghìn cây." in t for t in here)
    assert any("tỉnh Lai Châu mong từ 2025 đến 2030 trồng ít nhất 1 triệu cây." in t for t in there)
    assert len(here & there) == len(here) - 1


def test_a_lesson_takes_its_number_and_its_agency_from_the_targets(tmp_path: Path) -> None:
    root = copy_to(tmp_path)
    spoil(root / "programs/phu_thinh/plan.toml", "goal = 100_000", "goal = 120_505")
    spoil(root / "programs/phu_thinh/plan.toml", 'name = "Phòng Kinh tế xã"', 'name = "Phòng Mới"')
    words = load("phu_thinh", root).plan.words()
    assert words["số cây"] == "mỗi năm trồng ít nhất 120.505 cây"
    assert words["Cơ quan cây xanh"] == "Phòng Mới"


@pytest.mark.parametrize("program", programs())
def test_the_tree_of_the_examples_is_one_that_is_planted_here(program: str) -> None:
    plan = load(program).plan
    words = plan.words()
    assert words["cây ví dụ"] in plan.species
    assert set(words["cây quê mình"].split(", ")) <= set(plan.species)
