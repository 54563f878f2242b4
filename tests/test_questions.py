"""Questions: to the leader, up to the association, back to who asked; kept whole and never lost."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from bot.documents import documents_from
from bot.scheduler import Ticker
from bot.settings import QuietHours
from handlers.reports.questions import as_csv
from handlers.talk.messages import LARGEST, Enclosed, Reply
from storage import questions
from storage.questions import Question
from tests.talking import Phone, Village
from tests.test_erasing import erases, is_nowhere

SEEDLINGS = "tôi muốn hỏi bao giờ phát cây giống"


@pytest.fixture
async def leader(village: Village) -> Phone:
    """The leader of xóm Gò Vũ."""
    return await village.staff("leader", "pt-go-vu")


@pytest.fixture
async def officer(village: Village) -> Phone:
    """An officer of the association."""
    return await village.staff("officer", agency="pt_hoi_nct")


async def kept(village: Village) -> list[Question]:
    async with village.store.read() as tx:
        return await questions.every(tx)


async def asks(phone: Phone, words: str = SEEDLINGS) -> None:
    await phone.says(words, "1")
    await phone.village.goes_out()


async def answers(phone: Phone, words: str = "cuối tháng này bác nhé") -> None:
    await phone.says("câu hỏi", "1", "trả lời", words, "1")
    await phone.village.goes_out()


async def test_a_question_goes_to_the_leader_and_the_answer_comes_back(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan)
    assert SEEDLINGS in leader.replies[-1].text
    assert "Bác Lan, Xóm Gò Vũ" in leader.replies[-1].text
    await answers(leader)
    assert "cuối tháng này bác nhé" in lan.replies[-1].text
    await lan.says("rõ rồi")
    [one] = await kept(village)
    assert [step.step for step in one.steps] == ["asked", "answered", "closed"]
    assert one.steps[0].words == SEEDLINGS


async def test_not_clear_asks_again_in_the_same_thread(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan)
    await answers(leader)
    await lan.says("tôi chưa rõ", "ngày nào hả cháu", "gửi đi")
    await village.goes_out()
    assert "ngày nào hả cháu" in leader.replies[-1].text
    [one] = await kept(village)
    assert [step.step for step in one.steps] == ["asked", "answered", "unclear"]
    assert one.is_open


class TestLater:
    """What is said of an answer after other things."""

    @pytest.mark.parametrize("typed", ["chưa rõ", "toi chua ro cháu ạ", "vẫn chưa hiểu"])
    async def test_not_clear_after_the_menu_is_about_the_answer(
        self, village: Village, leader: Phone, lan: Phone, typed: str
    ) -> None:
        await asks(lan)
        await answers(leader)
        await lan.says("menu", "việc của tôi")
        village.clock.passes(days=2)
        await lan.says(typed)
        lan.heard("Bác chưa rõ chỗ nào")
        await lan.says("ngày nào hả cháu", "gửi đi")
        assert [step.step for step in (await kept(village))[0].steps][-1] == "unclear"

    async def test_clear_after_the_menu_closes_it(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await answers(leader)
        await lan.says("menu", "hiểu rồi")
        lan.heard("ghi là xong")
        assert [step.step for step in (await kept(village))[0].steps][-1] == "closed"
        await lan.says("chưa rõ")
        lan.heard("Bác chưa rõ chỗ nào")

    @pytest.mark.parametrize("typed", ["cảm ơn cháu nhé", "rõ rồi, cảm ơn cháu"])
    async def test_thanks_for_an_answer_closes_it(
        self, village: Village, leader: Phone, lan: Phone, typed: str
    ) -> None:
        await asks(lan)
        await answers(leader)
        await lan.says(typed)
        lan.heard("ghi là xong")

    async def test_of_two_answers_the_one_that_is_meant_is_asked_for(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        for words in (SEEDLINGS, "tôi hỏi về họp chi hội"):
            await asks(lan, words)
            await answers(leader)
        await lan.says("menu", "chưa rõ")
        lan.heard("câu trả lời nào")
        assert lan.labels() == ["tôi hỏi về họp chi hội", SEEDLINGS]
        await lan.says("2", "ngày nào hả cháu", "gửi đi")
        first, second = await kept(village)
        assert (first.is_open, second.is_open) == (True, False)

    async def test_under_the_latest_answer_it_is_about_that_one(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        for words in (SEEDLINGS, "tôi hỏi về họp chi hội"):
            await asks(lan, words)
            await answers(leader)
        await lan.says("rõ rồi")
        lan.heard("ghi là xong")
        first, second = await kept(village)
        assert (first.steps[-1].step, second.steps[-1].step) == ("answered", "closed")

    async def test_long_after_it_is_not_guessed(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await answers(leader)
        await lan.says("menu")
        village.clock.passes(days=8)
        await lan.says("chưa rõ")
        lan.heard("Bác chưa rõ chuyện gì ạ?")
        await lan.says("rõ rồi")
        lan.heard("Dạ không có gì ạ")
        assert [step.step for step in (await kept(village))[0].steps][-1] == "answered"

    async def test_in_a_lesson_it_is_about_the_lesson(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await answers(leader)
        await lan.says("menu", "học", "1", "chưa rõ")
        lan.heard_nothing_of("hỏi lại")


async def test_without_a_leader_it_goes_straight_to_the_association(
    village: Village, officer: Phone, lan: Phone
) -> None:
    await asks(lan)
    assert SEEDLINGS in officer.replies[-1].text
    assert "Lan" not in officer.replies[-1].text


async def test_with_nobody_at_all_it_is_kept_and_goes_to_whoever_comes(
    village: Village, lan: Phone
) -> None:
    await asks(lan)
    lan.heard("giữ câu của bác rồi")
    village.clock.passes(days=5)
    officer = await village.staff("officer", agency="pt_hoi_nct")
    village.clock.passes(hours=2)
    assert await village.ticks()
    await officer.says("câu hỏi", "1")
    officer.heard(SEEDLINGS)


async def test_a_leaders_own_question_is_not_for_himself(
    village: Village, leader: Phone, officer: Phone
) -> None:
    await asks(leader)
    assert SEEDLINGS in officer.replies[-1].text
    await leader.says("câu hỏi")
    leader.heard("Không có câu hỏi nào")


async def test_it_is_passed_to_the_agency_its_subject_belongs_to(
    village: Village, leader: Phone, lan: Phone
) -> None:
    economy = await village.staff("officer", agency="pt_phong_kinh_te")
    await village.staff("officer", agency="pt_hoi_nct")
    await asks(lan)
    await leader.says("chuyển nơi khác")
    assert leader.labels()[0] == "Phòng Kinh tế xã"
    await leader.says("1")
    await village.goes_out()
    assert SEEDLINGS in economy.replies[-1].text
    assert "Phòng Kinh tế xã" in lan.replies[-1].text
    await answers(economy)
    assert "Phòng Kinh tế xã trả lời" in lan.replies[-1].text


async def test_with_nobody_to_pass_it_to_it_stays(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan)
    await leader.says("2")
    leader.heard("chưa có cán bộ nơi khác")
    await answers(leader)
    assert "cuối tháng này" in lan.replies[-1].text


async def test_an_idea_goes_into_a_register_and_is_answered(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan, "tôi có sáng kiến lập tổ hát ru")
    await leader.says("đưa vào sổ")
    leader.heard("vào sổ nào")
    await leader.says("hữu cơ", "Tổ ủ phân chung", "1", "hôm nay", "6", "1")
    leader.heard("Tổ ủ phân chung")
    await leader.says("trả lời người hỏi", "đã đề xuất lên xã rồi bà ạ", "1")
    await village.goes_out()
    assert "đã đề xuất lên xã rồi bà ạ" in lan.replies[-1].text
    officer = await village.staff("officer", agency="pt_phong_kinh_te")
    await officer.says("duyệt mô hình")
    officer.heard("Tổ ủ phân chung")


async def test_an_idea_that_is_not_put_down_is_answered_all_the_same(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan, "tôi có sáng kiến lập tổ hát ru")
    await leader.says("đưa vào sổ", "hữu cơ", "hủy", "trả lời người hỏi")
    leader.heard("Bác Lan sẽ nhận đúng lời này")


async def test_of_two_answers_at_once_one_counts(village: Village, lan: Phone) -> None:
    one, two = [await village.staff("leader", unit) for unit in ("pt-go-vu", None)]
    await asks(lan)
    for leader in (one, two):
        await leader.says("trả lời", "cuối tháng này")
    await one.says("1")
    await two.says("1")
    two.heard("đã có người trả lời")
    [question] = await kept(village)
    assert [step.step for step in question.steps] == ["asked", "answered"]


async def test_a_leader_of_elsewhere_sees_nothing(village: Village, lan: Phone) -> None:
    other = await village.staff("leader", "pt-go-vu")
    await asks(lan)
    elsewhere = next(
        code for code, unit in village.content.units.items() if unit.parent and code != "pt-go-vu"
    )
    stranger = await village.staff("leader", elsewhere)
    await stranger.says("câu hỏi")
    stranger.heard("Không có câu hỏi nào")
    [question] = await kept(village)
    await stranger.taps_payload(f"go:answer:{question.id}")
    stranger.heard("đã chuyển nơi khác")
    assert SEEDLINGS in other.replies[-1].text


async def test_another_person_cannot_close_or_ask_again(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(lan)
    await answers(leader)
    [question] = await kept(village)
    mai = await village.elder("Mai")
    for go in ("clear", "ask"):
        await mai.taps_payload(f"go:{go}:{question.id}")
        mai.heard("không còn nữa")
    assert len((await kept(village))[0].steps) == 2


async def test_a_photo_goes_with_it_and_outlives_the_day(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("/hoi")
    await lan.shows("photo")
    await lan.says("cây này bệnh gì vậy cháu", "1")
    lan.heard("gửi trưởng chi hội rồi")
    lan.heard_nothing_of("việc nào")
    village.clock.passes(days=2)
    await village.goes_out()
    assert leader.replies[-1].picture
    assert leader.images


class TestShown:
    """A photo that is the question."""

    async def test_alone_it_can_be_sent_as_it_is(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("photo")
        lan.heard("Bác muốn hỏi gì về ảnh này")
        await lan.says("gửi luôn", "cây xanh")
        lan.heard("gửi ảnh vừa rồi, kèm tên bác, cho trưởng chi hội")
        await lan.says("gửi đi")
        await village.goes_out()
        assert "“(ảnh)”" in leader.replies[-1].text
        assert leader.images

    async def test_words_that_follow_are_the_question(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("photo")
        await lan.says("1", "1", "viết lại", "cây này bệnh gì vậy cháu")
        lan.heard("gửi nguyên lời này", "“cây này bệnh gì vậy cháu”")

    async def test_outside_it_may_be_asked_about(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.shows("photo")
        village.clock.passes(hours=3)
        await lan.says("tôi hỏi về ảnh này", "cây này bệnh gì vậy cháu", "1")
        lan.heard_nothing_of("việc nào")
        await village.goes_out()
        assert leader.images

    async def test_beside_what_was_reported_too(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        await lan.shows("photo")
        await lan.says("hỏi về ảnh", "cây này bệnh gì vậy cháu", "1")
        lan.heard("gửi trưởng chi hội rồi")
        lan.heard_nothing_of("việc nào")
        await village.goes_out()
        assert leader.images

    @pytest.mark.parametrize("caption", ["cây này bệnh gì vậy?", "cho hỏi cây này bệnh gì"])
    async def test_a_caption_asks(
        self, village: Village, leader: Phone, lan: Phone, caption: str
    ) -> None:
        await lan.shows("photo", caption)
        await lan.says("1")
        lan.heard("gửi trưởng chi hội rồi")
        await village.goes_out()
        assert caption in leader.replies[-1].text
        assert leader.images


@pytest.mark.parametrize(
    "typed",
    ["Vay vốn nuôi ong thì gặp ai?", "khi nào họp chi hội?", "sao mua zalo lâu thế cháu?"],
)
async def test_a_bare_question_is_offered_to_be_asked(
    village: Village, leader: Phone, lan: Phone, typed: str
) -> None:
    await lan.says(typed)
    lan.heard("Bác muốn hỏi Hội câu này ạ?")
    await lan.says("ừ")
    await village.goes_out()
    assert typed in leader.replies[-1].text


@pytest.mark.parametrize("typed", ["?", "???", "1?", "học bài?"])
async def test_what_is_no_question_is_not_offered(village: Village, lan: Phone, typed: str) -> None:
    await lan.says(typed)
    lan.heard_nothing_of("hỏi Hội câu này")


async def test_a_question_about_trees_reports_none(village: Village, lan: Phone) -> None:
    await lan.says("cho tôi hỏi trồng 5 cây keo thì được hỗ trợ gì", "1")
    assert await lan.trees() == (0, 0)
    assert len(await kept(village)) == 1


async def test_no_to_the_offer_asks_nothing(village: Village, leader: Phone, lan: Phone) -> None:
    await lan.says("vốn ở đâu hả cháu?", "không")
    assert await kept(village) == []


@pytest.mark.parametrize("typed", ["👍", "...", "x" * 1500])
async def test_what_cannot_be_sent_is_asked_for_anew(
    village: Village, lan: Phone, typed: str
) -> None:
    await lan.says("/hoi", typed)
    lan.heard("giúp cháu")
    assert await kept(village) == []


async def test_a_voice_message_is_told_how_to_become_words(village: Village, lan: Phone) -> None:
    await lan.says("/hoi")
    await lan.shows("voice")
    lan.heard("micrô")


async def test_a_voice_out_of_the_blue_is_offered_to_be_asked(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.shows("voice", enclosed=spoken())
    lan.heard("chuyển được nguyên lời", "trưởng chi hội", "kèm tên bác")
    assert lan.replies[-1].takes == ()
    await lan.says("gui giup toi", "1")
    await village.goes_out()
    assert leader.replies[-1].document
    [one] = await kept(village)
    assert one.steps[0].words == "(tin nói)"


async def test_a_voice_out_of_the_blue_goes_nowhere_without_a_yes(
    village: Village, leader: Phone, lan: Phone
) -> None:
    before = len(leader.replies)
    await lan.shows("voice", enclosed=spoken())
    await lan.says("không")
    lan.heard("chưa gửi gì", "micrô trên bàn phím")
    await lan.shows("voice", enclosed=replace(spoken(), content=None))
    lan.heard("chưa nghe được", "micrô trên bàn phím")
    assert await kept(village) == []
    assert len(leader.replies) == before


class TestChasing:
    async def test_the_leader_first_then_the_association(
        self, village: Village, leader: Phone, officer: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        village.clock.passes(days=2)
        await village.ticks()
        assert "chưa ai trả lời" not in leader.replies[-1].text
        village.clock.passes(days=1)
        await village.ticks()
        assert "3 ngày chưa ai trả lời" in leader.replies[-1].text
        before = len(leader.replies)
        village.clock.passes(days=3)
        await village.ticks()
        assert "chưa ai trả lời" not in "".join(one.text for one in leader.replies[before:])
        village.clock.passes(days=1)
        await village.ticks()
        assert SEEDLINGS in officer.replies[-1].text
        [question] = await kept(village)
        assert [step.step for step in question.steps] == ["asked", "chased", "passed"]
        village.clock.passes(days=4)
        await village.ticks()
        assert "chưa ai trả lời" in officer.replies[-1].text

    async def test_an_answered_one_is_not_chased(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await answers(leader)
        village.clock.passes(days=4)
        assert await village.ticks() == 0

    async def test_one_reminder_for_all_that_waits(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        for words in (SEEDLINGS, "tôi hỏi về họp chi hội", "góp ý về rác"):
            await asks(lan, words)
        village.clock.passes(days=3)
        assert await village.ticks() == 1

    async def test_who_wants_no_reminders_keeps_no_question_from_going_on(
        self, village: Village, leader: Phone, officer: Phone, lan: Phone
    ) -> None:
        await leader.says("thôi nhắc")
        await asks(lan)
        village.clock.passes(days=3)
        assert await village.ticks() == 0
        village.clock.passes(days=4)
        await village.ticks()
        assert SEEDLINGS in officer.replies[-1].text


class TestFigures:
    async def test_an_officer_sees_counts_and_no_names(
        self, village: Village, leader: Phone, officer: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await asks(lan, "góp ý về họp chi hội")
        await answers(leader)
        village.clock.passes(days=2)
        await officer.says("tình hình câu hỏi")
        officer.heard("Có 2 câu hỏi, góp ý; 1 câu đang chờ, câu cũ nhất 2 ngày", "Việc của Hội")
        officer.heard_nothing_of("Lan")

    async def test_the_table_has_no_names_and_no_words(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await answers(leader)
        today = village.clock().date()
        table = as_csv(await kept(village), village.content, today)
        [row] = csv.DictReader(io.StringIO(table))
        assert (row["unit"], row["state"], row["days"]) == ("Xóm Gò Vũ", "answered", "0")
        assert "Lan" not in table
        assert SEEDLINGS not in table

    async def test_the_table_in_the_chat_says_where_each_lies_and_for_how_long(
        self, village: Village, leader: Phone, officer: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await asks(lan, "góp ý về họp chi hội")
        await answers(leader)
        village.clock.passes(days=2)
        for who in (officer, leader):
            await who.says("tình hình câu hỏi", "bảng câu hỏi")
            who.heard("không có tên ai")
            [document] = [one.document for one in who.latest if one.document]
            made = await documents_from(village.store, village.content, village.clock)(document)
            assert made
            [sheet] = openpyxl.load_workbook(io.BytesIO(made))
            rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
            assert rows[0][1:7] == ("Ngày hỏi", "Nơi", "Về việc", "Đang ở", "Tình trạng", "Số ngày")
            assert [row[4:7] for row in rows[1:]] == [
                ("trưởng chi hội", "đã trả lời", 0),
                ("trưởng chi hội", "đang chờ", 2),
            ]
            assert "Lan" not in str(rows)
            assert SEEDLINGS not in str(rows)

    async def test_a_leaders_table_is_of_the_own_units(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await asks(lan)
        await asks(await village.elder("Mai", unit="đầm mua"))
        await leader.says("tình hình câu hỏi")
        leader.heard("Có 1 câu hỏi")
        await leader.says("bảng câu hỏi")
        [document] = [one.document for one in leader.latest if one.document]
        made = await documents_from(village.store, village.content, village.clock)(document)
        assert made
        [sheet] = openpyxl.load_workbook(io.BytesIO(made))
        assert sheet.max_row == 2


class TestAloud:
    """A question and an answer that were said, not typed."""

    async def test_it_goes_to_the_leader_and_the_answer_comes_back(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await says_aloud(lan)
        arrived = leader.replies[-1]
        assert "Bác Lan, Xóm Gò Vũ" in arrived.text
        assert await heard_aloud(village, arrived) == VOICE
        await leader.says("câu hỏi", "1")
        assert await heard_aloud(village, leader.latest[0]) == VOICE
        await leader.says("trả lời")
        await leader.shows("voice", enclosed=spoken(b"OggS, cuoi thang"))
        leader.heard("tin nói vừa rồi")
        await leader.says("gửi đi")
        await village.goes_out()
        assert await heard_aloud(village, lan.replies[-1]) == b"OggS, cuoi thang"
        assert "Bác rõ chưa ạ?" in lan.replies[-1].text

    async def test_words_that_came_along_are_read_too(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await says_aloud(lan, "vay vốn thế nào")
        assert "“vay vốn thế nào”" in leader.replies[-1].text
        assert await heard_aloud(village, leader.replies[-1]) == VOICE

    async def test_written_anew_it_is_no_longer_aloud(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("voice", enclosed=spoken())
        await lan.says("1", "viết lại", "bao giờ phát cây giống", "gửi đi")
        await village.goes_out()
        assert "bao giờ phát cây giống" in leader.replies[-1].text
        assert leader.replies[-1].document is None

    async def test_a_photo_goes_before_it(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("photo")
        await lan.shows("voice", enclosed=spoken())
        await lan.says("1", "1")
        await village.goes_out()
        photo, arrived = leader.replies[-2:]
        assert photo.picture
        assert not photo.choices
        assert await heard_aloud(village, arrived) == VOICE
        assert arrived.choices

    async def test_too_long_or_lost_on_the_way_it_is_asked_for_again(self, lan: Phone) -> None:
        await lan.says("/hoi")
        await lan.shows("voice", enclosed=replace(spoken(), size=LARGEST["voice"] + 1))
        lan.heard("dài quá", "cứ nhắn nguyên lời")
        await lan.shows("voice", enclosed=replace(spoken(), content=None))
        lan.heard("chưa nhận được")

    async def test_it_is_asked_for_again_when_it_waited_too_long_to_be_sent(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("voice", enclosed=spoken())
        await lan.says("1")
        assert await left_after(village, days=2) == 0
        await lan.says("gửi đi")
        lan.heard("không còn giữ", "cứ nhắn nguyên lời")
        await lan.shows("voice", enclosed=spoken())
        await lan.says("1", "gửi đi")
        await village.goes_out()
        await leader.says("câu hỏi", "1", "trả lời")
        await leader.shows("voice", enclosed=spoken())
        await left_after(village, days=2)
        await leader.says("gửi đi")
        leader.heard("không còn giữ", "gõ lời trả lời")
        assert [one.steps[-1].step for one in await kept(village)] == ["asked"]

    async def test_it_is_kept_until_a_month_after_the_answer(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await lan.says("/hoi")
        await lan.shows("photo")
        await lan.shows("voice", enclosed=spoken())
        await lan.says("1", "1")
        await village.goes_out()
        assert await left_after(village, days=40) == 2
        await answers(leader)
        assert await left_after(village, days=29) == 2
        assert await left_after(village, days=2) == 0

    async def test_who_takes_everything_back_takes_the_voices_along(
        self, village: Village, leader: Phone, lan: Phone
    ) -> None:
        await says_aloud(lan)
        await leader.says("câu hỏi", "1", "trả lời")
        await leader.shows("voice", enclosed=spoken(b"OggS, ba Lan oi"))
        await leader.says("gửi đi")
        await erases(lan)
        assert await left_after(village, days=0) == 0


VOICE = b"OggS, bao gio phat cay"


def spoken(voice: bytes = VOICE) -> Enclosed:
    """A voice as a channel brings it."""
    return Enclosed(name="loi-noi.ogg", size=len(voice), content=voice)


async def says_aloud(phone: Phone, caption: str = "") -> None:
    """Ask the leader something without typing it; the first subject if none shows."""
    await phone.says("/hoi")
    await phone.shows("voice", caption, enclosed=spoken())
    if "Câu ấy về việc gì" in phone.text:
        await phone.says("1")
    phone.heard("tin nói vừa rồi")
    await phone.says("gửi đi")
    await phone.village.goes_out()


async def heard_aloud(village: Village, reply: Reply) -> bytes | None:
    """The voice of a message, as a channel would carry it."""
    assert reply.document
    assert reply.document.voice
    return await documents_from(village.store, village.content, village.clock)(reply.document)


async def left_after(village: Village, days: int) -> int:
    """How many photos and voices are kept some days later."""
    village.clock.passes(days=days)
    quiet = QuietHours("20:00-07:00")
    await Ticker(village.store, village.core.library, quiet, village.clock).tidy()
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT id FROM photos UNION ALL SELECT id FROM enclosures")
    return len(rows)


class TestErasing:
    async def test_who_asked(self, village: Village, leader: Phone) -> None:
        hien = await village.elder("Hiền")
        await asks(hien, "tôi muốn hỏi vay vốn, gọi 0912345678 cho Hiền")
        await leader.says("trả lời", "bà Hiền ơi, gọi 0912345678 nhé")
        village.clock.passes(days=1)
        await erases(hien)
        await is_nowhere(village)
        await leader.says("câu hỏi")
        leader.heard("Không có câu hỏi nào")

    async def test_who_asked_and_was_answered(self, village: Village, leader: Phone) -> None:
        hien = await village.elder("Hiền")
        await asks(hien, "tôi muốn hỏi vay vốn")
        await answers(leader, "bà Hiền gọi 0912345678 nhé")
        await erases(hien)
        await is_nowhere(village)
        assert len(await kept(village)) == 1

    async def test_who_asked_an_officer_who_is_answering(
        self, village: Village, officer: Phone
    ) -> None:
        hien = await village.elder("Hiền")
        await asks(hien, "tôi muốn hỏi vay vốn, gọi 0912345678")
        await officer.says("trả lời", "vâng, chờ chút")
        await erases(hien)
        await is_nowhere(village)


async def test_a_step_is_kept_once_under_its_number(village: Village, lan: Phone) -> None:
    await asks(lan)
    [seen] = await kept(village)
    async with village.store.begin() as tx:
        assert await questions.add(tx, seen, replace(seen.steps[0], step="answered"))
        assert await questions.add(tx, seen, replace(seen.steps[0], step="passed")) is None
    assert [step.step for step in (await kept(village))[0].steps] == ["asked", "answered"]
