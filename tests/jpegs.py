"""Photos as phones take them."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import ExifTags, Image

#: What a phone adds to a photo, and nobody may find in one that is kept.
SECRETS = (b"NokiaPhone", b"a comment of the camera", b"<x:xmpmeta>", b"Exif")


@lru_cache(maxsize=8)
def jpeg(width: int = 64, height: int = 48, *, lying: bool = False) -> bytes:
    """A photo with everything a phone adds: where it was taken, by which phone, a comment.

    It is red on its left and blue on its right. Lying, the phone was held upright and says so:
    what is shown is turned, with red above.
    """
    image = Image.new("RGB", (width, height), (30, 60, 200))
    image.paste((200, 40, 30), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "NokiaPhone"
    exif[ExifTags.Base.Orientation] = 6 if lying else 1
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (21.0, 35.0, 39.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (105.0, 50.0, 1.0)
    written = BytesIO()
    image.save(
        written,
        "JPEG",
        quality=90,
        exif=exif,
        comment=b"a comment of the camera",
        xmp=b"<x:xmpmeta>21.594167, 105.833611</x:xmpmeta>",
    )
    return written.getvalue()


@lru_cache(maxsize=1)
def large_jpeg() -> bytes:
    """A photo of 12 megapixels and of several megabytes, full of leaves."""
    image = Image.effect_noise((4000, 3000), 90).convert("RGB")
    written = BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue()


def opened(photo: bytes) -> Image.Image:
    """A photo, to be looked at."""
    return Image.open(BytesIO(photo))
