"""Who may do what: the one place where a role is checked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from content.loader import Content
from storage.people import Grant, Person

Right = Literal[
    "anyone",
    "person",
    "review",
    "names",
    "proxy",
    "tally",
    "propose",
    "registers",
    "figures",
]

#: Roles an invite can give, and the rights each carries. An elder is a person without a role.
ROLES: dict[str, frozenset[str]] = {
    "leader": frozenset({"review", "names", "proxy", "propose", "tally"}),
    "officer": frozenset({"tally", "review", "registers", "figures"}),
    "admin": frozenset({"tally", "review", "names", "proxy", "propose", "registers", "figures"}),
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
    bound = keys.isdisjoint(_bound_to_none(content))
    return frozenset(key for key in keys if key) if bound else None


def over_all(person: Person, right: Right, content: Content) -> bool:
    """Whether a person may use a right over the whole program and all targets."""
    return any(
        grant.unit in {None, content.root_unit.code} and grant.agency in _bound_to_none(content)
        for grant in _grants(person, right)
    )


def for_agencies(
    person: Person, right: Right, of: Collection[str], unit: str, content: Content
) -> bool:
    """Whether a person may use a right over one unit in the matters of some agencies."""
    acting = {*of, *_bound_to_none(content)}
    return any(
        grant.agency in acting
        and (grant.unit in {None, content.root_unit.code} or unit in content.within(grant.unit))
        for grant in _grants(person, right)
    )


def _bound_to_none(content: Content) -> set[str | None]:
    """What a grant names when it is not limited to one agency's targets."""
    return {None, *(one.key for one in content.plan.agencies if one.overall_lead)}


def _grants(person: Person, right: Right) -> list[Grant]:
    return [grant for grant in person.grants if right in ROLES.get(grant.role, ())]
