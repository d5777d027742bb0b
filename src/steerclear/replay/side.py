"""One node of a played story: its folder, clock and wires, and the desk of its officers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from steerclear.app import App
from steerclear.clock import SteppedClock
from steerclear.errors import Malformed
from steerclear.replay import hostile
from steerclear.replay.desk import Outcome, Saying
from steerclear.replay.officers import Officers


class Desk(Officers):
    """Officers, and what only a node that does not check would do."""

    side: Side

    async def say(self, saying: Saying) -> Outcome:
        if not saying.unchecked:
            return await super().say(saying)
        draft = self.draft(saying)
        if isinstance(draft, list):
            raise Malformed("bad-form", field="body", remedy="write it in wire form: wire = true")
        key, line = self.keys[saying.post], self.lines[saying.line]
        entry = await self.side.app.host.run(lambda node: hostile.log(node, line, draft, key))
        return Outcome(entry=entry)


@dataclass
class Side:
    """One node with its wires."""

    name: str
    folder: Path
    clock: SteppedClock
    app: App
    peers: httpx.AsyncClient
    desk: Desk
