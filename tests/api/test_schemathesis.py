"""Schemathesis finds nothing: requests made from our own OpenAPI document, good and bad, against a node in this
process. What it may send never gets past the officers' signatures, so nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api_world import FLIGHT, Side, ask, run, world
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from steerclear.api.native import auth, contact, papers, reading
from steerclear.api.native.table import ENDPOINTS

pytestmark = pytest.mark.slow
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
REFUSED = ["400", "401", "403", "404", "413", "422"]
NAMES = [row.name for row in ENDPOINTS if row.name not in ("events", "logout", "admin_lock", "admin_zeroize")]
"""All but the event stream, which never ends (`test_events.py`), and what would end the session or the payloads."""
READ = (*reading.ENDPOINTS, *papers.ENDPOINTS, *contact.ENDPOINTS)
ANSWERED = {row.name for row in READ if row.method == "GET" and row.name != "conduct"} | {
    "admin_status",
    "admin_doctor",
    "admin_backup",
}


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
    checks.negative_data_rejection.expected_statuses = REFUSED
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(checks=checks)))
    document = run(ask(node.side, "GET", "/api/openapi.json")).json()
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = {
                        "enum": [node.side.line if parameter["name"] == "line" else node.entry]
                    }
    loaded = schemathesis.openapi.from_dict(document, config=config)
    loaded.app = node.side.app.asgi
    return loaded


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", NAMES)
def test_schemathesis_finds_nothing(api: Any, node: _Node, name: str, mode: GenerationMode) -> None:
    operation = api.find_operation_by_id(name)
    seen: set[int] = set()
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
        if mode is GenerationMode.POSITIVE:
            case.body = whole(case.body)
        seen.add(case.call_and_validate(headers={"Authorization": f"Bearer {token}"}).status_code)

    check()
    if mode is GenerationMode.POSITIVE and name in ANSWERED:
        assert 200 in seen, "the requests never reached what they ask for"


def whole(value: Any) -> Any:
    """Integers written as integers: to JSON Schema 1.0 is one, to us it is a float, and there are none on the wire."""
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
