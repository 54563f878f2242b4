"""Who may do what: the one place where a role is checked."""

from __future__ import annotations

from typing import Literal

from content.loader import Content
from storage.people import Grant, Person

Right = Literal["anyone", "person", "review", "names", "tally"]

#: Roles an invite can give, and the rights each carries. An elder is a person without a role.
ROLES: dict[str, frozenset[str]] = {
    "leader": frozenset({"review", "names"}),
    "officer": frozenset({"tally", "review"}),
    "admin": frozenset({"tally", "review", "names"}),
}


def may(person: Person | None, right: Right) -> bool:
    """Whether a person (None: someone not registered) may use a right anywhere at all."""
    if right == "anyone":
        return True
    return person is not None and (right == "person" or bool(_grants(person, right)))


def units(person: Person, right: Right, content: Content) -> set[str]:
    """The codes of the units over which a person may use a right."""
    codes: set[str] = set()
    for grant in _grants(person, right):
        codes |= content.within(grant.unit or content.root_unit.code)
    return codes


def agency(person: Person, right: Right, content: Content) -> str | None:
    """The one agency whose targets a person is limited to, or None for all of them.

    The plan's overall lead, and someone of several agencies, sees all.
    """
    agencies = {grant.agency for grant in _grants(person, right)}
    only = agencies.pop() if len(agencies) == 1 else None
    return None if only is None or content.plan.agency(only).overall_lead else only


def _grants(person: Person, right: Right) -> list[Grant]:
    return [grant for grant in person.grants if right in ROLES.get(grant.role, ())]
