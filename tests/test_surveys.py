"""Surveys: composed in chat, answered at one's own pace, counted without showing anybody."""

from __future__ import annotations

import csv
import io
from collections import Counter

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import documents_from
from bot.scheduler import Ticker
from bot.settings import QuietHours
from handlers.leaders.survey.draft import drafted
from handlers.reports.surveys import SMALLEST, shown_groups
from handlers.talk.flow import Misheard, Said
from handlers.talk.scene import Scene
from storage import addresses, outbox, registering, surveys
from tests.talking import Phone, Village
from tests.test_erasing import erases, everything

WHEN = "Họp buổi nào tiện? Sáng, chiều, tối"
LIGHT = "Đường vào nhà văn hóa tối quá"


@pytest.fixture
async def leader(village: Village) -> Phone:
    """The leader of xóm Gò Vũ."""
    return await village.staff("leader", "pt-go-vu")


async def asks(phone: Phone, *questions: str, whom: str = "tất cả mọi người") -> None:
    """Compose a survey, send it, and let it go out."""
    await phone.says("/khaosat", *questions, "xong", whom, "gửi đi")
    phone.heard("bắt đầu hỏi")
    await phone.village.goes_out()


async def crowd(village: Village, **units: list[str | None]) -> None:
    """People who registered, in each unit as many as there are answers."""
    async with village.store.begin() as tx:
        for unit, answers in units.items():
            for number in range(len(answers)):
                await registering.register(
                    tx,
                    channel="phone",
                    at=f"{unit}-{number}",
                    name=f"Người {number}",
                    form="bac",
                    unit=unit.replace("_", "-"),
                    unit_words=None,
                    over60=True,
                    consent_version="1",
                    now=village.clock(),
                )


async def answer(village: Village, **units: list[str | None]) -> None:
    """What the people of a crowd answer to the first question of the first survey."""
    async with village.store.begin() as tx:
        for unit, answers in units.items():
            for number, said in enumerate(answers):
                here = await addresses.get(tx, "phone", f"{unit}-{number}")
                assert here
                assert here.person
                kept = await surveys.answer(
                    tx,
                    1,
                    1,
                    here.person.id,
                    said,
                    today=village.clock().date(),
                    now=village.clock(),
                )
                assert kept


async def kept(village: Village) -> list[tuple[int, str | None]]:
    """Every answer: the number of its question, and the answer."""
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT number, answer FROM survey_answers ORDER BY number, id")
    return [(row["number"], row["answer"]) for row in rows]


# --- asking


@pytest.mark.parametrize(
    ("typed", "kind", "choices"),
    [
        (WHEN, "choice", ["Sáng", "Chiều", "Tối"]),
        ("Họp buổi nào tiện\n- sáng\n- chiều", "choice", ["Sáng", "Chiều"]),
        ("Họp buổi nào tiện\nSáng, chiều, tối", "choice", ["Sáng", "Chiều", "Tối"]),
        ("Bác nào thích?\n1. cây keo\n2. cây mỡ", "choice", ["Cây keo", "Cây mỡ"]),
        ("Hop luc may gio? luc 7 gio/luc 8 gio", "choice", ["Luc 7 gio", "Luc 8 gio"]),
        ("Bác có cần người đưa đi không ạ?", "choice", ["Có", "Không"]),
        ("Bac da nhan qua chua", "choice", ["Rồi", "Chưa"]),
        ("Nhà bác có mấy người?", "number", []),
        ("Bác chấm điểm buổi họp thế nào?", "scale", []),
        ("Bác thấy buổi họp thế nào?", "words", []),
        ("Bác có ý kiến gì không?", "words", []),
        ("Mấy giờ họp thì tiện?", "words", []),
        ("Buổi họp hôm trước", None, []),
    ],
)
async def test_how_it_is_answered_is_seen_from_how_it_is_typed(
    village: Village, typed: str, kind: str | None, choices: list[str]
) -> None:
    scene = Scene(village.core.library, village.clock(), "phone", "", None)
    found = drafted(scene, Said.of(typed))
    assert not isinstance(found, Misheard)
    assert (found["kind"], found["choices"]) == (kind, choices)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Họp mấy giờ? 2 giờ, 3 giờ", "dễ nhầm"),
        ("Đi không? có, có", "dễ nhầm"),
        ("Chọn ngày? a, b, c, d, e, g", "từ 2 đến 5"),
        ("Đi không? " + "rất dài " * 9 + ", ngắn", "nhiều nhất 40"),
        ("Dài quá " * 40, "nhiều nhất 200"),
        ("…", "bằng chữ"),
    ],
)
async def test_what_cannot_be_asked_so_is_told_and_nothing_is_lost(
    leader: Phone, lan: Phone, typed: str, told: str
) -> None:
    await leader.says("/khaosat", WHEN, typed)
    leader.heard(told, "Câu 1: Họp buổi nào tiện?")


async def test_an_eleventh_question_is_refused(leader: Phone, lan: Phone) -> None:
    await leader.says("/khaosat", *[f"Nhà bác có mấy con số {n}?" for n in range(10)])
    leader.heard("Đủ 10 câu")
    await leader.says("Nhà bác có mấy trâu?")
    leader.heard("nhiều nhất 10 câu")


async def test_only_those_may_ask_who_may_announce(village: Village, lan: Phone) -> None:
    agencies = village.content.plan.agencies
    other = next(one.key for one in agencies if not one.overall_lead)
    await lan.says("soạn khảo sát")
    lan.heard("cán bộ hoặc trưởng chi hội")
    helper = await village.staff("helper", "pt-go-vu")
    await helper.says("soạn khảo sát")
    helper.heard("cán bộ hoặc trưởng chi hội")
    officer = await village.staff("officer", agency=other)
    await officer.says("/khaosat")
    officer.heard("cán bộ hoặc trưởng chi hội")


async def test_a_leader_asks_the_own_unit_and_each_once(
    village: Village, leader: Phone, lan: Phone
) -> None:
    far = await village.elder("Mai", unit="đầm mua")
    await leader.says("/khaosat", WHEN, "xong", "1")
    payload = leader.button("Gửi đi").payload
    await leader.taps_payload(payload)
    await leader.repeats()
    await leader.taps_payload(payload)
    await village.goes_out()
    assert sum("hỏi ý kiến" in reply.text for reply in lan.replies) == 1
    assert not any("hỏi ý kiến" in reply.text for reply in far.replies)


async def test_an_officer_asks_some_units_by_their_names(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai", unit="đầm mua")
    far = await village.elder("Hoa", unit="làng thượng")
    admin = await village.staff("admin")
    await admin.says("/khaosat", WHEN, "xong")
    admin.heard("Chỉ hỏi vài xóm")
    await admin.says("xóm Phố")
    admin.heard("là Xóm Phố (")
    await admin.says("đầm mua, nơi nào đó")
    admin.heard("“nơi nào đó” em chưa thấy")
    await admin.says("xóm Tân Quy")
    admin.heard("Ở Xóm Tân Quy chưa có ai")
    await admin.says("go vu, đầm mua")
    admin.heard("Trong Xóm Đầm Mua, Xóm Gò Vũ")
    await admin.says("tất cả")
    admin.heard("gửi đến 2 người")
    await admin.says("gửi đi")
    await village.goes_out()
    asked = [any("hỏi ý kiến" in reply.text for reply in one.replies) for one in (lan, mai, far)]
    assert asked == [True, True, False]


async def test_a_leader_cannot_name_a_unit_of_another(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await village.elder("Mai", unit="đầm mua")
    await leader.says("/khaosat", WHEN, "xong", "đầm mua")
    leader.heard("chưa hiểu", "Trong Xóm Gò Vũ")


# --- answering


async def test_an_answer_is_kept_at_once_and_can_be_changed(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(leader, WHEN, "Nhà bác có mấy người?", "Bác góp ý gì ạ?")
    await lan.says("1", "toi")
    assert await kept(village) == [(1, "3")]
    await lan.says("hai chục", LIGHT)
    lan.heard("cảm ơn")
    assert await kept(village) == [(1, "3"), (2, "20"), (3, LIGHT)]
    await lan.says("trả lời ý kiến", "xem", "sáng", "bỏ qua", "để nguyên")
    lan.heard("cảm ơn")
    assert await kept(village) == [(1, "1"), (2, None), (3, LIGHT)]


async def test_a_number_is_one_number(village: Village, leader: Phone, lan: Phone) -> None:
    await asks(leader, "Nhà bác có mấy người?")
    await lan.says("1", "3 con 2 cháu")
    lan.heard("chỉ gõ một con số", "Câu 1/1")
    await lan.says("nhiều lắm")
    lan.heard("chỉ gõ một con số")
    await lan.says("không có")
    lan.heard("cháu ghi: 0")
    assert await kept(village) == [(1, "0")]


async def test_what_is_not_words_is_told_and_the_question_stands(
    leader: Phone, lan: Phone, village: Village
) -> None:
    await asks(leader, "Bác góp ý gì ạ?")
    await lan.says("1")
    await lan.shows("voice")
    lan.heard("tin nói", "Câu 1/1")
    await lan.says("!!!")
    lan.heard("bằng chữ")
    await lan.says("dài " * 200)
    lan.heard("gọn")
    assert await kept(village) == []


async def test_who_is_not_asked_cannot_answer(village: Village, leader: Phone, lan: Phone) -> None:
    far = await village.elder("Mai", unit="đầm mua")
    await asks(leader, WHEN)
    for go in ("go:survey:1", "go:survey:1:1", "go:survey:9", "go:survey:1:9", "go:survey:x"):
        await far.taps_payload(go)
        far.heard("không hỏi bác")
    await lan.taps_payload("go:survey:1:9")
    assert await kept(village) == []


async def test_it_closes_by_hand_even_in_the_middle_of_a_question(
    village: Village, leader: Phone, lan: Phone
) -> None:
    mai = await village.elder("Mai")
    await asks(leader, WHEN, "Bác góp ý gì ạ?")
    await lan.says("1")
    await leader.says("kết quả khảo sát", "lấy bảng", "đóng")
    await lan.says("sáng")
    lan.heard("đã đóng rồi ạ")
    await mai.says("1")
    mai.heard("đã đóng")
    assert await kept(village) == []


async def test_closing_spares_those_who_were_not_asked_yet(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await leader.says("/khaosat", WHEN, "xong", "1", "gửi đi", "xem kết quả", "lấy bảng", "đóng")
    await village.goes_out()
    assert not any("hỏi ý kiến" in reply.text for reply in lan.replies)


async def test_it_closes_by_day(village: Village, leader: Phone, lan: Phone) -> None:
    await leader.says("/khaosat", WHEN, "xong", "1", "đổi ngày đóng", "5 ngày")
    leader.heard("đến hết ngày 26/11")
    await leader.says("gửi đi")
    await village.goes_out()
    village.clock.passes(days=5)
    await lan.says("1", "sáng")
    lan.heard("cảm ơn")
    village.clock.passes(days=1)
    await lan.says("trả lời ý kiến")
    lan.heard("không có câu nào")
    await leader.says("kết quả khảo sát")
    leader.heard("đã đóng", "1 trên 1 người")


async def test_who_stopped_half_way_is_reminded_once(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await village.elder("Mai")
    await leader.says(
        "/khaosat", WHEN, "Bác góp ý gì ạ?", "xong", "1", "đổi ngày đóng", "khi tôi đóng"
    )
    await leader.says("gửi đi")
    await village.goes_out()
    await lan.says("1", "sáng")
    village.clock.passes(hours=2)
    await village.ticks()
    assert reminded(village) == Counter()
    for days in (1, 1, 20, 20):
        village.clock.passes(days=days)
        await village.ticks()
        async with village.store.begin() as tx:
            await outbox.prune(tx, village.clock())
    assert reminded(village) == {"lan": 1}


async def test_who_goes_on_is_not_reminded_any_more(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(leader, WHEN, "Bác góp ý gì ạ?")
    await lan.says("1", "sáng")
    village.clock.passes(days=1)
    quiet = QuietHours("20:00-07:00")
    assert await Ticker(village.store, village.core.library, quiet, village.clock).tick()
    await lan.says("bỏ qua")
    await village.goes_out()
    assert reminded(village) == Counter()


def reminded(village: Village) -> Counter[str]:
    """Who was reminded of a survey how often."""
    return Counter(
        name
        for name, replies in village.channel.heard.items()
        for reply in replies
        if "Hôm trước bác đang" in reply.text
    )


# --- what was found


async def test_nothing_is_shown_before_five_answered(village: Village, leader: Phone) -> None:
    everyone: list[str | None] = ["1", "1", "1", "2", "3"]
    await crowd(village, pt_go_vu=everyone)
    await asks(leader, WHEN)
    await answer(village, pt_go_vu=everyone[:4])
    await leader.says("kết quả khảo sát")
    leader.heard("4 trên 5 người", "Mới 4 người trả lời")
    leader.heard_nothing_of("Sáng", "Chiều")
    await answer(village, pt_go_vu=everyone)
    await leader.says("xem lại")
    leader.heard("▇ Sáng: 3 người (60%)", "▇ Chiều: 1 người (20%)")
    assert "Theo từng nơi" not in leader.labels()


@given(st.dictionaries(st.text("abcdef", max_size=2), st.integers(1, 12), max_size=8))
def test_no_hidden_group_is_found_by_subtraction(sizes: dict[str, int]) -> None:
    shown = shown_groups(sizes)
    hidden = sizes.keys() - shown
    assert all(sizes[group] >= SMALLEST for group in shown)
    if shown and hidden:
        assert len(hidden) > 1
        assert sum(sizes[group] for group in hidden) >= SMALLEST
    if all(size >= SMALLEST for size in sizes.values()):
        assert not hidden


async def test_an_officer_sees_units_but_none_of_a_few(village: Village) -> None:
    said: dict[str, list[str | None]] = {
        "pt_go_vu": ["1"] * 6,
        "bn_dam_mua": ["2"] * 5,
        "pt_lang_thuong": ["3", "3", None],
    }
    await crowd(village, **said)
    admin = await village.staff("admin")
    await asks(admin, WHEN)
    await answer(village, **said)
    await admin.says("kết quả khảo sát")
    admin.heard("Sáng: 6 người", "Chiều: 5 người", "Tối: 2 người", "Bỏ qua: 1 người")
    await admin.says("theo từng nơi")
    admin.heard("Xóm Gò Vũ (6 người): Sáng 6.", "2 nơi khác: 7 người")
    admin.heard_nothing_of("Đầm Mua", "Tối")


async def test_words_are_shown_without_names_and_files_are_plain_text(village: Village) -> None:
    said: dict[str, list[str | None]] = {"pt_go_vu": ["=1+1", "-cây", "đường", "bờ rào", "=1+1"]}
    await crowd(village, **said)
    leader = await village.staff("leader", "pt-go-vu")
    await asks(leader, "Bác góp ý gì ạ?")
    await answer(village, **said)
    await leader.says("kết quả khảo sát", "lời bà con nhắn")
    leader.heard("• bờ rào", "• đường")
    leader.heard_nothing_of("Người")
    assert leader.text.count("=1+1") == 1
    await leader.says("lấy bảng", "bảng excel")
    made = await file_of(village, leader)
    book = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}
    await leader.taps_payload("go:surveyed:1:file:csv")
    lines = list(csv.reader(io.StringIO((await file_of(village, leader)).decode("utf-8-sig"))))
    assert [line[3] for line in lines[3:]] == ["'-cây", "'=1+1", "bờ rào", "đường"]


async def test_words_do_not_tell_where_they_come_from(village: Village) -> None:
    erased = ""
    said: dict[str, list[str | None]] = {
        "pt_go_vu": ["ao", "cầu", erased],
        "bn_dam_mua": ["bờ", "đèn", "ao"],
    }
    await crowd(village, **said)
    admin = await village.staff("admin")
    await asks(admin, "Bác góp ý gì ạ?")
    await answer(village, **said)
    await admin.says("kết quả khảo sát")
    admin.heard("6 người trả lời")
    await admin.says("lời bà con nhắn")
    assert admin.text.splitlines()[1:] == ["• ao", "• bờ", "• cầu", "• đèn"]


async def file_of(village: Village, phone: Phone) -> bytes:
    """The file of the last message, as a channel would carry it."""
    [document] = [one.document for one in phone.latest if one.document]
    made = await documents_from(village.store, village.content, village.clock)(document)
    assert made
    return made


async def test_the_files_hide_as_the_chat_does(village: Village) -> None:
    said: dict[str, list[str | None]] = {"pt_go_vu": ["1"] * 6, "pt_lang_thuong": ["2"]}
    await crowd(village, **said)
    admin = await village.staff("admin")
    await asks(admin, WHEN)
    await answer(village, **said)
    await admin.taps_payload("go:surveyed:1:file:csv")
    text = (await file_of(village, admin)).decode("utf-8-sig")
    assert "Xóm" not in text
    assert "Tất cả,Chiều,1" in text


async def test_nobody_sees_what_another_asked(village: Village, leader: Phone, lan: Phone) -> None:
    await asks(leader, WHEN)
    other = await village.staff("leader", "bn-dam-mua")
    for view in ("", ":units", ":words", ":more", ":file:csv", ":close"):
        await other.taps_payload(f"go:surveyed:1{view}")
        other.heard("không còn trong sổ")
    await lan.taps_payload("go:surveyed:1")
    lan.heard("cán bộ hoặc trưởng chi hội")
    await lan.taps_payload("go:survey:1")
    lan.heard("Câu 1/1")


# --- who leaves, and two who are one


async def test_who_takes_everything_back_leaves_counts_and_nothing_else(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await asks(leader, WHEN, "Bác góp ý gì ạ?", "Nhà bác có mấy người?")
    await lan.says("1", "sáng", LIGHT, "bỏ qua", "dữ liệu")
    lan.heard("2 câu đã góp ý kiến")
    await erases(lan)
    assert await kept(village) == [(1, "1"), (2, ""), (3, None)]
    assert LIGHT not in await everything(village.store)
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT person_id FROM survey_answers")
        rows += await tx.fetch("SELECT person_id FROM respondents")
    assert [row["person_id"] for row in rows] == [None] * 4
    await leader.says("kết quả khảo sát")
    leader.heard("1 trên 1 người", "Mới 1 người trả lời")


async def test_an_author_who_takes_everything_back_closes_it(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await leader.says("/khaosat", "Nhà bác có mấy con trâu?", "xong", "1", "gửi đi")
    await erases(leader)
    assert "trâu" not in await everything(village.store)
    await village.goes_out()
    assert not any("hỏi ý kiến" in reply.text for reply in lan.replies)
    await lan.says("trả lời ý kiến")
    lan.heard("không có câu nào")


async def test_two_phones_of_one_person_answer_once(
    village: Village, leader: Phone, lan: Phone
) -> None:
    again = await village.elder("Lan Anh")
    await asks(leader, WHEN, "Bác góp ý gì ạ?")
    await lan.says("1", "sáng")
    await again.says("1", "chiều", LIGHT)
    await lan.says("/noimay", "lấy mã")
    code = "".join(letter for letter in lan.text if letter.isdigit())[:6]
    await again.says("/noimay", code, "1")
    assert await kept(village) == [(1, "1"), (2, LIGHT)]
    await leader.says("kết quả khảo sát")
    leader.heard("1 trên 1 người")


async def test_an_elder_answers_questions_by_the_word_that_leaders_use(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("câu hỏi")
    lan.heard_nothing_of("cán bộ hoặc trưởng chi hội")
    await lan.says("thôi")
    await asks(leader, WHEN)
    await lan.says("trả lời câu hỏi")
    lan.heard("Câu 1/1")
    await lan.taps_payload("go:questions:2")
    lan.heard_nothing_of("chờ trả lời")
