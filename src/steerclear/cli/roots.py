"""The next root set comes in: the entry on every line, then the files change their names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import stopped

if TYPE_CHECKING:
    from steerclear.node.node import Node
    from steerclear.record.card import RootSet
    from steerclear.record.keys import Signer


def rotate(folder: Path) -> dict[str, Any]:
    """Sign the coming in with the next set, on every line. Raises `Stop` where its keys are not here."""
    from steerclear.cli.faults import stop
    from steerclear.node import home
    from steerclear.record.card import RootSet
    from steerclear.record.keys import ED25519, generate

    found = home.read(folder)
    coming = [home.read_secret(path) for path in sorted((folder / "roots").glob("next-*.secret"))]
    if not coming:
        raise stop(
            "no-roots", str(folder / "roots"), "the next root keys are not here", "bring roots/next-*.secret"
        )
    threshold = found.card.card.roots.threshold
    after = [generate(f"{found.party}/root-{n}", ED25519) for n in range(1, len(coming) + 1)]
    new = RootSet(tuple(key.verifier.public.hex() for key in coming), threshold)
    following = RootSet(tuple(key.verifier.public.hex() for key in after), threshold)
    for n, key in enumerate(after, 1):
        home.write_secret(folder / "roots" / f"coming-{n}.secret", key)
    count = stopped.act(folder, lambda node: _bring_in(node, new, following, coming[:threshold]))
    _rename(folder / "roots")
    return {"lines": count, "keys": [key.verifier.ref for key in coming], "threshold": threshold}


def _bring_in(node: Node, new: RootSet, following: RootSet, signers: list[Signer]) -> int:
    import msgspec

    from steerclear.node import lines
    from steerclear.record.card import root_set_hash

    record = {"act": "roots", "roots": msgspec.to_builtins(new), "next": root_set_hash(following)}
    record["roots"]["keys"] = list(new.keys)
    for line_id in node.lines:
        lines.submit_record(node, line_id, lines.key_entry(node, line_id, record, signers))
    return len(node.lines)


def _rename(roots: Path) -> None:
    """root → old, next → root, coming → next. Run again after a crash it goes on where it was."""
    for before, now in (("root", "old"), ("next", "root"), ("coming", "next")):
        for path in sorted(roots.glob(f"{before}-*.secret")):
            path.rename(path.with_name(path.name.replace(before, now, 1)))
