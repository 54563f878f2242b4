"""Pictures the bot draws: my page, for every name and number, and what a unit's share is."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFont

from bot.__main__ import cli
from content.loader import Content, load, programs
from content.models.drawing import DRAWING
from handlers.reports import pictures, shares
from storage.database import Store
from tests.talking import Phone, Village

VALUES = {
    "form": "bác",
    "name": "Lan",
    "unit": "Xóm Gò Vũ",
    "trees": 7,
    "lessons": 3,
    "of_lessons": 4,
    "program": "Người cao tuổi xã Phú Thịnh",
    "date": "21/11/2026",
}
VOWELS, TONES = "aăâeêioôơuưy", ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + ["đ", "·"]
LONG = "Nguyễn Phúc Công Tằng Tôn Nữ Thị Hồng Hạnh Bảo Châu Anh Thư"


#: The drawings that no card fills in.
CHARTED = ("targets", "weeks", "units", "survey")
WHOLE = {"gathering_code", "my_page", "certificate", *(f"chart_{one}" for one in CHARTED)}
_20, _24, _28 = "Tài khoản ngân hàng", "Tài khoản ngân hàng ấy", "Tài khoản ngân hàng của mình"
_40 = "Tài khoản ngân hàng của mình và người ấy"
_12 = "Tài khoản ấy"
DEED = {"icon": "khoa", "text": _28}
#: Every drawing with as many texts, each as long, as it takes.
LONGEST: dict[str, dict[str, Any]] = {
    "dien_thoai": {"title": _20, "rows": [_28] * 4, "press": _28},
    "man_hinh_chinh": {"apps": [{"icon": "khoa", "name": _12}] * 4, "press": _12},
    "nut_bam": {
        "title": _20,
        "fields": [{"label": _20, "value": _28}] * 2,
        "look": [_20],
        "button": _24,
        "press": True,
    },
    "tin_nhan": {"name": _20, "messages": [{"text": _40, "link": True, "bad": True}] * 3},
    "cuoc_goi": {"caller": _20, "says": _40, "press": "nghe", "bad": True},
    "thanh_keo": {"title": _20, "icon": "loa", "less": "Nhỏ đi", "more": "To lên", "sample": _24},
    "bieu_tuong": {"icons": [{"icon": "khoa", "text": f"{_28} và vợ", "bad": True}] * 3},
    "nen_khong": {"do": [DEED] * 2, "do_not": [DEED] * 2},
    "cac_buoc": {"steps": [DEED] * 4},
    "thung_rac": {"bins": [{"name": _12, "icon": "chai", "items": [_12] * 3}] * 3},
    "trong_cay": {"stage": "dao_ho", "text": _28, "label": _12},
    "so_ghi": {"title": _20, "heads": [_12] * 4, "rows": [[_12] * 4] * 3, "total": [_12] * 4},
    "nhan_hang": {"name": _20, "lines": [_20] * 3, "stars": 5, "qr": True},
}


def drawn(**values: object) -> Image.Image:
    return Image.open(BytesIO(pictures.draw("my_page", VALUES | values))).convert("RGB")


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Where dark ink begins and ends, from left to right, in a part of a picture."""
    found = picture.crop(box).convert("L").point(lambda shade: 255 * (shade < 90)).getbbox()
    assert found
    return found[0] + box[0], found[2] + box[0]


def forest(picture: Image.Image) -> int:
    """How much of a picture is trees."""
    return sum(picture.crop((0, 600, 1080, 885)).convert("L").histogram()[:115])


class TestDrawing:
    @pytest.mark.parametrize("trees", [0, 1, 7, 150, 12_345, 1_234_567])
    @pytest.mark.parametrize("name", ["Lan", "Nguyễn Thị Lan", LONG])
    def test_every_name_and_number_fits(self, trees: int, name: str) -> None:
        unit = "Tổ dân phố số 14, phường Đoàn Kết mở rộng" if name == LONG else "Xóm Gò Vũ"
        picture = drawn(trees=trees, name=name, unit=unit)
        assert picture.size == (1080, 1080)
        left, right = ink(picture, (0, 0, 1080, 220))
        assert left > 20
        assert right < 1060
        left, right = ink(picture, (0, 330, 1080, 560))
        assert left > 290, "the number stays inside the sun"
        assert right < 790

    def test_as_many_trees_are_drawn_as_there_are_up_to_twelve(self) -> None:
        forests = [forest(drawn(trees=trees)) for trees in (1, 3, 6, 12, 13)]
        assert forests[0] < forests[1] < forests[2] < forests[3]
        assert forests[3] == forests[4]

    def test_the_font_has_every_vietnamese_letter(self) -> None:
        letters = [*LETTERS, *map(str.upper, LETTERS)]
        for path in pictures.FONTS:
            font = ImageFont.truetype(path, 40)
            nothing = bytes(font.getmask("\ufffe"))
            missing = [one for one in letters if bytes(font.getmask(one)) == nothing]
            assert missing == [], path

    def test_nothing_of_a_name_is_read_as_a_drawing(self) -> None:
        assert drawn(name="<rect/> & {{ 7 }}").size == (1080, 1080)

    def test_the_same_picture_is_drawn_once(self) -> None:
        assert pictures.draw("my_page", VALUES) is pictures.draw("my_page", dict(VALUES))

    @pytest.mark.parametrize(
        ("svg", "problem"),
        [
            ("<svg/>", "must begin with values to try it with"),
            ("{# {} #}<svg>{{ name }}</svg>", "'name' is undefined"),
            ("{# {} #}<svg>{% if %}</svg>", "Expected an expression"),
            ("{# {} #}<svg><g></svg>", "expected 'g' tag"),
            ("{# {name} #}<svg/>", "property name"),
        ],
    )
    def test_a_broken_drawing_is_told(
        self, svg: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "FOLDER", tmp_path)
        pictures.templates.cache_clear()
        (tmp_path / "broken.svg").write_text(svg, encoding="utf-8")
        [found] = pictures.problems()
        assert found.startswith("content/pictures/broken.svg: ")
        assert problem in found
        pictures.templates.cache_clear()

    def test_the_drawings_of_the_program_are_sound(self) -> None:
        assert pictures.problems() == []


class TestCertificate:
    @pytest.mark.parametrize("name", ["Lan", "Nguyễn Thị Phương Thảo", LONG])
    @pytest.mark.parametrize("track", ["Sống xanh", "Tự bảo vệ mình trên không gian mạng"])
    def test_every_name_and_track_fits(self, name: str, track: str) -> None:
        unit = "Tổ dân phố số 14, phường Đoàn Kết mở rộng" if name == LONG else "Xóm Gò Vũ"
        values = {key: VALUES[key] for key in ("form", "program", "date")}
        values |= {"name": name, "track": track, "unit": unit}
        picture = Image.open(BytesIO(pictures.draw("certificate", values))).convert("RGB")
        assert picture.size == (1080, 1080)
        left, right = ink(picture, (70, 400, 1010, 1010))
        assert left > 85
        assert right < 995


class TestLessons:
    @pytest.mark.parametrize("program", programs())
    def test_every_picture_of_every_card_draws(self, program: str) -> None:
        content = load(program)
        assert pictures.problems_of_cards(content) == []
        assert len(list(pictures.of_cards(content))) < pictures.HELD, "all are held at once"

    def test_every_letter_can_be_read_on_a_phone(self, phu_thinh: Content) -> None:
        for lesson, card, drawn in pictures.of_cards(phu_thinh):
            svg = pictures.templates().get_template(f"{drawn.template}.svg").render(drawn.values)
            written = re.sub("<symbol.*?</symbol>", "", svg, flags=re.DOTALL)
            sizes = re.findall(r'font-size="([\d.]+)"', written)
            assert all(float(size) >= pictures.SMALLEST for size in sizes), (lesson, card)

    @pytest.mark.parametrize("drawing", sorted(LONGEST))
    def test_texts_as_long_as_they_may_be_still_fit(self, drawing: str) -> None:
        drawn = DRAWING.validate_python({"drawing": drawing, **LONGEST[drawing]})
        assert pictures.draw(drawn.template, drawn.values)

    def test_every_drawing_is_tried_at_its_longest(self) -> None:
        assert {f"lessons/{name}" for name in LONGEST} == set(pictures.names()) - WHOLE

    async def test_a_card_s_picture_comes_again_with_its_words_but_not_for_ever(
        self, lan: Phone
    ) -> None:
        await lan.says("học bài", "1")
        assert lan.images == []
        await lan.says("tiếp")
        lan.heard("giống chìa khóa tủ tiền")
        picture = lan.latest[0].picture
        assert picture
        assert picture.name == "lessons/bieu_tuong"
        assert lan.latest[0].choices, "the picture, its words and the choices are one message"
        assert lan.images[0].startswith(b"\x89PNG")
        await lan.says("ờm ờm", "nghe lại", "ờm ờm", "nghe lại")
        lan.heard("giống chìa khóa tủ tiền")
        assert len(lan.images) == 2
        await lan.says("tiếp")
        assert len(lan.images) == 3

    async def test_who_goes_on_another_day_sees_the_picture(self, lan: Phone) -> None:
        await lan.says("học bài", "1", "tiếp", "để sau")
        lan.village.clock.passes(days=1)
        await lan.says("học bài", "1")
        lan.heard("Mình học tiếp bài", "giống chìa khóa tủ tiền")
        assert len(lan.images) == 2

    def test_all_of_them_are_put_into_a_folder_to_look_at(self, tmp_path: Path) -> None:
        cli.main(["draw", str(tmp_path / "tranh")], standalone_mode=False)
        drawn = {path.stem for path in (tmp_path / "tranh").glob("*.png")}
        assert {"bat_dau_chu_to-3", "sample-dien_thoai", "sample-certificate"} <= drawn


class TestMyPage:
    async def test_it_shows_a_picture_to_show_around(self, lan: Phone) -> None:
        await lan.says("hôm nay trồng 5 cây keo", "1", "hôm qua trồng 2 cây mít", "1", "/toi")
        lan.heard("Bác trồng được 7 cây", "trồng 2 cây mít", "bài học ngắn")
        picture = lan.latest[0].picture
        assert picture
        assert (picture.name, picture.values["trees"]) == ("my_page", 7)
        assert picture.values["name"] == "Lan"
        assert lan.images[-1].startswith(b"\x89PNG")

    async def test_before_the_first_tree(self, lan: Phone) -> None:
        await lan.says("/toi")
        lan.heard("Chờ cây đầu tiên của bác", "chưa báo việc gì")
        assert lan.images

    async def test_a_unit_s_trees_stand_beside_its_share(self, lan: Phone) -> None:
        """100.000 trees a year over 30 xóm."""
        hoa = await lan.village.elder("Hoa")
        await hoa.says("hôm nay trồng 30 cây keo", "1")
        await lan.says("hôm nay trồng 5 cây keo", "1", "/toi")
        lan.heard("Xóm Gò Vũ năm nay báo được 35 cây", "Nếu chia đều cho các xóm", "3.334 cây")

    async def test_staff_of_the_whole_program_see_no_share(self, village: Village) -> None:
        officer = await village.staff("officer")
        await officer.says("/toi")
        officer.heard_nothing_of("chia đều")


class TestShares:
    async def test_a_target_of_several_years_is_divided_by_them(self, sqlite_store: Store) -> None:
        """One million trees from 2025 to 2030 over 38 xã and phường."""
        content = load("lai_chau")
        unit = next(one.code for one in content.units.values() if one.parent)
        async with sqlite_store.read() as tx:
            share = await shares.of_unit(tx, content, unit, date(2026, 11, 21))
        assert share
        assert share.of_years
        assert share.goal == -(-1_000_000 // (6 * 38))

    async def test_without_a_target_there_is_no_share(
        self, sqlite_store: Store, phu_thinh: Content
    ) -> None:
        async with sqlite_store.read() as tx:
            assert await shares.of_unit(tx, phu_thinh, "pt-go-vu", date(2040, 1, 1)) is None
            assert await shares.of_unit(tx, phu_thinh, "unknown", date(2026, 1, 1)) is None
            plan = phu_thinh.plan.model_copy(update={"targets": ()})
            none = dataclasses.replace(phu_thinh, plan=plan)
            assert await shares.of_unit(tx, none, "pt-go-vu", date(2026, 1, 1)) is None
