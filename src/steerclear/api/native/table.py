"""Every endpoint of the native interface: each file lists its own, one row each, and here they stand together.

Routes and OpenAPI document are made from this alone; the busiest stand first.
"""

from __future__ import annotations

from typing import Final

from steerclear.api.native import (
    admin,
    admin_lines,
    contact,
    events,
    exporting,
    keeping,
    locking,
    login,
    movers,
    papers,
    reading,
    ruling,
    saying,
)

ENDPOINTS: Final = (
    *saying.ENDPOINTS,
    *reading.ENDPOINTS,
    *papers.ENDPOINTS,
    *contact.ENDPOINTS,
    *movers.ENDPOINTS,
    *keeping.ENDPOINTS,
    *events.ENDPOINTS,
    *exporting.ENDPOINTS,
    *ruling.ENDPOINTS,
    *login.ENDPOINTS,
    *admin.ENDPOINTS,
    *locking.ENDPOINTS,
    *admin_lines.ENDPOINTS,
)
