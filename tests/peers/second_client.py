"""A second, small client, written from docs/reference/between-nodes.md alone: it shares no line with the node.

It mirrors one log over HTTP: fetches the head, checks the log's signature, reads the entries, recomputes the root,
checks every signature whose key it knows and the payloads it is given, and cosigns. Standard library and
`cryptography` only.

    mirror = Mirror(genesis, line, my_party, node_seed, mirror_seed, send, now_ms)
    log = mirror.pull("<party>/1")          # raises Wrong at anything that does not prove itself
    mirror.cosign(log)

`send(method, target, headers, body) -> (status, body)` does the HTTP, `now_ms()` tells the time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Send = Callable[[str, str, dict[str, str], bytes], tuple[int, bytes]]


class Wrong(Exception):
    """An answer that does not prove itself."""


@dataclass(frozen=True)
class Key:
    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        raw = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(raw).digest()[:4]

    def good(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_key(text: str) -> Key:
    name, key_id, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    key = Key(name, raw[0], raw[1:])
    if key.id.hex() != key_id:
        raise Wrong(f"key id of {name}")
    return key


def read_note(note: bytes) -> tuple[bytes, list[tuple[str, bytes, bytes]]]:
    """(text, [(key name, key id, signature)])."""
    at = note.rfind(b"\n\n")
    if at < 0 or not note.endswith(b"\n"):
        raise Wrong("not a note")
    lines = []
    for line in note[at + 2 : -1].split(b"\n"):
        dash, name, encoded = line.decode().split(" ")
        raw = base64.b64decode(encoded, validate=True)
        if dash != "—" or base64.b64encode(raw).decode() != encoded:
            raise Wrong("not a signature line")
        lines.append((name, raw[:4], raw[4:]))
    return note[: at + 1], lines


def write_note(text: bytes, lines: list[tuple[str, bytes, bytes]]) -> bytes:
    rows = [f"— {name} {base64.b64encode(key_id + one).decode()}\n".encode() for name, key_id, one in lines]
    return text + b"\n" + b"".join(rows)


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def size_of(text: str) -> int:
    if not text.isascii() or not text.isdigit() or str(int(text)) != text:
        raise Wrong("not a size")
    return int(text)


@dataclass
class Log:
    """What is held of one log."""

    origin: str
    head: bytes = b""
    leaves: list[bytes] = field(default_factory=list)
    payloads: dict[str, bytes] = field(default_factory=dict)


class Mirror:
    """One member's mirror of one line."""

    def __init__(
        self,
        genesis: bytes,
        line: str,
        party: str,
        node_seed: bytes,
        mirror_seed: bytes,
        send: Send,
        now_ms: Callable[[], int],
    ) -> None:
        text, _ = read_note(genesis)
        if hashlib.sha256(text).hexdigest() != line:
            raise Wrong("the genesis of another line")
        self.line, self.party, self.send, self.now_ms = line, party, send, now_ms
        self.node, self.mirror = (Ed25519PrivateKey.from_private_bytes(s) for s in (node_seed, mirror_seed))
        self.cards = {}
        for card in json.loads(text.split(b"\n")[1])["cards"]:
            body = json.loads(read_note(card.encode())[0].split(b"\n")[1])
            self.cards[body["party"]] = body
        self.logs: dict[str, Log] = {}
        self.officers: dict[str, Key] = {}

    # requests

    def ask(self, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        digest = hashlib.sha256(body).hexdigest()
        nonce = os.urandom(16).hex()
        text = f"steerclear/request/v1\n{method} {target}\n{digest}\n{self.now_ms()}\n{nonce}\n".encode()
        key = Key(f"{self.party}/node", 1, self.node.public_key().public_bytes_raw())
        note = write_note(text, [(key.name, key.id, self.node.sign(text))])
        return self.send(method, target, {"steerclear-request": base64.b64encode(note).decode()}, body)

    def get(self, target: str) -> bytes:
        status, body = self.ask("GET", target)
        if status != 200:
            raise Wrong(f"{target}: {status}")
        return body

    # reading

    def pull(self, name: str) -> Log:
        """Bring one log, `<party>/<epoch>`, up to date; everything in it has been checked."""
        origin = f"{self.line}/{name}"
        held = self.logs.get(origin) or Log(origin)
        base = f"/lines/{self.line}/logs/{name}"
        head = self.get(f"{base}/checkpoint")
        size, wanted_root = self.check_head(origin, head)
        if size < len(held.leaves):
            raise Wrong("the log has shrunk")
        leaves = list(held.leaves)
        while len(leaves) < size:
            number = len(leaves) // 256
            width = min(256, size - number * 256)
            bundle = self.get(
                f"{base}/tile/entries/{number_path(number)}" + (f".p/{width}" if width < 256 else "")
            )
            leaves += read_bundle(bundle, width)[len(leaves) - number * 256 :]
        if root(leaves) != wanted_root:
            raise Wrong("these leaves do not give the signed root")
        log = Log(origin, head, leaves, dict(held.payloads))
        for leaf in leaves[len(held.leaves) :]:
            self.take(log, leaf)
        self.logs[origin] = log
        return log

    def check_head(self, origin: str, head: bytes) -> tuple[int, bytes]:
        text, lines = read_note(head)
        key = Key(origin, 1, read_key(self.cards[origin.split("/")[1]]["log"]).public)
        mine = [one for name, key_id, one in lines if (name, key_id) == (origin, key.id)]
        if not mine or not all(key.good(text, one) for one in mine):
            raise Wrong("the head is not signed by its log")
        rows = text.decode().split("\n")
        if rows[0] != origin:
            raise Wrong("the head of another log")
        return size_of(rows[1]), base64.b64decode(rows[2], validate=True)

    def take(self, log: Log, leaf: bytes) -> None:
        """One new leaf: its signatures as far as the keys are known, its payload if it is for us."""
        text, lines = read_note(leaf)
        domain, body, rest = text.split(b"\n")
        if domain != b"steerclear/entry/v1" or rest:
            return  # it stands in the tree; whether it counts is not the mirror's question
        header = json.loads(body)
        known = {f"{key.name}+{key.id.hex()}": key for key in self.keys_of(header["author"])}
        for name, key_id, signature in lines:
            key = known.get(f"{name}+{key_id.hex()}")
            if key is not None and not key.good(text, signature):
                raise Wrong("a leaf with a bad signature")
        if header["kind"] == "key" and header["record"]["act"] == "add":
            for row in header["record"]["keys"]:
                self.officers[row["vkey"]] = read_key(row["vkey"])
        if header.get("commitment") and self.party in header.get("to", ()):
            entry = hashlib.sha256(leaf).hexdigest()
            log.payloads[entry] = self.payload(entry, header["commitment"])

    def keys_of(self, party: str) -> list[Key]:
        card = self.cards.get(party)
        if card is None:
            return []
        roots = [
            Key(f"{party}/root-{n}", 1, bytes.fromhex(public))
            for n, public in enumerate(card["roots"]["keys"], 1)
        ]
        return [read_key(card["node"]), *roots, *self.officers.values()]

    def payload(self, entry: str, commitment: str) -> bytes:
        told = json.loads(self.get(f"/lines/{self.line}/payloads/{entry}"))
        salt, payload = bytes.fromhex(told["salt"]), told["payload"].encode()
        if hashlib.sha256(b"steerclear/payload/v1\n" + salt + payload).hexdigest() != commitment:
            raise Wrong("the payload is not what was committed to")
        return payload

    # comparing

    def shown_by(self, subjects: list[str]) -> dict[str, dict[str, object]]:
        """Subject → how the peer shows it; what it leaves out is not compared yet. Of the size of a
        heartbeat."""
        question = {"conflicts": [], "subjects": subjects, "pad": ""}
        bare = len(json.dumps(question))
        body = json.dumps({**question, "pad": "0" * (-bare % 16384)}).encode()
        status, answer = self.ask("POST", f"/lines/{self.line}/compare", body)
        if status == 404:
            return {}
        if status != 200 or len(answer) % 16384:
            raise Wrong(f"compare: {status}")
        return {one["id"]: one for one in json.loads(answer)["subjects"] if one["id"] in subjects}

    # saying

    def cosign(self, log: Log) -> None:
        """Post our Ed25519 cosignature on the head that is held."""
        text, lines = read_note(log.head)
        now = self.now_ms() // 1000
        key = Key(f"{self.party}/mirror", 4, self.mirror.public_key().public_bytes_raw())
        signed = self.mirror.sign(b"cosignature/v1\ntime %d\n" % now + text)
        own = [line for line in lines if line[0] == log.origin]
        note = write_note(text, [*own, (key.name, key.id, struct.pack(">Q", now) + signed)])
        body = json.dumps({"notes": [note.decode()]}).encode()
        status, answer = self.ask("POST", f"/lines/{self.line}/cosignatures", body)
        if (status, answer) != (200, b"{}"):
            raise Wrong(f"the cosignature was answered with {status}")


def number_path(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def read_bundle(bundle: bytes, width: int) -> list[bytes]:
    leaves = []
    while bundle:
        size = int.from_bytes(bundle[:2], "big")
        leaves.append(bundle[2 : 2 + size])
        if len(leaves[-1]) != size:
            raise Wrong("a bundle that ends too early")
        bundle = bundle[2 + size :]
    if len(leaves) != width:
        raise Wrong("a bundle of another width")
    return leaves
