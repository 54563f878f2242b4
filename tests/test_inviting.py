"""Codes that officers give in the chat: no wider than their own right, seen, revoked, logged."""

from __future__ import annotations

import re

import pytest

from content.loader import Content
from handlers.talk import rights
from storage.people import Grant, Person
from tests.offices import building, office
from tests.talking import Phone, Village
from tests.test_erasing import erases
from tests.test_members import GO_VU

LEAD, OTHER = "pt_phong_kinh_te", "pt_phong_vhxh"
LANG = "pt-lang-thuong"


def code_in(phone: Phone) -> str:
    """The code that was just given."""
    found = re.search(r"/start ([A-Z0-9-]{11})$", phone.text, re.MULTILINE)
    assert found, phone.text
    return found[1]


async def test_a_leader_is_invited_and_takes_it_once(village: Village) -> None:
    officer = await village.staff("officer")
    await officer.says("mời chi hội trưởng", "1", "go vu")
    officer.heard("mời nhận việc: trưởng chi hội, Xóm Gò Vũ", "đừng gửi vào nhóm", "dùng đến 28/11")
    code = code_in(officer)
    officer.heard(f"http://localhost:8080/?start={code}")
    assert len(officer.images) == 1
    lan, hoa = village.phone("lan"), village.phone("hoa")
    await lan.says(f"/start {code}", "1", "3", "Lan", "1")
    lan.heard("là trưởng chi hội, phạm vi Xóm Gò Vũ")
    await hoa.says(f"/start {code}")
    hoa.heard("đã có người dùng")
    await officer.says("mã chưa dùng")
    officer.heard("Không có mã mời nào đang chờ")


async def test_an_officer_of_an_agency_is_invited(village: Village) -> None:
    officer = await village.staff("officer", agency=LEAD)
    await officer.says("/moi", "cán bộ")
    officer.heard("Cán bộ của cơ quan nào")
    await officer.says("văn hóa")
    officer.heard("mời nhận việc: cán bộ, Xã Phú Thịnh, các chỉ tiêu của Phòng Văn hóa - Xã hội")
    hoa = village.phone("hoa")
    await hoa.says(f"/start {code_in(officer)}", "1", "1", "Hoa")
    hoa.heard("là cán bộ")
    # Who is bound to an agency gives its rights alone, and is asked nothing more.
    await hoa.says("/moi")
    hoa.heard("mời nhận việc: cán bộ, Xã Phú Thịnh, các chỉ tiêu của Phòng Văn hóa - Xã hội")


async def test_nobody_gives_over_more_units_than_they_have(village: Village) -> None:
    officer = await village.staff("officer", GO_VU)
    await officer.says("mời cán bộ", "1")
    officer.heard("mời nhận việc: trưởng chi hội, Xóm Gò Vũ")
    await officer.says("mời cán bộ", "3", "1")
    officer.heard("mời nhận việc: cán bộ, Xóm Gò Vũ, các chỉ tiêu của Phòng Kinh tế xã")
    leader, lan = await village.staff("leader", GO_VU), await village.elder()
    for phone in (leader, lan):
        await phone.says("/moi")
        phone.heard("dành cho cán bộ")


@pytest.mark.parametrize(
    ("mine", "given", "may"),
    [
        (Grant(role="officer"), Grant(role="leader", unit=GO_VU), True),
        (Grant(role="officer", agency=LEAD), Grant(role="officer", agency=OTHER), True),
        (Grant(role="officer", agency=LEAD), Grant(role="officer"), True),
        (Grant(role="officer", agency=OTHER), Grant(role="officer", agency=OTHER), True),
        (Grant(role="officer", agency=OTHER), Grant(role="officer"), False),
        (Grant(role="officer", agency=OTHER), Grant(role="officer", agency=LEAD), False),
        (Grant(role="officer", agency=OTHER), Grant(role="leader", unit=GO_VU), False),
        (Grant(role="officer", unit=GO_VU), Grant(role="leader", unit=GO_VU), True),
        (Grant(role="officer", unit=GO_VU), Grant(role="leader", unit=LANG), False),
        (Grant(role="officer", unit=GO_VU), Grant(role="officer", agency=LEAD), False),
        (Grant(role="admin"), Grant(role="officer", agency=OTHER), True),
        (Grant(role="admin"), Grant(role="admin"), False),
        (Grant(role="leader", unit=GO_VU), Grant(role="leader", unit=GO_VU), False),
        (Grant(role="helper", unit=GO_VU), Grant(role="helper", unit=GO_VU), False),
    ],
)
def test_what_may_be_given(phu_thinh: Content, mine: Grant, given: Grant, *, may: bool) -> None:
    person = Person(id=1, name="Minh", form="bac", unit=GO_VU, over60=None, grants=(mine,))
    assert rights.may_give(person, given, phu_thinh) is may


async def test_a_code_is_seen_and_revoked_by_whoever_may_give_it(village: Village) -> None:
    officer = await village.staff("officer")
    await officer.says("mời cán bộ", "2", "làng thượng")
    code = code_in(officer)
    other, bound = (
        await village.staff("officer", GO_VU),
        await village.staff("officer", None, OTHER),
    )
    for phone in (other, bound):
        await phone.says("mã chưa dùng")
        phone.heard("Không có mã mời nào đang chờ")
    admin = await village.staff("admin")
    await admin.says("/moi")
    admin.heard("Đang có 1 mã chưa ai dùng")
    await admin.says("mã chưa dùng")
    assert "Người của tổ công nghệ số cộng đồng, Xóm Làng Thượng, đến 28/11" in admin.labels()[0]
    await admin.says("1", "thu lại")
    admin.heard("không dùng được nữa")
    lan = village.phone("lan")
    await lan.says(f"/start {code}")
    lan.heard("đã được thu lại")


async def test_the_button_revokes_the_code_that_was_just_given(village: Village) -> None:
    officer = await village.staff("officer")
    await officer.says("mời cán bộ", "1", "gò vũ")
    code = code_in(officer)
    await officer.taps("Thu lại mã này")
    officer.heard("Thu lại mã mời trưởng chi hội, Xóm Gò Vũ?")
    lan = village.phone("lan")
    await lan.says(f"/start {code}", "1", "3", "Lan", "1")
    await officer.says("1")
    officer.heard("vừa có người dùng")


async def test_nobody_takes_what_they_gave(village: Village) -> None:
    officer = await village.staff("officer")
    await officer.says("mời cán bộ", "1", "gò vũ")
    await officer.says(f"/start {code_in(officer)}")
    officer.heard("vừa cấp để mời người khác")
    await officer.says("hội viên")
    officer.heard("dành cho cán bộ hoặc trưởng chi hội")


async def test_who_gave_took_and_revoked_is_in_the_log(village: Village) -> None:
    officer, admin = await village.staff("officer"), await village.staff("admin")
    await officer.says("mời cán bộ", "1", "gò vũ")
    lan = village.phone("lan")
    await lan.says(f"/start {code_in(officer)}", "1", "3", "Thị Lan", "1")
    await officer.says("mời cán bộ", "1", "gò vũ")
    await officer.taps("Thu lại mã này")
    await officer.says("1")
    async with building(village) as url, office(url) as desk:
        await desk.enters(admin)
        log = await desk.opens("/trang/nhat-ky")
    for did in ("Minh cấp mã mời", "Thị Lan nhận quyền", "Minh thu mã mời"):
        assert did in log
    assert "trưởng chi hội, Xóm Gò Vũ" in log


async def test_a_code_that_is_revoked_while_somebody_registers_gives_nothing(
    village: Village,
) -> None:
    officer, lan = await village.staff("officer"), village.phone("lan")
    await officer.says("mời cán bộ", "1", "gò vũ")
    await lan.says(f"/start {code_in(officer)}", "1", "3", "Lan")
    await officer.taps("Thu lại mã này")
    await officer.says("1")
    await lan.says("1")
    lan.heard("Bà xin mã mới")
    await lan.says("hội viên")
    lan.heard("dành cho cán bộ hoặc trưởng chi hội")


async def test_who_takes_everything_back_gives_nothing_any_more(village: Village) -> None:
    officer, lan = await village.staff("officer"), village.phone("lan")
    await officer.says("mời cán bộ", "1", "gò vũ")
    code = code_in(officer)
    await erases(officer)
    await lan.says(f"/start {code}")
    lan.heard("đã được thu lại")


async def test_whose_unit_is_gone_gives_nothing(village: Village) -> None:
    officer = await village.staff("officer", GO_VU)
    async with village.store.begin() as tx:
        await tx.execute("UPDATE grants SET unit = 'pt-khong-con'")
    await officer.says("/moi")
    officer.heard("dành cho cán bộ")
