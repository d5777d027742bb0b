"""Every single-byte change of a minimal kit (design/record.md, Tests that belong to it): accepted only if
what is verified, by whom and when, equals the original's; entries stricter. A larger kit by a seeded
sample."""

from __future__ import annotations

import random

import msgspec
import pytest
from kit_world import World
from line_world import Party, found

from steerclear.record import keys, kit, verify

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")


def asserts_no_more(verdict: verify.Verdict, original: verify.Verdict) -> bool:
    """Whether all that a verdict asserts the original does too: the same words at the same places by the same keys,
    held by the same others at the same times, or by fewer of them."""
    if (verdict.line, verdict.forks) != (original.line, original.forks) or not set(verdict.parties) <= set(
        original.parties
    ):
        return False
    entries = zip(verdict.entries, original.entries, strict=True)
    spans = zip(verdict.spans, original.spans, strict=True)
    return all(_less(one, other, "cosigned") for one, other in entries) and all(
        _less(one, other, "began_ms", "ended_ms") for one, other in spans
    )


def _less(one, other, *times: str) -> bool:
    blank = {name: {} for name in times}
    if "cosigned" in times:
        if one.cosigned == other.cosigned and one != other:
            return False
        blank.update(before_ms=None, delivered={})
    fewer = all(getattr(one, name).items() <= getattr(other, name).items() for name in times)
    return fewer and msgspec.structs.replace(one, **blank) == msgspec.structs.replace(other, **blank)


def minimal(parties: tuple[Party, ...]) -> tuple[dict[str, bytes], list[str]]:
    world = World(parties)
    entry = world.say(A, "activity.flight", b'{"n":1}', to=(B.id,))
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    return files, [one.id for one in parties]


def mutants(data: bytes, at: int, rng: random.Random) -> list[bytes]:
    """One byte changed (a bit flipped, its neighbour, any other), left out, doubled."""
    old = data[at]
    others = {old ^ 1 << rng.randrange(8), (old + 1) % 256, rng.randrange(256)} - {old}
    changed = [data[:at] + bytes((new,)) + data[at + 1 :] for new in sorted(others)]
    return [*changed, data[:at] + data[at + 1 :], data[: at + 1] + data[at:]]


def check_places(
    files: dict[str, bytes],
    roots: list[str],
    places: list[tuple[str, int]],
    spare: tuple[str, ...],
    few: bool = False,
) -> tuple[int, int]:
    """(mutants refused, accepted); what is accepted asserts no more than the original, and only a line of a
    mirror that the policy can do without (`spare`) may have become a stranger's."""
    rng = random.Random(20151020)
    original = verify.check(files, roots)
    assert original.status == "verified", original.lines
    refused = accepted = 0
    for path, at in places:
        for changed in mutants(files[path], at, rng)[slice(None, None, 3 if few else 1)]:
            verdict = verify.check({**files, path: changed}, roots)
            if verdict.status == "verified":
                assert asserts_no_more(verdict, original), (path, at)
                assert any(f"— {one}/mirror ".encode() in _line(files[path], at) for one in spare), (path, at)
                accepted += 1
            else:
                refused += 1
    return refused, accepted


def _line(data: bytes, at: int) -> bytes:
    """The line in which a byte stands."""
    return data[data.rfind(b"\n", 0, at) + 1 : data.find(b"\n", at) + 1]


EVIDENCE = ("line/", "entries/", "logs/")


def all_places(files: dict[str, bytes]) -> list[tuple[str, int]]:
    return [
        (path, at) for path in sorted(files) if path.startswith(EVIDENCE) for at in range(len(files[path]))
    ]


@pytest.mark.slow
def test_a_seeded_sample_of_a_minimal_kit():
    files, roots = minimal((A, B))
    places = all_places(files)
    short = [one for one in places if len(_line(files[one[0]], one[1])) < 1000]
    chosen = random.Random(1).sample(short, 250) + random.Random(2).sample(places, 60)
    refused, _ = check_places(files, roots, chosen, (A.id,))
    assert refused > 1000


@pytest.mark.slow
def test_every_byte_of_a_minimal_kit():
    """Without ML-DSA-44, whose long lines the sample covers: each byte of each file, a bit flipped and left out."""
    world = World((A, B), found(A, B, ml_dsa=False))
    entry = world.say(A, "activity.flight", b'{"n":1}', to=(B.id,))
    world.tick(algorithms=(keys.COSIGN_ED25519,))
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    refused, accepted = check_places(files, [A.id, B.id], all_places(files), (A.id,), few=True)
    assert refused > 10 * accepted > 0


@pytest.mark.slow
def test_a_seeded_sample_of_a_larger_kit():
    world = World((A, B, C))
    chosen = []
    for number in range(4):
        chosen.append(world.say(A, "activity.flight", b'{"n":%d}' % number, to=(B.id, C.id)))
        world.tick(cosigners=(B, C) if number % 2 else (B,))
        world.say(B, "receipt", refs=(chosen[-1],), to=(A.id,))
        world.tick(cosigners=(A, B))
    size = world.log(B).tree.size
    files = kit.build(world.access(), entries=chosen[:2], spans=[kit.Span(f"{B.id}/1", 2, size)])
    assert isinstance(files, dict)
    places = random.Random(3).sample(all_places(files), 60)
    refused, _ = check_places(files, [A.id, B.id, C.id], places, (A.id, B.id, C.id))
    assert refused > 100


def test_files_that_change_places():
    """Any two files of a kit exchanged: refused, unless they are equal byte for byte."""
    files, roots = minimal((A, B))
    names = sorted(set(files) - {"VERIFY.md", "verify.sh"})
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            swapped = {**files, one: files[other], other: files[one]}
            assert verify.check(swapped, roots).status == "not-verified", (one, other)
