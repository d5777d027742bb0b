"""A small line on paper: parties, and entries said one after the other, without keys or logs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from steerclear.procedure.context import Context
from steerclear.procedure.fold import fold
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.record.header import Header
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.kinds.common import Position
from steerclear.units import format_time

T0 = 1_466_067_600_000
S, MIN, H, D = 1_000, 60_000, 3_600_000, 86_400_000
A, B, C = "a" * 32, "b" * 32, "c" * 32
LINE = "1" * 64


def hexid(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def t(ms: int) -> str:
    """The RFC 3339 text of T0 + ms."""
    return format_time(T0 + ms)


def volume(start: int, end: int, lat_e7: int = 330_000_000, lon_e7: int = 380_000_000) -> Volume4D:
    return Volume4D(
        Circle((lat_e7, lon_e7), 10_000_000),
        Altitude(1_000, "ft", "MSL"),
        Altitude(5_000, "ft", "MSL"),
        t(start),
        t(end),
    )


def wgs84(lat_e7: int, lon_e7: int) -> Position:
    return Position(form="wgs84", lat_e7=lat_e7, lon_e7=lon_e7)


def dms(text: str) -> Position:
    return Position(form="dms", text=text)


@dataclass
class World:
    """`say` makes the next entry: depth counts up, so what is said later folds later unless told."""

    members: tuple[str, ...] = (A, B)
    own: str = A
    entries: list[Said] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def say(
        self,
        kind: str,
        author: str = A,
        body: Any = None,
        at: int = 0,
        *,
        about: Said | None = None,
        to: tuple[str, ...] | None = None,
        bounds: tuple[int | None, int | None] | None = (-500, 500),
        delivered: int | None = 0,
        **more: Any,
    ) -> Said:
        """`at`, `bounds` and `delivered` in ms: `at` after T0, the other two after `at` (None: not yet)."""
        index = sum(1 for said in self.entries if said.author == author)
        whom = tuple(p for p in self.members if p != author) if to is None else to
        header = {
            "refs": (about.id,) if about is not None else (),
            "life_safety": kind == "stop" or (about is not None and about.header.life_safety),
            "mode": "REAL",
            "officer": f"{author}/watch+00000001",
            "signers": (f"{author}/watch+00000001",),
        }
        known = set(Header.__struct_fields__)
        header.update({key: value for key, value in more.items() if key in known})
        rest = {key: value for key, value in more.items() if key not in known}
        after, before = bounds or (None, None)
        said = Said(
            id=hexid(kind, author, index, at),
            origin=f"{LINE}/{author}/1",
            index=index,
            depth=rest.pop("depth", len(self.entries)),
            header=Header(
                v=1,
                line=LINE,
                kind=kind,
                author=author,
                released_ms=T0 + at,
                to=whom,
                **header,
            ),
            body=body,
            after_ms=None if after is None else T0 + at + after,
            before_ms=None if before is None else T0 + at + before,
            delivered={} if delivered is None else dict.fromkeys(whom, T0 + at + delivered),
            **rest,
        )
        self.entries.append(said)
        return said

    def context(self, **more: Any) -> Context:
        return Context(line=LINE, own=self.own, members=self.members, **{**self.facts, **more})

    def at(self, ms: int, **more: Any) -> Subject:
        """The one subject of all entries said, `ms` after T0."""
        return fold(self.entries, self.context(**more), T0 + ms)


def with_bounds(said: Said, after: int | None, before: int | None) -> Said:
    return replace(said, after_ms=after, before_ms=before)


def row(subject: Subject, party: str) -> Any:
    return next(line for line in subject.addressees if line.party == party)


def deadline(subject: Subject, rule: str, step: str, party: str = B) -> Any:
    return next(d for d in subject.deadlines if (d.rule, d.step, d.party) == (rule, step, party))


def alarm(subject: Subject, rule: str, step: str, party: str = B) -> Any:
    return next((a for a in subject.alarms if (a.rule, a.step, a.party) == (rule, step, party)), None)
