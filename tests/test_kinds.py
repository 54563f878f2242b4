"""What is sent to be handed on is what its bytes are, and a browser's voice becomes an OGG."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from bot.kinds import UNKNOWN, looked_at, paper
from bot.voices import NotAVoiceError, as_ogg
from handlers.talk.messages import Enclosed
from tests.sounds import SECRETS, packets_of, webm

OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le")


def packed(*parts: str) -> bytes:
    """A zip with these files."""
    written = BytesIO()
    with ZipFile(written, "w") as whole:
        for part in parts:
            whole.writestr(part, "x")
    return written.getvalue()


def looked(name: str, content: bytes, kind: str = "file") -> Enclosed:
    return looked_at(Enclosed(name=name, size=0), content, kind)


def test_the_bytes_say_what_a_document_is() -> None:
    Workbook().save(written := BytesIO())
    assert paper(written.getvalue()) == "xlsx"
    assert paper(packed("[Content_Types].xml", "word/document.xml")) == "docx"
    assert paper(packed("ppt/presentation.xml")) == "pptx"
    assert paper(OLD_WORD) == "doc"
    assert paper(b"%PDF-1.7") == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ",
        b"PK\x03\x04 broken",
        packed("AndroidManifest.xml", "classes.dex"),
        packed("word/document.xml", "word/vbaProject.bin"),
        OLD_WORD[:400],
        b"<html>",
    ],
)
def test_what_nobody_reads_is_no_document(content: bytes) -> None:
    assert looked("thư mời.pdf", content).name == f"thư mời.{UNKNOWN}"


@pytest.mark.parametrize(
    ("told", "name"),
    [("giấy mời.docx", "giấy mời.pdf"), ("GIẤY.PDF", "GIẤY.PDF"), ("1000", "1000.pdf")],
)
def test_a_name_says_what_the_bytes_are(told: str, name: str) -> None:
    assert looked(told, b"%PDF-1.7").name == name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"OggS", "noi.ogg"),
        (b"\x00\x00\x00\x1cftypisom", "noi.m4a"),
        (b"ID3\x04", "noi.mp3"),
        (b"\xff\xf1\x50", "noi.aac"),
        (b"of a kind that nobody knows", "noi.wma"),
    ],
)
def test_a_voice_of_another_channel_stays_as_it_came(content: bytes, name: str) -> None:
    came = looked("noi.wma", content, "voice")
    assert (came.name, came.content) == (name, content)


def test_what_a_browser_recorded_becomes_an_ogg_packet_by_packet() -> None:
    spoken = [bytes([0x80 | 3, 1]) + bytes([one % 251]) * (one * 7 % 900) for one in range(400)]
    came = looked("noi.webm", webm(spoken), "voice")
    assert came.name == "noi.ogg"
    assert came.content
    assert came.size == len(came.content)
    assert packets_of(came.content)[2:] == spoken
    assert not any(secret in came.content for secret in SECRETS)
    # The recording was ended in the middle of a block: what was said before it is kept.
    assert packets_of(as_ogg(webm(spoken)[:-3]))[2:] == spoken[:-1]


#: One whose beginning of an Opus stream is longer than a page of OGG can say.
ENDLESS = b"\x1aE\xdf\xa3\x80c\xa2\x10\x01\x11\x78OpusHead" + bytes(70_000) + b"\xa3\x85\x81\0\0\0x"


@pytest.mark.parametrize(
    "content", [b"\x1aE\xdf\xa3", webm([]), webm([b"x"], codec=b"Vorbis"), ENDLESS]
)
def test_a_webm_without_a_voice_is_none(content: bytes) -> None:
    assert looked("noi.webm", content, "voice").content is None
    with pytest.raises(NotAVoiceError):
        as_ogg(content)
