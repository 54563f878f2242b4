"""A phone that two people use: who is talking is asked only when it matters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from handlers.talk.messages import Reply
from handlers.talk.scene import Library, Scene
from handlers.talk.sharers import for_whom
from handlers.talk.state import Talk
from storage import addresses, erasures, migrations, photos
from storage.database import open_store, to_text
from tests.talking import Phone, Village
from tests.test_storage import also_at
from tests.test_weekly import FRIDAY_MORNING

#: The step of the schema that knows who shares a phone.
SHARERS = 5
WHO = "Ai đang nhắn ạ?"
LAN_REPORTS, TAM_REPORTS = "hôm nay trồng 5 cây", "hôm nay trồng 3 cây xoan"


async def adds(phone: Phone, name: str = "Tám", form: str = "2") -> None:
    """One more person registers on a phone, in the same place."""
    await phone.says("thêm người", "1", form, name, "1", "1")


@pytest.fixture
async def phone(village: Village) -> Phone:
    """The phone of bác Lan and ông Tám of xóm Gò Vũ; ông Tám talked last, an hour ago."""
    phone = await village.elder()
    await adds(phone)
    village.clock.passes(hours=1)
    return phone


async def trees(village: Village) -> dict[str, int]:
    """The trees each person reported."""
    async with village.store.read() as tx:
        rows = await tx.fetch(
            "SELECT p.name, SUM(r.quantity) / 1000 AS trees FROM reports r "
            "JOIN people p ON p.id = r.person_id WHERE r.status = 'reported' GROUP BY p.name"
        )
    return {row["name"]: int(row["trees"]) for row in rows}


async def id_of(village: Village, name: str) -> int:
    async with village.store.read() as tx:
        row = await tx.fetch_one("SELECT id FROM people WHERE name = $1", name)
    assert row
    return int(row["id"])


async def texts_kept(village: Village) -> str:
    """Everything that is kept of what was said at any phone, and of places in talks."""
    async with village.store.read() as tx:
        rows = await tx.fetch(
            "SELECT body AS text FROM outbox UNION ALL SELECT talk FROM addresses "
            "UNION ALL SELECT held FROM sharers"
        )
    return "\n".join(row["text"] for row in rows)


async def test_phones_from_before_are_used_by_who_talked_there(empty_url: str) -> None:
    store = await open_store(empty_url)
    steps = migrations.steps()
    with pytest.MonkeyPatch.context() as before:
        before.setattr(migrations, "steps", lambda: [one for one in steps if one[0] < SHARERS])
        await migrations.migrate(store, FRIDAY_MORNING)
    async with store.begin() as tx:
        await tx.execute(
            "INSERT INTO people (name, form, unit, registered_at) VALUES ('Lan', 'bac', 'x', 'x')"
        )
        row = await tx.fetch_one("SELECT id FROM people")
        assert row
        address = "INSERT INTO addresses VALUES ('phone', $1, $2, '{}', $3, NULL)"
        await tx.execute(address, "lan", row["id"], to_text(FRIDAY_MORNING))
        await tx.execute(address, "stranger", None, to_text(FRIDAY_MORNING))
    await migrations.migrate(store, FRIDAY_MORNING)
    async with store.read() as tx:
        assert [one.name for one in await addresses.sharing(tx, "phone", "lan")] == ["Lan"]
        assert await addresses.sharing(tx, "phone", "stranger") == []
    await store.close()


class TestOnePerson:
    async def test_is_never_asked_nor_offered_to_change(self, village: Village, lan: Phone) -> None:
        for said in ("trợ giúp", LAN_REPORTS, "1", "việc của tôi", "học"):
            village.clock.passes(hours=2)
            await lan.says(said)
            lan.heard_nothing_of(WHO)
            assert not [label for label in lan.labels() if label.startswith("Đổi")]

    async def test_who_asks_to_change_is_told_how_to_add_someone(self, lan: Phone) -> None:
        await lan.says("đổi người")
        lan.heard("mới có mình bác dùng")
        await lan.taps("Thêm người")
        lan.heard("có đồng ý để cháu giữ")

    async def test_hears_of_it_when_starting_again_and_at_the_data(self, lan: Phone) -> None:
        await lan.says("/start")
        lan.heard("thêm người")
        await lan.says("dữ liệu của tôi", "1")
        assert "Thêm người" in lan.labels()


class TestAddingSomeone:
    async def test_is_their_own_consent_and_the_same_place_by_default(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("người khác dùng máy này")
        lan.heard("Máy này dùng chung", "Bác có đồng ý")
        await lan.says("1", "2")
        lan.heard("Tên ông là gì")
        await lan.says("Tám")
        lan.heard("Ông ở Xóm Gò Vũ phải không")
        await lan.says("1", "1")
        lan.heard("rất vui được quen ông Tám, Xóm Gò Vũ", "Đổi sang")
        assert lan.labels() == ["Học bài", "Báo việc đã làm", "Đổi sang bác Lan"]
        async with village.store.read() as tx:
            consents = await tx.fetch("SELECT person_id, given FROM consents ORDER BY id")
            both = await addresses.sharing(tx, "phone", "lan")
        assert [row["given"] for row in consents] == [1, 1]
        assert [(one.name, one.form, one.unit) for one in both] == [
            ("Lan", "bac", both[0].unit),
            ("Tám", "ong", both[0].unit),
        ]

    async def test_they_may_live_elsewhere(self, village: Village, lan: Phone) -> None:
        await lan.says("thêm người", "1", "2", "Tám", "2", "vai cày", "1")
        lan.heard("quen ông Tám, Xóm Vai Cày")

    @pytest.mark.parametrize("breaks_off", [["2"], ["1", "2", "hủy"], ["1", "2", "Tám", "/hoc"]])
    async def test_breaking_off_leaves_all_as_before(
        self, village: Village, lan: Phone, breaks_off: list[str]
    ) -> None:
        await lan.says("báo", "1", "thêm người", *breaks_off)
        async with village.store.read() as tx:
            assert len(await addresses.sharing(tx, "phone", "lan")) == 1
        assert "Tám" not in await texts_kept(village) or breaks_off[-1] == "/hoc"
        village.clock.passes(hours=1)
        await lan.says("hủy", LAN_REPORTS, "1")
        lan.heard("Cháu ghi rồi ạ: 5 cây")
        assert await trees(village) == {"Lan": 5}

    async def test_who_was_talking_goes_on_where_they_were(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says(LAN_REPORTS)
        await adds(lan)
        assert lan.labels() == ["Học bài", "Báo việc đã làm", "Đổi sang bác Lan"]
        await lan.taps("Đổi sang bác Lan")
        await lan.says("1", "1")
        assert await trees(village) == {"Lan": 5}

    async def test_nobody_is_added_twice(self, lan: Phone) -> None:
        await lan.says("thêm người", "1", "1", "lan")
        lan.heard("đã có bác Lan rồi", "cả họ và tên")
        await lan.says("Trần Thị Lan")
        lan.heard("ở Xóm Gò Vũ phải không")

    async def test_a_phone_has_room_for_five(self, phone: Phone) -> None:
        for name in ("Mai", "Cúc", "Đào"):
            await adds(phone, name, "1")
        await phone.says("thêm người")
        phone.heard("đã đủ 5 người")


class TestWhoIsTalking:
    async def test_each_reports_their_own_and_both_are_heard_from(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says(LAN_REPORTS)
        phone.heard(WHO)
        assert phone.labels() == ["Bác Lan", "Ông Tám", "Quay lại"]
        await phone.taps("Bác Lan")
        phone.heard("mời bác Lan", "bác trồng 5 (năm) cây, hôm nay")
        await phone.says("1")
        await phone.taps("Đổi sang ông Tám")
        phone.heard("mời ông Tám")
        await phone.says(TAM_REPORTS, "1")
        phone.heard("Cảm ơn ông")
        assert await trees(village) == {"Lan": 5, "Tám": 3}
        async with village.store.read() as tx:
            heard = await tx.fetch("SELECT DISTINCT person_id FROM heard")
        assert len(heard) == 2

    async def test_is_asked_at_most_every_half_hour(self, village: Village, phone: Phone) -> None:
        await phone.says(LAN_REPORTS, "1", "1")
        village.clock.passes(minutes=29)
        await phone.says("việc của tôi")
        phone.heard("đã báo")
        village.clock.passes(minutes=1)
        await phone.says("việc của tôi")
        phone.heard(WHO)

    @pytest.mark.parametrize("said", ["trợ giúp", "cảm ơn", "bị lừa", "alo"])
    async def test_is_not_asked_where_it_does_not_matter(self, phone: Phone, said: str) -> None:
        await phone.says(said)
        phone.heard_nothing_of(WHO)

    @pytest.mark.parametrize("said", ["học", "báo", "việc của tôi", "dữ liệu của tôi", "/start"])
    async def test_is_asked_where_it_matters(self, phone: Phone, said: str) -> None:
        await phone.says(said)
        phone.heard(WHO)
        await phone.says("1")
        phone.heard("mời bác Lan")

    @pytest.mark.parametrize(
        "said", ["tôi là Lan", "toi la lan", "Bác Lan đây", "tên tôi là Lan ạ", "đây là bà Lan"]
    )
    async def test_is_said_in_words(self, village: Village, phone: Phone, said: str) -> None:
        await phone.says(said)
        phone.heard("mời bác Lan")
        await phone.says(LAN_REPORTS, "1")
        assert await trees(village) == {"Lan": 5}

    @pytest.mark.parametrize("said", ["tôi là Mai", "tôi là người già", "Lan trồng giỏi lắm"])
    async def test_words_that_name_nobody_here_change_nothing(
        self, phone: Phone, said: str
    ) -> None:
        await phone.says("tôi là Tám", said)
        phone.heard_nothing_of("mời")
        await phone.says("việc của tôi")
        phone.heard("Ông chưa báo việc gì")

    @pytest.mark.parametrize(
        "said", ["ông tám", "Tám", "tôi là Tám", "2", "chọn số 2", "tám đây ạ"]
    )
    async def test_the_question_is_answered_in_many_ways(
        self, village: Village, phone: Phone, said: str
    ) -> None:
        await phone.says(TAM_REPORTS, said, "1")
        assert await trees(village) == {"Tám": 3}

    async def test_the_question_can_be_left(self, village: Village, phone: Phone) -> None:
        await phone.says(LAN_REPORTS, "0")
        phone.heard("không sao")
        await phone.says(LAN_REPORTS)
        phone.heard(WHO)
        assert await trees(village) == {}

    async def test_another_report_instead_of_an_answer_is_asked_about_again(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says(LAN_REPORTS, TAM_REPORTS)
        phone.heard(WHO)
        await phone.says("Tám", "1")
        assert await trees(village) == {"Tám": 3}

    async def test_more_than_three_are_asked_a_page_at_a_time(
        self, village: Village, phone: Phone
    ) -> None:
        for name in ("Mai", "Ba", "Đào"):
            await adds(phone, name, "1")
        await phone.taps("Đổi người")
        assert phone.labels() == ["Bác Lan", "Ông Tám", "Người khác", "Quay lại"]
        await phone.says("3")
        assert phone.labels() == ["Bác Mai", "Bác Ba", "Người khác", "Quay lại"]
        await phone.taps("Người khác")
        assert phone.labels() == ["Bác Đào", "Người khác", "Quay lại"]
        await phone.says("2", "3", "Ba", TAM_REPORTS, "1")
        assert await trees(village) == {"Ba": 3}

    async def test_is_kept_with_the_talk_and_an_older_talk_is_read(self) -> None:
        now = datetime(2026, 11, 21, 2, tzinfo=UTC)
        kept = Talk(who_at=now).to_json()
        assert Talk.from_json(kept, now).who_at == now
        older = {**json.loads(kept), "asked": 7}
        del older["who_at"]
        assert Talk.from_json(json.dumps(older), now) == Talk(asked=7)


class TestPlaces:
    """What one was in the middle of is never finished as the other."""

    async def test_each_has_their_own(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS, "tôi là Tám")
        assert phone.labels() == ["Học bài", "Báo việc đã làm", "Đổi sang bác Lan"]
        await phone.says("1")  # nothing of bác Lan's is left to say yes to
        assert await trees(village) == {}
        await phone.says("tôi là Lan")
        assert phone.labels()[0] == "Làm tiếp: báo trồng cây"
        await phone.says("1", "1")
        phone.heard("Cháu ghi rồi ạ: 5 cây")
        assert await trees(village) == {"Lan": 5}

    async def test_a_button_of_the_other_does_nothing(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS)
        old = phone.button("Đúng rồi").payload
        await phone.says("tôi là Tám", TAM_REPORTS)
        await phone.taps_payload(old)
        phone.heard("câu cũ")
        assert await trees(village) == {}

    async def test_nobody_takes_back_what_the_other_reported(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS, "1")
        lan_undoes = phone.button("Xóa báo cáo này").payload
        await phone.says("tôi là Tám")
        await phone.taps_payload(lan_undoes)
        phone.heard("không còn trong sổ của ông")
        assert await trees(village) == {"Lan": 5}

    async def test_words_after_a_long_silence_wait_for_who_said_them(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says("tôi là Lan", "báo", "1")  # "how many trees?" stays unanswered
        village.clock.passes(minutes=45)
        await phone.says("tôi trồng 7 cây hôm nay")
        phone.heard(WHO)
        await phone.says("Tám")
        phone.heard("ông trồng 7 (bảy) cây")
        await phone.says("1", "tôi là Lan", "1")
        phone.heard("báo trồng cây")
        assert await trees(village) == {"Tám": 7}

    async def test_and_are_heard_where_they_were_said_when_it_is_the_same_person(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says("tôi là Lan", "báo", "1")
        village.clock.passes(minutes=45)
        await phone.says("7 cây", "Lan")
        phone.heard("mình quay lại báo trồng cây", "hôm nào ạ")
        await phone.says("1", "1")
        assert await trees(village) == {"Lan": 7}

    async def test_so_do_taps(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS)
        village.clock.passes(hours=9)
        await phone.taps("Đúng rồi")
        phone.heard(WHO)
        await phone.taps("Bác Lan")
        phone.heard("Cháu ghi rồi ạ: 5 cây")
        assert await trees(village) == {"Lan": 5}

    async def test_a_tap_of_the_other_saves_nothing(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS)
        village.clock.passes(hours=9)
        await phone.taps("Đúng rồi")
        await phone.taps("Ông Tám")
        assert await trees(village) == {}
        await phone.says("tôi là Lan", "1", "1")
        assert await trees(village) == {"Lan": 5}

    async def test_resuming_asks_too(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS, "trợ giúp")
        village.clock.passes(hours=1)
        await phone.taps("Làm tiếp: báo trồng cây")
        phone.heard(WHO)
        await phone.taps("Ông Tám")
        assert phone.labels() == ["Học bài", "Báo việc đã làm", "Đổi sang bác Lan"]

    async def test_lessons_go_on_where_each_was(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", "học", "1", "1")
        place = phone.text
        await phone.says("tôi là Tám", "học")
        phone.heard_nothing_of("Học tiếp")
        await phone.says("1", "tôi là Lan", "học")
        assert any(label.startswith("Học tiếp") for label in phone.labels())
        await phone.says("1")
        assert place.splitlines()[-1] in phone.text

    async def test_a_photo_belongs_to_who_then_says_so(
        self, village: Village, phone: Phone
    ) -> None:
        lan, tam = await id_of(village, "Lan"), await id_of(village, "Tám")
        await phone.says("tôi là Lan")
        village.clock.passes(hours=1)
        await phone.shows("photo")
        phone.heard(WHO)
        await phone.shows("photo")
        await phone.taps("Ông Tám")
        async with village.store.read() as tx:
            assert (await photos.count(tx, lan), await photos.count(tx, tam)) == (0, 2)


class TestRedelivery:
    async def test_an_answer_is_taken_once_and_given_again(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says(LAN_REPORTS, "Lan", "1")
        await phone.repeats()
        phone.heard("Cháu ghi rồi ạ: 5 cây")
        await phone.taps("Đổi sang ông Tám")
        await phone.repeats()
        phone.heard("mời ông Tám")
        await phone.says("việc của tôi")
        phone.heard("Ông chưa báo việc gì")
        assert await trees(village) == {"Lan": 5}

    async def test_someone_is_added_once(self, village: Village, lan: Phone) -> None:
        await adds(lan)
        await lan.repeats()
        lan.heard("quen ông Tám")
        async with village.store.read() as tx:
            assert len(await addresses.sharing(tx, "phone", "lan")) == 2

    async def test_a_switch_that_fails_leaves_all_as_it_was(
        self, village: Village, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await phone.says("tôi là Lan", LAN_REPORTS)

        async def breaks(*_: object) -> None:
            raise OSError("the disk is full")

        with monkeypatch.context() as broken:
            broken.setattr("bot.dispatcher.addresses.keep_talk", breaks)
            with pytest.raises(OSError, match="full"):
                await phone.says("tôi là Tám")
        await phone.says("1")
        phone.heard("Cháu ghi rồi ạ: 5 cây")
        assert await trees(village) == {"Lan": 5}


class TestErasing:
    async def test_one_leaves_the_other(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Tám", TAM_REPORTS, "tôi là Lan", LAN_REPORTS, "1")
        await phone.says("dữ liệu của tôi", "3", "1")
        phone.heard("đã xóa hết", "Giờ mời ông Tám dùng tiếp")
        kept = await texts_kept(village)
        assert "Lan" not in kept
        assert "5 cây" not in kept
        await phone.says("1", "1")  # goes on with what he was reporting
        phone.heard("Cháu ghi rồi ạ: 3 cây xoan")
        village.clock.passes(days=1)
        await phone.says("việc của tôi")
        phone.heard("3 cây xoan")
        phone.heard_nothing_of(WHO, "5 cây")
        assert await trees(village) == {"Tám": 3, "": 5}

    async def test_both_leave_nothing(self, village: Village, phone: Phone) -> None:
        await phone.says("tôi là Lan", "dữ liệu của tôi", "3", "1")
        await phone.says("dữ liệu của tôi", "3", "1")
        phone.heard("đã xóa hết")
        async with village.store.read() as tx:
            assert not await tx.fetch("SELECT * FROM sharers")
            assert not await tx.fetch("SELECT * FROM addresses")
        await phone.says("alo")
        phone.heard("có đồng ý")

    async def test_two_who_stay_are_asked_who_is_talking(
        self, village: Village, phone: Phone
    ) -> None:
        await adds(phone, "Mai", "3")
        await phone.says("dữ liệu của tôi", "3", "1", "việc của tôi")
        phone.heard(WHO)
        assert phone.labels() == ["Bác Lan", "Ông Tám", "Quay lại"]

    async def test_the_goodbye_goes_out_and_is_not_the_others(
        self, village: Village, phone: Phone
    ) -> None:
        await phone.says("tôi là Lan", "dữ liệu của tôi", "3", "1")
        await phone.repeats()
        phone.heard("đã xóa hết")
        async with village.store.read() as tx:
            rows = await tx.fetch("SELECT DISTINCT person_id FROM outbox")
        assert None in {row["person_id"] for row in rows}

    async def test_on_one_phone_hands_the_others_over(self, village: Village, phone: Phone) -> None:
        lan = await id_of(village, "Lan")
        async with village.store.begin() as tx:
            await also_at(tx, lan, "web", "lan-web")
            await erasures.withdraw(tx, lan, "1", "web", village.clock())
            assert await addresses.get(tx, "web", "lan-web") is None
            here = await addresses.get(tx, "phone", "lan")
            assert await addresses.latest(tx, lan) is None
        assert here
        assert here.person
        assert (here.person.name, here.shared) == ("Tám", False)

    async def test_takes_what_reviewers_were_told_even_while_another_has_their_phone(
        self, village: Village
    ) -> None:
        lan = await village.elder()
        await lan.says(LAN_REPORTS, "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("duyệt")
        await adds(leader, "Tám")
        await leader.says("tôi là Minh", "duyệt")
        village.clock.passes(hours=1)
        await leader.says("để sau", "Tám")  # the review stays with anh Minh
        assert "Lan" in await texts_kept(village)
        await lan.says("dữ liệu của tôi", "3", "1")
        assert "Lan" not in await texts_kept(village)


class TestRights:
    async def test_belong_to_who_is_talking(self, village: Village) -> None:
        phone = await village.staff("leader", "pt-go-vu")
        mai = await village.elder("Mai")
        await mai.says(LAN_REPORTS, "1")
        await adds(phone, "Tám")
        await phone.says("duyệt")
        phone.heard("dành cho cán bộ hoặc trưởng chi hội")
        await phone.says("tôi là Minh", "duyệt")
        phone.heard("Có 1 báo cáo chờ duyệt")

    async def test_are_asked_about_after_half_an_hour(self, village: Village) -> None:
        phone = await village.staff("leader", "pt-go-vu")
        await adds(phone, "Tám")
        village.clock.passes(hours=1)
        await phone.says("duyệt")
        phone.heard(WHO)
        await phone.says("Minh")
        phone.heard("không có báo cáo nào chờ duyệt")

    async def test_an_invite_is_for_who_is_talking(self, village: Village, phone: Phone) -> None:
        await phone.says(f"/start {await village.invite('leader', 'pt-go-vu')}")
        phone.heard(WHO)
        await phone.says("Lan")
        phone.heard("trưởng chi hội")
        await phone.says("1")
        async with village.store.read() as tx:
            lan, tam = await addresses.sharing(tx, "phone", "lan")
        assert [len(one.grants) for one in (lan, tam)] == [1, 0]


class TestFromOurSide:
    async def test_the_weekly_question_comes_once_to_a_phone(
        self, village: Village, phone: Phone
    ) -> None:
        village.clock.now = FRIDAY_MORNING
        assert await village.ticks() == 1
        assert phone.replies[-1].text.startswith(
            "Cháu gửi ông Tám:\nTuần này ông"
        )  # who talks there now
        assert await village.ticks() == 0
        await phone.taps("Có, tôi báo")
        phone.heard(WHO)
        await phone.says("Lan", LAN_REPORTS, "1", "tôi là Tám")
        village.clock.passes(hours=2)
        assert await village.ticks() == 0
        village.clock.passes(days=1)
        assert await village.ticks() == 0
        assert sum("Tuần này" in reply.text for reply in phone.replies) == 1

    async def test_it_goes_to_the_one_who_was_not_heard_from(
        self, village: Village, phone: Phone
    ) -> None:
        village.clock.now = FRIDAY_MORNING - timedelta(days=1)
        await phone.says("tôi là Lan", LAN_REPORTS, "1")
        village.clock.now = FRIDAY_MORNING
        assert await village.ticks() == 1
        phone.heard("Tuần này ông")
        await phone.taps("Tuần này chưa")
        phone.heard(WHO)
        await phone.says("Tám")
        async with village.store.read() as tx:
            heard = await tx.fetch("SELECT DISTINCT person_id FROM heard")
        assert len(heard) == 2

    async def test_the_latest_address_is_found_though_another_talks_there(
        self, village: Village, phone: Phone
    ) -> None:
        lan = await id_of(village, "Lan")
        async with village.store.read() as tx:
            here = await addresses.latest(tx, lan)
        assert here
        assert here.person
        assert (here.address, here.person.name, here.shared) == ("lan", "Lan", True)
        scene = Scene(
            Library(village.content), village.clock(), "phone", "lan", here.person, shared=True
        )
        assert (
            for_whom(scene, here, Reply(text="Mai họp ạ.")).text == "Cháu gửi bác Lan:\nMai họp ạ."
        )

    async def test_and_a_phone_of_ones_own_needs_no_name(
        self, village: Village, lan: Phone
    ) -> None:
        lan_id = await id_of(village, "Lan")
        async with village.store.read() as tx:
            here = await addresses.latest(tx, lan_id)
        assert here
        scene = Scene(Library(village.content), village.clock(), "phone", "lan", here.person)
        assert for_whom(scene, here, Reply(text="Mai họp ạ.")).text == "Mai họp ạ."
