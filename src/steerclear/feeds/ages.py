"""How old is old on a line, by its agreement and by class of mover (judgement/separation/fresh.py)."""

from __future__ import annotations

from steerclear.feeds.codes import MOVERS
from steerclear.feeds.tracks import Terms
from steerclear.judgement.separation.fresh import fresh_ms, late_ms
from steerclear.speech.parameters import Parameters


def terms_of(parameters: Parameters) -> Terms:
    """The terms of a line's tracks."""
    return Terms(
        late_ms=parameters.report_late_ms,
        future_ms=parameters.report_ahead_ms,
        fresh_ms=parameters.air_fresh_ms,
        late_by=tuple(late_ms(name, parameters) for name in MOVERS),
        fresh_by=tuple(fresh_ms(name, parameters) for name in MOVERS),
    )
