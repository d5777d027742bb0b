"""`steerclear file add|check`: files of any size as evidence by their hash; whether a file is the one that was meant.

messages.md, Header: what is larger than a payload goes by its hash. The file itself never enters the log and is handed
over by other means.
"""

from __future__ import annotations

from argparse import Namespace
from hashlib import sha256
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import label, say

CHUNK = 1 << 20
STEP = 'a step is "TIME, WHO, WHAT", such as "2026-10-31T13:00:00Z, radar post, recorded"'


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "file",
        "Files as evidence: by their hash, with who had them in hand.",
        "steerclear file check radar.mp4 77aa --as watch --home red",
    )
    parser = options.add(
        own,
        "add",
        run_add,
        "Put a file on record by its SHA-256, about a claim or incident. The file itself stays where it is.",
        "steerclear file add radar.mp4 --about 4f0c --what radar --as releaser --home blue\n"
        'steerclear file add radar.mp4 --about 4f0c --step "2026-10-31T13:00:00Z, radar post, recorded" '
        '--step "2026-10-31T13:30:00Z, watch, received" --home blue',
        "Without --step its custody begins now with this post, as stored. Hand the file over by another way; the\n"
        "other side checks it with `steerclear file check`.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--about", required=True, metavar="ID", help="the claim, incident or report it is about"
    )
    parser.add_argument("--what", default="", help="video, photo, audio, radar, log, document …")
    parser.add_argument(
        "--step", action="append", default=[], metavar="STEP", help="who had it: TIME, WHO, WHAT; in order"
    )
    parser.add_argument("--recorded-from", default="", metavar="TIME")
    parser.add_argument("--recorded-until", default="", metavar="TIME")
    parser.add_argument("--text", default="", help="a sentence about it")
    options.node(parser)
    options.line(parser)
    options.yes(parser)
    parser = options.add(
        own,
        "check",
        run_check,
        "Whether a file is the one that an evidence entry names.",
        "steerclear file check radar.mp4 77aa --as watch --home red",
        "Exit code 1: it is another file. Without a node: sha256sum FILE, beside the hash in a kit or a report.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("id", metavar="ID", help="the evidence entry (start of its id)")
    options.node(parser)
    options.line(parser)


def hash_of(path: Path) -> tuple[str, int]:
    """(SHA-256 in hex, bytes) of a file of any size, read piece by piece. Raises `Stop` for one that is not there."""
    from steerclear.cli.faults import stop

    digest, size = sha256(), 0
    try:
        with path.open("rb") as source:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
    except OSError as error:
        raise stop(
            "no-such-file", str(path), error.strerror or str(error), "name a file that can be read"
        ) from None
    return digest.hexdigest(), size


def run_add(args: Namespace) -> int:
    from steerclear.cli import client, saying
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    about = find_entry(who, args.about)
    subject = who.get(f"/subjects/{about}")
    concerned = {subject["author"], *(row["party"] for row in subject["addressees"] if row["informed"])}
    draft = {
        "kind": "evidence",
        "mode": subject["mode"],
        "to": sorted(concerned - {who.party}),
        "refs": [about],
        "inner": {},
        "body": body_of(args, who.now_ms),
    }
    saying.complete(args, who, draft, [who.key])
    return codes.OK


def body_of(args: Namespace, now_ms: int) -> dict[str, Any]:
    """The evidence body in wire form. Raises `Stop` for a step that is none."""
    from steerclear.speech.quantities import time
    from steerclear.units import format_time

    digest, size = hash_of(args.file)
    steps = [step_of(one) for one in args.step] or [
        {"at": format_time(now_ms), "held_by": args.post or say("files.this-post"), "did": "stored"}
    ]
    body: dict[str, Any] = {"sha256": digest, "size_bytes": size, "custody": steps}
    for name, text in (("what", args.what), ("text", args.text)):
        if text:
            body[name] = text
    for name, text in (("recorded_from", args.recorded_from), ("recorded_until", args.recorded_until)):
        if text:
            body[name] = time(text)
    return body


def step_of(text: str) -> dict[str, str]:
    """`TIME, WHO, WHAT` as a step of custody. Raises `Stop`."""
    from steerclear.cli.faults import stop
    from steerclear.speech.quantities import time

    parts = [part.strip() for part in text.split(",")]
    if len(parts) < 3 or not all(parts):
        raise stop("bad-step", "--step", f"{text!r} is no step of custody", STEP)
    return {"at": time(parts[0]), "held_by": ", ".join(parts[1:-1]), "did": parts[-1]}


def run_check(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.faults import stop
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    view = who.get(f"/entries/{find_entry(who, args.id)}")
    row, body = view["row"], (view["payload"] or {}).get("body", {})
    if row["kind"] != "evidence" or "sha256" not in body:
        raise stop(
            "not-evidence",
            "ID",
            f"{row['id'][:12]} is no evidence entry that can be read here",
            "see `claims`",
        )
    digest, size = hash_of(args.file)
    same = digest == body["sha256"]
    names = who.names()
    value = {
        "file": str(args.file),
        "entry": row["id"],
        "same": same,
        "sha256": digest,
        "stated": body["sha256"],
        "size_bytes": size,
    }
    words = {"party": names.get(row["author"], row["author"][:8]), "at": show.instant(row["released_ms"])}
    stated = {"hash": body["sha256"], "n": body.get("size_bytes")}
    lines = [
        say("files.same.file" if same else "files.same.other", **words),
        f"  {say('files.same.this', hash=digest, n=size)}",
        f"  {say('files.same.entry-unsized' if stated['n'] is None else 'files.same.entry', **stated)}",
    ]
    for step in body.get("custody", ()):
        words = {"at": step["at"], "who": step["held_by"], "did": label("did", step["did"])}
        lines.append(f"  {say('files.same.custody', **words)}")
    show.emit(args, value, lines, mode=mode_of(who.get()))
    return codes.OK if same else codes.NO
