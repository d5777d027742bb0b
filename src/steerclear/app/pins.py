"""HTTP clients to peers: plain to loopback and to tests, TLS pinned to the certificate that the peer's card names
(record.md, Between nodes)."""

from __future__ import annotations

import asyncio
import ssl
from hashlib import sha256
from urllib.parse import urlsplit

import httpx2 as httpx

from steerclear.config import LOOPBACK

LIMITS = httpx.Limits(max_connections=16, max_keepalive_connections=4, keepalive_expiry=60.0)


def client_for(base: str, pin: str) -> httpx.AsyncClient:
    """A client for one peer. `pin`: SHA-256 of its certificate in hex, '' for plain HTTP, which goes to loopback only
    (record.md, Between nodes): any other such address refuses every request."""
    address = urlsplit(base)
    if address.scheme == "https":
        return httpx.AsyncClient(transport=PinnedTransport(base, pin), trust_env=False)
    if address.hostname not in LOOPBACK:
        return httpx.AsyncClient(transport=PlainRefused(), trust_env=False)
    return httpx.AsyncClient(limits=LIMITS, trust_env=False)


def open_client(base: str) -> httpx.AsyncClient:
    """A client for an address that no card names, such as a witness's: the system's authorities vouch for it, plain
    HTTP goes to loopback only."""
    if urlsplit(base).scheme == "https":
        return httpx.AsyncClient(limits=LIMITS, trust_env=False)
    return client_for(base, "")


class PlainRefused(httpx.AsyncBaseTransport):
    """Sends nothing anywhere."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(
            "plain HTTP off loopback: its card must name an https address and a certificate"
        )


class PinnedTransport(httpx.AsyncBaseTransport):
    """Speaks only to the holder of one certificate. It is fetched once, compared with the pin, and then is the only
    one trusted; names and certificate authorities play no part. After any failure it is fetched again."""

    def __init__(self, base: str, pin: str) -> None:
        self._address = (urlsplit(base).hostname or "", urlsplit(base).port or 443)
        self._pin = pin
        self._inner: httpx.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._inner is None:
            self._inner = httpx.AsyncHTTPTransport(verify=await self._context(), limits=LIMITS)
        try:
            return await self._inner.handle_async_request(request)
        except httpx.ConnectError:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        if self._inner is not None:
            inner, self._inner = self._inner, None
            await inner.aclose()

    async def _context(self) -> ssl.SSLContext:
        try:
            pem = await asyncio.to_thread(ssl.get_server_certificate, self._address, timeout=10)
        except OSError as error:
            raise httpx.ConnectError(f"no certificate from {self._address[0]}: {error}") from error
        der = ssl.PEM_cert_to_DER_cert(pem)
        if sha256(der).hexdigest() != self._pin:
            raise httpx.ConnectError(f"{self._address[0]} shows another certificate than its card names")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=der)
        return context
