"""Conflicts as a node shows them, and plans that are not checked against everybody yet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from steerclear.judgement import Judgement
from steerclear.record.texts import NOTIFICATION
from steerclear.views.compared import Compared


class Unchecked(msgspec.Struct, frozen=True):
    """A plan of ours is checked as of sizes of each addressee's log, and `unchecked` against these parties still."""

    notice: str
    parties: tuple[str, ...]
    as_of: dict[str, int]


class Conflict(msgspec.Struct, frozen=True):
    """One judgement as this node shows it, with its hash and when this node first saw it; `compared` with what every
    other member shows who may read both entries. `challenged`: places in it whose data somebody challenges, which
    changes nothing of the conflict. `expected`: the `assist` that one of the two answers as its named rescuer, so that
    its plan goes where others keep out."""

    judgement: Judgement
    hash: str
    since_ms: int
    compared: tuple[Compared, ...] = ()
    challenged: tuple[str, ...] = ()
    expected: str = ""
    standing: tuple[str, ...] = (NOTIFICATION,)


def in_order(rows: Iterable[Conflict]) -> list[Conflict]:
    """Conflicts before what could not be judged, those that an assistance brings with it behind the others."""
    return sorted(
        rows,
        key=lambda one: (
            one.judgement.verdict != "conflict",
            bool(one.expected),
            one.since_ms,
            one.judgement.id,
        ),
    )
