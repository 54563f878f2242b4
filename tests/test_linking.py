"""One person on two phones is one person."""

from __future__ import annotations

import re
from datetime import date

import pytest

from handlers.talk.messages import Reply
from storage import counts, joining, learning, migrations, outbox, skills, surveys
from tests.talking import Phone, Village


async def code_of(phone: Phone) -> str:
    await phone.says("lấy mã")
    found = re.search(r"\d{3} \d{3}", phone.text)
    assert found, phone.text
    return found[0]


async def people_of(village: Village) -> list[str]:
    async with village.store.read() as tx:
        return [row["name"] for row in await tx.fetch("SELECT name FROM people ORDER BY id")]


async def equal(village: Village) -> None:
    """Every kept count is what a full count gives."""
    async with village.store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []


async def test_a_phone_of_nobody_becomes_the_persons(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    code = await code_of(lan)
    lan.heard("đừng cho")
    other = village.phone("máy mới")
    await other.says("nối máy", code)
    other.heard("Cháu nhận ra bác Lan rồi")
    await other.says("việc của tôi")
    other.heard("5 cây keo")
    assert await people_of(village) == ["Lan"]
    await village.ticks()
    assert any("có thêm một máy nối vào tên bác" in reply.text for reply in lan.replies)


async def test_who_was_just_asked_to_agree_may_have_a_code(village: Village, lan: Phone) -> None:
    code = await code_of(lan)
    other = village.phone("máy mới")
    await other.says("xin chào", f"/noimay {code}")
    other.heard("Cháu nhận ra bác Lan rồi")
    assert other.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]  # not to register


async def test_two_who_registered_are_joined_when_they_say_so(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    again = await village.elder("Lan Nguyễn")
    await again.says("hôm nay trồng 7 cây mỡ", "1")
    await again.says("nối máy", await code_of(lan))
    again.heard("bác Lan Nguyễn", "bác Lan.", "CÙNG MỘT người")
    await again.says("1")
    again.heard("Từ giờ hai máy là một: bác Lan")
    assert await people_of(village) == ["Lan"]
    assert await lan.trees() == (12, 0)
    await again.says("việc của tôi")
    again.heard("5 cây keo", "7 cây mỡ")
    await equal(village)


async def test_the_later_one_joins_the_first_whoever_made_the_code(
    village: Village, lan: Phone
) -> None:
    again = await village.elder("Lan Nguyễn")
    await lan.says("nối máy", await code_of(again), "1")
    lan.heard("hai máy là một: bác Lan,")
    assert await people_of(village) == ["Lan"]


async def test_husband_and_wife_stay_two(village: Village, lan: Phone) -> None:
    husband = await village.elder("Tám", form="2")
    code = await code_of(lan)
    await husband.says("nối máy", code, "2")
    husband.heard("thêm người")
    assert await people_of(village) == ["Lan", "Tám"]
    await husband.says("nối máy", code)
    husband.heard("chưa đúng")


async def test_a_code_is_worth_nothing_after_ten_minutes(village: Village, lan: Phone) -> None:
    code = await code_of(lan)
    village.clock.passes(minutes=10)
    other = village.phone("máy mới")
    await other.says("nối máy", code)
    other.heard("chưa đúng, hoặc đã quá mười phút")


async def test_a_code_works_once(village: Village, lan: Phone) -> None:
    code = await code_of(lan)
    await village.phone("máy mới").says("nối máy", code)
    third = village.phone("máy thứ ba")
    await third.says("nối máy", code)
    third.heard("chưa đúng")


async def test_five_wrong_tries_kill_a_code_wherever_they_are_typed(
    village: Village, lan: Phone
) -> None:
    code = await code_of(lan)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"
    for number in range(5):
        thief = village.phone(f"máy lạ {number}")
        await thief.says("nối máy", wrong)
        thief.heard("chưa đúng")
    other = village.phone("máy mới")
    await other.says("nối máy", code)
    other.heard("chưa đúng")


async def test_nobody_joins_by_a_forged_button(village: Village, lan: Phone) -> None:
    await code_of(lan)
    again = await village.elder("Mai")
    await again.taps_payload("go:link:sure")
    again.heard("chưa đúng")


async def test_what_counts_a_person_once_counts_the_two_once(village: Village) -> None:
    await village.elder("Lan")
    await village.elder("Mai", unit="làng thượng")
    rule, day = village.content.plan.skills, date(2026, 11, 20)
    async with village.store.begin() as tx:
        for id_, unit in ((1, "pt-go-vu"), (2, "pt-lang-thuong")):
            await learning.inform(tx, id_, "lesson", "ma_qr", unit, day)
            await learning.inform(tx, id_, "lesson", f"only_{id_}", unit, day)
            for skill in rule.required:
                await skills.reach(tx, id_, skill, "says", unit, day, rule.required)
        await skills.reach(tx, 2, rule.required[0], "confirmed", "pt-go-vu", day, rule.required)
    async with village.store.begin() as tx:
        for lesson in ("both", "later"):
            await learning.finish(tx, 2, lesson, 3, village.clock(), practised=False)
        await learning.keep_place(tx, 1, "both", 2, village.clock())
        await joining.join(tx, 2, 1, rule.required, rule.reported_at)
    await equal(village)
    async with village.store.read() as tx:
        people = await tx.fetch_one(
            "SELECT CAST(SUM(reported) AS BIGINT) AS reported FROM counts WHERE measure = $1",
            learning.AWARENESS,
        )
        progress = await learning.progress(tx, 1)
    assert people
    assert people["reported"] == 1000
    assert all(progress[lesson].finished for lesson in ("both", "later"))


async def test_a_survey_answer_beats_a_question_that_was_skipped(
    village: Village, lan: Phone
) -> None:
    again = await village.elder("Lan Nguyễn")
    leader = await village.staff("leader", "pt-go-vu")
    questions = ("Họp buổi nào tiện? Sáng, chiều", "Nhà bác có mấy người?")
    await leader.says("/khaosat", *questions, "xong", "tất cả mọi người", "gửi đi")
    await village.goes_out()
    await lan.says("trả lời ý kiến", "bỏ qua", "4")
    await again.says("trả lời ý kiến", "chiều", "bỏ qua")
    await again.says("nối máy", await code_of(lan), "1")
    async with village.store.read() as tx:
        assert await surveys.answers_of(tx, 1, 1) == {1: "2", 2: "4"}


async def test_what_waits_for_both_phones_goes_out_once_and_can_be_answered(
    village: Village, lan: Phone
) -> None:
    again = await village.elder("Lan Nguyễn")
    leader = await village.staff("leader", "pt-go-vu")
    for number in (1, 2):
        await leader.says("/thongbao", f"Mai họp lần {number} nhé", "1", "1")
        if number == 1:  # it has come to both, and none has read it
            await village.goes_out()
    await again.says("nối máy", await code_of(lan), "1")
    await village.goes_out()
    heard = [reply for phone in (lan, again) for reply in phone.replies]
    assert sum("họp lần 2" in reply.text for reply in heard) == 1
    for phone in (lan, again):
        first = next(one for one in phone.replies if "họp lần 1" in one.text)
        await phone.taps_payload(first.choices[0].payload)
        phone.heard("ghi là bác đã đọc rồi")


async def test_what_the_later_one_has_read_was_read(village: Village, lan: Phone) -> None:
    again = await village.elder("Lan Nguyễn")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", "Mai họp nhé", "1", "1")
    await village.goes_out()
    await again.taps("Tôi đọc rồi")
    await lan.says("nối máy", await code_of(again), "1")
    await leader.says("ai đã đọc")
    leader.heard("1 người bấm “Tôi đọc rồi”")


@pytest.mark.parametrize(
    ("later", "first", "left"),
    [
        ("waiting", "waiting", ["waiting"]),
        ("waiting", "sent", ["sent"]),
        ("sent", "waiting", ["sent"]),
        ("waiting", "failed", ["waiting"]),
        ("paused", "waiting", ["waiting"]),
        ("sent", "sent", ["sent", "sent"]),
    ],
)
async def test_of_two_that_are_the_same_the_one_that_came_further_stays(
    village: Village, lan: Phone, later: str, first: str, left: list[str]
) -> None:
    await village.elder("Mai")
    async with village.store.begin() as tx:
        for person_id, state in ((1, first), (2, later)):
            body, key = Reply(text="Họp").to_json(), f"question:7:2:{person_id}"
            row = ("phone", "lan", person_id, body, key)
            await outbox.put_many(tx, outbox.BULK, [row], village.clock())
            await tx.execute("UPDATE outbox SET state = $2 WHERE dedupe_key = $1", key, state)
        await joining.join(tx, 2, 1, (), "says")
        rows = await tx.fetch("SELECT dedupe_key, state FROM outbox WHERE body LIKE '%Họp%'")
    assert [row["state"] for row in rows] == left
    assert "question:7:2:1" in [row["dedupe_key"] for row in rows]


@pytest.mark.parametrize("key", ["follow:trees:2025-11:12:{}", "lesson:{}", "recall:{}:bao_mat:1"])
async def test_what_went_to_the_later_one_does_not_go_to_the_first(
    village: Village, lan: Phone, key: str
) -> None:
    await village.elder("Mai")
    async with village.store.begin() as tx:
        row = ("phone", "lan", 2, Reply(text="Họp").to_json(), key.format(2))
        await outbox.put_many(tx, outbox.BULK, [row], village.clock())
        await joining.join(tx, 2, 1, (), "says")
        [kept] = await tx.fetch("SELECT dedupe_key FROM outbox WHERE body LIKE '%Họp%'")
    assert kept["dedupe_key"] == key.format(1)


def test_every_table_where_a_person_has_a_thing_once_says_what_gives_way() -> None:
    """A new table whose key holds a person needs a rule for two people who are one."""
    once: set[str] = set()
    for _, path in migrations.steps():
        sql = path.read_text(encoding="utf-8")
        keys = re.findall(
            r"CREATE TABLE (\w+) \([^;]*?(?:PRIMARY KEY|UNIQUE) \([^)]*person_id", sql
        )
        keys += re.findall(r"CREATE TABLE (\w+) \([^;]*?person_id BIGINT PRIMARY KEY", sql)
        keys += re.findall(r"CREATE UNIQUE INDEX \w+ ON (\w+) \([^)]*person_id", sql)
        once |= set(keys) & set(migrations.tables())
    assert once == set(joining.GIVES_WAY)
