"""The command line, as another program calls it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.settings import Settings

COMMANDS = [
    "run", "talk", "tally", "freeze", "understand", "suspect", "invite", "check-content", "draw",
    "recount", "backup", "restore", "migrate", "import", "cards", "doctor", "zalo-oa",
]  # fmt: skip


class Ran:
    """What a command left behind."""

    def __init__(self, code: int | None, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out.decode(), err.decode()


async def bot(folder: Path, *words: str, said: str = "", **setting: str) -> Ran:
    """Run `python -m bot …` with its data in a folder."""
    settings = {"BOT_DATABASE_URL": f"sqlite:///{folder}/bot.db", **setting}
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env={**keep, **settings, "PYTHONPATH": str(Path.cwd())},
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(said.encode())
    return Ran(process.returncode, out, err)


async def test_a_talk_in_the_terminal_ends_up_in_the_tally(tmp_path: Path) -> None:
    said = "1\n1\nLan\ngò vũ\n1\nhôm nay tôi trồng 5 cây keo\n1\n"
    talk = await bot(tmp_path, "talk", said=said)
    assert talk.code == 0, talk.err
    assert "Cháu ghi rồi ạ: 5 cây keo" in talk.out
    tally = await bot(tmp_path, "tally", "--period", "all", "--format", "json")
    assert tally.code == 0, tally.err
    rows = {row["target"]: row for row in json.loads(tally.out)["rows"]}
    assert rows["PT-I-3a"]["reported"] == 5
    unit = await bot(
        tmp_path, "tally", "--period", "all", "--unit", "bn-vai-cay", "--format", "csv"
    )
    assert ",trees,100000,0,0" in unit.out
    recount = await bot(tmp_path, "recount")
    assert (recount.code, recount.out.split(":")[0]) == (0, "equal")


async def test_parts_of_the_program_need_a_database_that_can_be_shared(tmp_path: Path) -> None:
    ran = await bot(tmp_path, "run", "--only", "web")
    assert ran.code == 1
    assert ran.err.strip() == "BOT_DATABASE_URL: run --only needs postgresql://…, to be shared."


async def test_a_lesson_is_tried_and_nothing_is_kept(tmp_path: Path) -> None:
    said = "1\n1\n1\n1\n1\n1\n"
    talk = await bot(tmp_path, "talk", "--lesson", "de_an_379_bon_viec", said=said)
    assert talk.code == 0, talk.err
    assert talk.out.strip().startswith("Bài: Bốn việc của Đề án")
    assert "Riêng xã Phú Thịnh mong mỗi năm trồng ít nhất 100 nghìn cây" in talk.out
    assert "Câu 1/3" in talk.out
    assert list(tmp_path.iterdir()) == []


async def test_a_talk_as_an_officer(tmp_path: Path) -> None:
    talk = await bot(tmp_path, "talk", "--as", "officer", said="1\n1\nMinh\n/tonghop\n")
    assert "Trồng cây: trong kỳ báo 0" in talk.out, talk.err


async def test_a_tally_goes_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "tally.csv"
    ran = await bot(tmp_path, "tally", "--period", "2026", "--format", "csv", "--out", str(out))
    assert (ran.code, ran.out) == (0, "")
    assert out.read_bytes().startswith(b"\xef\xbb\xbfperiod,")


async def test_every_form_goes_to_a_file(tmp_path: Path) -> None:
    for form, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("png", b"\x89PNG"), ("json", b"{")):
        out = tmp_path / f"tally.{form}"
        ran = await bot(tmp_path, "tally", "--period", "2026", "--format", form, "--out", str(out))
        assert (ran.code, ran.out) == (0, ""), ran.err
        assert out.read_bytes().startswith(begins)


async def test_a_period_is_frozen_byte_for_byte(tmp_path: Path) -> None:
    json_of = ("tally", "--period", "2025", "--format", "json")
    before = json.loads((await bot(tmp_path, *json_of)).out)
    assert (before["frozen"], before["revision"]) == (False, 0)
    ran = await bot(tmp_path, "freeze", "--period", "2025")
    assert (ran.code, ran.out) == (0, "2025: frozen, revision 1\n"), ran.err
    first, again = [await bot(tmp_path, *json_of) for _ in range(2)]
    assert first.out == again.out
    assert json.loads(first.out)["revision"] == 1
    assert (await bot(tmp_path, *json_of, "--revision", "1")).out == first.out
    same = await bot(tmp_path, "freeze", "--period", "2025")
    assert (same.code, same.err) == (1, "2025 is frozen already, and nothing has changed since\n")


async def test_what_is_frozen_again_without_a_reason_says_so(tmp_path: Path) -> None:
    freeze = ("freeze", "--period", "2025")
    assert (await bot(tmp_path, *freeze)).code == 0
    with sqlite3.connect(tmp_path / "bot.db") as kept:
        kept.execute(
            "INSERT INTO rosters (unit, kind, people, day, source, by_id, at)"
            " VALUES ('05800', 'over60', 900, '2025-06-01', 'UBND', 1, '2026-01-01T00:00:00Z')"
        )
    ran = await bot(tmp_path, *freeze)
    assert (ran.code, ran.out) == (0, "2025: frozen, revision 2\n"), ran.err
    ran = await bot(tmp_path, "tally", "--period", "2025", "--format", "json")
    assert "không ghi lý do" in json.loads(ran.out)["changed"]["why"]


async def test_lai_chau_has_its_ten_targets(tmp_path: Path) -> None:
    ran = await bot(
        tmp_path, "tally", "--period", "2026", "--format", "json", BOT_PROGRAM="lai_chau"
    )
    told = json.loads(ran.out)
    assert len(told["rows"]) == 10
    assert len(told["units"]) == 39


async def test_an_invite_prints_the_code_alone_then_the_ways(tmp_path: Path) -> None:
    ran = await bot(tmp_path, "invite", "--role", "leader", "--unit", "pt-go-vu")
    code, *links = ran.out.splitlines()
    assert ran.code == 0
    assert code.replace("-", "").isalnum()
    assert links[0] == f"Trang web: http://localhost:8080/?start={code}"
    said = f"/start {code}\n1\n1\nMinh\n1\nduyệt\n"
    talk = await bot(tmp_path, "talk", said=said)
    assert "Từ giờ bác là trưởng chi hội, phạm vi Xóm Gò Vũ" in talk.out


async def test_understand_prints_what_was_read(tmp_path: Path) -> None:
    day = ("--today", "2026-11-21")
    ran = await bot(tmp_path, "understand", *day, "hôm qua tôi trồng 15 cây keo")
    assert json.loads(ran.out) == {
        "items": [
            {"activity": "trees", "quantity": 15, "unit": "cây", "what": "keo", "on": "2026-11-20"}
        ],
        "negated": False,
        "ask": None,
    }
    many = await bot(tmp_path, "understand", *day, "-", said="chưa làm được gì\n\nmới trồng cây\n")
    first, second, third = map(json.loads, many.out.splitlines())
    assert first["negated"]
    assert second == {"items": [], "negated": False, "ask": None}
    assert "mấy cây" in third["ask"]


async def test_suspect_prints_the_signs_of_a_scam(tmp_path: Path) -> None:
    ran = await bot(tmp_path, "suspect", "Công an đây, bác đọc mã OTP cho tôi ngay")
    seen = json.loads(ran.out)
    assert seen["warn"]
    assert {"sign", "why"} == set(seen["signs"][0])
    assert "công an xã" in seen["advice"]
    said = "Mai 8 giờ họp chi hội ở nhà văn hóa\n\ntoi lo chuyen tien cho ke lua roi\n"
    many = await bot(tmp_path, "suspect", "-", said=said)
    first, second, third = map(json.loads, many.out.splitlines())
    assert (first["warn"], first["signs"], second["warn"]) == (False, [], False)
    assert "chưa thấy dấu hiệu" in first["advice"]
    assert "an toàn" not in many.out
    assert "ngân hàng" in third["advice"]


async def test_the_code_of_a_unit_is_typed_in_any_letters(tmp_path: Path) -> None:
    ran = await bot(tmp_path, "tally", "--period", "2026", "--unit", "PT-GO-VU")
    assert ran.code == 0


async def test_doctor_explains_every_setting(tmp_path: Path) -> None:
    ran = await bot(tmp_path, "doctor")
    assert "113 in content/hotlines.toml wait for an officer's check" in ran.out
    assert ran.code == 0
    for name in Settings.model_fields:
        assert name.upper() in ran.out


@pytest.mark.parametrize(
    ("words", "setting", "code", "told"),
    [
        (["tally", "--period", "2026-W60"], {}, 2, "--period"),
        (["tally", "--period", "2026", "--format", "xml"], {}, 2, "--format"),
        (["tally", "--period", "2026", "--unit", "nowhere"], {}, 2, "--unit"),
        (["tally", "--period", "2026", "--agency", "nobody"], {}, 2, "pt_phong_kinh_te"),
        (["tally"], {}, 2, "--period"),
        (["tally", "--period", "2026", "--format", "xlsx"], {}, 2, "--out"),
        (["tally", "--period", "2026", "--revision", "1"], {}, 2, "no revision 1"),
        (["freeze", "--period", "all"], {}, 1, "2035-12-31"),
        (["freeze", "--period", "2026-13"], {}, 2, "--period"),
        (["invite", "--role", "king"], {}, 2, "--role"),
        (["talk", "--lesson", "de_an_bon_viec"], {}, 2, "did you mean de_an_379_bon_viec"),
        (["talk", "--lesson", "xyz"], {}, 2, "no lesson has the id 'xyz'"),
        (["sing"], {}, 2, "sing"),
        (["understand", "--today", "soon", "x"], {}, 2, "--today"),
        (["migrate"], {"BOT_DATABASE_URL": "mysql://x"}, 1, "BOT_DATABASE_URL"),
        (["migrate"], {"BOT_DATABASE_URL": "sqlite:////proc/none/bot.db"}, 1, "BOT_DATABASE_URL"),
        (["run"], {"BOT_PROGRAM": "ha_noi"}, 1, "BOT_PROGRAM"),
        (["run"], {"BOT_WEB_PORT": "lots"}, 1, "BOT_WEB_PORT"),
        (["run"], {"BOT_QUIET_HOURS": "25:00-99:00"}, 1, "BOT_QUIET_HOURS"),
        (["run"], {"TELEGRAM_TOKEN": "nonsense"}, 1, "TELEGRAM_TOKEN"),
        (
            ["run"],
            {"TELEGRAM_TOKEN": "1:x", "TELEGRAM_MODE": "webhook"},
            1,
            "BOT_PUBLIC_URL",
        ),
    ],
)
async def test_a_mistake_is_one_clear_sentence(
    tmp_path: Path, words: list[str], setting: dict[str, str], code: int, told: str
) -> None:
    ran = await bot(tmp_path, *words, **setting)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert len(ran.err.strip().splitlines()) == 1, ran.err
    assert "Traceback" not in ran.err
    assert "nonsense" not in ran.err


async def test_a_copy_comes_back_without_who_took_everything_back(tmp_path: Path) -> None:
    await bot(tmp_path, "talk", said="1\n1\nLan\ngò vũ\n1\n")
    await bot(tmp_path, "backup", "copy.gz")
    await bot(tmp_path, "talk", said="dữ liệu\nxóa hết của tôi\n1\n")
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("bot", "one", "two")]
    back = await bot(tmp_path, "restore", "copy.gz", BOT_DATABASE_URL=urls[1])
    assert (back.code, "is here again" in back.err) == (0, True)
    assert b"Lan" in (tmp_path / "one.db").read_bytes()
    words = ("restore", "copy.gz", "--replaces")
    back = await bot(tmp_path, *words, urls[0], BOT_DATABASE_URL=urls[2])
    assert (back.code, back.err) == (0, "")
    assert "what 1 people took back since is gone again" in back.out
    assert b"Lan" not in (tmp_path / "two.db").read_bytes()
    back = await bot(tmp_path, *words, f"sqlite:///{tmp_path}/none.db")
    assert (back.code, "there is no file" in back.err) == (1, True)
