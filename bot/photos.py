"""Photos as they come in: made upright, small, and free of everything but the picture itself."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

#: The longest side kept, in pixels: enough to see a row of trees.
LONGEST_SIDE = 1280
#: More pixels than this are no photo of a phone.
MOST_PIXELS = 64_000_000
#: More than this are not decoded: each takes up to 18 bytes of memory. A large JPEG may have more,
#: since it is decoded at a half to an eighth of its size.
MOST_DECODED = 16_000_000
QUALITY = 82
_FORMATS = ("JPEG", "PNG", "WEBP")

# Pillow only warns of a picture that is far too large; here it is refused before it is decoded.
Image.MAX_IMAGE_PIXELS = None


class NotAPhotoError(Exception):
    """The bytes are no picture that can be opened."""


def clean(photo: bytes) -> bytes:
    """A photo as a small upright JPEG without metadata: no place, no time, no name of a phone.

    Takes long enough to be called in a thread. NotAPhotoError for what is no picture.
    """
    try:
        with Image.open(BytesIO(photo), formats=_FORMATS) as opened:
            _make_decodable(opened)
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError, LookupError, OverflowError, TypeError) as error:
        # Pillow raises all of these for files that are broken one way or another.
        raise NotAPhotoError(str(error)) from error
    # Onto an empty sheet, since a picture carries its metadata along.
    sheet = Image.new("RGB", upright.size)
    sheet.paste(upright)
    written = BytesIO()
    sheet.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _make_decodable(opened: Image.Image) -> None:
    """Let no more be decoded of a photo than is needed; NotAPhotoError if that is still too much.

    Nothing has been decoded so far: the size is read from the file's beginning.
    """
    width, height = opened.size
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    # A progressive JPEG is held whole while it is decoded, however little of it is wanted.
    decoded = width * height if "progressive" in opened.info else opened.width * opened.height
    if width * height > MOST_PIXELS or decoded > MOST_DECODED:
        raise NotAPhotoError(f"{width} x {height} pixels")
