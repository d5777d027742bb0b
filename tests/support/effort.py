"""How many examples Hypothesis tries: all of them in `make test` and CI, a quarter in `make check`, which has a minute.

`make check` chooses the profile by `--hypothesis-profile=check`; where a test asks for a number of its own it writes
`@settings(max_examples=examples(200))`.
"""

from __future__ import annotations

from hypothesis import settings

FULL = 100
"""What Hypothesis itself tries where nothing is said: `examples(FULL)` in every profile."""
SHARE = {"default": 1.0, "check": 0.25}


def register() -> None:
    """Once, before the command line's profile is loaded. No example has a time limit: a busy machine fails no test."""
    settings.register_profile("check", max_examples=round(FULL * SHARE["check"]), deadline=None)
    if settings.get_current_profile_name() == "default":  # in CI Hypothesis has chosen its own by now
        settings.register_profile("full", deadline=None)
        settings.load_profile("full")


def examples(full: int) -> int:
    """That many in full, fewer in the profile in force; at least 5 of them."""
    return min(full, max(5, full * settings.default.max_examples // FULL))
