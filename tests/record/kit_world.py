"""Two parties, their logs, mirrors that cosign, and what `kit.build` may ask of a node that holds both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from line_world import Log, Party, seed

from steerclear.record import card as cards
from steerclear.record import checkpoint, cosignature, genesis, keys
from steerclear.record.admit import Admitted
from steerclear.record.genesis import Line
from steerclear.record.kit import Access, LogAccess
from steerclear.record.note import Note, format_note, parse_note
from steerclear.record.payload import Opening, commit

START_S = 1_445_349_600
"""2015-10-20T14:00:00Z."""


def found(*parties: Party, **options: Any) -> Line:
    """A line whose members' mirrors have both kinds of key."""
    made = genesis.make_genesis(
        [one.card(ml_dsa=True) for one in parties], template="interim", nonce="0" * 32, **options
    )
    text = genesis.genesis_text(made)
    return genesis.parse_genesis(cards.sign_text(text, [root for one in parties for root in one.roots()]))


@dataclass
class World:
    """A line of two (or more) logs. `clock_s` is everybody's clock; `tick` moves it and signs what is new."""

    parties: tuple[Party, ...]
    line: Line = None  # type: ignore[assignment]
    clock_s: int = START_S
    logs: dict[str, Log] = field(default_factory=dict)
    notes: dict[str, dict[tuple[int, int], bytes]] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    inlined: dict[tuple[str, str], tuple[list[str], bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = self.line or found(*self.parties)
        for party in self.parties:
            self.logs[f"{party.id}/1"] = Log(self.line, party).enrol()

    def log(self, party: Party) -> Log:
        return self.logs[f"{party.id}/1"]

    def say(self, party: Party, kind: str, payload: bytes = b"", **fields: Any) -> str:
        """An entry of the watch officer, with a payload if one is given; its id."""
        if payload:
            salt = seed("salt", payload, self.clock_s)
            fields["commitment"] = commit(salt, payload)
        fields.setdefault("released_ms", self.clock_s * 1000)
        entry = self.log(party).say(kind, **fields)
        if payload:
            self.openings[entry] = Opening(salt, payload)
        return entry

    def tick(
        self,
        seconds: int = 10,
        cosigners: tuple[Party, ...] | None = None,
        algorithms: tuple[int, ...] = (keys.COSIGN_ED25519, keys.COSIGN_MLDSA44),
    ) -> None:
        """Time passes; every log signs a checkpoint that has seen all others, every mirror cosigns it."""
        self.clock_s += seconds
        for name, log in self.logs.items():
            seen = [
                checkpoint.SeenLine(one.origin, one.tree.size, one.tree.root())
                for other, one in self.logs.items()
                if other != name
            ]
            text = log.checkpoint(seen=tuple(sorted(seen)))
            own = parse_note(log.signed(text)).signatures
            lines = list(own)
            for party in self.parties if cosigners is None else (*cosigners, log.party):
                for algorithm in algorithms:
                    lines.append(cosignature.cosign(party.key("mirror", algorithm), text, self.clock_s))
            self.notes.setdefault(name, {})[log.tree.size, self.clock_s] = format_note(
                Note(text, tuple(lines))
            )

    def access(self) -> Access:
        places = {
            one.leaf.id: (name, index)
            for name, log in self.logs.items()
            for index, one in enumerate(log.outcomes)
            if isinstance(one, Admitted)
        }
        logs = {name: self._log_access(name, log) for name, log in self.logs.items()}
        return Access(self.line.note, logs, places.get, self.openings.get, lambda *at: self.inlined.get(at))

    def _log_access(self, name: str, log: Log) -> LogAccess:
        notes = self.notes.get(name, {})
        changes = [
            index
            for index, one in enumerate(log.outcomes)
            if isinstance(one, Admitted) and one.change is not None
        ]

        def covering(index: int) -> list[bytes]:
            return [note for (size, _), note in notes.items() if size > index]

        def at(size: int) -> list[bytes]:
            return [note for (one, _), note in notes.items() if one == size]

        def has_seen(other: str, index: int) -> bytes | None:
            origin = f"{self.line.id}/{other}"
            return next((note for note in notes.values() if _covers(note, origin, index)), None)

        def dated_after(ms: int) -> bytes | None:
            mirror = log.party.key("mirror", keys.COSIGN_ED25519).verifier
            return next(
                (
                    one
                    for one in notes.values()
                    if (cosignature.verify_note(parse_note(one), mirror) or 0) * 1000 > ms
                ),
                None,
            )

        return LogAccess(log.tree, log.leaves.__getitem__, changes, covering, at, has_seen, dated_after)


def _covers(note: bytes, origin: str, index: int) -> bool:
    return any(one.origin == origin and one.size > index for one in _seen(note))


def _seen(note: bytes) -> Iterator[checkpoint.SeenLine]:
    yield from checkpoint.parse(parse_note(note).text).seen
