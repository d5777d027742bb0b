"""The files of an evidence kit: what stands where, in a folder or in a tar of it.

    VERIFY.md                                        how to check by hand
    verify.sh                                        the same as a script: openssl and sha256sum
    manifest.note                                    for whom this copy was made, signed by its maker; no evidence
    copy.txt                                         the name of a copy, as kits of earlier versions have it
    line/genesis.note                                cards and policy, signed by all founding roots
    line/cards/<party>.note                          the founders' cards once more, to read
    entries/<id>/leaf                                the signed entry
    entries/<id>/proof-<size>.tlog-proof             that it stands in the author's log, and who cosigned
    entries/<id>/salt, entries/<id>/payload          what was said, where chosen
    entries/<id>/left-out                            why it was not: `safety_account`, all that it may say
    entries/<id>/inline-<party>.seed                 opens what `payload.inline` entries sealed to that party
    logs/<party>/<epoch>/policy                      what its checkpoints must carry (tlog-policy)
    logs/<party>/<epoch>/changes/<index>.leaf        each key, policy and restart entry before
    logs/<party>/<epoch>/changes/<index>.tlog-proof
    logs/<party>/<epoch>/span/<from>-<to>/…          all clear headers between two checkpoints:
        from.note, peaks                             where it begins (both absent from size 0)
        to.note                                      where it ends
        leaves-<start>.bundle                        up to 256 leaves each (tlog-tiles, Log entries)
    logs/<party>/<epoch>/checkpoints/<size>-<n>.note  further checkpoints, with cosignatures that entries
    carry forks/<n>/…                                      proofs that a log told two stories
    no-reply/<id>-<party>.json                       that no answer stood in a log by a time
    no-reply/<id>-<party>.unheard.json               that nothing dated after that time was heard, and only that

Everything is identified by where it stands; a file that fits no line above makes the kit `Malformed`.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from steerclear.errors import Malformed

MAX_FILES: Final = 200_000
MAX_BYTES: Final = 2 << 30
SAFETY_ACCOUNT: Final = b"safety_account\n"
"""What `left-out` says (messages.md, `encounter.report`)."""

_SOURCE = "design/record.md, What a stranger checks"
_ID = "[0-9a-f]{64}"
_PARTY = "[0-9a-f]{32}"
_N = "(?:0|[1-9][0-9]{0,18})"
_EPOCH = "[1-9][0-9]{0,5}"
_PATTERNS: Final = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "verify_md": r"VERIFY\.md",
        "verify_sh": r"verify\.sh",
        "copy": r"copy\.txt",
        "manifest": r"manifest\.note",
        "genesis": r"line/genesis\.note",
        "card": rf"line/cards/({_PARTY})\.note",
        "leaf": rf"entries/({_ID})/leaf",
        "proof": rf"entries/({_ID})/proof-({_N})\.tlog-proof",
        "salt": rf"entries/({_ID})/salt",
        "payload": rf"entries/({_ID})/payload",
        "left_out": rf"entries/({_ID})/left-out",
        "seed": rf"entries/({_ID})/inline-({_PARTY})\.seed",
        "policy": rf"logs/({_PARTY}/{_EPOCH})/policy",
        "change": rf"logs/({_PARTY}/{_EPOCH})/changes/({_N})\.leaf",
        "change_proof": rf"logs/({_PARTY}/{_EPOCH})/changes/({_N})\.tlog-proof",
        "span_from": rf"logs/({_PARTY}/{_EPOCH})/span/({_N})-({_N})/from\.note",
        "span_peaks": rf"logs/({_PARTY}/{_EPOCH})/span/({_N})-({_N})/peaks",
        "span_to": rf"logs/({_PARTY}/{_EPOCH})/span/({_N})-({_N})/to\.note",
        "span_leaves": rf"logs/({_PARTY}/{_EPOCH})/span/({_N})-({_N})/leaves-({_N})\.bundle",
        "checkpoint": rf"logs/({_PARTY}/{_EPOCH})/checkpoints/({_N})-({_N})\.note",
        "fork": rf"forks/({_N})\.json",
        "no_reply": rf"no-reply/({_ID})-({_PARTY})\.json",
        "unheard": rf"no-reply/({_ID})-({_PARTY})\.unheard\.json",
    }.items()
}


@dataclass
class EntryFiles:
    """One chosen entry. `proofs` by tree size, `seeds` of inline parts by addressee, `left_out` why there is no
    payload (None: not said)."""

    leaf: bytes = b""
    proofs: dict[int, bytes] = field(default_factory=dict)
    salt: bytes | None = None
    payload: bytes | None = None
    left_out: bytes | None = None
    seeds: dict[str, bytes] = field(default_factory=dict)


@dataclass
class SpanFiles:
    """All leaves of one log from one checkpoint to another. `bundles` by index of their first leaf."""

    from_note: bytes = b""
    peaks: bytes = b""
    to_note: bytes = b""
    bundles: dict[int, bytes] = field(default_factory=dict)


@dataclass
class KitFiles:
    """A kit's files by what they are; logs are `<party>/<epoch>`."""

    genesis: bytes = b""
    verify_md: bytes = b""
    verify_sh: bytes = b""
    copy: bytes = b""
    manifest: bytes = b""
    cards: dict[str, bytes] = field(default_factory=dict)
    entries: dict[str, EntryFiles] = field(default_factory=dict)
    policies: dict[str, bytes] = field(default_factory=dict)
    changes: dict[tuple[str, int], bytes] = field(default_factory=dict)
    change_proofs: dict[tuple[str, int], bytes] = field(default_factory=dict)
    spans: dict[tuple[str, int, int], SpanFiles] = field(default_factory=dict)
    checkpoints: dict[tuple[str, int, int], bytes] = field(default_factory=dict)
    forks: dict[int, bytes] = field(default_factory=dict)
    no_reply: dict[tuple[str, str], bytes] = field(default_factory=dict)
    unheard: dict[tuple[str, str], bytes] = field(default_factory=dict)


def sort_files(files: Mapping[str, bytes]) -> KitFiles:
    """The files of a kit, each in its place. Raises `Malformed` (`unknown-file`, `kit-too-large`)."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise Malformed("kit-too-large", remedy=f"at most {MAX_FILES} files", source=_SOURCE)
    kit = KitFiles()
    for path in sorted(files):
        _place(kit, path, bytes(files[path]))
    return kit


def _place(kit: KitFiles, path: str, data: bytes) -> None:
    name, one = _what(path)
    if name in ("genesis", "verify_md", "verify_sh", "copy", "manifest"):
        setattr(kit, name, data)
    elif name == "card":
        kit.cards[one[0]] = data
    elif name in ("leaf", "salt", "payload", "left_out"):
        setattr(kit.entries.setdefault(one[0], EntryFiles()), name, data)
    elif name == "proof":
        kit.entries.setdefault(one[0], EntryFiles()).proofs[int(one[1])] = data
    elif name == "checkpoint":
        kit.checkpoints[one[0], int(one[1]), int(one[2])] = data
    elif name == "seed":
        kit.entries.setdefault(one[0], EntryFiles()).seeds[one[1]] = data
    elif name == "policy":
        kit.policies[one[0]] = data
    elif name == "change":
        kit.changes[one[0], int(one[1])] = data
    elif name == "change_proof":
        kit.change_proofs[one[0], int(one[1])] = data
    elif name == "fork":
        kit.forks[int(one[0])] = data
    elif name == "no_reply":
        kit.no_reply[one[0], one[1]] = data
    elif name == "unheard":
        kit.unheard[one[0], one[1]] = data
    else:
        span = kit.spans.setdefault((one[0], int(one[1]), int(one[2])), SpanFiles())
        if name == "span_leaves":
            span.bundles[int(one[3])] = data
        else:
            setattr(span, {"span_from": "from_note", "span_peaks": "peaks", "span_to": "to_note"}[name], data)


def _what(path: str) -> tuple[str, tuple[str, ...]]:
    """Which kind of file stands at a path, and the variable parts of the path."""
    for name, pattern in _PATTERNS.items():
        match = pattern.fullmatch(path) if len(path) < 300 else None
        if match is not None:
            return name, match.groups()
    remedy = "take away what belongs to no kit"
    if "root" in path.rpartition("/")[2].lower():
        remedy += "; roots that came with a kit are trusted by nobody: have each from its party, and give --roots those"
    raise Malformed("unknown-file", field=path, remedy=remedy, source=_SOURCE)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A tar of the files, the same bytes for the same files: no owner, no time, no order but the names'. POSIX 2001
    form, since the name of a no-reply certificate is longer than the older form holds."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size = len(files[path])
            info.mode = 0o755 if path == "verify.sh" else 0o644
            tar.addfile(info, io.BytesIO(files[path]))
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a tar, whatever made it. Raises `Malformed` (`bad-tar`, `kit-too-large`); takes regular
    files alone, each once, and unpacks nothing to disk."""
    files: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for member in tar:
                if member.isdir():
                    continue
                path = member.name.removeprefix("./")
                total += member.size
                if not member.isreg() or member.size < 0 or path in files:
                    raise Malformed("bad-tar", field=path, remedy="regular files, each once", source=_SOURCE)
                if total > MAX_BYTES or len(files) >= MAX_FILES:
                    raise Malformed("kit-too-large", source=_SOURCE)
                content = tar.extractfile(member)
                files[path] = content.read() if content is not None else b""
                if len(files[path]) != member.size:
                    raise Malformed("bad-tar", field=path, remedy="the file is cut off", source=_SOURCE)
    except (tarfile.TarError, ValueError, OSError, EOFError, OverflowError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("bad-tar", remedy="not a tar of an evidence kit", source=_SOURCE) from None
    return files
