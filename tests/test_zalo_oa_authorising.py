"""What the operator of an Official Account types: authorise, doctor."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, REDIRECT, SECRET_KEY, ZaloOaApi
from tests.test_command_line import bot
from tests.test_zalo_oa import api, clock

__all__ = ["api", "clock"]


def settings(api: ZaloOaApi) -> dict[str, str]:
    return {
        "BOT_PUBLIC_URL": REDIRECT.removesuffix("/zalo-oa"),
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": SECRET_KEY,
        "ZALO_OA_API_URL": api.url,
        "ZALO_OA_OAUTH_URL": api.url,
    }


async def authorises(
    api: ZaloOaApi, folder: Path, lands: Callable[[str], str], *words: str
) -> tuple[int | None, str]:
    """Walk through it: whoever opens the address lands somewhere and pastes that."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "zalo-oa", "authorise", *words),
        env={
            **keep,
            **settings(api),
            "BOT_DATABASE_URL": f"sqlite:///{folder}/bot.db",
            "PYTHONPATH": str(Path.cwd()),
        },
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout
    assert process.stdin
    said = ""
    while line := (await process.stdout.readline()).decode():
        said += line
        if line.startswith("http"):
            process.stdin.write(f"{lands(line.strip())}\n".encode())
            await process.stdin.drain()
    return await process.wait(), said


async def test_a_human_authorises_and_doctor_finds_all_in_place(
    api: ZaloOaApi, tmp_path: Path
) -> None:
    before = await bot(tmp_path, "doctor", **settings(api))
    assert before.out.count("missing: Zalo OA: a human has to authorise") == 1
    code, said = await authorises(api, tmp_path, api.permits)
    assert (code, "The tokens are kept" in said) == (0, True), said
    assert "-of-tests" not in said
    ran = await bot(tmp_path, "doctor", **settings(api))
    assert ran.code == 0, ran.err
    assert "the tokens are good, for the account Hội Người cao tuổi" in ran.out
    assert "100 of 2000 messages left" in ran.out
    assert f"missing: Zalo OA: {REDIRECT} does not answer" in ran.out
    assert api.calls["access_token"] == 1


@pytest.mark.parametrize(
    ("lands", "told"),
    [
        (lambda _url: "https://hoi.example.vn/zalo-oa", "holds no code"),
        (lambda _url: "https://hoi.example.vn/zalo-oa?code=1&state=other", "another try"),
    ],
)
async def test_a_wrong_address_is_told(
    api: ZaloOaApi, tmp_path: Path, lands: Callable[[str], str], told: str
) -> None:
    code, said = await authorises(api, tmp_path, lands)
    assert code == 1
    assert told in said
    assert not api.calls


async def test_a_code_that_is_used_up_is_told(api: ZaloOaApi, tmp_path: Path) -> None:
    def too_late(url: str) -> str:
        landed = api.permits(url)
        for code in api.codes.values():
            code.used = True
        return landed

    code, said = await authorises(api, tmp_path, too_late, "--redirect", REDIRECT)
    assert code == 1
    assert "ten minutes" in said


async def test_what_is_missing_is_named(tmp_path: Path, api: ZaloOaApi) -> None:
    ran = await bot(tmp_path, "zalo-oa", "authorise")
    assert (ran.code, "ZALO_OA_APP_ID" in ran.err) == (1, True)
    for name in ("ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY"):
        ran = await bot(tmp_path, "doctor", **(settings(api) | {name: ""}))
        assert (ran.code, name in ran.err) == (1, True), ran.err
