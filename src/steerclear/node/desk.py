"""The author's desk: `prepare` gives a client what to sign, `submit` takes it signed. Nothing refused is stored.

The officer's key never comes here (record.md, Keys): the client signs the text that `prepare` answered, after
comparing it with what its officer meant to say.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.judgement.conduct.agreed import unread
from steerclear.node import area_desk, cooling, folds, hints, holding, learning, settings, waiting, write
from steerclear.node.draft import Draft
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.agreement_view import chair_view
from steerclear.record import jcs
from steerclear.record.header import Header
from steerclear.record.leaf import VERSION, leaf_text
from steerclear.record.payload import commit
from steerclear.speech import desk, form, release, texts
from steerclear.speech.facts import HeaderFacts, LineFacts, SignerFacts, SubjectFacts
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.provision import Provision
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import encode
from steerclear.speech.table import KINDS
from steerclear.speech.versions import notice_of


class Prepared(msgspec.Struct, frozen=True):
    """`text` is what each signer signs, `payload` and `salt` (hex) what opens its commitment. `requires` says who
    must sign and why, `marks` how the entry will be marked, `learns` what each addressee gets to know (in English;
    `told` the same for any language), `hints` what its author may have overlooked, as texts of the catalogues."""

    text: str
    payload: str
    salt: str
    header: Header
    requires: release.Requirement
    marks: tuple[str, ...] = ()
    learns: tuple[str, ...] = ()
    told: tuple[dict[str, Any], ...] = ()
    hints: tuple[dict[str, Any], ...] = ()


class Accepted(msgspec.Struct, frozen=True):
    """The entry stands in the log. `next_seq` and `next_prev` are what this officer's next header names."""

    id: str
    log: str
    index: int
    readback: str
    marks: tuple[str, ...] = ()
    next_seq: int = 0
    next_prev: str = ""
    repeated: bool = False


def prepare(node: Node, line_id: str, draft: Draft) -> Prepared | list[Refused]:
    """Everything but the signatures, or every fault at once."""
    line = node.line(line_id)
    folds.ensure_acts(node, line)
    made = form.filled(draft.kind, draft.inner, draft.body)
    if isinstance(made, list):
        return made
    inner, body = made[0], desk.with_defaults(made[1])
    now = node.clock.now_ms()
    numbers = in_force(line, now).parameters
    facts, wait = waiting.told(line, header_facts(node, line, draft, draft.signers, now), draft, body, now)
    settled = desk.settle(draft.kind, facts, inner, body, numbers, now)
    facts = with_settled(facts, settled)
    table = settings.release_table(line)
    faults = desk.check(draft.kind, facts, inner, body, numbers, now, table, released=bool(draft.signers))
    faults += area_desk.refused(node, line, body, draft.mode, numbers) + _conduct(body)
    faults += cooling.held_back(node, line, draft.kind, draft.refs) + _held_back(line, facts)
    if faults:
        if {fault.code for fault in faults} <= waiting.WANTED:
            waiting.note(node, line, wait, draft.kind, draft.signers[0])
        return faults
    signers = draft.signers or (f"{node.party}/nobody+00000000",)
    payload, salt = encode(draft.kind, inner, body), node.random(32)
    seq, prev = line.own_log.state.next_of(signers[0])
    header = Header(
        v=VERSION,
        line=line.id,
        kind=draft.kind,
        author=node.party,
        officer=signers[0],
        mode=draft.mode,  # type: ignore[arg-type]
        signers=signers,
        released_ms=now,
        log=line.own_log.name,
        officer_seq=seq,
        officer_prev=prev,
        life_safety=settled.life_safety,
        precedence=sys.intern(settled.precedence),  # type: ignore[arg-type]
        to=tuple(sorted(settled.to)),
        reply_by_ms=settled.reply_by_ms,
        refs=draft.refs,
        supersedes=draft.supersedes,
        commitment=commit(salt, payload),
        seen=write.new_seen(line),
    )
    if line.settings.recovery and header.life_safety:
        header = msgspec.structs.replace(header, log="", officer_seq=0, officer_prev="", seen={})
    told = learning.learns(node, line, header, body)
    return Prepared(
        leaf_text(header).decode(),
        payload.decode(),
        salt.hex(),
        header,
        release.needed(draft.kind, facts, body, numbers, table),
        desk.marks(draft.kind, facts, inner, body, numbers, now),
        tuple(texts.say(one["key"], one["parameters"]) for one in told),
        told,
        hints.hints(node, line, header, body),
    )


def check(node: Node, line: LineState, header: Header, payload: bytes) -> list[Refused]:
    """The desk's rules on a finished header and payload."""
    folds.ensure_acts(node, line)
    content = jcs.loads(payload)
    if not isinstance(content, dict):
        return [Refused("malformed", "payload", "an object", "prepare it again")]
    made = form.filled(header.kind, content.get("inner", {}), content.get("body"))
    if isinstance(made, list):
        return made
    inner, body = made
    now = node.clock.now_ms()
    numbers = in_force(line, now).parameters
    facts, _ = waiting.told(line, header_facts(node, line, header, header.signers, now), header, body, now)
    faults = desk.check(header.kind, facts, inner, body, numbers, now, settings.release_table(line))
    if abs(header.released_ms - now) > 300_000:
        faults.append(
            Refused("released-at", "released_ms", "released more than 5 min from now", "prepare it again")
        )
    faults += area_desk.refused(node, line, body, header.mode, numbers) + _conduct(body)
    return faults + cooling.held_back(node, line, header.kind, header.refs) + _held_back(line, facts)


def _conduct(body: Body) -> list[Refused]:
    """Figures of an agreement, or of a wording for one, that no conduct rule would read."""
    numbers = body.parameters if isinstance(body, Agreement | Provision) else None
    try:
        rows = Parameters.from_dict({"conduct": (numbers or {}).get("conduct", [])}).conduct
    except Malformed:
        return []  # refused as what it is by speech
    return [msgspec.structs.replace(one, field=f"body.{one.field}") for one in unread(rows)]


def header_facts(
    node: Node, line: LineState, header: Draft | Header, signers: tuple[str, ...], now: int
) -> HeaderFacts:
    """What the desk's rules want to know."""
    subject = subject_facts(node, line, header.refs[0]) if header.refs else None
    return HeaderFacts(
        line_facts(node, line, header.kind, header.to, now),
        node.party,
        header.mode,
        header.life_safety,
        header.precedence,
        header.to,
        header.reply_by_ms,
        header.refs,
        header.supersedes,
        subject,
        tuple(signer_facts(line, ref) for ref in signers),
        now // 3_600_000 % 24,
    )


def with_settled(facts: HeaderFacts, settled: desk.Settled) -> HeaderFacts:
    return replace(
        facts,
        precedence=settled.precedence,
        life_safety=settled.life_safety,
        to=settled.to,
        reply_by_ms=settled.reply_by_ms,
    )


def signer_facts(line: LineState, ref: str) -> SignerFacts:
    log = line.own_log
    info = log.state.ring.find(ref, log.size) if log.state.ring is not None else None
    if info is None:
        raise Malformed(
            "unknown-key", field="signers", remedy=f"{ref} holds no valid officer's key on this line"
        )
    roles = frozenset({"node"}) if info.sort == "node" else info.roles
    return SignerFacts(ref, roles)  # type: ignore[arg-type]


def line_facts(node: Node, line: LineState, kind: str, to: tuple[str, ...], now: int) -> LineFacts:
    """How the line stands for an entry of this kind to these addressees."""
    assert line.acts is not None
    suspended: dict[str, str] = {}
    for row in line.acts.suspended:
        if row.end is None and (row.until_ms is None or now < row.until_ms):
            for category in row.categories:
                suspended.setdefault(category, row.reason)
    unauthenticated = _among_strangers(node, line, kind, to)
    turn = chair_view(line.acts, in_force(line, now), now)
    return LineFacts(
        line.id,
        line.members,
        line.line.exercise,
        unauthenticated,
        in_force(line, now).exercise_periods,
        suspended,
        settings.permitted(line),
        turn.party if turn is not None else "",
        in_force(line, now).scope,
        line.genesis_parameters,
    )


def _among_strangers(node: Node, line: LineState, kind: str, to: tuple[str, ...]) -> bool:
    """Whether the entry goes to a member with whom the cards were not compared. On a line of three or more one who
    does not introduce itself holds up what is said to it, and nothing between the others; what must go to every member
    goes when one of them is no stranger, who signed for the others' cards in genesis or policy."""
    assert line.acts is not None
    pairs = line.acts.introduced
    strangers = {p for p in line.others if (node.party, p) not in pairs or (p, node.party) not in pairs}
    row = KINDS.get(kind)
    if row is not None and row.to_all:
        return bool(strangers) and strangers >= set(line.others)
    return bool(strangers & set(to)) if to else bool(strangers)


def subject_facts(node: Node, line: LineState, entry: str) -> SubjectFacts | None:
    """refs[0] as this node holds it, with the newest version of the notice that it belongs to."""
    if not holding.known(line, entry):
        return None
    named = holding.said(node, line, entry)
    root = line.subjects.root(entry)
    members = [holding.said(node, line, one) for one in line.subjects.entries(root)]
    top = next((one for one in members if one.id == root), named)
    versions = [
        top,
        *sorted((m for m in members if m.kind == "amend" and m.author == top.author), key=lambda m: m.key),
    ]
    newest = versions[-1]
    body: Body | None = newest.body  # type: ignore[assignment]
    if newest.kind == "amend" and newest.body is not None:
        body = notice_of(newest.body)[0]  # type: ignore[arg-type]
    notice_kind = top.kind if named.kind in ("amend", top.kind) else named.kind
    owner = ""
    if top.kind == "stop":
        site = getattr(top.body, "site", None) or (top.header.refs[0] if top.header.refs else "")
        owner = holding.header_of(node, line, site).author if holding.known(line, site) else ""
    return SubjectFacts(
        id=entry,
        kind=named.kind,
        author=named.author,
        mode=named.header.mode,
        notice_kind=notice_kind,
        life_safety=named.header.life_safety or top.header.life_safety,
        body=body,
        owner=owner,
        versions=tuple((one.id, one.readback) for one in versions),
    )


def _held_back(line: LineState, facts: HeaderFacts) -> list[Refused]:
    if line.settings.recovery and not facts.life_safety:
        return [
            Refused(
                "recovery",
                "line",
                "a peer holds more of our log than this node does: nothing but life safety is signed",
                "run: steerclear line recover",
                "record.md, Restore guard",
            )
        ]
    return []
