"""Every form a tally comes out in, by its name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from content.loader import Content
from handlers.reports import charts, document, forms, workbook
from handlers.reports.tables import Tally

BINARY = ("xlsx", "docx", "png")
FORMS = ("text", "json", "csv", *BINARY)

#: Where an office file says when it was made and changed, and how.
_PROPERTIES, _INSTANT = "docProps/core.xml", re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def make(form: str, tally: Tally, content: Content, chart: str = "targets") -> bytes:
    """A tally as the bytes of a file in one of FORMS; `chart` says which picture a png is.

    A workbook or a document takes a tenth of a second to a second.
    """
    match form:
        case "text":
            return f"{forms.as_text(tally, content)}\n".encode()
        case "json":
            return f"{forms.as_json(tally, content)}\n".encode()
        case "csv":
            # Spreadsheets take a file for UTF-8 only when it begins with a byte order mark.
            return forms.as_csv(tally, content).encode("utf-8-sig")
        case "xlsx":
            return _dated(workbook.make(tally, content), tally.made_at)
        case "docx":
            return _dated(document.make(tally, content), tally.made_at)
        case "png":
            return charts.make(chart, tally, content)
    raise ValueError(form)


def _dated(made: bytes, at: datetime) -> bytes:
    """An office file with one instant in it, so that what was frozen is always the same bytes."""
    at = at.astimezone(UTC)
    out = BytesIO()
    with ZipFile(BytesIO(made)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == _PROPERTIES:
                part = _INSTANT.sub(f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
            new.writestr(ZipInfo(name, at.timetuple()[:6]), part, ZIP_DEFLATED)
    return out.getvalue()
