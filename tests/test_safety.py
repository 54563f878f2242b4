"""The safety corner: calm first, reading messages, whom to call, and telling the leader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content.loader import Content
from storage.database import Store
from tests.talking import Phone, Village

SCAM = (
    "Bộ Công an: tài khoản của bà liên quan rửa tiền.\n\n"
    "Bấm vào http://vneid-xacminh.top hoặc gọi +371 2233 4455\n"
    "và đọc mã OTP trong 24h, không sẽ bị bắt."
)
HONEST = "Mẹ ơi chiều nay con về ăn cơm, mẹ nấu nồi canh chua mẹ nhé"
CHOICES = ["Xem hộ tin nhắn", "Số cần gọi", "Báo trưởng chi hội", "Quay lại"]


class TestFirstWords:
    @pytest.mark.parametrize("said", ["/luadao", "toi nghi bi lua", "bị lừa", "cứu tôi với"])
    async def test_calm_and_give_what_to_do_now(self, lan: Phone, said: str) -> None:
        await lan.says(said)
        lan.heard("bình tĩnh", "Không chuyển tiền, không đọc mã", "gọi ngân hàng của bác NGAY")
        lan.heard("Giữ lại tin nhắn và số gọi đến", "công an xã")
        assert lan.labels() == CHOICES
        assert all(len(reply.text.splitlines()) <= 3 for reply in lan.latest)

    @pytest.mark.parametrize(
        "said",
        ["cháu ơi tôi lỡ chuyển 5 triệu cho nó rồi", "toi lo doc ma cho no roi", "mất tiền rồi"],
    )
    async def test_who_has_lost_money_hears_first_what_is_urgent(
        self, lan: Phone, said: str
    ) -> None:
        await lan.says(said)
        assert "Gọi ngân hàng của bác NGAY" in lan.latest[0].text

    async def test_back_from_the_first_question_leaves(self, lan: Phone) -> None:
        await lan.says("/luadao", "0")
        lan.heard("gõ: bị lừa")
        assert lan.labels() == ["Trang chính"]


class TestReading:
    async def test_names_three_signs_and_what_to_do(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", SCAM)
        lan.heard("giống tin lừa", "đừng bấm", "công an xã", "mã OTP", "còn tin nào nữa không")
        assert lan.text.count("• ") == 3
        assert all(len(reply.text.splitlines()) <= 3 for reply in lan.latest)

    async def test_never_repeats_a_link_or_a_number(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", SCAM)
        lan.heard_nothing_of("http", "vneid", ".top", "371", "2233")

    async def test_keeps_no_word_of_the_message(self, village: Village, lan: Phone) -> None:
        await lan.says("/luadao", "1", SCAM, "3")
        async with village.store.read() as tx:
            kept = await tx.fetch("SELECT talk FROM addresses")
            kept += await tx.fetch("SELECT body FROM outbox")
        assert kept
        assert "rửa tiền" not in str(kept)
        assert "vneid" not in str(kept)

    async def test_never_calls_a_message_safe(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", HONEST)
        lan.heard("chưa thấy dấu hiệu", "vẫn nên hỏi con cháu")
        lan.heard_nothing_of("an toàn", "yên tâm")

    async def test_a_call_that_is_told_is_read_too(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", "vua co nguoi goi tu xung cong an bao toi chuyen tien")
        lan.heard("giống tin lừa")

    async def test_another_message_can_follow_at_once(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", HONEST, SCAM)
        lan.heard("giống tin lừa")
        await lan.says("có")
        lan.heard("dán cả tin vào đây")
        await lan.says("0", "không")
        lan.heard("gõ: bị lừa")

    async def test_a_message_that_tells_of_lost_money(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", f"tôi lỡ chuyển tiền rồi, tin nó đây:\n{SCAM}")
        assert "Gọi ngân hàng của bác NGAY" in lan.latest[0].text
        lan.heard("Giữ lại tin nhắn")

    async def test_a_few_words_are_not_judged(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", "nó gọi mãi")
        lan.heard("dán cả tin", "gọi ngân hàng NGAY")
        lan.heard_nothing_of("chưa thấy dấu hiệu")

    async def test_commands_in_plain_words_still_lead_away(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", "học")
        lan.heard("chọn bài")
        await lan.says("/luadao", "hôm nay tôi trồng được 5 cây keo ở vườn nhà")
        lan.heard("5 (năm) cây keo", "Đúng chưa ạ?")

    async def test_a_very_long_message_is_read_to_its_end(self, lan: Phone) -> None:
        await lan.says("/luadao", "1", "hôm nay trời nắng đẹp lắm nhé\n" * 1000 + SCAM)
        lan.heard("giống tin lừa")


class TestNumbers:
    async def test_no_number_that_nobody_checked(self, lan: Phone) -> None:
        await lan.says("/luadao", "2")
        lan.heard("số in ở mặt sau thẻ", "Công an xã")
        lan.heard_nothing_of("156", "5656", "113")
        await lan.says("1")
        lan.heard("dán cả tin")

    @pytest.mark.parametrize("said", ["số công an", "so cong an", "156", "113"])
    async def test_are_asked_for_in_many_words(self, lan: Phone, said: str) -> None:
        await lan.says("/luadao", said)
        lan.heard("Công an xã", "số in ở mặt sau thẻ")

    async def test_checked_numbers_and_the_programs_own(
        self, store: Store, phu_thinh: Content
    ) -> None:
        first, *others = phu_thinh.hotlines
        content = replace(
            phu_thinh,
            hotlines=(first.model_copy(update={"checked": True}), *others),
            plan=phu_thinh.plan.model_copy(update={"help_phone": "0208 123 456"}),
        )
        lan = await Village(store, content).elder()
        await lan.says("/luadao", "số cần gọi")
        lan.heard("156: báo cuộc gọi lừa đảo", "0208 123 456", "số in ở mặt sau thẻ")
        lan.heard_nothing_of("5656")
        assert all(len(reply.text.splitlines()) <= 3 for reply in lan.latest)


class TestTellingTheLeader:
    async def test_once_a_day_and_nothing_of_the_message(self, village: Village) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        lan = await village.elder()
        before = len(leader.replies)
        await lan.says("/luadao", "1", SCAM, "3")
        lan.heard("Bác Lan, Xóm Gò Vũ", "đồng ý không")
        await lan.says("1")
        lan.heard("nhắn trưởng chi hội rồi")
        await lan.says("/luadao", "3", "1")
        lan.heard("nhắn trưởng chi hội rồi")  # though it went out once only
        await village.goes_out()
        [told] = leader.replies[before:]
        assert "Bác Lan, Xóm Gò Vũ, nghi mình đang bị lừa" in told.text
        assert "rửa tiền" not in told.text
        village.clock.passes(days=1)
        await lan.says("/luadao", "3", "1")
        await village.goes_out()
        assert len(leader.replies) == before + 2

    async def test_only_after_a_yes(self, village: Village) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        lan = await village.elder()
        before = len(leader.replies)
        await lan.says("/luadao", "báo trưởng chi hội", "không")
        lan.heard("cần cháu giúp gì nữa")
        await village.goes_out()
        assert len(leader.replies) == before

    async def test_a_message_in_place_of_a_yes_is_read(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        before = len(leader.replies)
        await lan.says("/luadao", "3", SCAM)
        lan.heard("giống tin lừa", "còn tin nào nữa không")
        lan.heard_nothing_of("http")
        assert len(leader.replies) == before
        await lan.says("3", "không cần nữa đâu cháu ạ, bác tự lo được")
        lan.heard("Bác đồng ý không ạ?")  # no message: asked once more
        lan.heard_nothing_of("chưa thấy dấu hiệu")
        await lan.says("đồng ý")
        lan.heard("nhắn trưởng chi hội rồi")

    async def test_without_a_leader_there_is_another_way(self, village: Village) -> None:
        await village.staff("leader", "bn-vai-cay")
        lan = await village.elder()
        await lan.says("/luadao", "3")  # no yes is asked for nothing
        lan.heard("chưa có trưởng chi hội", "con cháu", "công an xã", "cần cháu giúp gì nữa")
        lan.heard_nothing_of("đồng ý")

    async def test_going_elsewhere_in_place_of_a_yes_is_said_to_send_nothing(
        self, village: Village
    ) -> None:
        await village.staff("leader", "pt-go-vu")
        lan = await village.elder()
        await lan.says("/luadao", "3", "học")
        lan.heard("chưa nhắn trưởng chi hội", "chọn bài")


class TestASecretThatIsTold:
    @pytest.mark.parametrize(
        "said",
        ["ma OTP cua toi la 482913", "mat khau ngan hang cua toi la lan1954", "mã pin: 2580"],
    )
    @pytest.mark.parametrize("before", [(), ("/luadao",), ("/luadao", "1"), ("học",), ("hỏi",)])
    async def test_is_not_kept_and_kindly_turned_away(
        self, village: Village, lan: Phone, before: tuple[str, ...], said: str
    ) -> None:
        await lan.says(*before, said)
        lan.heard("đừng gửi cho ai", "không giữ lại", "gọi ngân hàng NGAY")
        assert lan.labels() == ["Xem tin khác", *CHOICES[1:]]
        async with village.store.read() as tx:
            kept = await tx.fetch("SELECT talk FROM addresses")
            kept += await tx.fetch("SELECT body FROM outbox")
        assert said.rsplit(maxsplit=1)[-1] not in str(kept)

    @pytest.mark.parametrize("said", ["tôi quên mật khẩu", "mật khẩu là gì", "mã otp có 6 số"])
    async def test_who_only_speaks_of_one_is_not_meant(self, lan: Phone, said: str) -> None:
        await lan.says(said)
        lan.heard_nothing_of("không giữ lại")


class TestAMessageFromOutside:
    async def test_is_warned_of_instead_of_not_understood(self, lan: Phone) -> None:
        await lan.says("menu", "Tin quà xe SH, nhấn http://qua-sh.xyz nộp phí 2 triệu nhận ngay")
        lan.heard("giống tin lừa", "Bác còn tin nào nữa không")
        lan.heard_nothing_of("cháu chưa hiểu", "qua-sh")

    async def test_is_warned_of_in_the_middle_of_something_else(self, lan: Phone) -> None:
        await lan.says("báo", "1", SCAM)
        lan.heard("giống tin lừa")
        await lan.says("0")
        assert "Làm tiếp: báo trồng cây" in lan.labels()

    @pytest.mark.parametrize("before", [(), ("học bài",), ("học bài", "bài khác"), ("báo",)])
    @pytest.mark.parametrize(
        "said",
        ["đọc mã cho cháu học bài", "doc ma cho no", "có người bảo đọc mã", "bảo tôi đọc mã này"],
    )
    async def test_a_code_that_somebody_wants_is_a_cry_anywhere(
        self, lan: Phone, before: tuple[str, ...], said: str
    ) -> None:
        await lan.says(*before, said)
        lan.heard("bình tĩnh", "không đọc mã cho ai")
        lan.heard_nothing_of("Bài:")

    @pytest.mark.parametrize(
        "said", ["không đọc mã cho ai cả", "đừng đọc mã cho người lạ", "cách quét mã qr"]
    )
    async def test_what_is_learnt_about_codes_is_no_cry(self, lan: Phone, said: str) -> None:
        await lan.says(said)
        lan.heard_nothing_of("bình tĩnh")

    async def test_nor_is_the_wrong_answer_of_a_quiz(self, lan: Phone) -> None:
        lesson = lan.village.content.lessons["thanh_toan_lop_khoa"]
        wrong = "Đọc mã cho họ"
        for _ in lesson.quiz:  # another time other questions are drawn
            await lan.taps_payload(f"go:learn:{lesson.id}")
            await lan.says(*["tiếp"] * len(lesson.cards))
            while "Câu " in lan.text and wrong not in lan.labels():
                await lan.says("1")
            if wrong in lan.labels():
                break
            await lan.says("1")
        await lan.says(wrong)
        lan.heard("cúp máy")
        lan.heard_nothing_of("bình tĩnh", "chưa hiểu")

    async def test_an_honest_one_is_not_understood_as_ever(self, lan: Phone) -> None:
        await lan.says("menu", HONEST)
        lan.heard("Dạ cháu chưa hiểu")

    @pytest.mark.parametrize(
        "said",
        ["hôm nay tôi trồng 5 cây keo", "tôi đã phân loại rác rồi, mai công an xã đến xem gấp"],
    )
    async def test_never_swallows_a_report(self, lan: Phone, said: str) -> None:
        await lan.says(said)
        lan.heard_nothing_of("lừa")


class TestAVisitor:
    async def test_gets_everything_but_the_leader(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says(SCAM)
        ba.heard("giống tin lừa")
        assert ba.labels() == ["Xem tin khác", "Số cần gọi", "Quay lại"]
        await ba.says("2")
        ba.heard("số in ở mặt sau thẻ")

    async def test_goes_on_registering_where_it_was_left(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says("/start", "1", "3", "bị lừa")
        ba.heard("bình tĩnh")
        await ba.says("0")
        ba.heard("quay lại làm quen", "Tên bà là gì")
        await ba.says("Lan", "gò vũ", "1")
        assert ba.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]

    async def test_a_wish_is_kept_while_we_meet(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says("bị lừa", "hôm nay tôi trồng 5 cây keo", "1", "1", "Lan", "gò vũ", "1")
        ba.heard("5 (năm) cây keo", "Đúng chưa ạ?")

    async def test_begins_to_register_anew_only_once(self, village: Village) -> None:
        ba = village.phone("ba")
        await ba.says("/start", "1", "bị lừa", "/start", "1", "1", "Lan", "gò vũ", "1")
        assert ba.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]
