"""Every form a tally comes out in, by its name."""

from __future__ import annotations

from content.loader import Content
from handlers.reports import charts, document, forms, workbook
from handlers.reports.tables import Tally

BINARY = ("xlsx", "docx", "png")
FORMS = ("text", "json", "csv", *BINARY)


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
            return workbook.make(tally, content)
        case "docx":
            return document.make(tally, content)
        case "png":
            return charts.make(chart, tally, content)
    raise ValueError(form)
