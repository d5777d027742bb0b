"""What a checkpoint must carry, as a file that other tools read (C2SP tlog-policy): logs, witnesses, groups, a quorum.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <all | any | k> <name> …
    quorum <name | none>

Lines end in a newline, items stand between spaces and tabs, `#` begins a comment line. Names are octets with no
meaning outside the file. The line's own policy (`policy.Policy`, signed and versioned) says the same; a kit carries
this copy of it for each log (ADR 0011).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import cosignature
from steerclear.record.card import Card, log_verifier, mirror_verifiers
from steerclear.record.keys import COSIGN_MLDSA44, ED25519, Verifier, parse_vkey
from steerclear.record.note import Note, verify
from steerclear.record.policy import Policy

NONE: Final = "none"
MAX_BYTES: Final = 1 << 20
_BAD_OCTET: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_SOURCE = "C2SP tlog-policy"


class Group(msgspec.Struct, frozen=True):
    """At least `least` of `members` (witnesses or groups defined before it)."""

    least: int
    members: tuple[str, ...]


class PolicyFile(msgspec.Struct, frozen=True):
    """A file as read: keys, witnesses and groups by name, and which of them is the quorum ('none': none is asked)."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, Group]
    quorum: str


def policy_file(origin: str, policy: Policy, cards: Mapping[str, Sequence[Card]]) -> bytes:
    """The file for one log of a line. `cards`: every card of each party that counts; of a member who renewed its mirror
    keys any of them will do."""
    author = origin.split("/")[1]
    lines = [f"log {key.vkey}" for key in _unique(log_verifier(card, origin) for card in cards[author])]
    members = []
    for party in policy.members if policy.cosigners else ():
        keys = _unique(key for card in cards.get(party, ()) for key in mirror_verifiers(card))
        slow = [key for key in keys if key.algorithm == COSIGN_MLDSA44]
        kinds = [("ed25519", [key for key in keys if key not in slow])]
        kinds += [("ml-dsa-44", slow)] if policy.ml_dsa else []
        if party == author or not all(some for _, some in kinds):
            continue
        names = [_one_of(lines, f"{party}-{name}", some) for name, some in kinds]
        members.append(_group(lines, f"{party}-both", "all", names) if len(names) > 1 else names[0])
    wanted = []
    if policy.cosigners:
        wanted.append(_group(lines, "members", str(policy.cosigners), members))
    if policy.witness_quorum:
        names = [f"witness-{number}" for number in range(1, len(policy.witnesses) + 1)]
        lines += [f"witness {name} {vkey}" for name, vkey in zip(names, policy.witnesses, strict=True)]
        wanted.append(_group(lines, "witnesses", str(policy.witness_quorum), names))
    if len(wanted) > 1:
        wanted = [_group(lines, "members-and-witnesses", "all", wanted)]
    return "".join(f"{line}\n" for line in (*lines, f"quorum {wanted[0] if wanted else NONE}")).encode()


def parse_policy_file(data: bytes) -> PolicyFile:
    """Reads a file, whoever wrote it. Raises `Malformed` `bad-policy-file`, and what vkeys raise."""
    if len(data) > MAX_BYTES or _BAD_OCTET.search(data) or not data.endswith(b"\n"):
        raise _malformed("octets", "lines of tab, 0x20 to 0x7E and 0x80 to 0xFF, each ended, 1 MiB at most")
    logs: list[Verifier] = []
    witnesses: dict[str, Verifier] = {}
    groups: dict[str, Group] = {}
    used: set[str] = set()
    quorum: list[str] = []
    for number, line in enumerate(data.decode("latin-1").split("\n"), 1):
        match line.replace("\t", " ").strip(" ").split(" "):
            case [""]:
                continue
            case [word, *_] if word.startswith("#"):
                continue
            case rest:
                items = [one for one in rest if one]
        at = f"line {number}"
        match items:
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(_new_key(vkey, logs, at, cosigner=False))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                _new_name(name, witnesses, groups, at)
                witnesses[name] = _new_key(vkey, witnesses.values(), at, cosigner=True)
            case ["group", name, least, first, *more]:
                _new_name(name, witnesses, groups, at)
                groups[name] = _read_group(least, (first, *more), {*witnesses, *groups} - used, at)
                used.update(groups[name].members)
            case ["quorum", name] if not quorum and (name == NONE or name in witnesses or name in groups):
                quorum.append(name)
            case _:
                raise _malformed(at, "log, witness, group, or the one quorum, of names defined before")
    if not quorum:
        raise _malformed("quorum", "exactly one quorum line")
    return PolicyFile(tuple(logs), witnesses, groups, quorum[0])


def satisfied(policy: PolicyFile, note: Note) -> bool:
    """Whether one of the logs signed this checkpoint and the quorum cosigned it. A bad line by a listed key, or a
    cosignature without a time, is none."""
    if not any(verify(note, key) for key in policy.logs):
        return False
    good = {name for name, key in policy.witnesses.items() if cosignature.verify_note(note, key)}
    for name, group in policy.groups.items():
        if len(good.intersection(group.members)) >= group.least:
            good.add(name)
    return policy.quorum == NONE or policy.quorum in good


def _unique(keys: Iterable[Verifier]) -> list[Verifier]:
    """Each public key once, in order of its vkey."""
    return sorted({key.public: key for key in keys}.values(), key=lambda key: key.vkey)


def _one_of(lines: list[str], name: str, keys: Sequence[Verifier]) -> str:
    """Writes the witnesses of one kind; the name of the one, or of the group of any."""
    if len(keys) == 1:
        lines.append(f"witness {name} {keys[0].vkey}")
        return name
    names = [f"{name}-{number}" for number in range(1, len(keys) + 1)]
    lines += [f"witness {one} {key.vkey}" for one, key in zip(names, keys, strict=True)]
    return _group(lines, name, "any", names)


def _group(lines: list[str], name: str, least: str, members: Sequence[str]) -> str:
    lines.append(f"group {name} {least} {' '.join(members)}")
    return name


def _new_key(vkey: str, known: Iterable[Verifier], at: str, *, cosigner: bool) -> Verifier:
    key = parse_vkey(vkey)
    if cosignature.is_cosigner(key) != cosigner or (not cosigner and key.algorithm != ED25519):
        raise _malformed(at, "a log signs with 0x01, a witness with 0x04 or 0x06")
    if any(key.public == one.public for one in known):
        raise _malformed(at, "each public key once")
    return key


def _new_name(name: str, witnesses: Mapping[str, Verifier], groups: Mapping[str, Group], at: str) -> None:
    if name == NONE or name in witnesses or name in groups:
        raise _malformed(at, "a name that is not `none` and not taken")


def _read_group(least: str, members: tuple[str, ...], free: set[str], at: str) -> Group:
    if len(set(members)) < len(members) or not free.issuperset(members):
        raise _malformed(at, "names defined before, each a member once in the whole file")
    count = {"all": len(members), "any": 1}.get(least)
    if count is None:
        count = int(least) if _NUMBER.fullmatch(least) else 0
    if not 1 <= count <= len(members):
        raise _malformed(at, "all, any, or a number from 1 to that of the members")
    return Group(count, members)


def _malformed(field: str, remedy: str) -> Malformed:
    return Malformed("bad-policy-file", field=field, remedy=remedy, source=_SOURCE)
