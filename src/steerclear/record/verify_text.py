"""A verdict in words: what was shown, by whose clock, and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from steerclear.record import texts
from steerclear.record.delivery import Delivery
from steerclear.record.manifest import Manifest
from steerclear.record.verdict import EntryFinding, NoReplyFinding, SpanFinding, UnheardFinding, Verdict
from steerclear.units import format_time

_HEADLINES = {
    "verified": "VERIFIED",
    "roots-unchecked": "SELF-CONSISTENT, ROOTS NOT CHECKED",
    "not-verified": "NOT VERIFIED",
}


def render(verdict: Verdict) -> Iterator[str]:
    """The lines of a verdict, times in UTC. The first line is the status and nothing else."""
    yield _HEADLINES[verdict.status]
    for fault in verdict.faults:
        rest = f": {fault.remedy}" if fault.remedy else ""
        yield f"  fault in {fault.field or 'the kit'}: {fault.rule}{rest}"
    if not verdict.line:
        return
    if verdict.faults and all(fault.field == "roots" for fault in verdict.faults):
        yield "  the kit agrees with itself; what does not fit are the fingerprints that were given"
    if verdict.exercise or _play(verdict):
        yield texts.PLAY
    yield f"line {verdict.line}"
    for party in verdict.parties:
        yield f"  rests on the keys of party {party} ({_trust(verdict, party)})"
    for entry in verdict.entries:
        yield from _entry(entry)
    for span in verdict.spans:
        yield from _span(span)
    for fork in verdict.forks:
        yield f"FORK: log {fork.log} signed two trees that contradict each other: {fork.older}, {fork.newer}"
    for silent in verdict.no_replies:
        yield from _no_reply(silent)
    for missed in verdict.unheard:
        yield from _unheard(missed)
    if verdict.made_for is not None:
        yield from _made_for(verdict.made_for)
    for note in verdict.notes:
        yield f"note: {note}"
    yield from _meaning(verdict)


def _trust(verdict: Verdict, party: str) -> str:
    if verdict.status != "verified":
        return "root fingerprint NOT CHECKED"
    where = verdict.trusted.get(party, "")
    return f"root fingerprint as given in {where}" if where else "root fingerprint as given"


def _made_for(one: Manifest) -> Iterator[str]:
    yield f"copy {one.copy}, made {format_time(one.made_ms)} by party {one.party}, whose node signed its manifest"
    yield f"  for {one.recipient or 'that party itself'}; may go to: {one.audience}"


def _play(verdict: Verdict) -> bool:
    modes = {one.mode for one in verdict.entries} | {
        one.mode for span in verdict.spans for one in span.entries
    }
    return bool(modes - {"REAL", ""})


def _entry(one: EntryFinding) -> Iterator[str]:
    yield f"entry {one.id}"
    yield f"  {one.kind}, {one.mode}, said by {one.author} to {', '.join(one.to) or 'nobody by name'}"
    for signer in one.signers:
        yield f"  signed by {signer}, a key that counted at index {one.index} of its log"
    how = (
        "its whole log up to there is in the kit"
        if one.whole_history
        else "as the key entries in the kit have it"
    )
    yield f"  key history to the roots: {how}"
    yield f"  released {format_time(one.released_ms)} as its author says"
    yield {
        "opened": "  payload in the kit: exactly what was signed",
        "left-out": "  payload not in the kit",
        "none": "  no payload",
    }[one.payload]
    if one.filed:
        yield f"  {texts.FILED}"
    yield f"  leaf {one.index} of log {one.log}"
    for party, at_ms in one.cosigned.items():
        yield f"  held by {party} no later than {format_time(at_ms)} by that party's own clock"
    for party, delivery in one.delivered.items():
        yield f"  to {party}: {_delivered(delivery)}"
    if one.after_ms is not None:
        yield f"  not before {format_time(one.after_ms)}: it carries another party's cosignature of that time"
    for mark in one.marks:
        yield f"  mark: {mark}"


def _delivered(one: Delivery) -> str:
    if one.state == "delivered" and one.at_ms is not None:
        return f"delivered {format_time(one.at_ms)}"
    return {
        "sent": "not held there by anything in this kit",
        "unchecked": "whether the payload was at hand there is not shown by this kit",
        "missing": "that party logged that the payload was missing",
        "unopenable": "that party logged that it could not open the payload",
        "delivered": "delivered",
        "not-addressed": "not addressed",
    }[one.state]


def _no_reply(one: NoReplyFinding) -> Iterator[str]:
    yield f"no reply by {one.party} to entry {one.entry}"
    yield f"  held by that party no later than {format_time(one.told_ms)}"
    yield f"  a reply was asked for by {format_time(one.reply_by_ms)}"
    yield f"  its log, dated {format_time(one.dated_ms)} by itself, has {one.size} entries and no answer"
    yield f"  {texts.CERTIFICATE}"


def _unheard(one: UnheardFinding) -> Iterator[str]:
    yield f"UNHEARD: {one.party} about entry {one.entry}"
    yield f"  held by that party no later than {format_time(one.told_ms)}"
    yield f"  a reply was asked for by {format_time(one.reply_by_ms)}"
    dated = format_time(one.dated_ms) if one.dated_ms is not None else "no time of its own"
    newest = f"the newest had {one.size} entries and bore {dated}" if one.size else "it held none at all"
    yield (
        f"  whoever made this kit says that at {format_time(one.looked_ms)} it held no head of that party's log "
        f"dated after that; {newest}"
    )
    yield f"  {texts.UNHEARD}"


def _span(one: SpanFinding) -> Iterator[str]:
    yield f"all {one.end - one.start} entries of log {one.log} from index {one.start} up to {one.end}"
    yield from _seen("  begins after a checkpoint", one.began_ms)
    yield from _seen("  ends with a checkpoint", one.ended_ms)
    for kind, count in one.kinds.items():
        yield f"  {count} × {kind}"
    invalid = sum(1 for entry in one.entries if entry.invalid)
    if invalid:
        yield f"  {invalid} × that do not count by the rules of the line"


def _seen(words: str, times: Mapping[str, int]) -> Iterator[str]:
    for party, at_ms in times.items():
        yield f"{words} that {party} signed at {format_time(at_ms)}"


def _meaning(verdict: Verdict) -> Iterable[str]:
    if verdict.status == "not-verified":
        return ["Nothing in this kit may be relied on as it stands."]
    lines = []
    if verdict.entries:
        lines += [texts.PROVES, texts.NOT_PROVED]
    if verdict.spans:
        lines.append(texts.SPAN)
    if verdict.status == "roots-unchecked":
        lines.append(texts.ROOTS)
    return [*lines, texts.NOTIFICATION, texts.AGREEMENT]
