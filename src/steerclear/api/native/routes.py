"""The routes of the native interface, and what watches over the process."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from steerclear.api.native import metrics, openapi
from steerclear.api.native.endpoint import route
from steerclear.api.native.services import Services
from steerclear.api.native.table import ENDPOINTS
from steerclear.store.port import StoreError
from steerclear.store.sequencer import Stopped


def routes(services: Services) -> list[Route]:
    """To be mounted at the root, the busiest first."""

    async def healthy(request: Request) -> Response:
        """200 when the node took a command; it says nothing else to strangers."""
        try:
            await services.host.run(lambda node: None)
        except (StoreError, Stopped):
            return Response(b"the store does not answer\n", 503, media_type="text/plain")
        return Response(b"ok\n", media_type="text/plain")

    async def described(request: Request) -> Response:
        return Response(openapi.encoded(), media_type="application/json")

    async def measured(request: Request) -> Response:
        """Prometheus' text, for the administrator's token alone: how much passes is something to know too."""
        session = services.sessions.of(request.headers.get("authorization", ""), services.clock.now_ms())
        if session is None or not session.admin:
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        return Response(
            services.metrics.text(await services.host.run(metrics.counts)), media_type="text/plain"
        )

    return [
        *(route(services, endpoint) for endpoint in ENDPOINTS),
        Route("/api/openapi.json", described, methods=["GET"]),
        Route("/healthy", healthy, methods=["GET"]),
        Route("/metrics", measured, methods=["GET"]),
    ]
