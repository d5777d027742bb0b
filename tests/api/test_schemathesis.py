"""Schemathesis finds nothing: requests made from our own OpenAPI document, good and bad, against a node in this
process. What it may send never gets past the officers' signatures, so nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api_world import FLIGHT, Side, run, world
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from steerclear.api.native import auth
from steerclear.api.native.table import ENDPOINTS

pytestmark = pytest.mark.slow
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
NAMES = [row.name for row in ENDPOINTS if row.name not in ("events", "logout", "admin_lock", "admin_zeroize")]
"""All but the event stream, which never ends (`test_events.py`), and what would end the session or the payloads."""


class _Node:
    """One party's node that lasts for the whole file."""

    def __init__(self, folder: Path) -> None:
        async def make() -> tuple[Any, str]:
            made = await world(folder)
            entry = await made.sides[0].officers[0].say("activity.flight", FLIGHT)
            await made.settle()
            return made, entry

        self.world, self.entry = run(make())
        self.side: Side = self.world.sides[0]
        # Every case runs on a loop of its own; an hour of them must not log anybody out.
        self.officer = self.side.officers[0].token
        self.admin = auth.admin_token(self.side.home)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Node]:
    made = _Node(tmp_path_factory.mktemp("schemathesis"))
    yield made
    run(made.world.close())


@pytest.fixture(scope="module")
def api(node: _Node) -> Any:
    """Our document, with the status that we give to a rule's refusal among those that good data may meet, and with a
    line and an entry that exist."""
    checks = ChecksConfig(positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=ACCEPTED))
    parameters = {"path.line": node.side.line, "path.id": node.entry}
    project = ProjectConfig(checks=checks, parameters=parameters, max_redirects=0)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project), suppress_health_check=[])
    return schemathesis.openapi.from_asgi("/api/openapi.json", node.side.app.asgi, config=config)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", NAMES)
def test_schemathesis_finds_nothing(api: Any, node: _Node, name: str, mode: GenerationMode) -> None:
    operation = api.find_operation_by_id(name)
    token = node.admin if name.startswith("admin") else node.officer

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"authorization": f"Bearer {token}"})

    check()
