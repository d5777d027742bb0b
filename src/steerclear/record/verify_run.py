"""One run of a check: the kit's files in their places, what is known so far, and every fault found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.record import checkpoint
from steerclear.record.kitfiles import KitFiles, SpanFiles
from steerclear.record.proof import Proof, parse_proof
from steerclear.record.tiles import parse_entries
from steerclear.record.times import LogTimes
from steerclear.record.verify_checkpoint import Signed, check_note, origin_parts
from steerclear.record.verify_line import LineView

_SOURCE = "design/record.md, What a stranger checks"


class Run:
    """`leaves`: every leaf of the kit by log and index. `signed`: checkpoints whose signatures hold, by their
    bytes. `relied`: the parties whose keys the verdict rests on. `spans`: their leaves; `good_spans` those
    that were shown to be all that stood there."""

    def __init__(self, kit: KitFiles, view: LineView) -> None:
        self.kit = kit
        self.view = view
        self.faults: list[Refused] = []
        self.relied: set[str] = set()
        self.leaves: dict[str, dict[int, bytes]] = {}
        self.spans: dict[tuple[str, int, int], list[bytes]] = {}
        self.good_spans: set[tuple[str, int, int]] = set()
        self.times: dict[str, LogTimes] = {}
        self.signed: dict[bytes, Signed] = {}
        self.texts: dict[str, dict[int, list[bytes]]] = {}

    @contextmanager
    def catching(self, field: str) -> Iterator[None]:
        """A `Malformed` inside becomes a fault of this field, and the check goes on."""
        try:
            yield
        except Malformed as error:
            fault = refusal(error, "not-verified")
            self.faults.append(msgspec.structs.replace(fault, field=fault.field or field))

    def checkpoint(self, data: bytes, field: str, log: str, size: int, *, ask_policy: bool = True) -> Signed:
        """A checkpoint of that log and size with all its signatures checked; its cosignatures bound times.

        Raises `Malformed`: `wrong-name`, and the rules of `check_note`.
        """
        signed = self.signed.get(data)
        if signed is None or ask_policy:
            signed = self.signed[data] = check_note(data, self.view, field, ask_policy=ask_policy)
        if (signed.log, signed.head.size) != (log, size):
            raise Malformed("wrong-name", field=field, remedy=f"it is {signed.log} at {signed.head.size}")
        self.relied.update((signed.party, *signed.cosigned))
        times = self.times.setdefault(log, LogTimes(signed.party))
        for party, time_s in (*signed.cosigned.items(), *signed.post_quantum.items()):
            times.cosigned(party, size, time_s)
        return signed

    def remember_text(self, log: str, size: int, text: bytes) -> None:
        """Keeps a checkpoint's text, over which a cosignature embedded in an entry may have been made."""
        self.texts.setdefault(log, {}).setdefault(size, []).append(text)


def gather(run: Run) -> None:
    """Fills `run.leaves` and `run.spans` from the kit, without yet proving that a leaf stands where it
    says."""
    for (log, start, end), span in run.kit.spans.items():
        field = f"logs/{log}/span/{start}-{end}"
        with run.catching(field):
            leaves = run.spans[log, start, end] = _bundled(span, start, end, field)
            for index, leaf in enumerate(leaves, start):
                _put(run, log, index, leaf, field)
    for (log, index), leaf in run.kit.changes.items():
        field = f"logs/{log}/changes/{index}.leaf"
        with run.catching(field):
            _put(run, log, index, leaf, field)
    for name, entry in run.kit.entries.items():
        for size, data in entry.proofs.items():
            field = f"entries/{name}/proof-{size}.tlog-proof"
            with run.catching(field):
                proof, log = read_proof(run, data, field)
                _put(run, log, proof.index, entry.leaf, field)


def read_proof(run: Run, data: bytes, field: str) -> tuple[Proof, str]:
    """A proof and the log (`<party>/<epoch>`) of this line that it speaks of; no signature verified."""
    proof = parse_proof(data)
    origin, _, _ = checkpoint.parse_head(proof.note.text)
    party, epoch = origin_parts(origin, run.view, field)
    if proof.extra:
        raise Malformed("extra-in-proof", field=field, remedy="leave the extra line out", source=_SOURCE)
    return proof, f"{party}/{epoch}"


def _put(run: Run, log: str, index: int, leaf: bytes, field: str) -> None:
    held = run.leaves.setdefault(log, {}).setdefault(index, leaf)
    if held != leaf:
        raise Malformed("two-leaves-at-one-place", field=field, remedy=f"index {index}", source=_SOURCE)


def _bundled(span: SpanFiles, start: int, end: int, field: str) -> list[bytes]:
    leaves: list[bytes] = []
    for first, data in sorted(span.bundles.items()):
        more = parse_entries(data)
        if first != start + len(leaves) or not more:
            raise Malformed("gap-in-span", field=f"{field}/leaves-{first}.bundle", source=_SOURCE)
        leaves += more
    if start + len(leaves) != end:
        raise Malformed("gap-in-span", field=field, remedy=f"{end - start} leaves", source=_SOURCE)
    return leaves
