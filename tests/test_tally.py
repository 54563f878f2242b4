"""The tally: figures against both plans' targets, in the forms others rely on."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from content.loader import Content, load
from handlers.reports import figures, forms, periods
from handlers.reports.tables import Figures, Tally
from handlers.talk.scene import local_day
from tests.talking import Phone, Village


async def count(
    village: Village, period: str, unit: str = "05800", agency: str | None = None
) -> Tally:
    content = village.content
    async with village.store.read() as tx:
        return await figures.tally(
            tx,
            content,
            periods.parse(period, content.plan),
            units=content.within(unit),
            agencies=None if agency is None else {agency},
            now=village.clock(),
            today=local_day(village.clock()),
        )


def both(counted: Figures) -> tuple[int, int]:
    """Reported and confirmed."""
    return int(counted.reported), int(counted.confirmed)


class TestPeriods:
    @pytest.mark.parametrize(
        ("key", "start", "end"),
        [
            ("2026-W47", "2026-11-16", "2026-11-22"),
            ("2026-w01", "2025-12-29", "2026-01-04"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
            ("2026-11", "2026-11-01", "2026-11-30"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2026-H1", "2026-01-01", "2026-06-30"),
            ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("all", "2026-01-01", "2035-12-31"),
        ],
    )
    def test_run_from_a_first_to_a_last_day(
        self, phu_thinh: Content, key: str, start: str, end: str
    ) -> None:
        period = periods.parse(key, phu_thinh.plan)
        assert (period.start, period.end) == (date.fromisoformat(start), date.fromisoformat(end))

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "tuần này",
            "2026-W54",
            "2026-W00",
            "2026-13",
            "2026-Q5",
            "26-W01",
            "2026-H3",
            "9999-12",
            "２０２６-10",
        ],
    )
    def test_that_do_not_exist_are_refused(self, phu_thinh: Content, key: str) -> None:
        with pytest.raises(ValueError):
            periods.parse(key, phu_thinh.plan)

    @pytest.mark.parametrize(
        ("told", "key"),
        [
            ("tháng 10", "2026-10"),
            ("thang 12", "2025-12"),
            ("Tuần 46/2026", "2026-W46"),
            ("tuần 50", "2025-W50"),
            ("quý 3", "2026-Q3"),
            ("quý 1/2027", "2027-Q1"),
            ("6 tháng đầu năm", "2026-H1"),
            ("6 tháng đầu", "2026-H1"),
            ("6 tháng cuối năm 2025", "2025-H2"),
            ("tháng 10 năm 2026", "2026-10"),
            ("quý 3 năm 2026", "2026-Q3"),
            ("tháng 01/2026", "2026-01"),
            ("Quý IV năm 2025", "2025-Q4"),
            ("quý i", "2026-Q1"),
            ("năm 2026", "2026"),
            ("năm nay", "2026"),
            ("tuần trước", "2026-W46"),
            ("quý trước", "2026-Q3"),
            ("cả chương trình", "all"),
            ("2026-w46", "2026-W46"),
        ],
    )
    def test_are_named_as_people_type_them(self, phu_thinh: Content, told: str, key: str) -> None:
        assert periods.said(told, date(2026, 11, 21), phu_thinh.plan).key == key

    @pytest.mark.parametrize(
        "told", ["", "quý bốn", "tháng", "tháng 13", "hôm nay", "46", "năm 9999", "tháng 10/2100"]
    )
    def test_words_that_name_none_are_refused(self, phu_thinh: Content, told: str) -> None:
        with pytest.raises(ValueError):
            periods.said(told, date(2026, 11, 21), phu_thinh.plan)


class TestPlans:
    def test_hold_all_twenty_two_targets(self) -> None:
        targets = [
            target for name in ("phu_thinh", "lai_chau") for target in load(name).plan.targets
        ]
        assert len(targets) == 22
        assert {target.basis for target in targets} == {"per_year", "cumulative", "stock", "share"}

    def test_keep_their_numbers(self) -> None:
        goals = {
            target.id: (target.goal, target.goal_max, target.lead)
            for name in ("phu_thinh", "lai_chau")
            for target in load(name).plan.targets
        }
        assert goals["PT-I-3a"] == (100_000, None, "pt_phong_kinh_te")
        assert goals["PT-I-4"] == (10, 20, "pt_hoi_nct")
        assert goals["PT-II-2"] == (70, None, "pt_phong_vhxh")
        assert goals["LC-II-3a"] == (1_500_000, None, "lc_so_nnmt")
        assert goals["LC-I-2"] == (50, None, "lc_so_khcn")


class TestFigures:
    async def test_show_the_week_and_the_year_reported_and_confirmed(
        self, village: Village, lan: Phone
    ) -> None:
        village.clock.passes(days=-30)
        await lan.says("hôm nay trồng 100 cây keo", "1")
        village.clock.passes(days=30)
        await lan.says("hôm nay trồng 5 cây keo", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt")
        leader.heard("Có 2 báo cáo chờ duyệt", "Lan: trồng 100 cây keo")
        await leader.taps("Xem từng cái")
        await leader.taps("Xác nhận")
        await leader.taps("Chưa rõ, để lại")
        leader.heard("còn 1 báo cáo")
        [row] = [
            one for one in (await count(village, "2026-W47")).rows if one.target.id == "PT-I-3a"
        ]
        assert both(row.in_period) == (5, 0)
        assert both(row.cumulative) == (105, 100)

    async def test_a_new_year_begins_from_nothing_for_a_yearly_target(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 100 cây keo", "1")
        village.clock.passes(days=60)
        await lan.says("hôm nay trồng 5 cây keo", "1")
        [row] = [
            one for one in (await count(village, "2027-01")).rows if one.target.id == "PT-I-3a"
        ]
        assert both(row.in_period) == both(row.cumulative) == (5, 0)

    async def test_the_weeks_of_a_year_add_up(self, village: Village, lan: Phone) -> None:
        village.clock.passes(days=39)
        await lan.says("hôm nay trồng 40 cây", "1")
        village.clock.passes(days=3)
        await lan.says("hôm nay trồng 2 cây", "1")
        rows = {one.target.id: one for one in (await count(village, "2026-W53")).rows}
        assert both(rows["PT-I-3a"].in_period) == both(rows["PT-I-3a"].cumulative) == (42, 0)
        rows = {one.target.id: one for one in (await count(village, "all")).rows}
        assert both(rows["PT-I-3a"].in_period) == both(rows["PT-I-3a"].cumulative) == (42, 0)
        assert both(rows["PT-II-3a"].cumulative) == (0, 0)

    async def test_a_late_report_counts_in_its_own_week(self, village: Village, lan: Phone) -> None:
        await lan.says("ngày 10/11 trồng 7 cây", "1")
        rows = (await count(village, "2026-W46")).rows
        assert next(one for one in rows if one.target.id == "PT-I-3a").in_period.reported == 7

    async def test_a_report_of_waste_never_makes_a_model(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay phân loại rác được 3 cân", "1", "1")
        tally = await count(village, "2026-W47")
        models = next(one for one in tally.rows if one.target.id == "PT-I-3b")
        assert models.in_period.reported == models.cumulative.reported == 0
        unit = next(one for one in tally.units if one.code == "pt-go-vu")
        assert unit.values["waste"].reported == 3

    async def test_amounts_in_different_measures_are_never_added(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay phân loại rác được 3 cân", "1", "1")
        await lan.says("hôm nay phân loại rác được 2 bao", "1", "1")
        unit = next(
            one for one in (await count(village, "2026-W47")).units if one.code == "pt-go-vu"
        )
        assert both(unit.values["waste"]) == (3, 0)
        assert both(unit.values["waste_bao"]) == (2, 0)

    async def test_units_add_up_to_the_whole(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 5 cây", "1")
        await mai.says("hôm nay trồng 8 cây", "1")
        tally = await count(village, "2026-W47")
        row = next(one for one in tally.rows if one.target.id == "PT-I-3a")
        assert sum(unit.values["trees"].reported for unit in tally.units if unit.values) == 13
        assert row.in_period.reported == 13
        heard = {
            unit.code: (unit.heard_from, unit.expected) for unit in tally.units if unit.expected
        }
        assert heard == {"pt-go-vu": (1, 1), "bn-vai-cay": (1, 1)}

    async def test_one_unit_alone(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 5 cây", "1")
        await mai.says("hôm nay trồng 8 cây", "1")
        tally = await count(village, "2026-W47", unit="bn-vai-cay")
        assert [unit.code for unit in tally.units] == ["bn-vai-cay"]
        assert next(one for one in tally.rows if one.target.id == "PT-I-3a").in_period.reported == 8

    async def test_an_agency_sees_what_it_leads_or_coordinates(
        self, village: Village, lan: Phone
    ) -> None:
        tally = await count(village, "2026", agency="pt_phong_vhxh")
        assert {row.target.id for row in tally.rows} == {
            f"PT-{horizon}-{number}" for horizon in ("I", "II") for number in (1, 2, 4)
        }
        association = await count(village, "2026", agency="pt_hoi_nct")
        assert len(association.rows) == 12


class TestForms:
    async def test_a_correction_shows_beside_the_figures(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 50 cây keo", "1")
        await lan.taps("Sửa báo cáo này")
        await lan.says("1", "5", "1", "hôm nay trồng 7 cây mỡ", "1", "xóa báo cáo vừa rồi", "1")
        told = forms.as_text(await count(village, "2026-W47"), village.content)
        assert "trong kỳ báo 5," in told
        assert "đã sửa 1, người báo xóa 1, không duyệt 0" in told
        plain = json.loads(forms.as_json(await count(village, "2026-W47"), village.content))
        assert plain["changes"] == {"corrected": 1, "taken_back": 1, "refused": 0}

    async def test_json_is_as_others_rely_on_it(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1")
        told = json.loads(forms.as_json(await count(village, "2026-W47"), village.content))
        assert told["program"] == "phu_thinh"
        assert told["period"] == {
            "key": "2026-W47",
            "label": "Tuần 47/2026",
            "start": "2026-11-16",
            "end": "2026-11-22",
        }
        assert told["frozen"] is False
        assert len(told["rows"]) == 12
        trees = next(row for row in told["rows"] if row["target"] == "PT-I-3a")
        assert trees["reported"] == 5
        assert trees["goal"] == 100_000
        assert trees["basis"] == "per_year"
        jobs = next(row for row in told["rows"] if row["target"] == "PT-I-4")
        assert (jobs["goal"], jobs["goal_max"]) == (10, 20)
        share = next(row for row in told["rows"] if row["target"] == "PT-I-1")
        assert "percent" not in share
        assert share["note"] == "chưa có mẫu số"
        unit = next(one for one in told["units"] if one["unit"] == "pt-go-vu")
        assert unit["values"]["trees"] == {"reported": 5, "confirmed": 0}
        empty = next(one for one in told["units"] if one["unit"] == "bn-vai-cay")
        assert empty["values"]["trees"] == {"reported": 0, "confirmed": 0}

    async def test_csv_has_a_line_for_each_target(self, village: Village) -> None:
        told = forms.as_csv(await count(village, "2026-W47"), village.content)
        lines = list(csv.DictReader(io.StringIO(told)))
        assert sum(line["kind"] == "target" for line in lines) == 12

    async def test_text_shows_sorted_waste_beside_the_targets(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay phân loại rác được 3 cân", "1", "1")
        await lan.says("hôm nay phân loại rác được 2 bao", "1", "1")
        told = forms.as_text(await count(village, "2026-W47"), village.content)
        assert "Phân loại rác: trong kỳ 3 kg, 2 bao" in told

    async def test_text_names_who_is_silent(self, village: Village, lan: Phone) -> None:
        await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 1.240 cây", "1", "1")
        told = forms.as_text(await count(village, "2026-W47"), village.content)
        assert "Trồng cây: trong kỳ báo 1.240, đã duyệt 0. Lũy kế báo 1.240" in told
        assert "Chưa có ai báo trong kỳ: Xóm Vai Cày." in told
        assert "Mục tiêu 10-20 người." in told
        assert "%" in told
        assert "chưa có mẫu số" in told


class TestProgress:
    async def test_what_is_needed_and_how_long_there_is(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 40 cây", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt", "1")
        told = json.loads(forms.as_json(await count(village, "2026-11"), village.content))
        trees, jobs, share, later = (
            next(row for row in told["rows"] if row["target"] == target)
            for target in ("PT-I-3a", "PT-I-4", "PT-I-1", "PT-II-3a")
        )
        # 41 days are left from 21 November: six weeks.
        assert (trees["needed"], trees["deadline"], trees["weeks_left"]) == (
            99_960,
            "2026-12-31",
            6,
        )
        assert trees["needed_per_week"] == 16_660
        assert trees["percent_of_goal"] == 0
        assert jobs["needed"] == 10
        assert "needed" not in share
        assert "needed" not in later

    async def test_last_period_and_the_year_before_stand_beside(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("ngày 20/10 trồng 7 cây", "1", "ngày 10/11 trồng 3 cây", "1")
        rows = {one.target.id: one for one in (await count(village, "2026-11")).rows}
        assert both(rows["PT-I-3a"].spans.last_period) == (7, 0)
        village.clock.passes(days=365)
        rows = {one.target.id: one for one in (await count(village, "2027-11")).rows}
        assert both(rows["PT-I-3a"].spans.last_year) == (3, 0)
        assert both(rows["PT-I-3a"].spans.last_period) == (0, 0)

    async def test_steep_falls_and_jumps_are_pointed_out(
        self, village: Village, lan: Phone
    ) -> None:
        mai = await village.elder("Mai", "vai cày")
        await lan.says("ngày 10/11 trồng 100 cây", "1")
        await mai.says("ngày 10/11 trồng 2 cây", "1", "ngày 20/11 trồng 90 cây", "1")
        told = forms.as_text(await count(village, "2026-W47"), village.content)
        # A week that is not over has not fallen yet.
        assert "giảm mạnh" not in told
        assert "Xóm Vai Cày: trồng cây tăng mạnh, kỳ trước báo 2, kỳ này 90" in told
        village.clock.passes(days=2)
        told = forms.as_text(await count(village, "2026-W47"), village.content)
        assert "Xóm Gò Vũ: trồng cây giảm mạnh, kỳ trước báo 100, kỳ này 0" in told
        flags = json.loads(forms.as_json(await count(village, "2026-W47"), village.content))
        assert {(one["unit"], one["kind"]) for one in flags["flags"]} == {
            ("pt-go-vu", "fall"),
            ("bn-vai-cay", "jump"),
        }

    async def test_completeness_names_the_silent_and_what_waits(
        self, village: Village, lan: Phone
    ) -> None:
        await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 5 cây", "1")
        told = json.loads(forms.as_json(await count(village, "2026-W47"), village.content))
        assert told["completeness"] == {
            "units_expected": 2,
            "units_heard": 1,
            "silent": ["bn-vai-cay"],
            "waiting": 1,
        }


class TestInChat:
    async def test_an_officer_pulls_the_week(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        officer = await village.staff("officer")
        await officer.says("tổng hợp")
        officer.heard("Tuần 47/2026", "Trồng cây: trong kỳ báo 5")
        await officer.taps("Tuần trước")
        officer.heard("Tuần 46/2026", "Trồng cây: trong kỳ báo 0")
        await officer.says("/tonghop 2026-Q4")
        officer.heard("Quý 4/2026")
        await officer.says("/tonghop quý 3")
        officer.heard("Quý 3/2026")
        await officer.says("/tonghop quý bốn")
        officer.heard("chưa hiểu")

    async def test_an_officer_of_one_agency_sees_its_targets(self, village: Village) -> None:
        officer = await village.staff("officer", agency="pt_phong_vhxh")
        await officer.says("/tonghop")
        officer.heard("Thành thạo kỹ năng số")
        officer.heard_nothing_of("Trồng cây")

    async def test_the_overall_lead_sees_all(self, village: Village) -> None:
        officer = await village.staff("officer", agency="pt_phong_kinh_te")
        await officer.says("/tonghop")
        officer.heard("Thành thạo kỹ năng số", "Trồng cây")

    async def test_nobody_else_does(self, village: Village, lan: Phone) -> None:
        await lan.says("/tonghop")
        lan.heard("dành cho cán bộ")
        lan.heard_nothing_of("Tuần 47")

    async def test_a_leader_sees_the_own_unit(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai", "vai cày")
        await lan.says("hôm nay trồng 5 cây", "1")
        await mai.says("hôm nay trồng 8 cây", "1")
        leader = await village.staff("leader", "bn-vai-cay")
        await leader.says("/tonghop")
        leader.heard("Trồng cây: trong kỳ báo 8,")
        assert "Gửi tôi mỗi sáng thứ Hai" not in leader.labels()


class TestReview:
    async def test_a_leader_sees_only_the_own_unit_and_never_the_own_reports(
        self, village: Village, lan: Phone
    ) -> None:
        mai = await village.elder("Mai", "vai cày")
        await mai.says("hôm nay trồng 8 cây", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("hôm nay trồng 3 cây", "1", "duyệt")
        leader.heard("không có báo cáo nào chờ duyệt")

    async def test_names_are_shown_of_the_own_unit_only(self, village: Village, lan: Phone) -> None:
        hung = await village.elder("Hùng", "vai cày")
        await hung.says("hôm nay trồng 8 cây", "1")
        await lan.says("hôm nay trồng 5 cây", "1")
        both_roles = await village.staff("leader", "pt-go-vu")
        await both_roles.says(f"/start {await village.invite('officer')}", "1", "duyệt")
        both_roles.heard("Lan: trồng 5 cây", "trồng 8 cây")
        both_roles.heard_nothing_of("Hùng")

    async def test_who_erases_disappears_from_the_leaders_phone_too(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây của bà Lan", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt")
        await lan.says("dữ liệu", "3", "1")
        async with village.store.read() as tx:
            kept = [
                dict(row)
                for table in ("people", "addresses", "outbox", "reports")
                for row in await tx.fetch(f"SELECT * FROM {table}")
            ]
        assert "Lan" not in str(kept)
        await leader.says("duyệt")
        leader.heard("trồng 5 cây")

    async def test_reports_of_a_removed_unit_are_still_reviewed(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        async with village.store.begin() as tx:
            await tx.execute("UPDATE reports SET unit = 'gone'")
        officer = await village.staff("officer")
        await officer.says("/duyet")
        officer.heard("trồng 5 cây")

    async def test_all_at_once(self, village: Village, lan: Phone) -> None:
        for trees in (5, 6, 7):
            await lan.says(f"hôm nay trồng {trees} cây", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt")
        await leader.taps("Xác nhận cả 3")
        leader.heard("Đã xác nhận 3 báo cáo")
        assert await lan.trees() == (18, 18)

    async def test_an_officer_sees_no_names(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        officer = await village.staff("officer")
        await officer.says("/duyet")
        officer.heard("trồng 5 cây")
        officer.heard_nothing_of("Lan")

    async def test_what_was_undone_meanwhile_is_not_confirmed(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt")
        await lan.taps("Xóa báo cáo này")
        await lan.says("1")
        await leader.says("1")
        leader.heard("Hiện không có báo cáo nào chờ duyệt")
        assert await lan.trees() == (0, 0)

    async def test_each_confirmation_is_kept_at_once(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây", "1", "hôm nay trồng 7 cây", "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt", "2", "1")
        assert await lan.trees() == (12, 5)
        await leader.says("trang chính")
        assert await lan.trees() == (12, 5)
        await lan.says("việc của tôi")
        lan.heard("trồng 5 cây (đã duyệt)")

    async def test_an_officer_sees_no_words(self, village: Village, lan: Phone) -> None:
        await lan.says("hôm nay bà Lan trồng 5 cây", "1")
        officer = await village.staff("officer")
        await officer.says("/duyet", "2")
        officer.heard("trồng 5 cây")
        officer.heard_nothing_of("Lan")


class TestInvites:
    async def test_work_once(self, village: Village) -> None:
        code = await village.invite("leader", "pt-go-vu")
        first, second = village.phone("first"), village.phone("second")
        await first.says(f"/start {code}", "1", "1", "Minh", "1")
        first.heard("trưởng chi hội", "Xóm Gò Vũ")
        await second.says(f"/start {code}")
        second.heard("đã có người dùng")

    async def test_expire(self, village: Village) -> None:
        code = await village.invite("officer")
        village.clock.passes(days=2)
        late = village.phone("late")
        await late.says(f"/start {code}")
        late.heard("đã hết hạn", "đồng ý")

    async def test_give_a_right_to_someone_already_known(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says(f"/start {await village.invite('officer')}")
        lan.heard("cán bộ", "nhận chứ ạ?")
        await lan.says("1", "/tonghop")
        lan.heard("Tuần 47")

    async def test_may_be_declined(self, village: Village, lan: Phone) -> None:
        code = await village.invite("officer")
        await lan.says(f"/start {code}", "2", "/tonghop")
        lan.heard("dành cho cán bộ")


async def test_a_unit_taken_off_the_list_loses_no_tree(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây", "1")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE counts SET unit = 'gone'")
    tally = await count(village, "2026-W47")
    assert next(one for one in tally.rows if one.target.id == "PT-I-3a").in_period.reported == 5
    assert next(one for one in tally.units if one.code == "05800").values["trees"].reported == 5


async def test_a_period_is_named_right_behind_the_words(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    for said in ("tổng hợp tháng 10", "tong hop thang 10/2026", "số liệu tháng 10"):
        await officer.says(said)
        officer.heard("Tháng 10/2026 (1/10/2026 - 31/10/2026)")
    await officer.says("tổng hợp tuần 46")
    officer.heard("Tuần 46/2026")
    await officer.says("tổng hợp tháng mười ba")
    officer.heard("chưa hiểu", "/tonghop tuần 46")
    await officer.says("chốt số liệu tháng 10")
    officer.heard("Tháng 10/2026", "chốt bản 1 chứ ạ?")
    await officer.says("0")
    await lan.says("tổng hợp tháng 10")
    lan.heard_nothing_of("Tháng 10/2026")
