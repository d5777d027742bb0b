"""Silence as evidence: the no-reply certificate (record.md, Silence is evidence).

Grade `proved`: all clear headers of B's log up to a checkpoint whose own cosignature by B is dated after
`reply_by`, none of them an answer, and A's notice delivered to B before. Grade `unheard`: no such
checkpoint is at hand, and the certificate says only that. A reply logged in time and delivered later is
`answered, received late`."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint, cosignature, jcs
from steerclear.record.admit import Admitted, LogState, Outcome, admit
from steerclear.record.card import Card, log_verifier, mirror_verifiers
from steerclear.record.genesis import Line
from steerclear.record.header import Header
from steerclear.record.leaf import LOG, Leaf
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.note import parse_base64, parse_note, verify
from steerclear.record.times import Interval

Grade = Literal[
    "undelivered", "unheard", "proved", "answered", "answered, received late", "answered late", "disputed"
]
"""`undelivered`: no certificate, for B was not told before the deadline. `disputed`: a reply whose time
interval spans the deadline."""

ANSWER_KINDS: Final = frozenset(("reply", "area.reply", "overlap.result"))
"""Kinds that answer; a `receipt` says only that somebody read."""

WARNING: Final = (
    "This proves only that no answer stood in this log by this time. It is no evidence that an area, a force "
    "or a person does not exist, nor of consent."
)
"""boundary.md; on every certificate."""
_SOURCE = "record.md, Silence is evidence"


class OwnCosignature(msgspec.Struct, frozen=True):
    """B's cosignature on B's own checkpoint: B's log had `size` leaves at `time_s`."""

    size: int
    time_s: int


class Reply(msgspec.Struct, frozen=True):
    """An admitted answer in B's log. `received_ms`: A's first cosignature that covers it (None: not yet)."""

    index: int
    interval: Interval
    received_ms: int | None = None


def grade(
    reply_by_ms: int,
    *,
    delivered_ms: int | None,
    own: Iterable[OwnCosignature],
    held: int,
    replies: Iterable[Reply],
) -> Grade:
    """What can be said at this node, which holds `held` leaves of B's log and these cosignatures by B."""
    if delivered_ms is None or delivered_ms > reply_by_ms:
        return "undelivered"
    dated = [one for one in own if one.size <= held]
    after = [one.size for one in dated if one.time_s * 1000 > reply_by_ms]
    in_time = max((one.size for one in dated if one.time_s * 1000 + 999 <= reply_by_ms), default=0)
    end = min(after, default=held)
    answers = [one for one in replies if one.index < end]
    grades = {_answered(one, reply_by_ms, in_time) for one in answers}
    for best in ("answered", "answered, received late", "disputed"):
        if best in grades:
            return best
    if grades:
        return "answered late"
    return "proved" if after else "unheard"


def _answered(reply: Reply, reply_by_ms: int, in_time: int) -> Grade:
    before, after = reply.interval.before_ms, reply.interval.after_ms
    if reply.index < in_time or (before is not None and before <= reply_by_ms):
        received = reply.received_ms is not None and reply.received_ms <= reply_by_ms
        return "answered" if received else "answered, received late"
    return "answered late" if after is not None and after > reply_by_ms else "disputed"


def answers(header: Header, notice: str, kinds: frozenset[str] = ANSWER_KINDS) -> bool:
    """Whether this header answers the entry `notice`."""
    return header.kind in kinds and notice in header.refs


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate of grade `proved`, complete in itself but for the genesis.

    `log` (`<party>/<epoch>`) is A's, `told` its checkpoint note with B's cosignature, `said` all its leaves
    (base64) up to there, the notice at `index` among them. `silent` is B's log, `dated` its checkpoint note
    with B's own cosignature, `leaves` all its leaves up to there.
    """

    warning: str
    line: str
    log: str
    index: int
    told: str
    said: tuple[str, ...]
    silent: str
    dated: str
    leaves: tuple[str, ...]


class Proved(msgspec.Struct, frozen=True):
    """What a checked certificate proves: B (`party`) was told of `notice` not later than `told_s`, and
    its log of `size` leaves at `dated_s` holds no answer due by `reply_by_ms`. `invalid` leaves counted
    for nothing. `cards`: every card of A and B that the logs bring."""

    party: str
    notice: str
    reply_by_ms: int
    told_s: int
    dated_s: int
    size: int
    invalid: int
    cards: Mapping[str, Sequence[Card]] = {}


def certificate(
    line: Line,
    *,
    log: str,
    index: int,
    told: bytes,
    said: Sequence[bytes],
    silent: str,
    dated: bytes,
    leaves: Sequence[bytes],
) -> bytes:
    """The certificate as JCS. Raises `Malformed` unless `check_certificate` accepts it."""
    texts = [tuple([_base64(one) for one in some]) for some in (said, leaves)]
    told_text, dated_text = told.decode(), dated.decode()
    made = Certificate(WARNING, line.id, log, index, told_text, texts[0], silent, dated_text, texts[1])
    data = jcs.dumps(made)
    check_certificate(data, line)
    return data


def check_certificate(data: bytes, line: Line) -> Proved:
    """What these bytes prove, from the genesis alone, with every signature of both logs verified.

    Both logs are there from their first leaf, and with them the policies and cards that brought a later member in or
    renewed a key; each was admitted by the rules of the line, so a card of theirs counts like a founding one.

    Raises `Malformed`: `bad-certificate` for another form or a part that does not hold, `answered` where B's
    log holds an answer, `not-delivered` where B is no addressee, had not seen the notice, or said that it
    lacked the payload, `too-early` where a date is on the wrong side of the deadline.
    """
    found = _read(data, line)
    party, author = found.silent[:32], found.log[:32]
    ours, theirs = _replayed(line, found.log, found.said), _replayed(line, found.silent, found.leaves)
    cards = {who: (*ours.cards.get(who, ()), *theirs.cards.get(who, ())) for who in (author, party)}
    if author == party or not all(cards.values()):
        raise _malformed("bad-certificate", "silent", "two members of the line")
    _, told_s = _signed(found.told, ours, cards, party)
    seen, dated_s = _signed(found.dated, theirs, cards, party)
    notice = _notice(ours, found.index)
    header, entry = notice.header, notice.id
    if not header.reply_by_ms or told_s * 1000 > header.reply_by_ms:
        raise _malformed("too-early", "told", "B was told after the deadline, or none was set")
    if party not in header.to:
        raise _malformed("not-delivered", "notice", "B is no addressee of the notice")
    if dated_s * 1000 <= header.reply_by_ms:
        raise _malformed("too-early", "dated", "B's own cosignature is not dated after the deadline")
    if not any(one.origin == f"{line.id}/{found.log}" and one.size > found.index for one in seen):
        raise _malformed("not-delivered", "dated", "B's checkpoint has not seen the notice")
    invalid = _none_answers(theirs, entry)
    size = theirs.tree.size
    return Proved(party, entry, header.reply_by_ms, told_s, dated_s, size, invalid, cards)


@dataclass(frozen=True)
class _Replayed:
    """A log from its first leaf on: its tree, the verdict on each leaf, and every card that it brings, by party (those
    of the genesis first)."""

    origin: str
    tree: Tree
    outcomes: list[Outcome]
    cards: dict[str, list[Card]]


def _replayed(line: Line, log: str, encoded: Sequence[str]) -> _Replayed:
    state = LogState(line, log[:32], int(log[33:]))
    made = _Replayed(state.origin, Tree(), [], {who: [card] for who, card in line.policy.cards.items()})
    for index, text in enumerate(encoded):
        leaf = parse_base64(text.encode("utf-8", "replace"))
        made.tree.append(leaf_hash(leaf))
        outcome = admit(leaf, index, state)
        state.advance(outcome)
        made.outcomes.append(outcome)
        if isinstance(outcome, Admitted) and outcome.change is not None:
            ring = outcome.change.ring
            for card in (*outcome.change.policy.cards.values(), *((ring.card,) if ring is not None else ())):
                known = made.cards.setdefault(card.party, [])
                if card not in known:
                    known.append(card)
    return made


def _notice(log: _Replayed, index: int) -> Leaf:
    """The notice, which must count in A's log."""
    outcome = log.outcomes[index] if index < len(log.outcomes) else None
    if not isinstance(outcome, Admitted):
        raise _malformed("bad-certificate", "index", "no valid entry stands there")
    return outcome.leaf


def _none_answers(log: _Replayed, notice: str) -> int:
    """Goes through B's log; how many leaves were invalid."""
    invalid, missing, held = 0, False, False
    for index, outcome in enumerate(log.outcomes):
        if not isinstance(outcome, Admitted):
            invalid += 1
            continue
        header = outcome.leaf.header
        if answers(header, notice):
            raise _malformed("answered", f"leaves[{index}]", "this leaf answers the notice")
        about = header.record.get("entry") == notice
        missing = missing or (about and header.kind == "payload-missing")
        held = held or (about and header.kind == "payload-held")
    if missing and not held:
        raise _malformed("not-delivered", "leaves", "B said that it lacked the payload")
    return invalid


def _read(data: bytes, line: Line) -> Certificate:
    try:
        found = msgspec.convert(jcs.loads(data), Certificate)
    except msgspec.ValidationError as error:
        raise _malformed("bad-certificate", "", str(error)) from None
    if found.warning != WARNING or found.line != line.id:
        raise _malformed("bad-certificate", "line", "another line, or the warning is missing")
    if not LOG.fullmatch(found.log) or not LOG.fullmatch(found.silent) or found.index < 0:
        raise _malformed("bad-certificate", "log", "logs as <party>/<epoch> and an index")
    return found


def _signed(
    text: str, log: _Replayed, cards: Mapping[str, Sequence[Card]], cosigner: str
) -> tuple[tuple[checkpoint.SeenLine, ...], int]:
    """(`seen`, seconds) of a checkpoint that a log key of its author signed over exactly these leaves and a mirror key
    of `cosigner` cosigned."""
    note = parse_note(text.encode("utf-8", "replace"))
    head = checkpoint.parse(note.text)
    keys = {log_verifier(card, log.origin) for card in cards[log.origin.split("/")[1]]}
    if head.origin != log.origin or not any(verify(note, key) for key in keys):
        raise _malformed("bad-certificate", "checkpoint", f"a checkpoint of {log.origin} signed by its log")
    if head.size != log.tree.size or head.root != log.tree.root():
        raise _malformed("bad-certificate", "leaves", "not all leaves of the checkpoint, or others")
    mirrors = {mirror_verifiers(card)[0] for card in cards[cosigner]}
    times = [time_s for key in mirrors if (time_s := cosignature.verify_note(note, key)) is not None]
    if not times:
        raise _malformed("bad-certificate", "checkpoint", f"no good cosignature by {cosigner}/mirror")
    return head.seen, min(times)


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
