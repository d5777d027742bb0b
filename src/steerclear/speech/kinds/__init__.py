"""One kind a file: its body, what is wrong with it at the desk, what to ask for, and its row in the table.

Bodies are frozen structs of integers and strings, no floats, unknown fields refused. A field that is absent is
`None` (or an empty tuple) and leaves the entry `incomplete`; only what gives an entry its meaning (the answer
of a reply, the level of a receipt, the act of an agreement) must be there. What kinds share is in `common.py`,
`speech/refusing.py` (saying no), `speech/ask.py` (what is absent) and `speech/channels.py`. `speech/table.py`
lists the rows. A kind file imports neither the table nor another room above `speech`.
"""
