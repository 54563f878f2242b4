"""Who takes everything back is found nowhere afterwards, and nobody else loses anything."""

from __future__ import annotations

from handlers.talk.state import Talk
from storage.database import Store
from tests.talking import Phone, Village

ERASES = ("dữ liệu", "xóa hết của tôi", "1")
NUMBER = "0912345678"
SECRETS = ("Hiền", NUMBER)


async def everything(store: Store) -> str:
    """All text in all columns of all tables."""
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if store.dialect == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    )
    async with store.read() as tx:
        names = [row["name"] for row in await tx.fetch(tables)]
        rows = [row for name in names for row in await tx.fetch(f"SELECT * FROM {name}")]
    return "\n".join(str(value) for row in map(dict, rows) for value in row.values())


async def is_nowhere(village: Village) -> None:
    kept = await everything(village.store)
    for secret in SECRETS:
        assert secret not in kept, next(line for line in kept.splitlines() if secret in line)


async def erases(phone: Phone) -> None:
    await phone.says(*ERASES)
    phone.heard("đã xóa hết")


async def frames(village: Village, address: str) -> list[str]:
    """The flows that someone is in the middle of."""
    async with village.store.read() as tx:
        row = await tx.fetch_one("SELECT talk FROM addresses WHERE address = $1", address)
    assert row
    talk = Talk.from_json(row["talk"], village.clock())
    return [frame.flow for frame in ([talk.at] if talk.at else []) + talk.held]


async def test_an_elder_whom_a_leader_refused(village: Village) -> None:
    hien = await village.elder("Hiền")
    await hien.says(f"hôm nay trồng 5 cây keo, gọi {NUMBER} nhé", "1")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("duyệt", "2", "2", f"bà Hiền số {NUMBER} báo nhầm")
    await village.goes_out()
    assert NUMBER in hien.replies[-1].text
    await erases(hien)
    await is_nowhere(village)
    assert await hien.trees() == (0, 0)


async def test_an_elder_in_the_middle_of_a_leaders_work(village: Village) -> None:
    hien, mai = await village.elder("Hiền"), await village.elder("Mai")
    await hien.says(f"hôm nay trồng 5 cây keo, gọi {NUMBER} nhé", "1")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("báo hộ", "Hiền 3 cây\nMai 4 cây", "hôm nay")
    leader.heard("Hiền", "Mai")
    await leader.says("/duyet")
    leader.heard("Hiền")
    await erases(hien)
    await is_nowhere(village)
    assert await frames(village, leader.address) == ["proxy"]
    await leader.says("menu", "1")
    leader.heard("Mai")
    await leader.says("1")
    assert await mai.trees() == (5 + 4, 0)


async def test_an_elder_in_a_line_that_was_torn(village: Village) -> None:
    hien = await village.elder("Hiền")
    leader = await village.staff("leader", "pt-go-vu")
    lines = "\n".join(f"{letter * 60} 3 cây" for letter in "abcdeghiklmn" * 5)
    await leader.says("báo hộ", f"{lines}\nHiền 5")
    await erases(hien)
    await is_nowhere(village)


async def test_only_who_may_read_the_name_is_touched(village: Village) -> None:
    hien = await village.elder("Hiền")
    far = await village.staff("leader", "pt-lang")
    await far.says("báo hộ", "Hiền xóm khác 3 cây", "hôm nay")
    in_the_middle = await frames(village, far.address)
    async with village.store.read() as tx:
        sent = "SELECT COUNT(*) AS count FROM outbox WHERE body <> '' AND address <> 'hiền'"
        [had] = await tx.fetch(sent)
    await erases(hien)
    async with village.store.read() as tx:
        assert [dict(row) for row in await tx.fetch(sent)] == [dict(had)]
    assert await frames(village, far.address) == in_the_middle


async def test_a_leader_takes_along_what_she_typed(village: Village) -> None:
    lan = await village.elder()
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("dữ liệu", "đổi tên", "Hiền")
    await leader.says("báo hộ", "Ca chi hoi 30 cây keo của Hiền", "hôm nay", "1")
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("duyệt", "2", "2", f"gọi Hiền {NUMBER} nói lại", "trang chính")
    await village.goes_out()
    assert NUMBER in lan.replies[-1].text
    await erases(leader)
    await is_nowhere(village)


async def test_what_is_emptied_is_not_said_again(village: Village) -> None:
    hien = await village.elder("Hiền")
    await hien.says("hôm nay trồng 5 cây keo", "1")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("duyệt")
    shown = leader.last_event
    await erases(hien)
    leader.last_event = shown
    await leader.repeats()
    assert leader.latest == []


async def test_an_author_of_everything_there_is(village: Village) -> None:
    """What was seen, is being answered or waits elsewhere goes with who typed it."""
    lan = await village.elder()
    leader = await village.staff("leader", "pt-go-vu")
    secret = f"gọi Hiền {NUMBER}"
    await leader.says("/khaosat", f"Ai {secret} chưa ạ?", "xong", "1", "gửi đi")
    await village.goes_out()
    await lan.says("1")
    lan.heard(NUMBER)
    await leader.says("/buoi", "họp chi hội", "sáng mai 7 giờ", secret)
    await leader.says("1", "1")
    await village.goes_out()
    await lan.says("menu", "buổi sắp tới")
    lan.heard(NUMBER)
    await lan.says("tôi đi", "menu", "trả lời ý kiến")
    lan.heard(NUMBER)
    await leader.says("/thongbao", secret, "1", "1")
    await leader.says("/thongbao", f"{secret} nữa", "1", "sáng mai 7 giờ", "1")
    await village.goes_out()
    await leader.says("báo cáo bài", "menu")
    await erases(leader)
    await is_nowhere(village)
    await lan.says("rồi ạ")
    assert lan.latest


async def test_an_answer_in_words_that_was_shown(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    elders = [await village.elder(name) for name in ("Lan", "Mai", "Tám", "Hoa", "Cúc")]
    await leader.says("/khaosat", "Bác góp ý gì ạ?", "xong", "1", "gửi đi")
    await village.goes_out()
    for elder in elders:
        await elder.says("1", f"gọi {NUMBER}" if elder is elders[0] else "đường tối")
    await leader.says("kết quả khảo sát", "1")
    leader.heard(NUMBER)
    await erases(elders[0])
    assert NUMBER not in await everything(village.store)
