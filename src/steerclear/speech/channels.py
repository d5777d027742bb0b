"""Channels that a notice may name (messages.md, activity.flight): guard, distress, published ATS, numbered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from steerclear.errors import Refused
from steerclear.speech.kinds.common import Channel
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


def check_channels(body: Any, parameters: Parameters) -> Iterator[Refused]:
    for name in ("monitored", "can_receive"):
        for i, channel in enumerate(getattr(body, name)):
            yield from _channel(channel, f"{name}[{i}]", parameters)


def _channel(channel: Channel, field: str, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, activity.flight: guard, distress, published ATS, the agreement's numbered channels"
    listed = {"guard": parameters.guard_hz, "distress": parameters.distress_hz}.get(channel.use)
    if channel.use == "agreed":
        if channel.hz is not None:
            yield no(
                "frequency-of-numbered-channel",
                f"{field}.hz",
                "the number stands for it",
                "leave hz out",
                source,
            )
        if channel.number is None or channel.number not in {known.number for known in parameters.channels}:
            numbers = ", ".join(str(known.number) for known in parameters.channels) or "none"
            yield no(
                "unknown-channel",
                f"{field}.number",
                f"the agreement numbers: {numbers}",
                "name one of them",
                source,
            )
    elif listed is not None and channel.hz is not None and channel.hz not in listed:
        names = ", ".join(f"{hz / 1e6:g}" for hz in listed)
        yield no(
            "not-a-listed-frequency",
            f"{field}.hz",
            f"{channel.use} is {names} MHz",
            "name one of them",
            source,
        )
    elif channel.use == "ats" and channel.published_in is None:
        yield no(
            "unpublished-frequency",
            f"{field}.published_in",
            "ATS channels are published",
            "say where",
            source,
        )
    if channel.use != "agreed" and channel.number is not None:
        yield no(
            "number-of-listed-frequency",
            f"{field}.number",
            "only agreed channels are numbered",
            "leave it out",
            source,
        )
