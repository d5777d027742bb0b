"""What an agreement allows one volume to be, for the author's desk (judgement.md, Bad input: caps are the
agreement's).

The defaults are those of `speech.parameters`, which fills a `Limits` from the agreement in force.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one notice: volumes, vertices of one outline, its area, and the length of its window."""

    max_volumes: int = 100
    max_vertices: int = 500
    max_outline_km2: int = 1_000_000
    max_validity_ms: int = 366 * 86_400_000


DEFAULT_LIMITS = Limits()
