"""The one rule of reminders: one a day, at one's hour, rarely to the silent, never unwished."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from handlers.elders.reminders import hour_in
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.scene import Scene, local_day
from storage import claims, outbox, reminders
from tests.talking import VIETNAM, Phone, Village

NINE = datetime(2026, 11, 23, 9, 5, tzinfo=VIETNAM)


@pytest.fixture
async def lan(village: Village) -> Phone:
    """Bà Lan, on a Monday at nine."""
    phone = await village.elder()
    village.clock.now = NINE
    return phone


async def reminded(village: Village, name: str = "Lan") -> bool:
    """Whether a person is reminded now, of anything."""
    now = village.clock()
    async with village.store.begin() as tx:
        row = await tx.fetch_one("SELECT id FROM people WHERE name = $1", name)
        assert row
        key = f"test:{now.isoformat()}:{row['id']}"
        library = village.core.library
        return await remind(tx, library, now, row["id"], key, lambda _: Reply(text="Nhắc"))


async def days_reminded(village: Village, days: int) -> list[int]:
    """On which of the coming days a person is reminded who never answers."""
    found = []
    for day in range(days):
        if await reminded(village):
            found.append(day)
        village.clock.passes(days=1)
    return found


async def test_once_a_day(village: Village, lan: Phone) -> None:
    assert await reminded(village)
    village.clock.passes(hours=3)
    assert not await reminded(village)
    village.clock.passes(days=1)
    assert await reminded(village)


async def test_not_before_the_usual_hour(village: Village, lan: Phone) -> None:
    village.clock.now = NINE.replace(hour=8)
    assert not await reminded(village)


async def test_from_the_persons_own_hour_on(village: Village, lan: Phone) -> None:
    await lan.says("lời nhắc", "4 giờ chiều")
    lan.heard("từ 16 giờ")
    village.clock.now = NINE + timedelta(days=1)
    assert not await reminded(village)
    village.clock.passes(hours=7)
    assert await reminded(village)


async def test_not_in_the_middle_of_a_talk(village: Village, lan: Phone) -> None:
    await lan.says("học")
    assert not await reminded(village)
    village.clock.passes(hours=2)
    assert await reminded(village)


async def test_two_on_one_phone_on_two_days(village: Village, lan: Phone) -> None:
    await lan.says("thêm người", "1", "1", "Tám", "1", "1")
    village.clock.passes(days=1)
    assert [await reminded(village, name) for name in ("Lan", "Tám")] == [True, False]
    village.clock.passes(days=1)
    assert await reminded(village, "Tám")


async def test_more_seldom_to_who_never_answers(village: Village, lan: Phone) -> None:
    assert await days_reminded(village, 80) == [0, 1, 2, 16, 30, 44, 72]


async def test_a_word_begins_it_anew(village: Village, lan: Phone) -> None:
    assert await days_reminded(village, 10) == [0, 1, 2]
    await lan.says("cảm ơn")
    village.clock.passes(hours=2)
    assert await days_reminded(village, 5) == [0, 1, 2]


@pytest.mark.parametrize("said", ["Thôi nhắc", "thoi nhac", "đừng nhắc nữa"])
async def test_no_more_is_heeded_at_once_in_any_talk(
    village: Village, lan: Phone, said: str
) -> None:
    for talk in ("học", "/hoi", "hôm nay trồng 5 cây", "dữ liệu"):
        await lan.says("lời nhắc", "nhắc như thường", talk, said)
        lan.heard("thôi nhắc từ giờ")
        village.clock.passes(days=1)
        assert not await reminded(village)


async def test_no_more_takes_back_what_is_on_its_way(village: Village, lan: Phone) -> None:
    assert await reminded(village)
    await lan.says("thôi nhắc")
    tomorrow = village.clock() + timedelta(days=1)
    async with village.store.begin() as tx:
        assert not await claims.claim(tx, "phone", outbox.BULK, tomorrow, 9)


async def test_fewer_is_every_second_week(village: Village, lan: Phone) -> None:
    assert await reminded(village)
    await lan.says("nhắc ít hơn")
    lan.heard("hai tuần nhiều nhất một lần")
    village.clock.passes(days=1)
    assert await days_reminded(village, 40) == [13, 27]


async def test_as_usual_again(village: Village, lan: Phone) -> None:
    await lan.says("thôi nhắc", "lời nhắc", "nhắc như thường")
    village.clock.passes(days=1)
    assert await reminded(village)


async def test_my_data_shows_it(village: Village, lan: Phone) -> None:
    await lan.says("/dulieu")
    lan.heard("mỗi ngày nhiều nhất một lần, từ 9 giờ")
    await lan.says("thôi nhắc", "/dulieu")
    lan.heard("không nhắc bác nữa")


async def test_who_takes_everything_back_leaves_no_wish(village: Village, lan: Phone) -> None:
    await lan.says("nhắc ít hơn", "dữ liệu", "xóa hết của tôi", "1")
    async with village.store.read() as tx:
        assert await tx.fetch("SELECT * FROM reminding") == []


async def test_announcements_do_not_count(village: Village, lan: Phone) -> None:
    async with village.store.begin() as tx:
        await outbox.put(
            tx,
            channel="phone",
            address="lan",
            lane=outbox.BULK,
            body=Reply(text="Mai họp").to_json(),
            now=village.clock(),
        )
    assert await reminded(village)


async def test_who_joined_late_is_reminded_too(village: Village, lan: Phone) -> None:
    assert await reminded(village)
    village.clock.passes(hours=1)
    await village.elder("Mai")
    village.clock.passes(hours=2)
    assert await reminded(village, "Mai")


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("4 giờ chiều", 16),
        ("bốn giờ chiều", 16),
        ("8h sang", 8),
        ("15 giờ", 15),
        ("10 giờ đêm", 22),
        ("12 giờ", 12),
        ("sáng mai", None),
        ("99", None),
        ("7 hay 8 giờ", None),
    ],
)
async def test_an_hour_in_words(village: Village, typed: str, hour: int | None) -> None:
    scene = Scene(village.core.library, village.clock(), "", "", None)
    assert hour_in(scene, typed) == hour


@pytest.mark.parametrize("typed", ["10 giờ đêm", "5 giờ sáng", "20 giờ"])
async def test_at_night_nobody_is_reminded(village: Village, lan: Phone, typed: str) -> None:
    await lan.says("lời nhắc", typed)
    lan.heard("từ 7 giờ đến trước 20 giờ")
    async with village.store.read() as tx:
        assert await tx.fetch("SELECT * FROM reminding") == []


async def test_the_rule_in_sql_is_the_rule_for_one(village: Village, lan: Phone) -> None:
    at = moment(village.core.library, village.clock())
    assert (at.today, at.clock, at.usual) == (date(2026, 11, 23), "09:05", "09:00")
    assert local_day(at.now) == at.today
    async with village.store.read() as tx:
        rows = await tx.fetch(
            f"SELECT p.id FROM people p WHERE {reminders.allowed('p.id', 1)}", *at.args()
        )
    assert len(rows) == 1


class TestOccasions:
    @pytest.fixture
    def first_of_october(self, village: Village, lan: Phone) -> None:
        village.clock.now = datetime(2027, 10, 1, 9, 5, tzinfo=VIETNAM)

    @pytest.mark.usefixtures("first_of_october")
    async def test_everyone_hears_a_word_once(self, village: Village, lan: Phone) -> None:
        assert [await village.ticks() for _ in range(2)] == [1, 0]
        assert "Ngày Quốc tế Người cao tuổi" in lan.replies[-1].text
        await lan.says("1")
        lan.heard("chọn bài")

    @pytest.mark.usefixtures("first_of_october")
    async def test_who_joins_on_the_day_does_too(self, village: Village) -> None:
        await village.ticks()
        mai = await village.elder("Mai")
        village.clock.passes(hours=2)
        assert await village.ticks() == 1
        assert "Ngày Quốc tế Người cao tuổi" in mai.replies[-1].text

    @pytest.mark.usefixtures("first_of_october")
    async def test_who_wants_no_reminders_hears_none(self, village: Village, lan: Phone) -> None:
        await lan.says("thôi nhắc")
        village.clock.passes(hours=2)
        assert await village.ticks() == 0
