"""The talk: registering, reporting, learning, and finding the way in every corner."""

from __future__ import annotations

import pytest

from handlers.talk.scene import Scene
from tests.talking import Phone, Village


class TestRegistering:
    async def test_takes_six_short_turns(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start")
        lan.heard("máy trả lời tự động", "KHÔNG BAO GIỜ hỏi tiền, mã OTP hay mật khẩu", "đồng ý")
        await lan.says("1")
        lan.heard("gọi bác thế nào")
        await lan.says("3")
        lan.heard("Tên bà là gì")
        await lan.says("nguyễn thị lan")
        lan.heard("Bà ở xóm nào")
        await lan.says("go vu")
        lan.heard("đã đủ 60 tuổi chưa")
        await lan.says("1")
        lan.heard("bà Nguyễn Thị Lan")
        assert lan.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]

    async def test_keeps_who_agreed_to_what_and_when(self, village: Village) -> None:
        await village.elder()
        async with village.store.read() as tx:
            consent = await tx.fetch_one("SELECT version, given, channel, at FROM consents")
        assert consent
        assert consent["version"] == village.content.plan.consent_version
        assert (consent["given"], consent["channel"]) == (1, "phone")
        assert consent["at"].startswith("2026-11-21T02:00")

    async def test_keeps_nothing_of_who_does_not_agree(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "2")
        lan.heard("không giữ gì cả")
        async with village.store.read() as tx:
            assert not await tx.fetch("SELECT * FROM addresses")
            assert not await tx.fetch("SELECT * FROM people")

    async def test_a_qr_code_of_a_unit_saves_typing(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start bn-vai-cay", "1", "1", "Lan")
        lan.heard("Bác ở Xóm Vai Cày phải không ạ?")
        await lan.says("1", "1")
        lan.heard("Xong rồi ạ")

    async def test_the_first_words_are_not_lost(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("hôm nay tôi trồng 5 cây keo")
        lan.heard("đồng ý")
        await lan.says("1", "1", "Lan", "gò vũ", "1")
        lan.heard("trồng 5 (năm) cây keo, hôm nay 21/11. Đúng chưa ạ?")
        await lan.says("1")
        assert await lan.trees() == (5, 0)

    async def test_a_village_with_two_of_one_name_is_asked_about(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "phố")
        lan.heard("mấy nơi gần giống")
        await lan.says("2", "1")
        lan.heard("Xong rồi ạ")

    async def test_a_place_not_on_the_list_is_kept_in_the_persons_words(
        self, village: Village
    ) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "xóm Mới Toanh")
        lan.heard("chưa thấy “xóm Mới Toanh” trong danh sách")
        await lan.says("2")
        lan.heard("ghi bác ở Xã Phú Thịnh")
        await lan.says("1")
        async with village.store.read() as tx:
            person = await tx.fetch_one("SELECT unit, unit_words FROM people")
        assert person
        assert (person["unit"], person["unit_words"]) == ("05800", "xóm Mới Toanh")

    async def test_a_person_named_huy_is_not_taken_for_a_command(self, village: Village) -> None:
        huy = village.phone()
        await huy.says("/start", "1", "2", "Huy")
        huy.heard("Ông ở xóm nào")

    @pytest.mark.parametrize("name", ["123", "😀😀", "???", "x" * 80])
    async def test_a_name_must_be_a_name(self, village: Village, name: str) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", name)
        lan.heard("gõ tên bằng chữ", "Tên bác là gì")

    async def test_an_age_answers_the_question_and_is_not_kept(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "gò vũ", "tôi 72 tuổi")
        lan.heard("Xong rồi ạ")
        async with village.store.read() as tx:
            person = await tx.fetch_one("SELECT * FROM people")
        assert person
        assert person["over60"] == 1
        assert "72" not in str(dict(person))

    @pytest.mark.parametrize(
        ("age", "kept"),
        [("bảy mươi hai tuổi", 1), ("sinh năm 1950", 1), ("tôi 59 tuổi", 0), ("ngoài 70", 1)],
    )
    async def test_an_age_is_understood(self, village: Village, age: str, kept: int) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "gò vũ", age)
        lan.heard("Xong rồi ạ")
        async with village.store.read() as tx:
            person = await tx.fetch_one("SELECT over60 FROM people")
        assert person
        assert person["over60"] == kept

    @pytest.mark.parametrize(
        "age", ["tôi chưa đủ 60 tuổi", "gần 60", "60 thiếu 1", "hơn 50", "già"]
    )
    async def test_an_age_in_doubt_is_asked_again(self, village: Village, age: str) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "gò vũ", age)
        lan.heard("đã đủ 60 tuổi chưa")

    async def test_ba_lan_is_not_called_ba_ba_lan(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "3", "Bà Lan", "gò vũ", "1")
        lan.heard("quen bà Lan")

    @pytest.mark.parametrize("said", ["tôi tên là Lan", "toi ten la lan", "tên là Lan ạ.", "Lan."])
    async def test_a_name_in_a_sentence(self, village: Village, said: str) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "3", said.replace(" ạ.", ""), "gò vũ", "1")
        lan.heard("quen bà Lan, Xóm Gò Vũ")

    async def test_a_place_can_be_typed_again(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "Nguyễn Thị Lan", "1", "gò vũ", "1")
        lan.heard("Xóm Gò Vũ")

    async def test_huy_with_its_accent_stops_even_at_the_name(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "hủy")
        lan.heard("không giữ gì cả")

    async def test_after_a_no_anything_begins_anew(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start")
        yes = lan.button("Tôi đồng ý").payload
        await lan.says("2")
        village.clock.passes(minutes=1)
        for answer in ("1", "0912345678"):
            await lan.says(answer)
            lan.heard("có đồng ý")
            lan.heard_nothing_of("không tìm thấy")
            await lan.says("2")
        await lan.taps_payload(yes)
        lan.heard("có đồng ý")

    async def test_a_wish_from_before_is_met_after(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "/hoc")
        lan.heard("Mình làm quen xong rồi")
        await lan.says("1", "1", "Lan", "gò vũ", "1")
        lan.heard("Mời bác chọn bài")

    async def test_zero_goes_back_one_question(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "1", "1", "Lan", "0")
        lan.heard("Tên bác là gì")
        await lan.says("Mai", "gò vũ", "1")
        lan.heard("bác Mai")

    async def test_nothing_else_works_before(self, village: Village) -> None:
        lan = village.phone()
        await lan.says("/start", "/bao")
        lan.heard("Mình làm quen xong rồi", "đồng ý")

    async def test_an_unknown_code_is_said_kindly_and_registering_goes_on(
        self, village: Village
    ) -> None:
        lan = village.phone()
        await lan.says("/start XOM99")
        lan.heard("Mã XOM99 cháu không tìm thấy", "đồng ý")


@pytest.mark.parametrize("said", ["đủ rồi", "du roi a", "tôi 72 tuổi rồi"])
async def test_sixty_is_told_in_many_ways(village: Village, said: str) -> None:
    lan = village.phone("lan")
    await lan.says("/start pt-go-vu", "1", "1", "Lan", "1", said)
    lan.heard("Xong rồi ạ!")


class TestReporting:
    async def test_in_one_sentence(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo")
        lan.heard("trồng 5 (năm) cây keo, hôm nay 21/11")
        assert await lan.trees() == (0, 0)
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ: 5 cây keo")
        assert await lan.trees() == (5, 0)

    async def test_in_one_sentence_without_accents(self, lan: Phone) -> None:
        await lan.says("hom qua toi trong muoi lam cay bach dan")
        lan.heard("15 (mười lăm) cây bạch đàn, hôm qua 20/11")

    async def test_by_buttons(self, lan: Phone) -> None:
        await lan.taps("Báo việc đã làm")
        await lan.taps("Trồng cây")
        await lan.says("12")
        await lan.taps("Hôm qua")
        lan.heard("12 (mười hai) cây, hôm qua 20/11")
        await lan.taps("Đúng rồi")
        assert await lan.trees() == (12, 0)

    async def test_waste_in_its_own_measures(self, lan: Phone) -> None:
        await lan.says("phân loại rác được 2 bao", "hôm nay", "1", "1")
        lan.heard("2 bao, hôm nay")
        assert await lan.trees() == (0, 0)

    async def test_the_persons_own_words_are_kept(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo", "1")
        async with lan.village.store.read() as tx:
            report = await tx.fetch_one("SELECT words, understood, source FROM reports")
        assert report
        assert report["words"] == "hôm nay tôi trồng 5 cây keo"
        assert '"quantity": "5"' in report["understood"]
        assert report["source"] == "self"

    async def test_a_wrong_number_is_mended_before_saving(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "không, 8 cây")
        lan.heard("8 (tám) cây")
        await lan.says("2", "1", "9", "đúng rồi ạ")
        assert await lan.trees() == (9, 0)

    async def test_a_wrong_day_is_mended_before_saving(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "hôm qua cơ")
        lan.heard("hôm qua 20/11")

    async def test_another_kind_forgets_the_amount(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "2", "3", "2")
        lan.heard("bao nhiêu rác")

    async def test_undo_takes_it_out_of_the_tally(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo", "1")
        await lan.taps("Xóa báo cáo này")
        lan.heard("xóa báo cáo trồng 5 cây keo")
        await lan.says("1")
        lan.heard("Cháu xóa rồi ạ")
        assert await lan.trees() == (0, 0)

    async def test_undo_twice_is_kind_and_counts_once(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo", "1")
        undo = lan.button("Xóa báo cáo này").payload
        await lan.taps_payload(undo)
        await lan.says("1")
        await lan.taps_payload(undo)
        lan.heard("không còn trong sổ")
        assert await lan.trees() == (0, 0)

    async def test_nobody_undoes_what_another_reported(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo", "1")
        mai = await village.elder("Mai")
        await mai.taps_payload(lan.button("Xóa báo cáo này").payload)
        mai.heard("không còn trong sổ của bác")
        assert await lan.trees() == (5, 0)

    async def test_nothing_done_is_heard_too(self, lan: Phone) -> None:
        await lan.says("tuần này bận quá, chưa làm được gì")
        lan.heard("chưa làm được việc nào, đúng không ạ?")
        await lan.says("đúng")
        lan.heard("không sao ạ")
        async with lan.village.store.read() as tx:
            assert len(await tx.fetch("SELECT * FROM heard")) == 1

    async def test_none_at_all_is_an_answer_too(self, lan: Phone) -> None:
        await lan.says("báo", "1", "không cây nào", "1")
        lan.heard("không sao ạ")

    @pytest.mark.parametrize(
        ("answer", "kindly"),
        [
            ("nhiều lắm", "chưa thấy số lượng"),
            ("0,0", "chưa làm gì"),
            ("9999999", "Số ấy lớn quá"),
            ("99999999999999999999", "chưa thấy số lượng"),
            ("2,5", "không có một nửa"),
        ],
    )
    async def test_a_number_out_of_range_is_asked_again(
        self, lan: Phone, answer: str, kindly: str
    ) -> None:
        await lan.says("báo trồng cây", "1", answer)
        lan.heard(kindly, "Bác trồng được mấy cây ạ?")
        assert await lan.trees() == (0, 0)

    async def test_nothing_is_asked_about_even_after_a_large_number(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 2.000 cây keo", "1", "2", "1", "không cây nào")
        lan.heard("chưa làm được việc nào, đúng không ạ?")

    async def test_a_large_number_is_asked_about_not_refused(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 2.000 cây keo")
        lan.heard("2.000 (hai nghìn) cây keo", "rừng trồng, hay cây lẻ")
        await lan.says("1", "1")
        assert await lan.trees() == (2000, 0)

    async def test_a_day_to_come_is_asked_again(self, lan: Phone) -> None:
        await lan.says("báo", "1", "5", "31/2")
        lan.heard("chưa rõ ngày")
        await lan.says("25/12/2026")
        lan.heard("chưa rõ ngày")
        await lan.says("18/11")
        lan.heard("ngày 18/11")

    async def test_a_sentence_with_an_amount_is_never_nothing(self, lan: Phone) -> None:
        await lan.says("hôm qua không trồng, hôm nay trồng 5 cây keo")
        lan.heard("5 (năm) cây keo")
        await lan.says("/huy", "tôi không trồng được nhiều, chỉ 20 cây thôi")
        lan.heard("hôm nào")

    async def test_without_a_number_it_is_asked(self, lan: Phone) -> None:
        await lan.says("sang nay nha toi gom it rac")
        lan.heard("bao nhiêu rác")

    async def test_not_done_with_a_number_is_no_report(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi chưa trồng được 5 cây")
        lan.heard_nothing_of("Cháu ghi")

    async def test_several_things_in_one_sentence_are_confirmed_one_by_one(
        self, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây keo và 3 cây nhãn, phân loại 2 bao rác")
        lan.heard("5 (năm) cây keo")
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ: 5 cây keo", "3 (ba) cây nhãn")
        await lan.says("1")
        lan.heard("cả ba nhóm")
        await lan.says("1")
        lan.heard("2 (hai) bao")
        await lan.says("1")
        assert await lan.trees() == (8, 0)

    async def test_thank_you_is_no_report(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1", "không có gì")
        lan.heard_nothing_of("không sao", "đúng không")

    async def test_another_report_waits_for_this_one(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "hôm qua tôi phân loại 2 bao rác")
        lan.heard("Mình ghi xong việc này đã", "5 (năm) cây keo, hôm nay")

    async def test_a_huge_number_in_a_sentence_is_told_why(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5000000 cây")
        lan.heard("Số ấy lớn quá", "mấy cây")

    async def test_what_was_said_on_sunday_counts_on_sunday(self, village: Village) -> None:
        lan = await village.elder()
        village.clock.passes(days=2)
        await lan.sends_late("hôm nay trồng 5 cây", days=1)
        lan.heard("hôm nay 22/11")


class TestLearning:
    async def test_a_lesson_from_the_first_card_to_the_practice(self, lan: Phone) -> None:
        await lan.says("học", "1")
        lan.heard("Bài:")
        for _ in range(5):
            await lan.says("1")
        lan.heard("Câu 1/3")
        for _ in range(3):
            await lan.says("1")
        lan.heard("thử")
        await lan.says("Tôi làm được rồi")
        lan.heard("học xong bài")
        async with lan.village.store.read() as tx:
            assert len(await tx.fetch("SELECT * FROM evidence")) == 1
            counted = await tx.fetch_one("SELECT reported FROM counts WHERE measure='awareness'")
        assert counted
        assert counted["reported"] == 1000

    async def test_hearing_again_stays_at_the_card(self, lan: Phone) -> None:
        await lan.says("học", "1", "1")
        second = lan.replies[-1].text
        await lan.says("nghe lại")
        assert lan.replies[-1].text == second
        assert lan.replies[-1].aloud

    async def test_later_comes_back_to_the_very_card(self, lan: Phone) -> None:
        await lan.says("học", "1", "1", "1")
        third = lan.replies[-1].text
        await lan.taps("Để sau")
        lan.heard("đánh dấu chỗ này")
        lan.village.clock.passes(days=40)
        await lan.says("học", "1")
        lan.heard("Mình học tiếp bài", third)

    async def test_every_answer_teaches(self, lan: Phone) -> None:
        await lan.says("học", "1", "1", "1", "1", "1", "1")
        lesson = next(iter(lan.village.content.lessons.values()))
        texts = {lan_text(lan, text) for quiz in lesson.quiz for text in (quiz.right, quiz.wrong)}
        await lan.says("2")
        assert lan.latest[0].text in texts

    async def test_a_lesson_of_another_track(self, lan: Phone) -> None:
        await lan.says("học", "bài khác")
        lan.heard("học về việc gì")
        await lan.says("xem thêm", "xem thêm")
        await lan.taps("Thanh toán trực tuyến")
        assert "Mã QR là gì, quét thế nào" in lan.labels()
        await lan.says("1")
        lan.heard("Bài: Mã QR là gì, quét thế nào")

    async def test_a_lesson_by_words_of_its_title(self, lan: Phone) -> None:
        await lan.says("học", "nhắn tin trên Zalo")
        lan.heard("Bài: Tìm người và nhắn tin trên Zalo")

    async def test_all_finished_lessons_make_the_skill(self, lan: Phone) -> None:
        for lesson in lan.village.content.lessons.values():
            if lesson.skill == "online_safety":
                await lan.taps_payload(f"go:learn:{lesson.id}")
                await lan.says(*["1"] * len(lesson.cards), *["1"] * 3, "1")
        async with lan.village.store.read() as tx:
            levels = await tx.fetch("SELECT skill, level FROM skills ORDER BY level")
        assert [(row["skill"], row["level"]) for row in levels] == [
            ("online_safety", "learnt"),
            ("online_safety", "says"),
        ]


def lan_text(lan: Phone, text: str) -> str:
    """A text of the content as bác Lan reads it."""
    return text.format_map({"bác": "bác", "Bác": "Bác", "cháu": "cháu", "Cháu": "Cháu"})


class TestFindingTheWay:
    async def test_unknown_words_get_what_the_bot_can_do(self, lan: Phone) -> None:
        await lan.says("trời hôm nay đẹp nhỉ")
        lan.heard("học bài, báo trồng cây, báo phân loại rác")
        assert lan.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]

    async def test_twice_not_understood_offers_a_human(self, lan: Phone) -> None:
        await lan.says("báo", "hả", "gì cơ")
        lan.heard("nhờ con cháu")

    @pytest.mark.parametrize(
        "word", ["2", "2.", "số 2", "hai", "báo việc đã làm", "BAO VIEC DA LAM"]
    )
    async def test_a_choice_by_digit_or_word_with_or_without_accents(
        self, lan: Phone, word: str
    ) -> None:
        await lan.says(word)
        lan.heard("Bác muốn báo việc gì ạ?")

    async def test_huy_leaves_anything(self, lan: Phone) -> None:
        await lan.says("báo", "1", "/huy")
        lan.heard("chưa ghi gì cả")
        await lan.says("/huy")
        lan.heard("không có việc gì đang dở")

    async def test_a_reply_after_forty_days_gets_a_recap_and_goes_on(self, lan: Phone) -> None:
        await lan.says("báo", "1")
        lan.village.clock.passes(days=40)
        await lan.says("7 cây")
        lan.heard("Hôm 21/11 mình đang báo trồng cây dở", "hôm nào")
        await lan.says("hôm nay", "1")
        assert await lan.trees() == (7, 0)

    async def test_going_elsewhere_keeps_the_place(self, lan: Phone) -> None:
        await lan.says("học", "1", "1")
        card = lan.replies[-1].text
        await lan.says("hôm nay trồng 3 cây", "1")
        assert lan.labels()[0].startswith("Làm tiếp: học bài")
        await lan.says("1")
        lan.heard("mình quay lại", card)

    async def test_under_a_question_one_answers_it_and_the_way_back_comes_last(
        self, lan: Phone
    ) -> None:
        for trees in ("3 cây keo", "5 cây mỡ"):
            await lan.says(f"hôm nay trồng {trees}", "1")
        await lan.says("học", "1", "1", "sửa")
        lan.heard("muốn sửa báo cáo nào")
        assert [label[:8] for label in lan.labels()] == ["5 cây mỡ", "3 cây ke", "Làm tiếp"]
        await lan.says("1")
        lan.heard("5 cây mỡ")

    async def test_a_form_of_address_holds_everywhere(self, village: Village) -> None:
        co = await village.elder("Hoa", form="cô")
        await co.says("hôm nay trồng 3 cây")
        co.heard("Cháu ghi: cô trồng")

    async def test_learning_again_never_loses_the_card(self, lan: Phone) -> None:
        await lan.says("học", "1", "1", "1")
        card = lan.replies[-1].text
        await lan.says("hôm nay trồng 3 cây", "1", "học", "1")
        lan.heard("Mình học tiếp bài", card)

    async def test_after_days_a_bare_digit_confirms_nothing_unseen(self, lan: Phone) -> None:
        await lan.says("báo", "1", "5", "1")
        lan.village.clock.passes(days=40)
        await lan.says("1")
        lan.heard("Hôm 21/11 mình đang báo trồng cây dở")
        assert await lan.trees() in {(0, 0), (5, 0)}

    async def test_elsewhere_after_days_needs_no_recap(self, lan: Phone) -> None:
        await lan.says("báo", "1")
        lan.village.clock.passes(days=40)
        await lan.says("học")
        lan.heard_nothing_of("mình đang báo")

    async def test_bo_di_cancels(self, lan: Phone) -> None:
        await lan.says("báo", "1", "bỏ đi")
        lan.heard("chưa ghi gì cả")

    @pytest.mark.parametrize(
        "cry", ["tôi nghi bị lừa", "cháu ơi tôi bị lừa mất tiền rồi", "lừa đảo"]
    )
    async def test_a_cry_for_help_is_heard_anywhere(self, village: Village, cry: str) -> None:
        stranger = village.phone("stranger")
        for before in (["/start"], ["1"], ["1"], ["Lan"], ["gò vũ"], ["1"], ["học"], ["báo"]):
            await stranger.says(*before, cry)
            stranger.heard("bình tĩnh", "ngân hàng của bác NGAY", "Cúp máy với người lạ")
            await stranger.says("0")


class TestButtons:
    async def test_an_old_button_never_answers_the_current_question(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây")
        yes = lan.button("Đúng rồi").payload
        await lan.says("8 cây")
        await lan.taps_payload(yes)
        lan.heard("Nút này thuộc câu cũ", "8 (tám) cây")
        assert await lan.trees() == (0, 0)

    async def test_two_taps_at_once_are_one_answer(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây")
        yes = lan.button("Đúng rồi").payload
        await lan.taps_payload(yes)
        await lan.taps_payload(yes)
        lan.heard("nhận được rồi")
        assert await lan.trees() == (5, 0)

    @pytest.mark.parametrize(
        "forged",
        [
            "",
            "x",
            "1:",
            ":yes",
            "999999:yes",
            "go:",
            "go:tally",
            "go:undo:1",
            "go:nope:1",
            "go:register:zz",
        ],
    )
    async def test_a_forged_button_does_nothing(self, lan: Phone, forged: str) -> None:
        await lan.says("hôm nay trồng 5 cây")
        await lan.taps_payload(forged)
        assert lan.latest
        lan.heard_nothing_of("Tuần 47")
        assert await lan.trees() == (0, 0)

    async def test_a_forged_key_of_the_current_question(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây")
        number = lan.button("Đúng rồi").payload.split(":")[0]
        await lan.taps_payload(f"{number}:saved")
        lan.heard("Nút này thuộc câu cũ")
        assert await lan.trees() == (0, 0)

    async def test_a_button_from_before_erasing_answers_nothing(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây")
        old = lan.button("Đúng rồi").payload
        await lan.says("/huy", "dữ liệu", "3", "1")
        village.clock.passes(minutes=1)
        await lan.says("/start", "1", "1", "Lan", "gò vũ")
        await lan.taps_payload(old)
        lan.heard("Nút này thuộc câu cũ", "đã đủ 60 tuổi chưa")


class TestOddMessages:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "😀",
            "a" * 10_000,
            "\u202eabc\u202c",
            "ho\u0323c nu\u031b\u0303a",
            "{bác}",
            "/",
            "//",
            "/\n",
        ],
    )
    async def test_any_text_anywhere_is_answered(
        self, village: Village, lan: Phone, text: str
    ) -> None:
        stranger = village.phone("stranger")
        for phone in (stranger, lan):
            await phone.says(text)
            assert phone.latest
        for before in (
            ["học"],
            ["học", "1"],
            ["báo"],
            ["báo", "1"],
            ["báo", "1", "5"],
            ["dữ liệu"],
        ):
            await lan.says("/huy", *before, text)
            assert lan.latest
        assert await lan.trees() == (0, 0)

    async def test_decomposed_letters_are_the_same_letters(self, lan: Phone) -> None:
        import unicodedata

        await lan.says(unicodedata.normalize("NFD", "hôm nay tôi trồng 5 cây keo"))
        lan.heard("5 (năm) cây keo, hôm nay")

    async def test_a_photo_when_a_number_was_asked(self, lan: Phone) -> None:
        await lan.says("báo", "1")
        await lan.shows("photo")
        lan.heard("nhận được ảnh rồi", "Bác trồng được mấy cây ạ?")

    async def test_a_voice_note_is_told_how_to_become_words(self, lan: Phone) -> None:
        await lan.shows("voice")
        lan.heard("hình micrô")

    async def test_an_edited_message_changes_nothing(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        await lan.edits("hôm nay trồng 50 cây")
        lan.heard("vẫn theo lời cũ")
        assert await lan.trees() == (5, 0)


class TestHome:
    async def test_the_menu_is_nobodys_name(self, village: Village) -> None:
        phone = village.phone()
        await phone.says("/start", "1", "2", "menu")
        phone.heard_nothing_of("Menu ở xóm nào")
        phone.heard("Tên ông là gì")

    async def test_home_is_heard_where_any_words_are_an_answer(self, village: Village) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        for opens in ("thêm hội viên", "báo hộ", "dữ liệu của tôi", "mời họp", "hỏi ý kiến bà con"):
            await leader.says(opens, "trang chính")
            leader.heard("Dạ cháu đây")


class TestData:
    async def test_a_person_sees_and_erases_what_is_kept(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1", "dữ liệu của tôi")
        lan.heard("tên Lan", "Xóm Gò Vũ", "đã đủ 60 tuổi", "1 báo cáo")
        await lan.taps("Sửa tên")
        await lan.says("Lan Anh", "dữ liệu của tôi")
        lan.heard("tên Lan Anh")
        await lan.taps("Xóa hết của tôi")
        await lan.taps("Chắc, xóa đi")
        lan.heard("đã xóa hết")
        async with lan.village.store.read() as tx:
            rest = [
                dict(row)
                for table in ("people", "reports", "addresses", "outbox", "grants")
                for row in await tx.fetch(f"SELECT * FROM {table}")
            ]
        assert "Lan" not in str(rest)
        assert "trồng 5" not in str([row for row in rest if "words" in row])
        assert await lan.trees() == (5, 0)
        await lan.says("chào cháu")
        lan.heard("đồng ý")


def test_large_numbers_are_written_with_points(village: Village) -> None:
    scene = Scene(village.core.library, village.clock(), "phone", "", None)
    told = scene.fill("{few} {many} {code}", few=999, many=1200, code="1200")
    assert told == "999 1.200 1200"
