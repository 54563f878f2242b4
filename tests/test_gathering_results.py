"""What came of a gathering: entered once, as reports with a source of their own."""

from __future__ import annotations

from handlers.leaders.gatherings.listing import ask_for_results
from tests.talking import Phone, Village
from tests.test_attendance import at_the_gathering, aware
from tests.test_erasing import erases, everything
from tests.test_gatherings import invites
from tests.test_linking import equal


async def counted(village: Village) -> dict[tuple[str, str], tuple[int, int]]:
    """What is counted, by measure and source: reported and confirmed; and rightly so."""
    await equal(village)
    async with village.store.read() as tx:
        rows = await tx.fetch(
            "SELECT measure, source, CAST(SUM(reported) AS BIGINT) AS r,"
            " CAST(SUM(confirmed) AS BIGINT) AS c FROM counts GROUP BY measure, source"
        )
    return {
        (row["measure"], row["source"]): (int(row["r"]) // 1000, int(row["c"]) // 1000)
        for row in rows
        if row["r"]
    }


async def planting_day(village: Village) -> Phone:
    """The leader of Gò Vũ, whose planting day has begun."""
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader, "ngày hội trồng cây", "sáng mai 7h")
    village.clock.passes(days=1)
    return leader


async def test_people_and_trees_are_reports_of_their_own_source(
    village: Village, lan: Phone
) -> None:
    leader = await planting_day(village)
    await leader.says("buổi sắp tới", "ghi kết quả", "45 người", "120 cây keo")
    leader.heard("45 người dự, 120 (một trăm hai mươi) cây keo")
    await leader.says("đúng rồi")
    leader.heard("để riêng là số của buổi")
    assert await counted(village) == {
        ("gathering", "gathering"): (45, 0),
        ("trees", "gathering"): (120, 0),
    }
    await leader.taps_payload("go:gathering:1")
    leader.heard("Kết quả: 45 người dự, 120 cây keo.")


async def test_it_is_reviewed_like_others(village: Village, lan: Phone) -> None:
    leader = await planting_day(village)
    await leader.says("buổi sắp tới", "ghi kết quả", "45", "120 cây", "1")
    await leader.says("duyệt")
    leader.heard_nothing_of("120")
    officer = await village.staff("officer")
    await officer.says("duyệt")
    officer.heard("45 người dự", "trồng 120 cây")
    await officer.says("1")
    assert await counted(village) == {
        ("gathering", "gathering"): (45, 45),
        ("trees", "gathering"): (120, 120),
    }


async def test_it_stands_among_the_sources_of_the_tally(village: Village, lan: Phone) -> None:
    leader = await planting_day(village)
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("buổi sắp tới", "ghi kết quả", "45", "120 cây", "1")
    async with village.store.read() as tx:
        rows = await tx.fetch(
            "SELECT source, CAST(SUM(reported) AS BIGINT) AS r FROM counts"
            " WHERE measure = 'trees' GROUP BY source ORDER BY source"
        )
    found = {row["source"]: int(row["r"]) // 1000 for row in rows}
    assert found == {"gathering": 120, "self": 5}


async def test_what_people_told_of_that_day_is_shown_and_marked(
    village: Village, lan: Phone
) -> None:
    leader = await planting_day(village)
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("buổi sắp tới", "ghi kết quả", "45", "120 cây")
    leader.heard("bà con đã báo 5 cây rồi", "kẻo tính hai lần")
    await leader.says("sửa lại", "45", "115 cây", "1")
    officer = await village.staff("officer")
    await officer.says("duyệt")
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT doubts FROM reports WHERE activity = 'trees' ORDER BY id")
    assert [row["doubts"] for row in rows] == ["", "again"]


async def test_it_is_entered_once_and_anew_only_when_taken_back(
    village: Village, lan: Phone
) -> None:
    leader = await planting_day(village)
    admin = await village.staff("admin")
    await admin.taps_payload("go:result:1")
    await admin.says("50", "100 cây")
    await leader.says("buổi sắp tới", "ghi kết quả", "45", "không có", "1")
    await leader.repeats()
    await admin.says("1")
    admin.heard("đã ghi rồi")
    assert await counted(village) == {("gathering", "gathering"): (45, 0)}
    await leader.taps_payload("go:result:1")
    leader.heard("đã ghi rồi")
    await leader.says("xóa", "1")
    assert await counted(village) == {}
    await leader.taps_payload("go:result:1")
    await leader.says("46", "90 cây", "1")
    assert await counted(village) == {
        ("gathering", "gathering"): (46, 0),
        ("trees", "gathering"): (90, 0),
    }


async def test_those_who_were_ticked_are_at_least_counted(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village, "Mai")
    await leader.says("buổi sắp tới", "điểm danh", "hết", "ghi kết quả")
    assert leader.labels()[0] == "Đúng 2 người đã điểm danh"
    await leader.says("1 người")
    leader.heard("đã điểm danh 2 người")
    await leader.says("nhiều lắm")
    leader.heard("gõ số người")
    await leader.says("12", "1")
    leader.heard("vào sổ")
    assert (await counted(village))["gathering", "gathering"] == (12, 0)
    assert await aware(village) == 2


async def test_more_trees_than_so_many_plant_are_marked(village: Village, lan: Phone) -> None:
    leader = await planting_day(village)
    await leader.says("buổi sắp tới", "ghi kết quả", "2", "9000 cây", "1")
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT doubts FROM reports WHERE activity = 'trees'")
    assert [row["doubts"] for row in rows] == ["large"]


async def test_the_result_is_asked_for_once(village: Village, lan: Phone) -> None:
    leader = await planting_day(village)
    village.clock.passes(hours=2)
    await village.ticks()
    await village.ticks()
    asked = [one for one in leader.replies if "ghi số người đến" in one.text]
    assert len(asked) == 1
    await leader.taps("Ghi kết quả")
    leader.heard("Có bao nhiêu người dự")


async def test_before_it_began_there_is_no_result(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("ghi kết quả")
    leader.heard("Chưa có buổi nào họp xong")
    await invites(leader)
    await leader.taps_payload("go:result:1")
    leader.heard("Chưa có buổi nào họp xong")
    other = await village.staff("leader", "pt-dam-may")
    village.clock.passes(days=8)
    await other.taps_payload("go:result:1")
    other.heard("không còn trong sổ")


async def test_an_author_who_takes_everything_back_leaves_numbers_alone(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader, "họp nhà ông Đinh")
    village.clock.passes(days=8)
    await leader.taps_payload("go:result:1")
    await leader.says("12 cả ông Đinh", "1")
    await erases(leader)
    assert "ông Đinh" not in await everything(village.store)
    assert await counted(village) == {("gathering", "gathering"): (12, 0)}


async def test_who_wants_no_reminders_keeps_nobody_waiting(village: Village, lan: Phone) -> None:
    await village.elder("Mai", unit="làng thượng")
    first = await village.staff("leader", "pt-go-vu")
    other = await village.staff("leader", "pt-lang-thuong")
    await invites(first, "ngày hội trồng cây", "sáng mai 7h")
    await invites(other, "ngày hội trồng cây", "sáng mai 8h")
    await first.says("thôi nhắc")
    village.clock.passes(days=1, hours=4)
    async with village.store.begin() as tx:
        put = await ask_for_results(tx, village.core.library, village.clock(), 1)
    assert put == 1
