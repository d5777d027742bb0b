"""The transport between nodes of one process: requests go from app to app, and fail as a scenario says."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx2 as httpx

SUFFIX = ".replay"
FORGED_FROM_END = 20
"""In the newest of the entries that pass together: the earlier ones the asker has already."""


@dataclass
class Network:
    """`apps` by name; `cut` pairs that do not reach each other; `down` names that neither ask nor answer; `withheld`
    (author, asker) pairs for which payloads are not given; `forged` (from, to) → which paths are altered on the
    way; `faces` (asker, name) → whom the asker reaches under that name."""

    apps: dict[str, httpx.ASGITransport] = field(default_factory=dict)
    cut: set[frozenset[str]] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    withheld: set[tuple[str, str]] = field(default_factory=set)
    forged: dict[tuple[str, str], str] = field(default_factory=dict)
    faces: dict[tuple[str, str], str] = field(default_factory=dict)

    def client(self, source: str) -> httpx.AsyncClient:
        """What one node asks the others with."""
        return httpx.AsyncClient(transport=_Link(self, source))

    def heal(self, names: tuple[str, ...]) -> None:
        """Mend everything between these names (all of them when none is named)."""
        for pair in list(self.cut):
            if not names or pair <= set(names):
                self.cut.discard(pair)
        self.withheld = {pair for pair in self.withheld if names and not set(pair) <= set(names)}
        self.forged = {pair: w for pair, w in self.forged.items() if names and not set(pair) <= set(names)}


def address(name: str) -> str:
    return f"http://{name}{SUFFIX}"


class _Link(httpx.AsyncBaseTransport):
    """All that one node sends."""

    def __init__(self, network: Network, source: str) -> None:
        self._network, self._source = network, source

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        network, source = self._network, self._source
        named = request.url.host.removesuffix(SUFFIX)
        target = network.faces.get((source, named), named)
        unreachable = {source, target} & network.down or frozenset((source, target)) in network.cut
        if unreachable or target not in network.apps:
            raise httpx.ConnectError(f"{source} does not reach {named}")
        path = request.url.path
        if "/payloads/" in path and (target, source) in network.withheld:
            return httpx.Response(404, request=request)
        response = await network.apps[target].handle_async_request(request)
        wanted = network.forged.get((target, source))
        if wanted is None or f"/{wanted}" not in path or response.status_code != 200:
            return response
        content = altered(await response.aread(), from_end=FORGED_FROM_END)
        return httpx.Response(200, stream=httpx.ByteStream(content), request=request)


def altered(data: bytes, *, from_end: int = 0) -> bytes:
    """The same length with one byte changed: in the middle, or so far from the end; nothing changes nothing."""
    if not data:
        return data
    at = max(0, len(data) - from_end) if from_end else len(data) // 2
    return data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]
