"""Links to peers: what is lost is found again, who fails holds up nobody, only the pinned certificate is spoken to."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx2 as httpx
import pytest
from api_world import FLIGHT, run, world
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from steerclear.app import links
from steerclear.app.pins import client_for


def test_a_lost_hint_is_found_by_the_heartbeat(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        made.cut(blue)
        entry = await red.officers[0].say("activity.flight", FLIGHT)
        await red.app.pump()
        made.join(blue)
        await red.app.pump()
        assert entry not in blue.app.node.line(blue.line).positions, (
            "the hint was lost, and no heartbeat is due yet"
        )
        await made.step(20_000)
        assert entry in blue.app.node.line(blue.line).positions
        assert await red.app.idle() and await blue.app.idle()
        await made.close()

    run(play())


def test_a_peer_that_fails_is_asked_ever_more_rarely(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        (link,) = await red.app.refresh_links()
        made.cut(blue)
        red.app.node.line(red.line).peer(blue.party).hinted = True
        pauses = []
        for _ in range(9):
            assert not await links.pull(red.app.host, link)
            now = made.clock.now_ms()
            pauses.append(link.retry_ms - now)
            before = link.failed
            await links.pull(red.app.host, link)
            assert link.failed == before, "not before its time"
            made.clock.step_to(made.clock.true_ms() + pauses[-1])
        assert pauses == [400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000]
        made.join(blue)
        await links.pull(red.app.host, link)
        assert (link.failed, link.retry_ms) == (0, 0)
        await made.close()

    run(play())


def test_a_third_member_goes_on(tmp_path: Path) -> None:
    """One peer answers nobody; the two others have each other's entries in the same round."""

    async def play() -> None:
        made = await world(tmp_path, ("red", "blue", "gold"))
        red, blue, gold = made.sides
        made.cut(gold)
        made.sides.remove(gold)  # it does nothing by itself either
        await made.step(60_000)
        entry = await red.officers[0].say("activity.flight", FLIGHT)
        await made.settle()
        assert entry in blue.app.node.line(blue.line).positions
        health = {row["name"]: row["observed"] for row in (await red.officers[0].get("/health")).json()}
        assert sorted(health.values()) == ["degraded", "up"]
        made.sides.append(gold)
        await made.close()

    run(play())


def _certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate of its own, and its pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a node")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


def test_only_the_pinned_certificate_is_spoken_to(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(1):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
            await writer.drain()
        writer.close()

    async def play() -> None:
        context, pin = _certificate(tmp_path / "one")
        _, another = _certificate(tmp_path / "two")
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        async with server:
            base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with client_for(base, pin) as client:
                assert (await client.get(f"{base}/x")).text == "ok"
            async with client_for(base, another) as client:
                with pytest.raises(httpx.ConnectError, match="another certificate"):
                    await client.get(f"{base}/x")

    run(play())
