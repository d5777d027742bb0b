"""The manifest of a kit: whose copy it is, and what is said of one that does not hold. No verdict rests on it."""

from __future__ import annotations

import pytest
from kit_world import World
from line_world import Party

from steerclear.record import kit, manifest, verify
from steerclear.record.keys import ED25519, generate

A, B = Party("alfa"), Party("bravo")
ROOTS = [A.id, B.id]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    world = World((A, B))
    entry = world.say(A, "activity.flight", b"{}", to=(B.id,))
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    return files


def signed(files: dict[str, bytes], by: object = None, **more: str) -> dict[str, bytes]:
    line = verify.check(files).line
    named = {"line": line, "party": A.id, "copy": "0123456789abcdef", "order": "n" * 8, "recipient": "court"}
    note = manifest.make(files, by or A.key("node"), made_ms=1_466_067_600_000, **(named | more))  # type: ignore[arg-type]
    return files | {manifest.PATH: note}


def notes(files: dict[str, bytes]) -> str:
    verdict = verify.check(files, ROOTS)
    assert verdict.status == "verified", verdict.faults
    return "; ".join(verdict.notes)


def test_a_manifest_that_holds_says_for_whom(made: dict[str, bytes]) -> None:
    verdict = verify.check(signed(made), ROOTS)
    assert verdict.made_for is not None and verdict.made_for.recipient == "court"
    assert "manifest" not in "; ".join(verdict.notes)
    assert any("whose node signed its manifest" in line for line in verdict.lines)


def test_no_verdict_rests_on_it(made: dict[str, bytes]) -> None:
    assert notes(made) == "" and verify.check(made, ROOTS).made_for is None
    assert "cannot be read" in notes(made | {manifest.PATH: b"x"})
    assert "not signed by the node" in notes(signed(made, generate(f"{A.id}/node", ED25519)))
    assert "not signed by the node" in notes(signed(made, party=B.id))
    assert "not signed by the node" in notes(signed(made, line="0" * 64))
    altered = signed(made)
    altered[manifest.PATH] = altered[manifest.PATH].replace(b"court", b"press")
    assert "not signed by the node" in notes(altered)


def test_a_file_taken_out_shows(made: dict[str, bytes]) -> None:
    whole = signed(made)
    less = {path: data for path, data in whole.items() if not path.endswith("/payload")}
    less = {path: data for path, data in less.items() if not path.endswith("/salt")}
    assert len(less) == len(whole) - 2
    assert "is of other files" in notes(less)


def test_the_digest_is_of_paths_and_bytes() -> None:
    base = manifest.digest({"a": b"1", "b": b"2"})
    assert base == manifest.digest({"b": b"2", "a": b"1", manifest.PATH: b"any"})
    assert base[0] == 2
    others = ({"a": b"2", "b": b"1"}, {"a": b"1"}, {"a": b"1", "c": b"2"}, {"a": b"1", "b": b"2", "c": b""})
    assert all(manifest.digest(one) != base for one in others)
