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


def units(person: Person, right: Right, content: Content) -> set[str] | None:
    """The codes of the units over which a person may use a right; None: the whole program."""
    codes: set[str] = set()
    for grant in _grants(person, right):
        if grant.unit in {None, content.root_unit.code}:
            return None
        codes |= content.within(grant.unit or "")
    return codes


def over(person: Person, right: Right, unit: str, content: Content) -> bool:
    """Whether a person may use a right over one unit."""
    codes = units(person, right, content)
    return codes is None or unit in codes


def agencies(person: Person, right: Right, content: Content) -> frozenset[str] | None:
    """The agencies whose targets a person is limited to, or None for all targets.

    The plan's overall lead sees all.
    """
    keys = {grant.agency for grant in _grants(person, right)}
    leads = {one.key for one in content.plan.agencies if one.overall_lead}
    return None if None in keys or keys & leads else frozenset(key for key in keys if key)


def _grants(person: Person, right: Right) -> list[Grant]:
    return [grant for grant in person.grants if right in ROLES.get(grant.role, ())]
