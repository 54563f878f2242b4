"""The tally as a workbook: a sheet a view, real numbers and dates, sums that can be checked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from content.loader import Content
from handlers.reports import forms, papers, progress, weeks
from handlers.reports.sheets import put_text
from handlers.reports.tables import Figures, Spans, Tally, UnitRow

#: What a cell may hold; a Decimal becomes a number.
Value = str | int | Decimal | date | None

_WHOLE, _PART, _PERCENT, _DAY = "[$-42A]#,##0", "[$-42A]#,##0.0##", "[$-42A]0.0%", "dd/mm/yyyy"
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="DCE9E2")
_FONT = "Times New Roman"
#: Where the head of a table stands, below the title of its sheet.
HEAD = 5


def make(tally: Tally, content: Content) -> bytes:
    """The bytes of the workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in (_Summary, _Units, _Weeks, _Registers, _Notes):
        sheet(book, tally, content).write()
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class _Sheet(ABC):
    """One view: its name, its title, and a table below it."""

    key: str
    widths: Sequence[float]

    def __init__(self, book: Workbook, tally: Tally, content: Content) -> None:
        self.tally, self.content, self.say = tally, content, content.phrases
        self.sheet: Worksheet = book.create_sheet(self.say[f"sheet.{self.key}"])
        self._print_setup()
        self._title()

    @abstractmethod
    def write(self) -> None:
        """Fill the sheet in."""

    def _print_setup(self) -> None:
        sheet = self.sheet
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        sheet.HeaderFooter = HeaderFooter(
            oddFooter=HeaderFooterItem(center=_HeaderFooterPart("&P/&N"))
        )
        for place, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width

    def _title(self) -> None:
        tally, period = self.tally, self.tally.period
        days = f"{forms.day_text(period.start)} - {forms.day_text(period.end)}"
        self.put(1, 1, self.say[f"sheet.{self.key}_title"].upper(), bold=True, size=14)
        self.put(2, 1, f"{self.content.plan.name}. {period.label} ({days})", bold=True)
        state = forms.state_line(tally, self.content) or [self.say["sheet.not_frozen"]]
        made = self.say["sheet.made"].format(date=forms.day_text(tally.made_at.date()))
        self.put(3, 1, " ".join([*forms.part_line(tally, self.content), *state, made]))

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        *,
        bold: bool = False,
        size: int = 11,
        box: bool = False,
        form: str | None = None,
    ) -> None:
        """Write one value; a text stays a text whatever it begins with."""
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - no cells are merged before they are written
        if isinstance(value, str):
            put_text(cell, value)
            left = "left" if box else None
            cell.alignment = Alignment(left, "top", wrap_text=box, indent=int(box))
        elif isinstance(value, Decimal):
            cell.value = forms.number(value)
            cell.number_format = form or (_WHOLE if value % 1 == 0 else _PART)
        elif value is not None:
            cell.value = value
            cell.number_format = form or (_DAY if isinstance(value, date) else _WHOLE)
        if box:
            cell.border = _BOX
        if not isinstance(value, str):
            cell.alignment = Alignment(vertical="top")
        cell.font = Font(name=_FONT, size=size, bold=bold)

    def formula(self, row: int, column: int, text: str, form: str = _WHOLE) -> None:
        """Write a formula, which is ours and holds no text of anyone's."""
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - no cells are merged before they are written
        cell.value = text
        cell.number_format = form
        cell.border, cell.font = _BOX, Font(name=_FONT, size=11, bold=True)
        cell.alignment = Alignment(vertical="top")

    def head(self, row: int, titles: Sequence[str], *, freeze: bool = True) -> None:
        """The head of a table; it stays in sight and is printed on every page."""
        for place, title in enumerate(titles, 1):
            self.put(row, place, title, bold=True, box=True)
            cell = self.sheet.cell(row, place)
            cell.fill = _HEAD
            cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        self._make_room(row, titles)
        if freeze:
            self.sheet.freeze_panes = f"C{row + 1}"
            self.sheet.print_title_rows = f"{row}:{row}"

    def line(self, row: int, values: Sequence[Value], *, bold: bool = False) -> None:
        """One line of a table."""
        for place, value in enumerate(values, 1):
            self.put(row, place, value, bold=bold, box=True)
        self._make_room(row, values)

    def _make_room(self, row: int, values: Sequence[Value]) -> None:
        """As high as its longest text needs: not every program finds that out by itself."""
        most = max(
            -(-len(value) // int(width)) if isinstance(value, str) else 1
            for value, width in zip(values, self.widths, strict=False)
        )
        self.sheet.row_dimensions[row].height = max(most, 1) * 15

    def titles(self, *keys: str) -> list[str]:
        """What heads columns."""
        return [self.say[f"sheet.{key}"] for key in keys]


class _Summary(_Sheet):
    key = "summary"
    widths = (10, 50, 9, 10, 10, 10, 10, 10, 10, 10, 9, 9, 9, 10, 9, 12, 18, 34)

    def write(self) -> None:
        """One line a target, horizon by horizon."""
        self.head(
            HEAD,
            self.titles(
                "number", "target", "measure", "goal", "reported", "confirmed", "last_period",
                "last_year", "cumulative_reported", "cumulative_confirmed", "people",
                "percent_people", "percent_goal", "needed", "per_week", "deadline", "lead", "note",
            ),
        )  # fmt: skip
        at = HEAD
        for horizon in self.content.plan.horizons:
            rows = [row for row in self.tally.rows if row.target.horizon == horizon.id]
            if rows:
                at += 1
                self.line(at, ["", horizon.label, *[None] * 16], bold=True)
            for row in rows:
                at += 1
                target, spans = row.target, row.spans
                missing = progress.needed(row, self.tally, self.content)
                self.line(
                    at,
                    [
                        target.number,
                        target.text,
                        target.unit_of_measure,
                        target.goal,
                        spans.in_period.reported,
                        spans.in_period.confirmed,
                        spans.last_period.reported,
                        spans.last_year.reported,
                        spans.cumulative.reported,
                        spans.cumulative.confirmed,
                        row.roster.people if row.roster else None,
                        None,
                        None,
                        missing.amount if missing else None,
                        missing.per_week if missing else None,
                        missing.deadline if missing else None,
                        row.lead,
                        self._note(row.target.goal_max, forms.note(row, self.content)),
                    ],
                )
                toward = progress.toward_goal(target, self.content)
                reached = f"{'I' if toward == 'reported' else 'J'}{at}"
                if target.basis != "share" and row.whole is None:
                    self.formula(at, 13, f"={reached}/D{at}", _PERCENT)
                elif target.basis == "share" and row.roster:
                    self.formula(at, 12, f"={reached}/K{at}", _PERCENT)
                    self.formula(at, 13, f"=L{at}*100/D{at}", _PERCENT)

    def _note(self, goal_max: int | None, note: str) -> str:
        if goal_max is None:
            return note
        return f"{self.say['sheet.goal_to'].format(high=goal_max)}; {note}"


class _Units(_Sheet):
    key = "units"
    widths = (14, 26, 10, 10, 10, *[11] * 40)

    def write(self) -> None:
        """One line a unit; sums below, to be checked against the summary."""
        rows = progress.current(self.tally, self.content)
        titles = self.titles("code", "unit", "registered", "heard", "waiting")
        for row in rows:
            name = self.say[f"tally.{row.target.indicator}"]
            titles += [f"{name}: {one}" for one in self.titles("u_reported", "u_confirmed", "u_up")]
        self.head(HEAD, titles)
        at = HEAD
        for unit in self.tally.units:
            at += 1
            values: list[Value] = [
                unit.code, unit.name, unit.expected, unit.heard_from, unit.waiting
            ]  # fmt: skip
            for row in rows:
                spans = _of(unit, row.target.id)
                up = progress.counted(row.target, spans.cumulative, self.content)
                values += [spans.in_period.reported, spans.in_period.confirmed, up]
            self.line(at, values)
        self.line(at + 1, ["", self.say["sheet.sum"]], bold=True)
        for column in range(3, len(titles) + 1):
            letter = get_column_letter(column)
            self.formula(at + 1, column, f"=SUM({letter}{HEAD + 1}:{letter}{at})")


def _of(unit: UnitRow, target: str) -> Spans:
    return sum(unit.targets.get(target, {}).values(), start=Spans())


class _Weeks(_Sheet):
    key = "weeks"
    widths = (10, 12, 12, *[13] * 24)

    def write(self) -> None:
        """One line a week of the year so far, beside the same week of last year."""
        indicators = weeks.indicators(self.tally)
        titles = self.titles("week", "from", "to")
        for indicator in indicators:
            name = self.say[f"tally.{indicator}"]
            titles += [
                f"{name}: {one}"
                for one in self.titles("u_reported", "u_confirmed", "up_this_year", "w_last_year")
            ]
        self.head(HEAD, titles)
        at = HEAD
        for week in weeks.of_year(self.tally):
            at += 1
            self.line(at, [week.label, week.start, week.start + timedelta(days=6)])
            for place, indicator in enumerate(indicators):
                column, by_week = 4 + place * 4, self.tally.weeks(indicator)
                now, then = by_week.get(week.key, Figures()), by_week.get(week.before, Figures())
                self.put(at, column, now.reported, box=True)
                self.put(at, column + 1, now.confirmed, box=True)
                letter = get_column_letter(column)
                self.formula(at, column + 2, f"=SUM({letter}${HEAD + 1}:{letter}{at})")
                self.put(at, column + 3, then.reported, box=True)


class _Registers(_Sheet):
    key = "registers"
    widths = (6, 40, 26, 24, 26, 9, 13, 15, 13)

    def write(self) -> None:
        """Every approved entry."""
        self.head(
            HEAD,
            self.titles(
                "number", "name", "register", "unit", "place", "people_count", "since", "state",
                "state_day",
            ),
        )  # fmt: skip
        names = {one.key: one.name for one in self.content.registers}
        units = {one.code: one.name for one in self.tally.units}
        for place, one in enumerate(self.tally.entries, 1):
            self.line(
                HEAD + place,
                [
                    place,
                    one.name,
                    names.get(one.register, one.register),
                    units.get(one.unit, one.unit),
                    one.place,
                    one.people,
                    one.since,
                    self.say[f"sheet.{one.state}"],
                    one.day,
                ],
            )


class _Notes(_Sheet):
    key = "notes"
    widths = (14, 34, 24, 13, 13, 13, 13, 40)

    def write(self) -> None:
        """Where each figure is from, and what must be known before it is quoted."""
        self._at = HEAD - 1
        self._sources()
        self._rosters()
        self._papers()
        self._changed()
        self._remarks()

    def _table(self, title: str, *keys: str) -> None:
        self._at += 1
        self.put(self._at, 1, self.say[f"sheet.{title}"], bold=True)
        self._at += 1
        self.head(self._at, self.titles(*keys), freeze=False)

    def _line(self, *values: Value) -> None:
        self._at += 1
        self.line(self._at, values)

    def _sources(self) -> None:
        self._table(
            "by_source", "code", "indicator", "source", "reported", "confirmed",
            "cumulative_reported", "cumulative_confirmed",
        )  # fmt: skip
        for row in self.tally.rows:
            for source, spans in row.sources.items():
                self._line(
                    row.target.id,
                    self.say[f"tally.{row.target.indicator}"],
                    self.say[f"source.{source}"],
                    spans.in_period.reported,
                    spans.in_period.confirmed,
                    spans.cumulative.reported,
                    spans.cumulative.confirmed,
                )
        self._at += 1

    def _rosters(self) -> None:
        self._table("rosters", "code", "unit", "kind", "people_count", "holds_on", "source_words")
        for unit in self.tally.units:
            for kind, one in unit.rosters.items():
                name = self.say[f"roster.{kind}"]
                self._line(unit.code, unit.name, name, one.people, one.day, one.source)
        self._at += 1

    def _papers(self) -> None:
        self._table(
            "papers", "unit", "source_words", "indicator", "amount", "from", "to", "paper_day",
            "paper",
        )  # fmt: skip
        for one in self.tally.papers:
            self._line(
                papers.unit(one, self.content), one.source,
                f"{papers.name(one, self.content)} ({papers.measure(one, self.content)})",
                one.quantity, one.first_day, one.last_day, one.paper_day, one.paper,
            )  # fmt: skip
        self._at += 1

    def _changed(self) -> None:
        revision = self.tally.revision
        if revision is None:
            return
        self._table("changed", "code", "why", "what", "was", "now")
        for one in revision.moved:
            pairs = (
                ("reported", one.was.in_period.reported, one.now.in_period.reported),
                ("confirmed", one.was.in_period.confirmed, one.now.in_period.confirmed),
                ("cumulative_reported", one.was.cumulative.reported, one.now.cumulative.reported),
                (
                    "cumulative_confirmed",
                    one.was.cumulative.confirmed,
                    one.now.cumulative.confirmed,
                ),
                ("people", one.people_was, one.people_now),
            )
            for key, was, now in pairs:
                if was != now:
                    self._line(one.target, revision.why, self.say[f"sheet.{key}"], was, now)
        names = {one.key: one.name for one in self.content.activities.activities}
        for late in revision.late:
            name = names.get(late.measure, late.measure)
            told = self.say["sheet.late"].format(name=name, count=late.reports)
            self._line(late.unit, revision.why, told, None, late.amount)
        self._at += 1

    def _remarks(self) -> None:
        self._at += 1
        self.put(self._at, 1, self.say["sheet.remarks"], bold=True)
        quiet = ", ".join(unit.name for unit in progress.silent(self.tally))
        all_silent = self.say["sheet.all_silent"].format(units=quiet)
        told = [all_silent if quiet else forms.silent(self.tally, self.content)]
        told += forms.flag_lines(self.tally, self.content)
        told.append(self.say["sheet.seasonal"])
        told += [f"{row.target.id}: {row.target.counting}" for row in self.tally.rows]
        for text in told:
            self._at += 1
            self.put(self._at, 1, text)
            self.sheet.merge_cells(f"A{self._at}:H{self._at}")
            self.sheet.cell(self._at, 1).alignment = Alignment(wrap_text=True, vertical="top")
            self.sheet.row_dimensions[self._at].height = 15 * -(-len(text) // 150)
