"""`key` entries from the command line: made for the line's next place, signed here, taken by the node.

On a stopped node directly; on a running one through the administrator's interface (`admin.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import stopped

if TYPE_CHECKING:
    from steerclear.cli.client import Client
    from steerclear.node.node import Node
    from steerclear.record.keys import Signer


def submit_key(
    folder: Path, line: str, record: dict[str, Any], roots: list[Signer], *, skip_known: bool = False
) -> dict[str, Any]:
    """`record` as an entry of the own log, signed by roots or registrars: its id and the keys that it
    names. `skip_known` leaves out keys that count already (entry '' when none is left)."""
    from steerclear.cli import codes
    from steerclear.cli.faults import Stop

    try:
        return stopped.act(folder, lambda node: _submit(node, line, record, roots, skip_known))
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
    return _running(folder, line, record, roots)


def _running(folder: Path, wanted: str, record: dict[str, Any], roots: list[Signer]) -> dict[str, Any]:
    """Through the administrator's interface, which carries what the roots signed and can make nothing itself."""
    from steerclear.cli import client
    from steerclear.cli.faults import Stop
    from steerclear.node import home
    from steerclear.record.keys import parse_vkey

    admin = client.admin(folder)
    line = stopped.pick_line(client.lines_at(folder), wanted)
    signers = _together(roots, home.read(folder).card.card.roots.threshold)
    if record["act"] == "add":
        named = [f"{parse_vkey(row['vkey']).ref} ({', '.join(row['roles'])})" for row in record["keys"]]
        return {"line": line, "entry": carry(admin, line, "key", record, signers), "keys": named}
    refs = [one if "+" in one else home.officer(folder, one).verifier.ref for one in record["keys"]]
    for last in (False, False, False, True):  # the log may grow between the two questions
        sizes = admin.get("/api/admin/backup")["own_logs"]
        size = max(size for origin, size in sizes.items() if origin.startswith(line))
        try:
            entry = carry(admin, line, "key", {"act": "revoke", "keys": refs, "from": size}, signers)
            return {"line": line, "entry": entry, "keys": refs}
        except Stop as error:
            if last or error.faults[0].code != "backdated":
                raise
    raise AssertionError("unreachable")


def carry(admin: Client, line: str, kind: str, record: dict[str, Any], signers: list[Signer]) -> str:
    """One `key` or `policy` entry from text to log; its id."""
    from steerclear.record.leaf import finish_leaf

    draft = {"kind": kind, "record": record, "signers": [key.verifier.ref for key in signers]}
    text = admin.post(f"/api/admin/lines/{line}/record/prepare", draft)["text"].encode()
    leaf = finish_leaf(text, [key.sign(text) for key in signers])
    return str(admin.post(f"/api/admin/lines/{line}/record", {"leaf": leaf.decode()})["id"])


def _submit(
    node: Node, wanted: str, record: dict[str, Any], roots: list[Signer], skip_known: bool
) -> dict[str, Any]:
    from steerclear.node import lines

    line_id = stopped.line_of(node, wanted)
    log = node.line(line_id).own_log
    known = {
        key.ref: key for key in (log.state.ring.officers(log.size) if log.state.ring is not None else ())
    }
    named, made = settled(record, known, log.size, skip_known=skip_known)
    if not named:
        return {"line": line_id, "entry": "", "keys": []}
    leaf = lines.key_entry(node, line_id, made, quorum(roots, log.state.ring))
    return {"line": line_id, "entry": lines.submit_record(node, line_id, leaf), "keys": named}


def settled(
    record: dict[str, Any], known: dict[str, Any], size: int, *, skip_known: bool
) -> tuple[list[str], dict[str, Any]]:
    """(keys named, the record as it is signed): posts to references for `revoke`, its position, known keys left out."""
    from steerclear.cli.faults import stop
    from steerclear.record.keys import parse_vkey

    if record["act"] == "add":
        rows = [row for row in record["keys"] if not (skip_known and parse_vkey(row["vkey"]).ref in known)]
        names = [f"{parse_vkey(row['vkey']).ref} ({', '.join(row['roles'])})" for row in rows]
        return names, {**record, "keys": rows}
    refs = []
    for one in record["keys"]:
        fits = [ref for ref, info in known.items() if one in (ref, info.post)]
        if len(fits) != 1:
            raise stop("unknown-key", one, "no key in force of that post, or several", "steerclear keys list")
        refs += fits
    return refs, {"act": "revoke", "keys": refs, "from": size}


def quorum(roots: list[Signer], ring: Any) -> list[Signer]:
    """As many of these roots as must sign, of the set in force."""
    if ring is None:
        return roots
    mine = [root for root in roots if root.verifier.public.hex() in ring.roots.keys]
    return _together(mine or roots, ring.roots.threshold)


def _together(keys: list[Signer], threshold: int) -> list[Signer]:
    """No more roots than must sign; registrars all of them."""
    roots = all("/root-" in key.verifier.name for key in keys)
    return keys[:threshold] if roots else keys
