"""What a talk names may be gone from the content when the person writes again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content.loader import Content
from tests.talking import Phone, Village
from tests.test_learning import TRACK, learns_skill

SAID = "vừa có thay đổi"


@pytest.fixture(scope="module")
def poorer(phu_thinh: Content) -> Content:
    """The same content with something of every kind taken out of it."""
    tracks = tuple(
        replace(one, lessons=one.lessons[1:]) if one.track.id == "de_an_379" else one
        for one in phu_thinh.tracks
    )
    kinds = phu_thinh.activities
    return replace(
        phu_thinh,
        tracks=tracks,
        skills={key: one for key, one in phu_thinh.skills.items() if key != "online_safety"},
        activities=kinds.model_copy(
            update={"activities": tuple(one for one in kinds.activities if one.key != "trees")}
        ),
        registers=phu_thinh.registers[1:],
        units={code: one for code, one in phu_thinh.units.items() if code != "pt-tan-quy"},
    )


async def is_led_on(phone: Phone, poorer: Content, answer: str, *heard: str) -> None:
    """What the phone was in the middle of goes out of the content; its answer is met kindly."""
    phone.village.starts_with(poorer)
    await phone.says(answer)
    phone.heard(SAID, *heard)
    phone.heard_nothing_of("trục trặc")


async def test_a_lesson_that_is_gone_leads_back_to_lessons(lan: Phone, poorer: Content) -> None:
    await lan.taps_payload(f"go:learn:{TRACK[0]}")
    await is_led_on(lan, poorer, "tiếp", "Mời bác chọn bài")
    await lan.says("1")
    lan.heard("Bài:")


async def test_its_button_leads_there_too(lan: Phone, poorer: Content) -> None:
    await lan.taps_payload(f"go:learn:{TRACK[0]}")
    lan.village.starts_with(poorer)
    await lan.taps("Tiếp")
    lan.heard(SAID, "Mời bác chọn bài")
    lan.heard_nothing_of("Nút này")


async def test_a_lesson_that_got_shorter(lan: Phone, phu_thinh: Content) -> None:
    await lan.taps_payload(f"go:learn:{TRACK[0]}")
    await lan.says("tiếp", "tiếp")
    tracks = tuple(
        replace(
            one,
            lessons=tuple(
                lesson.model_copy(update={"cards": lesson.cards[:1], "quiz": lesson.quiz[:3]})
                for lesson in one.lessons
            ),
        )
        for one in phu_thinh.tracks
    )
    await is_led_on(lan, replace(phu_thinh, tracks=tracks), "tiếp", "Mời bác chọn bài")


async def test_a_track_that_is_gone(lan: Phone, phu_thinh: Content) -> None:
    await lan.says("học", "bài khác", "1")
    gone = next(one.track.id for one in phu_thinh.tracks if one.lessons)
    tracks = tuple(one for one in phu_thinh.tracks if one.track.id != gone)
    await is_led_on(lan, replace(phu_thinh, tracks=tracks), "1", "Mời bác chọn bài")
    assert len(lan.labels()) > 1


async def test_other_lessons_than_those_that_were_to_choose(lan: Phone, phu_thinh: Content) -> None:
    await lan.says("học")
    tracks = tuple(
        replace(
            one,
            lessons=tuple(
                lesson.model_copy(update={"id": f"{lesson.id}-new"}) for lesson in one.lessons
            ),
        )
        for one in phu_thinh.tracks
    )
    await is_led_on(lan, replace(phu_thinh, tracks=tracks), "1", "Mời bác chọn bài")


async def test_what_else_is_said_is_heard(lan: Phone, poorer: Content) -> None:
    await lan.taps_payload(f"go:learn:{TRACK[0]}")
    await is_led_on(lan, poorer, "hôm nay tôi phân loại rác", "rác")


async def test_a_place_set_aside(lan: Phone, poorer: Content) -> None:
    await lan.taps_payload(f"go:learn:{TRACK[0]}")
    await lan.says("tiếp", "việc của tôi")
    assert any("Làm tiếp" in label for label in lan.labels())
    lan.village.starts_with(poorer)
    await lan.taps(next(label for label in lan.labels() if "Làm tiếp" in label))
    lan.heard(SAID)
    lan.heard_nothing_of("trục trặc")
    await lan.says("việc của tôi")
    assert not any("Làm tiếp" in label for label in lan.labels())


async def test_a_recall(lan: Phone, poorer: Content) -> None:
    await learns_skill(lan, "online_safety")
    lan.village.clock.passes(days=30)
    await lan.says("ôn")
    await is_led_on(lan, poorer, "1", "ôn")


async def test_help_with_a_lesson(lan: Phone, poorer: Content) -> None:
    await lan.taps_payload(f"go:ask_help:{TRACK[0]}")
    await is_led_on(lan, poorer, "1")


@pytest.mark.parametrize("told", ["tôi trồng cây", "tôi trồng 5 cây keo hôm nay"])
async def test_a_kind_of_report(lan: Phone, poorer: Content, told: str) -> None:
    await lan.says(told)
    await is_led_on(lan, poorer, "1", "việc gì")


async def test_a_unit_while_registering(village: Village, poorer: Content) -> None:
    phone = village.phone()
    await phone.says("/start pt-tan-quy", "1", "1", "Lan")
    phone.heard("Tân Quy")
    await is_led_on(phone, poorer, "1", "Bác có đồng ý")


async def test_a_list_told_for_others(village: Village, poorer: Content) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ\nBà Sáu 5 cây keo")
    await is_led_on(leader, poorer, "hôm nay")


async def test_a_skill_to_be_confirmed(village: Village, lan: Phone, poorer: Content) -> None:
    await learns_skill(lan, "online_safety")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("xác nhận kỹ năng", "1")
    skill = next(one for one in leader.labels() if "an toàn" in one.lower())
    await leader.taps(skill)
    await is_led_on(leader, poorer, "1")


async def test_a_register(village: Village, poorer: Content) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("đề xuất", "1")
    await is_led_on(leader, poorer, "Tổ thu gom rác xóm Gò Vũ")


async def test_a_unit_whose_people_are_told(village: Village, poorer: Content) -> None:
    officer = await village.staff("officer")
    await officer.says("nhập số người", "tân quy")
    await is_led_on(officer, poorer, "1")


async def test_a_figure_of_what_is_counted_no_more(village: Village, poorer: Content) -> None:
    officer = await village.staff("officer")
    await officer.says("nhập số liệu ngoài", "1", "tân quy")
    await is_led_on(officer, poorer, "500")


@pytest.mark.parametrize("wish", ["thêm hội viên", "in thẻ"])
async def test_a_unit_of_the_members(village: Village, poorer: Content, wish: str) -> None:
    leader = await village.staff("leader", "pt-tan-quy")
    await leader.says(wish)
    await is_led_on(leader, poorer, "1")


async def test_an_agency_a_question_could_be_passed_to(
    village: Village, lan: Phone, phu_thinh: Content
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await village.staff("officer", agency="pt_phong_kinh_te")
    await lan.says("tôi muốn hỏi bao giờ phát cây giống", "1")
    await leader.says("câu hỏi", "1", "chuyển")
    plan = phu_thinh.plan.model_copy(
        update={
            "agencies": tuple(o for o in phu_thinh.plan.agencies if o.key != "pt_phong_kinh_te"),
            "targets": tuple(
                one.model_copy(update={"lead": phu_thinh.plan.questions.association})
                for one in phu_thinh.plan.targets
            ),
        }
    )
    await is_led_on(leader, replace(phu_thinh, plan=plan), "1")
