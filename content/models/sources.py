"""The shape of the list of whose pages lessons may take facts from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from content.models.fields import Line, Strict

#: A host and all below it: "gov.vn" stands for every page of the state.
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Trusted(Strict):
    """Some hosts, and why their pages may be a lesson's source."""

    name: Line
    why: Line
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]


class Sources(Strict):
    """Everyone whose pages may be a source."""

    trusted: tuple[Trusted, ...]

    def names(self, host: str) -> bool:
        """Whether a host, or one above it, is listed."""
        listed = {one for group in self.trusted for one in group.hosts}
        parts = host.split(".")
        return any(".".join(parts[start:]) in listed for start in range(len(parts)))
