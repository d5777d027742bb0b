"""`steerclear zeroize HOME`: destroy what opens payloads, before the node is captured."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show
from steerclear.english import counted

if TYPE_CHECKING:
    from steerclear.record.keys import Signer


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "zeroize",
        run,
        "Destroy every key that opens a payload here, and the recorded tracks, for good; headers and proofs stay.",
        "steerclear zeroize blue --as watch --co-sign releaser --yes",
        "Two officers' keys order it, or one with the duress word (--duress; set it beforehand with --set-duress). It\n"
        "works on a running node and on a stopped one. The archive that [archive] of steerclear.toml names is deleted\n"
        "with it; what you made elsewhere (archive add, files of a scan) is not known here: delete it. Officers'\n"
        "keys, roots and the node's signing keys are not destroyed: take them away, or revoke them from elsewhere.",
    )
    options.home_argument(parser)
    parser.add_argument("--as", dest="post", default="", metavar="POST", help="the officer's post")
    parser.add_argument("--co-sign", default="", metavar="POST", help="the second officer's post")
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="officers' key files, in place of posts",
    )
    parser.add_argument(
        "--duress",
        action="store_true",
        help="one officer with the duress word (asked for, or $STEERCLEAR_DURESS)",
    )
    parser.add_argument("--set-duress", action="store_true", help="set the duress word, and do nothing else")
    options.yes(parser)


def run(args: Namespace) -> int:
    from steerclear.cli.faults import Stop, stop
    from steerclear.node import zeroize

    if args.set_duress:
        zeroize.set_duress(args.home, _word(twice=True))
        show.emit(args, {"set": True}, ["the duress word is set; only a hash of it is kept"])
        return codes.OK
    keys = _keys(args)
    word = _word() if args.duress else ""
    question = (
        "Every payload on this node becomes unreadable for good, its recorded tracks are deleted. Go on?"
    )
    if not show.confirm(args, question):
        return codes.DECLINED
    began = time.monotonic()
    try:
        done = _stopped(args, keys, word)
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
        done = _running(args, keys, word)
    done["seconds"] = round(time.monotonic() - began, 3)
    if not zeroize.is_zeroized(args.home):
        raise stop(
            "not-zeroized", str(args.home), "the vault still holds secrets", "destroy the machine's disk"
        )
    lines = [
        f"zeroized in {done['seconds']} s: {done['keys']} payload keys overwritten, the vault's secrets are gone",
        *_tracks_said(done),
        "headers and proofs remain: steerclear fsck, steerclear verify",
    ]
    show.emit(args, done, lines)
    return codes.NO if done["tracks_left"] else codes.OK


def _keys(args: Namespace) -> list[Signer]:
    from steerclear.cli.faults import stop
    from steerclear.node.home import officer, read_secret

    posts = [post for post in (args.post, args.co_sign) if post]
    keys = [*(read_secret(path) for path in args.key), *(officer(args.home, post) for post in posts)]
    if not keys:
        raise stop(
            "which-officer",
            "--as",
            "no officer's key was named",
            "give --as POST --co-sign POST, or --key FILE twice",
        )
    return keys


def _stopped(args: Namespace, keys: list[Signer], word: str) -> dict[str, Any]:
    """On the folder of a node that does not run. Raises `Stop` with UNREACHABLE while one runs."""
    from steerclear.cli import stopped
    from steerclear.cli.faults import Stop
    from steerclear.node import home, zeroize
    from steerclear.record.card import sign_text

    party = home.read(args.home).party
    with stopped.opened(args.home) as store:
        now = time.time_ns() // 1_000_000
        line = next(iter(store.lines()), "")
        note = sign_text(zeroize.order_text(party, line, now, "0" * 32), keys)
        known = zeroize.officers_in_store(store, party, [key.verifier.ref for key in keys])
        duress = bool(word) and zeroize.is_duress(args.home, word)
        faults = zeroize.check_order(note, party, known, now, duress_known=duress)
        if faults:
            raise Stop(faults)
        done = show.plain(zeroize.zeroize_stopped(args.home, store))
    return {**done, **_tracks_gone(args.home), "node": "stopped"}


def _folder(home: Path) -> Path | None:
    """Where the settings say that tracks are recorded; None: nowhere. Raises `Malformed`, OSError."""
    from steerclear.config import read_config

    folder = read_config(home).archive.folder
    return home / folder if folder else None


def _tracks_gone(home: Path) -> dict[str, Any]:
    """The archive of a node that does not run, after its keys: settings that cannot be read hold up nothing."""
    from steerclear.archive import erasing
    from steerclear.config import FILE_NAME
    from steerclear.errors import Malformed

    try:
        folder = _folder(home)
    except (Malformed, OSError):
        return {"tracks": 0, "tracks_left": [f"whatever {home / FILE_NAME} names, which cannot be read"]}
    erased = erasing.erase(folder) if folder is not None else erasing.Erased(0)
    return {"tracks": erased.files, "tracks_left": list(erased.left)}


def _tracks_said(done: dict[str, Any]) -> list[str]:
    """What became of the recorded tracks."""
    if done["tracks_left"]:
        left = ", ".join(done["tracks_left"][:5])
        return [f"RECORDED TRACKS ARE LEFT: {left}: delete them yourself, or destroy the disk"]
    if done["tracks"]:
        gone = counted(done["tracks"], "file")
        return [
            f"{gone} of recorded tracks deleted; archives made elsewhere are not known here: delete them yourself"
        ]
    return ["no recorded tracks lay here; archives made elsewhere are not known here: delete them yourself"]


def _running(args: Namespace, keys: list[Signer], word: str) -> dict[str, Any]:
    from steerclear.cli import client
    from steerclear.node.zeroize import DOMAIN

    party = keys[0].verifier.name.partition("/")[0]
    line = client.lines_at(args.home)[0][0]
    note = client.signed(DOMAIN, keys, party, line, client.now_ms(args.home))
    told = client.admin(args.home).post("/api/admin/zeroize", {"note": note, "duress": word})
    return {**told, "node": "running"}


def _word(*, twice: bool = False) -> str:
    import os
    import sys

    from steerclear.cli.faults import stop

    if "STEERCLEAR_DURESS" in os.environ:
        return os.environ["STEERCLEAR_DURESS"]
    if not sys.stdin.isatty():
        raise stop("duress-word", "duress", "nobody to ask here", "set STEERCLEAR_DURESS")
    from getpass import getpass

    word = getpass("Duress word: ")
    if twice and getpass("Once more: ") != word:
        raise stop("duress-word", "duress", "the two were not the same", "type it again")
    return word
