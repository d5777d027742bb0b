"""What is known of entries that may say one thing twice (beside.py)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Beside:
    """`said` entry → its two hashes, `of` the thing's hash → entries, `differ` entry → others of the thing that say
    something else."""

    said: dict[str, bytes] = field(default_factory=dict)
    of: dict[bytes, list[str]] = field(default_factory=dict)
    differ: dict[str, tuple[str, ...]] = field(default_factory=dict)
