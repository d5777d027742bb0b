"""The document fits what is answered; the administrator never reads; an export takes two; no more than fifty rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from api_world import FLIGHT, HAZARD, PASSPHRASE, START, Side, ask, codes, order, run, world

from steerclear.api.native import auth, openapi
from steerclear.api.native.endpoint import Endpoint
from steerclear.api.native.table import ENDPOINTS
from steerclear.app import logs
from steerclear.node import zeroize
from steerclear.record import kitfiles, verify

MARKER = "zanzibar-7731"
MARKED = FLIGHT | {"text": f"the marker is {MARKER}"}


def test_the_reference_page_is_the_generated_one() -> None:
    page = Path(__file__).parents[2] / "docs/reference/native-api.md"
    assert page.read_text() == openapi.reference(), "write it anew: make docs"


def test_every_schema_is_a_schema() -> None:
    made = openapi.document()
    for schema in made["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert len({row.name for row in ENDPOINTS}) == len(ENDPOINTS)


def _check(row: Endpoint, status: str, value: Any) -> None:
    made = openapi.document()
    content = made["paths"][row.path][row.method.lower()]["responses"][status]["content"]
    schema = content["application/json"]["schema"] | {"components": made["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


def test_answers_are_what_the_document_says(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one = red.officers[0]
        entry = await one.say("activity.flight", FLIGHT)
        danger = await one.say("activity.hazard", {"volumes": HAZARD})
        await made.settle()
        await blue.officers[0].say("activity.flight", FLIGHT)
        await made.settle()
        await made.step(400_000)
        for row in ENDPOINTS:
            # of a served party alone: tests/cli/test_served.py; of an alert: tests/node/test_mover_alerts.py
            served = row.name in ("receipts", "receipt", "encounter_draft")
            if row.method == "GET" and row.media == "application/json" and not served:
                token = auth.admin_token(red.home) if row.who == "admin" else one.token
                path = row.path.format(line=red.line, id=danger if row.name == "conduct" else entry)
                answer = await ask(red, "GET", path, token=token)
                assert answer.status_code == 200, (row.name, answer.text)
                _check(row, "200", answer.json())
        prepared = await one.draft("activity.flight", FLIGHT)
        by_name = {row.name: row for row in ENDPOINTS}
        _check(by_name["prepare"], "200", prepared.json())
        stands = await one.post("/entries", one.sign(prepared.json()))
        _check(by_name["submit"], "201", stands.json())
        assert (await red.http.get("/api/openapi.json")).json() == json.loads(json.dumps(openapi.document()))
        await made.close()

    run(play())


def test_one_line_is_not_seen_from_another(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        first = side.line
        await made.second_line()
        assert side.line != first
        one = side.officers[0]
        assert [row["id"] for row in (await one.get("/api/lines")).json()] == [side.line]
        assert (await one.get("/board")).status_code == 200
        assert codes(await one.get(f"/api/lines/{first}/board")) == ["unknown-line"]
        await made.close()

    run(play())


def test_the_administrator_reads_no_payload(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A marker in a payload shows in no answer to the administrator, no metric, no log line, not even when a command
    breaks over it; the officer sees it."""

    async def play() -> None:
        logs.structlog.reset_defaults()
        logs.configure()
        made = await world(tmp_path)
        side = made.sides[0]
        one, token = side.officers[0], auth.admin_token(side.home)
        entry = await one.say("activity.flight", MARKED)
        await made.settle()
        assert MARKER in (await one.get(f"/entries/{entry}")).text
        shown = []
        for row in ENDPOINTS:
            path = row.path.format(line=side.line, id=entry)
            body = {"json": _admin_body(row, side)} if row.body is not None else {}
            if row.name not in ("admin_zeroize", "admin_lock"):
                shown.append((await ask(side, row.method, path, token=token, **body)).text)
        metrics = await side.http.get("/metrics", headers=side.admin())
        assert b"steerclear_entries" in metrics.content
        mine = {"authorization": f"Bearer {one.token}"}
        assert (await side.http.get("/metrics", headers=mine)).status_code == 401
        shown.append(metrics.text)

        def broken(node: Any) -> None:
            held = dict(node.line(side.line).opened)
            raise RuntimeError(f"{held}")

        side.app.services.host = _Breaking(side.app.host, broken)  # type: ignore[assignment]
        answer = await one.get("/board")
        assert (answer.status_code, codes(answer)) == (500, ["broken"])
        shown.append(answer.text)
        err = capfd.readouterr()
        assert "RuntimeError" in err.err
        shown += [err.err, err.out]
        assert not [text for text in shown if MARKER in text]
        await made.close()

    run(play())


class _Breaking:
    def __init__(self, host: Any, command: Any) -> None:
        self.host, self.clock, self.command = host, host.clock, command

    async def run(self, command: Any) -> Any:
        return await self.host.run(self.command)


def _admin_body(row: Endpoint, side: Side) -> Any:
    return {
        "admin_unlock": {"passphrase": PASSPHRASE},
        "admin_join": {"genesis": side.app.node.line(side.line).line.note.decode()},
        "admin_prepare_record": {"kind": "key", "record": {}, "signers": [side.officers[0].key.verifier.ref]},
        "admin_record": {"leaf": "x"},
    }.get(row.name, {})


def test_lock_and_unlock(tmp_path: Path) -> None:
    """Locked: the board knows no title and judges nothing, life goes on. Unlocked: as before."""

    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one, two = red.officers[0], blue.officers[0]
        mine = await one.say("activity.flight", MARKED)
        await made.settle()
        await two.say("activity.flight", FLIGHT)
        await made.settle()
        before = (await one.get("/conflicts")).json()
        token = auth.admin_token(red.home)
        assert (await ask(red, "POST", "/api/admin/lock", token=token, json={})).status_code == 200
        status = (await ask(red, "GET", "/api/admin/status", token=token)).json()
        assert status["locked"] and not status["zeroized"]
        view = await one.get(f"/entries/{mine}")
        assert MARKER not in view.text and view.json()["row"]["held"] == "locked"
        assert all(row["judgement"]["verdict"] != "conflict" for row in (await one.get("/conflicts")).json())
        late = await two.say("activity.flight", FLIGHT)
        await made.settle()
        assert (await one.get(f"/subjects/{late}")).json()["held"] == "locked"
        unlocked = await ask(red, "POST", "/api/admin/unlock", token=token, json={"passphrase": PASSPHRASE})
        assert unlocked.status_code == 200
        await made.settle()
        after = (await one.get("/conflicts")).json()
        assert {row["judgement"]["id"] for row in before} < {row["judgement"]["id"] for row in after}
        assert (await one.get(f"/subjects/{late}")).json()["held"] == "held"
        await made.close()

    run(play())


def test_zeroize_with_one_key_and_the_word(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        one, token = side.officers[0], auth.admin_token(side.home)
        entry = await one.say("activity.flight", MARKED)
        zeroize.set_duress(side.home, "Two white horses")
        for word, status in (("two white mice", 422), ("", 422), ("two  WHITE horses", 200)):
            note = auth.sign_act(zeroize.DOMAIN, [one.key], side.party, side.line, START, "ab" * 16)
            body = {"note": note, "duress": word}
            answer = await ask(side, "POST", "/api/admin/zeroize", token=token, json=body)
            assert answer.status_code == status, answer.text
        assert answer.json()["vault"] and answer.json()["keys"] >= 1
        view = await one.get(f"/entries/{entry}")
        assert view.status_code == 200 and MARKER not in view.text
        assert MARKER not in (await one.get("/board")).text
        body = {"passphrase": PASSPHRASE}
        assert codes(await ask(side, "POST", "/api/admin/unlock", token=token, json=body)) == ["zeroized"]
        made.restart(side)
        assert side.app.node.zeroized
        await made.close()

    run(play())


def test_a_kit_that_two_officers_ordered(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        one, two = side.officers
        entry = await one.say("activity.flight", MARKED)
        await made.settle()
        await made.settle()
        asked = order(side, "evidence", one.key, two.key, entries=(entry,))
        other = order(side, "bundle", one.key, two.key, recipients=tuple(side.others))
        assert codes(await one.post("/evidence", other)) == ["other-order"]
        foreign = order(side, "evidence", one.key, two.key, entries=(entry,), line="0" * 64)
        assert codes(await one.post("/evidence", foreign)) == ["other-line"]
        answer = await one.post("/evidence", asked)
        assert answer.status_code == 200, answer.text
        assert codes(await one.post("/evidence", asked)) == ["order-used"]
        files = kitfiles.unpack(answer.content)
        assert verify.check(files).faults == (), verify.check(files)
        assert MARKER.encode() in b"".join(files.values())
        rows = (await one.get("/entries", kind="opened")).json()
        assert len(rows) == 1
        await made.close()

    run(play())


def test_no_answer_holds_more_than_fifty_rows(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        one = side.officers[0]
        for _ in range(52):
            await one.say("line.check", {"by": "person", "occasion": "daily"}, to=side.others)
        first = (await one.get("/entries")).json()
        assert len(first) == 50
        assert (await one.get("/entries", limit=51)).status_code == 400
        rest = (await one.get("/entries", after=first[-1]["id"], limit=50)).json()
        assert 0 < len(rest) <= 50 and not {row["id"] for row in first} & {row["id"] for row in rest}
        assert codes(await one.get("/entries", after="0" * 64)) == ["unknown-entry"]
        await made.close()

    run(play())


def test_a_bundle_carries_the_line_over(tmp_path: Path) -> None:
    """Cut off for hours, brought up to date by a file; the same file again changes nothing."""

    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one, two = red.officers
        made.cut(red)
        made.cut(blue)
        entry = await one.say("activity.flight", MARKED)
        await made.settle()
        asked = order(red, "bundle", one.key, two.key, recipients=(blue.party,))
        carried = await one.post("/bundle", asked)
        assert carried.status_code == 200 and MARKER.encode() not in carried.content
        far = blue.officers[0]
        for grown in (True, False):
            answer = await ask(blue, "POST", "/bundle/import", token=far.token, content=carried.content)
            assert answer.status_code == 200 and bool(answer.json()) is grown, answer.text
        assert MARKER in (await far.get(f"/entries/{entry}")).text
        await made.close()

    run(play())


def test_own_units(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one, two = red.officers[0], blue.officers[0]
        entry = await one.say("activity.flight", FLIGHT)
        await made.settle()
        code = (await two.get(f"/entries/{entry}")).json()["readback"]
        units = [{"name": "Hawk", "code": code}, {"name": "Kite", "code": "XXXX"}, {"name": "Owl"}]
        assert (await two.post("/units", {"id": entry, "units": units})).status_code == 422
        units[1]["code"] = ""
        assert (await two.post("/units", {"id": entry, "units": units})).status_code == 200
        home = (await two.get(f"/subjects/{entry}")).json()["dissemination_home"]
        assert (home["n"], home["m"], sorted(home["unreached"])) == (1, 3, ["Kite", "Owl"])
        assert (await one.get(f"/subjects/{entry}")).json()["dissemination_home"] is None
        assert (await two.post("/displayed", {"id": entry})).status_code == 200
        assert blue.app.node.store.side(f"displayed/{blue.line}").keys() == {two.key.verifier.ref}
        await made.close()

    run(play())


def test_the_doctor_and_the_backup(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        token = auth.admin_token(side.home)
        found = (await ask(side, "GET", "/api/admin/doctor", token=token)).json()
        states = {row["check"]: row["state"] for row in found}
        assert states["root-keys"] == "warn" and states["file-modes"] == "ok" and states["vault"] == "ok"
        (side.home / "vault.json").chmod(0o644)
        found = (await ask(side, "GET", "/api/admin/doctor", token=token)).json()
        assert found[0]["check"] == "file-modes" and found[0]["state"] == "bad"
        backup = (await ask(side, "GET", "/api/admin/backup", token=token)).json()
        own = side.app.node.line(side.line).own_log
        assert backup["own_logs"] == {own.origin: own.size}
        assert (side.home / auth.ADMIN_FILE).stat().st_mode & 0o777 == 0o600
        await made.close()

    run(play())


def test_keys_by_the_administrators_hand(tmp_path: Path) -> None:
    """The administrator carries what the roots signed, and can make none of it."""

    async def play() -> None:
        from steerclear.node import home as homes
        from steerclear.record.keys import ED25519, generate
        from steerclear.record.leaf import finish_leaf

        made = await world(tmp_path)
        side = made.sides[0]
        token, (root,) = auth.admin_token(side.home), homes.roots_of(side.home)
        key = generate(f"{side.party}/watch-9", ED25519)
        record = {
            "act": "add",
            "keys": [{"vkey": key.verifier.vkey, "post": "watch-9", "roles": ["watch_officer"]}],
        }
        path = f"/api/admin/lines/{side.line}/record"
        draft = {"kind": "key", "record": record, "signers": [root.verifier.ref]}
        prepared = await ask(side, "POST", f"{path}/prepare", token=token, json=draft)
        text = prepared.json()["text"].encode()
        for signed, status in ((text + b"x", 422), (text, 201)):
            leaf = finish_leaf(text, [root.sign(signed)]).decode()
            answer = await ask(side, "POST", path, token=token, json={"leaf": leaf})
            assert answer.status_code == status, answer.text
        posts = (await side.officers[0].get("/members")).json()
        mine = next(row for row in posts if row["own"])
        assert "watch-9" in {row["post"] for row in mine["posts"]}
        await made.close()

    run(play())
