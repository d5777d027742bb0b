"""The compiled twin, where it was built."""

from __future__ import annotations

from steerclear.kernels.movers import Floats, Ints
from steerclear.kernels.sweep import Prepared


def there() -> bool:
    """Whether the compiled twin was built and loads."""
    return False


def find(p: Prepared) -> tuple[Ints, Ints, Floats]:
    """As `reference.find`. Raises `ValueError` where it is not there."""
    raise ValueError("kernels: the compiled twin is not built: python -m steerclear.kernels.build")
