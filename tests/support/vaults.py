"""Vaults that open at once: what a passphrase costs is Argon2's business and no test's, but deriving it again for every
node of every test takes longer than the tests. A module whose vaults are opened by processes of their own says so with
`OWN_PROCESSES = True`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import nacl.pwhash
import pytest

from steerclear.node import vault


@contextmanager
def cheap() -> Iterator[None]:
    """Vaults made and opened in here cost nothing, and open nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "OPS", nacl.pwhash.argon2id.OPSLIMIT_MIN)
        patch.setattr(vault, "MEMORY", nacl.pwhash.argon2id.MEMLIMIT_MIN)
        yield


@pytest.fixture(autouse=True, scope="module")
def cheap_vaults(request: pytest.FixtureRequest) -> Iterator[None]:
    """As long as a module's tests run, worlds of the module included."""
    with nullcontext() if getattr(request.module, "OWN_PROCESSES", False) else cheap():
        yield
