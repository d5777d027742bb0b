"""What every judgement returns (judgement.md), as data that both sides compute alike, and its two hashes.

Figures are integers rounded towards the worse case: distances down, durations of a conflict up.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, Literal

import msgspec

from steerclear.record import jcs

JUDGE_VERSION: Final = "plans/1"
"""Changes whenever the same input could get another answer; part of the judgement hash."""

Verdict = Literal["conflict", "no_conflict", "not_judged"]
Rule = Literal["plan-plan", "plan-area", "same-party", "other-mode", "same-notice", "notice", "overlap-query"]
MUTUAL: Final = "mutual"
SEALED_LINE: Final = "not_judged(sealed)"


class Side(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One of the two: the entry, which of its volumes (−1: the notice as a whole), whose, and the notice
    it is of."""

    entry: str
    volume: int = -1
    party: str = ""
    about: str = ""


class Where(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One point of the place in question, WGS84; never a point of an area whose precision is not exact."""

    lat_e7: int
    lon_e7: int


class Apart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Distances: how far apart (below zero: how far they reach into each other), what was asked, or how
    uncertain the figure is."""

    horizontal_mm: int
    vertical_mm: int
    time_ms: int


class GivesWay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which party gives way and by which rule of the agreement; `mutual` when both are told and neither
    has priority."""

    party: str
    by: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One explained answer about one pair of volumes (or a notice as a whole), `a` before `b` by entry id.

    `id` is the conflict id. `agreement` names the parameters used. `apart` is the least separation found,
    `minima` what the rule asks, `uncertainty` how much larger the true separation may be (altitude
    conversion included). `from_ms`/`to_ms` is the half-open interval of the conflict. `standing` carries
    what no check could see (`not_judged(sealed)`), the same whether any sealed area exists or not."""

    judge_version: str
    id: str
    rule: Rule
    agreement: str
    a: Side
    b: Side
    verdict: Verdict
    reason: str = ""
    where: Where | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    apart: Apart | None = None
    minima: Apart | None = None
    uncertainty: Apart | None = None
    marks: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    gives_way: GivesWay | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One notice against all that a node holds: conflicts and what could not be judged, and how many
    notices of others it was compared with. No judgement in the list is not an empty sky (boundary.md).
    """

    notice: str
    against: int
    judgements: tuple[Judgement, ...]
    standing: tuple[str, ...]

    @property
    def conflicts(self) -> tuple[Judgement, ...]:
        return tuple(j for j in self.judgements if j.verdict == "conflict")


def ordered_sides(one: Side, two: Side) -> tuple[Side, Side]:
    """a < b, by entry id and volume index."""
    return (one, two) if (one.entry, one.volume) <= (two.entry, two.volume) else (two, one)


def conflict_id(rule: str, agreement: str, one: Side, two: Side) -> str:
    """SHA-256(`steerclear/conflict/v1\\n` ‖ JCS{rule, agreement, a, b}), a and b `[entry id, volume
    index]`; no figure, no time of discovery (judgement.md)."""
    a, b = ordered_sides(one, two)
    if all(
        text.isascii() and text.replace("-", "").isalnum() for text in (rule, agreement, a.entry, b.entry)
    ):
        # what JCS makes of plain words, written straight out
        named = (
            f'{{"a":["{a.entry}",{a.volume}],"agreement":"{agreement}",'
            f'"b":["{b.entry}",{b.volume}],"rule":"{rule}"}}'
        ).encode()
    else:
        named = jcs.dumps(
            {"rule": rule, "agreement": agreement, "a": [a.entry, a.volume], "b": [b.entry, b.volume]}
        )
    return hashlib.sha256(b"steerclear/conflict/v1\n" + named).hexdigest()


def judgement_hash(judgement: Judgement) -> str:
    """SHA-256 over the whole answer with its `judge_version`: nodes show `equal` or `differs`."""
    if type(judgement) is not Judgement:
        judgement = Judgement(**{name: getattr(judgement, name) for name in Judgement.__struct_fields__})
    plain = _sorted(judgement)
    if not plain.isascii() or _LONG.search(plain):  # what only JCS itself knows how to write, or to refuse
        plain = jcs.dumps(msgspec.to_builtins(judgement))
    return hashlib.sha256(b"steerclear/judgement/v1\n" + plain).hexdigest()


_sorted = msgspec.json.Encoder(order="sorted").encode
_LONG = re.compile(rb"[:,\[]-?[0-9]{16}")


def compare_hashes(mine: Judgement, theirs: str) -> Literal["equal", "differs"]:
    """What a node shows beside an answer when the other side's hash has come; on `differs` both are shown."""
    return "equal" if judgement_hash(mine) == theirs else "differs"
