"""The registers of models and jobs, as leaders and officers meet them in the chat."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from content.loader import ROOT, load
from content.problems import ContentError
from storage import counts, registers
from storage.database import Store, Tx
from tests.talking import Phone, Village

LONG = "dài " * 500


@pytest.fixture
async def leader(village: Village) -> Phone:
    """The leader of xóm Gò Vũ."""
    return await village.staff("leader", "pt-go-vu")


@pytest.fixture
async def officer(village: Village) -> Phone:
    """An officer of the agency that leads the models' targets, and the whole plan."""
    return await village.staff("officer", agency="pt_phong_kinh_te")


async def another(village: Village, role: str, name: str) -> Phone:
    """One more person with a role over the whole program."""
    phone = village.phone(name)
    await phone.says(f"/start {await village.invite(role)}", "1", "1", "Hoa")
    return phone


async def propose(leader: Phone, name: str, kind: str = "phân loại rác", **told: str) -> None:
    """Answer every question with what was told, else with the first choice; then confirm."""
    unit, since, people = (told.get(key, "1") for key in ("unit", "since", "people"))
    await leader.says("đề xuất", kind, name, unit, since, people, "1")


async def standing(village: Village) -> dict[str, tuple[int, int]]:
    """What all days add up to, by register: reported and confirmed."""
    async with village.store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []
        rows = await tx.fetch(
            "SELECT measure, SUM(reported) AS r, SUM(confirmed) AS c FROM counts "
            "WHERE source = 'register' GROUP BY measure"
        )
    return {row["measure"]: (int(row["r"]) // 1000, int(row["c"]) // 1000) for row in rows}


class TestProposing:
    async def test_asks_one_thing_at_a_time_and_keeps_it_once_confirmed(
        self, village: Village, leader: Phone
    ) -> None:
        await leader.says("/somohinh")
        leader.heard("chưa có mục nào")
        await leader.taps("Đề xuất mục mới")
        await leader.taps("Mô hình phân loại rác")
        leader.heard("Mô hình tên là gì ạ?")
        await leader.says("Tổ phụ nữ phân loại rác")
        leader.heard("Ở xóm nào ạ?")
        await leader.taps("Xóm Gò Vũ")
        leader.heard("từ ngày nào ạ?")
        await leader.says("1/3/2026")
        leader.heard("mấy người")
        await leader.says("mười hai người")
        leader.heard(
            "Mô hình phân loại rác “Tổ phụ nữ phân loại rác”, Xóm Gò Vũ, từ 1/3/2026, "
            "12 (mười hai) người. Đúng chưa ạ?"
        )
        assert await standing(village) == {}
        await leader.taps("Đúng rồi")
        leader.heard("ghi đề xuất rồi ạ", "Phòng Kinh tế xã sẽ xem")
        assert await standing(village) == {"waste_models": (1, 0)}
        await leader.taps("Xem sổ")
        leader.heard("“Tổ phụ nữ phân loại rác”", "chờ duyệt")

    async def test_shows_three_choices_at_most(self, leader: Phone) -> None:
        await leader.says("đề xuất")
        assert leader.labels() == [
            "Mô hình phân loại rác", "Mô hình hữu cơ, tuần hoàn", "Xem thêm", "Quay lại"
        ]  # fmt: skip
        await leader.taps("Xem thêm")
        assert leader.labels() == [
            "Việc làm cho người cao tuổi", "Mô hình khởi nghiệp", "Mô hình chuyển đổi số",
            "Quay lại",
        ]  # fmt: skip
        await leader.says("0")
        assert "Mô hình phân loại rác" in leader.labels()

    async def test_keeps_the_place_in_words_and_the_words(
        self, village: Village, leader: Phone
    ) -> None:
        await propose(leader, "Xóm sạch", unit="nhà văn hóa xóm Gò Vũ", people="5 nguoi")
        async with village.store.read() as tx:
            kept = await tx.fetch_one("SELECT * FROM register_entries")
        assert kept
        assert (kept["unit"], kept["place"]) == ("pt-go-vu", "nhà văn hóa xóm Gò Vũ")
        assert kept["words"].split("\n") == ["Xóm sạch", "nhà văn hóa xóm Gò Vũ", "5 nguoi"]

    @pytest.mark.parametrize(
        ("answers", "wrong", "told"),
        [
            ([], "123", "gõ tên bằng chữ"),
            ([], LONG, "Tên dài quá"),
            (["Xóm sạch"], "vai cày", "Xóm Vai Cày không thuộc nơi bác phụ trách"),
            (["Xóm sạch"], "ở đâu đó", "chưa rõ là nơi nào"),
            (["Xóm sạch"], f"Gò Vũ {LONG}", "chưa rõ là nơi nào"),
            (["Xóm sạch", "1"], "25/12/2026", "ngày ấy chưa tới"),
            (["Xóm sạch", "1"], "ngày mai", "ngày ấy chưa tới"),
            (["Xóm sạch", "1"], "hồi ấy", "chưa rõ ngày"),
            (["Xóm sạch", "1", "1"], "0 người", "ít nhất một người"),
            (["Xóm sạch", "1", "1"], "100000", "nhiều nhất 2.000 người"),
            (["Xóm sạch", "1", "1"], "đông lắm", "gõ một số người"),
            (["Xóm sạch", "1", "1"], "5 đến 7", "gõ một số người"),
        ],
    )
    async def test_says_kindly_what_is_wrong_and_loses_nothing(
        self, village: Village, leader: Phone, answers: list[str], wrong: str, told: str
    ) -> None:
        await leader.says("đề xuất", "phân loại rác", *answers, wrong)
        leader.heard(told)
        left = ["Xóm sạch", "1", "1", "5"][len(answers) :]
        await leader.says(*left)
        leader.heard("“Xóm sạch”, Xóm Gò Vũ, từ 21/11/2026, 5 (năm) người")
        await leader.says("1")
        assert await standing(village) == {"waste_models": (1, 0)}

    async def test_anything_can_be_corrected_before_it_is_kept(self, leader: Phone) -> None:
        await leader.says("đề xuất", "phân loại rác", "Xóm sạch", "1", "1", "5")
        await leader.taps("Cần sửa lại")
        await leader.taps("Xem thêm")
        await leader.taps("Số người")
        await leader.says("7")
        leader.heard("“Xóm sạch”", "7 (bảy) người")
        await leader.says("2", "1", "Xóm đẹp")
        leader.heard("“Xóm đẹp”", "7 (bảy) người")

    async def test_the_same_entry_is_kept_once(self, village: Village, leader: Phone) -> None:
        await propose(leader, "Xóm sạch")
        await propose(leader, "xóm sạch")
        leader.heard("đã có mục này rồi")
        assert await standing(village) == {"waste_models": (1, 0)}

    async def test_the_same_entry_from_two_leaders_at_once_is_kept_once(
        self, village: Village, leader: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entries = registers.entries

        async def slowly(tx: Tx, states: Collection[str]) -> list[registers.Entry]:
            found = await entries(tx, states)
            await asyncio.sleep(0.05)
            return found

        monkeypatch.setattr(registers, "entries", slowly)
        second = village.phone("hoa")
        invite = await village.invite("leader", "pt-go-vu")
        await second.says(f"/start {invite}", "1", "1", "Hoa", "1")
        for one in (leader, second):
            await one.says("đề xuất", "phân loại rác", "Xóm sạch", "1", "1", "1")
        await asyncio.gather(leader.says("1"), second.says("1"))
        assert await standing(village) == {"waste_models": (1, 0)}

    async def test_a_leader_of_several_units_types_which(self, village: Village) -> None:
        leader = await village.staff("leader")
        await leader.says("đề xuất", "phân loại rác", "Xóm sạch", "phố")
        leader.heard("nhiều nơi tên gần giống", "Xóm Phố")
        await leader.says("vai cay", "1", "5")
        leader.heard("Xóm Vai Cày")

    async def test_going_elsewhere_keeps_the_place(self, leader: Phone) -> None:
        await leader.says("đề xuất", "phân loại rác", "Xóm sạch", "/toi")
        await leader.taps("Làm tiếp: đề xuất vào sổ")
        leader.heard("Ở xóm nào ạ?")

    async def test_is_for_leaders_only(self, village: Village, lan: Phone) -> None:
        await lan.says("/somohinh")
        lan.heard("dành cho cán bộ hoặc trưởng chi hội")
        await lan.says("đề xuất")
        lan.heard("dành cho cán bộ hoặc trưởng chi hội")

    async def test_leaders_see_their_own_units_only(self, village: Village, leader: Phone) -> None:
        await propose(leader, "Xóm sạch")
        other = await village.staff("leader", "bn-vai-cay")
        await other.says("/somohinh")
        other.heard("chưa có mục nào")


class TestDeciding:
    async def test_an_approval_counts_and_reaches_the_proposer(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        await propose(leader, "Xóm sạch")
        await officer.says("/somohinh")
        officer.heard("“Xóm sạch”", "chờ duyệt")
        await officer.taps("Duyệt 1 mục chờ")
        await officer.taps("Duyệt")
        officer.heard("Đã duyệt vào sổ", "Không còn mục nào chờ")
        assert await standing(village) == {"waste_models": (1, 1)}
        await village.goes_out()
        assert leader.replies[-1].text.startswith("Tin vui ạ: Mô hình phân loại rác “Xóm sạch”")

    async def test_a_refusal_tells_the_reason_word_for_word(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        reason = "Chưa có người phụ trách, bác bổ sung giúp {em} nhé"
        await propose(leader, "Xóm sạch")
        await officer.says("duyệt mô hình", "2", "...", LONG)
        officer.heard("Lý do dài quá")
        await officer.says(reason)
        officer.heard(f"“{reason}”")
        await officer.taps("Gửi đi")
        assert await standing(village) == {"waste_models": (0, 0)}
        await village.goes_out()
        assert f"Lý do: “{reason}”" in leader.replies[-1].text
        assert "cảm ơn bác" in leader.replies[-1].text
        await leader.says("/somohinh")
        leader.heard("chưa duyệt, lý do: " + reason)

    async def test_put_off_entries_wait_for_another_time(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        await propose(leader, "Xóm sạch")
        await propose(leader, "Xóm xanh")
        await officer.says("duyệt mô hình")
        await officer.taps("Để sau")
        officer.heard("“Xóm xanh”")
        await officer.taps("Duyệt")
        officer.heard("còn 1 mục chờ duyệt")
        assert await standing(village) == {"waste_models": (2, 1)}
        await officer.says("duyệt mô hình")
        officer.heard("“Xóm sạch”")

    async def test_what_another_has_decided_meanwhile_is_left_as_it_is(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        second = await another(village, "officer", "hoa")
        await propose(leader, "Xóm sạch")
        await officer.says("duyệt mô hình")
        await second.says("duyệt mô hình", "2", "chưa đủ", "1")
        await officer.taps("Duyệt")
        officer.heard("vừa có người khác xử lý", "Không còn mục nào chờ")
        assert await standing(village) == {"waste_models": (0, 0)}

    async def test_two_officers_at_the_same_moment_count_once(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        second = await another(village, "officer", "hoa")
        await propose(leader, "Xóm sạch")
        for phone in (officer, second):
            await phone.says("duyệt mô hình")
        await asyncio.gather(officer.says("1"), second.says("1"))
        answers = sorted("Đã duyệt" in phone.text for phone in (officer, second))
        assert answers == [False, True]
        assert await standing(village) == {"waste_models": (1, 1)}

    async def test_nobody_decides_on_their_own_proposal(self, village: Village) -> None:
        admin = await village.staff("admin", "pt-go-vu")
        await propose(admin, "Xóm sạch")
        await admin.says("duyệt mô hình")
        admin.heard("Không còn mục nào chờ")
        await admin.says("/somohinh")
        admin.heard("“Xóm sạch”", "chờ duyệt")
        assert "Duyệt 1 mục chờ" not in admin.labels()

    async def test_who_lost_the_right_decides_nothing(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        await propose(leader, "Xóm sạch")
        await officer.says("duyệt mô hình")
        async with village.store.begin() as tx:
            await tx.execute("UPDATE grants SET agency = 'pt_mttq' WHERE role = 'officer'")
        await officer.says("1")
        assert await standing(village) == {"waste_models": (1, 0)}

    async def test_nobody_writes_to_who_has_left(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        await propose(leader, "Xóm sạch")
        await leader.says("dữ liệu", "3", "1")
        await officer.says("duyệt mô hình", "1")
        officer.heard("Đã duyệt vào sổ")
        async with village.store.read() as tx:
            assert await tx.fetch("SELECT 1 FROM outbox WHERE dedupe_key LIKE 'register:%'") == []


class TestAgencies:
    @pytest.mark.parametrize(
        ("agency", "kind", "approves", "sees"),
        [
            ("pt_hoi_nct", "việc làm", True, True),
            ("pt_hoi_nct", "phân loại rác", False, True),
            ("pt_phong_vhxh", "việc làm", False, True),
            ("pt_phong_vhxh", "phân loại rác", False, False),
            ("pt_phong_vhxh", "khởi nghiệp", True, True),
            ("pt_hoi_nct", "khởi nghiệp", False, True),
            ("pt_phong_kinh_te", "việc làm", True, True),
            ("pt_mttq", "hữu cơ", False, False),
            (None, "việc làm", True, True),
        ],
    )
    async def test_the_lead_approves_and_who_coordinates_sees(
        self,
        sqlite_store: Store,
        agency: str | None,
        kind: str,
        approves: bool,  # noqa: FBT001 - a column of the table above
        sees: bool,  # noqa: FBT001 - a column of the table above
    ) -> None:
        village = Village(sqlite_store, load("phu_thinh"))
        await propose(await village.staff("leader", "pt-go-vu"), "Xóm sạch", kind)
        officer = await village.staff("officer", agency=agency)
        await officer.says("/somohinh")
        assert ("“Xóm sạch”" in officer.text) == sees
        assert ("Duyệt 1 mục chờ" in officer.labels()) == approves
        await officer.says("duyệt mô hình")
        assert ("“Xóm sạch”" in officer.text) == approves

    async def test_in_the_province_too(self, sqlite_store: Store) -> None:
        village = Village(sqlite_store, load("lai_chau"))
        await propose(await village.staff("leader", "03390"), "Bản sạch")
        association = await village.staff("officer", agency="lc_hoi_nct")
        await association.says("duyệt mô hình")
        association.heard("Không còn mục nào chờ")
        department = await village.staff("officer", agency="lc_so_nnmt")
        await department.says("duyệt mô hình", "1")
        assert await standing(village) == {"waste_models": (1, 1)}

    async def test_an_officer_of_one_unit_decides_there_only(self, village: Village) -> None:
        await propose(await village.staff("leader", "pt-go-vu"), "Xóm sạch")
        officer = await village.staff("officer", "bn-vai-cay", "pt_phong_kinh_te")
        await officer.says("duyệt mô hình")
        officer.heard("Không còn mục nào chờ")


class TestStanding:
    @pytest.fixture
    async def approved(self, leader: Phone, officer: Phone) -> Phone:
        """The officer, once a model that works since 1/11 is approved."""
        await propose(leader, "Xóm sạch", since="1/11/2026")
        await officer.says("duyệt mô hình", "1")
        return officer

    async def test_a_model_is_paused_resumed_and_ended(
        self, village: Village, leader: Phone, approved: Phone
    ) -> None:
        await approved.says("/somohinh")
        await approved.taps("Tạm dừng, kết thúc")
        await approved.taps("Xóm sạch")
        await approved.taps("Tạm dừng")
        await approved.taps("Hôm qua")
        approved.heard("tạm dừng từ 20/11/2026")
        await approved.taps("Đúng rồi")
        assert await standing(village) == {"waste_models": (0, 0)}
        await approved.taps("Mục khác")
        await approved.says("1", "1", "1")
        approved.heard("hoạt động lại từ 21/11/2026")
        await approved.says("1")
        assert await standing(village) == {"waste_models": (1, 1)}
        await approved.says("kết thúc mô hình", "xóm sạch", "kết thúc", "hôm nay", "1")
        assert await standing(village) == {"waste_models": (0, 0)}
        await village.goes_out()
        told = [reply.text for reply in leader.replies[-3:]]
        assert ["tạm dừng" in told[0], "hoạt động lại" in told[1], "kết thúc" in told[2]] == [
            True, True, True,
        ]  # fmt: skip
        await approved.says("kết thúc mô hình")
        approved.heard("Chưa có mục nào đã duyệt")

    @pytest.mark.parametrize(
        ("day", "told"),
        [("31/10", "đã ghi từ 1/11/2026"), ("22/11/2026", "chưa tới"), ("lâu rồi", "chưa rõ ngày")],
    )
    async def test_the_day_must_fit(
        self, village: Village, approved: Phone, day: str, told: str
    ) -> None:
        await approved.says("dừng mô hình", "1", "1", day)
        approved.heard(told)
        await approved.says("10/11")
        approved.heard("tạm dừng từ 10/11/2026")
        await approved.says("1")
        assert await standing(village) == {"waste_models": (0, 0)}

    async def test_a_mistaken_approval_is_taken_back(
        self, village: Village, leader: Phone, approved: Phone
    ) -> None:
        await approved.says("dừng mô hình", "1")
        await approved.taps("Duyệt nhầm, chờ lại")
        await approved.says("1")
        assert await standing(village) == {"waste_models": (1, 0)}
        await village.goes_out()
        assert "đang chờ duyệt" in leader.replies[-1].text
        await approved.says("duyệt mô hình")
        approved.heard("“Xóm sạch”")

    async def test_what_changed_meanwhile_is_left_as_it_is(
        self, village: Village, approved: Phone
    ) -> None:
        second = await another(village, "officer", "hoa")
        await approved.says("dừng mô hình", "1", "1", "1")
        await second.says("kết thúc mô hình", "1", "kết thúc", "2", "1")
        await approved.says("1")
        approved.heard("vừa có người khác xử lý")
        assert await standing(village) == {"waste_models": (0, 0)}

    async def test_nothing_changes_without_a_yes(self, village: Village, approved: Phone) -> None:
        await approved.says("dừng mô hình", "1", "1", "1", "/huy")
        approved.heard("để nguyên như cũ")
        assert await standing(village) == {"waste_models": (1, 1)}

    async def test_a_long_list_is_shown_by_turns_and_searched_by_name(
        self, leader: Phone, approved: Phone
    ) -> None:
        for name in ("Vườn hồng", "Vườn táo", "Vườn lê"):
            await propose(leader, name, "hữu cơ")
            await approved.says("duyệt mô hình", "1")
        await approved.says("dừng mô hình")
        assert approved.labels() == ["Xóm sạch", "Vườn hồng", "Xem thêm", "Quay lại"]
        await approved.taps("Xem thêm")
        assert approved.labels() == ["Vườn táo", "Vườn lê", "Quay lại"]
        await approved.says("vườn")
        assert approved.labels() == ["Vườn hồng", "Vườn táo", "Vườn lê", "Quay lại"]
        await approved.says("thôi", "dừng mô hình", "vườn lê")
        approved.heard("“Vườn lê”", "muốn ghi thế nào")

    async def test_words_that_name_no_entry_are_meant_otherwise(self, approved: Phone) -> None:
        await approved.says("dừng mô hình", "hôm nay trồng 5 cây keo")
        approved.heard("trồng 5 (năm) cây keo")
        await approved.says("hủy", "dừng mô hình", "sổ mô hình")
        approved.heard("“Xóm sạch”")

    async def test_a_long_list_is_not_carried_along(
        self, village: Village, leader: Phone, approved: Phone
    ) -> None:
        for number in range(12):
            await propose(leader, f"Vườn {'abcdefghijkl'[number]}", "hữu cơ")
            await approved.says("duyệt mô hình", "1")
        await approved.says("dừng mô hình", "3", "3", "3", "1", "1")
        async with village.store.read() as tx:
            row = await tx.fetch_one(
                "SELECT talk FROM addresses WHERE address = $1", approved.address
            )
        assert row
        assert row["talk"].count("Vườn") <= 3 * 2 * 3  # a page, its names twice, and its path

    async def test_the_page_goes_on(self, leader: Phone) -> None:
        for name in "ABCDEF":
            await propose(leader, f"Vườn {name}")
        await leader.says("/somohinh")
        leader.heard("có 6 mục", "“Vườn A”")
        leader.heard_nothing_of("“Vườn F”")
        await leader.taps("Xem tiếp")
        leader.heard("“Vườn F”")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the content that may be changed."""
    return Path(shutil.copytree(ROOT, tmp_path / "content"))


def with_kind(root: Path, text: str) -> None:
    """Add to the registers."""
    path = root / "registers.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


NEW_KIND = """
[[registers]]
key = "gardens"
name = "Vườn thuốc nam"
unit_of_measure = "vườn"
indicator = "organic_models"
counts = "entries"
most_people = 50
ask_name = "Vườn tên là gì ạ?"
ask_since = "Vườn có từ ngày nào ạ?"
ask_people = "Mấy người chăm vườn ạ?"
"""


class TestContent:
    async def test_a_new_register_needs_no_code(self, store: Store, copied: Path) -> None:
        with_kind(copied, NEW_KIND)
        village = Village(store, load("phu_thinh", copied))
        await propose(await village.staff("leader", "pt-go-vu"), "Vườn bà Tý", "thuốc nam")
        officer = await village.staff("officer")
        await officer.says("duyệt mô hình", "1", "/tonghop")
        officer.heard("Mô hình hữu cơ, tuần hoàn: trong kỳ tăng giảm: báo 1, đã duyệt 1")
        assert await standing(village) == {"gardens": (1, 1)}

    async def test_a_register_and_a_unit_taken_off_the_list_are_still_read(
        self, village: Village, leader: Phone, officer: Phone
    ) -> None:
        await propose(leader, "Xóm sạch")
        async with village.store.begin() as tx:
            await tx.execute("UPDATE register_entries SET register = 'gone', unit = 'gone'")
        await officer.says("/somohinh")
        officer.heard("mô hình “Xóm sạch”, Xã Phú Thịnh", "chờ duyệt")
        await officer.says("1", "1")
        officer.heard("Đã duyệt vào sổ")

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('key = "gardens"', 'key = "jobs"', "registers.jobs: two registers have this key"),
            ('key = "gardens"', 'key = "trees"', "trees.key: something else is counted"),
            ('key = "gardens"', 'key = "awareness"', "awareness.key: something else is counted"),
            ('"organic_models"', '"trees"', "gardens.indicator: reports of an activity count"),
            ('counts = "entries"', 'counts = "all"', "registers.5.counts"),
        ],
    )
    def test_mistakes_are_told(self, copied: Path, old: str, new: str, told: str) -> None:
        with_kind(copied, NEW_KIND.replace(old, new))
        with pytest.raises(ContentError) as refused:
            load("phu_thinh", copied)
        assert told in str(refused.value)
