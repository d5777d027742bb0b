"""Typst over a template of this package: the same bytes for the same input on every machine.

No date, no author, fonts that come with Typst alone, and the identifier that Typst derives from the content.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import msgspec


def typeset(template: str, **inputs: Any) -> bytes:
    """One PDF of a template beside this file; each input is handed to it as JSON under its name."""
    import typst

    written = typst.compile(
        resources.files("steerclear.views").joinpath(template).read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={name: msgspec.json.encode(value).decode() for name, value in inputs.items()},
        timestamp=0,
    )
    if not isinstance(written, bytes):
        raise TypeError("one document is one file")
    return written
