"""What kind a voice or a file is: its bytes say so, whatever it is called."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from bot.voices import NotAVoiceError, as_ogg
from handlers.talk.messages import Enclosed

#: How much of a voice tells its kind.
TELLING = 16
#: The ending of what is nothing that people listen to or read.
UNKNOWN = "bin"
_SOUNDS = {
    b"OggS": "ogg",
    b"\x1aE\xdf\xa3": "webm",
    b"ID3": "mp3",
    b"\xff\xf2": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xfa": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xf1": "aac",
    b"\xff\xf9": "aac",
    b"#!AMR": "amr",
}
_MP4, _MP4_AT = b"ftyp", slice(4, 8)
_PDF, _ZIP, _OLD_OFFICE = b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What an office document has in it, as a zip and as its older form; and what its program runs.
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_MACROS = "vbaProject.bin"
#: How each part of a zip is listed, and more than any document has: a list of a file of 20 MB would
#: take 300 MB of memory.
_LISTED, _MOST_PARTS = b"PK\x01\x02", 10_000


def looked_at(came: Enclosed, content: bytes, kind: str | None) -> Enclosed:
    """What came, with bytes that every channel can hand on under a name that says what they are.

    Takes long enough to be called in a thread.
    """
    if kind == "voice":
        ending = sound(content)
        if ending == "webm":
            try:
                content, ending = as_ogg(content), "ogg"
            except NotAVoiceError:
                return replace(came, content=None)
    else:
        ending = paper(content) or UNKNOWN
    stem, _, told = came.name.rpartition(".")
    name = f"{stem or told}.{ending}" if ending and told.lower() != ending else came.name
    return replace(came, name=name, size=len(content), content=content)


def sound(begin: bytes) -> str:
    """The ending of a voice by how it begins; "" when it is none that is known."""
    if begin[_MP4_AT] == _MP4:
        return "m4a"
    return next((ending for sign, ending in _SOUNDS.items() if begin.startswith(sign)), "")


def paper(content: bytes) -> str:
    """The ending of a document that people read; "" for all else, and for what runs a program."""
    if content.startswith(_PDF):
        return "pdf"
    if content.startswith(_OLD_OFFICE):
        found = (one for name, one in _STREAMS.items() if name.encode("utf-16-le") in content)
        return next(found, "")
    if not content.startswith(_ZIP) or content.count(_LISTED) > _MOST_PARTS:
        return ""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.namelist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError):
        return ""
    runs = any(part.endswith(_MACROS) for part in parts)
    return "" if runs else next((_PARTS[part] for part in parts if part in _PARTS), "")
