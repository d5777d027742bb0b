"""Conformance of moving things: against what was declared of them, and against agreed areas (judgement.md, Separation).

Called by the node each second; pure, on frozen values. It knows no identity of anybody: own movers by the party's own
list, all others as undeclared at most.

`judge.judge(declared, side, heard_ms, now_ms, parameters) -> Standings` · `judge.look(standings, now_ms)` ·
`undeclared.uncoordinated(others, areas, declared, now_ms)`: looks for `separation.life.step` ·
`danger.endangered(side, areas, now_ms, parameters)`, `danger.look(rows, fresh, now_ms)`.
"""
