"""What a figure from outside the chat is of, in words."""

from __future__ import annotations

from content.loader import Content
from storage.outside import Figure


def indicator(paper: Figure, content: Content) -> str:
    """The indicator that it adds to."""
    known = {one.key: one.evidence_for for one in content.activities.activities}
    return known.get(paper.measure) or paper.measure


def name(paper: Figure, content: Content) -> str:
    """What it counts: Trồng cây."""
    return content.phrases[f"tally.{indicator(paper, content)}"]


def measure(paper: Figure, content: Content) -> str:
    """In what it counts: cây, người."""
    known = {one.key: one.name for one in content.activities.units}
    return known.get(paper.unit_of_measure, paper.unit_of_measure)


def unit(paper: Figure, content: Content) -> str:
    """Of where it is."""
    return content.units.get(paper.unit, content.root_unit).name
