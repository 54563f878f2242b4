"""Every kind of report: how it is asked, doubted, corrected and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from content.loader import Content
from content.models.activity import Activity
from storage import counts
from storage.database import Store
from tests.talking import VIETNAM, Phone, Village


async def kept(phone: Phone, columns: str = "activity, quantity, status") -> list[tuple[Any, ...]]:
    """Every report of the village, oldest first."""
    async with phone.village.store.read() as tx:
        rows = await tx.fetch(f"SELECT {columns} FROM reports ORDER BY id")
    return [tuple(row.values()) for row in map(dict, rows)]


async def equal(village: Village) -> bool:
    """Whether the kept counts are what a full count gives."""
    async with village.store.read() as tx:
        return await counts.recount(tx, village.content.plan.skills.required) == []


class TestChoosingAKind:
    async def test_three_at_a_time_and_more_behind(self, lan: Phone) -> None:
        await lan.says("báo")
        assert lan.labels() == ["Trồng cây", "Phân loại rác", "Việc khác", "Quay lại"]
        await lan.says("3")
        assert lan.labels()[:3] == ["Cây, vườn, ruộng", "Dùng điện thoại", "Giúp người, đi họp"]
        await lan.says("1")
        assert lan.labels()[:3] == ["Cây còn sống", "Ủ phân", "Vườn ruộng hữu cơ"]
        await lan.says("2")
        lan.heard("ủ được bao nhiêu phân")

    async def test_back_leads_through_the_lists(self, lan: Phone) -> None:
        await lan.says("báo", "3", "1", "0")
        assert lan.labels()[0] == "Cây, vườn, ruộng"
        await lan.says("0")
        assert lan.labels()[0] == "Trồng cây"

    async def test_a_long_list_is_shown_in_pages(self, store: Store, phu_thinh: Content) -> None:
        village = Village(store, with_kinds(phu_thinh, kind("birds"), kind("bees")))
        lan = await village.elder()
        await lan.says("báo")
        assert lan.labels() == ["Trồng cây", "Phân loại rác", "Việc khác", "Quay lại"]
        await lan.taps("Việc khác")
        assert lan.labels() == ["birds", "bees", "Việc khác", "Quay lại"]

    async def test_a_new_kind_is_only_data(self, store: Store, phu_thinh: Content) -> None:
        village = Village(store, with_kinds(phu_thinh, kind("birds", verbs=("thả chim",))))
        lan = await village.elder()
        await lan.says("hôm nay tôi thả chim 4 lần", "1")
        assert await kept(lan) == [("birds", 4000, "reported")]
        assert await equal(village)


def kind(key: str, verbs: Sequence[str] = ("nuôi",)) -> Activity:
    """A kind of report nobody thought of."""
    return Activity(
        key=key,
        name=key,
        did="thả chim về rừng",
        units=("lan",),
        verbs=tuple(verbs),
        words=(),
        evidence_for="organic_models",
        role="supports",
        example="2 lần",
        question="{Bác} làm mấy lần ạ?",
    )


def with_kinds(content: Content, *more: Activity) -> Content:
    """The content with more kinds of report."""
    kinds = content.activities
    return replace(
        content,
        activities=kinds.model_copy(update={"activities": (*kinds.activities, *more)}),
    )


class TestWhatElseIsAsked:
    async def test_three_groups_of_rubbish_in_one_tap(self, lan: Phone) -> None:
        await lan.says("hôm nay phân loại rác được 2 bao")
        lan.heard("cả ba nhóm")
        await lan.says("1", "1")
        assert await kept(lan, "checks") == [("recyclable,food,other",)]

    async def test_one_group_after_another(self, lan: Phone) -> None:
        await lan.says("hôm nay phân loại rác được 2 bao", "chưa đủ")
        lan.heard("Chai, lon, giấy")
        await lan.says("có")
        lan.heard("Rau vỏ, cơm thừa")
        await lan.says("chưa")
        lan.heard("Rác còn lại")
        await lan.says("2")
        lan.heard("phân loại rác được 2 (hai) bao")
        await lan.says("1")
        assert await kept(lan, "checks") == [("recyclable",)]

    async def test_what_was_not_weighed_is_one_time(self, lan: Phone) -> None:
        await lan.says("báo", "2")
        await lan.says("không cân được cháu ạ", "hôm nay", "1", "1")
        lan.heard("1 lần")

    async def test_a_first_time_is_kept_once_in_a_life(self, lan: Phone) -> None:
        await lan.says("báo", "3", "2", "1", "hôm nay")
        lan.heard("tự mua hàng qua mạng lần đầu, hôm nay 21/11")
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ")
        lan.village.clock.passes(days=100)
        await lan.says("báo", "3", "2", "1", "hôm nay")
        lan.heard("ngày 21/11", "Lần đầu chỉ ghi một lần")
        assert len(await kept(lan)) == 1


class TestDoubts:
    async def test_so_many_is_asked_about_and_marked(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 2.000 cây keo")
        lan.heard("2.000 (hai nghìn) cây keo", "rừng trồng, hay cây lẻ")
        await lan.says("rừng trồng", "1")
        assert await kept(lan, "quantity, doubts") == [(2_000_000, "large")]

    async def test_a_ton_of_rubbish_is_weighed_in_kilos(self, lan: Phone) -> None:
        await lan.says("hôm nay phân loại rác 3 tấn")
        lan.heard("Nhiều thật ạ")

    async def test_the_same_amount_within_days_may_be_the_same_trees(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 50 cây", "1")
        village.clock.passes(days=3)
        await lan.says("hôm nay trồng 50 cây keo")
        lan.heard("Hôm thứ Bảy 21/11 bác đã báo trồng 50 cây", "lần mới, hay vẫn là lần ấy")
        await lan.says("2")
        lan.heard("không ghi thêm")
        assert await lan.trees() == (50, 0)
        await lan.says("hôm nay trồng 50 cây keo", "lần mới", "1")
        assert await kept(lan, "doubts") == [("",), ("again",)]
        assert await lan.trees() == (100, 0)

    async def test_another_amount_kind_or_species_is_no_doubt(self, lan: Phone) -> None:
        for said in ("trồng 50 cây keo", "trồng 51 cây keo", "trồng 50 cây mỡ"):
            await lan.says(f"hôm nay {said}")
            lan.heard("Đúng chưa ạ?")
            await lan.says("1")

    async def test_what_is_done_daily_is_not_doubted_daily(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay phân loại rác 1 lần", "1", "1")
        village.clock.passes(days=1)
        await lan.says("hôm nay phân loại rác 1 lần")
        lan.heard("cả ba nhóm")
        await lan.says("1", "1", "hôm nay phân loại rác 1 lần")
        lan.heard("lần mới, hay vẫn là lần ấy")

    async def test_saying_roughly_is_said_back(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng khoảng 30 cây")
        lan.heard("Bác nói áng chừng", "30 (ba mươi) cây")


class TestCorrecting:
    async def test_right_after_saving(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        await lan.taps("Sửa báo cáo này")
        lan.heard("sửa chỗ nào")
        await lan.says("1", "8 cây")
        lan.heard("8 (tám) cây keo, hôm nay")
        await lan.says("1")
        lan.heard("Cháu sửa rồi ạ: 8 cây keo")
        assert await kept(lan) == [("trees", 5000, "superseded"), ("trees", 8000, "reported")]
        assert await kept(lan, "replaces") == [(None,), (1,)]
        assert await lan.trees() == (8, 0)
        assert await equal(lan.village)

    async def test_weeks_later_by_a_word(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1", "hôm nay phân loại 2 bao rác", "1", "1")
        village.clock.passes(days=20)
        await lan.says("sửa")
        lan.heard("sửa báo cáo nào")
        assert lan.labels()[:2] == [
            "phân loại rác được 2 bao, ngày 21/11", "5 cây keo, ngày 21/11",
        ]  # fmt: skip
        await lan.says("2")
        await lan.taps("Sửa báo cáo này")
        await lan.says("ngày", "20/11", "1")
        assert await lan.trees() == (5, 0)
        assert (await kept(lan, "done_on, status"))[-1] == ("2026-11-20", "reported")

    async def test_the_latest_is_taken_back_by_a_sentence(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1", "xóa báo cáo vừa rồi")
        lan.heard("xóa báo cáo trồng 5 cây keo, hôm nay")
        await lan.says("1")
        assert await lan.trees() == (0, 0)

    async def test_the_word_inside_a_question_corrects_what_is_asked(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "sửa")
        lan.heard("sửa chỗ nào")

    async def test_leaving_a_correction_changes_nothing(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        await lan.taps("Sửa báo cáo này")
        await lan.says("/huy")
        lan.heard("vẫn giữ như cũ")
        assert await lan.trees() == (5, 0)

    async def test_two_corrections_of_one_report_count_once(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        change = lan.button("Sửa báo cáo này").payload
        await lan.taps_payload(change)
        await lan.says("1", "8", "1")
        await lan.taps_payload(change)
        lan.heard("không còn trong sổ")
        assert await lan.trees() == (8, 0)

    async def test_nobody_corrects_what_another_reported(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        mai = await village.elder("Mai")
        await mai.taps_payload(lan.button("Sửa báo cáo này").payload)
        mai.heard("không còn trong sổ")

    async def test_nothing_to_correct_is_said_kindly(self, lan: Phone) -> None:
        await lan.says("sửa")
        lan.heard("chưa có báo cáo nào")
        await lan.says("xóa báo cáo vừa rồi")
        lan.heard("chưa có báo cáo nào")

    @pytest.mark.parametrize(
        "said",
        [
            "sửa 15 cây thành 20 cây",
            "sua bao cao vua roi thanh 20 cay",
            "sua lai thanh 20 cay",
            "không phải 15 mà là 20 cây",
            "toi ghi nham, co 20 cay thoi",
        ],
    )
    async def test_in_one_sentence(self, lan: Phone, said: str) -> None:
        await lan.says("hôm nay trồng 15 cây keo", "1", said)
        lan.heard("Cháu ghi: bác trồng 20 (hai mươi) cây keo, hôm nay 21/11. Đúng chưa ạ?")
        await lan.says("1")
        assert await kept(lan) == [("trees", 15000, "superseded"), ("trees", 20000, "reported")]

    @pytest.mark.parametrize(
        "said", ["xoa 15 cay vua roi di", "xóa cái báo cáo 15 cây keo ấy đi", "bỏ báo cáo ấy đi"]
    )
    async def test_taking_back_in_words(self, lan: Phone, said: str) -> None:
        await lan.says("hôm nay trồng 15 cây keo", "1", said)
        lan.heard("xóa báo cáo trồng 15 cây keo")
        await lan.says("1")
        assert await lan.trees() == (0, 0)

    async def test_it_is_the_report_that_was_named(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 15 cây keo", "1", "hôm nay trồng 7 cây mỡ", "1")
        await lan.says("xóa báo cáo 15 cây keo")
        lan.heard("xóa báo cáo trồng 15 cây keo")

    async def test_an_amount_under_the_question_is_the_new_one(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 12 cây keo", "1", "sửa", "15 cây")
        lan.heard("Cháu ghi: bác trồng 15 (mười lăm) cây keo")

    async def test_an_amount_where_something_is_to_be_fixed(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 12 cây keo", "cần sửa lại", "25 cây thôi")
        lan.heard("25 (hai mươi lăm) cây keo")
        await lan.says("cần sửa lại", "à thôi đúng rồi")
        lan.heard("25 (hai mươi lăm) cây keo", "Đúng chưa ạ?")

    async def test_several_amounts_at_once_are_not_made_one(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 3 cây nhãn", "à quên, 3 cây nhãn với 1 cây mít")
        lan.heard("mỗi lần một việc", "3 (ba) cây nhãn")

    async def test_the_new_kind_keeps_nothing_of_the_old(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 3 cây keo", "cần sửa lại", "loại việc", "2", "3 cân", "1")
        lan.heard("phân loại rác được 3 (ba) kg, hôm nay")

    async def test_saying_that_it_is_the_same_after_all_keeps_it(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 50 cây keo", "1", "hôm nay trồng 5 cây keo", "1")
        await lan.says("sửa báo cáo 50 cây thành 5 cây", "1")
        assert await lan.trees() == (10, 0)

    async def test_a_small_amount_is_no_longer_doubted_as_large(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 500 cây keo", "1", "1", "sửa 500 cây thành 5 cây", "1")
        assert await kept(lan, "quantity, doubts") == [(500_000, "large"), (5_000, "")]

    async def test_two_at_once_count_once(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("báo hộ", "Lan 5 keo hôm nay", "1")
        for phone in (lan, leader):
            await phone.taps_payload("go:report:fix:1")
            await phone.says("1", "7 cây")
        events = [
            replace(phone.last_event, id=village.next_id(), text="1")
            for phone in (lan, leader)
            if phone.last_event
        ]
        await asyncio.gather(*map(village.deliver, events))
        assert await lan.trees() == (7, 0)


class TestInTheMiddle:
    async def test_another_report_is_kept_for_after_this_one(self, lan: Phone) -> None:
        await lan.says("hôm nay tôi trồng 5 cây mít", "hôm qua phân loại 2 bao rác")
        lan.heard("Mình ghi xong việc này đã", "5 (năm) cây mít")
        await lan.says("đúng")
        lan.heard("Cháu ghi rồi ạ: 5 cây mít", "cả ba nhóm")
        await lan.says("1", "1")
        assert await kept(lan, "activity, quantity") == [("trees", 5000), ("waste", 2000)]

    async def test_what_waited_for_days_is_looked_at_again(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "việc của tôi")
        await lan.says("hôm nay trồng 5 cây keo", "1")
        await lan.taps("Làm tiếp: báo trồng cây")
        await lan.says("1")
        assert await kept(lan, "doubts") == [("",), ("again",)]

    async def test_leaving_what_was_set_aside(self, lan: Phone) -> None:
        await lan.says("báo", "1", "việc của tôi", "hủy")
        lan.heard("chưa ghi gì cả")
        assert "Làm tiếp: báo trồng cây" not in lan.labels()


class TestWhatLives:
    """Three months after a month's planting, once: how many trees are alive?"""

    async def test_all_of_a_month_in_one_question(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 20 cây keo", "1", "hôm qua trồng 5 cây mỡ", "1")
        village.clock.now = datetime(2027, 2, 1, 9, 30, tzinfo=VIETNAM)
        assert await village.ticks() == 1
        assert lan.replies[-1].text == "Tháng 11 bác báo trồng 25 cây. Giờ còn sống mấy cây ạ?"
        await lan.says("1", "1")
        lan.heard("Cháu ghi rồi ạ: 25 cây")
        assert (await kept(lan, "activity, quantity, follows"))[-1] == (
            "trees_alive", 25000, "trees:2026-11",
        )  # fmt: skip
        assert await lan.trees() == (25, 0)

    @pytest.mark.parametrize("answer", ["22", "22 cây", "còn 22 cây cháu ạ"])
    async def test_a_bare_number_is_how_many_live_never_new_trees(
        self, village: Village, lan: Phone, answer: str
    ) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1")
        village.clock.now = datetime(2027, 2, 3, 9, 30, tzinfo=VIETNAM)
        await village.ticks()
        await lan.says(answer)
        lan.heard("còn sống 22 cây, chết 3 cây")
        await lan.says("1")
        assert await lan.trees() == (25, 0)

    @pytest.mark.parametrize("answer", ["chết mất 3 cây", "chết 3"])
    async def test_how_many_died_leaves_the_others_alive(
        self, village: Village, lan: Phone, answer: str
    ) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1")
        village.clock.now = datetime(2027, 2, 3, 9, 30, tzinfo=VIETNAM)
        await village.ticks()
        await lan.says(answer)
        lan.heard("còn sống 22 cây, chết 3 cây")

    async def test_the_latest_look_takes_the_place_of_the_one_before(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1")
        village.clock.now = datetime(2027, 2, 3, 9, 30, tzinfo=VIETNAM)
        await village.ticks()
        old = lan.button("Còn sống cả").payload
        await lan.says("22", "1")
        await lan.taps_payload(old)
        await lan.says("1")
        assert await kept(lan, "activity, quantity, status") == [
            ("trees", 25000, "reported"),
            ("trees_alive", 22000, "superseded"),
            ("trees_alive", 25000, "reported"),
        ]

    async def test_more_than_were_planted_is_asked_again(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1")
        village.clock.now = datetime(2027, 2, 3, 9, 30, tzinfo=VIETNAM)
        await village.ticks()
        await lan.says("2", "30")
        lan.heard("Hồi ấy bác báo 25 cây ạ")
        await lan.says("24", "1")
        assert (await kept(lan, "quantity"))[-1] == (24000,)

    async def test_once_and_again_after_a_year(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1")
        for month, day, asked in ((2, 1, 1), (2, 2, 0), (2, 9, 0), (3, 1, 0)):
            village.clock.now = datetime(2027, month, day, 9, 30, tzinfo=VIETNAM)
            assert await village.ticks() == asked
        village.clock.now = datetime(2027, 11, 1, 9, 30, tzinfo=VIETNAM)
        assert await village.ticks() == 1

    async def test_what_was_lost_at_once_is_counted_apart(self, lan: Phone) -> None:
        await lan.says("hôm qua trồng hai chục cây keo, chết ba cây")
        lan.heard("trồng 20 (hai mươi) cây keo, hôm qua")
        await lan.says("1")
        lan.heard("đếm được 17 (mười bảy) cây keo còn sống, hôm nay")
        await lan.says("1")
        assert await kept(lan, "activity, quantity") == [("trees", 20000), ("trees_alive", 17000)]
        assert await lan.trees() == (20, 0)

    async def test_what_was_taken_back_is_not_asked_about(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 25 cây keo", "1", "xóa báo cáo vừa rồi", "1")
        village.clock.now = datetime(2027, 2, 1, 9, 30, tzinfo=VIETNAM)
        assert await village.ticks() == 0


class TestBadInput:
    @pytest.mark.parametrize(
        "typed",
        [
            '/bao rest:{"activity":"trees","quantity":"-1000","measure":"cay","on":"2026-11-21"}',
            "/bao more:99999999999999999999:hôm nay trồng 5 cây",
            "/bao follow:trees:2026-08:all",
            "/bao follow:trees:không:5",
            "/bao fix:99999999999999999999",
            "/bao nothing:2099-W01",
            "/sua 99999999999999999999",
            "/sua from:99999999999999999999",
            "/bao fix:1:-5 cây",
        ],
    )
    async def test_what_only_buttons_say_does_no_harm_when_typed(
        self, lan: Phone, typed: str
    ) -> None:
        await lan.says(typed)
        lan.heard_nothing_of("trục trặc")
        await lan.says("1", "1", "1")
        lan.heard_nothing_of("trục trặc")
        assert await lan.trees() <= (5, 0)

    @pytest.mark.parametrize(
        "said",
        [
            "hôm nay trồng -5 cây",
            "hôm nay trồng 0 cây",
            "hôm nay trồng 99999999999 cây",
            "hôm nay trồng mười mười cây",
            "hôm nay trồng 5 kg cây",
            "mai tôi trồng 5 cây",
            "31/2 trồng 5 cây keo",
            "hôm nay trồng nửa cây",
        ],
    )
    async def test_nothing_is_counted_wrongly_and_nobody_scolded(
        self, lan: Phone, said: str
    ) -> None:
        await lan.says(said)
        assert lan.latest, "an answer always comes"
        lan.heard_nothing_of("không hợp lệ", "lỗi", "sai cú pháp")
        assert await kept(lan) == []
        reported, _ = await lan.trees()
        assert reported == Decimal(0)

    async def test_a_long_paste_by_an_elder_loses_nothing(self, lan: Phone) -> None:
        await lan.says("báo", "1", "\n".join(f"dòng {n}" for n in range(500)))
        lan.heard("mỗi lần một việc", "mấy cây")
