"""Voices as browsers record them, packed anew as OGG: what phones and Telegram play as a voice.

Most browsers record Opus in a WebM of no length. Nothing is decoded: the packets stay as they are,
only what is around them changes, and no name of a program or of a phone stays with them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

#: Elements of WebM that are looked into, and those that are read:
#: https://www.matroska.org/technical/elements.html
_SEGMENT, _CLUSTER, _GROUP = b"\x18S\x80g", b"\x1fC\xb6u", b"\xa0"
_TRACKS, _TRACK = b"\x16T\xaek", b"\xae"
_OPENED = {_SEGMENT, _CLUSTER, _GROUP, _TRACKS, _TRACK}
_HEAD, _BLOCKS = b"c\xa2", {b"\xa3", b"\xa1"}
#: The bits of a block that say that several packets are laced into it.
_LACED = 0x06
#: What an Opus stream begins with, and the words that come second: https://www.rfc-editor.org/rfc/rfc7845
_OPUS, _NO_TAGS = b"OpusHead", b"OpusTags" + bytes(8)
#: The most bytes of such a beginning, with a place for each of 255 channels.
_LONGEST_HEAD = 21 + 255
#: Samples of a frame, by the upper five bits of its packet: https://www.rfc-editor.org/rfc/rfc6716#section-3.1
_FRAMES = (
    *((480, 960, 1920, 2880) * 3),
    *((480, 960) * 2),
    *((120, 240, 480, 960) * 4),
)
#: A page holds at most so many segments of 255 bytes.
_SEGMENTS, _SEGMENT_BYTES = 255, 255
_FIRST, _LAST = 2, 4
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class NotAVoiceError(Exception):
    """The bytes are no Opus in a WebM."""


def as_ogg(webm: bytes) -> bytes:
    """The Opus of a WebM in an OGG. NotAVoiceError for what holds none, or only a part of one."""
    head, packets = b"", []
    for name, content in _elements(webm):
        if name == _HEAD and content.startswith(_OPUS) and len(content) <= _LONGEST_HEAD:
            head = content
        elif name in _BLOCKS:
            packets.append(_packet(content))
    if not head or not packets:
        raise NotAVoiceError("no Opus in it")
    return b"".join(_pages(head, packets))


def _elements(webm: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The elements of a WebM, flat; the last may be cut off, as a recording is that was ended."""
    at = 0
    while at < len(webm):
        name_end = at + _length(webm[at])
        if name_end >= len(webm):
            return
        size_end = name_end + _length(webm[name_end])
        name = webm[at:name_end]
        size = int.from_bytes(webm[name_end:size_end]) & ((1 << 7 * (size_end - name_end)) - 1)
        at = size_end
        if name not in _OPENED:
            at += size
            if at <= len(webm):
                yield name, webm[size_end:at]


def _length(first: int) -> int:
    """How many bytes a number has, by its first one."""
    if not first:
        raise NotAVoiceError("no WebM")
    return 9 - first.bit_length()


def _packet(block: bytes) -> bytes:
    """The packet of a block, behind its track, its instant and what kind of block it is."""
    flags = _length(block[0]) + 2 if block else 0
    if len(block) <= flags + 1 or block[flags] & _LACED:
        raise NotAVoiceError("a block of another kind")
    return block[flags + 1 :]


def _samples(packet: bytes) -> int:
    """How long a packet sounds, in samples of 1/48000 s."""
    kind = packet[0] & 3
    frames = (1, 2, 2)[kind] if kind < 3 else packet[1] & 63 if len(packet) > 1 else 0
    return _FRAMES[packet[0] >> 3] * frames


def _pages(head: bytes, packets: list[bytes]) -> Iterator[bytes]:
    yield _page(0, 0, [head], _FIRST)
    yield _page(1, 0, [_NO_TAGS], 0)
    number, played, waiting, taken = 2, 0, list[bytes](), 0
    for packet in packets:
        segments = len(packet) // _SEGMENT_BYTES + 1
        if segments > _SEGMENTS:
            raise NotAVoiceError("a packet longer than any of Opus")
        if taken + segments > _SEGMENTS:
            yield _page(number, played, waiting, 0)
            number, waiting, taken = number + 1, [], 0
        waiting.append(packet)
        taken, played = taken + segments, played + _samples(packet)
    yield _page(number, played, waiting, _LAST)


def _page(number: int, played: int, packets: list[bytes], flags: int) -> bytes:
    """A page of OGG: https://www.rfc-editor.org/rfc/rfc3533#section-6."""
    lacing = b"".join(
        b"\xff" * (len(one) // _SEGMENT_BYTES) + bytes([len(one) % _SEGMENT_BYTES])
        for one in packets
    )
    begin = struct.pack("<4sBBqII", b"OggS", 0, flags, played, 1, number)
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    return begin + _checked(begin + bytes(4) + rest) + rest


def _checked(page: bytes) -> bytes:
    """The checksum of a page: that of zlib, with the bits of every byte the other way round."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2).to_bytes(4, "little")
