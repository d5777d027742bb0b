"""What the command line asks of a running node: HTTP with the officer's login, or with the administrator's token.

The officer's key signs here and is never sent. Standard library only, so that a command starts quickly.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from steerclear.cli import codes
from steerclear.cli.faults import Stop, stop
from steerclear.errors import Refused

if TYPE_CHECKING:
    from steerclear.record.keys import Signer

TIMEOUT_S = 60
LOGIN = "steerclear/login/v1"
ADMIN_FILE = "admin.token"
NOT_RUNNING = "start it with: steerclear serve"


@dataclass
class Client:
    """One node at `base`. Every refusal of the node is raised as `Stop` with its faults."""

    base: str
    token: str = ""
    certificate: str = ""

    def get(self, path: str, **query: Any) -> Any:
        asked = urlencode({name: value for name, value in query.items() if value not in ("", None)})
        return json.loads(self.call("GET", f"{path}?{asked}" if asked else path))

    def post(self, path: str, value: Any, **headers: str) -> Any:
        return json.loads(self.call("POST", path, json.dumps(value).encode(), headers))

    def call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
        """The bytes of a 2xx answer. Raises `Stop`: what the node refused, or that nobody answers."""
        import http.client

        address = urlsplit(self.base)
        given = {"content-type": "application/json", **(headers or {})} if body else dict(headers or {})
        if self.token:
            given["authorization"] = f"Bearer {self.token}"
        connection = self._connection(address.hostname or "", address.port)
        try:
            connection.request(method, address.path.rstrip("/") + path, body, given)
            answer = connection.getresponse()
            data: bytes = answer.read()
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise stop("no-answer", self.base, reason, NOT_RUNNING, exits=codes.UNREACHABLE) from None
        finally:
            connection.close()
        if answer.status >= 300:
            raise _refusal(answer.status, data, self.base)
        return data

    def _connection(self, host: str, port: int | None) -> Any:
        import http.client
        import ssl

        if self.base.startswith("https:"):
            context = ssl.create_default_context(cafile=self.certificate or None)
            context.check_hostname = not self.certificate
            if self.certificate:
                context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)


@dataclass
class Officer:
    """An officer logged in on one line of a node."""

    client: Client
    line: str
    party: str
    key: Signer
    now_ms: int

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(f"/api/lines/{self.line}{path}", **query)

    def post(self, path: str, value: Any, **headers: str) -> Any:
        return self.client.post(f"/api/lines/{self.line}{path}", value, **headers)

    def names(self) -> dict[str, str]:
        """Party id → this site's name for it."""
        return {row["party"]: row["name"] for row in self.get("/members")}


def officer(args: Namespace) -> Officer:
    """Log in as the arguments say. Raises `Stop`."""
    client = node(args)
    key = key_of(args)
    party = key.verifier.name.partition("/")[0]
    line = line_id(args)
    now = now_ms(args.home)
    return Officer(login(client, party, line, key, now), line, party, key, now)


def login(client: Client, party: str, line: str, key: Signer, at_ms: int) -> Client:
    """The same node, with a token for this officer."""
    note = signed(LOGIN, [key], party, line, at_ms)
    told = client.post("/api/login", {"note": note})
    return Client(client.base, told["token"], client.certificate)


def signed(domain: str, keys: list[Signer], party: str, line: str, at_ms: int) -> str:
    """An act that officers sign: domain, party, line, time, nonce."""
    from steerclear.record.card import sign_text

    text = "\n".join((domain, party, line, str(at_ms), secrets.token_hex(16))) + "\n"
    return sign_text(text.encode(), keys).decode()


def node(args: Namespace) -> Client:
    """The node that the arguments name, nobody logged in."""
    if args.node:
        return Client(args.node.rstrip("/"), certificate=args.certificate)
    return at_home(args.home)


def at_home(folder: Path) -> Client:
    """The node of this folder, as its configuration says where it answers."""
    from steerclear.config import read_config

    section = read_config(folder).node
    certificate = str(folder / section.tls_certificate) if section.tls_certificate else ""
    return Client(f"{'https' if certificate else 'http'}://{section.listen}", certificate=certificate)


def admin(folder: Path) -> Client:
    """The administrator of the node of this folder. Raises `Stop` where it never ran."""
    path = folder / ADMIN_FILE
    client = at_home(folder)
    if not path.exists():
        raise stop("no-answer", client.base, "the node has never run", NOT_RUNNING, exits=codes.UNREACHABLE)
    return Client(client.base, path.read_text().strip(), client.certificate)


def key_of(args: Namespace) -> Signer:
    """The officer's key: --key, --as, $STEERCLEAR_POST, or the only one in officers/."""
    from steerclear.errors import Malformed
    from steerclear.node.home import officer as key_at
    from steerclear.node.home import read_secret

    if args.key is not None:
        return read_secret(args.key)
    post = args.post or os.environ.get("STEERCLEAR_POST", "")
    if post:
        try:
            return key_at(args.home, post)
        except Malformed as error:
            if error.rule != "key-missing":
                raise
        raise stop("no-such-post", "--as", f"no key of {post} lies in {args.home}", _posts(args.home))
    here = sorted((args.home / "officers").glob("*.secret"))
    if len(here) != 1:
        names = ", ".join(path.stem for path in here) or "none lies here"
        raise stop(
            "which-officer", "--as", "which officer speaks?", f"give --as POST or --key FILE ({names})"
        )
    return key_at(args.home, here[0].stem)


def _posts(home: Path) -> str:
    """What to do where a post was named that is not there: those that are, or where a home would be."""
    here = sorted(path.stem for path in (home / "officers").glob("*.secret"))
    if here:
        return f"give --as one of: {', '.join(here)}; or --key FILE"
    return "no officer's key lies there: is --home (or $STEERCLEAR_HOME) right? Make one: steerclear keys new-officer"


def line_id(args: Namespace) -> str:
    """The whole id of the line that the arguments mean; looked up in the folder's store where it is short."""
    from steerclear.cli import stopped

    if len(args.line) == 64:
        return str(args.line)
    return stopped.pick_line(lines_at(args.home), args.line)


def lines_at(folder: Path) -> list[tuple[str, str]]:
    """(id, name) of the lines in a folder's store, whether or not the node runs; none where it never joined one."""
    from steerclear.cli import stopped

    with stopped.opened(folder, read_only=True) as store:
        rows = store.lines()
    return [(line, json.loads(settings or b"{}").get("name", "")) for line, (_, settings) in rows.items()]


def now_ms(folder: Path) -> int:
    """The time that the node goes by: the system's, or a stepped clock's as its control socket tells it."""
    from steerclear.config import read_config
    from steerclear.errors import Malformed

    try:
        section = read_config(folder).node
    except Malformed:
        return time.time_ns() // 1_000_000
    if section.clock != "stepped" or not section.control_socket:
        return time.time_ns() // 1_000_000
    path = Path(section.control_socket)
    return int(control(path if path.is_absolute() else folder / path, {"do": "now"})["local_ms"])


def control(path: Path, order: dict[str, Any]) -> dict[str, Any]:
    """One order to a stepped node's control socket."""
    import socket

    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(TIMEOUT_S)
        try:
            link.connect(str(path))
        except OSError as error:
            raise stop("no-answer", str(path), str(error), NOT_RUNNING, exits=codes.UNREACHABLE) from None
        link.sendall(json.dumps(order).encode() + b"\n")
        with link.makefile("rb") as answers:
            answer: dict[str, Any] = json.loads(answers.readline())
    return answer


def _refusal(status: int, data: bytes, base: str) -> Stop:
    try:
        rows = json.loads(data)["errors"]
        faults = [
            Refused(**{name: str(row.get(name, "")) for name in Refused.__struct_fields__}) for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        faults = [Refused(f"status-{status}", base, f"the node answered with status {status}", "see its log")]
    return Stop(faults, codes.UNREACHABLE if status == 503 else codes.NO)
