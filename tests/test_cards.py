"""Cards and posters: what is printed, and who gets in with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import segno

from bot import app, printing
from bot.settings import Settings
from storage import cards
from storage.cards import Sheet
from tests.talking import Phone, Village
from tests.test_members import GO_VU, add, ids


async def card_of(village: Village, name: str) -> str:
    """A new card for somebody; its token."""
    [id_] = await ids(village, name)
    token = printing.token()
    async with village.store.begin() as tx:
        await cards.add(tx, id_, token, village.clock())
    return token


async def test_a_card_lets_in_who_never_wrote_before(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader)
    phone = village.phone("máy ông Tám")
    await phone.says(f"/start {await card_of(village, 'Tô Văn Tám')}")
    phone.heard("chào ông Tô Văn Tám", "KHÔNG BAO GIỜ hỏi tiền", "dữ liệu của tôi")
    await phone.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("hội viên", "tam")
    leader.heard("Nhắn tin được qua điện thoại", "đã báo việc")


async def test_a_lost_card_is_worth_nothing(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", GO_VU)
    token = await card_of(village, "Lan")
    await leader.says("hội viên", "lan", "việc khác", "thẻ bị mất")
    leader.heard("thẻ cũ của bác Lan không dùng được nữa")
    thief = village.phone("máy lạ")
    await thief.says(f"/start {token}")
    thief.heard_nothing_of("Lan", token[:8])
    thief.heard("Thẻ này không còn dùng được", "xin trưởng chi hội thẻ mới")
    thief.heard("Chào bác! Cháu là máy trả lời tự động")
    await lan.says(f"/start {token}")
    lan.heard("Thẻ này không còn dùng được", "Dạ cháu đây")
    await leader.says("hội viên", "lan", "việc khác", "thẻ bị mất")
    leader.heard("không có thẻ nào")


async def test_a_card_of_who_took_everything_back_is_worth_nothing(
    village: Village, lan: Phone
) -> None:
    token = await card_of(village, "Lan")
    await lan.says("dữ liệu của tôi", "xóa hết của tôi", "1")
    await lan.says(f"/start {token}")
    lan.heard("Bác có đồng ý để cháu giữ")


async def test_two_cards_on_one_phone_are_two_people_there(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader)
    await lan.says(f"/start {await card_of(village, 'Tô Văn Tám')}")
    lan.heard("chào ông Tô Văn Tám")
    assert "Đổi sang bác Lan" in lan.labels()


async def test_the_phone_used_before_is_told_of_a_card_used(village: Village, lan: Phone) -> None:
    other = village.phone("máy mới")
    await other.says(f"/start {await card_of(village, 'Lan')}")
    other.heard("chào bác Lan")
    await village.ticks()
    assert any("có thêm một máy nối vào tên bác" in reply.text for reply in lan.replies)


async def test_a_leader_fetches_cards_for_an_hour_and_only_by_a_button(tmp_path: Path) -> None:
    settings = Settings(bot_web_port=0, bot_database_url=f"sqlite:///{tmp_path}/bot.db")
    village_now = app.now()
    async with app.serve(settings, lambda: village_now) as url:
        async with app.open_database(settings) as store, store.begin() as tx:
            row = await tx.fetch_one(
                "INSERT INTO people (name, form, unit, over60, registered_at) VALUES"
                " ('Lan', 'ba', 'pt-go-vu', 1, '2026') RETURNING id"
            )
            assert row
            sheet = Sheet(kind="cards", unit=GO_VU)
            await cards.ask_for(tx, "c" * 24, sheet, row["id"], village_now)
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{url}/sheets/{'c' * 24}") as page:
                assert "Mở để in" in await page.text()
            async with app.open_database(settings) as store, store.read() as tx:
                assert await tx.fetch("SELECT id FROM cards") == []
            async with browser.post(f"{url}/sheets/{'c' * 24}") as fetched:
                assert (await fetched.read()).startswith(b"%PDF")
            async with browser.get(f"{url}/sheets/{'d' * 24}") as page:
                assert "đã hết hạn" in await page.text()


async def test_the_link_in_the_chat_is_of_what_was_asked(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("in thẻ", "áp phích")
    found = re.search(r"/sheets/(\S+)", leader.text)
    assert found
    async with village.store.read() as tx:
        assert await cards.asked_for(tx, found[1], village.clock()) == Sheet(
            kind="poster", unit=GO_VU
        )
        village.clock.passes(hours=1)
        assert await cards.asked_for(tx, found[1], village.clock()) is None


WEB, ZALO = "https://chat.example.vn", "https://zalo.me/123456789"


@pytest.mark.parametrize(
    ("telegram", "zalo", "codes"),
    [
        ("", "", ["/?start=pt-go-vu"]),
        ("nct_bot", "", ["/?start=pt-go-vu", "https://t.me/nct_bot?start=pt-go-vu"]),
        ("nct_bot", ZALO, ["/?start=pt-go-vu", ZALO, "https://t.me/nct_bot?start=pt-go-vu"]),
    ],
)
async def test_a_poster_is_one_page_with_a_code_for_each_way_in(
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    telegram: str,
    zalo: str,
    codes: list[str],
) -> None:
    drawn: list[str] = []
    make = segno.make

    def noted(url: str, **how: Any) -> segno.QRCode:
        drawn.append(url.removeprefix(WEB))
        return make(url, **how)

    monkeypatch.setattr(segno, "make", noted)
    doors = printing.Doors(web=WEB, telegram=telegram, zalo=zalo)
    sheet = Sheet(kind="poster", unit=GO_VU)
    made = await printing.pdf(village.store, village.content, sheet, doors, village.clock())
    assert made
    assert made.count(b"/Type /Page\n") == 1
    assert drawn == codes


@pytest.mark.parametrize("first", [(), ("xin chào",)])
async def test_who_comes_from_a_poster_to_zalo_types_the_unit(
    village: Village, first: tuple[str, ...]
) -> None:
    """Before the bot says a word, and where it has asked already, as an Official Account does."""
    lan = village.phone("zalo")
    await lan.says(*first, "xom go vu")
    lan.heard("Bác có đồng ý")
    await lan.says("1", "bà", "Lan")
    lan.heard("ở Xóm Gò Vũ phải không")
    await lan.says("1", "1")
    lan.heard("rất vui được quen bà Lan, Xóm Gò Vũ")
