"""Conformance of moving things: against what was declared of them, and against agreed areas (judgement.md, Separation).

Called by the node each second; pure, on frozen values. It knows no identity of anybody: own movers by the party's own
list, all others as undeclared at most.
"""
