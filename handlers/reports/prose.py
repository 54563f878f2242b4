"""The words of an official report, with a tally's figures; what nobody told stays [......]."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from content.loader import Content
from content.models.plan import Target
from handlers.reports import changed, forms, papers, progress
from handlers.reports.tables import Tally, TargetRow
from handlers.talk.understanding.numbers import in_digits
from storage.reports import OUTSIDE

Section = tuple[str, list[str]]
#: The figures under each heading of part II.
_RESULTS = (
    ("awareness", ("awareness",)),
    ("skills", ("digital_skills",)),
    ("green", ("trees", "waste_models", "organic_models")),
    ("jobs", ("jobs",)),
)


class Prose:
    """Everything a report says of one tally."""

    def __init__(self, tally: Tally, content: Content) -> None:
        self._tally, self._content = tally, content
        self._rows = progress.current(tally, content)

    def _say(self, key: str, **values: object) -> str:
        return self._content.phrases[f"paper.{key}"].format(**values)

    def opening(self) -> str:
        """What is reported on, by whom, and until which day."""
        period, report = self._tally.period, self._content.plan.report
        text = self._say(
            "opening",
            what=report.plan,
            title=report.body_name,
            label=period.label.lower(),
            start=forms.day_text(period.start),
            end=forms.day_text(period.end),
        )
        part = forms.part_line(self._tally, self._content)
        frozen = forms.state_line(self._tally, self._content)
        return " ".join([text, *part, *(frozen or [self._say("not_frozen")])])

    def label(self) -> str:
        """The period, and whose part of it."""
        return ", ".join(filter(None, [self._tally.period.label, self._tally.part]))

    def sections(self) -> list[Section]:
        """Parts I to V."""
        return [
            (self._say("one"), [self._say("one_open"), self._heard()]),
            (self._say("two"), list(self._results())),
            (self._say("three"), [self._say("three_good"), self._lacks(), self._say("causes")]),
            (self._say("four"), [*self._needs(), self._say("four_open")]),
            (self._say("five"), [self._say("five_open")]),
        ]

    def _heard(self) -> str:
        expected = progress.expected(self._tally)
        return self._say(
            "heard",
            done=len(expected) - len(progress.silent(self._tally)),
            total=len(expected),
            left=self._tally.waiting,
        )

    def _results(self) -> Iterator[str]:
        number = 0
        for key, indicators in _RESULTS:
            rows = [row for row in self._rows if row.target.indicator in indicators]
            if rows:
                number += 1
                yield f"{number}. {self._say(f'two_{key}')}"
                yield from (f"- {self._result(row)}" for row in rows)
        yield self._say("see_annex")

    def _result(self, row: TargetRow) -> str:
        target, spans = row.target, row.spans
        goal = forms.goal_text(target, self._content)
        share = progress.percent_of_people(row, self._content)
        of_goal = progress.percent_of_goal(row, self._content)
        outside = spans.cumulative.reported and row.sources.get(OUTSIDE)
        parts = [
            self._say(
                {"stock": "result_stock", "share": "result_share"}.get(target.basis, "result"),
                name=self._content.phrases[f"tally.{target.indicator}"],
                measure=_measure(target),
                reported=in_digits(spans.in_period.reported),
                confirmed=in_digits(spans.in_period.confirmed),
                cumulative=in_digits(spans.cumulative.reported),
                cumulative_confirmed=in_digits(spans.cumulative.confirmed),
                goal=f"{goal}%" if target.basis == "share" else f"{goal} {target.unit_of_measure}",
                what=self._stock_moved(spans.in_period.confirmed),
            )
        ]
        if target.basis == "share" and share is None:
            parts.append(self._say("no_roster"))
        elif share is not None and row.roster:
            parts.append(
                self._say(
                    "share",
                    percent=in_digits(share),
                    total=in_digits(Decimal(row.roster.people)),
                    date=forms.day_text(row.roster.day),
                    what=row.roster.source,
                )
            )
        elif of_range := forms.of_range(row, self._content):
            parts.append(f"{of_range[:1].upper()}{of_range[1:]}.")
        elif of_goal is not None:
            parts.append(self._say("of_goal", percent=in_digits(of_goal)))
        elif of_whole := forms.of_whole(row, self._content):
            parts.append(f"{of_whole[:1].upper()}{of_whole[1:]}.")
        if outside and outside.cumulative.reported:
            amount = f"{in_digits(outside.cumulative.reported)} {_measure(target)}"
            parts.append(self._say("outside", amount=amount))
        if progress.too_small(row, self._content):
            parts.append(self._say("too_small"))
        return " ".join(parts)

    def _stock_moved(self, by: Decimal) -> str:
        """How many more or fewer there are than before the period."""
        key = "up" if by > 0 else "down" if by < 0 else "same"
        return self._say(f"stock_{key}", amount=in_digits(abs(by)))

    def _lacks(self) -> str:
        quiet = [unit.name for unit in progress.silent(self._tally)]
        told = self._say("silent", units=", ".join(quiet)) if quiet else ""
        return f"{self._say('lacks')} {told}".strip() + f" {self._say('open')}"

    def _needs(self) -> Iterator[str]:
        for row in self._rows:
            missing = progress.needed(row, self._tally, self._content)
            if missing and missing.amount and row.target.basis in {"per_year", "cumulative"}:
                yield "- " + self._say(
                    "needs",
                    name=self._content.phrases[f"tally.{row.target.indicator}"],
                    amount=f"{in_digits(missing.amount)} {row.target.unit_of_measure}",
                    date=forms.day_text(missing.deadline),
                )

    # --- the annex

    def annex_head(self) -> list[str]:
        """The titles of its nine columns."""
        return self._say("annex_head").split("|")

    def annex(self) -> Iterator[tuple[list[str], bool]]:
        """Its lines, horizon by horizon, and whether each is a heading."""
        for number, horizon in zip(
            ("I", "II", "III", "IV"), self._content.plan.horizons, strict=False
        ):
            rows = [row for row in self._tally.rows if row.target.horizon == horizon.id]
            if rows:
                yield [number, horizon.label, *[""] * 7], True
                yield from ((self._annex_line(row), False) for row in rows)

    def _annex_line(self, row: TargetRow) -> list[str]:
        target, content = row.target, self._content
        share = progress.percent_of_people(row, content)
        percent = share if target.basis == "share" else progress.percent_of_goal(row, content)
        goal = forms.goal_text(target, content)
        return [
            target.number,
            target.text,
            _measure(target),
            f"{goal}%" if target.basis == "share" else goal,
            self._beside(row, row.in_period.reported, row.in_period.confirmed),
            self._beside(row, row.cumulative.reported, row.cumulative.confirmed),
            "" if percent is None else f"{in_digits(percent)}%",
            row.lead,
            forms.note(row, content),
        ]

    def _beside(self, row: TargetRow, reported: Decimal, confirmed: Decimal) -> str:
        """The figure that counts; the other beside it when it is not the same."""
        if reported == confirmed:
            return in_digits(reported)
        toward = progress.toward_goal(row.target, self._content)
        main, key, other = (
            (confirmed, "beside_reported", reported)
            if toward == "confirmed"
            else (reported, "beside_confirmed", confirmed)
        )
        return f"{in_digits(main)} {self._say(key, amount=in_digits(other))}"

    def annex_notes(self) -> list[str]:
        """What must be known to read it."""
        told = [
            self._say(
                "paper_note",
                name=papers.name(one, self._content),
                measure=papers.measure(one, self._content),
                unit=papers.unit(one, self._content),
                amount=in_digits(one.quantity),
                number=one.paper,
                date=forms.day_text(one.paper_day),
                what=one.source,
                start=forms.day_text(one.first_day),
                end=forms.day_text(one.last_day),
            )
            for one in self._tally.papers
        ]
        moved = changed.lines(self._tally, self._content)
        return [self._say("annex_note"), *told, *moved]


def _measure(target: Target) -> str:
    return "người" if target.basis == "share" else target.unit_of_measure
