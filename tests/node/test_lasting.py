"""What comes by the thousand and stays is not looked through by every full collection."""

from __future__ import annotations

import gc

import pytest

from steerclear.node.lasting import lasting


def test_what_is_made_inside_is_never_looked_at_again():
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        made = [[number] for number in range(5_000)]
    assert gc.isenabled() and gc.get_freeze_count() >= before + len(made)


def test_the_collector_goes_on_after_a_fault():
    with pytest.raises(LookupError), lasting():
        raise LookupError
    assert gc.isenabled()
