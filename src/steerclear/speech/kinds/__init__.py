"""The body of each kind, one file a family: frozen structs of integers and strings, no floats, unknown fields
refused.

A field that is absent is `None` (or an empty tuple) and leaves the entry `incomplete`; only what gives an
entry its meaning (the answer of a reply, the level of a receipt, the act of an agreement) must be there. The
table in `speech/table.py` says which body belongs to which kind.
"""
