"""The event stream: what it sends, where it goes on after a break or a restart, when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from api_world import FLIGHT, Officer, ask, codes, run, world
from hypothesis import given
from hypothesis import strategies as st

from steerclear.api.native import auth, events
from steerclear.api.native.problems import Denied

WAIT_S = 10
ENDS_S = 60
"""A stream that says nothing for so long has failed; no test waits for it to pass."""
Event = tuple[str, str, Any]


class Stream:
    """An ASGI client that reads one stream as it comes."""

    def __init__(self, officer: Officer, last: str = "") -> None:
        headers = [(b"authorization", f"Bearer {officer.token}".encode())]
        if last:
            headers.append((b"last-event-id", last.encode()))
        path = officer.side.path("/events")
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "server": ("node", 80),
            "client": ("127.0.0.1", 1),
        }
        self.app = officer.side.app.asgi
        self.status = 0
        self.body: asyncio.Queue[bytes] = asyncio.Queue()
        self.gone = asyncio.Event()

    async def __aenter__(self) -> Stream:
        self.task = asyncio.create_task(self.app(self.scope, self._receive, self._send))  # type: ignore[arg-type]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gone.set()
        await asyncio.wait_for(self.task, WAIT_S)

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body.put_nowait(message.get("body", b""))

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            chunk = await asyncio.wait_for(self.body.get(), WAIT_S)
            if not chunk:
                return
            yield chunk

    async def until(self, name: str, **wanted: Any) -> list[Event]:
        """Events up to the first of this type whose data has these values."""
        seen: list[Event] = []
        async for chunk in self.chunks():
            fields = dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n") if ": " in line)
            if "event" not in fields:
                continue
            data = msgspec.json.decode(fields["data"])
            seen.append((fields["event"], fields["id"], data))
            if fields["event"] == name and all(data.get(key) == value for key, value in wanted.items()):
                return seen
        raise AssertionError(f"ended without {name}: {seen}")


def test_what_a_stream_sends_and_where_it_goes_on(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one, two = red.officers[0], blue.officers[0]
        async with Stream(one) as stream:
            await stream.until("health", party=blue.party, observed="up")
            assert stream.status == 200
            first = await one.say("activity.flight", FLIGHT)
            (place,) = [
                id_ for name, id_, data in await stream.until("entry", id=first) if data.get("id") == first
            ]
            await made.settle()
            second = await two.say("activity.flight", FLIGHT)
            await made.settle()
            seen = await stream.until("conflict", state="stands", verdict="conflict")
            assert [data["id"] for name, _, data in seen if name == "entry"].count(second) == 1
            text = msgspec.json.encode(seen)
            assert b"payload" not in text and b"volumes" not in text
            ids = [events.cursor_of(id_) for _, id_, _ in seen]
            assert [sum(one) for one in ids] == sorted(sum(one) for one in ids)
        async with Stream(one, last=place) as again:
            replayed = await again.until("entry", id=second)
            assert first not in [data.get("id") for _, _, data in replayed]
            assert "reset" not in [name for name, _, _ in replayed]
        third = await one.say("withdraw", {"reason": "weather"}, refs=[first])
        made.restart(red)
        await one.login()
        async with Stream(one, last=place) as after:
            replayed = await after.until("health")
            assert {second, third} <= {data.get("id") for _, _, data in replayed}
        assert not red.app.services.streams
        await made.close()

    run(play())


def test_too_far_behind_is_a_reset(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        one = side.officers[0]
        line = side.app.node.line(side.line)
        before = events.id_of(events.place(line))
        for _ in range(51):
            await one.say("line.check", {"by": "person", "occasion": "daily"})
        async with Stream(one, last=before) as stream:
            ((name, id_, _),) = await stream.until("reset")
            assert (name, events.cursor_of(id_)) == ("reset", events.place(line))
        for strange in ("9999-9000.999", "3-1.1.1"):
            async with Stream(one, last=strange) as stream:
                await stream.until("reset")
        async with Stream(
            one, last=events.id_of(tuple(max(0, n - 10) for n in events.place(line)))
        ) as stream:
            rows = await stream.until("health")
            assert "reset" not in [name for name, _, _ in rows]
        await made.close()

    run(play())


def test_a_stream_ends_with_its_login_and_with_the_node(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        one, two = side.officers
        bad = await ask(side, "GET", "/events", token=one.token, headers={"last-event-id": "7-3"})
        assert (bad.status_code, codes(bad)) == (400, ["bad-event-id"])
        async with Stream(one) as first, Stream(two) as second:
            await first.until("health")
            await second.until("health")
            await made.revoke(side, one)
            assert [chunk async for chunk in first.chunks()][-1:] != [b": still here\n\n"]
            side.app.services.pulse.end()
            async for _ in second.chunks():
                pass
        await made.close()

    run(play())


def test_a_session_that_runs_out_ends_its_stream(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        async with Stream(side.officers[0]) as stream:
            await stream.until("health")
            made.clock.step_to(made.clock.true_ms() + auth.SESSION_MS)
            side.app.services.pulse.moved({side.line})
            async with asyncio.timeout(
                ENDS_S
            ):  # a stream that goes on is kept alive, so that no chunk is late
                async for _ in stream.chunks():
                    pass
        await made.close()

    run(play())


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=6))
def test_ids_are_places(sizes: list[int]) -> None:
    assert events.cursor_of(events.id_of(tuple(sizes))) == tuple(sizes)


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        assert events.id_of(events.cursor_of(text)) == text
    except Denied as error:
        assert error.status == 400


@pytest.mark.parametrize("text", ["", "0", "1-0", "01-01", "1-1.", "٣-٣", "2-1.1\n"])
def test_texts_that_are_no_place(text: str) -> None:
    with pytest.raises(Denied):
        events.cursor_of(text)
