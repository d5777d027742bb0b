"""`make check` in under a minute."""

from bench.command import check as run

__all__ = ["run"]
