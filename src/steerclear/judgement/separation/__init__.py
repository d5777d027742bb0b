"""Separation of moving things: what two movers do, the life of an alert, and what of it may leave the node.

Called by the node each second, by tests and by anybody's program; pure, on frozen values.
It keeps no track and reads no clock, and nothing here decides whom to warn of whom but the minima of the agreement.

`judge.judge_movers(states, rules)`, `judge_two(a, b, rules) -> MoverJudgement` (`state.State`, its `legs`) ·
`measures`: cpa, hmd, vmd, tau, tau_mod, tcoa, loss_interval · `tables.minima_of(parameters) -> kernels.Minima`,
`tables.group_of(mover)` · `wellclear`: DO-365 ·
`life.step(lives, look, rules) -> (lives, changes)`, `views.step` (by shared feeds alone, and by all feeds) ·
`meeting.meeting(side, side, at_ms, asked) -> Meeting` · `telling.form(meeting, level, parameters)`,
`telling.body_of(…) -> Alert`, `telling.released(…)` · `fresh.freshness(…)`.
"""
