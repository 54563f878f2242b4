"""The shape of what the people of the demo say."""

from __future__ import annotations

from content.models.fields import Line, Strict


class Demo(Strict):
    """Names that are nobody's, and what they tell; `{n}` is a number, `{name}` a name."""

    people: tuple[Line, ...]
    leaders: tuple[Line, ...]
    officer: Line
    trees: tuple[Line, ...]
    waste: tuple[Line, ...]
    #: Lines of a leader's list, one for somebody without a phone.
    lists: tuple[Line, ...]
    questions: tuple[Line, ...]
    answers: tuple[Line, ...]
    announcements: tuple[Line, ...]
