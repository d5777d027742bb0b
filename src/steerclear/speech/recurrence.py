"""What is wrong with a repetition, for the desk; `judgement.reading` writes the repetitions out."""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.errors import Malformed, Refused
from steerclear.speech.kinds.common import Repeating
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time

_HOUR_MS = 3_600_000
_SOURCE = "messages.md, Activity: recurrence; judgement.md, Bad input"


def check(body: Repeating, parameters: Parameters) -> Iterator[Refused]:
    """Too many volumes once all repetitions are counted, and volumes that would meet their own next
    repetition.
    """
    if body.recurrence is None:
        return
    count, most = len(body.volumes) * body.recurrence.times, parameters.max_volumes
    if len(body.volumes) <= most < count:
        rule = f"at most {most} volumes a notice, repetitions counted; this has {count}"
        yield Refused("too-many-volumes", "recurrence.times", rule, "repeat less often, or split it", _SOURCE)
    for i, volume in enumerate(body.volumes):
        try:
            length = parse_time(volume.end) - parse_time(volume.start)
        except Malformed:
            continue  # the time itself is refused with the volume
        if length > body.recurrence.every_hours * _HOUR_MS:
            rule = "a volume ends before its next repetition starts"
            remedy = "end it earlier, or do not repeat it"
            yield Refused("longer-than-its-repetition", f"volumes[{i}].end", rule, remedy, _SOURCE)
