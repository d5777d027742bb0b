"""What the player needs of the house it plays in: desks that speak to one node's public API, and a world of them.

The player knows nothing else. `house.py` fills this in with real nodes; a test may fill it with anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from steerclear.replay.scenario import Scenario

if TYPE_CHECKING:
    from steerclear.feeds.batch import Batch


@dataclass(frozen=True)
class Saying:
    """What one post says; every name filled in. `to` are party ids. `body` and `inner` are in the form that a person
    writes, or in wire form (`wire`), which the node's desk alone then judges. `unchecked` says it as a node that does
    not check would: signed and logged past the author's own desk."""

    line: str
    post: str
    kind: str
    body: Mapping[str, Any]
    inner: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    to: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    supersedes: str = ""
    mode: str = "EXERCISE"
    life_safety: bool | None = None
    precedence: str = ""
    reply_by_ms: int = 0
    cosign: tuple[str, ...] = ()
    wire: bool = False
    unchecked: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the node answered: an entry's id, or why it refused. `codes` holds each refusal's code and rule."""

    entry: str = ""
    codes: tuple[str, ...] = ()
    words: str = ""

    @property
    def accepted(self) -> bool:
        return bool(self.entry)


@dataclass(frozen=True)
class Answer:
    """One answer of a node or of `verify`: the JSON, and the HTTP status or exit code that came with it."""

    status: int
    json: Any

    @property
    def value(self) -> Any:
        """What a criterion's query runs over: the JSON, with `status` beside it when it is a table."""
        if isinstance(self.json, dict):
            return {"status": self.status, **self.json}
        return self.json


class Desk(Protocol):
    """The officers of one party at their node, over its public API."""

    party: str
    folder: Path
    lines: dict[str, str]

    async def say(self, saying: Saying) -> Outcome: ...

    async def attempt(self, saying: Saying) -> Answer:
        """Ask the desk to prepare an entry and go no further: nothing is signed, nothing stored."""
        ...

    async def get(self, line: str, path: str, post: str = "") -> Answer:
        """GET a path of the native API below the line; `` asks for the line itself. By the first post unless told."""
        ...

    async def trace(self, line: str, data: bytes) -> Answer:
        """Ask this node which of its exports these bytes were taken from."""
        ...

    async def local(self, line: str, act: str, post: str, arguments: Mapping[str, Any]) -> Outcome:
        """An act that stays at home, such as a unit's read-back."""
        ...

    async def export(
        self, line: str, what: str, posts: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> Path:
        """A file that the node writes: `evidence`, `certificate`, `bundle`."""
        ...

    async def zeroize(self, posts: tuple[str, ...], arguments: Mapping[str, Any]) -> Outcome: ...


class World(Protocol):
    """All desks of a scenario on one stepped clock, with a transport between them that can fail."""

    desks: Mapping[str, Desk]

    async def advance(self, true_ms: int) -> None:
        """Move to `true_ms` over every instant at which some node is due; idle and mirrored at each."""
        ...

    async def fault(
        self, kind: str, party: str, between: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        """Break or mend something; answers '' or what could not be done."""
        ...

    async def membership(self, line: str, act: str, party: str, signers: tuple[str, ...]) -> str:
        """A party comes to a line or leaves it, by a policy that these members sign; answers '' or why not."""
        ...

    async def feed(self, party: str, name: str, reports: Iterable[tuple[int, Batch]]) -> str:
        """Have a party's feed bring these reports, each at its own instant of the player's time; answers '' or why
        not."""
        ...

    async def carry(
        self, line: str, source: str, target: str, posts: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        """Carry a bundle by hand from one node to another; answers '' or why it was not taken."""
        ...

    async def altered(self, path: Path, arguments: Mapping[str, Any]) -> Path:
        """A copy of a file with something changed in it, as a forger would."""
        ...

    async def verify(self, path: Path, arguments: Mapping[str, Any]) -> Answer:
        """A stranger's check: the file alone, in an empty directory, with no node."""
        ...

    async def close(self) -> None: ...


Builder = Callable[[Scenario, Path], Awaitable[World]]
