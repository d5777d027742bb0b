"""HTTPS to the pinned certificate alone, plain HTTP to loopback alone (record.md, Between nodes)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx2 as httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from peer_world import START, party

from steerclear.app.pins import client_for
from steerclear.clock import SteppedClock
from steerclear.peers.client import PeerClient, Unreachable


def certificate(folder: Path) -> tuple[Path, str]:
    """(file with key and certificate, SHA-256 of its DER form)."""
    folder.mkdir(exist_ok=True)
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
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "node.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path, sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


@asynccontextmanager
async def listening(pem: Path | None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that answers everything with an empty 200, and what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def ask(base: str, pin: str) -> bytes | None:
    red = party("red")
    async with client_for(base, pin) as http:
        peer = PeerClient("0" * 64, base, red.keys.node, SteppedClock(START), http)
        return await peer.checkpoint(f"{'0' * 64}/{red.id}/1")


def test_the_pinned_certificate_is_spoken_to(tmp_path: Path) -> None:
    async def play() -> None:
        pem, pin = certificate(tmp_path)
        async with listening(pem) as (port, asked):
            assert await ask(f"https://127.0.0.1:{port}", pin) == b"ok"
            assert asked[-1].startswith(b"GET /lines/")

    asyncio.run(play())


@pytest.mark.parametrize("pin", ["other", "", "0" * 64])
def test_any_other_certificate_is_refused(tmp_path: Path, pin: str) -> None:
    async def play() -> None:
        pem, _ = certificate(tmp_path / "one")
        expected = certificate(tmp_path / "other")[1] if pin == "other" else pin
        async with listening(pem) as (port, asked):
            with pytest.raises(Unreachable, match="another certificate"):
                await ask(f"https://127.0.0.1:{port}", expected)
            assert asked == []

    asyncio.run(play())


def test_a_certificate_that_changed_under_way_is_refused(tmp_path: Path) -> None:
    """The pin is looked at once; afterwards that certificate is the only one trusted."""

    async def play() -> None:
        (pem, pin), (other, _) = certificate(tmp_path / "one"), certificate(tmp_path / "other")
        async with listening(pem) as (port, _asked):
            http = client_for(f"https://127.0.0.1:{port}", pin)
            assert (await http.get(f"https://127.0.0.1:{port}/")).content == b"ok"
        async with listening(other) as (other_port, asked):
            with pytest.raises(httpx.ConnectError):
                await http.get(f"https://127.0.0.1:{other_port}/")
            assert asked == []
        await http.aclose()

    asyncio.run(play())


def test_plain_http_to_loopback() -> None:
    async def play() -> None:
        async with listening(None) as (port, asked):
            assert await ask(f"http://127.0.0.1:{port}", "") == b"ok"
            assert asked

    asyncio.run(play())


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "node.example", "127.0.0.1.example", "0.0.0.0", "[2001:db8::1]"]
)
def test_plain_http_elsewhere_is_refused(host: str) -> None:
    with pytest.raises(Unreachable, match="plain HTTP off loopback"):
        asyncio.run(ask(f"http://{host}:8440", ""))


def test_a_loopback_name_in_the_user_part_is_no_loopback() -> None:
    with pytest.raises(Unreachable, match="plain HTTP off loopback"):
        asyncio.run(ask("http://127.0.0.1@192.0.2.1:8440", ""))
