"""The agreement's numbers as the judgement uses them: which parameters, and the minima of two classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from steerclear.space.overlap import Minima
from steerclear.speech.parameters import Mover, Parameters

_CLASSES = tuple(name for name in get_args(Mover) if name != "*")


@dataclass(frozen=True, eq=False)
class Rules:
    """`agreement` names what is in force (its terms' hash); empty means the parameters' own hash, as on a
    line that is still interim. Both sides use the same text, so that conflict ids agree."""

    parameters: Parameters = field(default_factory=Parameters)
    agreement: str = ""
    _minima: dict[tuple[str, str], Minima] = field(default_factory=dict, repr=False)
    _name: list[str] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        if not self._name:
            self._name.append(self.agreement or self.parameters.hash)
        return self._name[0]

    def minima(self, a: str, b: str) -> Minima:
        """The minima of two classes. A class that is not said, or that this version does not know, is
        taken as whichever class asks for most (protective)."""
        key = (a, b) if a <= b else (b, a)
        known = self._minima.get(key)
        if known is None:
            known = self._minima[key] = self._widest(*key)
        return known

    def _widest(self, a: str, b: str) -> Minima:
        rows = [
            self.parameters.minima_for(x, y)
            for x in ((a,) if a in _CLASSES else _CLASSES)
            for y in ((b,) if b in _CLASSES else _CLASSES)
        ]
        return Minima(
            horizontal_mm=max(row.horizontal_mm for row in rows),
            vertical_tmm=max(row.vertical_tmm for row in rows),
            time_ms=max(row.time_ms for row in rows),
        )
