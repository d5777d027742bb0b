"""A desk over a real node: officers with their own keys, the native API by HTTP, nothing of the node's inside.

`prepare`, sign, `submit`: the keys stay here, as with any client (record.md, Keys).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec

from steerclear.api.native import auth
from steerclear.clock import Clock
from steerclear.errors import Malformed, Refused
from steerclear.node import exports
from steerclear.record.keys import Signer
from steerclear.record.leaf import finish_leaf
from steerclear.record.note import Note, format_note
from steerclear.replay.desk import Answer, Outcome, Saying
from steerclear.speech import authoring
from steerclear.units import parse_time

ZEROIZE = "steerclear/zeroize/v1"


class Officers:
    """`replay.Desk` over HTTP. `lines` name → id of the lines that this party is on; `keys` post → key."""

    def __init__(
        self,
        party: str,
        folder: Path,
        out: Path,
        clock: Clock,
        http: httpx.AsyncClient,
        keys: dict[str, Signer],
    ) -> None:
        self.party = party
        self.folder = folder
        self.lines: dict[str, str] = {}
        self.keys = keys
        self._out = out
        self._clock = clock
        self._http = http
        self._tokens: dict[tuple[str, str], str] = {}
        self._written = 0

    def reconnect(self, http: httpx.AsyncClient) -> None:
        """The node was started anew: other sessions, the same keys."""
        self._http = http
        self._tokens.clear()

    async def say(self, saying: Saying) -> Outcome:
        draft = self.draft(saying)
        if isinstance(draft, list):
            return _refused(draft)
        answer = await self._post(saying.line, saying.post, "/prepare", draft)
        if answer.status != 200:
            return _refused_by(answer)
        signers = [self.keys[post] for post in (saying.post, *saying.cosign)]
        text = answer.json["text"].encode()
        leaf = finish_leaf(text, [key.sign(text) for key in signers])
        body = {"leaf": leaf.decode(), "salt": answer.json["salt"], "payload": answer.json["payload"]}
        taken = await self._post(saying.line, saying.post, "/entries", body)
        return Outcome(entry=taken.json["id"]) if taken.status in (200, 201) else _refused_by(taken)

    async def attempt(self, saying: Saying) -> Answer:
        draft = self.draft(saying)
        if isinstance(draft, list):
            return Answer(422, {"errors": msgspec.to_builtins(draft)})
        return await self._post(saying.line, saying.post, "/prepare", draft)

    async def get(self, line: str, path: str, post: str = "") -> Answer:
        return await self._request("GET", line, post or next(iter(self.keys)), path)

    async def trace(self, line: str, data: bytes) -> Answer:
        return _answer(await self._send("POST", line, next(iter(self.keys)), "/trace", data))

    async def local(self, line: str, act: str, post: str, arguments: Mapping[str, Any]) -> Outcome:
        answer = await self._post(line, post, f"/{act}", dict(arguments))
        return Outcome(entry=str(arguments.get("id", act))) if answer.status < 300 else _refused_by(answer)

    async def export(
        self, line: str, what: str, posts: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> Path:
        """Raises `Malformed` when the node refuses the order."""
        given = dict(arguments)
        if "span" in given:
            given["spans"] = [await self._span(line, given.pop("span"))]
        for name, field in (("from", "start_ms"), ("to", "end_ms")):
            if name in given:
                given[field] = parse_time(given.pop(name))
        order = msgspec.convert(
            {
                "line": self.lines[line],
                "what": what,
                "at_ms": self._clock.now_ms(),
                "nonce": secrets.token_hex(16),
                **given,
            },
            exports.Order,
        )
        text = exports.order_text(order)
        note = format_note(Note(text, tuple(self.keys[post].sign(text) for post in posts)))
        response = await self._send("POST", line, posts[0], f"/{what}", {"order": note.decode()})
        if response.status_code != 200:
            refused = _refused_by(_answer(response))
            raise Malformed(
                "export-refused", field=what, remedy=f"{', '.join(refused.codes)} {refused.words}"
            )
        self._out.mkdir(parents=True, exist_ok=True)
        self._written += 1
        suffix = given.get("format") or {"bundle": ".bundle"}.get(what, ".tar")
        path = self._out / f"{what}-{self._written}{suffix}"
        path.write_bytes(response.content)
        return path

    async def take_bundle(self, line: str, data: bytes) -> Answer:
        post = next(iter(self.keys))
        response = await self._send("POST", line, post, "/bundle/import", data)
        return _answer(response)

    async def zeroize(self, posts: tuple[str, ...], arguments: Mapping[str, Any]) -> Outcome:
        line = next(iter(self.lines))
        note = auth.sign_act(
            ZEROIZE,
            [self.keys[post] for post in posts],
            self.party,
            self.lines[line],
            self._clock.now_ms(),
            secrets.token_hex(16),
        )
        body = {"note": note, **arguments}
        token = auth.admin_token(self.folder)
        response = await self._http.post(
            "/api/admin/zeroize", json=body, headers={"authorization": f"Bearer {token}"}
        )
        answer = _answer(response)
        return Outcome(entry="zeroized") if answer.status == 200 else _refused_by(answer)

    def draft(self, saying: Saying) -> dict[str, Any] | list[Refused]:
        """The body of `POST …/prepare`, from what a person writes."""
        body, inner = dict(saying.body), dict(saying.inner)
        if saying.file:
            example = resources.files("steerclear.speech") / "examples" / saying.file
            made = authoring.from_file(example.read_bytes(), Path(saying.file).suffix, saying.kind)
            if isinstance(made, list):
                return made
            body, inner = made.body | body, made.inner | inner
        if not saying.wire:
            drafted = authoring.from_tables({"kind": saying.kind, "inner": inner, "body": body})
            if isinstance(drafted, list):
                return drafted
            body, inner = drafted.body, drafted.inner
        draft: dict[str, Any] = {
            "kind": saying.kind,
            "mode": saying.mode,
            "signers": [self.keys[post].verifier.ref for post in (saying.post, *saying.cosign)],
            "to": list(saying.to),
            "refs": list(saying.refs),
            "supersedes": saying.supersedes,
            "reply_by_ms": saying.reply_by_ms,
            "inner": inner,
            "body": body,
        }
        if saying.precedence:
            draft["precedence"] = saying.precedence
        if saying.life_safety is not None:
            draft["life_safety"] = saying.life_safety
        return draft

    async def _span(self, line: str, wanted: Mapping[str, Any]) -> tuple[str, int, int]:
        """The stretch of one party's log `from` one entry `to` another, or all `after` one."""
        members = (await self.get(line, "/members")).json
        log = next(row for row in members if row["party"] == wanted["log_of"])
        if "after" in wanted:
            return (log["log"], await self._index(line, wanted["after"]) + 1, log["size"])
        first, last = await self._index(line, wanted["from"]), await self._index(line, wanted["to"])
        return (log["log"], first, last + 1)

    async def _index(self, line: str, entry: str) -> int:
        return int((await self.get(line, f"/entries/{entry}")).json["row"]["index"])

    async def _post(self, line: str, post: str, path: str, body: Any) -> Answer:
        return await self._request("POST", line, post, path, body)

    async def _request(self, method: str, line: str, post: str, path: str, body: Any = None) -> Answer:
        return _answer(await self._send(method, line, post, path, body))

    async def _send(self, method: str, line: str, post: str, path: str, body: Any = None) -> httpx.Response:
        """A session ends with the watch; then the officer logs in again."""
        target = f"/api/lines/{self._line(line)}{path}"
        content = body if isinstance(body, bytes) else None if body is None else msgspec.json.encode(body)
        for fresh in (False, True):
            token = await self._token(line, post, fresh=fresh)
            response = await self._http.request(
                method, target, content=content, headers={"authorization": f"Bearer {token}"}
            )
            if response.status_code != 401:
                break
        return response

    def _line(self, name: str) -> str:
        """The id of a line that this party is on. Raises `Malformed`."""
        if name not in self.lines:
            raise Malformed(
                "not-on-line", field="line", remedy=f"this party is not on {name}: it accedes first"
            )
        return self.lines[name]

    async def _token(self, line: str, post: str, *, fresh: bool) -> str:
        if fresh or (line, post) not in self._tokens:
            note = auth.sign_act(
                auth.LOGIN,
                [self.keys[post]],
                self.party,
                self.lines[line],
                self._clock.now_ms(),
                secrets.token_hex(16),
            )
            response = await self._http.post("/api/login", json={"note": note})
            if response.status_code != 200:
                raise Malformed("no-login", field=post, remedy=response.text)
            self._tokens[line, post] = response.json()["token"]
        return self._tokens[line, post]


def _answer(response: httpx.Response) -> Answer:
    try:
        return Answer(response.status_code, msgspec.json.decode(response.content))
    except msgspec.DecodeError:
        return Answer(response.status_code, {"text": response.text[:2000]})


def _refused(faults: list[Refused]) -> Outcome:
    words = "; ".join(f"{one.field}: {one.rule}: {one.remedy}" for one in faults)
    return Outcome("", tuple(one.code for one in faults), words)


def _refused_by(answer: Answer) -> Outcome:
    errors = answer.json.get("errors", ()) if isinstance(answer.json, dict) else ()
    codes = tuple(str(one.get("code", "")) for one in errors)
    words = "; ".join(f"{one.get('field')}: {one.get('rule')}: {one.get('remedy')}" for one in errors)
    return Outcome("", codes or (str(answer.status),), words or str(answer.json)[:400])
