"""Kernels: which of very many movers come too near each other, arrays in and arrays out.

The feeds' thread, the archive's scan and the bench call it; so may anybody's program. It knows no party, no agreement
and no track: groups, minima and states come as arrays, and what it returns are indices into them. It imports numpy and
its own compiled twin only, keeps nothing, reads no clock, and holds no Python object per mover.

    pairs(movers, minima) -> Pairs     every pair whose loss interval meets the look-ahead, once, i < j
    pairwise(a, b, D, H, ahead)        the same figures of pairs that are known, row by row
    twin()                             "c" or "numpy": which of the two searches runs here

The numpy search (`reference.py`) says what is right; the one in plain C (`pairs.c`, built by
`python -m steerclear.kernels.build` when there is a compiler) answers the same to the last bit and runs outside the
interpreter's lock. Movers that cannot be judged (a figure missing or impossible) are named in `Pairs.unjudged`.
"""

from steerclear.kernels.movers import Minima, Movers, Pairs
from steerclear.kernels.pairwise import Geometry, pairwise
from steerclear.kernels.search import pairs, twin

__all__ = ["Geometry", "Minima", "Movers", "Pairs", "pairs", "pairwise", "twin"]
