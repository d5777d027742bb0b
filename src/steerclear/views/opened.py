"""What was read in bulk or went out as a file, as every member sees it: the `opened` entries of the line."""

from __future__ import annotations

import msgspec


class Opened(msgspec.Struct, frozen=True):
    """One `opened` entry. `what`: `bulk-read` (`post`, `within_ms`), an export (`evidence`, `notified` … with its
    `nonce` and `copy`), `alone`, `position`, `archive` (`manifest`: the hash of one's recorded tracks). `entries` how
    many in all, `ours` how many protected places and movements of this party; None where the entry does not say.
    `audience` `members`, `inquiry` or `public`; `marks` `beyond-disclosure` where that is farther than was agreed."""

    entry: str
    by: str
    at_ms: int
    what: str
    entries: int | None = None
    ours: int | None = None
    post: str = ""
    within_ms: int | None = None
    nonce: str = ""
    copy: str = ""
    recipients: tuple[str, ...] = ()
    audience: str = "members"
    marks: tuple[str, ...] = ()
    manifest: str = ""
