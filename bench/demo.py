"""`make demo` in under a minute."""

from bench.command import demo as run

__all__ = ["run"]
