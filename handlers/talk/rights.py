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
    "members",
    "proxy",
    "tally",
    "propose",
    "registers",
    "confirm",
    "vneid",
    "help",
    "figures",
    "questions",
    "announce",
    "invite",
    "audit",
]

#: Roles an invite can give, and the rights each carries; who is nearest to people comes first. An
#: elder is a person without a role.
ROLES: dict[str, frozenset[str]] = {
    "leader": frozenset(
        {
            *("review", "names", "members", "proxy", "propose", "tally"),
            *("confirm", "help", "questions", "announce"),
        }
    ),
    "helper": frozenset({"names", "confirm", "help"}),
    "officer": frozenset(
        {
            *("tally", "review", "registers", "figures", "confirm", "vneid", "questions"),
            *("announce", "invite"),
        }
    ),
    "admin": frozenset(
        {
            *("tally", "review", "names", "members", "proxy", "propose", "registers"),
            *("figures", "confirm", "vneid", "help", "questions", "announce", "invite", "audit"),
        }
    ),
}
#: Roles that one can give to others in the chat.
GIVEN = ("leader", "helper", "officer")
#: Who is told of someone who needs help: the first of these that anybody holds there.
HELPING = ("helper", "leader")
#: Who is told of someone who may be being cheated.
WARNED = "leader"
#: With whom a question lies first; later it may lie with an agency, named by its key.
LEADERS = "leader"


def may(person: Person | None, right: Right) -> bool:
    """Whether a person (None: someone not registered) may use a right anywhere at all."""
    if right == "anyone":
        return True
    return person is not None and (right == "person" or bool(_grants(person, right)))


def units(person: Person, right: Right, content: Content) -> set[str] | None:
    """The codes of the units over which a person may use a right; None: the whole program."""
    return _units(_grants(person, right), content)


def announces(person: Person, content: Content) -> set[str] | None:
    """The units to which a person may announce; None: the whole program.

    Of officers only those of the plan's overall lead may.
    """
    overall = _bound_to_none(content)
    grants = [grant for grant in _grants(person, "announce") if grant.agency in overall]
    return _units(grants, content)


def may_give(person: Person, given: Grant, content: Content) -> bool:
    """Whether a person may give a right: over no more units, and for no more agencies, than theirs.

    Who is bound to one agency gives rights of that agency alone, and names no leaders.
    """
    overall, unit = _bound_to_none(content), given.unit or content.root_unit.code
    return given.role in GIVEN and any(
        _reaches(mine, unit, content)
        and (mine.agency in overall or (given.role == "officer" and given.agency == mine.agency))
        for mine in _grants(person, "invite")
    )


def _units(grants: list[Grant], content: Content) -> set[str] | None:
    codes: set[str] = set()
    for grant in grants:
        if grant.unit in {None, content.root_unit.code}:
            return None
        codes |= content.within(grant.unit or "")
    return codes


def over(person: Person, right: Right, unit: str, content: Content) -> bool:
    """Whether a person may use a right over one unit."""
    codes = units(person, right, content)
    return codes is None or unit in codes


def covering(unit: str, content: Content) -> set[str]:
    """The units over which a right must be given to reach one unit."""
    codes = {code for code in content.units if unit in content.within(code)}
    return codes | {unit, content.root_unit.code}


def role_over(person: Person, right: Right, unit: str, content: Content) -> str | None:
    """The role by which a person may use a right over one unit, whoever is nearest to people first.

    None when they may not.
    """
    held = {one.role for one in _grants(person, right) if _reaches(one, unit, content)}
    return next((role for role in ROLES if role in held), None)


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
        grant.agency in acting and _reaches(grant, unit, content)
        for grant in _grants(person, right)
    )


def reach(
    person: Person, right: Right, content: Content
) -> tuple[set[str] | None, set[str] | None]:
    """The units in which a person uses a right, and the agencies to whose targets they are bound.

    None: all. Who holds it somewhere without being bound to an agency (as the plan's overall lead,
    or leading a chi hội) uses it there, and as an officer of one agency nothing beside.
    """
    free = _bound_to_none(content)
    grants = _grants(person, right)
    unbound = [grant for grant in grants if grant.agency in free]
    if unbound:
        return _units(unbound, content), None
    return _units(grants, content), {grant.agency for grant in grants if grant.agency}


def at_desk(person: Person, desk: str, unit: str, content: Content) -> bool:
    """Whether a question of one unit that lies with leaders, or an agency, is this person's."""
    acting = {desk, *_bound_to_none(content)}
    return any(
        (grant.role == LEADERS) == (desk == LEADERS)
        and (desk == LEADERS or grant.agency in acting)
        and _reaches(grant, unit, content)
        for grant in _grants(person, "questions")
    )


def _reaches(grant: Grant, unit: str, content: Content) -> bool:
    return grant.unit is None or grant.unit in covering(unit, content)


def _bound_to_none(content: Content) -> set[str | None]:
    """What a grant names when it is not limited to one agency's targets."""
    return {None, *(one.key for one in content.plan.agencies if one.overall_lead)}


def _grants(person: Person, right: Right) -> list[Grant]:
    return [grant for grant in person.grants if right in ROLES.get(grant.role, ())]
