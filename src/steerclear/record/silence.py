"""Silence as evidence: the no-reply certificate (record.md, Silence is evidence).

Grade `proved`: all clear headers of B's log up to a checkpoint whose own cosignature by B is dated after
`reply_by`, none of them an answer, and A's notice delivered to B before. Grade `unheard`: no such
checkpoint is at hand, and the certificate says only that. A reply logged in time and delivered later is
`answered, received late`."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint, cosignature, jcs
from steerclear.record.admit import Admitted, LogState, admit
from steerclear.record.card import log_verifier, mirror_verifiers
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
    for nothing."""

    party: str
    notice: str
    reply_by_ms: int
    told_s: int
    dated_s: int
    size: int
    invalid: int


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

    Raises `Malformed`: `bad-certificate` for another form or a part that does not hold, `answered` where B's
    log holds an answer, `not-delivered` where B is no addressee, had not seen the notice, or said that it
    lacked the payload, `too-early` where a date is on the wrong side of the deadline.
    """
    found = _read(data, line)
    party, author = found.silent[:32], found.log[:32]
    if party not in line.policy.cards or author not in line.policy.cards or author == party:
        raise _malformed("bad-certificate", "silent", "two founding members")
    said, _, told_s = _log(found.told, found.said, line, found.log, party)
    leaves, seen, dated_s = _log(found.dated, found.leaves, line, found.silent, party)
    notice = _notice(LogState(line, author, int(found.log[33:])), said, found.index)
    header, entry = notice.header, notice.id
    if not header.reply_by_ms or told_s * 1000 > header.reply_by_ms:
        raise _malformed("too-early", "told", "B was told after the deadline, or none was set")
    if party not in header.to:
        raise _malformed("not-delivered", "notice", "B is no addressee of the notice")
    if dated_s * 1000 <= header.reply_by_ms:
        raise _malformed("too-early", "dated", "B's own cosignature is not dated after the deadline")
    if not any(one.origin == f"{line.id}/{found.log}" and one.size > found.index for one in seen):
        raise _malformed("not-delivered", "dated", "B's checkpoint has not seen the notice")
    invalid = _none_answers(LogState(line, party, int(found.silent[33:])), leaves, entry)
    return Proved(party, entry, header.reply_by_ms, told_s, dated_s, len(leaves), invalid)


def _notice(state: LogState, said: Sequence[bytes], index: int) -> Leaf:
    """The notice, which must count in A's log."""
    for at, leaf in enumerate(said[: index + 1]):
        outcome = admit(leaf, at, state)
        state.advance(outcome)
        if at == index and isinstance(outcome, Admitted):
            return outcome.leaf
    raise _malformed("bad-certificate", "index", "no valid entry stands there")


def _none_answers(state: LogState, leaves: Sequence[bytes], notice: str) -> int:
    """Goes through B's log; how many leaves were invalid."""
    invalid, missing, held = 0, False, False
    for index, leaf in enumerate(leaves):
        outcome = admit(leaf, index, state)
        state.advance(outcome)
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


def _log(
    text: str, encoded: Sequence[str], line: Line, log: str, cosigner: str
) -> tuple[list[bytes], tuple[checkpoint.SeenLine, ...], int]:
    """(leaves, `seen`, seconds) of a checkpoint that the log signed over exactly these leaves and `cosigner`
    cosigned."""
    note = parse_note(text.encode("utf-8", "replace"))
    head = checkpoint.parse(note.text)
    origin = f"{line.id}/{log}"
    if head.origin != origin or not verify(note, log_verifier(line.policy.cards[log[:32]], origin)):
        raise _malformed("bad-certificate", "checkpoint", f"a checkpoint of {origin} signed by its log")
    leaves = [parse_base64(one.encode("utf-8", "replace")) for one in encoded]
    tree = Tree(leaf_hash(one) for one in leaves)
    if head.size != tree.size or head.root != tree.root():
        raise _malformed("bad-certificate", "leaves", "not all leaves of the checkpoint, or others")
    mirror = mirror_verifiers(line.policy.cards[cosigner])[0]
    time_s = cosignature.verify_note(note, mirror)
    if time_s is None:
        raise _malformed("bad-certificate", "checkpoint", f"no good cosignature by {mirror.ref}")
    return leaves, head.seen, time_s


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
