"""What a node that does not check would log: a signed entry past its own desk, so that others can be seen to keep,
mark and judge it. Used by scenario files alone (`unchecked = true`); no product path comes here.
"""

from __future__ import annotations

from typing import Any

from steerclear.node import payloads, write
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record import jcs
from steerclear.record.header import Header
from steerclear.record.keys import Signer
from steerclear.record.leaf import VERSION, finish_leaf, leaf_text
from steerclear.record.payload import Opening, commit


def log(node: Node, line_id: str, draft: dict[str, Any], key: Signer) -> str:
    """Sign and append whatever the draft says; the entry's id."""
    line = node.line(line_id)
    leaf, opening = signed(node, line, draft, key)
    outcome = line.own_log.verdict(leaf)
    entry = write.append(node, line, leaf, outcome)
    payloads.keep(node, line, entry, opening)
    return entry


def signed(node: Node, line: LineState, draft: dict[str, Any], key: Signer) -> tuple[bytes, Opening]:
    """The leaf of whatever the draft says, with its salt and payload; nothing is kept."""
    payload, salt = jcs.dumps({"inner": draft["inner"], "body": draft["body"]}), node.random(32)
    seq, prev = line.own_log.state.next_of(key.verifier.ref)
    header = Header(
        v=VERSION,
        line=line.id,
        kind=draft["kind"],
        author=node.party,
        officer=key.verifier.ref,
        mode=draft["mode"],
        signers=(key.verifier.ref,),
        released_ms=node.clock.now_ms(),
        log=line.own_log.name,
        officer_seq=seq,
        officer_prev=prev,
        life_safety=draft.get("life_safety", False),
        to=tuple(sorted(draft["to"])),
        refs=tuple(draft["refs"]),
        supersedes=draft["supersedes"],
        commitment=commit(salt, payload),
        seen=write.new_seen(line),
    )
    text = leaf_text(header)
    return finish_leaf(text, [key.sign(text)]), Opening(salt, payload)
