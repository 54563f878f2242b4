"""The tally as a draft of an official report, in the layout of Nghị định 30/2020/NĐ-CP.

What nobody told the program stays open as [......]: the number, the day, the signer, and every
judgement that is for people to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from content.loader import Content
from handlers.reports.prose import Prose
from handlers.reports.tables import Tally

FONT = "Times New Roman"
CENTRE, LEFT, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
#: Widths of the annex's columns in millimetres; the sheet has 165 between its margins.
_ANNEX = (13, 39, 13, 18, 17, 17, 13, 17, 18)


def make(tally: Tally, content: Content) -> bytes:
    """The bytes of the document."""
    report = _Report(tally, content)
    report.write()
    out = BytesIO()
    report.document.save(out)
    return out.getvalue()


class _Report:
    """One report on its way onto paper."""

    def __init__(self, tally: Tally, content: Content) -> None:
        self.tally, self.content, self.say = tally, content, content.phrases
        self.prose = Prose(tally, content)
        self.document: Document = docx.Document()

    def write(self) -> None:
        """Everything from the head to the annex."""
        self._page_setup()
        self._head()
        self._title()
        for heading, paragraphs in self.prose.sections():
            self._heading(heading)
            for text in paragraphs:
                self._body(text)
        self._body(self.say["paper.end"].format(title=self.content.plan.report.body_name))
        self._signatures()
        self._annex()

    # --- the sheet

    def _page_setup(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(14)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.space_after = Pt(0)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.header_distance = Mm(8)
        section.different_first_page_header_footer = True
        draft = section.first_page_header.paragraphs[0]
        self._run(draft, self.say["paper.draft"], bold=True, size=13)
        draft.alignment = RIGHT
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        _page_number(self._run(number, "", size=13))
        again = section.header.add_paragraph()
        again.alignment = RIGHT
        self._run(again, self.say["paper.draft"], bold=True, size=11)

    def _head(self) -> None:
        report = self.content.plan.report
        left, right = self._two_columns(Mm(68), Mm(97))
        if report.superior:
            self._centred(left, report.superior, size=12)
        for text in report.body:
            self._centred(left, text, bold=True, size=13)
        _rule(self._centred(left, ""), Mm(24))
        self._centred(left, self.say["paper.number"].format(code=report.code), size=13)
        self._centred(right, self.say["paper.state"], bold=True, size=12)
        self._centred(right, self.say["paper.motto"], bold=True, size=13)
        _rule(self._centred(right, ""), Mm(18))
        self._centred(right, self.say["paper.date"].format(place=report.place), italic=True)

    def _title(self) -> None:
        say = self.say
        space = self.document.add_paragraph()
        space.paragraph_format.space_after = Pt(6)
        for text in (
            say["paper.kind"],
            say["paper.about"].format(
                title=self.content.plan.title[0].lower() + self.content.plan.title[1:]
            ),
            f"({self.prose.label()})",
        ):
            line = self.document.add_paragraph()
            line.alignment = CENTRE
            self._run(line, text, bold=True)
        rule = self.document.add_paragraph()
        _rule(rule, Mm(60))
        rule.paragraph_format.space_after = Pt(8)
        to = self.document.add_paragraph()
        to.alignment = CENTRE
        to.paragraph_format.space_after = Pt(8)
        self._run(to, say["paper.to"].format(names="; ".join(self.content.plan.report.to)))
        self._body(self.prose.opening())

    # --- text

    def _heading(self, text: str) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Mm(10)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(6)
        line.paragraph_format.keep_with_next = True
        self._run(line, text, bold=True)

    def _body(self, text: str) -> None:
        line = self.document.add_paragraph()
        line.alignment = BOTH
        line.paragraph_format.first_line_indent = Mm(10)
        line.paragraph_format.space_after = Pt(6)
        self._run(line, text)

    def _run(
        self, line: Paragraph, text: str, *, bold: bool = False, italic: bool = False,
        size: float = 14,
    ) -> Any:  # fmt: skip
        run = line.add_run(text)
        run.bold, run.italic = bold, italic
        run.font.name, run.font.size = FONT, Pt(size)
        return run

    def _centred(
        self, cell: _Cell, text: str, *, bold: bool = False, italic: bool = False, size: float = 14
    ) -> Paragraph:
        first = cell.paragraphs[0]
        line: Paragraph = (
            first if not cell.text and len(cell.paragraphs) == 1 else cell.add_paragraph()
        )
        line.alignment = CENTRE
        self._run(line, text, bold=bold, italic=italic, size=size)
        return line

    def _two_columns(self, left: Mm, right: Mm) -> tuple[_Cell, _Cell]:
        table = self.document.add_table(rows=1, cols=2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _widths(table, (left, right))
        _whole_rows(table)
        return table.cell(0, 0), table.cell(0, 1)

    def _signatures(self) -> None:
        report = self.content.plan.report
        left, right = self._two_columns(Mm(85), Mm(80))
        first = left.paragraphs[0]
        self._run(first, self.say["paper.recipients"], bold=True, italic=True, size=12)
        for place, name in enumerate(report.recipients, 1):
            line = left.add_paragraph()
            end = "." if place == len(report.recipients) else ";"
            self._run(line, f"- {name}{end}", size=11)
        for text in (*report.signed_for, report.signer):
            self._centred(right, text, bold=True)
        for _ in range(4):
            right.add_paragraph()
        last = right.add_paragraph()
        last.alignment = CENTRE
        self._run(last, self.say["paper.open"], bold=True)

    # --- the annex

    def _annex(self) -> None:
        say, report = self.say, self.content.plan.report
        self.document.add_section(WD_SECTION.NEW_PAGE).different_first_page_header_footer = False
        for text, bold in (
            (say["paper.annex"], True),
            (say["paper.annex_title"].format(label=self.prose.label().upper()), True),
            (say["paper.annex_with"].format(code=report.code, title=report.body_name), False),
        ):
            line = self.document.add_paragraph()
            line.alignment = CENTRE
            self._run(line, text, bold=bold, italic=not bold, size=13)
        self.document.add_paragraph()
        table = self.document.add_table(rows=1, cols=len(_ANNEX))
        table.style, table.autofit = "Table Grid", False
        self._cells(table, 0, self.prose.annex_head(), bold=True)
        _repeat(table)
        for cells, bold in self.prose.annex():
            table.add_row()
            self._cells(table, len(table.rows) - 1, cells, bold=bold)
        _widths(table, [Mm(one) for one in _ANNEX])
        _whole_rows(table)
        for text in self.prose.annex_notes():
            line = self.document.add_paragraph()
            line.paragraph_format.space_before = Pt(4)
            self._run(line, text, italic=True, size=11)

    def _cells(self, table: Table, row: int, texts: Sequence[str], *, bold: bool) -> None:
        for place, text in enumerate(texts):
            line = table.cell(row, place).paragraphs[0]
            line.alignment = LEFT if place in {1, 7, 8} and row else CENTRE
            line.paragraph_format.keep_with_next = bold
            self._run(line, text, bold=bold, size=10)


def _widths(table: Table, widths: Sequence[Mm]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _rule(line: Paragraph, indent: Mm) -> None:
    """A thin line as wide as the column less an indent on both sides."""
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = indent
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(5)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    line._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no borders


def _page_number(run: Any) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no fields


def _whole_rows(table: Table) -> None:
    """Let no row be torn in two by the end of a page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - likewise


def _repeat(table: Table) -> None:
    """Let the head of a table stand on each of its pages."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)  # noqa: SLF001 - python-docx has none
