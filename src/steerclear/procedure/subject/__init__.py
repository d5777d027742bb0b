"""`Subject` and its parts: what a fold answers. These structs go out as JSON as they are; names are API.

Every field is described in `docs/reference/subject.md`. Nothing is left out when empty, so that a query in a
scenario file reads the same on every subject. Instants are Unix ms UTC, `None` when it has not happened.

Each family of structs has its file here; all of them are imported from this package.
"""

from __future__ import annotations

from steerclear.procedure.subject.area import (
    Area,
    AreaAtHome,
    AreaState,
    Challenge,
    Movement,
    Overlap,
    Sealing,
)
from steerclear.procedure.subject.claim import (
    Claim,
    ClaimAccount,
    ClaimCount,
    ClaimEvidence,
    ClaimWord,
    NoticeWindow,
)
from steerclear.procedure.subject.contact import (
    AlertHere,
    AlertRead,
    Assistance,
    CallRow,
    Radio,
    SeparationAlert,
)
from steerclear.procedure.subject.due import Alarm, Bounds, Deadline, DeadlineState, Task
from steerclear.procedure.subject.notice import (
    Addressee,
    AddresseeState,
    Dissemination,
    DisseminationState,
    Foreign,
    Handover,
    HomeDissemination,
    LeadTime,
    Life,
    LostHop,
    Missing,
    Uncovered,
    Version,
    Word,
)
from steerclear.procedure.subject.stop import Hold, Stop, StopState
from steerclear.procedure.subject.whole import Subject, addressee

__all__ = [
    "Addressee",
    "AddresseeState",
    "Alarm",
    "AlertHere",
    "AlertRead",
    "Area",
    "AreaAtHome",
    "AreaState",
    "Assistance",
    "Bounds",
    "CallRow",
    "Challenge",
    "Claim",
    "ClaimAccount",
    "ClaimCount",
    "ClaimEvidence",
    "ClaimWord",
    "Deadline",
    "DeadlineState",
    "Dissemination",
    "DisseminationState",
    "Foreign",
    "Handover",
    "Hold",
    "HomeDissemination",
    "LeadTime",
    "Life",
    "LostHop",
    "Missing",
    "Movement",
    "NoticeWindow",
    "Overlap",
    "Radio",
    "Sealing",
    "SeparationAlert",
    "Stop",
    "StopState",
    "Subject",
    "Task",
    "Uncovered",
    "Version",
    "Word",
    "addressee",
]
