"""How long tests wait for what must come."""

from __future__ import annotations

#: Seconds. Long, since a machine may be busy with other things; what comes ends the wait at once.
PATIENCE = 60.0
