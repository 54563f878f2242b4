"""Voices as browsers record them."""

from __future__ import annotations

import struct

#: What a browser writes into a recording, and nobody may find in one that is handed on.
SECRETS = (b"BrowserOfLan", b"1.2.3")


def webm(packets: list[bytes], codec: bytes = b"OpusHead") -> bytes:
    """A recording of these packets, 60 ms each, of no length, as Chromium writes it."""
    head = codec + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    about = _element(b"\x15I\xa9f", _element(b"MM", SECRETS[0]) + _element(b"WA", SECRETS[1]))
    track = _element(b"\xae", _element(b"\xd7", b"\x01") + _element(b"c\xa2", head))
    begin = _element(b"\x1aE\xdf\xa3", _element(b"B\x82", b"webm"))
    blocks = b"".join(
        _element(b"\xa3", struct.pack(">BhB", 0x81, place * 60 % 30_000, 0x80) + packet)
        for place, packet in enumerate(packets)
    )
    endless = b"\x01" + b"\xff" * 7
    return (
        begin
        + b"\x18S\x80g"
        + endless
        + about
        + _element(b"\x16T\xaek", track)
        + b"\x1fC\xb6u"
        + endless
        + _element(b"\xe7", b"\x00")
        + blocks
    )


def _element(name: bytes, content: bytes) -> bytes:
    return name + (0x4000 | len(content)).to_bytes(2) + content


def packets_of(ogg: bytes) -> list[bytes]:
    """The packets of an OGG whose pages are whole, numbered and end with the last."""
    at, packets, number = 0, list[bytes](), 0
    while at < len(ogg):
        sign, version, flags, _, _, page = struct.unpack("<4sBBqII", ogg[at : at + 22])
        assert (sign, version, page) == (b"OggS", 0, number)
        count = ogg[at + 26]
        lacing = ogg[at + 27 : at + 27 + count]
        begin = at + 27 + count
        whole = ogg[at:begin] + ogg[begin : begin + sum(lacing)]
        assert struct.unpack("<I", whole[22:26])[0] == _crc(whole[:22] + bytes(4) + whole[26:])
        packet, number = b"", number + 1
        for size in lacing:
            packet += ogg[begin : begin + size]
            begin += size
            if size < 255:
                packets.append(packet)
                packet = b""
        at = begin
    assert flags == 4
    return packets


def _crc(page: bytes) -> int:
    """The checksum of a page, bit by bit, as RFC 3533 tells it."""
    told = 0
    for byte in page:
        told ^= byte << 24
        for _ in range(8):
            told = (told << 1 ^ 0x04C11DB7 if told & 0x80000000 else told << 1) & 0xFFFFFFFF
    return told
