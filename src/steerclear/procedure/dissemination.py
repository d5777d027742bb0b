"""Dissemination: what an addressee says its units hold, for one version and one shift (messages.md, Answers;
AT40).

A confirmation counts for the version whose read-back code it carries and lapses at `counts_until` (12 h at
most) or with a new version; then every node shows `re-confirm`.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import Context, HomeUnit
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Dissemination, DisseminationState, HomeDissemination, Word
from steerclear.procedure.thread import Thread, about, home_only
from steerclear.speech.readback import heard


def dissemination(
    thread: Thread, party: str, context: Context, now_ms: int
) -> tuple[Dissemination, tuple[str, ...]]:
    """What holds of `party` now, and marks: `wrong-code`, `old-code`, `no-code`, `code-unchecked`."""
    said = [row for row in thread.of(party, "dissemination") if row.body is not None and not home_only(row)]
    if not said:
        return Dissemination(), ()
    last = said[-1]
    version, marks = confirmed_version(last, thread)
    if version == "":
        earlier = [row for row in said[:-1] if confirmed_version(row, thread)[0]]
        if not earlier:
            return Dissemination(entry=last.id), marks
        last = earlier[-1]
        version = confirmed_version(last, thread)[0]
    until = counts_until(last, context)
    word: Word = getattr(last.body, "word", "none")
    lapsed = until is not None and now_ms >= until
    state: DisseminationState = word
    if word != "none" and (version != thread.current.id or lapsed):
        state = "re-confirm"
    elif version != thread.current.id:
        state = "none"
    return Dissemination(word, None, None, state, until, version, last.id), marks


def confirmed_version(said: Said, thread: Thread) -> tuple[str, tuple[str, ...]]:
    """(version that the units hold, marks). The code decides, not the id beside it: an old code names the old
    version, a code of no version confirms nothing (''). Without a code only `none` and `headquarters` count,
    and on a life-safety subject everything, since nothing holds that back.
    """
    named = about(said)
    spoken = getattr(said.body, "code", None)
    if not spoken:
        word = getattr(said.body, "word", "none")
        if word in ("none", "headquarters") or thread.root.header.life_safety:
            return named, ()
        return "", ("no-code",)
    try:
        code = heard(spoken)
    except ValueError:
        return "", ("wrong-code",)
    known = [(version.id, version.readback) for version in thread.versions if version.readback]
    if not known:
        return named, ("code-unchecked",)
    for version_id, readback in reversed(known):
        if readback == code:
            return version_id, () if version_id == thread.current.id else ("old-code",)
    return "", ("wrong-code",)


def counts_until(said: Said, context: Context) -> int | None:
    """The end of the unit's shift as said, never more than the agreed most after the entry."""
    most = said.at_ms + context.parameters(said).counts_until_max_ms
    stated = instant(getattr(said.body, "counts_until", None))
    if stated is None:
        return most if getattr(said.body, "word", "none") != "none" else None
    return min(stated, most)


def at_home(thread: Thread, context: Context, now_ms: int) -> HomeDissemination | None:
    """n of m at this node's own side: from its list of units, else from the counts it entered for itself
    alone.
    """
    units = context.local.units.get(thread.root.id)
    codes = {version.readback: version.id for version in thread.versions if version.readback}
    if units:
        current = thread.current.readback
        counts = [unit for unit in units if _counts(unit, current, now_ms)]
        unreached = tuple(unit.name for unit in units if unit not in counts)
        old = {
            u.name: codes.get(u.code, "") for u in units if u not in counts and u.code and u.code != current
        }
        return HomeDissemination(len(counts), len(units), unreached, old)
    return _entered(thread, _own_counts(thread, context), context, now_ms)


def _counts(unit: HomeUnit, current: str, now_ms: int) -> bool:
    """Whether the unit read back the current version and its shift still runs."""
    on_shift = unit.counts_until_ms is None or now_ms < unit.counts_until_ms
    return bool(unit.code) and unit.code == current and on_shift


def _own_counts(thread: Thread, context: Context) -> list[Said]:
    own = [said for said in thread.entries if said.kind == "dissemination" and said.author == context.own]
    return [said for said in own if context.own and getattr(said.body, "units", None) is not None]


def _entered(thread: Thread, said: Sequence[Said], context: Context, now_ms: int) -> HomeDissemination | None:
    if not said:
        return None
    last = said[-1]
    units = getattr(last.body, "units", 0) or 0
    version, _ = confirmed_version(last, thread)
    until = counts_until(last, context)
    if version != thread.current.id or (until is not None and now_ms >= until):
        return HomeDissemination(0, units)
    return HomeDissemination(getattr(last.body, "confirmed", 0) or 0, units)
