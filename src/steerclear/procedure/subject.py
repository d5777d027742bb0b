"""`Subject` and its parts: what a fold answers. These structs go out as JSON as they are; names are API.

Every field is described in `docs/reference/subject.md`. Nothing is left out when empty, so that a query in a
scenario file reads the same on every subject. Instants are Unix ms UTC, `None` when it has not happened.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from steerclear.procedure.free_text import FreeText
from steerclear.procedure.talks import Meeting, Provision

Life = Literal["released", "active", "done", "amended", "cancelled", "expired"]
AddresseeState = Literal["not-addressed", "sent", "delivered", "read", "understood", "answered"]
DeadlineState = Literal["open", "met", "late", "disputed", "missed", "cancelled"]
Word = Literal["none", "headquarters", "part", "all"]
DisseminationState = Literal["none", "headquarters", "part", "all", "re-confirm"]
StopState = Literal["raised", "heard", "relayed", "holding", "hold-ended", "resolved"]
AreaState = Literal["proposed", "agreed", "active", "released"]
AreaAtHome = Literal["", "occupied", "recently_vacated", "release_asked", "cooling", "cooled"]
LostHop = Literal["", "line", "authority", "units"]


class Version(msgspec.Struct, frozen=True):
    """One wording of the notice: the root entry or an amend of its author."""

    id: str
    life: Life
    released_ms: int
    readback: str = ""


class Dissemination(msgspec.Struct, frozen=True):
    """What an addressee says its units hold, for the current version only."""

    word: Word = "none"
    n: int | None = None
    m: int | None = None
    state: DisseminationState = "none"
    counts_until_ms: int | None = None
    version: str = ""
    entry: str = ""


class Addressee(msgspec.Struct, frozen=True):
    """One member's state of the current version. A member that was not addressed was not informed."""

    party: str
    informed: bool
    state: AddresseeState
    sent_ms: int | None = None
    delivered_ms: int | None = None
    read_ms: int | None = None
    understood_ms: int | None = None
    answered_ms: int | None = None
    read_by: str = ""
    post_class: str = ""
    answer: str = ""
    answer_id: str = ""
    answered_late: str = ""
    lost_hop: LostHop = ""
    marks: tuple[str, ...] = ()
    dissemination: Dissemination = Dissemination()


class HomeDissemination(msgspec.Struct, frozen=True):
    """At home only: how many own units read back the current version, and who did not."""

    n: int
    m: int
    unreached: tuple[str, ...] = ()
    old: dict[str, str] = {}


class Hold(msgspec.Struct, frozen=True):
    """One party's promise to hold, as it stands."""

    party: str
    until_ms: int
    state: Literal["holding", "hold-ended", "withdrawn"]
    entry: str
    since_ms: int


class Stop(msgspec.Struct, frozen=True):
    state: StopState
    heard_by: tuple[str, ...] = ()
    heard_ms: int | None = None
    relayed_by: tuple[str, ...] = ()
    relayed_ms: int | None = None
    hold_until_ms: int | None = None
    holds: tuple[Hold, ...] = ()
    lost_hop: LostHop = ""
    lost_hop_party: str = ""
    lost_hop_name: str = ""
    repeat_after_warning: bool = False
    repeats: tuple[str, ...] = ()
    repeated_by: tuple[str, ...] = ()
    pattern_of: tuple[str, ...] = ()
    reviewed: bool = False
    resolved_by: str = ""
    resolved_ms: int | None = None


class Challenge(msgspec.Struct, frozen=True):
    """What one member says is wrong with a place's data; `concern` '' where this node cannot read it. `version` is the
    one that it speaks of, `answered` whether the owner replied to it or said a new version since."""

    party: str
    entry: str
    version: str
    concern: str
    at_ms: int
    answered: bool = False


class Sealing(msgspec.Struct, frozen=True):
    """Of a month's batch: its `month` and how many commitments it holds, always the agreement's cap. Of an area that
    was opened: the batch it names, how many its owner thereby says were sealed in that month, and whether it `matches`
    one of the commitments (`differs`, or `not-checkable` where the batch is not held)."""

    month: str = ""
    commitments: int = 0
    opened_of: str = ""
    sealed_that_month: int | None = None
    opening: str = ""


class Overlap(msgspec.Struct, frozen=True):
    """An overlap query as it stands: `result` is what this node treats it as, `said` what each party answered."""

    result: str
    treated_as: str
    said: dict[str, str]
    slots: int | None = None


class Area(msgspec.Struct, frozen=True):
    """`home` is what the owner knows of its own area; '' at every other node. `challenge_says` stands with every
    challenge; none of them changes `state` or `protected`."""

    state: AreaState
    protected: bool = True
    stale: bool = False
    contested: bool = False
    precision: str = ""
    released_by: tuple[str, ...] = ()
    home: AreaAtHome = ""
    stale_ms: int | None = None
    challenged: bool = False
    challenges: tuple[Challenge, ...] = ()
    challenge_says: str = ""
    sealing: Sealing | None = None


class Movement(msgspec.Struct, frozen=True):
    """A humanitarian movement. `complete`: nothing of `lacks` is left; it is no permission and no guarantee."""

    state: Literal["notified", "under_way", "overdue", "over"]
    complete: bool = False
    lacks: tuple[str, ...] = ()
    departs_ms: int | None = None
    departed_ms: int | None = None
    contact_tested_ms: int | None = None
    contact_tested_by: str = ""
    last_report_ms: int | None = None
    last_report: str = ""
    overdue: tuple[str, ...] = ()
    next_check_in_ms: int | None = None
    off_route_mm: int | None = None


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


class Bounds(msgspec.Struct, frozen=True):
    """A time interval: not before `after_ms`, not after `before_ms`; `None` where nothing proves it yet."""

    after_ms: int | None = None
    before_ms: int | None = None


class Deadline(msgspec.Struct, frozen=True):
    id: str
    subject: str
    rule: str
    step: str
    due_ms: int
    party: str
    state: DeadlineState
    met_ms: int | None = None
    met_by: str = ""
    bounds: Bounds = Bounds()


class Alarm(msgspec.Struct, frozen=True):
    """`text`, `consequence` and `action` are English; `key` and `parameters` are what any language is made of
    (`speech/texts`; '' where there is no more than the English). `mode`, `kind` and `place` (its title, in English;
    `titled` for any language) are those of its subject, as far as they may be shown; the node fills them in."""

    id: str
    subject: str
    rule: str
    step: str
    text: str
    consequence: str
    action: str
    since_ms: int
    party: str
    life_safety: bool
    revised: bool = False
    grouped: tuple[str, ...] = ()
    key: str = ""
    parameters: dict[str, Any] = {}
    mode: str = ""
    kind: str = ""
    place: str = ""
    titled: dict[str, Any] = {}


class Task(msgspec.Struct, frozen=True):
    """What somebody should do next; its last six fields as those of an alarm."""

    id: str
    subject: str
    text: str
    since_ms: int
    due_ms: int | None
    for_role: str
    key: str = ""
    parameters: dict[str, Any] = {}
    mode: str = ""
    kind: str = ""
    place: str = ""
    titled: dict[str, Any] = {}


class LeadTime(msgspec.Struct, frozen=True):
    """Event minus release, in ms: `state` is `none` (no event time), `stated` (nothing proves or contradicts
    the author's release yet), `agreed` (stated and proven within a minute) or `disputed` (see `low_ms`,
    `high_ms`). `skew_ms`: how far clocks differed as the author's log measured it, up to a minute, which neither
    contradicts nor settles anything.
    """

    state: Literal["none", "stated", "agreed", "disputed"] = "none"
    event_ms: int | None = None
    stated_ms: int | None = None
    low_ms: int | None = None
    high_ms: int | None = None
    text: str = ""
    skew_ms: int = 0


class Uncovered(msgspec.Struct, frozen=True):
    """Half-open hours inside an activity in which a member said that nobody answers at its end."""

    party: str
    start_ms: int
    end_ms: int


class Handover(msgspec.Struct, frozen=True):
    """The watch given from one post to the next: `items` are the subjects named as open; until somebody else reads
    them back the outgoing post has the watch."""

    from_post: str
    to_post: str
    items: tuple[str, ...]
    read_back_by: str = ""
    read_back_ms: int | None = None


class ClaimCount(msgspec.Struct, frozen=True):
    """A number as one party claims it; never summed with another's, never without whose it is."""

    party: str
    unit: str
    of_whom: str
    least: int
    most: int | None = None


class ClaimAccount(msgspec.Struct, frozen=True):
    """One party's account of the event. `flags`: `published-before-event`. `notices` are those that it names."""

    party: str
    entry: str
    kind: str
    happening: str
    begin_ms: int | None
    end_ms: int | None
    place: str
    counts: tuple[ClaimCount, ...]
    source: str
    published_ms: int | None
    rule: str
    notices: tuple[str, ...]
    evidence: tuple[str, ...]
    flags: tuple[str, ...] = ()


class NoticeWindow(msgspec.Struct, frozen=True):
    """How a claimed interval lies to the window of a notice: `inside`, `outside`, `partly`, `unknown`."""

    notice: str
    how: str


class ClaimWord(msgspec.Struct, frozen=True):
    """Where a party stands (or, of a finding, what it came to), as it said at an instant."""

    party: str
    entry: str
    says: str
    at_ms: int


class ClaimEvidence(msgspec.Struct, frozen=True):
    """A file by its hash; `custody` in order, `gaps` steps that took it over without having received it."""

    party: str
    entry: str
    sha256: str
    what: str
    custody: tuple[str, ...]
    gaps: int


class Claim(msgspec.Struct, frozen=True):
    """Everything said of a claimed event, side by side. `states`: party → its newest word. Nothing is totalled and
    nothing decided."""

    accounts: tuple[ClaimAccount, ...]
    statements: tuple[ClaimWord, ...]
    evidence: tuple[ClaimEvidence, ...]
    findings: tuple[ClaimWord, ...]
    states: dict[str, str]
    contradictions: tuple[str, ...]


class Foreign(msgspec.Struct, frozen=True):
    """An act without effect: who said what, and the mark that says why it changed nothing."""

    entry: str
    party: str
    kind: str
    mark: str


class Missing(msgspec.Struct, frozen=True):
    field: str
    ask: str


class Subject(msgspec.Struct, frozen=True):
    id: str
    kind: str
    family: str
    author: str
    mode: str
    life_safety: bool
    precedence: str
    released_ms: int
    life: Life
    version: str
    versions: tuple[Version, ...] = ()
    title: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    held: str = "held"
    no_play: bool = False
    interim: bool = True
    marks: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    dissemination_home: HomeDissemination | None = None
    stop: Stop | None = None
    area: Area | None = None
    meeting: Meeting | None = None
    provision: Provision | None = None
    overlap: Overlap | None = None
    movement: Movement | None = None
    calls: tuple[CallRow, ...] = ()
    assistance: Assistance | None = None
    radio: Radio | None = None
    alert: SeparationAlert | None = None
    lead_time: LeadTime = LeadTime()
    uncovered: tuple[Uncovered, ...] = ()
    handover: Handover | None = None
    claim: Claim | None = None
    deadlines: tuple[Deadline, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    tasks: tuple[Task, ...] = ()
    no_effect: tuple[Foreign, ...] = ()
    contradictions: tuple[str, ...] = ()
    closed_by: str = ""
    closed_ms: int | None = None
    residue: str = ""
    entries: tuple[str, ...] = ()
    free_text: tuple[FreeText, ...] = ()
    next_due_ms: int | None = None
    standing: tuple[str, ...] = ()
    titled: dict[str, Any] = {}


def addressee(subject: Subject, party: str) -> Addressee | None:
    """The row of one party, or None for the author and for who is no member."""
    return next((row for row in subject.addressees if row.party == party), None)
