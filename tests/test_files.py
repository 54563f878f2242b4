"""The officer's Monday: three lines, a chart, and files that open, on every channel."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import docx
import openpyxl
import pytest

from bot.documents import documents_from
from content.loader import Content, load
from handlers.reports import files, forms, freezing, periods, shares
from handlers.talk.messages import Document, Reply
from storage.database import Store
from tests.talking import VIETNAM, Phone, Village

MONDAY = datetime(2026, 11, 23, 7, 31, tzinfo=VIETNAM)


async def written(village: Village, phone: Phone) -> bytes:
    """The file of the last message, as a channel would carry it."""
    [document] = [one.document for one in phone.latest if one.document]
    write = documents_from(village.store, village.content, village.clock)
    made = await write(document)
    assert made is not None
    return made


class TestInChat:
    async def test_what_matters_stands_in_three_lines(self, village: Village, lan: Phone) -> None:
        await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 1.240 cây", "1", "1")
        officer = await village.staff("officer")
        await officer.says("/tonghop")
        first = officer.latest[0]
        assert first.text == (
            "Tuần 47/2026: 0 cây đã duyệt, 1.240 cây đã báo (lũy kế 0/100.000 cây, 0%).\n"
            "Chưa có ai báo trong kỳ: Xóm Vai Cày.\n"
            "1 báo cáo của kỳ này chờ duyệt."
        )
        assert first.picture
        assert first.picture.name == "chart_targets"
        assert officer.images[-1].startswith(b"\x89PNG")
        assert officer.labels() == ["Lấy tệp", "Tuần trước", "Gửi tôi mỗi sáng thứ Hai"]

    async def test_a_workbook_and_a_report_come_as_files(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        officer = await village.staff("officer")
        await officer.says("/tonghop")
        await officer.taps("Lấy tệp")
        assert officer.labels() == ["Bảng Excel", "Báo cáo Word (dự thảo)", "Ảnh biểu đồ"]
        await officer.says("1")
        officer.heard("Bảng Excel tuần 47/2026 đây ạ")
        book = openpyxl.load_workbook(BytesIO(await written(village, officer)))
        trees = [row for row in book["Tổng hợp"].iter_rows(values_only=True) if row[3] == 100_000]
        assert trees[0][4] == 5
        await officer.taps("Lấy tệp")
        await officer.says("báo cáo word")
        officer.heard("Dự thảo báo cáo tuần 47/2026", "bác điền giúp".replace("bác", "anh"))
        assert docx.Document(BytesIO(await written(village, officer))).tables

    async def test_charts_come_as_pictures(self, village: Village, lan: Phone) -> None:
        officer = await village.staff("officer")
        await officer.says("/tonghop", "1", "3")
        assert [reply.picture.name for reply in officer.latest if reply.picture] == [
            "chart_targets", "chart_weeks", "chart_units",
        ]  # fmt: skip
        assert len(officer.images) == 4
        agency = await village.staff("officer", agency="pt_phong_vhxh")
        await agency.says("/tonghop", "1", "3")  # trees are no target of theirs
        assert [reply.picture.name for reply in agency.latest if reply.picture] == ["chart_targets"]

    async def test_a_file_holds_what_its_reader_may_see(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 5 cây", "1")
        await mai.says("hôm nay trồng 8 cây", "1")
        leader = await village.staff("leader", "bn-vai-cay")
        await leader.taps_payload("go:file:xlsx:2026-W47")
        book = openpyxl.load_workbook(BytesIO(await written(village, leader)))
        codes = [row[0] for row in book["Theo đơn vị"].iter_rows(min_row=6, values_only=True)]
        assert codes[0] == "bn-vai-cay"
        assert len(codes) == 2  # the unit, and the sum
        agency = await village.staff("officer", agency="pt_phong_vhxh")
        await agency.taps_payload("go:file:xlsx:2026-W47")
        book = openpyxl.load_workbook(BytesIO(await written(village, agency)))
        texts = [str(row[1]) for row in book["Tổng hợp"].iter_rows(values_only=True)]
        assert not any("cây xanh" in text for text in texts)
        assert any("kỹ năng số" in text for text in texts)

    async def test_a_file_of_a_part_says_whose_it_is(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        leader = await village.staff("leader", "bn-vai-cay")
        part = "Chỉ gồm phần của Xóm Vai Cày; mục tiêu là của cả xã Phú Thịnh."
        await leader.says("/tonghop")
        leader.heard(part)
        await leader.taps_payload("go:file:xlsx:2026-W47")
        book = openpyxl.load_workbook(BytesIO(await written(village, leader)))
        assert all(part in str(sheet["A3"].value) for sheet in book)
        await leader.taps_payload("go:file:docx:2026-W47")
        report = docx.Document(BytesIO(await written(village, leader)))
        assert any(part in one.text for one in report.paragraphs)
        assert "(Tuần 47/2026, Xóm Vai Cày)" in [one.text for one in report.paragraphs]
        officer = await village.staff("officer")
        await officer.taps_payload("go:file:docx:2026-W47")
        report = docx.Document(BytesIO(await written(village, officer)))
        assert not any("Chỉ gồm phần" in one.text for one in report.paragraphs)

    async def test_what_does_not_exist_is_not_made(self, village: Village, lan: Phone) -> None:
        officer = await village.staff("officer")
        for payload in ("go:file:exe:2026-W47", "go:file:xlsx:2026-W99", "go:charts:x"):
            await officer.taps_payload(payload)
            officer.heard("chưa hiểu")
        await lan.taps_payload("go:file:xlsx:2026-W47")
        lan.heard("dành cho cán bộ")

    async def test_a_message_keeps_its_file_in_the_outbox(self) -> None:
        document = Document(name="Tong-hop-2026.xlsx", values={"period": "2026", "units": None})
        reply = Reply(text="Đây ạ", document=document)
        assert Reply.from_json(reply.to_json()) == reply

    async def test_a_file_that_cannot_be_made_leaves_its_words(self, village: Village) -> None:
        write = documents_from(village.store, village.content, village.clock)
        assert await write(Document(name="x.xlsx", values={"period": "never"})) is None


class TestMonday:
    async def test_it_comes_by_itself_to_who_chose_it(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        officer = await village.staff("officer")
        other = await village.staff("officer", "pt-go-vu")
        await officer.says("/tonghop")
        await officer.taps("Gửi tôi mỗi sáng thứ Hai")
        officer.heard("7 giờ 30 sáng thứ Hai")
        heard = len(other.replies)
        village.clock.now = MONDAY.replace(minute=20)
        assert await village.ticks() == 0
        village.clock.now = MONDAY
        assert await village.ticks() == 1
        assert await village.ticks() == 0
        told = officer.replies[-1]
        assert told.text.startswith("Tuần 47/2026: 0 cây đã duyệt, 5 cây đã báo")
        assert told.picture
        assert officer.labels() == ["Bảng Excel", "Báo cáo Word (dự thảo)", "Ảnh biểu đồ"]
        assert len(other.replies) == heard
        await officer.says("1")
        officer.heard("Bảng Excel tuần 47/2026")
        village.clock.now = MONDAY.replace(day=30)
        assert await village.ticks() == 1
        assert officer.replies[-1].text.startswith("Tuần 48/2026")

    async def test_it_can_be_left_again(self, village: Village, lan: Phone) -> None:
        officer = await village.staff("officer")
        await officer.says("gửi mỗi sáng thứ Hai")
        await officer.taps("Thôi, không cần gửi")
        officer.heard("thôi gửi sáng thứ Hai")
        village.clock.now = MONDAY
        assert await village.ticks() == 0

    async def test_whose_right_is_gone_is_not_sent_it(self, village: Village, lan: Phone) -> None:
        officer = await village.staff("officer")
        await officer.says("gửi mỗi sáng thứ Hai")
        async with village.store.begin() as tx:
            await tx.execute("DELETE FROM grants")
        village.clock.now = MONDAY
        assert await village.ticks() == 0

    async def test_whose_agency_has_no_target_is_told_so(self, village: Village) -> None:
        nobody = await village.staff("officer", agency="pt_mttq")
        await nobody.says("gửi mỗi sáng thứ Hai")
        nobody.heard("chưa giao chỉ tiêu nào")
        officer = await village.staff("officer", agency="pt_phong_vhxh")
        await officer.says("gửi mỗi sáng thứ Hai")
        async with village.store.begin() as tx:  # the plan gave its targets to others since
            await tx.execute("UPDATE grants SET agency = 'pt_mttq'")
        village.clock.now = MONDAY
        assert await village.ticks() == 0

    async def test_who_erases_is_not_sent_it(self, village: Village) -> None:
        officer = await village.staff("officer")
        await officer.says("gửi mỗi sáng thứ Hai", "dữ liệu", "3", "1")
        async with village.store.read() as tx:
            assert not await tx.fetch("SELECT person_id FROM mondays")

    async def test_it_is_for_officers(self, village: Village, lan: Phone) -> None:
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("gửi mỗi sáng thứ Hai")
        leader.heard("dành cho cán bộ")


def closing_on_the_14th() -> Content:
    """Phú Thịnh, whose months would end on the 14th."""
    content = load("phu_thinh")
    return replace(content, plan=content.plan.model_copy(update={"months_close_on": 14}))


class TestCutOff:
    @pytest.mark.parametrize(
        ("key", "start", "end"),
        [
            ("2026-11", "2026-10-15", "2026-11-14"),
            ("2026-01", "2025-12-15", "2026-01-14"),
            ("2026-Q1", "2025-12-15", "2026-03-14"),
            ("2026-H1", "2025-12-15", "2026-06-14"),
            ("2026-H2", "2026-06-15", "2026-12-14"),
            ("2026", "2025-12-15", "2026-12-14"),
            ("all", "2025-12-15", "2035-12-14"),
            ("2026-W47", "2026-11-16", "2026-11-22"),
        ],
    )
    def test_months_close_on_the_day_of_the_program(self, key: str, start: str, end: str) -> None:
        plan = load("phu_thinh").plan.model_copy(update={"months_close_on": 14})
        period = periods.parse(key, plan)
        assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
        assert periods.holding(key, period.start, plan) == period
        assert periods.holding(key, period.end, plan) == period
        if key != "all":
            before = periods.before(period, plan)
            assert before
            assert (period.start - before.end).days == 1

    async def test_the_year_is_counted_from_cut_off_to_cut_off(self, store: Store) -> None:
        content = closing_on_the_14th()
        village = Village(store, content)
        lan = await village.elder()
        village.clock.passes(days=24)  # 15 December
        await lan.says("hôm nay trồng 7 cây", "1", "hôm qua trồng 30 cây", "1")
        async with store.read() as tx:
            found: dict[str, tuple[int, int]] = {}
            for key in ("2026", "2027", "2026-12", "2027-01"):
                tally = await freezing.shown(
                    tx,
                    content,
                    periods.parse(key, content.plan),
                    units=None,
                    agencies=None,
                    now=village.clock(),
                    today=village.clock().astimezone(VIETNAM).date(),
                )
                row = next(one for one in tally.rows if one.target.id == "PT-I-3a")
                found[key] = (int(row.in_period.reported), int(row.cumulative.reported))
        assert found == {
            "2026": (30, 30), "2027": (7, 7), "2026-12": (30, 30), "2027-01": (7, 7)
        }  # fmt: skip

    async def test_a_unit_has_its_share_of_the_same_year(self, store: Store) -> None:
        content = closing_on_the_14th()
        village = Village(store, content)
        lan = await village.elder()
        village.clock.passes(days=24)  # 15 December
        await lan.says("hôm nay trồng 7 cây", "1", "hôm kia trồng 30 cây", "1")
        async with store.read() as tx:
            share = await shares.of_unit(tx, content, "pt-go-vu", date(2026, 12, 15))
            assert share
            assert share.reported == 7
            old = await shares.of_unit(tx, content, "pt-go-vu", date(2026, 12, 14))
            assert old
            assert old.reported == 30

    async def test_weeks_add_up_to_the_year_of_the_program(self, store: Store) -> None:
        content = closing_on_the_14th()
        village = Village(store, content)
        lan = await village.elder()
        village.clock.passes(days=24)  # 15 December
        await lan.says("hôm nay trồng 7 cây", "1", "hôm kia trồng 30 cây", "1")
        village.clock.passes(days=20)
        found = {}
        async with store.read() as tx:
            for key in ("2026-W50", "2026-W51", "2027-W01"):
                tally = await freezing.shown(
                    tx,
                    content,
                    periods.parse(key, content.plan),
                    units=None,
                    agencies=None,
                    now=village.clock(),
                    today=village.clock().astimezone(VIETNAM).date(),
                )
                row = json.loads(forms.as_json(tally, content))["rows"][2]
                found[key] = (row["reported"], row["cumulative_reported"], row["deadline"])
        assert found == {
            "2026-W50": (30, 30, "2026-12-14"),
            "2026-W51": (7, 7, "2027-12-14"),
            "2027-W01": (0, 7, "2027-12-14"),
        }


async def test_a_frozen_period_comes_out_byte_for_byte(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây", "1")
    officer = await village.staff("officer")
    village.clock.passes(days=2)
    await officer.says("/chot 2026-W47", "1")
    made = []
    for told in ("ngày 20/11 trồng 9 cây mỡ", "ngày 20/11 trồng 2 cây mít"):
        for form in ("xlsx", "docx"):
            await officer.taps_payload(f"go:file:{form}:2026-W47")
            made.append(await written(village, officer))
        await lan.says(told, "1")
        village.clock.passes(minutes=3)
        await asyncio.sleep(2.1)  # a zip knows two seconds as one
    assert made[:2] == made[2:]


async def test_a_frozen_period_goes_into_every_form(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây", "1")
    officer = await village.staff("officer")
    village.clock.passes(days=2)
    await officer.says("/chot 2026-W47", "1")
    await lan.says("ngày 20/11 trồng 9 cây mỡ", "1")
    content = village.content
    async with village.store.read() as tx:
        tally = await freezing.shown(
            tx,
            content,
            periods.parse("2026-W47", content.plan),
            units=None,
            agencies=None,
            now=village.clock(),
            today=village.clock().date(),
        )
    made = {form: files.make(form, tally, content) for form in files.FORMS}
    assert "đã chốt ngày 23/11/2026, bản 1" in made["text"].decode()
    assert ",trees,100000,5,0" in made["csv"].decode("utf-8-sig")
    assert forms.as_json(tally, content) in made["json"].decode()
    book = openpyxl.load_workbook(BytesIO(made["xlsx"]))
    assert "đã chốt ngày 23/11/2026, bản 1" in str(book["Tổng hợp"]["A3"].value)
    report = docx.Document(BytesIO(made["docx"]))
    assert "đã chốt" in "\n".join(line.text for line in report.paragraphs)
