"""From what an officer means to an entry in the log: prepare, compare, show, ask, sign here, submit.

The node prepares the text; this client signs it only after it has found that the text commits to exactly what was
meant (record.md, Keys: officers' keys stay with the client).
"""

from __future__ import annotations

import json
import secrets
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, show
from steerclear.cli.faults import Stop
from steerclear.cli.language import asked, chosen, label, say, standing, word
from steerclear.errors import Refused

if TYPE_CHECKING:
    from steerclear.cli.client import Officer
    from steerclear.record.keys import Signer

FORM = "steerclear/draft/v1"
SKEW_MS = 300_000
SAME = ("kind", "mode", "refs", "supersedes")
"""Header fields that come back exactly as they were meant."""


def complete(
    args: Namespace, who: Officer, draft: dict[str, Any], keys: list[Signer], others: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Say it: `keys` sign here, `others` are references of officers who sign elsewhere (then a draft file is due).
    Raises `Stop`: refused, not what was meant, or not wanted."""
    meant = {**draft, "signers": [key.verifier.ref for key in keys] + list(others)}
    prepared = who.post("/prepare", meant)
    faults = differences(prepared, meant, who.party, who.line, who.now_ms)
    if faults:
        raise Stop(faults)
    tell(args, prepared)
    warn_real(who, prepared)
    if not show.confirm(args, say("saying.confirm", kind=meant["kind"])):
        raise Stop(
            [Refused("not-wanted", "", "nothing was signed or sent", "say it again when it is right")],
            codes.DECLINED,
        )
    note = signed(prepared["text"].encode(), b"", keys)
    if others:
        return {
            "form": FORM,
            "line": who.line,
            "party": who.party,
            "draft": meant,
            "prepared": prepared,
            "note": note.decode(),
        }
    return submit(args, who, note, prepared)


def differences(
    prepared: dict[str, Any], meant: dict[str, Any], party: str, line: str, now_ms: int
) -> list[Refused]:
    """Everything in which what came back is not what was meant; empty when it may be signed."""
    import msgspec

    from steerclear.errors import Malformed
    from steerclear.record.header import Header
    from steerclear.record.leaf import DOMAIN
    from steerclear.record.payload import commit
    from steerclear.speech import desk, form
    from steerclear.speech.payload import encode

    made = form.filled(meant["kind"], meant.get("inner", {}), meant.get("body", {}))
    if isinstance(made, list):
        return made
    try:
        payload = encode(meant["kind"], made[0], desk.with_defaults(made[1]))
        text = prepared["text"].encode()
        header = msgspec.json.decode(text.removeprefix(DOMAIN), type=Header)
        commitment = commit(bytes.fromhex(prepared["salt"]), payload)
    except (Malformed, msgspec.DecodeError, ValueError) as error:
        return [_other("text", str(error))]
    plain = msgspec.to_builtins(header)
    out = [
        _other(name, f"{plain.get(name)!r} for {meant.get(name)!r}")
        for name in SAME
        if list(plain.get(name) or ()) != list(meant.get(name) or ())
    ]
    wanted = {
        "line": line,
        "author": party,
        "signers": list(meant["signers"]),
        "officer": meant["signers"][0],
    }
    out += [
        _other(name, f"{plain.get(name)!r}")
        for name, value in wanted.items()
        if _plain(plain.get(name)) != value
    ]
    if (
        not text.startswith(DOMAIN)
        or prepared["payload"].encode() != payload
        or header.commitment != commitment
    ):
        out.append(_other("payload", "it commits to another payload"))
    if meant.get("to") and sorted(meant["to"]) != sorted(header.to):
        out.append(_other("to", ", ".join(header.to)))
    if meant.get("life_safety") and not header.life_safety:
        out.append(_other("life_safety", "the flag was taken away"))
    if meant.get("reply_by_ms") and header.reply_by_ms != meant["reply_by_ms"]:
        out.append(_other("reply_by", str(header.reply_by_ms)))
    if abs(header.released_ms - now_ms) > SKEW_MS:
        out.append(_other("released_ms", f"{show.instant(header.released_ms)} by the node's clock"))
    return out


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _other(field: str, what: str) -> Refused:
    remedy = "sign nothing; ask the node's administrator what runs there"
    return Refused(
        "not-what-was-meant", field, f"the node prepared something else: {what}", remedy, "record.md, Keys"
    )


def tell(args: Namespace, prepared: dict[str, Any]) -> None:
    """What they will learn, who must sign and why, and how it will be marked; before anything is signed."""
    header, requires = prepared["header"], prepared["requires"]
    mode, urgent = (
        label("mode_short", header["mode"]),
        label("precedence", header.get("precedence", "ROUTINE")),
    )
    show.say(f"{label('kind', header['kind'])}, {mode}, {urgent}{_flag(header)}")
    show.say(say("saying.learn"))
    for line in learn_lines(prepared):
        show.say(f"  {line}")
    show.say(say("saying.released-by", level=requires["level"], why=requires["why"]))
    if prepared["marks"]:
        show.say(say("saying.marked", marks=[label("mark", one) for one in prepared["marks"]]))
    missing = missing_line(prepared)
    for line in (*([missing] if missing else ()), *_hints(prepared)):
        show.say(line)


def learn_lines(prepared: dict[str, Any]) -> list[str]:
    """What each addressee gets to know, in the language that was asked for."""
    told = prepared.get("told", ())
    if chosen() == "en" or len(told) != len(prepared["learns"]):
        return list(prepared["learns"])
    return [say(one["key"], **one["parameters"]) for one in told]


def missing_line(prepared: dict[str, Any]) -> str:
    """What makes it `incomplete`, and how to give it; '' where nothing is missing. Read from what is to be signed."""
    from steerclear.procedure.worded import fields
    from steerclear.speech import form
    from steerclear.speech.complete import missing

    if "incomplete" not in prepared["marks"]:
        return ""
    payload, kind = json.loads(prepared["payload"]), prepared["header"]["kind"]
    made = form.filled(kind, payload.get("inner", {}), payload.get("body", {}))
    paths = missing(kind, made[1]) if not isinstance(made, list) else ()
    return say("saying.missing", kind=kind, fields=_named(paths, fields(paths))) if paths else ""


def _named(paths: tuple[str, ...], labels: list[dict[str, Any]]) -> list[str]:
    """Each field as its author writes it, and what it is called where a language was asked for."""
    if not asked():
        return list(paths)
    from steerclear.speech.texts import say as said

    called = [said("watch.owed", {"text": one}, chosen()) for one in labels]
    return [f"{path} ({name})" for path, name in zip(paths, called, strict=True)]


def _hints(prepared: dict[str, Any]) -> list[str]:
    return [say(one["key"], **one["parameters"]) for one in prepared.get("hints", ())]


def warn_real(who: Officer, prepared: dict[str, Any]) -> None:
    """A REAL entry of life safety on an exercise line, or in an exercise period, stops the play: said before that."""
    header = prepared["header"]
    if header["mode"] != "REAL" or not header.get("life_safety"):
        return
    line = who.get()
    if line.get("exercise_line") or line.get("exercise_open"):
        show.say(show.strong(say("saying.real-in-exercise")))


def _flag(header: dict[str, Any]) -> str:
    return f", {word('life safety')}" if header.get("life_safety") else ""


def signed(text: bytes, so_far: bytes, keys: list[Signer]) -> bytes:
    """The text with the signatures it has and those of these keys, in the order of the header's `signers`."""
    import msgspec

    from steerclear.record.header import Header
    from steerclear.record.leaf import DOMAIN
    from steerclear.record.note import Note, format_note, parse_note

    order = msgspec.json.decode(text.removeprefix(DOMAIN), type=Header).signers
    lines = {one.ref: one for one in (parse_note(so_far).signatures if so_far else ())}
    lines |= {key.verifier.ref: key.sign(text) for key in keys}
    return format_note(Note(text, tuple(lines[ref] for ref in order if ref in lines)))


def submit(args: Namespace, who: Officer, note: bytes, prepared: dict[str, Any]) -> dict[str, Any]:
    """Hand the signed leaf in, and say where it stands."""
    from steerclear.record.texts import NOTIFICATION
    from steerclear.speech.kind import MOVEMENTS, PLACES

    body = {"leaf": note.decode(), "salt": prepared["salt"], "payload": prepared["payload"]}
    done = who.post("/entries", body, **{"idempotency-key": secrets.token_hex(16)})
    told = {**done, "readback": done["readback"] or readback(prepared), "mode": prepared["header"]["mode"]}
    where = {"index": done["index"], "log": done["log"]}
    stands = say("saying.stands-again" if done["repeated"] else "saying.stands", **where)
    lines = [
        say("saying.id", entry=done["id"]),
        say("saying.read-back", code=told["readback"] or "-"),
        stands if done["log"] else say("saying.stands-alone"),
    ]
    if done["marks"]:
        lines.append(say("saying.marked-as", marks=[label("mark", one) for one in done["marks"]]))
    lines.append(say("saying.no-receipt"))
    if prepared["header"]["kind"] in (*PLACES, *MOVEMENTS):
        lines += standing((NOTIFICATION,))
    show.emit(args, told, lines, mode=told["mode"])
    return told


def readback(prepared: dict[str, Any]) -> str:
    from steerclear.speech.readback import code

    commitment = prepared["header"].get("commitment", "")
    return code(bytes.fromhex(prepared["salt"]), commitment) if commitment else ""


def write_draft(path: Path, draft: dict[str, Any]) -> None:
    """For the second officer; readable by its owner alone, since it holds the payload."""
    from steerclear.node.home import write_private

    write_private(path, json.dumps(draft, ensure_ascii=False, indent=1).encode())


def read_draft(path: Path) -> dict[str, Any]:
    """A draft as `write_draft` left it. Raises `Stop`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["form"] != FORM or not {"line", "party", "draft", "prepared", "note"} <= found.keys():
            raise ValueError("other form")
    except (ValueError, KeyError, TypeError) as error:
        fault = Refused(
            "not-a-draft",
            str(path),
            f"no draft of an entry ({error})",
            "write one with: steerclear say --draft",
        )
        raise Stop([fault]) from None
    return dict(found)
