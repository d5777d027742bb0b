"""A stranger's check of an evidence kit, from its files alone (design/record.md, What a stranger checks).

Officer's signature by a key valid at that index → commitment → leaf in tree → log's signature →
counterparty's cosignature and its time → key history to the roots. No network, no clock, no locale, no
node. Whoever checks brings the root fingerprints (party ids) that he has from the parties themselves;
without them the kit can only be shown to agree with itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Final

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.record import manifest, verify_md
from steerclear.record.card import chain, node_verifier, root_set_hash
from steerclear.record.kitfiles import sort_files
from steerclear.record.manifest import Manifest
from steerclear.record.unheard import check_unheard
from steerclear.record.verdict import Status, Verdict
from steerclear.record.verify_claims import check_forks, check_no_replies
from steerclear.record.verify_delivery import check_seeds
from steerclear.record.verify_line import read_line, replay_log
from steerclear.record.verify_parts import (
    bound_times,
    check_changes,
    check_checkpoints,
    check_entries,
    check_policies,
    check_spans,
    describe,
)
from steerclear.record.verify_run import Run, gather
from steerclear.record.verify_text import render

EMPTY: Final[Mapping[str, str]] = MappingProxyType({})
_ROOT = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}", re.ASCII)


def check(
    files: Mapping[str, bytes],
    roots: Collection[str] = (),
    *,
    given_in: Mapping[str, str] = EMPTY,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verdict:
    """The verdict on a kit. `files` by path; `roots` the party ids (32 hex) or hashes of first root sets
    (64 hex) that the checker trusts: every party that the kit rests on must be among them; nothing in
    `files` is ever taken for one. `given_in`: root → where he gave it, for the verdict to say. `progress(done,
    total)` is called for every leaf judged and every entry proved. Raises nothing for any files."""
    try:
        kit = sort_files(files)
        if not kit.genesis:
            raise Malformed("no-genesis", field="line/genesis.note", remedy="every kit holds the genesis")
        run = Run(kit, read_line(kit.genesis, kit.cards))
    except Malformed as error:
        return _finish(Verdict("not-verified", (), (refusal(error, "not-verified"),)))
    gather(run)
    total, steps = sum(map(len, run.leaves.values())) + len(kit.entries), count(1)
    for log, leaves in sorted(run.leaves.items()):
        with run.catching(f"logs/{log}"):
            replay_log(run.view, log, leaves, lambda: progress(next(steps), total))
    check_policies(run)
    check_checkpoints(run)
    check_changes(run)
    spans = list(check_spans(run))
    proved = list(check_entries(run, lambda: progress(next(steps), total)))
    bound_times(run)
    check_seeds(run)
    entries = [describe(run, one) for one in proved]
    forks = list(check_forks(run))
    no_replies = list(check_no_replies(run, {one.id for one in entries}))
    due = {one.outcome.leaf.id: one.outcome.leaf.header.reply_by_ms for one in proved}
    unheard = list(check_unheard(run, {one.id: one for one in entries}, due))
    if not (entries or spans or forks or run.faults):
        run.faults.append(Refused("not-verified", "entries", "nothing-to-check", "the kit holds no entry"))
    run.faults.extend(_untrusted(run, roots))
    status: Status = "not-verified" if run.faults else "verified" if roots else "roots-unchecked"
    line = run.view.line
    made_for = _made_for(run, files)
    return _finish(
        Verdict(
            status=status,
            lines=(),
            faults=tuple(dict.fromkeys(run.faults)),
            notes=(*_notes(run, roots), *((made_for,) if isinstance(made_for, str) else ())),
            line=line.id,
            exercise=line.exercise,
            parties=tuple(sorted(run.relied)),
            trusted=_trusted(run, roots, given_in),
            entries=tuple(entries),
            spans=tuple(spans),
            forks=tuple(forks),
            no_replies=tuple(no_replies),
            unheard=tuple(unheard),
            made_for=made_for if isinstance(made_for, Manifest) else None,
        )
    )


def _finish(verdict: Verdict) -> Verdict:
    return msgspec.structs.replace(verdict, lines=tuple(render(verdict)))


def _untrusted(run: Run, roots: Collection[str]) -> Iterator[Refused]:
    """A fault for each party whose keys the kit rests on and whose root fingerprint was not brought."""
    for root in roots:
        if not _ROOT.fullmatch(root):
            remedy = "a party id (32 hex) or the hash of its first root set (64 hex)"
            yield Refused("not-verified", "roots", "bad-root", remedy)
    strangers = _strangers(run, roots)
    for party in sorted(run.relied) if roots else ():
        *_, first = chain(run.view.cards[party][0])
        if party not in roots and root_set_hash(first.roots) not in roots:
            remedy = f"get the fingerprint of {party} from that party and give it too"
            if strangers:
                remedy = f"{strangers}: mistyped? compare it with {party}, as that party itself gives it"
            yield Refused("not-verified", "roots", "root-not-given", remedy)


def _trusted(run: Run, roots: Collection[str], given_in: Mapping[str, str]) -> dict[str, str]:
    """Party → where its fingerprint was given ('' where that was not said), of those that the kit rests on."""
    out = {}
    for party in sorted(run.relied):
        *_, first = chain(run.view.cards[party][0])
        found = [root for root in (party, root_set_hash(first.roots)) if root in roots]
        if found:
            out[party] = given_in.get(found[0], "")
    return out


def _strangers(run: Run, roots: Collection[str]) -> str:
    """Which of the given roots belong to no party of this kit, and who its parties are; '' where all do."""
    known = {*run.view.cards}
    known |= {root_set_hash(one.roots) for cards in run.view.cards.values() for one in chain(cards[0])}
    given = [root for root in sorted(roots) if _ROOT.fullmatch(root) and root not in known]
    if not given:
        return ""
    return f"{', '.join(given)} is no root of this kit, whose parties are {', '.join(sorted(run.view.cards))}"


def _made_for(run: Run, files: Mapping[str, bytes]) -> Manifest | str | None:
    """The manifest, where it is its party's and of these files; else what to say of it; None without one."""
    data = run.kit.manifest
    if not data:
        return None
    try:
        said = manifest.read(data)
        keys = [node_verifier(card) for card in run.view.cards.get(said.party, ())]
        held = said.line == run.view.line.id and manifest.signed_by(data, keys)
    except Malformed:
        return "manifest.note cannot be read: it says nothing of for whom this copy was made"
    if not held:
        return "manifest.note is not signed by the node that it names: it says nothing of for whom this copy was made"
    if (said.files, said.digest) != manifest.digest(files):
        made_for = said.recipient or "its maker"
        return f"manifest.note is of other files: copy {said.copy}, made for {made_for}, was changed"
    return said


def _notes(run: Run, roots: Collection[str]) -> Iterator[str]:
    """What a reader should know and what changes no verdict."""
    strangers = _strangers(run, roots)
    if strangers:
        yield strangers
    for name, held, own in (
        ("VERIFY.md", run.kit.verify_md, verify_md.page()),
        ("verify.sh", run.kit.verify_sh, verify_md.script()),
    ):
        if not held:
            yield f"{name} is not in the kit"
        elif held != own:
            yield f"{name} is not the one that this version writes; it is no evidence, read it with care"
