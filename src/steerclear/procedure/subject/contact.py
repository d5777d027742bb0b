"""Of calls, assistance, radio warnings and alerts on movers."""

from __future__ import annotations

from typing import Literal

import msgspec


class CallRow(msgspec.Struct, frozen=True):
    """A spoken call as it stands: its first word's id, its newest state and the post that this names. `read_back` is
    the word that holds what was read back, `words` all of them."""

    id: str
    author: str
    to: tuple[str, ...]
    state: str
    post: str
    carrier: str
    direction: str
    interpreter: str
    read_back: str
    recording: str
    began_ms: int
    since_ms: int
    words: tuple[str, ...]


class Assistance(msgspec.Struct, frozen=True):
    """Help asked for. Of where the people are it shows that it was passed to the rescuer, and whether somebody there
    has it: never the position."""

    state: Literal["keep_away", "window_over", "over"]
    rescuer: str = ""
    position_passed: bool = False
    passed_ms: int | None = None
    position: str = ""
    read_ms: int | None = None


class Radio(msgspec.Struct, frozen=True):
    """A warning by radio. `counts`: the addressee could know that it was meant. `calls` are those that count, `row`
    the unanswered ones before it that with it open a review."""

    counts: bool
    calls: int
    unanswered: int
    row: tuple[str, ...] = ()
    review: Literal["", "open", "held"] = ""


class AlertRead(msgspec.Struct, frozen=True):
    """That somebody at `party` read an alert: its post, and when."""

    party: str
    post: str
    at_ms: int


class AlertHere(msgspec.Struct, frozen=True):
    """What this node's own feeds say of another's alert. `not-seen-here` says nothing of whether it is so. `own`: which
    of the two that it names are own movers, as far as the feeds tell."""

    says: Literal["agree", "differs", "not-seen-here"]
    at_ms: int
    least_low_mm: int | None = None
    least_high_mm: int | None = None
    text: str = ""
    own: tuple[str, ...] = ()


class SeparationAlert(msgspec.Struct, frozen=True):
    """Two movers that lose their separation, as its author's entries tell. Distances are of the newest of these, at the
    end those of the nearest moment; None where none was said, vertically where a height was not known.
    `near_collision`: whether these lie below the agreement's figures of a near mid-air collision at once. `rule`: by
    which it was raised; `states_ms`: of when the older of the two states is from which the newest figures follow.
    `movers`: what the two broadcast, where it carries their states, and where about they are; of an alert at home the
    own one alone. Of a cell that an officer released its middle."""

    alert: str
    state: Literal["raised", "confirmed", "cleared", ""]
    level: Literal["caution", "warning", ""] = ""
    source: Literal["shared", "local", ""] = ""
    form: Literal["states", "relative", "cell", ""] = ""
    first_ms: int | None = None
    raised_ms: int | None = None
    confirmed_ms: int | None = None
    cleared_ms: int | None = None
    reason: str = ""
    whole_column: bool = False
    least_low_mm: int | None = None
    least_high_mm: int | None = None
    vertical_low_tmm: int | None = None
    vertical_high_tmm: int | None = None
    near_collision: Literal["yes", "maybe", ""] = ""
    loss_ms: int | None = None
    worst_loss_ms: int | None = None
    rule: Literal["minima", "do_365", "course", ""] = ""
    movers: tuple[str, ...] = ()
    lat_e7: int | None = None
    lon_e7: int | None = None
    states_ms: int | None = None
    read_by: tuple[AlertRead, ...] = ()
    same: tuple[str, ...] = ()
    here: AlertHere | None = None
