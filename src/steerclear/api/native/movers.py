"""What an officer may ask about what flies and sails: how the feeds are heard, and which pairs are in alert. Never a
track of anybody else's; what waits at home leaves as an officer's own entry alone, coarsened (boundary.md)."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.api.native.login import Done
from steerclear.api.native.wording import ALERT_ID, HEX64, HOME_ID, MAY_IDENT
from steerclear.node import alert_rows, conforming, conforming_rows, encounter_drafts, queries
from steerclear.node import movers as alerts
from steerclear.node.draft import Draft
from steerclear.node.encounter_drafts import EncounterDraft
from steerclear.node.mover_state import IDENT, OwnMover
from steerclear.node.node import Node
from steerclear.views.alerts import AlertRow
from steerclear.views.conformance import Conformance
from steerclear.views.feeds import FeedRow

Ident = Annotated[str, Meta(pattern=IDENT)]
HomeId = Annotated[str, Meta(pattern=HOME_ID)]


class Waiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert that waits at home, by its id or the start of it."""

    id: HomeId


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Own movers, by what they broadcast or what a feed calls them, with the own notices under which they move."""

    movers: Annotated[tuple[OwnMover, ...], Meta(min_length=1, max_length=1_000)]


class Mover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One own mover."""

    ident: Ident


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert, by its id or the start of it, and which of the two is ours where this node does not know."""

    id: Annotated[str, Meta(pattern=ALERT_ID)] = ""
    own: Annotated[str, Meta(pattern=MAY_IDENT)] = ""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entry by which an officer told of it."""

    id: HomeId
    entry: Annotated[str, Meta(pattern=HEX64)]


def feeds(node: Node, call: Call) -> Any:
    return queries.feeds_of(node, call.line)


def shown(node: Node, call: Call) -> Any:
    return alert_rows.rows(node, call.line)


def release(node: Node, call: Call) -> Any:
    return alerts.release(node, call.line, call.body.id)


def released(node: Node, call: Call) -> Any:
    alerts.released(node, call.line, call.body.id, call.body.entry)
    return Done()


def encounter(node: Node, call: Call) -> Any:
    return encounter_drafts.draft(node, call.line, call.query.id, call.query.own)


def conformance(node: Node, call: Call) -> Any:
    return conforming_rows.rows(node, call.line)


def assign(node: Node, call: Call) -> Any:
    conforming.assign(node, call.line, call.body.movers)
    return Done()


def remove(node: Node, call: Call) -> Any:
    conforming.remove(node, call.line, call.body.ident)
    return Done()


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/alerts/encounter",
        "encounter_draft",
        "An encounter report begun from what was seen of an alert; its officer completes it. Stores nothing.",
        encounter,
        query=Which,
        answer=EncounterDraft,
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/conformance",
        "conformance",
        "Own movers against what was declared of them, and undeclared ones in agreed areas: presume civil.",
        conformance,
        answer=Conformance,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{LINE}/fleet",
        "assign_fleet",
        "Which own mover moves under which own notice. Stays at home; no entry.",
        assign,
        body=Fleet,
        answer=Done,
        errors=(404, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/fleet/remove",
        "remove_from_fleet",
        "A mover is no longer one of the own fleet.",
        remove,
        body=Mover,
        answer=Done,
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/feeds",
        "feeds",
        "How each feed of this site is heard: age, counts, drops by reason; never what it reports.",
        feeds,
        answer=list[FeedRow],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/alerts",
        "alerts",
        "Pairs of movers in alert: those on the line, and those that wait at home for an officer.",
        shown,
        answer=list[AlertRow],
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{LINE}/alerts/release",
        "release_alert",
        "What an officer would say of an alert that waits at home: the agreed cell and time alone. Stores nothing.",
        release,
        body=Waiting,
        answer=Draft,
        errors=(404, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/alerts/released",
        "alert_released",
        "An officer's entry told of an alert that waits at home.",
        released,
        body=Told,
        answer=Done,
        errors=(404, 422),
    ),
)
