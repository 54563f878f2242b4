"""Photos as they come in: made upright, small, and free of everything but the picture itself."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

#: The longest side kept, in pixels: enough to see a row of trees.
LONGEST_SIDE = 1280
#: More pixels than this are no photo of a phone, and could fill the memory.
MOST_PIXELS = 64_000_000
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
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPhotoError(f"{opened.width} x {opened.height} pixels")
            # Of a large JPEG only as much is decoded as is needed.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
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
