"""Every status that the document names really occurs, and each refusal has an accepting twin."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from api_world import FLIGHT, HAZARD, PASSPHRASE, Side, World, ask, codes, order, run, world

from steerclear.api.native import auth, openapi
from steerclear.api.native.endpoint import Endpoint
from steerclear.api.native.table import ENDPOINTS
from steerclear.node import zeroize
from steerclear.store.port import StoreFailed

OTHER = "0" * 64
BODIES: dict[str, Any] = {
    "assign_fleet": {"movers": [{"ident": "icao:43c6e1"}]},
    "remove_from_fleet": {"ident": "icao:43c6e1"},
    "release_alert": {"id": "home-0"},
    "alert_released": {"id": "home-0", "entry": OTHER},
    "submit": {"leaf": "x", "salt": "00" * 32, "payload": "{}"},
    "prepare": {"kind": "activity.flight"},
    "set_units": {"id": OTHER, "units": []},
    "note_area": {"id": OTHER, "state": "vacated"},
    "log_archive": {"manifest": OTHER},
    "displayed": {"id": OTHER},
    "evidence": {"order": "x"},
    "certificate": {"order": "x"},
    "bundle": {"order": "x"},
    "report": {"order": "x"},
    "notified": {"order": "x"},
    "trace": b"x",
    "import_bundle": b"x",
    "login": {"note": "x"},
    "admin_unlock": {"passphrase": "x"},
    "admin_zeroize": {"note": "x"},
    "admin_join": {"genesis": "x"},
    "admin_prepare_record": {"kind": "key", "record": {}, "signers": ["x"]},
    "admin_record": {"leaf": "x"},
    "admin_change_settings": {"name": "north"},
    "change_rules": {"order": "x"},
    "coarse_form": {"kind": "activity.flight"},
    "erase": {"order": "x"},
    "send_inline": {"id": OTHER, "party": "0" * 32},
}


class _Dead:
    """A host whose store does not answer."""

    def __init__(self, host: Any) -> None:
        self.clock = host.clock

    async def run(self, command: Any) -> Any:
        raise StoreFailed("no disk")


def _body(row: Endpoint) -> dict[str, Any]:
    body = BODIES.get(row.name)
    if isinstance(body, bytes):
        return {"content": body}
    return {"json": body} if body is not None else {}


def _path(row: Endpoint, line: str, id_: str = OTHER) -> str:
    return row.path.format(line=line, id=id_)


def _cases() -> Iterator[tuple[Endpoint, int]]:
    for row in ENDPOINTS:
        for status in openapi.document()["paths"][row.path][row.method.lower()]["responses"]:
            yield row, int(status)


async def _general(made: World, row: Endpoint, status: int) -> httpx.Response | None:
    """The answer to a request that must fail so for every endpoint; None where only a case of its own will."""
    side = made.sides[0]
    officer, admin = side.officers[0].token, auth.admin_token(side.home)
    right, wrong = (admin, officer) if row.who == "admin" else (officer, admin)
    path, body = _path(row, side.line), _body(row)
    if status == 400:
        return await ask(side, row.method, path + "?surprise=1", token=right, **body)
    if status == 401 and row.who != "anyone":
        return await ask(side, row.method, path, **body)
    if status == 403:
        return await ask(side, row.method, path, token=wrong, **body)
    if status == 404 and "{line}" in row.path:
        return await ask(side, row.method, _path(row, OTHER), token=right, **body)
    if status == 413:
        return await ask(
            side, row.method, path, token=right, content=b"{}", headers={"content-length": str(row.limit + 1)}
        )
    if status == 503:
        return await _while_dead(side, row, path, right)
    return None


async def _while_dead(side: Side, row: Endpoint, path: str, token: str) -> httpx.Response:
    services, body = side.app.services, _body(row)
    if row.name == "login":
        body = {"json": {"note": _login(side)}}
    if row.name == "admin_unlock":
        body = {"json": {"passphrase": PASSPHRASE}}
    if row.name == "report":  # its order is read before the node is asked
        one, two = (officer.key for officer in side.officers[:2])
        given = {"format": ".json", "start_ms": 0, "end_ms": side.app.node.clock.now_ms()}
        body = {"json": order(side, "report", one, two, **given)}
    alive, recover = services.host, services.recover

    async def dead(line: str, reason: str) -> tuple[int, int]:
        raise StoreFailed("no disk")

    services.host, services.recover = _Dead(alive), dead  # type: ignore[assignment]
    try:
        return await ask(side, row.method, path, token=token, **body)
    finally:
        services.host, services.recover = alive, recover


def _login(side: Side, **changed: Any) -> str:
    given = {
        "domain": auth.LOGIN,
        "signers": [side.officers[0].key],
        "party": side.party,
        "line": side.line,
        "time_ms": side.app.node.clock.now_ms(),
        "nonce": secrets.token_hex(16),
    } | changed
    return auth.sign_act(**given)


async def _own(made: World, row: Endpoint, status: int) -> tuple[httpx.Response, httpx.Response | None]:
    """(the refusal, its accepted twin) of one endpoint."""
    side = made.sides[0]
    one, two = side.officers
    admin = auth.admin_token(side.home)

    async def post(path: str, body: Any) -> httpx.Response:
        return await ask(side, "POST", path, token=admin, json=body)

    match row.name, status:
        case "submit", 409:
            first, second = (
                await one.signed("activity.flight", FLIGHT),
                await one.signed("activity.flight", FLIGHT),
            )
            twin = await one.post("/entries", first)
            return await one.post("/entries", second), twin
        case "submit", 422:
            twin = await one.signed("activity.flight", FLIGHT)
            bent = twin | {"payload": twin["payload"].replace("fixed_wing", "rotary")}
            return await one.post("/entries", bent), await one.post("/entries", twin)
        case "prepare", 422:
            late = {"volumes": [FLIGHT["volumes"][0] | {"end": "2026-10-22T07:00:00Z"}]}
            return await one.draft("activity.flight", FLIGHT | late), await one.draft(
                "activity.flight", FLIGHT
            )
        case "set_units", 422:
            entry = await one.say("activity.flight", FLIGHT)
            units = [{"name": "Hawk"}, {"name": "Kite"}]
            bad = await one.post("/units", {"id": entry, "units": [*units, units[0]]})
            return bad, await one.post("/units", {"id": entry, "units": units})
        case "note_area", 422:
            area = {"area": "personnel", "precision": "broad", "volumes": FLIGHT["volumes"]}
            plan = await one.say("activity.flight", FLIGHT)
            entry = await one.say("area.declare", area, by=(two,))
            given = {"state": "release_asked"}
            bad = await one.post("/areas", {"id": plan, **given})
            return bad, await one.post("/areas", {"id": entry, **given})
        case "log_archive", 422:
            bad = await one.post("/archived", {"manifest": "tracks of yesterday"})
            return bad, await one.post("/archived", {"manifest": OTHER})
        case "read_position", 422:
            help_ = {"volumes": FLIGHT["volumes"], "rescuer": side.others[0]}
            asked = await one.say("assist", help_, life_safety=True)
            point = {"form": "wgs84", "lat_e7": 411_000_000, "lon_e7": 194_000_000}
            where = await one.say("assist.position", {"positions": [point]}, by=(two,), refs=[asked])
            return await one.post(f"/positions/{asked}", {}), await one.post(f"/positions/{where}", {})
        case "conduct", 422:
            entry = await one.say("activity.flight", FLIGHT)
            danger = await one.say("activity.hazard", {"volumes": HAZARD})
            return await one.get(f"/subjects/{entry}/conduct"), await one.get(f"/subjects/{danger}/conduct")
        case "card", 422:
            entry = await one.say("activity.flight", FLIGHT)
            bad = await one.get(f"/entries/{entry}/card", language="xx")
            return bad, await one.get(f"/entries/{entry}/card", language="fr")
        case ("receipts" | "receipt") as what, 422:  # accepted of a served party: tests/cli/test_served.py
            entry = await one.say("activity.flight", FLIGHT)
            return await one.get(f"/{what}" if what == "receipts" else f"/receipts/{entry}"), None
        case ("evidence" | "bundle") as what, 422:
            given = {"recipients": tuple(side.others)} if what == "bundle" else {}
            bad = await one.post(f"/{what}", order(side, what, one.key, **given))
            return bad, await one.post(f"/{what}", order(side, what, one.key, two.key, **given))
        case ("report" | "notified") as what, 422:
            now = side.app.node.clock.now_ms()
            given = {"format": ".json", "start_ms": now - 60_000, "end_ms": now}
            if what == "notified":
                given = {"format": ".csv", "kind": "sites", "recipient": "Relief coordination"}
            bad = await one.post(f"/{what}", order(side, what, one.key, two.key))
            return bad, await one.post(f"/{what}", order(side, what, one.key, two.key, **given))
        case "certificate", 422:
            return await one.post("/certificate", order(side, "certificate", one.key, two.key)), None
        case "import_bundle", 422:
            bundle = await one.post(
                "/bundle", order(side, "bundle", one.key, two.key, recipients=tuple(side.others))
            )
            path = "/bundle/import"
            good = await ask(side, "POST", path, token=one.token, content=bundle.content)
            return await ask(side, "POST", path, token=one.token, content=bundle.content[:-1]), good
        case "login", 401:
            bad = await side.http.post("/api/login", json={"note": _login(side, party="f" * 32)})
            return bad, await side.http.post("/api/login", json={"note": _login(side)})
        case "admin_unlock", 422:
            bad = await post("/api/admin/unlock", {"passphrase": "another"})
            return bad, await post("/api/admin/unlock", {"passphrase": PASSPHRASE})
        case "admin_zeroize", 404:
            note = _login(side, domain=zeroize.DOMAIN, line=OTHER, signers=[one.key, two.key])
            return await post("/api/admin/zeroize", {"note": note}), None
        case "admin_zeroize", 422:
            note = _login(side, domain=zeroize.DOMAIN)
            bad = await post("/api/admin/zeroize", {"note": note})
            note = _login(side, domain=zeroize.DOMAIN, signers=[one.key, two.key])
            return bad, await post("/api/admin/zeroize", {"note": note})
        case "admin_join", 422:
            genesis = side.app.node.line(side.line).line.note.decode()
            bad = await post("/api/admin/lines", {"genesis": genesis[:-3] + "AA\n"})
            return bad, await post("/api/admin/lines", {"genesis": genesis})
        case "admin_prepare_record", 422:
            path, draft = f"/api/admin/lines/{side.line}/record/prepare", {"kind": "key", "record": {}}
            bad = await post(path, draft | {"signers": ["nobody"]})
            return bad, await post(path, draft | {"signers": [f"{side.party}/root-1+01234567"]})
        case "admin_record", 422:
            return await post(f"/api/admin/lines/{side.line}/record", {"leaf": "x"}), None
        case "admin_recover", 422:
            line = side.app.node.line(side.line)
            line.settings.recovery = "fork: for the test"
            bad = await post(f"/api/admin/lines/{side.line}/recover", {})
            line.settings.recovery = ""
            return bad, await ask(side, "POST", f"/api/admin/lines/{side.line}/recover", token=admin)
        case "change_rules", 422:
            wrong, right = ({"permitted": {"stop": {"basis": basis}}} for basis in ("", "Order 7"))
            alone = await one.post("/rules", order(side, "rules", one.key, rules=right))
            assert codes(alone) == ["release-needed"]
            bad = await one.post("/rules", order(side, "rules", one.key, two.key, rules=wrong))
            return bad, await one.post("/rules", order(side, "rules", one.key, two.key, rules=right))
        case "coarse_form", 422:
            asked = {"kind": "activity.flight", "body": FLIGHT}
            bad = await one.post("/coarse", asked)
            rows = [{"kind": "activity.flight", "cell_km": 20, "minutes": 60}]
            await one.post("/rules", order(side, "rules", one.key, two.key, rules={"coarse": rows}))
            return bad, await one.post("/coarse", asked)
        case "erase", 422:
            entry = await one.say("activity.flight", FLIGHT)
            bad = await one.post("/erase", order(side, "erase", one.key, two.key, entries=(entry,)))
            await one.say("withdraw", {"reason": "weather"}, refs=[entry])
            return bad, await one.post("/erase", order(side, "erase", one.key, two.key, entries=(entry,)))
        case ("release_alert" | "alert_released" | "encounter_draft") as what, 422:
            # accepted of an alert that stands: tests/node/test_mover_alerts.py
            if what == "encounter_draft":
                return await one.get("/alerts/encounter", id="home-0"), None
            given = {"id": "home-0"} | ({"entry": OTHER} if what == "alert_released" else {})
            return await one.post(
                "/alerts/release" if what == "release_alert" else "/alerts/released", given
            ), None
        case "assign_fleet", 422:
            still = await one.say("activity.hazard", {"volumes": HAZARD})
            entry = await one.say("activity.flight", FLIGHT)
            rows = [{"movers": [{"ident": "icao:43c6e1", "notice": id_}]} for id_ in (still, entry)]
            return await one.post("/fleet", rows[0]), await one.post("/fleet", rows[1])
        case "remove_from_fleet", 422:
            await one.post("/fleet", {"movers": [{"ident": "icao:43c6e1"}]})
            bad = await one.post("/fleet/remove", {"ident": "icao:000000"})
            return bad, await one.post("/fleet/remove", {"ident": "icao:43c6e1"})
        case "send_inline", 422:
            entry = await one.say("activity.flight", FLIGHT)
            body = {"id": entry, "party": side.others[0]}
            bad = await one.post("/inline", body)
            side.app.node.line(side.line).lacking[entry, side.others[0]] = 1
            return bad, await one.post("/inline", body)
    raise AssertionError(f"{row.name} documents {status} and no test shows it")


@pytest.mark.parametrize("status", sorted({status for _, status in _cases() if status >= 400}))
def test_every_documented_refusal_occurs(tmp_path: Path, status: int) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        for row, code in _cases():
            if code != status:
                continue
            answer = await _general(made, row, status)
            if answer is None:
                answer, twin = await _own(made, row, status)
                assert twin is None or twin.status_code in (200, 201), (row.name, twin.text)
            assert answer.status_code == status, (row.name, answer.status_code, answer.text)
            problem = answer.json()
            assert problem["message"] and problem["errors"][0]["code"], row.name
            assert set(problem["errors"][0]) == {"code", "field", "rule", "remedy", "source"}
        await made.close()

    run(play())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"party": "f" * 32}, "other-party"),
        ({"domain": "steerclear/login/v2"}, "bad-act"),
        ({"time_ms": 1}, "act-time"),
        ({"nonce": "0" * 31}, "bad-act"),
        ({"nonce": "0" * 31 + "A"}, "bad-act"),
        ({"line": OTHER}, "unknown-line"),
        ({"about": "more"}, "bad-act"),
    ],
)
def test_a_login_that_is_not_quite_right(tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    async def play() -> None:
        made = await world(tmp_path, introduced=False)
        side = made.sides[0]
        bad = await side.http.post("/api/login", json={"note": _login(side, **changed)})
        assert (bad.status_code, codes(bad)) == (401, [code])
        good = await side.http.post("/api/login", json={"note": _login(side)})
        assert good.status_code == 200
        await made.close()

    run(play())


def test_the_administrator_changes_no_rule_of_the_party(tmp_path: Path) -> None:
    """What may be sent and who releases it is decided by two officers (messages.md, Roles): tests of `change_rules`."""

    async def play() -> None:
        made = await world(tmp_path, introduced=False)
        side = made.sides[0]
        path, token = f"/api/admin/lines/{side.line}/settings", auth.admin_token(side.home)
        rules = {
            "permitted": {"stop": {"basis": "Order 7"}},
            "release_table": [{"kind": "area.*", "release": "watch"}],
            "coarse": [],
            "every_kind": True,
        }
        for name, value in rules.items():
            bad = await ask(side, "POST", path, token=token, json={"name": "x", name: value})
            assert (bad.status_code, codes(bad)) == (400, ["bad-json"])
        good = await ask(side, "POST", path, token=token, json={"name": "northern line"})
        assert good.status_code == 200 and good.json()["name"] == "northern line"
        signed = order(side, "rules", *(one.key for one in side.officers), rules={"every_kind": True})
        tried = await ask(side, "POST", f"/api/lines/{side.line}/rules", token=token, json=signed)
        assert tried.status_code == 403
        await made.close()

    run(play())


def test_who_may_log_in(tmp_path: Path) -> None:
    """Neither the peer's officer, nor the node's own key, nor two officers at once, nor the same note twice."""

    async def play() -> None:
        made = await world(tmp_path, introduced=False)
        side, other = made.sides
        one, two = side.officers
        for signers in ([other.officers[0].key], [side.app.node.keys.node], [one.key, two.key]):
            bad = await side.http.post("/api/login", json={"note": _login(side, signers=signers)})
            assert (bad.status_code, codes(bad)) == (401, ["bad-signature"])
        note = _login(side)
        assert (await side.http.post("/api/login", json={"note": note})).status_code == 200
        again = await side.http.post("/api/login", json={"note": note})
        assert (again.status_code, codes(again)) == (401, ["act-repeated"])
        await made.close()

    run(play())


def test_a_session_ends(tmp_path: Path) -> None:
    """By logging out, after twelve hours, and with its key."""

    async def play() -> None:
        made = await world(tmp_path, introduced=False)
        side = made.sides[0]
        one, two = side.officers
        assert (await one.get("/board")).status_code == 200
        await one.post("/api/logout", {})
        assert codes(await one.get("/board")) == ["not-logged-in"]
        await one.login()
        await made.step(auth.SESSION_MS - 1_000)
        assert (await one.get("/board")).status_code == 200
        await made.step(2_000)
        assert codes(await one.get("/board")) == ["not-logged-in"]
        await one.login()
        await two.login()
        await made.revoke(side, two)
        assert (await one.get("/board")).status_code == 200
        assert codes(await two.get("/board")) == ["key-not-valid"]
        assert (await two.login()).status_code == 401
        await made.close()

    run(play())


def test_idempotency(tmp_path: Path) -> None:
    """The same key and body: the same answer and one entry. Another body: 409. Also on the sequencer, in one batch."""

    async def play() -> None:
        import asyncio

        made = await world(tmp_path, inline=False)
        side = made.sides[0]
        one = side.officers[0]
        first = await one.signed("activity.flight", FLIGHT)
        answers = await asyncio.gather(*(one.post("/entries", first, key="k-1") for _ in range(8)))
        assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
        other = await one.signed("activity.flight", FLIGHT)
        refused = await one.post("/entries", other, key="k-1")
        assert (refused.status_code, codes(refused)) == (409, ["idempotency-key"])
        assert (await one.post("/entries", other, key="k-2")).status_code == 201
        assert (await one.post("/entries", other)).status_code == 200
        made.sides[0].app.node.reload()
        kept = await one.post("/entries", first, key="k-1")
        assert (kept.status_code, kept.content) == (201, answers[0].content)
        bad = await one.post("/entries", first, key="k" * 201)
        assert (bad.status_code, codes(bad)) == (400, ["bad-idempotency-key"])
        await made.close()

    run(play())


def test_paths_and_methods_that_are_not_there(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path, introduced=False)
        side = made.sides[0]
        for method, path, status, code in (
            ("GET", "/api/nothing", 404, "no-such-path"),
            ("GET", "/api/lines/", 404, "no-such-path"),
            ("DELETE", f"/api/lines/{side.line}/board", 405, "no-such-method"),
        ):
            answer = await ask(side, method, path)
            assert (answer.status_code, codes(answer)) == (status, [code])
        assert (await side.http.get("/nothing")).content == b""
        assert (await side.http.get("/healthy")).text == "ok\n"
        await made.close()

    run(play())
