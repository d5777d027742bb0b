"""Fork proofs and no-reply certificates of a kit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from steerclear.errors import Malformed
from steerclear.record import checkpoint, jcs
from steerclear.record.card import log_verifier
from steerclear.record.fork import check_fork, fork_record, origin_of, parse_fork
from steerclear.record.note import parse_note
from steerclear.record.silence import check_certificate
from steerclear.record.verdict import ForkFinding, NoReplyFinding
from steerclear.record.verify_checkpoint import origin_parts
from steerclear.record.verify_run import Run

_SOURCE = "design/record.md, Fork; Silence is evidence"


def check_forks(run: Run) -> Iterator[ForkFinding]:
    """Every fork proof: the same log's key signed both trees."""
    for number, data in sorted(run.kit.forks.items()):
        with run.catching(f"forks/{number}.json"):
            yield _fork(run, data)


def check_no_replies(run: Run, proved: Collection[str]) -> Iterator[NoReplyFinding]:
    """Every certificate, each about an entry that the kit proves as well (`proved`: their ids)."""
    for (entry, party), data in sorted(run.kit.no_reply.items()):
        with run.catching(f"no-reply/{entry}-{party}.json"):
            found = check_certificate(data, run.view.line)
            if (found.notice, found.party) != (entry, party):
                raise Malformed("wrong-name", remedy=f"{found.notice}-{found.party}", source=_SOURCE)
            if entry not in proved:
                raise Malformed("entry-missing", remedy="the kit proves the entry too", source=_SOURCE)
            for held in found.cards.values():
                for card in held:
                    run.view.learn({card.party: card})
            run.relied.update(found.cards)
            yield NoReplyFinding(
                entry, party, found.told_s * 1000, found.reply_by_ms, found.dated_s * 1000, found.size
            )


def _fork(run: Run, data: bytes) -> ForkFinding:
    record: Any = jcs.loads(data)
    if not isinstance(record, dict):
        raise Malformed("bad-fork", remedy="an object", source=_SOURCE)
    proof = parse_fork(record)
    if jcs.dumps(fork_record(proof)) != data:
        raise Malformed("bad-fork", remedy="leave out every field that has its default value", source=_SOURCE)
    origin = origin_of(proof)
    party, epoch = origin_parts(origin, run.view, "")
    if not any(check_fork(proof, log_verifier(card, origin)) for card in run.view.cards.get(party, ())):
        raise Malformed("no-fork", remedy="these checkpoints do not contradict each other", source=_SOURCE)
    run.relied.add(party)
    return ForkFinding(f"{party}/{epoch}", _size(proof.older), _size(proof.newer))


def _size(note: str) -> int:
    return checkpoint.parse_head(parse_note(note.encode()).text)[1]
