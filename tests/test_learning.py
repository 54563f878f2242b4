"""Learning: what comes next, the quiz, help, certificates, skills confirmed, and recalls."""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from content.loader import Content
from content.models.lesson import Lesson, QuizQuestion
from handlers.elders.lesson import schedule
from handlers.reports.progress import toward_goal
from handlers.talk.reminding import moment
from handlers.talk.scene import local_day
from storage import counts, learning, members, migrations, recalls, registering, skills
from storage.database import Store, open_store
from tests.databases import fresh_schema, opened
from tests.talking import Phone, Village
from tests.test_erasing import ERASES, erases, everything, frames

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TRACK = ("de_an_379_la_gi", "de_an_379_bon_viec", "de_an_379_minh_gop_duoc_gi")
TODAY = date(2026, 11, 21)
#: The migration that came with confirmations.
LEARNING = 6


def lesson_of(phone: Phone, id_: str) -> Lesson:
    return phone.village.content.lessons[id_]


async def answers(phone: Phone, lessons: Iterable[Lesson], *, right: bool = True) -> list[str]:
    """Answer the questions that come; what was asked."""
    asked = []
    bank = {quiz.question.strip().splitlines()[0]: quiz for one in lessons for quiz in one.quiz}
    plain = {
        text.format_map({"bác": "bác", "Bác": "Bác", "cháu": "cháu", "Cháu": "Cháu"}): quiz
        for text, quiz in bank.items()
    }
    while found := [quiz for text, quiz in plain.items() if text in phone.replies[-1].text]:
        quiz = found[0]
        asked.append(quiz.question)
        wrong = next(n for n in range(1, len(quiz.choices) + 1) if n != quiz.answer)
        await phone.says(str(quiz.answer if right else wrong))
    return asked


async def learns(
    phone: Phone, id_: str, practice: str = "tôi làm được rồi", *, right: bool = True
) -> list[str]:
    """Learn one lesson from its first card to its end; the questions that were asked."""
    lesson = lesson_of(phone, id_)
    await phone.taps_payload(f"go:learn:{id_}")
    for _ in lesson.cards:
        await phone.says("tiếp")
    asked = await answers(phone, [lesson], right=right)
    await phone.says(practice)
    return asked


async def learns_skill(phone: Phone, skill: str, practice: str = "tôi làm được rồi") -> None:
    for lesson in phone.village.content.teaching(skill):
        await learns(phone, lesson.id, practice)


async def counted(village: Village) -> tuple[int, int]:
    """How many people count for the skills, as reported and as confirmed; recount agrees."""
    rule = village.content.plan.skills
    async with village.store.read() as tx:
        assert await counts.recount(tx, rule.required, rule.reported_at) == []
        lines = await counts.between(tx, date.min, date.max)
    mine = [one for one in lines if one.measure == "digital_skills"]
    return int(sum(one.reported for one in mine)), int(sum(one.confirmed for one in mine))


async def kept(village: Village, sql: str) -> list[tuple[object, ...]]:
    async with village.store.read() as tx:
        return [tuple(row.values()) for row in map(dict, await tx.fetch(sql))]


class TestQuiz:
    async def test_three_questions_differ_in_form(self, lan: Phone) -> None:
        for lesson in lan.village.content.lessons.values():
            asked = await learns(lan, lesson.id)
            forms = [one.form for one in lesson.quiz if one.question in asked]
            assert len(asked) == 3
            assert len(set(forms)) == min(3, len({one.form for one in lesson.quiz})), lesson.id

    async def test_once_more_asks_others_first(self, lan: Phone) -> None:
        first = await learns(lan, TRACK[0])
        second = await learns(lan, TRACK[0])
        assert set(first).isdisjoint(second)
        assert len(lesson_of(lan, TRACK[0]).quiz) == 6
        assert set(await learns(lan, TRACK[0])) == set(first)

    async def test_too_little_right_offers_the_lesson_again(self, lan: Phone) -> None:
        await learns(lan, TRACK[0], right=False)
        lan.heard("Hôm nào rảnh mình xem lại")
        assert lan.labels() == ["Xem lại bài", "Học bài tiếp", "Trang chính"]
        await lan.says("xem lại bài")
        lan.heard("Bài: Đề án 379 là gì")


class TestInTheMiddle:
    """What is said on a card or in the quiz beside its answers."""

    async def in_the_quiz(self, lan: Phone, id_: str = TRACK[0]) -> None:
        await lan.taps_payload(f"go:learn:{id_}")
        await lan.says(*["tiếp"] * len(lesson_of(lan, id_).cards))
        lan.heard("Câu 1/3")

    @pytest.mark.parametrize("said", ["tôi không hiểu", "khong hieu gi", "bài này tôi chả hiểu gì"])
    async def test_a_card_not_understood_comes_again_with_help(self, lan: Phone, said: str) -> None:
        await lan.taps_payload(f"go:learn:{TRACK[0]}")
        await lan.says("tiếp")
        card = lan.replies[-1].text
        await lan.says(said)
        lan.heard("Không sao", card)
        assert lan.labels() == ["Tiếp", "Nhờ người giúp", "Để sau", "Quay lại"]
        await lan.says("tiếp")
        assert lan.labels()[1] == "Nghe lại"

    async def test_a_question_not_understood_comes_again(self, lan: Phone) -> None:
        await self.in_the_quiz(lan)
        question = lan.replies[-1]
        await lan.says("tôi không hiểu")
        lan.heard("Không sao", "bỏ qua", "nhờ người giúp", question.text)
        await lan.says("khó quá", "0")
        lan.heard_nothing_of("Câu 1/3")

    @pytest.mark.parametrize("said", ["nhờ người giúp", "toi can nguoi giup", "cần người giúp"])
    @pytest.mark.parametrize("quiz", [False, True])
    async def test_help_is_asked_for_and_the_place_kept(
        self, lan: Phone, said: str, *, quiz: bool
    ) -> None:
        if quiz:
            await self.in_the_quiz(lan)
        else:
            await lan.taps_payload(f"go:learn:{TRACK[0]}")
            await lan.says("tiếp")
        place = lan.replies[-1].text
        await lan.says(said)
        lan.heard("báo nhé?", "bài bác đang học")
        await lan.says("1", "học tiếp bài ấy")
        lan.heard("Mình học tiếp bài", place)

    @pytest.mark.parametrize("said", ["bỏ qua", "ko biết", "khong biet", "câu này tôi không biết"])
    async def test_what_is_let_be_is_told_and_not_counted(self, lan: Phone, said: str) -> None:
        await self.in_the_quiz(lan)
        await lan.says(said)
        lan.heard("Không sao đâu", "Câu trả lời là", "Câu 2/3")
        await lan.says(said, said, "tôi chưa làm")
        assert await kept(lan.village, "SELECT right_answers FROM progress") == [(0,)]

    @pytest.mark.parametrize("said", ["để sau", "thôi mai học tiếp", "nghi da"])
    async def test_the_quiz_is_left_and_goes_on_at_the_very_question(
        self, lan: Phone, said: str
    ) -> None:
        lesson = lesson_of(lan, TRACK[0])
        await self.in_the_quiz(lan)
        asked = lan.replies[-1].text
        [quiz] = [one for one in lesson.quiz if one.question.split("\n")[0] in asked]
        await lan.says(str(quiz.answer))
        question = lan.replies[-1].text
        await lan.says(said)
        lan.heard("tiếp đúng chỗ ấy")
        lan.village.clock.passes(days=2)
        await lan.says("học", "1")
        lan.heard("Mình học tiếp bài", question, "Câu 2/3")
        await answers(lan, [lesson])
        await lan.says("để sau", "học", "1")
        assert lan.labels()[0] == "Tôi làm được rồi"
        await lan.says("1")
        lan.heard("đúng 3/3 câu")

    async def test_a_digit_after_days_is_asked_for_again(self, lan: Phone) -> None:
        await self.in_the_quiz(lan)
        lan.village.clock.passes(days=3)
        await lan.says("1")
        lan.heard("mừng bác quay lại", "Câu 1/3")

    async def test_so_it_does_after_the_safety_corner(self, lan: Phone) -> None:
        await self.in_the_quiz(lan)
        await lan.says("bỏ qua")
        question = lan.replies[-1].text
        await lan.says("bị lừa", "0", "học", "1")
        lan.heard(question)
        await lan.says("bị lừa", "0")
        await lan.taps(lan.labels()[0])
        lan.heard("Câu 2/3")

    @pytest.mark.parametrize(
        ("said", "meant"),
        [("dung", "Đúng"), ("Dung a", "Đúng"), ("đúng rồi", "Đúng"), ("sai roi", "Sai")],
    )
    async def test_true_or_false_without_accents(self, lan: Phone, said: str, meant: str) -> None:
        quiz = await self.true_or_false(lan)
        await lan.says(said)
        taught = quiz.right if quiz.choices[quiz.answer - 1] == meant else quiz.wrong
        lan.heard(taught.strip().splitlines()[-1].split("{")[0])

    async def test_stopping_in_full_accents_stops(self, lan: Phone) -> None:
        await self.true_or_false(lan)
        await lan.says("dừng ạ")
        lan.heard("cháu đánh dấu chỗ này")

    async def test_without_accents_it_stops_nothing(self, lan: Phone) -> None:
        await lan.taps_payload(f"go:learn:{TRACK[0]}")
        await lan.says("dung")
        lan.heard_nothing_of("cháu đánh dấu chỗ này")
        await lan.says("dung lai")
        lan.heard("cháu đánh dấu chỗ này")

    async def true_or_false(self, lan: Phone) -> QuizQuestion:
        """Go on to the question of a quiz whether a sentence is true."""
        lesson = lesson_of(lan, "mua_sam_noi_mua_dang_tin")
        await self.in_the_quiz(lan, lesson.id)
        while lan.labels() != ["Đúng", "Sai", "Quay lại"]:
            await lan.says("1")
        return next(
            one
            for one in lesson.quiz
            if one.form == "true_or_false"
            and one.question.strip().splitlines()[0] in lan.replies[-1].text
        )

    async def test_a_part_of_a_choice_is_no_answer_where_it_is_a_wish(self, lan: Phone) -> None:
        lesson = lesson_of(lan, "khoi_nghiep_lai_lo")
        for _ in lesson.quiz:
            await self.in_the_quiz(lan, lesson.id)
            while "Câu " in lan.text and "Bỏ qua, không ghi" not in lan.labels():
                await lan.says("1")
            if "Bỏ qua, không ghi" in lan.labels():
                break
            await lan.says("1")
        await lan.says("bỏ qua")
        lan.heard("Câu trả lời là")

    async def test_back_after_hearing_it_again_goes_one_card_back(self, lan: Phone) -> None:
        await lan.taps_payload(f"go:learn:{TRACK[0]}")
        first = lan.replies[-1].text
        await lan.says("tiếp", "nghe lại", "nghe lại", "0")
        lan.heard(first)
        await lan.says("tiếp", "nghe lại", "bị lừa", "0", "làm tiếp", "0")
        lan.heard(first)


class TestWhatComesNext:
    async def test_the_next_one_is_of_the_same_track(self, lan: Phone) -> None:
        await learns(lan, TRACK[0])
        await lan.says("học bài tiếp")
        lan.heard("Bài: Bốn việc của Đề án")

    async def test_of_the_required_skill_nearest_to_complete(self, lan: Phone) -> None:
        for lesson in lan.village.content.teaching("online_payment")[:3]:
            await learns(lan, lesson.id)
        await lan.says("học")
        assert lan.labels()[0] == "Trả tiền điện nước, mua hàng"
        assert lan.labels()[1] == "Mã dùng một lần và mật khẩu"

    async def test_what_was_begun_comes_first(self, lan: Phone) -> None:
        await lan.says("học", "chọn nơi mua", "1", "để sau", "học")
        assert lan.labels()[0] == "Học tiếp: Chọn nơi mua đáng tin"

    async def test_an_old_lesson_opened_again_and_left_is_where_it_was_left(
        self, lan: Phone
    ) -> None:
        await learns(lan, TRACK[0])
        await lan.says("học", "bài khác", "xem lại bài cũ", "1", "tiếp")
        card = lan.replies[-1].text
        await lan.says("để sau", "học", "1")
        lan.heard("Mình học tiếp bài", card)


class TestPictures:
    async def at_a_picture(self, lan: Phone) -> None:
        await lan.taps_payload("go:learn:bat_dau_chu_to")
        await lan.says("tiếp")
        assert lan.replies[-1].picture

    @pytest.mark.parametrize("said", ["nghe lại", "hả", "không hiểu"])
    async def test_comes_again_with_its_card_but_not_over_and_over(
        self, lan: Phone, said: str
    ) -> None:
        await self.at_a_picture(lan)
        await lan.says(said)
        assert lan.replies[-1].picture
        await lan.says(said)
        assert not lan.replies[-1].picture
        await lan.says("tiếp", "0")
        assert lan.replies[-1].picture

    async def test_comes_again_to_who_was_elsewhere(self, lan: Phone) -> None:
        await self.at_a_picture(lan)
        await lan.says("nghe lại", "bị lừa", "0", "làm tiếp")
        assert lan.replies[-1].picture


class TestWordsOfACommand:
    """What is said by the very words of a command leads there, also where names are typed."""

    @pytest.mark.parametrize("before", [("học",), ("học", "bài khác"), ("việc của tôi",)])
    async def test_where_a_lesson_is_chosen(
        self, village: Village, before: tuple[str, ...]
    ) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        await helper.says(*before, "ai nhờ giúp")
        helper.heard("không có ai nhờ giúp")

    async def test_where_a_name_is_typed(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("xác nhận kỹ năng", "xac nhan nham")
        leader.heard("Không có xác nhận nào để bác rút lại")
        await leader.says("xác nhận kỹ năng", "Duyệt")
        leader.heard("chưa tìm thấy ai tên như thế")

    async def test_where_a_newcomer_tells_the_name(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says("/start", "1", "1", "học bài")
        ba.heard("Tên bác là gì")
        await ba.says("Học", "gò vũ", "1")
        ba.heard("quen bác Học", "chọn bài")

    async def test_a_greeting_is_nothing_to_do_later(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says("/start", "chào cháu")
        ba.heard("có đồng ý")
        ba.heard_nothing_of("làm quen xong rồi")
        await ba.says("học bài", "cảm ơn cháu", "1", "1", "Lan", "gò vũ", "1")
        ba.heard("chọn bài")

    @pytest.mark.parametrize("said", ["đọc lại", "doc lai", "tiếp tục học"])
    async def test_on_a_card(self, lan: Phone, said: str) -> None:
        await lan.taps_payload(f"go:learn:{TRACK[0]}")
        await lan.says(said)
        lan.heard_nothing_of("chưa hiểu", "chọn bài")

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ("giấy chứng nhận", "giấy khen"),
            ("kỹ năng của tôi", "Bác đã học xong 1 trên"),
            ("tiếp tục học", "chọn bài"),
        ],
    )
    async def test_anywhere(self, lan: Phone, said: str, told: str) -> None:
        await learns(lan, TRACK[0])
        await lan.says(said)
        lan.heard(told)

    @pytest.mark.parametrize(
        ("said", "lesson"),
        [
            ("an toàn", "Mã dùng một lần và mật khẩu"),
            ("de an", "Đề án 379 là gì"),
            ("sống xanh", "Chia rác làm ba nhóm"),
        ],
    )
    @pytest.mark.parametrize("before", [("học",), ("học", "bài khác")])
    async def test_the_name_of_a_track_shows_its_lessons(
        self, lan: Phone, said: str, lesson: str, before: tuple[str, ...]
    ) -> None:
        await lan.says(*before, said)
        assert lan.labels()[0] == lesson


class TestCertificate:
    async def test_comes_with_the_last_lesson_once(self, lan: Phone) -> None:
        for id_ in TRACK:
            lan.heard_nothing_of("Giấy khen")
            await learns(lan, id_, "tôi chưa làm")
        lan.heard("Giấy khen của bác đây ạ")
        [picture] = [one.picture for one in lan.latest if one.picture]
        assert picture.name == "certificate"
        assert picture.values == {
            "form": "bác",
            "name": "Lan",
            "track": "Đề án 379 nói gì với mình",
            "unit": "Xóm Gò Vũ",
            "program": lan.village.content.plan.name,
            "date": "21/11/2026",
        }
        await learns(lan, TRACK[2])
        lan.heard_nothing_of("Giấy khen")

    async def test_counts_a_lesson_with_two_of_three_right(self, lan: Phone) -> None:
        await learns(lan, TRACK[0], right=False)
        for id_ in TRACK[1:]:
            await learns(lan, id_)
        lan.heard_nothing_of("Giấy khen")
        await learns(lan, TRACK[0])
        lan.heard("Giấy khen của bác đây ạ")
        await learns(lan, TRACK[0], right=False)  # the better time counts
        lan.heard_nothing_of("Giấy khen của bác")
        await lan.says("giấy khen")
        lan.heard("Giấy khen của bác đây ạ")

    async def test_who_can_do_it_hears_so_first(self, lan: Phone) -> None:
        await learns(lan, TRACK[0], right=False)
        assert "bác làm được việc của bài" in lan.latest[0].text
        lan.heard("tính vào giấy khen")

    async def test_keeps_its_day_and_can_be_asked_for(self, lan: Phone) -> None:
        await lan.says("giấy khen")
        lan.heard("chưa có giấy khen nào")
        for id_ in TRACK:
            await learns(lan, id_)
        lan.village.clock.passes(days=40)
        await lan.says("/toi")
        await lan.taps("Giấy khen của tôi")
        [picture] = [one.picture for one in lan.latest if one.picture]
        assert picture.values["date"] == "21/11/2026"

    async def test_of_several_one_is_chosen(self, lan: Phone) -> None:
        for skill in ("the_plan", "online_shopping", "online_payment"):
            await learns_skill(lan, skill)
        await lan.says("giấy khen", "xem thêm")
        await lan.taps("Đề án 379 nói gì với mình")
        assert any(one.picture for one in lan.latest)


class TestHelp:
    async def asks(self, phone: Phone) -> None:
        await learns(phone, TRACK[0], "nhờ người giúp")
        if "sẽ biết tên bác" in phone.text:
            await phone.says("1")

    async def test_from_asking_to_being_able(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        helper = await village.staff("helper", "pt-go-vu")
        far = await village.staff("helper", "pt-lang")
        await self.asks(lan)
        lan.heard("Cháu báo rồi ạ")
        before = len(far.replies), len(leader.replies)
        await village.goes_out()
        assert "Bác Lan, Xóm Gò Vũ" in helper.replies[-1].text
        assert "Đề án 379 là gì" in helper.replies[-1].text
        assert (len(far.replies), len(leader.replies)) == before
        await helper.says("đã giúp xong")
        helper.heard("cảm ơn")
        await village.goes_out()
        assert "Bác làm được chưa ạ?" in lan.replies[-1].text
        await lan.says("tôi làm được rồi")
        lan.heard("bác làm được việc của bài")
        [(solved, by)] = await kept(
            village, "SELECT solved_at IS NOT NULL, solved_by FROM help_requests"
        )
        assert (bool(solved), by) == (True, 3)
        [(practised,)] = await kept(village, "SELECT practised_at FROM progress")
        assert practised is not None

    async def test_the_last_practice_makes_the_level(self, village: Village, lan: Phone) -> None:
        await village.staff("helper", "pt-go-vu")
        for id_ in TRACK[1:]:
            await learns(lan, id_)
        await self.asks(lan)
        levels = "SELECT level FROM skills WHERE skill = 'the_plan' ORDER BY id"
        assert await kept(village, levels) == [("learnt",)]
        await lan.taps_payload(f"go:practised:{TRACK[0]}")
        assert await kept(village, levels) == [("learnt",), ("says",)]
        helper = village.phone("helper-pt-go-vu-None")
        await helper.says("ai nhờ giúp")
        helper.heard("không có ai nhờ giúp")

    @pytest.mark.parametrize("words", ["3", "cần người giúp", "nho nguoi giup", "giúp tôi với"])
    async def test_is_asked_for_in_many_words(self, lan: Phone, words: str) -> None:
        await learns(lan, TRACK[0], words)
        lan.heard("báo nhé?", "sẽ biết tên bác")
        await lan.says("thôi")
        lan.heard("Lúc nào cần")

    async def test_not_yet_is_fine(self, village: Village, lan: Phone) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        await self.asks(lan)
        await village.goes_out()
        await helper.says("1")
        await village.goes_out()
        await lan.says("chưa")
        lan.heard("Không sao đâu ạ")
        await lan.says("nhờ người giúp", "1")
        lan.heard("Cháu báo rồi ạ")

    async def test_without_a_helper_the_leader_hears(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await self.asks(lan)
        await village.goes_out()
        assert "nhờ" in leader.replies[-1].text
        assert leader.labels() == ["Đã giúp xong"]

    async def test_with_nobody_to_tell_it_is_kept_for_who_helps_later(
        self, village: Village, lan: Phone
    ) -> None:
        await learns(lan, TRACK[0], "nhờ người giúp")
        lan.heard("Chỗ mình chưa có người nhận giúp", "sẽ biết tên bác")
        await lan.says("1")
        lan.heard("ghi lại rồi")
        await learns(lan, TRACK[0], "nhờ người giúp")
        lan.heard("ghi tên bác cho bài này rồi", "vẫn chưa có người")
        lan.heard_nothing_of("báo nhé?")
        helper = await village.staff("helper", "pt-go-vu")
        await helper.says("ai nhờ giúp")
        helper.heard("Có 1 người")
        await village.ticks()
        assert "Bác Lan, Xóm Gò Vũ" in helper.replies[-1].text

    async def test_going_elsewhere_in_place_of_a_yes_sends_nothing_and_says_so(
        self, village: Village, lan: Phone
    ) -> None:
        await village.staff("helper", "pt-go-vu")
        await learns(lan, TRACK[0], "nhờ người giúp")
        await lan.says("hôm nay tôi trồng 5 cây keo")
        lan.heard("chưa báo ai", "5 (năm) cây keo")
        assert await kept(village, "SELECT * FROM help_requests") == []

    async def test_with_nobody_to_tell_there_is_a_phone(
        self, store: Store, phu_thinh: Content
    ) -> None:
        plan = phu_thinh.plan.model_copy(update={"help_phone": "0208 123"})
        lan = await Village(store, replace(phu_thinh, plan=plan)).elder()
        await self.asks(lan)
        lan.heard("0208 123")

    async def test_an_open_request_is_not_told_twice(self, village: Village, lan: Phone) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        await self.asks(lan)
        await self.asks(lan)
        lan.heard("đã báo người giúp bài này rồi")
        before = len(helper.replies)
        await village.goes_out()
        assert len(helper.replies) == before + 1

    async def test_only_who_helps_there_may_close_it(self, village: Village, lan: Phone) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        far = await village.staff("helper", "pt-lang")
        mai = await village.elder("Mai")
        await self.asks(lan)
        await far.taps_payload("go:helped:1")
        await mai.taps_payload("go:helped:1")
        mai.heard("dành cho cán bộ hoặc trưởng chi hội")
        assert await kept(village, "SELECT solved_at FROM help_requests") == [(None,)]
        await helper.taps_payload("go:helped:1")
        await helper.taps_payload("go:helped:1")
        helper.heard("xong rồi ạ")

    async def test_when_the_helper_has_left_the_leader_hears(
        self, village: Village, lan: Phone
    ) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await village.staff("helper", "pt-go-vu")
        await self.asks(lan)
        await village.goes_out()
        before = len(leader.replies)
        assert (await village.ticks(), len(leader.replies)) == (0, before)
        async with village.store.begin() as tx:
            await members.leave(tx, 3, members.MOVED, village.clock())
        assert await village.ticks() == 1
        assert "Bác Lan, Xóm Gò Vũ" in leader.replies[-1].text
        assert await village.ticks() == 0  # once is enough
        await leader.says("1")
        leader.heard("cảm ơn")

    async def test_when_the_right_was_taken_whoever_helps_next_hears(
        self, village: Village, lan: Phone
    ) -> None:
        await village.staff("helper", "pt-go-vu")
        await self.asks(lan)
        await village.goes_out()
        async with village.store.begin() as tx:
            await tx.execute("DELETE FROM grants")
        assert await village.ticks() == 0  # there is nobody yet
        leader = await village.staff("leader", "pt-go-vu")
        assert await village.ticks() == 1
        assert "Đề án 379 là gì" in leader.replies[-1].text

    async def test_who_erased_everything_is_told_of_nothing_and_another_is(
        self, village: Village, lan: Phone
    ) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        helper = await village.staff("helper", "pt-go-vu")
        await self.asks(lan)
        await village.goes_out()
        await erases(helper)
        await village.ticks()
        assert "Đề án 379 là gì" in leader.replies[-1].text

    async def test_a_helper_comes_in_by_the_menu(self, village: Village, lan: Phone) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        await helper.says("menu", "1")
        assert helper.labels() == ["Ai đang nhờ giúp", "Xác nhận kỹ năng"]
        await lan.says("việc của hội")
        lan.heard("dành cho cán bộ hoặc trưởng chi hội")

    async def test_those_who_wait_are_listed(self, village: Village, lan: Phone) -> None:
        helper = await village.staff("helper", "pt-go-vu")
        for phone in (lan, await village.elder("Mai"), await village.elder("Tám")):
            await self.asks(phone)
        await helper.says("ai nhờ giúp")
        helper.heard("Có 3 người")
        assert helper.labels() == [
            "Giúp xong bác Lan: Đề án 379 là gì",
            "Giúp xong bác Mai: Đề án 379 là gì",
            "Người khác",
        ]
        await helper.says("người khác")
        assert helper.labels()[0] == "Giúp xong bác Tám: Đề án 379 là gì"


class TestConfirming:
    async def test_a_leader_confirms_what_was_seen(self, village: Village, lan: Phone) -> None:
        await learns_skill(lan, "online_payment")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("xác nhận kỹ năng")
        assert leader.labels()[0] == "Bác Lan, Xóm Gò Vũ"
        await leader.says("1")
        assert leader.labels()[0] == "Thanh toán trực tuyến (đã nói làm được)"
        await leader.says("1")
        leader.heard("tận mắt thấy bác Lan tự quét mã QR")
        await leader.says("đúng")
        leader.heard("bác Lan được xác nhận “Thanh toán trực tuyến”")
        await village.goes_out()
        assert "chi hội đã xác nhận bác làm được" in lan.replies[-1].text
        await lan.says("/toi")
        lan.heard("Được xác nhận: Thanh toán trực tuyến.")
        assert await kept(
            village, "SELECT source, by_id, at IS NOT NULL FROM skills WHERE level = 'confirmed'"
        ) in ([("leader", 2, True)], [("leader", 2, 1)])

    async def test_all_required_ones_count_the_person_and_taking_back_uncounts(
        self, village: Village, lan: Phone
    ) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan", "1", "1", "1")
        assert await counted(village) == (0, 0)
        for _ in range(3):
            await leader.says("kỹ năng khác", "1", "1", "1")
        assert await counted(village) == (1, 1)
        await leader.says("kỹ năng khác")
        assert "Dùng điện thoại" in leader.labels()[0]
        await leader.says("0", "xác nhận nhầm")
        leader.heard("“An toàn trên mạng” của bác Lan")
        await leader.says("rút lại")
        assert await counted(village) == (0, 0)
        await leader.says("/xacnhan", "lan", "1", "1", "1")
        assert await counted(village) == (1, 1)
        [(times,)] = await kept(
            village, "SELECT COUNT(*) FROM skills WHERE skill = 'online_safety'"
        )
        assert times == 2

    async def test_what_was_taken_back_in_time_is_never_told(
        self, village: Village, lan: Phone
    ) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        before = len(lan.replies)
        await leader.says("/xacnhan", "lan", "1", "1", "1", "rút lại xác nhận", "1")
        await village.goes_out()
        assert len(lan.replies) == before
        await leader.says("/xacnhan", "lan", "1", "1", "1")
        await village.goes_out()
        await leader.says("xác nhận nhầm", "1")
        await village.goes_out()
        assert "cần người xem lại" in lan.replies[-1].text

    async def test_what_was_never_learnt_is_asked_about_once_more(
        self, village: Village, lan: Phone
    ) -> None:
        await learns_skill(lan, "online_payment")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan")
        assert leader.labels()[0] == "Thanh toán trực tuyến (đã nói làm được)"
        await leader.says("2", "1")
        leader.heard("bác Lan chưa học", "Bác chắc là kỹ năng này chứ ạ?")
        await leader.says("tôi nhầm")
        leader.heard("chưa ghi gì")
        assert await kept(village, "SELECT * FROM skills WHERE level = 'confirmed'") == []

    async def test_those_who_say_they_can_come_first(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai")
        await learns_skill(mai, "the_plan")
        await learns_skill(lan, "the_plan", "tôi chưa làm")
        helper = await village.staff("helper", "pt-go-vu")
        await helper.says("/xacnhan")
        assert helper.labels()[:2] == ["Bác Mai, Xóm Gò Vũ", "Bác Lan, Xóm Gò Vũ"]

    async def test_a_helper_knows_only_the_own_unit(self, village: Village, lan: Phone) -> None:
        far = await village.staff("helper", "pt-lang")
        await learns_skill(lan, "the_plan")
        await far.says("/xacnhan")
        far.heard("Chưa có ai mới học xong")
        await far.says("lan")
        far.heard("chưa tìm thấy ai")
        await far.says("/xacnhan of:1")
        far.heard("chưa tìm thấy ai")
        await far.says("/xacnhan in:pt-go-vu:Lan")
        far.heard("chưa tìm thấy ai")

    async def test_an_officer_types_who_it_is_and_browses_nothing(
        self, village: Village, lan: Phone
    ) -> None:
        await learns_skill(lan, "the_plan")
        officer = await village.staff("officer")
        await officer.says("/xacnhan of:1")
        officer.heard_nothing_of("Lan")
        await officer.says("/xacnhan find:Lan")
        officer.heard("chưa tìm thấy ai")
        await officer.says("/xacnhan")
        officer.heard("gõ đủ họ tên")
        assert officer.labels() == ["Quay lại"]
        await officer.says("LAN", "go vu")
        assert officer.labels()[:2] == ["Dịch vụ công trực tuyến", "Mua sắm trực tuyến"]
        await officer.says("1")
        await officer.says("đã có trên vneid")
        await officer.says("kỹ năng khác", "1", "1")
        assert await kept(
            village, "SELECT source FROM skills WHERE level = 'confirmed' ORDER BY id"
        ) == [("vneid",), ("officer",)]
        await village.goes_out()
        assert any("xác nhận trên VNeID" in reply.text for reply in lan.replies)

    async def test_an_officer_of_another_agency_may_not(self, village: Village, lan: Phone) -> None:
        other = await village.staff("officer", agency="pt_hoi_nct")
        await other.says("/xacnhan", "Lan", "gò vũ")
        other.heard("chưa tìm thấy ai")
        leads = await village.staff("officer", agency="pt_phong_vhxh")
        await leads.says("/xacnhan", "Lan", "gò vũ")
        leads.heard("xác nhận kỹ năng nào của bác Lan")

    async def test_two_of_one_name_are_for_those_who_know_them(
        self, village: Village, lan: Phone
    ) -> None:
        other = village.phone("another-lan")
        await other.says("/start", "1", "3", "Lan", "gò vũ", "1")
        officer = await village.staff("officer")
        await officer.says("/xacnhan", "Lan", "gò vũ")
        officer.heard("mấy người trùng tên")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan")
        assert leader.labels()[:2] == ["Bác Lan, Xóm Gò Vũ", "Bà Lan, Xóm Gò Vũ"]

    async def test_nobody_confirms_themselves(self, village: Village) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await learns_skill(leader, "the_plan")
        await leader.says("/xacnhan")
        leader.heard("Chưa có ai mới học xong")
        await leader.says("Minh")
        leader.heard("không ai tự xác nhận cho mình")
        await leader.says("/xacnhan of:1")
        leader.heard("không ai tự xác nhận cho mình")

    async def test_who_lost_the_right_meanwhile_confirms_nothing(
        self, village: Village, lan: Phone
    ) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan", "1")
        async with village.store.begin() as tx:
            await tx.execute("UPDATE grants SET unit = 'pt-lang'")
        await leader.says("1", "1")
        assert await kept(village, "SELECT * FROM skills") == []

    async def test_two_at_once_confirm_once(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        helper = await village.staff("helper", "pt-go-vu")
        await leader.says("/xacnhan", "lan", "1")
        await helper.says("/xacnhan", "lan", "1", "1", "1")
        await leader.says("1", "1")
        leader.heard("đã được xác nhận rồi")
        assert len(await kept(village, "SELECT * FROM skills")) == 1

    async def test_others_take_back_only_what_they_may(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan", "1", "1", "1")
        for role, unit in (("helper", "pt-lang"), ("officer", None)):
            other = await village.staff(role, unit)
            await other.taps_payload("go:unconfirm:1")
            other.heard("Không có xác nhận nào")
        helper = await village.staff("helper", "pt-go-vu")
        await helper.taps_payload("go:unconfirm:1")
        await helper.says("1")
        helper.heard("rút lại rồi")
        await lan.taps_payload("go:confirm")
        lan.heard("dành cho cán bộ hoặc trưởng chi hội")


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("level", "reported", "toward"),
        [("learnt", 1, "reported"), ("says", 0, "reported"), ("confirmed", 0, "confirmed")],
    )
    async def test_the_plan_says_which_level(
        self, store: Store, phu_thinh: Content, level: str, reported: int, toward: str
    ) -> None:
        rule = phu_thinh.plan.skills.model_copy(update={"counts": level, "required": ("the_plan",)})
        content = replace(phu_thinh, plan=phu_thinh.plan.model_copy(update={"skills": rule}))
        village = Village(store, content)
        lan = await village.elder()
        await learns_skill(lan, "the_plan", "tôi chưa làm")
        assert await counted(village) == (reported, 0)
        [target] = [one for one in content.plan.targets if one.id == "PT-I-2"]
        assert toward_goal(target, content) == toward

    async def test_the_officers_line_shows_both(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/xacnhan", "lan", "1", "1", "1")
        for _ in range(3):
            await leader.says("kỹ năng khác", "1", "1", "1")
        officer = await village.staff("officer")
        await officer.says("tổng hợp", "/tonghop 2026-11")
        officer.heard("Thành thạo kỹ năng số: trong kỳ 1 người tự nói làm được, 1 người được xác")

    @pytest.mark.parametrize("reported_at", ["learnt", "says"])
    async def test_whatever_is_reached_and_taken_back(self, store: Store, reported_at: str) -> None:
        await live(store, random.Random(reported_at), reported_at)  # noqa: S311 - a test's life

    async def test_it_is_so_for_many_lives(self, postgres: str) -> None:
        for seed in range(4):
            async with fresh_schema(postgres) as url, opened(url) as store:
                await live(store, random.Random(seed), "says")  # noqa: S311 - a test's life


async def live(store: Store, chance: random.Random, reported_at: str) -> None:
    """Reach, confirm and take back at random; the counts are what a book without sums says."""
    required, units = ("a", "b"), ("go-vu", "lang")
    async with store.begin() as tx:
        who = [
            await registering.register(
                tx, channel="phone", at=str(n), name="Lan", form="bac", unit="go-vu",
                unit_words=None, over60=True, consent_version="1", now=NOW,
            )
            for n in range(2)
        ]  # fmt: skip
    book: list[tuple[int, str, str, str, str, int]] = []
    for _ in range(60):
        person, skill = chance.choice(who), chance.choice(("a", "b", "c"))
        unit = chance.choice(units)
        day = TODAY - timedelta(days=chance.randrange(3))
        deed = chance.choice(("learnt", "says", "confirmed", "confirmed", "back"))
        has = any(line[:3] == (person, skill, deed) for line in book)
        async with store.begin() as tx:
            if deed == "back":
                confirmed = [line for line in book if line[2] == "confirmed"]
                if not confirmed:
                    continue
                line = chance.choice(confirmed)
                found = await skills.confirmation(tx, line[5])
                assert found
                again = [
                    await skills.take_back(
                        tx, found, by=person, now=NOW, required=required, reported_at=reported_at
                    )
                    for _ in range(2)
                ]
                assert again == [True, False]
                book.remove(line)
            else:
                seen = skills.Seen(by=who[0], source="leader", at=NOW)
                id_ = await skills.reach(
                    tx, person, skill, deed, unit, day, required, reported_at,
                    seen=seen if deed == "confirmed" else None,
                )  # fmt: skip
                assert (id_ is None) == has
                if id_ is not None:
                    book.append((person, skill, deed, unit, day.isoformat(), id_))
        async with store.read() as tx:
            assert await counts.recount(tx, required, reported_at) == []
            rows = await tx.fetch("SELECT unit, day, reported, confirmed FROM counts")
        found_sums = {
            (row["unit"], row["day"]): (row["reported"] // 1000, row["confirmed"] // 1000)
            for row in rows
            if (row["reported"], row["confirmed"]) != (0, 0)
        }
        assert found_sums == by_the_book(book, who, required, reported_at)


def by_the_book(
    book: list[tuple[int, str, str, str, str, int]],
    who: list[int],
    required: tuple[str, ...],
    reported_at: str,
) -> dict[tuple[str, str], tuple[int, int]]:
    """Who counts where: the line of the book with which the last skill came, read line by line."""
    enough = {
        "learnt": {"learnt", "says", "confirmed"},
        "says": {"says", "confirmed"},
        "confirmed": {"confirmed"},
    }
    sums: Counter[tuple[str, str, int]] = Counter()
    for person in who:
        for column, level in enumerate((reported_at, "confirmed")):
            have: set[str] = set()
            for whose, skill, reached, unit, day, _ in book:
                if whose == person and reached in enough[level] and skill in required:
                    if have | {skill} == set(required) != have:
                        sums[unit, day, column] += 1
                    have.add(skill)
    keys = {(unit, day) for unit, day, _ in sums}
    return {key: (sums[*key, 0], sums[*key, 1]) for key in keys}


class TestSchedule:
    def test_the_same_answers_give_the_same_days(self) -> None:
        first = schedule.first(1, "the_plan", NOW)
        assert first == schedule.first(1, "the_plan", NOW)
        assert first.due_on == local_day(NOW + schedule.SOONEST)

    def test_who_remembers_is_asked_ever_more_rarely(self) -> None:
        one, now, waits = schedule.first(1, "the_plan", NOW), NOW, []
        for _ in range(4):
            now = datetime.combine(one.due_on, NOW.time(), tzinfo=UTC)
            one = schedule.after(one, 2, 2, now)
            waits.append((one.due_on - local_day(now)).days)
        assert waits == sorted(waits)
        assert waits[0] > schedule.SOONEST.days
        assert waits[-1] == schedule.LATEST.days

    def test_who_forgets_is_asked_sooner(self) -> None:
        first = schedule.first(1, "the_plan", NOW)
        due = NOW + timedelta(days=40)
        all_, some, none = (schedule.after(first, right, 2, due).due_on for right in (2, 1, 0))
        assert all_ > some > none == local_day(due + schedule.SOONEST)
        assert json.loads(first.card)["card_id"] == 1


class TestRecall:
    @pytest.fixture
    async def learnt(self, village: Village, lan: Phone) -> Phone:
        """Bác Lan, sixteen days after she learnt the plan: a Monday."""
        await learns_skill(lan, "the_plan")
        village.clock.passes(days=16)
        return lan

    async def plan(self, phone: Phone, *, right: bool) -> list[str]:
        lessons = phone.village.content.teaching("the_plan")
        return await answers(phone, lessons, right=right)

    async def test_is_the_first_suggestion_when_it_is_due(self, learnt: Phone) -> None:
        await learnt.says("học")
        assert learnt.labels()[0] == "Ôn nhanh: Đề án 379"
        await learnt.says("1")
        assert len(await self.plan(learnt, right=True)) == 2
        learnt.heard("nhớ cả")
        await learnt.says("học")
        assert learnt.labels()[0] == "Mã dùng một lần và mật khẩu"

    async def test_after_what_was_begun(self, learnt: Phone) -> None:
        await learnt.says("học", "chọn nơi mua", "1", "để sau", "học")
        assert learnt.labels()[:2] == ["Học tiếp: Chọn nơi mua đáng tin", "Ôn nhanh: Đề án 379"]

    async def test_is_not_there_before(self, lan: Phone) -> None:
        await learns_skill(lan, "the_plan")
        lan.village.clock.passes(days=13)
        await lan.says("ôn")
        lan.heard("chưa có gì cần ôn")

    async def test_asks_other_questions_than_the_quiz_did(self, village: Village) -> None:
        lan = await village.elder()
        quiz = [question for id_ in TRACK for question in await learns(lan, id_)]
        village.clock.passes(days=16)
        await lan.says("ôn")
        assert set(quiz).isdisjoint(await self.plan(lan, right=True))

    async def test_forgetting_takes_nothing_away(self, learnt: Phone) -> None:
        before = await kept(learnt.village, "SELECT skill, level FROM skills ORDER BY id")
        await learnt.says("ôn")
        await self.plan(learnt, right=False)
        learnt.heard("vẫn giữ nguyên")
        assert learnt.labels() == ["Xem lại bài", "Trang chính"]
        await learnt.says("xem lại bài")
        learnt.heard("Bài: ")
        assert await kept(learnt.village, "SELECT skill, level FROM skills ORDER BY id") == before

    async def test_left_in_the_middle_it_stays_due(self, learnt: Phone) -> None:
        await learnt.says("ôn", "1", "/huy")
        learnt.heard("Lúc nào rảnh")
        await learnt.says("ôn")
        learnt.heard("Câu 1/2")

    async def test_a_gentle_word_once(self, village: Village, learnt: Phone) -> None:
        assert await village.ticks() == 1
        assert "Ôn nhanh hai câu nhé bác?" in learnt.replies[-1].text
        for _ in range(4):  # until the weekly question of Friday
            village.clock.passes(hours=22)
            assert await village.ticks() == 0
        await learnt.says("để sau")
        learnt.heard("Lúc nào rảnh")

    async def test_a_reminder_is_answered_by_a_word(self, village: Village, learnt: Phone) -> None:
        await village.ticks()
        await learnt.says("được")
        learnt.heard("Câu 1/2")

    async def test_what_is_due_longest_comes_first(self, village: Village) -> None:
        mai, lan = await village.elder("Mai"), await village.elder("Lan")
        await learns_skill(lan, "the_plan")
        village.clock.passes(days=2)
        await learns_skill(lan, "green_living")
        await learns_skill(mai, "green_living")
        village.clock.passes(days=20)
        async with village.store.begin() as tx:
            at = moment(village.core.library, village.clock())
            remind = partial(
                recalls.to_remind,
                tx,
                at,
                reminded_before=at.today,
                agreed_to=village.content.plan.consent_version,
            )
            (first,) = await remind({"the_plan", "green_living"}, limit=1)
            both = await remind({"the_plan", "green_living"}, limit=5)
            # What is no longer taught keeps nothing else from being asked about.
            left = await remind({"green_living"}, limit=5)
        assert (first[1], [skill for _, skill in both]) == (
            "the_plan",
            ["the_plan", "green_living"],
        )
        assert [skill for _, skill in left] == ["green_living"] * 2
        await lan.says("học")
        assert "Ôn nhanh: Đề án 379" in lan.labels()
        await lan.says("ôn")
        lan.heard("Đề án 379")

    async def test_not_on_a_day_with_another_message(self, village: Village, lan: Phone) -> None:
        await learns_skill(lan, "the_plan")
        village.clock.passes(days=20)
        assert await village.ticks() == 1
        assert "Tuần này bác có trồng cây" in lan.replies[-1].text
        assert await village.ticks() == 0
        village.clock.passes(days=1)
        assert await village.ticks() == 1
        assert "Ôn nhanh hai câu" in lan.replies[-1].text

    async def test_not_at_night_nor_early_nor_in_a_talk(
        self, village: Village, learnt: Phone
    ) -> None:
        village.clock.passes(hours=12)
        assert await village.ticks() == 0
        village.clock.passes(hours=11)
        assert await village.ticks() == 0
        village.clock.passes(hours=1)
        await learnt.says("menu")
        assert await village.ticks() == 0
        village.clock.passes(hours=1)
        assert await village.ticks() == 1

    async def test_one_skill_a_week(self, village: Village, lan: Phone) -> None:
        for skill in ("the_plan", "online_payment"):
            await learns_skill(lan, skill)
        village.clock.passes(days=16)
        assert [await village.ticks() for _ in range(2)] == [1, 0]
        village.clock.passes(days=1)
        assert await village.ticks() == 0
        village.clock.passes(days=7)
        assert await village.ticks() == 1

    async def test_one_person_a_day_on_a_shared_phone(self, village: Village, lan: Phone) -> None:
        await learns_skill(lan, "the_plan")
        await lan.says("thêm người", "1", "1", "Tám", "1", "1")
        await learns_skill(lan, "the_plan")
        assert await kept(village, "SELECT COUNT(*) FROM recalls") == [(2,)]
        village.clock.passes(days=16)
        assert await village.ticks() == 1
        assert lan.replies[-1].text.startswith("Cháu gửi bác Lan:")
        assert await village.ticks() == 0
        village.clock.passes(days=1)
        assert await village.ticks() == 1
        assert lan.replies[-1].text.startswith("Cháu gửi bác Tám:")

    async def test_nobody_who_left_is_reminded(self, village: Village, learnt: Phone) -> None:
        await learnt.says(*ERASES)
        assert await village.ticks() == 0
        assert await kept(village, "SELECT * FROM recalls") == []


@pytest.mark.parametrize("said", ["toi da hoc gi", "kỹ năng", "tôi học đến đâu rồi"])
async def test_what_was_learnt_is_asked_for_in_many_words(lan: Phone, said: str) -> None:
    await lan.says(said)
    lan.heard("Bác chưa báo việc gì")


async def test_my_skills_take_three_lines_at_most(village: Village, lan: Phone) -> None:
    await lan.says("/toi")
    lan.heard_nothing_of("Còn học tiếp")
    await learns_skill(lan, "online_payment")
    await learns_skill(lan, "online_shopping", "tôi chưa làm")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/xacnhan", "lan", "3", "2", "1")
    await lan.says("/toi")
    [told] = [one.text for one in lan.latest if "Tự làm được" in one.text]
    assert len(told.splitlines()) <= 3
    assert "Tự làm được: Thanh toán trực tuyến." in told
    assert "Đã học: Mua sắm trực tuyến." in told


async def test_what_was_learnt_before_still_counts(empty_url: str) -> None:
    async with contextlib.AsyncExitStack() as at_the_end:
        store = await open_store(empty_url)
        at_the_end.push_async_callback(store.close)
        await learnt_before(store)


async def learnt_before(store: Store) -> None:
    steps = migrations.steps()
    with pytest.MonkeyPatch.context() as before:
        before.setattr(migrations, "steps", lambda: [one for one in steps if one[0] < LEARNING])
        await migrations.migrate(store, NOW)
    async with store.begin() as tx:
        await tx.execute(
            "INSERT INTO people (name, form, unit, registered_at) VALUES ('Lan', 'bac', 'x', 'x')"
        )
        row = await tx.fetch_one("SELECT id FROM people")
        assert row
        for level in ("learnt", "says"):
            await tx.execute(
                "INSERT INTO skills (person_id, skill, level, unit, day) "
                "VALUES ($1, 'a', $2, 'x', 'y')",
                row["id"],
                level,
            )
        lesson = "INSERT INTO progress (person_id, lesson, card, started_at, finished_at) VALUES "
        await tx.execute(f"{lesson} ($1, 'one', 0, 'x', $2)", row["id"], NOW.isoformat())
        await tx.execute(f"{lesson} ($1, 'two', 3, 'x', NULL)", row["id"])
    await migrations.migrate(store, NOW)
    async with store.read() as tx:
        reached = await skills.of_person(tx, row["id"])
        progress = await learning.progress(tx, row["id"])
    assert [(one.skill, one.level) for one in reached] == [("a", "learnt"), ("a", "says")]
    assert (progress["one"].times, progress["two"].times) == (1, 0)
    async with store.begin() as tx:
        again = await skills.reach(tx, row["id"], "a", "says", "x", TODAY, ["a"])
        assert again is None


async def test_who_takes_everything_back_is_in_no_ones_list(village: Village) -> None:
    hien = await village.elder("Hiền")
    helper = await village.staff("helper", "pt-go-vu")
    officer = await village.staff("officer")
    await learns(hien, TRACK[0], "nhờ người giúp")
    await hien.says("1")
    await village.goes_out()
    assert "Hiền" in helper.replies[-1].text
    await helper.says("/xacnhan", "hien", "1", "1", "1")
    await helper.says("ai nhờ giúp")
    await officer.says("/xacnhan", "Hiền", "gò vũ", "1", "1")
    other = await village.staff("officer", agency="pt_phong_vhxh")
    await other.says("/xacnhan", "hien")
    await hien.says("dữ liệu")
    hien.heard("2 kỹ năng được xác nhận")
    await hien.says("xóa hết của tôi", "1")
    hien.heard("đã xóa hết")
    assert "Hiền" not in await everything(village.store)
    assert await frames(village, other.address) == []
    for table in ("help_requests", "recalls"):
        assert await kept(village, f"SELECT * FROM {table}") == []
    await helper.says("ai nhờ giúp", "/xacnhan", "hiền")
    helper.heard("chưa tìm thấy ai")
    await counted(village)
